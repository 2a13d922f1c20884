namespace VirtualBoard;

/// <summary>Somebody at the other end of the serial cable.</summary>
public interface ISerialListener
{
    /// <summary>A line came, without its end: one at a time, on the thread that runs the board.</summary>
    /// <remarks>Must not throw: who writes is the firmware, and it has no part in what becomes of its log.</remarks>
    void Receive(string line);
}

/// <summary>Shows the lines.</summary>
/// <param name="writer">Where they go; writing never throws.</param>
public sealed class LineWriter(TextWriter writer) : ISerialListener
{
    /// <inheritdoc/>
    public void Receive(string line) => writer.Write(line + "\n");
}
