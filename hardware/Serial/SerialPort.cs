using Port = System.IO.Ports.SerialPort;

namespace Hardware.Serial;

/// <summary>A serial port of this computer, open for this process alone: 8 data bits, no parity, 1 stop bit, no flow control,
/// every byte as it comes. DTR and RTS are on, as an opened port has them: an ESP32 board is reset when the two differ.</summary>
/// <remarks>Not thread-safe. <see cref="Dispose"/> puts the port's settings back as they were found (on Windows the system
/// does).</remarks>
public sealed class SerialPort : ISerialPort
{
    private const int BufferBytes = 4096;

    // The speeds that Linux has names for: System.IO.Ports sets any other to 0, which means "hang up", without a word.
    private static readonly int[] s_linuxSpeeds =
    [
        50, 75, 110, 134, 150, 200, 300, 600, 1200, 1800, 2400, 4800, 9600, 19200, 38400, 57600, 115200, 230400, 460800, 500000,
        576000, 921600, 1_000_000, 1_152_000, 1_500_000, 2_000_000, 2_500_000, 3_000_000, 3_500_000, 4_000_000,
    ];

    // With no read to do the loop of System.IO.Ports sleeps for a millisecond; and these buffers fill while the caller is busy.
    // On Windows the driver has a buffer, and reads that overlap need not end in order.
    private static readonly int s_readsUnderWay = OperatingSystem.IsWindows() ? 1 : 16;

    private readonly string _path;
    private readonly IDisposable? _claim; // a PortClaim; Windows needs none
    private readonly Port _port;
    private readonly Stream _stream;
    private readonly Queue<(Task<int> Bytes, byte[] Buffer)> _reads = new();
    private byte[] _arrived = [];
    private int _arrivedBytes;
    private int _takenBytes;
    private Task _writing = Task.CompletedTask;
    private bool _isGone;
    private bool _isClosed;

    private SerialPort(string path, IDisposable? claim, Port port)
    {
        _path = path;
        _claim = claim;
        _port = port;
        _stream = port.BaseStream;
    }

    /// <summary>Opens a port.</summary>
    /// <param name="path">The system's name for it: <c>/dev/ttyUSB0</c>, <c>/dev/cu.usbserial-10</c>, <c>COM3</c>. A symbolic
    /// link will do.</param>
    /// <param name="baud">Bits per second; on Linux one of those that it has names for.</param>
    /// <exception cref="SerialPortException">It cannot be opened; the port is as it was.</exception>
    public static SerialPort Open(string path, int baud)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(baud);
        IDisposable? claim = OperatingSystem.IsWindows() ? null : PortClaim.Take(path);
        try
        {
            RefuseUnnamed(path, baud);
            return new SerialPort(path, claim, OpenPort(path, baud));
        }
        catch (Exception)
        {
            claim?.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public int Read(Span<byte> buffer, int timeoutMilliseconds)
    {
        ObjectDisposedException.ThrowIf(_isClosed, this);
        if (buffer.IsEmpty) throw new ArgumentException("no room to read into", nameof(buffer));
        if (_takenBytes == _arrivedBytes && !Arrive(timeoutMilliseconds)) return 0;

        int bytes = Math.Min(buffer.Length, _arrivedBytes - _takenBytes);
        _arrived.AsSpan(_takenBytes, bytes).CopyTo(buffer);
        _takenBytes += bytes;
        return bytes;
    }

    /// <inheritdoc/>
    public bool Write(ReadOnlySpan<byte> bytes)
    {
        ObjectDisposedException.ThrowIf(_isClosed, this);
        if (_isGone) throw Gone();
        if (!_writing.IsCompleted) return false;
        try
        {
            _writing.GetAwaiter().GetResult();
            _writing = _stream.WriteAsync(bytes.ToArray(), 0, bytes.Length);
        }
        catch (Exception exception) when (IsFault(exception))
        {
            throw Gone();
        }

        return true;
    }

    /// <inheritdoc/>
    public void SetBaud(int baud)
    {
        ObjectDisposedException.ThrowIf(_isClosed, this);
        RefuseUnnamed(_path, baud);
        try
        {
            _port.BaudRate = baud;
        }
        catch (Exception exception) when (IsFault(exception))
        {
            throw IsThere() ? SerialPortException.BadBaudRate(_path, baud) : Gone();
        }
    }

    /// <summary>Puts the settings back and closes the port. Never throws, also when the device is gone.</summary>
    public void Dispose()
    {
        if (_isClosed) return;
        _isClosed = true;
        try
        {
            // The stream first: the port's own Dispose waits, without end if need be, until everything is sent.
            _stream.Dispose();
            _port.Dispose();
        }
        catch (Exception exception) when (IsFault(exception))
        {
        }

        _claim?.Dispose();
    }

    /// <summary>Waits for bytes.</summary>
    /// <remarks>A read is always under way, and none is ever cancelled: bytes that came at that moment would be lost.</remarks>
    private bool Arrive(int timeoutMilliseconds)
    {
        if (_isGone) throw Gone();
        try
        {
            while (_reads.Count < s_readsUnderWay)
            {
                byte[] buffer = _arrived.Length > 0 ? _arrived : new byte[BufferBytes];
                _arrived = [];
                _reads.Enqueue((_stream.ReadAsync(buffer, 0, BufferBytes), buffer));
            }

            if (Task.WaitAny([_reads.Peek().Bytes], timeoutMilliseconds) >= 0)
            {
                (Task<int> bytes, _arrived) = _reads.Dequeue();
                _takenBytes = _arrivedBytes = 0;
                _arrivedBytes = bytes.GetAwaiter().GetResult();
                return _arrivedBytes > 0;
            }
        }
        catch (Exception exception) when (IsFault(exception))
        {
            throw Gone();
        }

        // System.IO.Ports takes an end of file for silence; not every system reports a missing device otherwise.
        return IsThere() ? false : throw Gone();
    }

    /// <summary>Once gone, gone: a read begun after that would wait for ever.</summary>
    private SerialPortException Gone()
    {
        _isGone = true;
        return SerialPortException.Gone(_path);
    }

    private bool IsThere() => OperatingSystem.IsWindows() || File.Exists(_path);

    private static Port OpenPort(string path, int baud)
    {
        try
        {
            try
            {
                return OpenPort(path, baud, hasControlLines: true);
            }
            catch (IOException) when (File.Exists(path))
            {
                // A pseudo terminal has no such lines.
                return OpenPort(path, baud, hasControlLines: false);
            }
        }
        catch (FileNotFoundException)
        {
            throw SerialPortException.NotFound(path);
        }
        catch (IOException exception)
        {
            throw SerialPortException.Other(path, exception.Message);
        }
    }

    private static Port OpenPort(string path, int baud, bool hasControlLines)
    {
        var port = new Port(path, baud) { DtrEnable = hasControlLines, RtsEnable = hasControlLines };
        try
        {
            port.Open();
            return port;
        }
        catch (UnauthorizedAccessException)
        {
            throw SerialPortException.Busy(path);
        }
        catch (ArgumentOutOfRangeException)
        {
            throw SerialPortException.BadBaudRate(path, baud);
        }
        catch (ArgumentException)
        {
            throw SerialPortException.NotASerialPort(path);
        }
    }

    private static void RefuseUnnamed(string path, int baud)
    {
        if (OperatingSystem.IsLinux() && !s_linuxSpeeds.Contains(baud)) throw SerialPortException.BadBaudRate(path, baud);
    }

    /// <summary>What System.IO.Ports throws for a device that is not there any more, or does not want to.</summary>
    private static bool IsFault(Exception exception) => exception
        is IOException or UnauthorizedAccessException or InvalidOperationException or ArgumentException
        or OperationCanceledException;
}
