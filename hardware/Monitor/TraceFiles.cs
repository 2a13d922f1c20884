using Hardware.Timeline;

namespace Hardware.Monitor;

/// <summary>What is made of a trace: a picture, signals, a page. Each trace takes the place of the one before.</summary>
internal sealed class TraceFiles : IDisposable
{
    private readonly string? _picturePath;
    private readonly string? _signalsPath;
    private readonly TimelineFile? _picture;
    private readonly TimelineFile? _signals;
    private readonly Action<FtraceBlock>? _page;
    private readonly Action<string> _notice;

    /// <param name="picturePath">Where the picture goes; null: there is none.</param>
    /// <param name="signalsPath">Where the signals go; null: there are none.</param>
    /// <param name="page">Shows it; null: nobody does.</param>
    /// <param name="notice">Tells the user.</param>
    /// <exception cref="IOException">One cannot be written; the message is one line.</exception>
    internal TraceFiles(string? picturePath, string? signalsPath, Action<FtraceBlock>? page, Action<string> notice)
    {
        _picturePath = picturePath;
        _signalsPath = signalsPath;
        _page = page;
        _notice = notice;
        _picture = Open("--timeline", picturePath, TimelineFile.Picture);
        try
        {
            _signals = Open("--vcd", signalsPath, TimelineFile.Signals);
        }
        catch (IOException)
        {
            _picture?.Dispose();
            throw;
        }
    }

    /// <summary>Writes them.</summary>
    /// <param name="block">The trace.</param>
    /// <param name="title">What it is of.</param>
    /// <param name="which">Which one it is, to be added to what the user is told.</param>
    /// <exception cref="TimelineException">One cannot be written.</exception>
    internal void Write(FtraceBlock block, string title, string which = "")
    {
        _page?.Invoke(block);
        if (_picture is null && _signals is null) return;
        TraceTimeline timeline = TraceTimeline.Of(block);
        string missing = block.MissesLines ? ", some lines are missing" : "";
        if (_picture is not null)
        {
            Put(_picture, _picturePath!, () => TimelineSvg.Draw(timeline, title));
            _notice($"timeline: {block.Events.Count} events drawn to {_picturePath}{which}{missing}");
        }

        if (_signals is null) return;
        ValueChangeDump signals = ValueChangeDump.Of(timeline);
        Put(_signals, _signalsPath!, () =>
        {
            var text = new StringWriter();
            signals.WriteTo(text, title, timeline.Start, timeline.End);
            return text.ToString();
        });
        _notice($"signals: {signals.ChangeCount} changes written to {_signalsPath}{which}{missing}");
    }

    /// <summary>Closes them.</summary>
    public void Dispose()
    {
        _picture?.Dispose();
        _signals?.Dispose();
    }

    private static TimelineFile? Open(string option, string? path, string ending)
    {
        try
        {
            return path is null ? null : TimelineFile.Open(path, ending);
        }
        catch (IOException exception)
        {
            throw new IOException($"{option}: {exception.Message}", exception);
        }
    }

    private static void Put(TimelineFile file, string path, Func<string> make)
    {
        try
        {
            file.Write(make());
        }
        catch (IOException exception)
        {
            throw new TimelineException($"cannot write {path}: {exception.Message}", exception);
        }
    }
}

/// <summary>What was to be made of a trace cannot be written.</summary>
internal sealed class TimelineException(string message, Exception cause) : IOException(message, cause);
