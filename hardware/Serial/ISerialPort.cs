namespace Hardware.Serial;

/// <summary>An open serial port, or what stands for one in a test.</summary>
public interface ISerialPort : IDisposable
{
    /// <summary>Waits for bytes and takes those that are there.</summary>
    /// <param name="buffer">Where to put them.</param>
    /// <param name="timeoutMilliseconds">How long to wait for the first one.</param>
    /// <returns>How many; 0: none came in time.</returns>
    /// <exception cref="SerialPortException">The device went away.</exception>
    int Read(Span<byte> buffer, int timeoutMilliseconds);

    /// <summary>Sends the bytes. Does not wait until they are sent.</summary>
    /// <returns>False: what was given before is still on its way, and nothing was taken.</returns>
    /// <exception cref="SerialPortException">The device went away.</exception>
    bool Write(ReadOnlySpan<byte> bytes);

    /// <summary>Changes the speed and nothing else: no control line moves, no byte is thrown away.</summary>
    /// <param name="baud">Bits per second.</param>
    /// <exception cref="SerialPortException">The device went away, or cannot run at this speed.</exception>
    void SetBaud(int baud);
}
