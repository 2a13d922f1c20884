using System;
using System.Collections.Generic;
using VirtualRuntime;

namespace Hardware.Machine;

/// <summary>The world outside, for tests that run on the machine: wires, counters of the chip, the serial log. To be called on
/// threads of the machine only; what it says and does takes no time.</summary>
public static class Outside
{
    /// <summary>Counts of the interrupt path since power-on.</summary>
    public static InterruptCounters Interrupts
    {
        get
        {
            Core core = Core.Current;
            core.ThrowIfStopping();
            core.Pads.CatchUp();
            return core.Interrupts.Counters;
        }
    }

    /// <summary>Objects that the firmware, and the board's libraries for it, have made in the heap since power-on.</summary>
    public static long Allocations => Core.Current.Heap.Allocations;

    /// <summary>Exact time since power-on, in ns.</summary>
    public static long Nanoseconds => Core.Current.Now;

    /// <summary>What was printed.</summary>
    public static IReadOnlyList<LogLine> Log => Core.Current.Log.Lines;

    /// <summary>Writes to the console that were made to fail.</summary>
    public static long FailedLines => Core.Current.FailingLines.Times;

    /// <summary>The next writes to the console fail.</summary>
    /// <param name="count">How many; 0: none any more.</param>
    /// <param name="failure">What they throw; null: what <see cref="RunOptions.LogLineFailure"/> says.</param>
    public static void FailLines(long count, Func<Exception>? failure = null)
    {
        Core.Current.Log.Failure = failure;
        Core.Current.FailingLines.Set(Core.Current.Log.Writes + 1, count);
    }

    /// <summary>From now on called with each text before it is written or fails, on the thread that writes it; null: no
    /// more.</summary>
    public static void OnLine(Action<string>? called) => Core.Current.Log.Writing = called;

    /// <summary>False: until it is true again, nothing fails of what <see cref="RunOptions"/> say, and none of it has a number:
    /// for what a test does before and after the part that it is about. In the beginning it is true.</summary>
    public static void SetMayFail(bool mayFail) => Core.Current.SetMayFail(mayFail);

    /// <summary>From now on reflection finds no field of that name: as if the board's libraries were of another
    /// version.</summary>
    public static void HideField(string name) => Core.Current.HiddenFields.Add(name);

    /// <summary>Drives a wire, or lets go of it, now.</summary>
    public static void Drive(int pin, Drive drive) => Drive(new WireChange(pin, drive));

    /// <summary>Drives wires, one change right after the other.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such pin; nothing was changed.</exception>
    public static void Drive(params IEnumerable<WireChange> changes)
    {
        Core core = Core.Current;
        core.ThrowIfStopping();
        List<WireChange> all = [.. changes];
        foreach (WireChange change in all) core.Pads.ThrowIfNoPin(change.Pin);
        core.Pads.CatchUp();
        foreach (WireChange change in all) core.Pads.Change(change.Pin, pad => pad.DriveFromOutside(change.Drive));
    }

    /// <summary>What a pin looks like.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such pin.</exception>
    public static PinState GetPin(int pin)
    {
        Core core = Core.Current;
        core.ThrowIfStopping();
        core.Pads.ThrowIfNoPin(pin);
        core.Pads.CatchUp();
        return core.Pads[pin].State;
    }

    /// <summary>Lets other threads run until no record of an edge waits and no handler runs.</summary>
    /// <exception cref="InvalidOperationException">In a handler, which would wait for itself.</exception>
    public static void WaitUntilIdle()
    {
        Core core = Core.Current;
        if (core.Interrupts.IsCallingThread)
        {
            throw new InvalidOperationException("A handler cannot wait until no handler runs.");
        }

        while (core.Interrupts.Counters.Waiting > 0) core.Scheduler.Wait(new SleepWait(), 1);
    }

    /// <summary>Lets time pass: the calling thread sleeps.</summary>
    public static void Pass(int milliseconds) => Platform.Thread.Sleep(milliseconds);

    /// <summary>The exceptions that nothing caught so far, which are then forgotten.</summary>
    public static IReadOnlyList<UnhandledException> TakeUnhandled() => Core.Current.Log.TakeUnhandled();
}
