using System;
using System.Collections.Generic;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using Hardware.Machine.Loading;

namespace Hardware.Machine;

/// <summary>The machine's one core: the account of instructions and time, and what hangs on it. One object for each power-on;
/// everything a run changes is reachable from here, so two machines cannot see each other.</summary>
/// <remarks>One thread of the firmware runs at a time, whichever .NET thread carries it; the handing over is a memory
/// barrier. So nothing here needs a lock.</remarks>
internal sealed class Core
{
    private const Places AllAccesses = Places.Access | Places.LockedAccess | Places.HostedAccess;

    [ThreadStatic]
    private static Core? s_current;

    private readonly long _untilNanoseconds;
    private long _now; // ns since power-on
    private long _limit; // the first charge that goes beyond it leaves the fast path
    private long _quantumEnd; // ns since power-on
    private long _instructions;
    private long _calls;
    private long _firstFailingCall; // as FailingCalls has it, for the fast path
    private bool _isStopping;
    private readonly Places _places;
    private int _lastHash;

    internal Core(Profile profile, RunOptions options, Pins pins, SerialLog log, long endNanoseconds, Image image)
    {
        Profile = profile;
        Image = image;
        Options = options;
        EndNanoseconds = _untilNanoseconds = endNanoseconds;
        Moment = new Moment(this);
        Choices = options.Choices
            ?? (options.Seed is { } seed ? new SeededChoices(seed, options.SwitchPercent, options.SwitchAtAccesses) : null);
        if (Choices != null)
        {
            _places = Choices.Places;
            Choices.Begin(Moment);
        }

        Observer = options.Saw is { } saw ? new Observer(this, saw) : null;
        Meter = options.IsMetered ? new Meter(this) : null;
        Pads = new Pads(this, pins);
        Log = log;
        FailingCalls = new FailingSteps(this, options.FailCall, options.FailCallCount);
        FailingLines = new FailingSteps(this, options.FailLogLine, options.FailLogLineCount);
        _firstFailingCall = FailingCalls.First;
        Heap = new Heap(
            this, profile.HeapBytes, LibraryCosts.BaseHeapBytes + (image.UsesPins ? LibraryCosts.PinHeapBytes : 0), options);
        Locks = new LockTable(this);
        Interrupts = new Interrupts(this, profile.RingCapacity);
        Timers = new TimerList(this);
        Scheduler = new Scheduler(this);
        Pads.PowerOn();
        EndAfterScript(0, pins.Start == ScriptStart.PowerOn ? pins.Script : []);
    }

    /// <summary>The core that the calling .NET thread carries firmware for.</summary>
    internal static Core Current => s_current!;

    internal static Core? CurrentOrNull => s_current;

    internal Profile Profile { get; }

    /// <summary>The firmware.</summary>
    internal Image Image { get; }

    internal RunOptions Options { get; }

    internal Scheduler Scheduler { get; }

    internal TimerList Timers { get; }

    internal Interrupts Interrupts { get; }

    internal LockTable Locks { get; }

    internal Heap Heap { get; }

    internal Pads Pads { get; }

    internal SerialLog Log { get; }

    internal FailingSteps FailingCalls { get; }

    internal FailingSteps FailingLines { get; }

    /// <summary>See <see cref="Outside.SetMayFail"/>.</summary>
    internal void SetMayFail(bool mayFail)
    {
        if (mayFail)
        {
            FailingCalls.Resume(_calls);
            FailingLines.Resume(Log.Writes);
            Heap.Failing.Resume(Heap.Allocations);
        }
        else
        {
            FailingCalls.Pause(_calls);
            FailingLines.Pause(Log.Writes);
            Heap.Failing.Pause(Heap.Allocations);
        }

        _firstFailingCall = FailingCalls.First;
    }

    /// <summary>Null: the board's scheduler decides alone.</summary>
    internal Choices? Choices { get; }

    internal Moment Moment { get; }

    /// <summary>When the run is over at the latest.</summary>
    internal long EndNanoseconds { get; private set; }

    /// <summary>Null: nobody asked for measurements.</summary>
    internal Meter? Meter { get; }

    /// <summary>Null: nobody watches.</summary>
    internal Observer? Observer { get; }

    /// <summary>Null: nobody asked for them.</summary>
    internal MethodAccounts? Methods { get; set; }

    /// <summary>Lets the wall clock come up to a moment that shall be shown, and takes what somebody does to the wires
    /// meanwhile.</summary>
    internal void Pace(long nanoseconds)
    {
        foreach (IReadOnlyList<PinDrive> act in Options.RealTime?.Arrive(nanoseconds) ?? []) Pads.Add(act);
    }

    /// <summary>Exact time since power-on.</summary>
    internal long Now => _now;

    internal long Instructions => _instructions;

    /// <summary>See <see cref="RunResult.Calls"/>.</summary>
    internal long Calls => _calls;

    /// <summary>The clock that TickCount64, Sleep, time-outs and timers use: the time cut down to a step, in ns.</summary>
    internal long SteppedClock => _now - (Profile.ClockStepNanoseconds == 0 ? 0 : _now % Profile.ClockStepNanoseconds);

    /// <summary>Power is being taken away: whatever the firmware does next throws <see cref="StoppedException"/>.</summary>
    internal bool IsStopping => _isStopping;

    /// <summary>What the wall clock said at power-on, or would have said if it had been right then.</summary>
    internal DateTime WallClockAtPowerOn { get; set; } = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    /// <summary>Whom the firmware wants called before a reboot.</summary>
    internal nanoFramework.Runtime.Native.RebootEventHandler? OnReboot { get; set; }

    /// <summary>Above 0: the running thread keeps the processor unless it waits.</summary>
    internal int Uninterrupted { get; set; }

    /// <summary>See <see cref="Outside.HideField"/>.</summary>
    internal HashSet<string> HiddenFields { get; } = [];

    /// <summary>Hosted code called what the machine does not have; null: it did not.</summary>
    internal UnknownMemberException? Refused { get; set; }

    /// <summary>A text of a number was made before.</summary>
    internal bool HasNumberFormat { get; set; }

    internal static void Enter(Core? core) => s_current = core;

    /// <summary>Of a profiled firmware: the method that is about to be charged.</summary>
    internal static void In(int method) => s_current!.Methods!.Begin(method);

    /// <summary>Instructions of the firmware that are about to be executed, and what they take.</summary>
    /// <remarks>Called before the last of them, the only one of the group that others can see the effect of: when the quantum
    /// ends inside the group, the switch comes before that one.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Charge(int instructions, int nanoseconds)
    {
        Core core = s_current!;
        core._instructions += instructions;
        if ((core._now += nanoseconds) > core._limit) core.Expired();
    }

    /// <summary>The same before an access that another thread could see the effect of, or whose effect it sees.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void ChargeAccess(int instructions, int nanoseconds)
    {
        Core core = s_current!;
        core._instructions += instructions;
        if ((core._now += nanoseconds) > core._limit) core.ExpiredAtAccess(isHosted: false);
    }

    /// <summary>The same in hosted code.</summary>
    internal static void ChargeHostedAccess(int instructions, int nanoseconds)
    {
        Core core = s_current!;
        core._instructions += instructions;
        if ((core._now += nanoseconds) > core._limit) core.ExpiredAtAccess(isHosted: true);
    }

    /// <summary>The same, where the last of them is a call. It is counted when it is made: behind a switch that comes before
    /// it.</summary>
    /// <exception cref="OutOfMemoryException">This one shall fail: before it has begun.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Call(int instructions, int nanoseconds, int called)
    {
        Charge(instructions, nanoseconds);
        Core core = s_current!;
        if (++core._calls >= core._firstFailingCall) core.FailCall(called);
    }

    private void FailCall(int called)
    {
        if (FailingCalls.Fails(_calls, CalledNames.Of(called))) throw new OutOfMemoryException();
    }

    /// <summary>Managed code of the board's libraries, which here is native: it counts like the firmware's own.</summary>
    internal void ChargeLibrary(int instructions)
    {
        _instructions += instructions;
        if ((_now += instructions * Profile.InstructionNanoseconds) > _limit) Expired();
    }

    /// <summary>Native work: takes time, is no instruction, and is not interrupted. A quantum that ends meanwhile ends after
    /// it.</summary>
    internal void Spend(long nanoseconds)
    {
        _now += nanoseconds;
        if (_quantumEnd < _now) _quantumEnd = _now;
        SetLimit();
    }

    /// <summary>Nothing was ready until then.</summary>
    internal void JumpTo(long nanoseconds)
    {
        Methods?.Skip(nanoseconds - _now);
        _now = nanoseconds;
    }

    /// <summary>A hash code for an object that has none of its own.</summary>
    internal object NextHash() => ++_lastHash;

    internal void BeginQuantum()
    {
        _quantumEnd = _now + Profile.QuantumNanoseconds;
        SetLimit();
    }

    /// <summary>A call into the runtime's native code, for a lock, an event, a timer, a thread or the clock.</summary>
    internal void EnterNative(Places place)
    {
        Spend(Profile.NativeCallNanoseconds);
        Point(place);
    }

    /// <summary>Where the firmware can be stopped and choices may force a switch: before an operation on locks, events, timers,
    /// threads or the clock takes effect.</summary>
    internal void Point(Places place)
    {
        if (_isStopping) throw new StoppedException();
        if ((_places & place) != 0 && Uninterrupted == 0 && Ask(place)) Scheduler.ForceSwitch();
    }

    /// <summary>Asks the choices who goes on, when the running thread does not.</summary>
    internal int AskNext()
    {
        if (ChoiceFault != null) return Moment.Ends;
        Uninterrupted++;
        try
        {
            int next = Choices!.Next(Moment);
            if (next < 0 || Moment.Thread(next).State == RunState.Ready) return next;
            throw new InvalidOperationException($"{Moment.NameOf(next)} was chosen and cannot go on.");
        }
        catch (Exception exception)
        {
            ChoiceFault ??= ExceptionDispatchInfo.Capture(exception);
            return Moment.Ends;
        }
        finally
        {
            Uninterrupted--;
        }
    }

    /// <summary>What the choices threw; null: nothing. The run is over then.</summary>
    internal ExceptionDispatchInfo? ChoiceFault { get; private set; }

    // Whether the running thread shall leave the processor. What the answerer runs of the firmware's code asks nothing.
    private bool Ask(Places place)
    {
        Uninterrupted++;
        try
        {
            return Choices!.Leaves(Moment, place);
        }
        catch (Exception exception)
        {
            ChoiceFault ??= ExceptionDispatchInfo.Capture(exception);
            return true;
        }
        finally
        {
            Uninterrupted--;
        }
    }

    /// <summary>What the running thread has used since it began.</summary>
    internal Usage UsageOfCurrent() => Scheduler.UsageOfCurrent();

    /// <summary>What all threads have used.</summary>
    internal Usage Usage => new(_instructions, _calls, Heap.AllocatedBytes);

    /// <summary>Calls into the firmware's code from outside: the board's time, memory and instructions stay as they
    /// are.</summary>
    internal T Unseen<T>(Func<T> call)
    {
        (long now, long limit, long instructions, long calls) = (_now, _limit, _instructions, _calls);
        _limit = long.MaxValue;
        try
        {
            return call();
        }
        finally
        {
            (_now, _limit, _instructions, _calls) = (now, limit, instructions, calls);
        }
    }

    /// <summary>The script begins: now it is known when the run ends.</summary>
    internal void EndAfterScript(long start, IReadOnlyList<PinDrive> script)
    {
        if (Options.AfterScriptMilliseconds is not { } after) return;
        long last = script.Count == 0 ? 0 : script[^1].Nanoseconds;
        EndNanoseconds = Math.Min(_untilNanoseconds, start + last + (long)(after * 1_000_000));
        SetLimit();
    }

    internal void Stop()
    {
        _isStopping = true;
        _limit = long.MinValue;
    }

    internal void ThrowIfStopping()
    {
        if (_isStopping) throw new StoppedException();
    }

    /// <summary>The slow path: the end of a quantum, or of the run.</summary>
    private void Expired()
    {
        if (_isStopping) throw new StoppedException();
        if (_now > EndNanoseconds)
        {
            Scheduler.Finish(RunEnd.TimeIsUp);
            return;
        }

        if (Uninterrupted > 0) return;
        if (_now > _quantumEnd)
        {
            // The quantum ended before the last instruction of the group: the clock goes back to that moment, and what was
            // charged too much is charged to the thread's next quantum.
            long debt = _now - _quantumEnd;
            _now = _quantumEnd;
            Scheduler.EndQuantum();
            _now += debt;
        }
    }

    private void ExpiredAtAccess(bool isHosted)
    {
        long end = _quantumEnd;
        Expired();
        if ((_places & AllAccesses) == 0 || _quantumEnd != end) return; // a quantum ended: others had their turn
        if (isHosted) Point(Places.HostedAccess);
        else Point(Scheduler.Current.Owned.Count == 0 ? Places.Access : Places.LockedAccess);
    }

    private void SetLimit()
    {
        if (_isStopping || (_places & AllAccesses) != 0) _limit = long.MinValue;
        else _limit = Math.Min(_quantumEnd, EndNanoseconds);
    }
}
