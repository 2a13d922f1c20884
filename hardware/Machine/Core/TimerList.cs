using System;
using System.Collections.Generic;
using System.Runtime.CompilerServices;

namespace Hardware.Machine;

/// <summary>The runtime's timers and the one system thread that runs their callbacks (25 to 31).</summary>
internal sealed class TimerList(Core core)
{
    private readonly List<Platform.Timer> _timers = []; // creation order; one that has fired goes to the end (26)
    private FirmwareThread? _thread;
    private Platform.Timer? _given; // what the thread runs

    /// <summary>The earliest due time in ns of the stepped clock; <see cref="long.MaxValue"/>: none is armed.</summary>
    internal long EarliestDue
    {
        get
        {
            // While a callback runs or waits no other one can begin: when it ends there is a look anyway.
            if (_given != null) return long.MaxValue;
            long earliest = long.MaxValue;
            foreach (Platform.Timer timer in _timers) earliest = Math.Min(earliest, timer.Due);
            return earliest;
        }
    }

    internal void Add(Platform.Timer timer) => _timers.Add(timer);

    /// <summary>Marks what is due, and gives the first marked one to the thread if that is free (5c).</summary>
    internal void Look()
    {
        long clock = core.SteppedClock;
        foreach (Platform.Timer timer in _timers)
        {
            if (timer.Due <= clock && timer != _given) timer.IsMarked = true;
        }

        if (_given != null) return;
        int first = _timers.FindIndex(timer => timer.IsMarked);
        if (first < 0) return;
        _given = _timers[first];
        _timers.RemoveAt(first);
        _timers.Add(_given);
        _given.HandOver();
        core.Scheduler.MakeReady(Thread());
    }

    /// <summary>Only what the firmware holds survives a collection (31).</summary>
    internal List<Platform.Timer> All => _timers;

    private FirmwareThread Thread()
    {
        if (_thread != null) return _thread;
        _thread = new FirmwareThread(core, "the timer thread", 0, FirmwareThread.Normal, Run);
        core.Scheduler.AddSystem(_thread);
        return _thread;
    }

    private void Run()
    {
        while (true)
        {
            RunGiven();
            core.Scheduler.BecomeIdle(_thread!);
        }
    }

    // In a method of its own: while the thread is idle, no frame of it shall hold the timer that it ran last.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void RunGiven()
    {
        try
        {
            _given!.Invoke();
        }
        catch (Exception exception) when (!core.IsStopping)
        {
            core.Log.Unhandled(_thread!, exception);
        }

        core.ThrowIfStopping();
        _given!.Ended(core.SteppedClock);
        _given = null;
        while (_thread!.Owned.Count > 0) core.Locks.Abandon(_thread.Owned[0]);
    }
}
