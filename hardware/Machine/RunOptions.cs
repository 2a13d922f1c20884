using System;
using System.IO;
using System.Threading;

namespace Hardware.Machine;

/// <summary>What one run does otherwise than a board left alone.</summary>
public sealed record RunOptions
{
    /// <summary>The run is over after so many virtual milliseconds; null: when the firmware ends, or nothing can happen any
    /// more.</summary>
    public double? UntilMilliseconds { get; init; }

    /// <summary>The run is over so many virtual milliseconds after the last step of <see cref="Machine.Pins"/>; where no pin
    /// ever listens for that, after power-on. Null: no such end.</summary>
    public double? AfterScriptMilliseconds { get; init; }

    /// <summary>The run is over when a line of the log has this text in it; null: no such end.</summary>
    public string? UntilText { get; init; }

    /// <summary>Paces the run by the wall clock, and lets somebody act on its wires; null: as fast as the PC can.</summary>
    public RealTime? RealTime { get; init; }

    /// <summary>Cancelled: the power is taken away, in the middle of whatever goes on.</summary>
    public CancellationToken Stop { get; init; }

    /// <summary>True: edges are followed to their top halves and items to their handlers: <see cref="RunResult.Pins"/>,
    /// <see cref="RunResult.Items"/>. It takes the PC's time and none of the board's.</summary>
    public bool IsMetered { get; init; }

    /// <summary>Not null: told of edges and items on their way, on a thread of the machine, while all of it stands still; it must
    /// not throw. With <see cref="RealTime"/> each is told when its time has come. It needs <see cref="IsMetered"/>.</summary>
    public Action<Seen>? Saw { get; init; }

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

    /// <summary>The number, from 1, of the call that fails before it begins, as on a board that has no memory for its stack
    /// frame; 0: none. Numbers are those of <see cref="RunResult.Calls"/>.</summary>
    public long FailCall { get; init; }

    /// <summary>How many fail from that one on.</summary>
    public long FailCallCount { get; init; } = 1;

    /// <summary>The number, from 1, of the write to the console that fails; 0: none.</summary>
    public long FailLogLine { get; init; }

    /// <summary>How many fail from that one on.</summary>
    public long FailLogLineCount { get; init; } = 1;

    /// <summary>What such a write throws.</summary>
    public Func<Exception> LogLineFailure { get; init; } = () => new IOException("the console cannot be written");
}
