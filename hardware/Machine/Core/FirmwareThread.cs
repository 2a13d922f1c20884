using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Threading;

namespace Hardware.Machine;

/// <summary>Where a thread is, as the scheduler sees it.</summary>
internal enum RunState
{
    Unstarted,
    Ready, // also the running one
    Waiting,
    Idle, // a system thread without work: in no list
    Ended,
}

/// <summary>A thread of the firmware, or one of the runtime's own three: static constructors, timer callbacks, pin
/// events.</summary>
internal sealed class FirmwareThread
{
    internal const int Lowest = 0;
    internal const int Normal = 2;
    internal const int Highest = 4;
    internal const int SystemHighest = 5;

    private readonly Core _core;
    private Carrier? _carrier;
    private readonly Action _body;

    internal FirmwareThread(Core core, string name, int id, int priority, Action body)
    {
        _core = core;
        Name = name;
        Id = id;
        Priority = priority;
        _body = body;
    }

    /// <summary>For reports.</summary>
    internal string Name { get; set; }

    /// <summary>ManagedThreadId: 0 for Main and the runtime's own threads.</summary>
    internal int Id { get; }

    /// <summary>What choices call it; -1: they have not seen it yet.</summary>
    internal int Number { get; set; } = -1;

    internal int Priority { get; set; }

    /// <summary>The scheduling counter of statement 1.</summary>
    internal int Counter { get; set; }

    internal int Key => Priority + Counter;

    internal RunState State { get; set; } = RunState.Unstarted;

    /// <summary>The stepped clock at which a wait is over, in ns; <see cref="long.MaxValue"/>: never.</summary>
    internal long Deadline { get; set; } = long.MaxValue;

    /// <summary>What it waits for; null: the wait was satisfied or its time is over.</summary>
    internal Wait? Wait { get; set; }

    /// <summary>Locks it owns, in the order of entering.</summary>
    internal List<Lock> Owned { get; } = [];

    /// <summary>The firmware's object for it. A collection may take it away unless the firmware holds it; that of a thread
    /// of one's own is held by the runtime until the thread has ended.</summary>
    internal object? ThreadObject { get; set; }

    /// <summary>The stack at the moment the machine was switched off.</summary>
    internal StackTrace? Stack { get; private set; }

    internal bool IsAlive => State is not (RunState.Unstarted or RunState.Ended);

    /// <summary>What it used of the machine in its runs before this one.</summary>
    internal Usage Usage { get; set; }

    /// <summary>The runtime's blocks in the heap for it.</summary>
    internal int[] Blocks { get; set; } = [];

    /// <summary>Whether it has run and not ended.</summary>
    internal bool IsCarried => _carrier != null && State != RunState.Ended;

    /// <summary>Lets it run; the first time on a .NET thread that it is given.</summary>
    internal void Resume()
    {
        if (_carrier != null)
        {
            _carrier.Resume();
            return;
        }

        _carrier = Carrier.Take();
        _carrier.Run(Live);
    }

    /// <summary>Waits until the scheduler resumes it.</summary>
    internal void Park()
    {
        _carrier!.Wait();
        if (!_core.IsStopping) return;
        if (_core.Options.DescribesThreads) Stack = new StackTrace(fNeedFileInfo: true);
        throw new StoppedException();
    }

    // Runs on a .NET thread of its own.
    private void Live()
    {
        Core.Enter(_core);
        try
        {
            try
            {
                _body();
            }
            catch (Exception exception) when (!_core.IsStopping)
            {
                _core.Log.Unhandled(this, exception);
            }

            if (!_core.IsStopping) _core.Scheduler.End(this);
        }
        catch (Exception) when (_core.IsStopping)
        {
            // Whatever the firmware's finally blocks made of the StoppedException.
        }
        finally
        {
            Core.Enter(null);
            if (State != RunState.Ended) _core.Scheduler.HasGone();
        }
    }
}
