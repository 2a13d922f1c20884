using System.Runtime.Versioning;

namespace Hardware.Serial;

/// <summary>What System.IO.Ports does not do for a port on Linux and macOS: says why it cannot be opened, keeps out other
/// programs, also root's, and puts the settings back.</summary>
[UnsupportedOSPlatform("windows")]
internal sealed class PortClaim : IDisposable
{
    private readonly byte[] _found = new byte[LibC.SettingsBytes];
    private readonly int _fileDescriptor;

    private PortClaim(int fileDescriptor) => _fileDescriptor = fileDescriptor;

    /// <exception cref="SerialPortException">Nobody can have the port, or another program has it.</exception>
    internal static PortClaim Take(string path)
    {
        int fileDescriptor = LibC.Open(path, LibC.OpenFlags);
        if (fileDescriptor < 0) throw Explain(path, LibC.LastError, LibC.LastErrorText);
        var claim = new PortClaim(fileDescriptor);
        bool isTerminal = LibC.GetSettings(fileDescriptor, claim._found) == 0;

        // System.IO.Ports sets the exclusive mode, which keeps out all but root; the lock tells those who ask for it.
        if (isTerminal && LibC.Lock(fileDescriptor, LibC.LockExclusive | LibC.LockNonBlocking) == 0) return claim;
        _ = LibC.Close(fileDescriptor);
        throw isTerminal ? SerialPortException.Busy(path) : SerialPortException.NotASerialPort(path);
    }

    /// <summary>What a failed open means.</summary>
    internal static SerialPortException Explain(string path, int error, string reason) => error switch
    {
        LibC.NoSuchEntry or LibC.NotADirectory or LibC.NoSuchDevice or LibC.NoSuchDeviceOrAddress =>
            SerialPortException.NotFound(path),
        LibC.PermissionDenied => SerialPortException.NoPermission(path),
        LibC.DeviceBusy => SerialPortException.Busy(path),
        LibC.IsADirectory => SerialPortException.NotASerialPort(path),
        _ => SerialPortException.Other(path, reason),
    };

    /// <summary>Puts the settings back; that the device may be gone is nobody's fault. Once, after the port is closed.</summary>
    public void Dispose()
    {
        _ = LibC.PutSettings(_fileDescriptor, 0, _found);
        _ = LibC.Close(_fileDescriptor);
    }
}
