using System;
using System.Threading;

namespace Workqueues;

/// <content>Calls that wait: for items that came before, for emptiness, for rest, for the end. A flush closes the colour that
/// items have got until then and waits until all of that colour and of older ones have left.</content>
public partial class Workqueue
{
    internal Waiter? WaitersLocked; // L callers that wait for the queue, oldest first

    /// <summary>Waits until every item that was queued before the call has finished, been cancelled or gone back to its timer.
    /// Later ones do not delay it; armed timers do not count. Of the shared queue: and until the lines that top halves noted
    /// before are written.</summary>
    /// <remarks><b>Context:</b> an ordinary thread or a work handler; it blocks, on a frozen queue until <see cref="Thaw"/>.
    /// <b>Cost:</b> it allocates when it has to wait; nothing on the queueing path (items carry the colour of the flush that came
    /// before them). Past 255 flushes of one queue that wait at once, further ones wait for those first. Linux:
    /// <c>flush_workqueue()</c>.</remarks>
    /// <exception cref="InvalidOperationException">Called in an interrupt handler or a timer expiry, in a handler of this queue,
    /// or on the only worker behind which an item of this queue waits. Nothing has changed then.</exception>
    public void Flush()
    {
        InterruptContext.ThrowIfActive("Workqueue.Flush", _name);

        if (!IsIdle()) FlushBusy();

        // Its worker writes what is noted.
        if (this == SystemIfMade) KernelLog.WriteOut();
    }

    private void FlushBusy()
    {
        Thread thread = Thread.CurrentThread;
        bool isComplete = false;
        while (!isComplete)
        {
            Waiter waiter = new Waiter(WaiterKind.Flush, null);
            bool mustWait = false;
            RefusalReason refusal = RefusalReason.None;
            bool isDone = false;
            try
            {
                lock (Gate.Lock)
                {
                    refusal = RefusalLocked(thread);
                    if (refusal == RefusalReason.None) mustWait = JoinFlushLocked(waiter, out isComplete);
                    isDone = true;
                }
            }
            catch (Exception exception)
            {
                Gate.Reserve = null;
                Gate.Leave(Gate.Lock);
                if (!isDone) throw exception;
            }

            if (refusal != RefusalReason.None) throw Refusal.Make("Workqueue.Flush", _name, refusal);
            if (mustWait) waiter.Wait();
        }
    }

    /// <summary>Waits until the queue is empty. Meanwhile only handlers of this queue may queue on it (chained work); others are
    /// refused and counted. Armed items do not hold it up, and their expiry is not refused.</summary>
    /// <remarks><b>Context:</b> an ordinary thread, or a handler of another queue; it blocks, for ever when an item queues itself
    /// for ever. <b>Cost:</b> it allocates when it has to wait. Linux: <c>drain_workqueue()</c>.</remarks>
    /// <exception cref="InvalidOperationException">As <see cref="Flush"/>.</exception>
    public void Drain()
    {
        InterruptContext.ThrowIfActive("Workqueue.Drain", _name);
        if (IsIdle()) return;
        Waiter waiter = new Waiter(WaiterKind.Empty, null);
        bool isBarred = JoinDrain(Thread.CurrentThread, waiter);
        bool hasWaited = false;
        while (isBarred)
        {
            // Tried until it is done: the queue would refuse everybody for ever.
            try
            {
                if (!hasWaited) waiter.Wait();
                hasWaited = true;
                EndDrain(ref isBarred);
            }
            catch (Exception)
            {
                Gate.Retries++;
                Gate.Reserve = null;
            }
        }
    }

    // True: it has to wait, and the queue is barred until EndDrain.
    private bool JoinDrain(Thread thread, Waiter waiter)
    {
        bool mustWait = false;
        RefusalReason refusal = RefusalReason.None;
        bool isDone = false;
        try
        {
            lock (Gate.Lock)
            {
                refusal = RefusalLocked(thread);
                int running = -1;
                Worker.CountRunningLocked(this, ref running);
                if (running < 0) throw new OutOfMemoryException();
                if (refusal == RefusalReason.None && WaitingLocked + running > 0)
                {
                    Waiter.AddLocked(ref WaitersLocked, waiter);
                    mustWait = true;
                    BarsLocked += OneDrain;
                }

                isDone = true;
            }
        }
        catch (Exception exception)
        {
            Gate.Reserve = null;
            Gate.Leave(Gate.Lock);
            if (!isDone) throw exception;
        }

        if (refusal != RefusalReason.None) throw Refusal.Make("Workqueue.Drain", _name, refusal);
        return mustWait;
    }

    private void EndDrain(ref bool isBarred)
    {
        try
        {
            lock (Gate.Lock)
            {
                BarsLocked -= OneDrain;
                isBarred = false;
            }
        }
        catch (Exception)
        {
            Gate.Reserve = null;
            Gate.Leave(Gate.Lock);
        }
    }

    /// <summary>Lets no new handler of this queue start, and returns when none runs. What is queued stays queued, and queueing
    /// goes on. A flag, not a depth; without effect once the queue is being destroyed.</summary>
    /// <remarks><b>Context:</b> an ordinary thread, or a handler of another queue; it blocks. <b>Cost:</b> it allocates when it
    /// has to wait. Linux: <c>WQ_FREEZABLE</c>, <c>freeze_workqueues_begin()</c>.</remarks>
    /// <exception cref="InvalidOperationException">Called in an interrupt handler or a timer expiry, or in a handler of this
    /// queue. Nothing has changed then.</exception>
    public void Freeze()
    {
        InterruptContext.ThrowIfActive("Workqueue.Freeze", _name);
        if (FreezeAtRest()) return;
        Thread thread = Thread.CurrentThread;
        Waiter waiter = new Waiter(WaiterKind.Rest, null);
        bool mustWait = false;
        bool isOwn = false;
        bool isDone = false;
        try
        {
            lock (Gate.Lock)
            {
                isOwn = IsHandlerLocked(thread);
                if (!isOwn && (BarsLocked & Closed) == 0)
                {
                    int running = -1;
                    Worker.CountRunningLocked(this, ref running);
                    if (running < 0) throw new OutOfMemoryException();
                    mustWait = running > 0;
                    if (mustWait) Waiter.AddLocked(ref WaitersLocked, waiter);
                    HoldsLocked |= Frozen;
                }

                isDone = true;
            }
        }
        catch (Exception exception)
        {
            Gate.Reserve = null;
            Gate.Leave(Gate.Lock);
            if (!isDone) throw exception;
        }

        if (isOwn) throw Refusal.Make("Workqueue.Freeze", _name, RefusalReason.OwnHandler);
        if (mustWait) waiter.Wait();
    }

    /// <summary>Ends <see cref="Freeze"/>: what is queued runs, in order. A <see cref="Freeze"/> that still waits
    /// returns.</summary>
    /// <remarks><b>Context:</b> an ordinary thread, or a handler of another queue. <b>Cost:</b> O(queues in the program). Linux:
    /// <c>thaw_workqueues()</c>.</remarks>
    public void Thaw()
    {
        Waiter? done = null;
        bool isDone = false;
        try
        {
            lock (Gate.Lock)
            {
                HoldsLocked &= ~Frozen;
                ReleaseLocked(-1, ref done);
                isDone = true;
            }

            // Also when it was not frozen: the call that thawed it may have failed here, and is made again.
            if (done != null) Waiter.Signal(ref done);
            WorkerPool.WakeAll();
        }
        catch (Exception exception)
        {
            Gate.Reserve = null;
            Gate.Leave(Gate.Lock);
            if (!isDone) throw exception;
            if (done != null) Waiter.Signal(ref done);
            WorkerPool.WakeAll();
        }
    }

    /// <summary>Ends the queue: refuses everybody but its own handlers, cancels its armed timers, waits until it is empty,
    /// cancels what chained work armed meanwhile, and ends its workers. A frozen queue is thawed. A second caller waits for the
    /// first; a destroyed queue stays so.</summary>
    /// <remarks><b>Context:</b> an ordinary thread, or a handler of another queue; it blocks, for ever when an item queues itself
    /// for ever: cancel such an item first. <b>Cost:</b> O(armed items)², allocates. Linux: <c>destroy_workqueue()</c>.</remarks>
    /// <exception cref="InvalidOperationException">As <see cref="Flush"/>; on one of its own workers, whatever runs there; and
    /// on <see cref="System"/>.</exception>
    /// <exception cref="OutOfMemoryException">There is no memory to wait with; nothing has changed then.</exception>
    public void Destroy()
    {
        InterruptContext.ThrowIfActive("Workqueue.Destroy", _name);
        Thread thread = Thread.CurrentThread;

        // Everything that can fail first.
        Waiter other = new Waiter(WaiterKind.Destroyed, null);
        Waiter empty = new Waiter(WaiterKind.Empty, null);
        Worker?[] idle = new Worker?[CountWorkers()];
        Waiter? done = null;
        bool mustEnd = false;
        try
        {
            Begin(thread, other, ref done, ref mustEnd);
            if (!mustEnd) return;
            if (done != null) Waiter.Signal(ref done);
            EndAll(thread, idle, empty);
            mustEnd = false;
        }
        finally
        {
            if (mustEnd) InterruptDestroy(ref done);
        }
    }

    // Until it is the caller who ends the queue, or it is destroyed.
    private void Begin(Thread thread, Waiter other, ref Waiter? done, ref bool mustEnd)
    {
        while (!mustEnd)
        {
            RefusalReason refusal = RefusalReason.None;
            bool isDone = false;
            try
            {
                lock (Gate.Lock)
                {
                    Worker? caller = Worker.OfLocked(thread);
                    refusal = this == SystemIfMade ? RefusalReason.Shared : RefusalLocked(thread);

                    // Also in a run for another queue: it would end the thread that it stands on.
                    bool isOwnWorker = caller != null && caller.Queue == this;
                    if (refusal == RefusalReason.None && isOwnWorker) refusal = RefusalReason.OwnWorker;
                    if (refusal == RefusalReason.None)
                    {
                        if ((BarsLocked & Destroyed) != 0) return;
                        if ((BarsLocked & (Closed | Interrupted)) == Closed)
                        {
                            Waiter.AddLocked(ref WaitersLocked, other);
                        }
                        else
                        {
                            mustEnd = true;
                            HoldsLocked &= ~Frozen;
                            BarsLocked = (BarsLocked & ~Interrupted) | Closed;
                            ReleaseLocked(-1, ref done);
                        }
                    }

                    isDone = true;
                }
            }
            catch (Exception exception)
            {
                Gate.Reserve = null;
                Gate.Leave(Gate.Lock);
                if (!isDone) throw exception;
            }

            if (refusal != RefusalReason.None) throw Refusal.Make("Workqueue.Destroy", _name, refusal);
            if (!mustEnd) other.Wait();
        }
    }

    /// <summary><see cref="Destroy"/>.</summary>
    /// <remarks><b>Context:</b> as <see cref="Destroy"/>.</remarks>
    public void Dispose() => Destroy();

    // Nothing to wait for. Who calls need not be asked then: a caller that must be refused has an item running or waiting here.
    private bool IsIdle()
    {
        bool isIdle = false;
        bool isDone = false;
        try
        {
            Monitor.Enter(Gate.Lock);
            int running = -1;
            Worker.CountRunningLocked(this, ref running);
            isIdle = WaitingLocked == 0 && running == 0;
            isDone = true;
            Monitor.Exit(Gate.Lock);
        }
        catch (Exception exception)
        {
            Gate.Reserve = null;
            Gate.Leave(Gate.Lock);
            if (!isDone) throw exception;
        }

        return isIdle;
    }

    // Freezes it if no handler runs.
    private bool FreezeAtRest()
    {
        bool isAtRest = false;
        bool isDone = false;
        try
        {
            lock (Gate.Lock)
            {
                int running = -1;
                Worker.CountRunningLocked(this, ref running);
                isAtRest = running == 0;
                if (isAtRest && (BarsLocked & Closed) == 0) HoldsLocked |= Frozen;
                isDone = true;
            }
        }
        catch (Exception exception)
        {
            Gate.Reserve = null;
            Gate.Leave(Gate.Lock);
            if (!isDone) throw exception;
        }

        return isAtRest;
    }

    // Why the thread must not wait for this queue's items; None when it may.
    private RefusalReason RefusalLocked(Thread thread)
    {
        Worker? caller = Worker.FirstLocked;
        while (caller != null && (caller.CurrentLocked == null || caller.Thread != thread)) caller = caller.NextLocked;
        if (caller == null) return RefusalReason.None;
        if (caller.CurrentHomeLocked == this) return RefusalReason.OwnHandler;
        return caller.Pool.WorkerCount == 1 && caller.HasWaitingLocked(this) ? RefusalReason.HeldUp : RefusalReason.None;
    }

    // Closes the present colour and waits for it and the older ones. Complete: nothing is left to do after the wait.
    private bool JoinFlushLocked(Waiter waiter, out bool isComplete)
    {
        isComplete = true;
        int running = -1;
        Worker.CountRunningLocked(this, ref running);
        if (running < 0) throw new OutOfMemoryException();
        int present = WaitingLocked + running;
        if (present == 0) return false;

        int older = 0;
        int openColours = 0;
        for (Waiter? other = WaitersLocked; other != null; other = other.Next)
        {
            if (other.Kind != WaiterKind.Flush || other.Colour < 0) continue;
            older += other.Count;
            openColours++;
        }

        // The call before the stores: a colour that is closed and has no waiter would never be released.
        present -= older;
        Waiter.AddLocked(ref WaitersLocked, waiter);
        if (present > 0 && openColours == Work.ColourLimit - 1)
        {
            // No colour is free (they are given out in a circle): wait for those who have one, then try again.
            isComplete = false;
        }
        else if (present > 0)
        {
            waiter.Count = present;
            int colour = JoinBitsLocked & Work.ColourMask;
            waiter.Colour = colour >> Work.ColourShift;
            JoinBitsLocked = (int)WorkStates.Queued | ((colour + (1 << Work.ColourShift)) & Work.ColourMask);
        }

        return true;
    }

    // An item of a colour has left (-1: none has, but something else changed): wakes who waited for that. Without a call, as
    // Waiter.ItemEndedLocked: done again after half of it, an item would be counted as gone twice.
    internal void ReleaseLocked(int colour, ref Waiter? done)
    {
        int running = 0;
        for (Worker? worker = Worker.FirstLocked; worker != null; worker = worker.NextLocked)
        {
            if (worker.CurrentLocked != null && worker.CurrentHomeLocked == this) running++;
        }

        bool isOlderOpen = false;
        Waiter? previous = null;
        Waiter? waiter = WaitersLocked;
        while (waiter != null)
        {
            Waiter? next = waiter.Next;
            if (waiter.Kind == WaiterKind.Flush && waiter.Count > 0 && waiter.Colour == colour) waiter.Count--;
            bool isDone = waiter.Kind switch
            {
                WaiterKind.Flush => !isOlderOpen && waiter.Count == 0,
                WaiterKind.Empty => WaitingLocked + running == 0,
                WaiterKind.Rest => running == 0 || (HoldsLocked & Frozen) == 0,
                _ => (BarsLocked & (Interrupted | Destroyed)) != 0,
            };

            if (isDone)
            {
                if (previous == null) WaitersLocked = next;
                else previous.Next = next;
                waiter.NextDone = done;
                done = waiter;
            }
            else
            {
                if (waiter.Kind == WaiterKind.Flush) isOlderOpen = true;
                previous = waiter;
            }

            waiter = next;
        }
    }

    // One item in each lock section.
    private void CancelArmed(Thread thread)
    {
        while (true)
        {
            long now = Clock.Now;
            lock (Gate.Lock)
            {
                if (ArmedLocked == 0) return;
                Work? armed = null;
                for (WorkLink? link = Deadlines.FirstLocked; armed == null; link = Deadlines.AfterLocked(link!))
                {
                    if (link is Work work && work.Home == this) armed = work;
                }

                Waiter? done = null;
                armed!.CancelLocked(thread, now, ref done);
            }
        }
    }

    private int CountWorkers()
    {
        int count = 0;
        try
        {
            lock (Gate.Lock)
            {
                for (Worker? worker = Worker.FirstLocked; worker != null; worker = worker.NextLocked)
                {
                    if (worker.Queue == this) count++;
                }
            }
        }
        catch (Exception exception)
        {
            Gate.Reserve = null;
            Gate.Leave(Gate.Lock);
            throw exception;
        }

        return count;
    }

    private void WaitUntilEmpty(Thread thread, Waiter waiter)
    {
        bool mustWait;
        lock (Gate.Lock)
        {
            int running = -1;
            Worker.CountRunningLocked(this, ref running);
            if (running < 0) throw new OutOfMemoryException();
            mustWait = WaitingLocked + running > 0;
            if (mustWait) Waiter.AddLocked(ref WaitersLocked, waiter);
        }

        if (mustWait) waiter.Wait();
        CancelArmed(thread);
    }

    private void EndAll(Thread thread, Worker?[] idle, Waiter empty)
    {
        WorkerPool.WakeAll();
        CancelArmed(thread);
        while (!End(idle)) WaitUntilEmpty(thread, empty);
    }

    // The next caller of Destroy, who may be waiting already, goes on. What is not signalled yet is in the chain.
    private void InterruptDestroy(ref Waiter? done)
    {
        Gate.Reserve = null;
        Gate.Leave(Gate.Lock);
        Gate.Retries++; // a call directly before a try would count as part of it
        try
        {
            lock (Gate.Lock)
            {
                BarsLocked |= Interrupted;
                ReleaseLocked(-1, ref done);
            }
        }
        catch (Exception)
        {
            Gate.Leave(Gate.Lock);
        }

        Waiter.Signal(ref done);
    }

    // Ends the workers, when nothing is left for them. One that runs an item for another queue ends after it; items of other
    // queues that wait here, because they ran here last, go to their own workers.
    private bool End(Worker?[] idle)
    {
        int count = 0;
        lock (Gate.Lock)
        {
            int running = -1;
            Worker.CountRunningLocked(this, ref running);
            if (WaitingLocked > 0 || running != 0 || ArmedLocked > 0) return false;
            WorkerPool pool = Pool;
            for (int i = 0; i < _poolCount; i++)
            {
                pool.WorkerCount = 0;
                while (pool.Next != pool) MoveHomeLocked((Work)pool.Next!);
                pool = pool.NextPool!;
            }

            for (Worker? worker = Worker.FirstLocked; worker != null; worker = worker.NextLocked)
            {
                if (worker.Queue != this || worker.CurrentLocked != null) continue;
                idle[count++] = worker;
                worker.EndLocked();
            }
        }

        WorkerPool.WakeAll();
        for (int i = 0; i < count; i++)
        {
            idle[i]!.Pool.Wake.Set();
            idle[i]!.Join();
        }

        Waiter? done = null;
        lock (Gate.Lock)
        {
            UnlinkLocked();
            BarsLocked |= Destroyed;
            ReleaseLocked(-1, ref done);
        }

        Waiter.Signal(ref done);
        return true;
    }

    // Out of a pool whose workers end.
    private static void MoveHomeLocked(Work work)
    {
        Workqueue queue = work.Home!;
        WorkerPool home = queue.Pool;
        int steps = ((work.Bits & Work.ProcessorMask) >> Work.ProcessorShift) % queue._poolCount;
        for (; steps > 0; steps--) home = home.NextPool!;
        work.Next!.Previous = work.Previous;
        work.Previous!.Next = work.Next;
        WorkLink last = home.Previous!;
        work.Next = home;
        work.Previous = last;
        last.Next = work;
        home.Previous = work;
    }

    // Out of the lists of queues and of pools. Without a call: half of it done, a dump would show a ghost.
    private void UnlinkLocked()
    {
        WorkerPool last = Pool;
        for (int i = 1; i < _poolCount; i++) last = last.NextPool!;
        WorkerPool? before = WorkerPool.FirstLocked;
        if (before == Pool) WorkerPool.FirstLocked = last.NextPool;
        while (before != null && before.NextPool != Pool) before = before.NextPool;
        if (before != null) before.NextPool = last.NextPool;

        Workqueue? previous = FirstLocked;
        if (previous == this) FirstLocked = NextLocked;
        while (previous != null && previous.NextLocked != this) previous = previous.NextLocked;
        if (previous != null) previous.NextLocked = NextLocked;
    }
}
