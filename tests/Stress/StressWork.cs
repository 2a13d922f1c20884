using Workqueues;

namespace Stress;

/// <summary>An item of the stress run, and the books of it.</summary>
internal sealed class StressWork : DelayedWork
{
    private readonly StressRun _run;
    private int _isRunning;
    private long _accepted;
    private long _takenOff;
    private long _runs;

    internal StressWork(StressRun run, int number, bool isMovable)
        : base(Handle, "work " + number)
    {
        _run = run;
        IsMovable = isMovable;
    }

    /// <summary>True: ModifyDelayed may be called, and nothing that bars the item, so that its false always means "was idle".
    /// False: the reverse.</summary>
    internal bool IsMovable { get; }

    /// <summary>Calls that were followed, or will be, by one run.</summary>
    internal long Accepted => Volatile.Read(ref _accepted);

    /// <summary>Calls that took one of these runs back.</summary>
    internal long TakenOff => Volatile.Read(ref _takenOff);

    /// <summary>Handler calls.</summary>
    internal long Runs => Volatile.Read(ref _runs);

    /// <summary>Books a queueing call's answer.</summary>
    internal void Accept(bool isTaken)
    {
        if (isTaken) Interlocked.Increment(ref _accepted);
    }

    /// <summary>Books a cancelling call's answer.</summary>
    internal void Take(bool wasPending)
    {
        if (wasPending) Interlocked.Increment(ref _takenOff);
    }

    /// <summary>What is wrong when nothing is pending or running any more; null: nothing.</summary>
    internal string? FindViolation() => FindViolation(Name, Accepted, Runs, TakenOff);

    /// <summary>The law of conservation: queued true = runs + cancelled true.</summary>
    internal static string? FindViolation(string name, long accepted, long runs, long takenOff) =>
        accepted == runs + takenOff ? null : $"{name}: queued true {accepted}, runs {runs}, cancelled true {takenOff}: "
            + (accepted > runs + takenOff ? $"{accepted - runs - takenOff} lost" : $"{runs + takenOff - accepted} too many");

    private static void Handle(Work work)
    {
        StressWork self = (StressWork)work;
        if (Interlocked.Exchange(ref self._isRunning, 1) != 0) self._run.Violate(work.Name + " runs beside itself");
        long count = Interlocked.Increment(ref self._runs);
        Volatile.Write(ref self._isRunning, 0);
        self._run.Ran(self, count);
    }
}
