using System.Diagnostics;
using System.Text;

namespace VirtualBoard;

/// <summary>Somebody at the other end of the serial cable.</summary>
public interface ISerialListener
{
    /// <summary>A line came, without its end. Called by the thread that wrote it, one line at a time.</summary>
    /// <remarks>It may take its time: who writes waits, as for a UART. Must not throw: who writes is the firmware, and it has no
    /// part in what becomes of its log.</remarks>
    void Receive(string line);
}

/// <summary>The board's serial port: <c>Console.Out</c> of the firmware. It sends whole lines to its listeners and counts.
/// After power-off it is silent.</summary>
/// <param name="listeners">Told of each line, in this order.</param>
public sealed class SerialPort(params ISerialListener[] listeners) : TextWriter
{
    private readonly object _wire = new();              // all fields below
    private readonly StringBuilder _line = new();
    private long _lastCharacter = Stopwatch.GetTimestamp();
    private bool _isOff;
    private long _bytes;
    private long _lines;

    /// <summary>UTF-8.</summary>
    public override Encoding Encoding => Encoding.UTF8;

    /// <summary>Bytes sent, ends of lines (one byte each) included.</summary>
    public long Bytes
    {
        get
        {
            lock (_wire) return _bytes;
        }
    }

    /// <summary>Lines sent.</summary>
    public long Lines
    {
        get
        {
            lock (_wire) return _lines;
        }
    }

    /// <summary>Sends a character. A carriage return is taken for a part of the line's end and left out.</summary>
    public override void Write(char value)
    {
        lock (_wire) SendLocked(value);
    }

    /// <summary>Sends a text in one piece.</summary>
    public override void Write(string? value)
    {
        lock (_wire)
        {
            foreach (char character in value ?? "") SendLocked(character);
        }
    }

    /// <summary>Sends a text and the end of a line in one piece.</summary>
    public override void WriteLine(string? value) => Write(value + "\n");

    /// <summary>Sends the end of a line.</summary>
    public override void WriteLine() => Write('\n');

    /// <summary>Waits until the port has been silent for a while.</summary>
    /// <param name="silence">For how long.</param>
    /// <param name="timeout">The longest wait.</param>
    /// <returns>False: it kept talking.</returns>
    public bool WaitUntilSilent(TimeSpan silence, TimeSpan timeout)
    {
        long start = Stopwatch.GetTimestamp();
        lock (_wire)
        {
            while (true)
            {
                TimeSpan left = silence - Stopwatch.GetElapsedTime(_lastCharacter);
                if (left <= TimeSpan.Zero) return true;
                if (Stopwatch.GetElapsedTime(start) > timeout) return false;
                Monitor.Wait(_wire, left);
            }
        }
    }

    /// <summary>Ends it: a line that has begun is sent, everything later is lost.</summary>
    public void PowerOff()
    {
        lock (_wire)
        {
            if (_line.Length > 0) EndLineLocked();
            _isOff = true;
        }
    }

    private void SendLocked(char character)
    {
        if (_isOff || character == '\r') return;
        if (character == '\n') EndLineLocked();
        else _line.Append(character);
        _lastCharacter = Stopwatch.GetTimestamp();
    }

    private void EndLineLocked()
    {
        string line = _line.ToString();
        _line.Clear();
        _lines++;
        _bytes += Encoding.GetByteCount(line) + 1;
        foreach (ISerialListener listener in listeners) listener.Receive(line);
    }
}

/// <summary>Writes the lines to a file or to the screen. If that fails it stops writing and remembers why.</summary>
/// <param name="writer">Flushed after each line.</param>
public sealed class LineRecorder(TextWriter writer) : ISerialListener
{
    /// <summary>Why nothing is written any more; null while all is well.</summary>
    public string? Failure { get; private set; }

    /// <inheritdoc/>
    public void Receive(string line)
    {
        if (Failure is not null) return;
        try
        {
            writer.Write(line + "\n");
            writer.Flush();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Failure = exception.Message;
        }
    }
}
