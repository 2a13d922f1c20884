using System;
using System.Device.Gpio;
using System.Threading;
using Workqueues;
using Workqueues.Gpio;

namespace SelfTest;

/// <summary>What the library promises and only a board can show: with its interrupts, its timer, its threads and its
/// heap.</summary>
internal sealed class Contract
{
    /// <summary>More than any board's ring holds.</summary>
    internal const int StormEdges = 1000;

    // Nothing here takes a tenth of it: what does not come in this time does not come.
    private const int LongMilliseconds = 2000;
    private const int Rounds = 1000;

    private delegate void Call();

    private readonly GpioPin _pin;
    private readonly AutoResetEvent _done = new AutoResetEvent(false);
    private readonly AutoResetEvent _gate = new AutoResetEvent(false);
    private bool _isHigh;
    private int _queued;
    private int _runs;

    internal Contract(GpioPin pin)
    {
        _pin = pin;
    }

    /// <summary>Edges of the storm that reached the top half.</summary>
    internal int StormCount { get; private set; }

    internal string? InterruptQueuesItem()
    {
        Workqueue queue = Begin();
        Work item = new Work(CountRun);
        bool isInterrupt = false;
        using (InterruptLine line = Line((source, edge) =>
        {
            isInterrupt = InterruptContext.IsActive;
            if (queue.Queue(item)) _queued++;
        }))
        {
            for (int i = 1; i <= 2; i++)
            {
                Edge();
                if (!Wait()) return "no run for edge " + i.ToString();
                if (line.Count != i) return "the line counts " + line.Count.ToString() + " edges, " + i.ToString() + " were made";
            }
        }

        if (!isInterrupt) return "the top half was not in interrupt context";
        if (InterruptContext.IsActive) return "Main is in interrupt context";
        queue.Destroy();
        return _queued == 2 && _runs == 2 ? null : _queued.ToString() + " queued, " + _runs.ToString() + " run";
    }

    internal string? InterruptIsRefusedToWait()
    {
        Workqueue queue = Begin();
        Work item = new Work(CountRun);
        string? accepted = "no edge came";
        using (Line((source, edge) =>
        {
            accepted = Accepted(queue, item);
            _done.Set();
        }))
        {
            Edge();
            if (!Wait()) return accepted;
        }

        queue.Destroy();
        return accepted;
    }

    /// <summary>The same inside the library's timer expiry: a timer that is plugged in is programmed from there. It stays
    /// plugged in.</summary>
    internal string? ExpiryIsRefusedToWait()
    {
        Workqueue queue = Begin();
        Work item = new Work(CountRun);
        string? accepted = "no expiry programmed the timer";
        ProbeTimer timer = new ProbeTimer();
        Jiffies.UseTimer(timer);
        timer.Arming = () =>
        {
            if (!InterruptContext.IsActive) return; // the two calls below program it too
            timer.Arming = null;
            accepted = Accepted(queue, item);
            _done.Set();
        };
        DelayedWork first = new DelayedWork(CountRun);
        DelayedWork second = new DelayedWork(CountRun);
        queue.QueueDelayed(first, 10);
        queue.QueueDelayed(second, 5000);
        if (!_done.WaitOne(LongMilliseconds, false)) return accepted;
        second.CancelSync();
        queue.Destroy();
        return accepted;
    }

    internal string? DelayIsNeverEarly()
    {
        Workqueue queue = Begin();
        long at = 0;
        DelayedWork item = new DelayedWork(work =>
        {
            at = Jiffies.Now;
            _done.Set();
        });
        for (int delay = 1; delay < 60; delay += 3)
        {
            long start = Jiffies.Now;
            queue.QueueDelayed(item, delay);
            if (!Wait()) return "no run after " + delay.ToString() + " ms";
            if (at - start < delay) return delay.ToString() + " ms took " + (at - start).ToString();
        }

        queue.Destroy();
        return null;
    }

    internal string? CancelTakesOff()
    {
        Workqueue queue = Begin();
        Work blocker = new Work(work => _gate.WaitOne());
        Work item = new Work(CountRun);
        DelayedWork delayed = new DelayedWork(CountRun);
        queue.Queue(blocker);
        queue.Queue(item);
        queue.QueueDelayed(delayed, 10);
        bool isQueuedOff = item.Cancel();
        bool isArmedOff = delayed.Cancel();
        bool isTwice = item.Cancel() || delayed.Cancel();
        _gate.Set();
        queue.Flush();
        Thread.Sleep(40);
        queue.Destroy();
        if (!isQueuedOff) return "a queued item was not pending";
        if (!isArmedOff) return "an armed item was not pending";
        if (isTwice) return "a cancelled item was pending";
        return _runs == 0 ? null : _runs.ToString() + " cancelled items ran";
    }

    internal string? CancelSyncWaits()
    {
        Workqueue queue = Begin();
        bool isOver = false;
        Work item = new Work(work =>
        {
            _done.Set();
            Thread.Sleep(30);
            isOver = true;
        });
        queue.Queue(item);
        if (!Wait()) return "the item did not start";
        if (item.CancelSync()) return "a running item was pending";
        if (!isOver) return "it returned while the handler ran";
        DelayedWork? polling = null;
        polling = new DelayedWork(work =>
        {
            _runs++;
            queue.QueueDelayed(polling!, 5);
        });
        queue.QueueDelayed(polling, 5);
        Thread.Sleep(50);
        polling.CancelSync();
        int runs = _runs;
        Thread.Sleep(50);
        if (runs == 0) return "the item that queues itself never ran";
        if (_runs != runs || polling.States != WorkStates.Idle) return "it queued itself again";
        queue.Destroy();
        return null;
    }

    internal string? FlushWaits()
    {
        Workqueue queue = Begin();
        Work item = new Work(work =>
        {
            Thread.Sleep(20);
            _runs++;
        });
        DelayedWork delayed = new DelayedWork(CountRun);
        queue.Queue(item);
        queue.QueueDelayed(delayed, 5000);
        queue.Flush();
        if (_runs != 1) return "the queue's flush returned before the item's end";
        if (item.Flush()) return "the flush of an idle item was true";
        if (!delayed.Flush() || _runs != 2) return "the flush of an armed item did not run it";
        queue.Destroy();
        return null;
    }

    internal string? DestroyEnds()
    {
        Workqueue queue = Begin();
        Work item = new Work(CountRun);
        DelayedWork armed = new DelayedWork(CountRun);
        queue.Queue(item);
        queue.QueueDelayed(armed, 20);
        queue.Destroy();
        if (_runs != 1) return "what was queued had not run";
        if (queue.Queue(item) || queue.QueueDelayed(armed, 1)) return "a destroyed queue took an item";
        queue.Destroy();
        Thread.Sleep(60);
        if (_runs != 1) return "an armed item ran afterwards";
        int refused = queue.GetStatistics().Refused;
        return refused == 2 ? null : "refused=" + refused.ToString();
    }

    internal string? HandlerIsRefusedToWaitForItself()
    {
        Workqueue queue = Begin();
        string accepted = "";
        Work? item = null;
        item = new Work(work =>
        {
            if (IsAccepted(() => work.Flush())) accepted += " work.Flush";
            if (IsAccepted(() => work.CancelSync())) accepted += " work.CancelSync";
            if (IsAccepted(queue.Flush)) accepted += " queue.Flush";
            if (IsAccepted(queue.Destroy)) accepted += " queue.Destroy";
            _done.Set();
        });
        queue.Queue(item);
        if (!Wait()) return "it hangs";
        queue.Destroy();
        return accepted.Length == 0 ? null : "accepted:" + accepted;
    }

    /// <summary>More edges at once than the runtime's ring holds: the oldest are lost on their way. What arrives is handled,
    /// and the next edge is as the first.</summary>
    internal string? StormIsSurvived()
    {
        Workqueue queue = Begin();
        Work item = new Work(CountRun);
        using (InterruptLine line = Line((source, edge) =>
        {
            if (queue.Queue(item)) _queued++;
        }))
        {
            for (int i = 0; i < StormEdges; i++) Edge();
            int before = -1;
            while (line.Count != before)
            {
                before = line.Count;
                Thread.Sleep(40);
            }

            StormCount = before;
            queue.Flush();
            if (line.FaultedCount != 0) return line.FaultedCount.ToString() + " top halves failed";
            if (before == 0 || before > StormEdges) return before.ToString() + " edges came";
            if (_runs != _queued) return _queued.ToString() + " queued, " + _runs.ToString() + " run";
            while (_done.WaitOne(0, false))
            {
            }

            Edge();
            if (!Wait() || line.Count != before + 1) return "the next edge was not seen";
        }

        queue.Destroy();
        return null;
    }

    internal string? MemoryStays()
    {
        Workqueue queue = Begin();
        Work item = new Work(CountRun);
        DelayedWork delayed = new DelayedWork(CountRun);
        int used = 0;
        using (Line((source, edge) => queue.Queue(item)))
        {
            // First a few, for what is made at first use. Then a hundred: what leaks is told before the heap is full.
            int free = 0;
            for (int rounds = Rounds / 100; rounds <= Rounds && used <= 0; rounds *= 10)
            {
                string? why = Do(queue, delayed, rounds);
                if (why != null) return why;
                int left = Memory.Free();
                if (free > 0) used = free - left;
                free = left;
            }
        }

        queue.Destroy();
        return used <= 0 ? null : used.ToString() + " bytes less are free";
    }

    private string? Do(Workqueue queue, DelayedWork delayed, int count)
    {
        for (int i = 0; i < count; i++)
        {
            queue.QueueDelayed(delayed, 1000);
            Edge();
            if (!Wait()) return "round " + i.ToString() + ": the edge's item did not run";
            if (!delayed.Cancel()) return "round " + i.ToString() + ": the armed item was not pending";
        }

        return null;
    }

    // Each check begins with a queue of its own and counters at 0.
    private Workqueue Begin()
    {
        _queued = 0;
        _runs = 0;
        _done.Reset();
        _gate.Reset();
        return Workqueue.CreateSingleThread("self_test");
    }

    private InterruptLine Line(InterruptHandler handler) =>
        new InterruptLine(_pin, PinEventTypes.Rising | PinEventTypes.Falling, handler, "self_test");

    private void Edge()
    {
        _isHigh = !_isHigh;
        _pin.Write(_isHigh ? PinValue.High : PinValue.Low);
    }

    private bool Wait() => _done.WaitOne(LongMilliseconds, false);

    private void CountRun(Work work)
    {
        _runs++;
        _done.Set();
    }

    // Every call that may block, where none may.
    private static string? Accepted(Workqueue queue, Work work)
    {
        string accepted = "";
        if (IsAccepted(() => work.Flush())) accepted += " work.Flush";
        if (IsAccepted(() => work.CancelSync())) accepted += " work.CancelSync";
        if (IsAccepted(() => work.DisableSync())) accepted += " work.DisableSync";
        if (IsAccepted(queue.Flush)) accepted += " queue.Flush";
        if (IsAccepted(queue.Drain)) accepted += " queue.Drain";
        if (IsAccepted(queue.Freeze)) accepted += " queue.Freeze";
        if (IsAccepted(queue.Destroy)) accepted += " queue.Destroy";
        if (IsAccepted(Workqueue.FlushScheduled)) accepted += " FlushScheduled";
        return accepted.Length == 0 ? null : "accepted:" + accepted;
    }

    private static bool IsAccepted(Call call)
    {
        try
        {
            call();
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }
}
