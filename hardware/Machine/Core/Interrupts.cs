using System;
using System.Collections.Generic;
using VirtualRuntime;

namespace Hardware.Machine;

/// <summary>The way of an edge behind the interrupt routine: ring, list in the heap, dispatcher thread, sink (32 to
/// 36).</summary>
internal sealed class Interrupts(Core core, int ringCapacity)
{
    private readonly InterruptRing _ring = new(ringCapacity);
    private readonly Queue<(InterruptRecord Record, long Number)> _list = new(); // in the heap of the board
    private FirmwareThread? _thread;
    private (InterruptRecord Record, long Number) _given;
    private bool _isBusy;

    internal long Recorded { get; private set; }

    /// <summary>Lost because the heap had no room for them.</summary>
    internal long DroppedByHeap { get; private set; }

    /// <summary>Lost to newer ones in the ring.</summary>
    internal long DroppedByRing => _ring.Dropped;

    /// <summary>That reached a handler.</summary>
    internal long Delivered { get; private set; }

    /// <summary>Events of a pin that had no handlers any more.</summary>
    internal long Unheard { get; private set; }

    /// <summary>Events whose handlers threw.</summary>
    internal long Faulted { get; private set; }

    /// <summary>In the ring and in the list.</summary>
    internal long Waiting => _ring.Count + _list.Count;

    internal int InRing => _ring.Count;

    internal int InList => _list.Count;

    internal InterruptCounters Counters
    {
        get
        {
            long dropped = DroppedByRing + DroppedByHeap;
            int waiting = (int)Waiting + (_isBusy ? 1 : 0);
            return new InterruptCounters(Recorded, dropped, Recorded - dropped - waiting - Unheard, Unheard, waiting, Faulted);
        }
    }

    /// <summary>Where the dispatcher takes events to.</summary>
    internal Platform.EventSink Sink { get; } = new(core);

    /// <summary>The ESP32's timers, by their numbers; null: it is free.</summary>
    internal Platform.HighResTimer?[] Timers { get; } = Platform.HighResTimer.NewTimers();

    /// <summary>When the edge was that the dispatcher handles.</summary>
    internal long EdgeNanoseconds => _given.Record.Nanoseconds;

    /// <summary>Its number: edges are counted from 1 as they are recorded.</summary>
    internal long EdgeNumber => _given.Number;

    /// <summary>Of that edge: somebody takes it.</summary>
    internal bool IsHeard { get; set; }

    internal bool IsCallingThread => _thread != null && core.Scheduler.Current == _thread;

    /// <summary>From the interrupt routine.</summary>
    internal void Record(InterruptRecord record)
    {
        Recorded++;
        if (core.Meter != null && record.Timer < 0) CountRecord(record.Pin);
        bool isFull = _ring.Count == _ring.Capacity;
        InterruptRecord oldest = _ring.Oldest;
        _ring.Push(record with { Nanoseconds = core.Pads.Time });
        if (core.Observer == null) return;
        core.Observer.Edge(SeenKind.EdgeRecorded, Recorded, record);
        if (isFull) core.Observer.Edge(SeenKind.EdgeLostInRing, Recorded - _ring.Count, oldest);
    }

    // Before it is in the ring.
    private void CountRecord(int pin)
    {
        core.Meter!.Of(pin).Recorded++;
        if (_ring.Count == _ring.Capacity && _ring.Oldest.Timer < 0) core.Meter.Of(_ring.Oldest.Pin).LostInRing++;
    }

    /// <summary>Empties the ring into the list, and gives the first event to the dispatcher if that is free (5b).</summary>
    internal void Look()
    {
        core.Pads.ApplyUntil(core.Now);
        bool isFull = false; // then the runtime throws away all that is in the ring
        while (_ring.TryTake(out InterruptRecord record))
        {
            long number = Recorded - _ring.Count; // they leave in the order in which they came
            isFull = isFull || !core.Heap.TryAllocateEvent();
            if (isFull) DropForTheHeap(record);
            else _list.Enqueue((record, number));
            core.Observer?.Edge(isFull ? SeenKind.EdgeLostInHeap : SeenKind.EdgeListed, number, record);
        }

        if (_isBusy || !_list.TryDequeue(out _given)) return;
        _isBusy = true;
        core.Heap.FreeEvent();
        core.Scheduler.MakeReady(Thread());
    }

    /// <summary>Tells of the edge that the dispatcher handles.</summary>
    internal void See(SeenKind kind, long ownInstructions = 0) =>
        core.Observer?.Edge(kind, _given.Number, _given.Record, ownInstructions);

    private void DropForTheHeap(InterruptRecord record)
    {
        DroppedByHeap++;
        if (core.Meter != null && record.Timer < 0) core.Meter.Of(record.Pin).LostInHeap++;
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
            IsHeard = true;
            try
            {
                Delivered++;
                See(SeenKind.EdgeDispatched);
                Sink.Dispatch(_given.Record);
                core.Meter?.TopHalfEnds();
            }
            catch (Exception exception) when (!core.IsStopping)
            {
                Faulted++;
                core.Meter?.ForgetTopHalf();
                core.Log.Unhandled(_thread!, exception);
            }

            core.ThrowIfStopping();
            while (_thread!.Owned.Count > 0) core.Locks.Abandon(_thread.Owned[0]);
            _isBusy = false;
            if (!IsHeard) Unheard++;
            See(SeenKind.EdgeDone);
            core.Scheduler.BecomeIdle(_thread);
        }
    }
}
