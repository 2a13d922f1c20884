using System.Collections.Generic;
using System.Linq;
using System.Text;

namespace Hardware.Machine;

/// <summary>Why a run was over.</summary>
public enum RunEnd
{
    /// <summary>The last thread of the firmware has ended.</summary>
    ProgramEnded,

    /// <summary>As <see cref="RunOptions.UntilMilliseconds"/> said.</summary>
    TimeIsUp,

    /// <summary><see cref="RunOptions.Choices"/> said so.</summary>
    Chosen,

    /// <summary>A line came as <see cref="RunOptions.UntilText"/> said.</summary>
    TextCame,

    /// <summary>Somebody took the power away: <see cref="RealTime.SwitchOff"/>, <see cref="RunOptions.Stop"/>.</summary>
    SwitchedOff,

    /// <summary>The firmware asked for a reboot.</summary>
    Reboot,

    /// <summary>All threads wait, none with a time limit, no timer is armed and no edge will come: a deadlock, or firmware that
    /// waits for a button nobody will press. <see cref="RunResult.Threads"/> says what each one waits for.</summary>
    NothingCanHappen,
}

/// <summary>A thread at the end of a run.</summary>
/// <param name="Name">Main, a number, or a thread of the runtime.</param>
/// <param name="State">What it does: ready, or what it waits for.</param>
/// <param name="WaitsForLock">True: for a lock, and without a time limit. At the end of a run in which nothing can happen any
/// more that is a deadlock.</param>
/// <param name="Stack">Where, innermost first; with file and line where there are symbols.</param>
public sealed record ThreadReport(string Name, string State, bool WaitsForLock, IReadOnlyList<string> Stack);

/// <summary>An allocation, a call or a line of the log that was made to fail.</summary>
/// <param name="Nanoseconds">When, since power-on.</param>
/// <param name="Thread">Whose.</param>
/// <param name="Stack">Where, innermost first; with file and line where there are symbols.</param>
/// <param name="What">How many bytes, what was called, what was to be written.</param>
public sealed record FailedStep(long Nanoseconds, string Thread, IReadOnlyList<string> Stack, string What);

/// <summary>What a method of the firmware took.</summary>
/// <param name="Name">Class and name; <see cref="Runtime"/> for what belongs to none.</param>
/// <param name="Instructions">Its own, without those of the methods that it calls.</param>
/// <param name="Calls">As <see cref="RunResult.Calls"/>.</param>
/// <param name="Nanoseconds">Virtual time, native work that it waited for included.</param>
public sealed record MethodCost(string Name, long Instructions, long Calls, long Nanoseconds)
{
    /// <summary>The scheduler, and the board's libraries on the way to the firmware.</summary>
    public const string Runtime = "(the runtime)";
}

/// <summary>What only a machine can know about a run.</summary>
public sealed record RunResult
{
    /// <summary>Why it was over.</summary>
    public required RunEnd End { get; init; }

    /// <summary>Virtual time at its end, since power-on.</summary>
    public required long Nanoseconds { get; init; }

    /// <summary>Executed IL instructions.</summary>
    public required long Instructions { get; init; }

    /// <summary>Calls that the firmware made: of its own methods and constructors, of the libraries' and of delegates, for each
    /// of which a board takes a stack frame from its heap or, for a short instance method, room in its caller's. Not counted are
    /// calls inside the libraries, those that the runtime makes (Main, threads, callbacks, events) and making a
    /// delegate.</summary>
    public required long Calls { get; init; }

    /// <summary>How often another thread than the last one got the processor.</summary>
    public required long Switches { get; init; }

    /// <summary>Virtual time in which nothing was ready.</summary>
    public required long IdleNanoseconds { get; init; }

    /// <summary>Objects that the firmware made.</summary>
    public required long Allocations { get; init; }

    /// <summary>Their bytes.</summary>
    public required long AllocatedBytes { get; init; }

    /// <summary>The most that was in the heap, garbage included.</summary>
    public required long FullestHeapBytes { get; init; }

    /// <summary>Collections: asked for, or because the heap was full.</summary>
    public required int Collections { get; init; }

    /// <summary>The first allocation that was made to fail; null: none was.</summary>
    public FailedStep? FailedAllocation { get; init; }

    /// <summary>The first call that was made to fail; null: none was.</summary>
    public FailedStep? FailedCall { get; init; }

    /// <summary>The first write to the console that was made to fail; null: none was.</summary>
    public FailedStep? FailedLogLine { get; init; }

    /// <summary>Interrupt records made.</summary>
    public required long EdgesRecorded { get; init; }

    /// <summary>Records that newer ones pushed out of the full ring.</summary>
    public required long EdgesLostInRing { get; init; }

    /// <summary>Records for which the heap had no room.</summary>
    public required long EdgesLostInHeap { get; init; }

    /// <summary>Events taken up by the dispatcher.</summary>
    public required long EdgesDelivered { get; init; }

    /// <summary>Of those, events of a pin that nobody listened to any more.</summary>
    public required long EdgesUnheard { get; init; }

    /// <summary>Of those, events whose handlers threw.</summary>
    public required long EdgesFaulted { get; init; }

    /// <summary>Records that still waited when the run was over.</summary>
    public required long EdgesWaiting { get; init; }

    /// <summary>When the first pin began to listen, in ns since power-on; null: none did.</summary>
    public required long? ListeningSince { get; init; }

    /// <summary>From when the times of the script counted, in ns since power-on; null: they did not begin to.</summary>
    public required long? ScriptStart { get; init; }

    /// <summary>Pins that had interrupts; empty when the run was not metered.</summary>
    public required IReadOnlyList<PinReport> Pins { get; init; }

    /// <summary>Work items that were queued; empty when the run was not metered.</summary>
    public required IReadOnlyList<ItemReport> Items { get; init; }

    /// <summary>Where the instructions and the time went, in no order; empty unless <see cref="Machine.IsProfiled"/>.</summary>
    public required IReadOnlyList<MethodCost> Methods { get; init; }

    /// <summary>The serial log.</summary>
    public required IReadOnlyList<LogLine> Log { get; init; }

    /// <summary>Each change of level that a wire saw.</summary>
    public required IReadOnlyList<PinChange> PinChanges { get; init; }

    /// <summary>Exceptions that nothing caught.</summary>
    public required IReadOnlyList<UnhandledException> UnhandledExceptions { get; init; }

    /// <summary>Threads that had not ended.</summary>
    public required IReadOnlyList<ThreadReport> Threads { get; init; }

    /// <summary>The lines of the log, each ended by a line feed.</summary>
    public string Text => string.Concat(Log.Select(line => line.Text + "\n"));

    /// <summary>What every thread does or waits for, with file and line.</summary>
    public string DescribeThreads()
    {
        StringBuilder text = new();
        foreach (ThreadReport thread in Threads)
        {
            text.Append(thread.Name).Append(": ").Append(thread.State).Append('\n');
            foreach (string frame in thread.Stack) text.Append("  at ").Append(frame).Append('\n');
        }

        return text.ToString();
    }
}
