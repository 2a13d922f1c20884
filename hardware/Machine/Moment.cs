using System;
using System.Collections.Generic;
using System.Diagnostics;

namespace Hardware.Machine;

/// <summary>What <see cref="Choices"/> are made from: the machine while all of its threads stand still.</summary>
public sealed class Moment
{
    /// <summary>Nobody goes on now: the clock jumps to the next deadline, timer or edge, although threads may be ready.</summary>
    public const int TimePasses = -1;

    /// <summary>Nobody goes on any more: the run is over, with <see cref="RunEnd.Chosen"/>.</summary>
    public const int Ends = -2;

    private readonly Core _core;
    private readonly List<FirmwareThread> _known = [];
    private int[] _ready = new int[8];

    internal Moment(Core core) => _core = core;

    /// <summary>Threads that could go on, by number, the running one too. They are numbered as they are seen here for the first
    /// time.</summary>
    public ReadOnlySpan<int> Ready
    {
        get
        {
            List<FirmwareThread> ready = _core.Scheduler.Ready;
            if (_ready.Length < ready.Count) _ready = new int[ready.Count * 2];
            for (int i = 0; i < ready.Count; i++) _ready[i] = NumberOf(ready[i]);
            return _ready.AsSpan(0, ready.Count);
        }
    }

    /// <summary>How many they are.</summary>
    public int ReadyCount => _core.Scheduler.Ready.Count;

    /// <summary>The thread that has run until now; it may wait, or have ended. -1: one that was never seen ready, such as that
    /// of the static constructors.</summary>
    public int Running
    {
        get
        {
            FirmwareThread thread = _core.Scheduler.Current;
            return thread.State == RunState.Ready ? NumberOf(thread) : thread.Number;
        }
    }

    /// <summary>Whether the clock may jump: a thread waits with a time limit, a timer is armed, or an edge will come.</summary>
    public bool CanTimePass => _core.Scheduler.CanTimePass;

    /// <summary>Locks that somebody holds.</summary>
    public int LocksHeld => _core.Locks.Count;

    /// <summary>Locks that the running thread holds.</summary>
    public int OwnLocksHeld => _core.Scheduler.Current.Owned.Count;

    /// <summary>Whether the running thread waits for what it can only get behind others' visible steps: a lock.</summary>
    public bool WaitsForLock => _core.Scheduler.Current.Wait is LockWait;

    /// <summary>At <see cref="Places.Step"/>: what it is called.</summary>
    public string StepName { get; private set; } = "";

    /// <summary>Threads known so far.</summary>
    public int ThreadCount => _known.Count;

    /// <summary>What a report calls a thread.</summary>
    public string NameOf(int thread) => _known[thread].Name;

    /// <summary>What a thread waits for; null: it waits for nothing.</summary>
    public string? WaitOf(int thread) => _known[thread].Wait?.Describe();

    /// <summary>Whether a thread has ended.</summary>
    public bool HasEnded(int thread) => _known[thread].State == RunState.Ended;

    /// <summary>Where the running thread stands, in the firmware and hosted code, innermost first. Slow.</summary>
    public static IReadOnlyList<string> Stack() => Machine.Frames(new StackTrace(fNeedFileInfo: true));

    /// <summary>For hosted code: a place of its own, <see cref="Places.Step"/>. Nothing on a thread that is not a
    /// machine's.</summary>
    /// <param name="name">What a report calls it.</param>
    public static void Step(string name)
    {
        if (Core.CurrentOrNull is not { } core) return;
        core.Moment.StepName = name;
        core.Point(Places.Step);
    }

    /// <summary>For hosted code: whether somebody holds a lock.</summary>
    public static bool IsLockHeld => Core.Current.Locks.Count > 0;

    /// <summary>For hosted code: looks at the firmware while no other thread goes on in between.</summary>
    public static T Look<T>(Func<T> look)
    {
        Core core = Core.Current;
        core.Uninterrupted++;
        try
        {
            return look();
        }
        finally
        {
            core.Uninterrupted--;
        }
    }

    /// <summary>For code that runs on a thread of the machine: ends the run, with <see cref="RunEnd.Chosen"/>. It does not
    /// return.</summary>
    public static void End()
    {
        Core core = Core.Current;
        core.ThrowIfStopping();
        core.Scheduler.Finish(RunEnd.Chosen);
    }

    internal FirmwareThread Thread(int number) => _known[number];

    private int NumberOf(FirmwareThread thread)
    {
        if (thread.Number >= 0) return thread.Number;
        thread.Number = _known.Count;
        _known.Add(thread);
        return thread.Number;
    }
}
