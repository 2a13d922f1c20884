using Hardware.Cli;
using Hardware.Timeline;

namespace Hardware.Monitor;

/// <summary>What is made of traces: the lines of all of them; a picture and signals of the newest.</summary>
/// <param name="lines">Where the lines go; null: nowhere. The files are not disposed here.</param>
/// <param name="picture">Where the picture goes; null: there is none.</param>
/// <param name="signals">Where the signals go; null: there are none.</param>
/// <param name="notice">Tells the user.</param>
internal sealed class TraceFiles(OutputFile? lines, OutputFile? picture, OutputFile? signals, Action<string> notice)
{
    /// <summary>Shows it too; null: nobody does.</summary>
    internal Action<FtraceBlock>? Page { get; set; }

    /// <summary>True: there is nothing to be made.</summary>
    internal bool AreNone => lines is null && picture is null && signals is null;

    /// <summary>Keeps a line of a trace.</summary>
    internal void Add(string line) => lines?.WriteLine(line);

    /// <summary>Brings the lines to where they go.</summary>
    /// <exception cref="SinkException">They cannot be written.</exception>
    internal void Flush()
    {
        lines?.Flush();
        ThrowIfLost(lines);
    }

    /// <summary>Makes picture and signals; they take the place of those before.</summary>
    /// <param name="block">The trace.</param>
    /// <param name="title">What it is of.</param>
    /// <param name="which">Which one it is, to be added to what the user is told.</param>
    /// <exception cref="SinkException">One cannot be written.</exception>
    internal void Write(FtraceBlock block, string title, string which = "")
    {
        Flush();
        Page?.Invoke(block);
        TraceTimeline timeline = TraceTimeline.Of(block);
        string missing = block.MissesLines ? ", some lines are missing" : "";
        if (lines is not null) notice($"trace: {block.Events.Count} events written to {lines.Path}{which}{missing}");
        if (picture is not null)
        {
            picture.Replace(TimelineSvg.Draw(timeline, title));
            ThrowIfLost(picture);
            notice($"timeline: {block.Events.Count} events drawn to {picture.Path}{which}{missing}");
        }

        if (signals is null) return;
        ValueChangeDump changes = ValueChangeDump.Of(timeline);
        var text = new StringWriter();
        changes.WriteTo(text, title, timeline.Start, timeline.End);
        signals.Replace(text.ToString());
        ThrowIfLost(signals);
        notice($"signals: {changes.ChangeCount} changes written to {signals.Path}{which}{missing}");
    }

    private static void ThrowIfLost(OutputFile? file)
    {
        if (file?.Failure is { } failure) throw new SinkException(failure);
    }
}
