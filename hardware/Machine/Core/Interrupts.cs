using System;
using System.Collections.Generic;
using VirtualRuntime;

namespace Hardware.Machine;

/// <summary>The way of an edge behind the interrupt routine: ring, list in the heap, dispatcher thread (32 to 36).</summary>
internal sealed class Interrupts(Core core, int ringCapacity)
{
    private readonly InterruptRing _ring = new(ringCapacity);
    private readonly Queue<InterruptRecord> _list = new(); // in the heap of the board
    private FirmwareThread? _thread;
    private InterruptRecord _given;
    private bool _isBusy;
    private long _unheard;
    private long _faulted;

    internal long Recorded { get; private set; }

    /// <summary>Lost because the heap had no room for them.</summary>
    internal long DroppedByHeap { get; private set; }

    /// <summary>Lost to newer ones in the ring.</summary>
    internal long DroppedByRing => _ring.Dropped;

    /// <summary>That reached a handler.</summary>
    internal long Delivered { get; private set; }

    internal InterruptCounters Counters => new(
        Recorded, DroppedByRing + DroppedByHeap, Delivered, _unheard, _ring.Count + _list.Count + (_isBusy ? 1 : 0), _faulted);

    internal bool IsCallingThread => _thread != null && core.Scheduler.Current == _thread;

    /// <summary>From the interrupt routine.</summary>
    internal void Record(InterruptRecord record)
    {
        Recorded++;
        _ring.Push(record);
    }

    /// <summary>Empties the ring into the list, and gives the first event to the dispatcher if that is free (5b).</summary>
    internal void Look()
    {
        core.Pads.ApplyUntil(core.Now);
        while (_ring.TryTake(out InterruptRecord record))
        {
            if (core.Heap.TryAllocateEvent()) _list.Enqueue(record);
            else DroppedByHeap++;
        }

        if (_isBusy || !_list.TryDequeue(out _given)) return;
        _isBusy = true;
        core.Heap.FreeEvent();
        core.Scheduler.MakeReady(Thread());
    }

    private FirmwareThread Thread()
    {
        if (_thread != null) return _thread;
        _thread = new FirmwareThread(core, "the interrupt dispatcher", 0, FirmwareThread.SystemHighest, Run);
        core.Scheduler.AddSystem(_thread);
        return _thread;
    }

    private void Run()
    {
        while (true)
        {
            try
            {
                if (core.Pads.Deliver(_given)) Delivered++;
                else _unheard++;
            }
            catch (Exception exception) when (!core.IsStopping)
            {
                Delivered++;
                _faulted++;
                core.Log.Unhandled(_thread!, exception);
            }

            core.ThrowIfStopping();
            while (_thread!.Owned.Count > 0) core.Locks.Abandon(_thread.Owned[0]);
            _isBusy = false;
            core.Scheduler.BecomeIdle(_thread);
        }
    }
}
