using System;

namespace Hardware.Machine;

/// <summary>What was seen on the way from a wire to a handler.</summary>
public enum SeenKind
{
    /// <summary>The level of a wire changed, whoever made it.</summary>
    PinChanged,

    /// <summary>The interrupt routine recorded an edge in the ring.</summary>
    EdgeRecorded,

    /// <summary>The full ring lost its oldest edge.</summary>
    EdgeLostInRing,

    /// <summary>An edge left the ring for the list in the heap.</summary>
    EdgeListed,

    /// <summary>The heap had no room for an edge that left the ring.</summary>
    EdgeLostInHeap,

    /// <summary>The dispatcher took an edge.</summary>
    EdgeDispatched,

    /// <summary>The pin's handler begins.</summary>
    TopHalfBegins,

    /// <summary>It has ended.</summary>
    TopHalfEnds,

    /// <summary>The dispatcher is free again.</summary>
    EdgeDone,

    /// <summary>The timer of an item was armed, or armed anew.</summary>
    ItemArmed,

    /// <summary>An item joined a queue.</summary>
    ItemQueued,

    /// <summary>A worker calls an item's handler.</summary>
    ItemStarted,

    /// <summary>The handler has returned, or thrown.</summary>
    ItemEnded,

    /// <summary>An item was taken off its queue or its timer.</summary>
    ItemCanceled,

    /// <summary>A queue has more or fewer waiting items, or has counted something. It belongs to what happens to an item, so no
    /// time is taken for it.</summary>
    QueueCounted,

    /// <summary>An item was taken out of a pool, or given back.</summary>
    PoolUsed,

    /// <summary>A line of the serial log is out.</summary>
    Printed,
}

/// <summary>One thing that was seen. What it has nothing to say about is 0, -1 or empty.</summary>
/// <param name="Kind">What.</param>
/// <param name="Nanoseconds">When, since power-on.</param>
public sealed record Seen(SeenKind Kind, long Nanoseconds)
{
    /// <summary>IL instructions of all threads until then.</summary>
    public long Instructions { get; init; }

    /// <summary>The edge that it is about or comes from, numbered from 1 as they were recorded; 0: none.</summary>
    public long Edge { get; init; }

    /// <summary>The pin; -1: none, also of the expiry of a chip's timer, which goes the way of an edge.</summary>
    public int Pin { get; init; } = -1;

    /// <summary>The level that it went to.</summary>
    public bool IsHigh { get; init; }

    /// <summary>The item, or the pool, numbered from 1 as they were seen first; 0: none.</summary>
    public int Item { get; init; }

    /// <summary>Its name, or the line that was printed.</summary>
    public string Name { get; init; } = "";

    /// <summary>The queue that an item is armed for, waits in or ran for.</summary>
    public string Queue { get; init; } = "";

    /// <summary>The item whose handler did it; 0: none.</summary>
    public int By { get; init; }

    /// <summary>When an armed item is due, in ns since power-on.</summary>
    public long Due { get; init; }

    /// <summary>True: an item comes from its timer.</summary>
    public bool IsFromTimer { get; init; }

    /// <summary>The thread, as reports call it.</summary>
    public string Thread { get; init; } = "";

    /// <summary>The worker that runs an item: its queue's name, a slash and a number from 0.</summary>
    public string Worker { get; init; } = "";

    /// <summary>True: the handler that ended has thrown.</summary>
    public bool HasThrown { get; init; }

    /// <summary>Items that wait in the queue, of <see cref="SeenKind.QueueCounted"/>.</summary>
    public int Waiting { get; init; }

    /// <summary>What that queue has counted, if that has changed: its counters are looked at when threads
    /// switch. Null: it has not, or its library keeps none.</summary>
    public QueueCounters? Counters { get; init; }

    /// <summary>Instructions that an ended handler or top half executed itself.</summary>
    public long OwnInstructions { get; init; }

    /// <summary>Where in the firmware's source: the innermost place outside the library, or the method of a handler that
    /// begins.</summary>
    public string Where { get; init; } = "";

    /// <summary>Items free in a pool.</summary>
    public int Free { get; init; }

    /// <summary>Items of a pool.</summary>
    public int Capacity { get; init; }

    /// <summary>What the hardware counts at that moment.</summary>
    public Counts Counts { get; init; }
}

/// <summary>What a queue has counted, as its dump says it.</summary>
/// <param name="Queued">Items that were queued or armed.</param>
/// <param name="Executed">Runs that have ended.</param>
/// <param name="Coalesced">Calls for an item that was pending already.</param>
/// <param name="Refused">Calls that were refused.</param>
/// <param name="Faulted">Runs that threw.</param>
/// <param name="Canceled">Items that were taken off.</param>
/// <param name="MaxDepth">The most that waited at once.</param>
/// <param name="MaxLatencyMilliseconds">The longest wait.</param>
/// <param name="BusyMilliseconds">Inside handlers.</param>
public readonly record struct QueueCounters(long Queued, long Executed, long Coalesced, long Refused, long Faulted, long Canceled,
    long MaxDepth, long MaxLatencyMilliseconds, long BusyMilliseconds);

/// <summary>What the hardware counts at a moment.</summary>
/// <param name="Recorded">Edges recorded until then.</param>
/// <param name="LostInRing">Of those, lost in the ring.</param>
/// <param name="LostInHeap">Of those, lost for want of heap.</param>
/// <param name="InRing">Edges that wait in the ring.</param>
/// <param name="InList">Edges that wait in the heap.</param>
/// <param name="HeapBytes">Used of the heap, garbage included.</param>
/// <param name="IdleNanoseconds">Time in which nothing was ready.</param>
/// <param name="Switches">Thread switches.</param>
/// <param name="Calls">Calls.</param>
/// <param name="AllocatedBytes">Allocated until then.</param>
public readonly record struct Counts(long Recorded, long LostInRing, long LostInHeap, int InRing, int InList, long HeapBytes,
    long IdleNanoseconds, long Switches, long Calls, long AllocatedBytes);
