namespace Hardware.Timeline;

/// <summary>The numbers of all items of one name; a pool's items share theirs.</summary>
/// <param name="Name">The handler's name.</param>
/// <param name="Objects">How many items have it.</param>
/// <param name="Runs">How often they ran, cut runs included.</param>
/// <param name="NotRun">How often they joined a queue and did not run in this trace.</param>
/// <param name="Latency">From joining the queue to the handler's start.</param>
/// <param name="RunTime">From the handler's start to its end; cut runs left out.</param>
public sealed record ItemNumbers(
    string Name, int Objects, int Runs, int NotRun, DurationSummary Latency, DurationSummary RunTime);

/// <summary>The numbers of one queue.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Queued">How often an item joined it.</param>
/// <param name="Runs">Runs of items that waited in it, cut runs included.</param>
/// <param name="MaxWaiting">The most items that waited at once.</param>
/// <param name="BusyMicroseconds">Time inside handlers, summed over its workers.</param>
/// <param name="Latency">From joining it to the handler's start.</param>
public sealed record QueueNumbers(
    string Name, int Queued, int Runs, int MaxWaiting, long BusyMicroseconds, DurationSummary Latency);

/// <summary>The numbers of the delays of all items of one name.</summary>
/// <param name="Name">The handler's name.</param>
/// <param name="Armed">How often a delay began, moved ones included.</param>
/// <param name="Moved">How often it was set anew before it had passed.</param>
/// <param name="Canceled">How often it was called off.</param>
/// <param name="Expired">How often it passed.</param>
/// <param name="Lateness">From where it was due to its expiry; of none where the trace does not say how long a jiffy
/// is.</param>
public sealed record TimerNumbers(string Name, int Armed, int Moved, int Canceled, int Expired, DurationSummary Lateness);

/// <summary>The numbers of one interrupt line.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Irq">Its number.</param>
/// <param name="Count">How many top halves.</param>
/// <param name="HandlerTime">How long they took; cut ones left out.</param>
public sealed record IrqNumbers(string Name, string Irq, int Count, DurationSummary HandlerTime);

/// <summary>A trace as tracks of spans over time, with its numbers.</summary>
/// <remarks>Records are taken in the order of their lines. Where a time goes back, as in a damaged line or over a clock that was
/// corrected, the span has no length; nothing is moved.</remarks>
public sealed class TraceTimeline
{
    internal TraceTimeline(TimelineBuilder built)
    {
        Start = built.Start;
        End = built.End;
        EventTimes = built.Times;
        Items = built.Items();
        Queues = built.Queues();
        Interrupts = built.Interrupts();
        Timers = built.Timers();
        Workers = built.Workers();
        LostRecords = built.Block.LostRecords;
        DamagedLines = built.Block.DamagedLines;
        MissesLines = built.Block.MissesLines;
        EndedEarlyAfter = built.Block.EndedEarlyAfter;
        HasCounterTimes = built.Block.HasCounterTimes;
        OtherEvents = built.Block.Events.Count(item => item.Kind == FtraceEventKind.Other);
        Losses = [.. built.Block.Losses.Where(loss => loss.Microseconds >= Start && loss.Microseconds <= End)];
    }

    /// <summary>Time of the first event, in microseconds of the trace's clock; 0 if there is none.</summary>
    public long Start { get; }

    /// <summary>Time of the last.</summary>
    public long End { get; }

    /// <summary>The times at which something happened, ascending, each once.</summary>
    public IReadOnlyList<long> EventTimes { get; }

    /// <summary>The items by name, in the order in which they appear.</summary>
    public IReadOnlyList<ItemNumbers> Items { get; }

    /// <summary>The queues, in the order in which they appear.</summary>
    public IReadOnlyList<QueueNumbers> Queues { get; }

    /// <summary>The interrupt lines, in the order in which they appear.</summary>
    public IReadOnlyList<IrqTrack> Interrupts { get; }

    /// <summary>The delays, in the order of the items.</summary>
    public IReadOnlyList<TimerTrack> Timers { get; }

    /// <summary>The workers, by name.</summary>
    public IReadOnlyList<WorkerTrack> Workers { get; }

    /// <summary>Records that newer ones had overwritten.</summary>
    public long LostRecords { get; }

    /// <summary>Lines that came damaged.</summary>
    public int DamagedLines { get; }

    /// <summary>True: lines are known to be missing, or came damaged.</summary>
    public bool MissesLines { get; }

    /// <summary>Records that were written before the board ended the text early; null: it did not.</summary>
    public long? EndedEarlyAfter { get; }

    /// <summary>True: the clock counts something else than time; a count stands as a microsecond.</summary>
    public bool HasCounterTimes { get; }

    /// <summary>Events of the trace that are no part of this.</summary>
    public int OtherEvents { get; }

    /// <summary>What the log reported as lost during the trace.</summary>
    public IReadOnlyList<LossMark> Losses { get; }

    /// <summary>The numbers of the delays.</summary>
    public IReadOnlyList<TimerNumbers> TimerNumbers => [.. Timers.Select(timer => new TimerNumbers(
        Items[timer.Item].Name,
        timer.Spans.Count(span => !span.IsStartCut),
        timer.Spans.Count(span => span.Outcome == TimerOutcome.Moved),
        timer.Spans.Count(span => span.Outcome == TimerOutcome.Canceled),
        timer.Spans.Count(span => span.Outcome == TimerOutcome.Expired),
        DurationSummary.Of(timer.Spans.Where(span => span.Outcome == TimerOutcome.Expired && span.Due is not null)
            .Select(span => Math.Max(0, span.End - span.Due!.Value)))))];

    /// <summary>The numbers of the interrupt lines.</summary>
    public IReadOnlyList<IrqNumbers> IrqNumbers => [.. Interrupts.Select(line => new IrqNumbers(
        line.Name, line.Irq, line.Spans.Count,
        DurationSummary.Of(line.Spans.Where(span => !span.IsCut).Select(span => span.End - span.Start))))];

    /// <summary>Makes spans of a trace's events.</summary>
    public static TraceTimeline Of(FtraceBlock block)
    {
        ArgumentNullException.ThrowIfNull(block);
        return new TraceTimeline(new TimelineBuilder(block));
    }
}
