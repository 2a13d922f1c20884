using System.Text.Json;
using Hardware.Page;
using Hardware.Timeline;

namespace Hardware.Monitor;

/// <summary>A real board as pages show it: its log as it comes, and what its newest trace tells. Nothing can be
/// pressed.</summary>
/// <remarks>The log's lines have no time here: when they came says little of when they were written.</remarks>
internal sealed class MonitorPage : IPageBoard, ITextSink
{
    private readonly FtraceReader _reader = new(blocksMax: 1); // tells which lines are a trace's
    private readonly ByteLines _lines;
    private readonly string _name;
    private volatile FtraceBlock? _block;
    private readonly TraceEvents _events = new();

    internal MonitorPage(string name)
    {
        _name = name;
        _lines = new ByteLines(Show);
        Feed.Begin(JsonSerializer.Serialize(new { board = name, isReal = true, parts = Array.Empty<object>() }));
    }

    /// <inheritdoc/>
    public Feed Feed { get; } = new();

    /// <inheritdoc/>
    public string? Do(PageRequest request) => "this is a real board: press it by hand";

    /// <inheritdoc/>
    public PagePicture? DrawTimeline()
    {
        if (_block is not { } block) return null;
        (string svg, IReadOnlyList<DrawnStretch> stretches) =
            TimelineSvg.DrawWithTimes(TraceTimeline.Of(block), $"Trace of {_name}");
        return new PagePicture(svg, [.. stretches.Select(each => each.Numbers)]);
    }

    /// <summary>A trace came: it takes the place of the one before.</summary>
    internal void Show(FtraceBlock block)
    {
        Feed.Add(new PageEvent("TraceBegins", 0) { Name = $"{block.Events.Count} events" });
        foreach (PageEvent each in _events.Of(block)) Feed.Add(each);
        _block = block;
    }

    /// <summary>A line came; those of a trace are shown with it.</summary>
    internal void Show(string line)
    {
        if (_reader.Read(line) == FtraceLine.Other) Feed.Add(new PageEvent("Printed", 0) { Name = line });
    }

    public void Write(ReadOnlySpan<byte> text) => _lines.Write(text);

    public void Flush()
    {
    }

    public void Break()
    {
        if (_lines.IsInside) _lines.End();
    }
}
