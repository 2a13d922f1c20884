using System.Diagnostics;
using System.Text;
using Hardware.Serial;

namespace VirtualBoard;

#pragma warning disable CA1416 // Open is the only way in, and it refuses on Windows

/// <summary>The serial cable: the log on a pseudo terminal, as raw text, where a monitor reads it as a board's.</summary>
/// <remarks>A line that nobody takes is lost and counted, as on a UART: the firmware never waits for a listener.</remarks>
public sealed class SerialLine : ISerialListener, IDisposable
{
    private const int PollMilliseconds = 20;

    private readonly PseudoTerminal _terminal;

    private SerialLine(PseudoTerminal terminal) => _terminal = terminal;

    /// <summary>What a monitor opens.</summary>
    public string Path => _terminal.Path;

    /// <summary>Bytes that nobody took.</summary>
    public long DroppedBytes => _terminal.DroppedBytes;

    /// <summary>Makes one.</summary>
    /// <exception cref="UsageException">The system has none.</exception>
    public static SerialLine Open()
    {
        if (OperatingSystem.IsWindows()) throw new UsageException("--serial-port: Windows has no pseudo terminals; use --log");
        try
        {
            return new SerialLine(PseudoTerminal.Open());
        }
        catch (IOException exception)
        {
            throw new UsageException($"--serial-port: {exception.Message}");
        }
    }

    /// <summary>Waits until somebody listens.</summary>
    /// <returns>False: nobody came.</returns>
    public bool WaitForListener(TimeSpan timeout) => WaitUntil(() => _terminal.HasListener, timeout);

    /// <inheritdoc/>
    public void Receive(string line) => _terminal.Write(Encoding.UTF8.GetBytes(line + "\n"));

    /// <summary>Leaves the listener time to fetch what is on its way (closing the terminal would discard it), then takes the port
    /// away. Ends early when the listener leaves.</summary>
    public void Dispose()
    {
        WaitUntil(() => !_terminal.HasListener, TimeSpan.FromSeconds(2));
        _terminal.Dispose();
    }

    private static bool WaitUntil(Func<bool> condition, TimeSpan timeout)
    {
        long start = Stopwatch.GetTimestamp();
        while (!condition())
        {
            if (Stopwatch.GetElapsedTime(start) > timeout) return false;
            Thread.Sleep(PollMilliseconds);
        }

        return true;
    }
}
