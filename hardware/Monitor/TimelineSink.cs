using Hardware.Timeline;

namespace Hardware.Monitor;

/// <summary>Finds the board's traces in its text and draws each when it is whole, or when the text breaks off; the newest
/// replaces the one before.</summary>
internal sealed class TimelineSink : ITextSink
{
    private readonly TraceFiles _files;
    private readonly ByteLines _lines;
    private readonly FtraceReader _reader = new(blocksMax: 1);
    private FtraceBlock? _block;
    private int _drawnEvents;

    /// <param name="files">What is made of them.</param>
    internal TimelineSink(TraceFiles files)
    {
        _files = files;
        _lines = new ByteLines(Take);
    }

    public void Write(ReadOnlySpan<byte> text) => _lines.Write(text);

    /// <exception cref="SinkException">It cannot be written.</exception>
    public void Flush()
    {
        _files.Flush();

        // Once: a count that came damaged may be reached long before the end. Whatever comes after it is drawn later.
        if (_block is { IsComplete: true } && _drawnEvents == 0) Draw();
    }

    /// <exception cref="SinkException">It cannot be written.</exception>
    public void Break()
    {
        _lines.End();
        Draw();
    }

    private void Take(string line)
    {
        if (_reader.Read(line) != FtraceLine.Other) _files.Add(line);
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
        _files.Write(_block, "Trace of the board");
    }
}
