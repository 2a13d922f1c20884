using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;

namespace Hardware.Machine;

/// <summary>Who runs next: the scheduler of the board's runtime, as its source and its behaviour have it. Numbers in brackets
/// are those of the statements in this project's README.</summary>
internal sealed class Scheduler
{
    // A thread that waited long must not get more than this ahead of the others (3).
    private const int CounterLead = 33;

    private const long Millisecond = 1_000_000;
    private const long LongestIdle = 60_000 * Millisecond;

    private readonly Core _core;
    private readonly List<FirmwareThread> _ready = []; // by descending key at the time of insertion (2); the running one too
    private readonly List<FirmwareThread> _waiting = []; // in the order in which they began to wait (5d)
    private readonly List<FirmwareThread> _all = []; // started and not ended
    private readonly AutoResetEvent _finished = new(false); // the run, and then its last thread
    private int _carried; // threads that a .NET thread still carries after the end
    private FirmwareThread? _lastRun;
    private Usage _settled;
    private int _lowestCounter; // G
    private int _nextId = 1;

    internal Scheduler(Core core)
    {
        _core = core;
    }

    /// <summary>The thread that runs.</summary>
    internal FirmwareThread Current { get; private set; } = null!;

    /// <summary>While not null nothing else is chosen: static constructors (38).</summary>
    internal FirmwareThread? Exclusive { get; set; }

    /// <summary>How often another thread than the last one got the processor.</summary>
    internal long Switches { get; private set; }

    /// <summary>Time in which nothing was ready, in ns.</summary>
    internal long IdleNanoseconds { get; private set; }

    /// <summary>Why the run is over; null: it is not.</summary>
    internal RunEnd? Outcome { get; private set; }

    internal IReadOnlyList<FirmwareThread> Threads => _all;

    /// <summary>The earliest deadline of a waiting thread, in ns of the stepped clock.</summary>
    private long EarliestDeadline
    {
        get
        {
            long earliest = long.MaxValue;
            foreach (FirmwareThread thread in _waiting) earliest = Math.Min(earliest, thread.Deadline);
            return earliest;
        }
    }

    /// <summary>A number for a thread of the firmware's own.</summary>
    internal int NextId() => _nextId++;

    /// <summary>Puts a thread that has never run into the ready list (9).</summary>
    internal void Start(FirmwareThread thread)
    {
        AddSystem(thread);
        MakeReady(thread);
    }

    /// <summary>A thread of the runtime: it is idle until it is given something.</summary>
    internal void AddSystem(FirmwareThread thread)
    {
        _all.Add(thread);
        thread.State = RunState.Idle;
    }

    /// <summary>Puts an idle or waiting thread into the ready list; it does not take the processor (15).</summary>
    internal void MakeReady(FirmwareThread thread)
    {
        if (thread.State == RunState.Waiting)
        {
            _waiting.Remove(thread);
            if (thread.Wait!.BlockBytes > 0) _core.Heap.FreeBlock(thread.Wait.BlockBytes);
            thread.Wait = null;
            thread.Deadline = long.MaxValue;
        }

        thread.State = RunState.Ready;
        Insert(thread);
    }

    /// <summary>Chooses the first thread and hands the processor to it, from outside.</summary>
    internal void PowerOn()
    {
        FirmwareThread? first = Choose();
        if (first == null) _finished.Set();
        else first.Resume();
    }

    /// <summary>For the host: until the run is over.</summary>
    internal void WaitForFinish() => _finished.WaitOne();

    /// <summary>For the host: takes the power away and waits until no .NET thread carries one of its
    /// threads.</summary>
    internal void PowerOff()
    {
        _core.Stop();

        // All at once: nothing that they do any more has an effect.
        FirmwareThread[] carried = [.. _all.Where(thread => thread.IsCarried)];
        _carried = carried.Length;
        foreach (FirmwareThread thread in carried) thread.Resume();
        if (carried.Length > 0) _finished.WaitOne();
        _finished.Dispose();
    }

    /// <summary>A thread that had not ended has been unwound.</summary>
    internal void HasGone()
    {
        if (Interlocked.Decrement(ref _carried) == 0) _finished.Set();
    }

    /// <summary>The running thread's quantum is over.</summary>
    internal void EndQuantum() => EndRun(Current);

    /// <summary>Whether the clock may jump.</summary>
    internal bool CanTimePass => EarliestDeadline != long.MaxValue || _core.Timers.EarliestDue != long.MaxValue
        || _core.Pads.NextChange != long.MaxValue;

    /// <summary>Choices say that another thread runs now, or that time passes.</summary>
    internal void ForceSwitch() => EndRun(Current);

    /// <summary>Threads that could run, the running one too.</summary>
    internal List<FirmwareThread> Ready => _ready;

    /// <summary><c>Sleep(0)</c>: behind all others of the same priority (10).</summary>
    internal void Yield()
    {
        Current.Counter = _lowestCounter - 1;
        EndRun(Current);
    }

    /// <summary>Gives the running thread's place up by its key, because another one has become more important (12).</summary>
    internal void GiveWay() => EndRun(Current);

    /// <summary>A static constructor has ended; each is a run of its own (38).</summary>
    internal void EndConstructor() => EndRun(Current);

    /// <summary>The running thread waits.</summary>
    /// <param name="wait">For what.</param>
    /// <param name="milliseconds">At most so long; -1: for ever. 0 leaves the processor too (18).</param>
    /// <returns>False: the time was over first.</returns>
    internal bool Wait(Wait wait, int milliseconds)
    {
        FirmwareThread me = Current;
        if (wait is LockWait or EventWait) wait.BlockBytes = _core.Heap.AllocateBlock(Heap.WaitBlockBytes);
        me.Wait = wait;
        me.Deadline = milliseconds < 0 ? long.MaxValue : _core.SteppedClock + milliseconds * Millisecond;
        me.State = RunState.Waiting;
        EndRun(me);
        return !wait.IsTimedOut;
    }

    /// <summary>A system thread has done what it was given.</summary>
    internal void BecomeIdle(FirmwareThread thread)
    {
        thread.State = RunState.Idle;
        EndRun(thread);
    }

    /// <summary>The running thread has returned or thrown (13). Returns at once: its .NET thread is free.</summary>
    internal void End(FirmwareThread thread)
    {
        while (thread.Owned.Count > 0) _core.Locks.Abandon(thread.Owned[0]);
        thread.State = RunState.Ended;
        _all.Remove(thread);
        foreach (FirmwareThread other in _waiting.ToArray())
        {
            if (other.Wait is JoinWait join && join.Thread == thread) MakeReady(other);
        }

        foreach (int bytes in thread.Blocks) _core.Heap.FreeBlock(bytes);
        EndRun(thread);
    }

    /// <summary>Waiting threads, the one that waits longest first.</summary>
    internal FirmwareThread[] WaitingInOrder() => _waiting.ToArray();

    /// <summary>The run is over. On a thread of the firmware it does not return.</summary>
    internal void Finish(RunEnd end)
    {
        if (Outcome == null)
        {
            Outcome = end;
            _finished.Set();
        }

        Current.Park();
    }

    /// <summary>What happens between two runs (5), and then the next one (3). Returns when the thread runs again.</summary>
    private void EndRun(FirmwareThread me)
    {
        _core.ThrowIfStopping();
        _ready.Remove(me);
        if (me.State == RunState.Ready) Insert(me);
        else if (me.State == RunState.Waiting) _waiting.Add(me);

        FirmwareThread? next = Choose();
        if (next == me) return;
        if (next == null) _finished.Set();
        else next.Resume();
        if (me.State != RunState.Ended) me.Park();
    }

    // The thread to run, its quantum begun; null: the run is over.
    private FirmwareThread? Choose()
    {
        if (!KeepPace(_core.Now)) return null;
        _core.Observer?.Look();
        _core.Methods?.BeginRuntime();
        Look();
        FirmwareThread? next;
        while ((next = Candidate()) == null)
        {
            if (Outcome != null || !Idle()) return null;
            Look();
        }

        if (next.Counter - _lowestCounter > CounterLead) next.Counter = _lowestCounter + CounterLead;
        next.Counter -= 1 << (FirmwareThread.SystemHighest - next.Priority);
        if (next.Counter < _lowestCounter) _lowestCounter = next.Counter;
        if (next != _lastRun)
        {
            Settle();
            Switches++;
        }

        _core.Spend(_core.Profile.SwitchNanoseconds);
        _lastRun = next;
        Current = next;
        _core.BeginQuantum();
        return next;
    }

    /// <summary>What the running thread has used since it began.</summary>
    internal Usage UsageOfCurrent()
    {
        Settle();
        return Current.Usage;
    }

    // What was used since the last time goes to the thread that ran.
    private void Settle()
    {
        Usage usage = _core.Usage;
        if (_lastRun != null) _lastRun.Usage += usage - _settled;
        _settled = usage;
    }

    // Null: nobody runs before time has passed, or the run is over.
    private FirmwareThread? Candidate()
    {
        if (Exclusive != null) return Exclusive.State == RunState.Ready ? Exclusive : null;
        if (_core.Choices == null) return _ready.Count == 0 ? null : _ready[0];
        int chosen = _core.AskNext();
        if (chosen == Moment.Ends) Outcome ??= RunEnd.Chosen;
        return chosen < 0 ? null : _core.Moment.Thread(chosen);
    }

    // Edges, timers, deadlines, in this order (5b to 5d).
    private void Look()
    {
        _core.Interrupts.Look();
        _core.Timers.Look();
        long clock = _core.SteppedClock;
        for (int i = 0; i < _waiting.Count; i++)
        {
            FirmwareThread thread = _waiting[i];
            if (thread.Deadline > clock) continue;
            thread.Wait!.IsTimedOut = true;
            thread.Wait.GiveUp(thread);
            MakeReady(thread);
            i--;
        }
    }

    // Nothing is ready: the clock jumps (8). False: the run is over.
    private bool Idle()
    {
        if (_ready.Count == 0 && _waiting.Count == 0 && Exclusive == null)
        {
            Outcome ??= RunEnd.ProgramEnded;
            return false;
        }

        long begin = _core.Now;
        long clock = _core.SteppedClock;
        long earliest = Math.Min(EarliestDeadline, _core.Timers.EarliestDue);
        bool mayComeFromOutside = _core.Pads.NextChange != long.MaxValue || _core.Options.RealTime is { HasHands: true };
        if (earliest == long.MaxValue && !mayComeFromOutside)
        {
            Outcome ??= RunEnd.NothingCanHappen;
            return false;
        }

        long wait = earliest == long.MaxValue ? LongestIdle : earliest - clock;
        wait = Math.Clamp(wait - wait % Millisecond, Millisecond, LongestIdle);
        long wake = NextStep(clock + wait);
        bool mayHappen = earliest != long.MaxValue || _core.Pads.NextChange != long.MaxValue;
        if (!KeepPace(Math.Min(Math.Min(wake, _core.Pads.NextChange), _core.EndNanoseconds), mayHappen)) return false;
        while (_core.Pads.NextChange <= wake)
        {
            long change = _core.Pads.NextChange;
            if (change > _core.EndNanoseconds) break;
            if (change > _core.Now) _core.JumpTo(change);
            if (!_core.Pads.ApplyUntil(change)) continue;
            wake = Math.Max(NextStep(change), _core.Now);
            break;
        }

        if (wake > _core.EndNanoseconds)
        {
            _core.JumpTo(_core.EndNanoseconds);
            IdleNanoseconds += _core.Now - begin;
            Outcome ??= RunEnd.TimeIsUp;
            return false;
        }

        _core.JumpTo(Math.Max(wake, _core.Now));
        IdleNanoseconds += _core.Now - begin;
        return true;
    }

    // Lets the wall clock come up, where it counts, and takes what somebody did to the wires. False: he took the power away.
    private bool KeepPace(long nanoseconds, bool mayHappen = true)
    {
        if (_core.Options.Stop.IsCancellationRequested) return SwitchOff();
        if (_core.Options.RealTime is not { } realTime) return true;
        Interrupts interrupts = _core.Interrupts;
        realTime.Show(interrupts.Recorded, interrupts.DroppedByRing + interrupts.DroppedByHeap, _core.Pads.Changes);
        (long reached, IReadOnlyList<IReadOnlyList<PinDrive>> acts) = realTime.WaitUntil(nanoseconds, mayHappen);
        if (acts.Count > 0 && reached > _core.Now) _core.JumpTo(reached);
        foreach (IReadOnlyList<PinDrive> act in acts) _core.Pads.Add(act);

        return !realTime.IsOff || SwitchOff();
    }

    private bool SwitchOff()
    {
        Outcome ??= RunEnd.SwitchedOff;
        return false;
    }

    // The first step of the clock at or after a moment.
    private long NextStep(long nanoseconds)
    {
        long step = _core.Profile.ClockStepNanoseconds;
        return step == 0 ? nanoseconds : (nanoseconds + step - 1) / step * step;
    }

    // Before the first one with a strictly lower key (2).
    private void Insert(FirmwareThread thread)
    {
        int i = 0;
        while (i < _ready.Count && _ready[i].Key >= thread.Key) i++;
        _ready.Insert(i, thread);
    }
}
