namespace Hardware.Serial;

/// <summary>A serial port on Linux or macOS.</summary>
internal sealed class UnixSerialPort : SerialPort
{
    private readonly string _path;
    private readonly UnixTerminal _terminal;
    private int _fileDescriptor;

    private UnixSerialPort(string path, int fileDescriptor, UnixTerminal terminal)
    {
        _path = path;
        _fileDescriptor = fileDescriptor;
        _terminal = terminal;
    }

    internal static UnixSerialPort OpenPort(string path, int baud)
    {
        int fileDescriptor = LibC.Open(path, LibC.OpenFlags);
        if (fileDescriptor < 0) throw Explain(path, LibC.LastError, LibC.LastErrorText);
        try
        {
            UnixTerminal terminal = UnixTerminal.Of(fileDescriptor) ?? throw SerialPortException.NotASerialPort(path);

            // The lock tells programs that ask for it, the exclusive mode keeps out the others (but not root).
            if (LibC.Lock(fileDescriptor, LibC.LockExclusive | LibC.LockNonBlocking) != 0) throw SerialPortException.Busy(path);
            if (!terminal.SetRaw(baud))
            {
                terminal.Restore();
                throw SerialPortException.BadBaudRate(path, baud);
            }

            terminal.SetExclusive(true);
            return new UnixSerialPort(path, fileDescriptor, terminal);
        }
        catch (SerialPortException)
        {
            _ = LibC.Close(fileDescriptor);
            throw;
        }
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

    public override unsafe int Read(Span<byte> buffer, int timeoutMilliseconds)
    {
        ObjectDisposedException.ThrowIf(_fileDescriptor < 0, this);
        if (buffer.IsEmpty) throw new ArgumentException("no room to read into", nameof(buffer));
        if (!_terminal.WaitForInput(timeoutMilliseconds)) return 0;

        nint bytes;
        fixed (byte* start = buffer) bytes = LibC.Read(_fileDescriptor, start, (nuint)buffer.Length);
        if (bytes > 0) return (int)bytes;
        if (bytes < 0 && (LibC.LastError == LibC.WouldBlock || LibC.LastError == LibC.Interrupted)) return 0;

        // Something is ready and it is no byte: end of file, or an error of a device that is no longer there.
        throw SerialPortException.Gone(_path);
    }

    protected override void Dispose(bool isDisposing)
    {
        if (_fileDescriptor < 0) return;
        _terminal.SetExclusive(false);
        _terminal.Restore();
        _ = LibC.Close(_fileDescriptor);
        _fileDescriptor = -1;
    }
}
