namespace Hardware.Machine;

/// <summary>What one run does otherwise than a board left alone.</summary>
public sealed record RunOptions
{
    /// <summary>The run is over after so many virtual milliseconds; null: when the firmware ends, or nothing can happen any
    /// more.</summary>
    public double? UntilMilliseconds { get; init; }

    /// <summary>Not null: before operations on locks, events, timers, threads and the clock another ready thread may get the
    /// processor, and whoever is ready may be chosen. The same seed makes the same choices.</summary>
    public long? Seed { get; init; }

    /// <summary>How often such a place switches, in percent.</summary>
    public int SwitchPercent { get; init; } = 50;

    /// <summary>With a <see cref="Seed"/>: each access to a field or an element is such a place too.</summary>
    public bool SwitchAtAccesses { get; init; }

    /// <summary>Not null: who decides which thread runs, instead of the board's scheduler and of a <see cref="Seed"/>.</summary>
    public Choices? Choices { get; init; }

    /// <summary>False: the result does not say where threads stood at the end. To find out takes longer than a short
    /// run.</summary>
    public bool DescribesThreads { get; init; } = true;

    /// <summary>The number, from 1, of the allocation that fails; 0: none.</summary>
    public long FailAllocation { get; init; }

    /// <summary>How many fail from that one on.</summary>
    public long FailAllocationCount { get; init; } = 1;
}
