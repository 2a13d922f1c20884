namespace VirtualBoard;

/// <summary>Somebody at the other end of the serial cable.</summary>
public interface ISerialListener
{
    /// <summary>A line came, without its end: one at a time, on the thread that runs the board.</summary>
    /// <remarks>Must not throw: who writes is the firmware, and it has no part in what becomes of its log.</remarks>
    void Receive(string line);
}

/// <summary>Writes the lines to a file or to the screen. If that fails it stops writing and remembers why.</summary>
/// <param name="writer">Where they go.</param>
public sealed class LineRecorder(TextWriter writer) : ISerialListener
{
    /// <summary>Why nothing is written any more; null while all is well.</summary>
    public string? Failure { get; private set; }

    /// <inheritdoc/>
    public void Receive(string line) => Try(() => writer.Write(line + "\n"));

    /// <summary>Brings what was written to where it goes.</summary>
    public void Flush() => Try(writer.Flush);

    /// <summary>The same, and closes it. What could not be written is left alone.</summary>
    public void Close() => Try(writer.Dispose);

    private void Try(Action write)
    {
        if (Failure is not null) return;
        try
        {
            write();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Failure = exception.Message;
        }
    }
}
