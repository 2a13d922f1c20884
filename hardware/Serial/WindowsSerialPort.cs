using System.Runtime.InteropServices;

using Microsoft.Win32.SafeHandles;

namespace Hardware.Serial;

/// <summary>A serial port on Windows, by the communications functions of kernel32. Opening is exclusive by nature.</summary>
internal sealed partial class WindowsSerialPort : SerialPort
{
    private const uint ReadAndWrite = 0xC0000000;
    private const uint OpenExisting = 3;
    private const int FileNotFound = 2;
    private const int PathNotFound = 3;
    private const int AccessDenied = 5;
    private const int SharingViolation = 32;
    private const uint Forever = 0xFFFFFFFF;

    /// <summary>Binary mode, DTR and RTS on while the port is open, no flow control.</summary>
    private const uint PlainFlags = 0x1 | (1 << 4) | (1 << 12);

    private readonly string _path;
    private readonly SafeFileHandle _handle;
    private readonly Settings _found;
    private readonly Timeouts _foundTimeouts;
    private int _timeoutMilliseconds = -1;

    private WindowsSerialPort(string path, SafeFileHandle handle, Settings found, Timeouts foundTimeouts)
    {
        _path = path;
        _handle = handle;
        _found = found;
        _foundTimeouts = foundTimeouts;
    }

    internal static WindowsSerialPort OpenPort(string path, int baud)
    {
        // COM10 and above are found only with the prefix.
        string name = path.StartsWith(@"\\", StringComparison.Ordinal) ? path : @"\\.\" + path;
        SafeFileHandle handle = CreateFile(name, ReadAndWrite, 0, 0, OpenExisting, 0, 0);
        int error = Marshal.GetLastPInvokeError();
        if (handle.IsInvalid)
        {
            handle.Dispose();
            throw error switch
            {
                FileNotFound or PathNotFound => SerialPortException.NotFound(path),
                AccessDenied or SharingViolation => SerialPortException.Busy(path),
                _ => SerialPortException.Other(path, Marshal.GetPInvokeErrorMessage(error)),
            };
        }

        try
        {
            var found = new Settings { Bytes = (uint)Marshal.SizeOf<Settings>() };
            Timeouts foundTimeouts = default;
            if (!GetCommState(handle, ref found) || !GetCommTimeouts(handle, ref foundTimeouts))
                throw SerialPortException.NotASerialPort(path);

            Settings settings = found;
            settings.Baud = (uint)baud;
            settings.Flags = PlainFlags;
            settings.DataBits = 8;
            settings.Parity = 0;
            settings.StopBits = 0;
            if (!SetCommState(handle, ref settings)) throw SerialPortException.BadBaudRate(path, baud);
            return new WindowsSerialPort(path, handle, found, foundTimeouts);
        }
        catch (SerialPortException)
        {
            handle.Dispose();
            throw;
        }
    }

    public override unsafe int Read(Span<byte> buffer, int timeoutMilliseconds)
    {
        ObjectDisposedException.ThrowIf(_handle.IsClosed, this);
        if (buffer.IsEmpty) throw new ArgumentException("no room to read into", nameof(buffer));
        if (timeoutMilliseconds != _timeoutMilliseconds)
        {
            // These three together mean: return at the first bytes, or when the time is over.
            var timeouts = new Timeouts
            {
                ReadInterval = Forever,
                ReadPerByte = Forever,
                ReadConstant = (uint)Math.Max(1, timeoutMilliseconds),
            };
            if (!SetCommTimeouts(_handle, ref timeouts)) throw SerialPortException.Gone(_path);
            _timeoutMilliseconds = timeoutMilliseconds;
        }

        uint bytes;
        fixed (byte* start = buffer)
        {
            if (!ReadFile(_handle, start, (uint)buffer.Length, out bytes, 0)) throw SerialPortException.Gone(_path);
        }

        return (int)bytes;
    }

    protected override void Dispose(bool isDisposing)
    {
        if (!isDisposing || _handle.IsClosed) return;
        Settings found = _found;
        Timeouts timeouts = _foundTimeouts;
        _ = SetCommState(_handle, ref found);
        _ = SetCommTimeouts(_handle, ref timeouts);
        _handle.Dispose();
    }

    [LibraryImport("kernel32", EntryPoint = "CreateFileW", SetLastError = true, StringMarshalling = StringMarshalling.Utf16)]
    private static partial SafeFileHandle CreateFile(
        string name, uint access, uint share, nint security, uint disposition, uint attributes, nint template);

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static unsafe partial bool ReadFile(
        SafeFileHandle file, byte* buffer, uint bytes, out uint bytesRead, nint overlapped);

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool GetCommState(SafeFileHandle file, ref Settings settings);

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool SetCommState(SafeFileHandle file, ref Settings settings);

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool GetCommTimeouts(SafeFileHandle file, ref Timeouts timeouts);

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool SetCommTimeouts(SafeFileHandle file, ref Timeouts timeouts);

    /// <summary>DCB.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Settings
    {
        public uint Bytes;
        public uint Baud;
        public uint Flags;
        public ushort Reserved;
        public ushort XonLimit;
        public ushort XoffLimit;
        public byte DataBits;
        public byte Parity;
        public byte StopBits;
        public byte XonCharacter;
        public byte XoffCharacter;
        public byte ErrorCharacter;
        public byte EndCharacter;
        public byte EventCharacter;
        public ushort Reserved1;
    }

    /// <summary>COMMTIMEOUTS.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Timeouts
    {
        public uint ReadInterval;
        public uint ReadPerByte;
        public uint ReadConstant;
        public uint WritePerByte;
        public uint WriteConstant;
    }
}
