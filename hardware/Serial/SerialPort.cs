namespace Hardware.Serial;

/// <summary>A serial port of this computer, open for this process alone: 8 data bits, no parity, 1 stop bit, no flow control,
/// every byte as it comes.</summary>
/// <remarks>Not thread-safe. <see cref="Dispose()"/> puts the port's settings back as they were found.</remarks>
public abstract class SerialPort : IDisposable
{
    /// <summary>Opens a port.</summary>
    /// <param name="path">The system's name for it: <c>/dev/ttyUSB0</c>, <c>/dev/cu.usbserial-10</c>, <c>COM3</c>. A symbolic
    /// link will do.</param>
    /// <param name="baud">Bits per second; need not be one of the classic speeds.</param>
    /// <exception cref="SerialPortException">It cannot be opened; the port is as it was.</exception>
    public static SerialPort Open(string path, int baud)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(baud);
        return OperatingSystem.IsWindows() ? WindowsSerialPort.OpenPort(path, baud) : UnixSerialPort.OpenPort(path, baud);
    }

    /// <summary>Waits for bytes and takes those that are there.</summary>
    /// <param name="buffer">Where to put them.</param>
    /// <param name="timeoutMilliseconds">How long to wait for the first one.</param>
    /// <returns>How many; 0: none came in time, or a signal cut the wait short.</returns>
    /// <exception cref="SerialPortException">The device went away.</exception>
    public abstract int Read(Span<byte> buffer, int timeoutMilliseconds);

    /// <summary>Puts the settings back and closes the port. Never throws, also when the device is gone.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Closes the port, once.</summary>
    protected abstract void Dispose(bool isDisposing);
}
