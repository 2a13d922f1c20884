namespace Hardware.Timeline;

/// <summary>What became of an item that waited.</summary>
public enum WaitOutcome
{
    /// <summary>It ran.</summary>
    Ran,

    /// <summary>It went back to its timer.</summary>
    BackToTimer,

    /// <summary>It never ran, as it is queued again later: it was cancelled, or the record of its run is lost. When is not
    /// known; the span ends with the next queueing.</summary>
    TakenOff,

    /// <summary>The trace ends before its wait does, or it was cancelled and never queued again.</summary>
    Open,
}

/// <summary>What became of a delay.</summary>
public enum TimerOutcome
{
    /// <summary>It passed.</summary>
    Expired,

    /// <summary>It was set anew.</summary>
    Moved,

    /// <summary>It was called off.</summary>
    Canceled,

    /// <summary>Its item was queued at once, as a flush does.</summary>
    QueuedEarly,

    /// <summary>The trace does not say. The span ends where it was due, or with the trace.</summary>
    Open,
}

/// <summary>A top half.</summary>
/// <param name="Start">Microseconds; where <paramref name="IsCut"/>, perhaps not the real start.</param>
/// <param name="End">Microseconds, likewise.</param>
/// <param name="IsCut">True: its entry or its exit is not in the trace.</param>
public sealed record IrqSpan(long Start, long End, bool IsCut);

/// <summary>An item that waits for a worker.</summary>
/// <param name="Item">Index into <see cref="TraceTimeline.Items"/>.</param>
/// <param name="Queue">Name of the queue.</param>
/// <param name="Start">Microseconds: it joined the queue.</param>
/// <param name="End">Microseconds: the wait ended.</param>
/// <param name="Outcome">How.</param>
public sealed record WaitSpan(int Item, string Queue, long Start, long End, WaitOutcome Outcome);

/// <summary>A run of an item's handler.</summary>
/// <param name="Item">Index into <see cref="TraceTimeline.Items"/>.</param>
/// <param name="Queue">Name of the queue it waited in; where that is not in the trace, the worker's name before the /.</param>
/// <param name="QueuedAt">Microseconds: it joined the queue; null: not in the trace.</param>
/// <param name="Start">Microseconds; where <paramref name="IsCut"/>, perhaps not the real start.</param>
/// <param name="End">Microseconds, likewise.</param>
/// <param name="IsCut">True: its start or its end is not in the trace.</param>
public sealed record RunSpan(int Item, string Queue, long? QueuedAt, long Start, long End, bool IsCut);

/// <summary>A delay.</summary>
/// <param name="Item">Index into <see cref="TraceTimeline.Items"/>.</param>
/// <param name="Start">Microseconds: it began; where <paramref name="IsStartCut"/>, the start of the trace.</param>
/// <param name="Due">Microseconds: when it must not have expired before; null: not known.</param>
/// <param name="End">Microseconds: it ended.</param>
/// <param name="Outcome">How.</param>
/// <param name="IsStartCut">True: its beginning is not in the trace.</param>
public sealed record ArmedSpan(
    int Item, long Start, long? Due, long End, TimerOutcome Outcome, bool IsStartCut = false);

/// <summary>The top halves of one interrupt line on one processor.</summary>
/// <param name="Name">The line's name; with the processor, where the line has top halves on several.</param>
/// <param name="Irq">Its number.</param>
/// <param name="Spans">In the order of their ends.</param>
public sealed record IrqTrack(string Name, string Irq, IReadOnlyList<IrqSpan> Spans);

/// <summary>The delays of the items of one name.</summary>
/// <param name="Item">Index into <see cref="TraceTimeline.Items"/>.</param>
/// <param name="Spans">In the order of their ends.</param>
public sealed record TimerTrack(int Item, IReadOnlyList<ArmedSpan> Spans);

/// <summary>What a worker did.</summary>
/// <param name="Name">Its name; a queue's, where items wait that no worker of the trace took.</param>
/// <param name="Runs">In the order of their ends.</param>
/// <param name="Waits">In the order of their ends; those that ended in a run of this worker, and those of its queue that never
/// ran.</param>
public sealed record WorkerTrack(string Name, IReadOnlyList<RunSpan> Runs, IReadOnlyList<WaitSpan> Waits);
