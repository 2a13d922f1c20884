using System;

namespace Hardware.Machine;

/// <summary>Where another thread may get the processor although the running one could go on.</summary>
[Flags]
public enum Places
{
    /// <summary>Nowhere.</summary>
    None = 0,

    /// <summary>Before a lock is taken.</summary>
    Lock = 1,

    /// <summary>Before an event is set, set back or awaited.</summary>
    Event = 2,

    /// <summary>Before a thread is started, awaited, given a priority, or sleeps.</summary>
    Thread = 4,

    /// <summary>Before a timer is armed or disarmed.</summary>
    Timer = 8,

    /// <summary>Before a clock is read.</summary>
    Clock = 16,

    /// <summary>Before an operation of Interlocked.</summary>
    Interlocked = 32,

    /// <summary>Where the program says so: <see cref="Moment.Step"/>.</summary>
    Step = 64,

    /// <summary>Before all these.</summary>
    Operations = Lock | Event | Thread | Timer | Clock | Interlocked | Step,

    /// <summary>Behind a lock's exit, and behind what made another thread ready. Nothing happens between here and the thread's
    /// next place, so who looks at every place needs none of these.</summary>
    Behind = 128,

    /// <summary>Before an access to a field or an element that could change, by a thread that holds no lock.</summary>
    Access = 256,

    /// <summary>The same by a thread that holds a lock.</summary>
    LockedAccess = 512,

    /// <summary>The same in hosted code, with a lock or without.</summary>
    HostedAccess = 1024,
}

/// <summary>Who runs, decided by the host instead of the board's scheduler: by chance, as a <see cref="Schedule"/> says, or for a
/// search through all schedules. One object serves one run at a time.</summary>
/// <remarks>Called on threads of the machine, one at a time, while all of its threads stand still. The same answers give the
/// same run. Quanta, priorities and counters are the board's as before, but nobody asks them who is next.</remarks>
public abstract class Choices
{
    /// <summary>Where <see cref="Leaves"/> is asked; the same during a run.</summary>
    protected internal abstract Places Places { get; }

    /// <summary>A run begins. Until the first static constructors have ended nothing is asked.</summary>
    protected internal virtual void Begin(Moment moment)
    {
    }

    /// <summary>The running thread has come to a place, and has not done yet what it came for.</summary>
    /// <returns>True: <see cref="Next"/> is asked who goes on; it may be the same one. False: it goes on.</returns>
    protected internal abstract bool Leaves(Moment moment, Places place);

    /// <summary>Who goes on. Asked too when nobody is ready.</summary>
    /// <returns>A thread of <see cref="Moment.Ready"/>, <see cref="Moment.TimePasses"/>, or
    /// <see cref="Moment.Ends"/>.</returns>
    protected internal abstract int Next(Moment moment);
}
