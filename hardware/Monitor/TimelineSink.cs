using System.Text;

using Hardware.Timeline;

namespace Hardware.Monitor;

/// <summary>Finds the board's traces in its text and draws each when it is whole, or when the text breaks off; the newest
/// replaces the one before.</summary>
/// <param name="file">Where the picture goes. Disposed with this.</param>
/// <param name="path">Its name.</param>
/// <param name="notice">Tells the user.</param>
internal sealed class TimelineSink(TimelineFile file, string path, Action<string> notice) : ITextSink
{
    // Longer lines are no trace's.
    private const int LineBytesMax = 4096;

    private readonly FtraceReader _reader = new(blocksMax: 1);
    private readonly List<byte> _line = [];
    private FtraceBlock? _block;
    private int _drawnEvents;

    public void Write(ReadOnlySpan<byte> text)
    {
        foreach (byte letter in text)
        {
            if (letter == (byte)'\n') EndLine();
            else if (_line.Count < LineBytesMax) _line.Add(letter);
        }
    }

    /// <exception cref="TimelineException">The picture cannot be written.</exception>
    public void Flush()
    {
        // Once: a count that came damaged may be reached long before the end. Whatever comes after it is drawn later.
        if (_block is { IsComplete: true } && _drawnEvents == 0) Draw();
    }

    /// <exception cref="TimelineException">The picture cannot be written.</exception>
    public void Break()
    {
        EndLine();
        Draw();
    }

    public void Dispose() => file.Dispose();

    private void EndLine()
    {
        string line = Encoding.UTF8.GetString([.. _line]);
        _line.Clear();
        _reader.Read(line);
        if (_reader.Blocks.Count == 0 || _reader.Blocks[^1] == _block) return;
        // A new trace begins: whatever was missing of the former will not come any more.
        Draw();
        _block = _reader.Blocks[^1];
        _drawnEvents = 0;
    }

    private void Draw()
    {
        if (_block is null || _block.Events.Count == _drawnEvents) return;
        _drawnEvents = _block.Events.Count;
        try
        {
            file.Write(TimelineSvg.Draw(TraceTimeline.Of(_block), "Trace of the board"));
        }
        catch (IOException exception)
        {
            throw new TimelineException($"{path}: cannot write the timeline: {exception.Message}", exception);
        }

        bool isWhole = _block.IsComplete && !_block.MissesLines;
        notice($"timeline: {_block.Events.Count} events drawn to {path}{(isWhole ? "" : ", some lines are missing")}");
    }
}

/// <summary>The picture cannot be written.</summary>
internal sealed class TimelineException(string message, Exception cause) : IOException(message, cause);
