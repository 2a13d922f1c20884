using Hardware.Serial;

namespace Hardware.Monitor;

/// <summary>Where a session gets its port from, and the time it passes without one.</summary>
internal interface IPortSource
{
    /// <summary>Opens the port.</summary>
    /// <param name="baud">Its speed in bits per second.</param>
    /// <exception cref="SerialPortException">It cannot be opened.</exception>
    ISerialPort Open(int baud);

    /// <summary>Lets time pass.</summary>
    /// <returns>False: asked to end.</returns>
    bool Wait(int milliseconds, CancellationToken end);
}

/// <summary>A port of this computer.</summary>
/// <param name="path">The system's name for it.</param>
internal sealed class PortSource(string path) : IPortSource
{
    public ISerialPort Open(int baud) => SerialPort.Open(path, baud);

    public bool Wait(int milliseconds, CancellationToken end) => !end.WaitHandle.WaitOne(milliseconds);
}
