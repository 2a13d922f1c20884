using System.Text;

using Hardware.Timeline;

namespace Hardware.Monitor;

/// <summary>Finds the board's traces in its text and draws each when it is whole, or when the text breaks off; the newest
/// replaces the one before.</summary>
/// <param name="files">What is made of them.</param>
internal sealed class TimelineSink(TraceFiles files) : ITextSink
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

    /// <exception cref="SinkException">It cannot be written.</exception>
    public void Flush()
    {
        files.Flush();

        // Once: a count that came damaged may be reached long before the end. Whatever comes after it is drawn later.
        if (_block is { IsComplete: true } && _drawnEvents == 0) Draw();
    }

    /// <exception cref="SinkException">It cannot be written.</exception>
    public void Break()
    {
        EndLine();
        Draw();
    }

    private void EndLine()
    {
        string line = Encoding.UTF8.GetString([.. _line]);
        _line.Clear();
        if (_reader.Read(line) != FtraceLine.Other) files.Add(line.TrimEnd('\r'));
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
        files.Write(_block, "Trace of the board");
    }
}
