namespace Hardware.Page;

/// <summary>One thing that happened, as pages are told of it.</summary>
/// <param name="Kind">What: <c>said</c> in <c>world.js</c> has the words for each.</param>
/// <param name="Nanoseconds">When; 0: at no time that is known.</param>
public sealed record PageEvent(string Kind, long Nanoseconds)
{
    /// <summary>Instructions of all threads until then.</summary>
    public long Instructions { get; init; }

    /// <summary>The edge that it is about or comes from, from 1.</summary>
    public long Edge { get; init; }

    /// <summary>The pin, and 1 more.</summary>
    public int PinAndOne { get; init; }

    /// <summary>The level that it went to.</summary>
    public bool IsHigh { get; init; }

    /// <summary>The item, from 1.</summary>
    public int Item { get; init; }

    /// <summary>Its name, or a line of the log.</summary>
    public string? Name { get; init; }

    /// <summary>The queue.</summary>
    public string? Queue { get; init; }

    /// <summary>The item whose handler did it.</summary>
    public int By { get; init; }

    /// <summary>When an armed item is due.</summary>
    public long Due { get; init; }

    /// <summary>True: an item comes from its timer.</summary>
    public bool IsFromTimer { get; init; }

    /// <summary>The thread.</summary>
    public string? Thread { get; init; }

    /// <summary>Instructions that an ended handler or top half executed itself.</summary>
    public long OwnInstructions { get; init; }

    /// <summary>True: the handler that ended has thrown.</summary>
    public bool HasThrown { get; init; }

    /// <summary>Where in the firmware's source.</summary>
    public string? Where { get; init; }

    /// <summary>Items free in a pool.</summary>
    public int Free { get; init; }

    /// <summary>Items of a pool.</summary>
    public int Capacity { get; init; }

    /// <summary>What the hardware counts; null: nobody knows.</summary>
    public long[]? Counts { get; init; }

    /// <summary>What a queue counts, as its dump has it; null: it is about something else.</summary>
    public long[]? Statistics { get; init; }
}
