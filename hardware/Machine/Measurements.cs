using System;
using System.Collections.Generic;

namespace Hardware.Machine;

/// <summary>Values of one kind that a run had, in the order in which they came.</summary>
public sealed class Samples
{
    private readonly List<long> _values = [];
    private bool _isSorted = true;

    /// <summary>How many there are.</summary>
    public int Count => _values.Count;

    /// <summary>The least; 0 when there is none.</summary>
    public long Min => At(0);

    /// <summary>The middle one; of an even number the lower one of the two.</summary>
    public long Median => At((Count - 1) / 2);

    /// <summary>99 of 100 are not above it.</summary>
    public long P99 => At((int)Math.Ceiling(Count * 0.99) - 1);

    /// <summary>The largest.</summary>
    public long Max => At(Count - 1);

    internal void Add(long value)
    {
        _isSorted = false;
        _values.Add(value);
    }

    private long At(int place)
    {
        if (Count == 0) return 0;
        if (!_isSorted) _values.Sort();
        _isSorted = true;
        return _values[place];
    }
}

/// <summary>What one kind of code did each time it ran: the top half of a pin, the handler of an item.</summary>
public sealed class CodeRuns
{
    /// <summary>From its beginning to its end, in ns; what interrupted it included.</summary>
    public Samples Nanoseconds { get; } = new();

    /// <summary>IL instructions that it executed itself.</summary>
    public Samples Instructions { get; } = new();

    /// <summary>Calls that it made.</summary>
    public Samples Calls { get; } = new();

    /// <summary>Bytes that it allocated.</summary>
    public Samples Bytes { get; } = new();

    internal void Add(long nanoseconds, Usage usage)
    {
        Nanoseconds.Add(nanoseconds);
        Instructions.Add(usage.Instructions);
        Calls.Add(usage.Calls);
        Bytes.Add(usage.Bytes);
    }
}

/// <summary>The interrupts of a pin.</summary>
/// <param name="Pin">Its number.</param>
public sealed record PinReport(int Pin)
{
    /// <summary>Records that its interrupt routine made.</summary>
    public long Recorded { get; internal set; }

    /// <summary>Of those, lost to newer ones in the full ring.</summary>
    public long LostInRing { get; internal set; }

    /// <summary>Of those, lost because the heap had no room for them.</summary>
    public long LostInHeap { get; internal set; }

    /// <summary>From an edge to the first instruction of the pin's handlers, in ns.</summary>
    public Samples Latency { get; } = new();

    /// <summary>What the handlers took: the top half.</summary>
    public CodeRuns TopHalf { get; } = new();
}

/// <summary>The work items of one name.</summary>
/// <param name="Name">What the firmware calls them.</param>
public sealed record ItemReport(string Name)
{
    /// <summary>How many objects have that name.</summary>
    public int Items { get; internal set; }

    /// <summary>From an edge to the first instruction of the handler, in ns: of items that a top half queued.</summary>
    public Samples SinceEdge { get; } = new();

    /// <summary>From queueing, or for delayed work from the moment it was due, to the handler, in ns.</summary>
    public Samples SinceQueued { get; } = new();

    /// <summary>What the handler took.</summary>
    public CodeRuns Handler { get; } = new();
}

/// <summary>What a thread has used of the machine.</summary>
internal readonly record struct Usage(long Instructions, long Calls, long Bytes)
{
    public static Usage operator -(Usage a, Usage b) =>
        new(a.Instructions - b.Instructions, a.Calls - b.Calls, a.Bytes - b.Bytes);

    public static Usage operator +(Usage a, Usage b) =>
        new(a.Instructions + b.Instructions, a.Calls + b.Calls, a.Bytes + b.Bytes);
}
