using Hardware.Timeline;

namespace VirtualBoard;

/// <summary>Takes the firmware's traces out of the serial log: their lines go to a file instead of the screen.</summary>
/// <remarks>It knows the text of the log and nothing of what wrote it, as everybody at the other end of a cable.</remarks>
/// <param name="screen">Gets all other lines.</param>
/// <param name="file">Gets the traces' lines; null: nobody does.</param>
public sealed class TraceTap(ISerialListener screen, Action<string>? file) : ISerialListener
{
    private readonly FtraceReader _reader = new();

    /// <summary>The traces that came, oldest first: one for each time the module was unloaded. Ask after power-off.</summary>
    public IReadOnlyList<FtraceBlock> Traces => _reader.Blocks;

    /// <inheritdoc/>
    public void Receive(string line)
    {
        if (_reader.Read(line) == FtraceLine.Other) screen.Receive(line);
        else file?.Invoke(line);
    }
}
