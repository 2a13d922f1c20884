using System;
using System.Threading;

namespace Workqueues;

/// <summary>Takes items from its pool and runs them: <see cref="Run"/> in the usual case, <see cref="RunOne"/> in every other.
/// <see cref="Loop"/> is the thread.</summary>
internal sealed class Worker
{
    // Of _currentBits, where an item that is taken has none of these: the handler has been called, and there was no memory to
    // call Finish; it has thrown; there was no memory to report that either.
    private const int Unfinished = (int)WorkStates.Running;
    private const int Faulted = (int)WorkStates.Delayed;
    private const int Unreported = (int)WorkStates.Canceling;

    internal static Worker? FirstLocked; // L every worker that has not ended, the newest first

    internal readonly Workqueue Queue; // C whose worker it is
    internal readonly WorkerPool Pool; // C where it takes items from
    internal readonly int Index; // C number within its queue
    internal Thread? Thread; // R who acts for it
    internal Worker? NextLocked; // R in that list; stays when the worker leaves it: who walks there goes on
    internal Work? CurrentLocked; // K the item whose handler runs
    internal Workqueue? CurrentHomeLocked; // K the queue that this run belongs to; old between runs
    private int _currentBits; // W the item's when it was taken: its colour is for that queue's Flush
    internal long StartedMillisecondsLocked; // K when this run started
    internal long OnCpuSinceMilliseconds; // L this run's start, or when it was last seen waiting; for WorkerMonitor
    internal int Watch; // F in a run: what WorkerMonitor watches and has seen; else 0

    /// <summary>Makes a worker, and a chain of it and those made before it: nobody else sees them yet.</summary>
    internal Worker(Workqueue queue, WorkerPool pool, int index, Worker? others)
    {
        Queue = queue;
        Pool = pool;
        Index = index;
        NextLocked = others;
    }

    /// <summary>What ps, the dump and the trace call it. Allocates.</summary>
    public override string ToString() => Queue.Name + "/" + Index.ToString();

    /// <summary>Gives the worker a thread of its own.</summary>
    internal void Start(ThreadPriority priority)
    {
        Thread thread = new Thread(Loop);
        thread.Priority = priority;
        Thread = thread;
        thread.Start();
    }

    /// <summary>The thread: runs items while there are any, waits for more, ends with its queue and with nothing else. What
    /// throws here is the runtime, when it has no memory for a call: the worker rests and goes on.</summary>
    internal void Loop()
    {
        WorkerPool pool = Pool;
        bool isAlone = pool.WorkerCount == 1;
        bool mustRest = false;
        while (true)
        {
            try
            {
                if (mustRest || Gate.MustLook || Gate.Reserve == null)
                {
                    if (mustRest) Rest();
                    mustRest = false;

                    // What it queues itself now needs no signal: it is awake.
                    if (isAlone) pool.MustWake = false;
                    mustRest = !LookAround();
                }

                // What was taken or run before something failed comes first.
                if (isAlone && CurrentLocked == null) Run();
                if (Gate.Reserve == null || (!mustRest && Gate.MustLook)) continue;
                if (RunOne()) continue;
                if (pool.WorkerCount == 0)
                {
                    End();
                    return;
                }

                if (KernelLog.IsWriterAsked && WriteNoted()) continue;
                if (mustRest || Gate.MustLook) continue;
                if (!Deadlines.IsTimerSuspect) pool.Wake.WaitOne();
                else if (!pool.Wake.WaitOne(Deadlines.DelayUntilExpiry(), false)) Deadlines.Expire();
                if (isAlone) pool.MustWake = false;
            }
            catch (Exception)
            {
                // No call here: it may be what fails.
                Gate.Retries++;
                Gate.Reserve = null;
                mustRest = true;
            }
        }
    }

    // Lines are noted, and there is nothing to run. False: to write them is another worker's part.
    private bool WriteNoted()
    {
        bool isWriter = KernelLog.WriterWake == null || KernelLog.WriterWake == Pool.Wake;
        if (!isWriter || (Queue.HoldsLocked & Workqueue.Frozen) != 0) return false;

        // A line keeps the processor for milliseconds: whoever is ready goes first. And where that is a handler with a line of
        // its own, it writes what is noted too.
        Thread.Sleep(0);
        KernelLog.WriteOut();
        return true;
    }

    private static void Rest()
    {
        Gate.Leave(Gate.Lock);
        Gate.Leave(KernelLog.Output);
        Thread.Sleep(1);
    }

    // Sees to what threads have left to workers. False: there is still no memory for it.
    private static bool LookAround()
    {
        Gate.MustLook = false;
        if (Gate.Reserve == null)
        {
            // A call that leaves a lock may have been left out (see Deadlines.Done): this thread would wait with the lock held.
            Gate.Leave(Gate.Lock);
            Gate.Leave(KernelLog.Output);

            // A handler that could not even be called would be a run that is lost. Whoever had promised to program the timer may
            // have been stopped on the way, and the runtime may have dropped an expiry: one is asked for anew, and workers stand
            // in for the timer until it comes.
            Gate.Reserve = new byte[Gate.ReserveBytes];
            Deadlines.IsProgramming = false;
            Deadlines.IsTimerSuspect = true;
            Gate.HasLeftovers = true;
        }

        // Whoever noted a line may not have been able to say so.
        if (KernelLog.IsWriterAsked && KernelLog.WriterWake != null) KernelLog.WriterWake.Set();
        return !Gate.HasLeftovers || Deadlines.Resume();
    }

    // The usual way of a worker that is alone in its pool, in one piece: the end of a run (transition 8) and the beginning of the
    // next one (4), with one lock section and one reading of the clock between two handlers, and the wait for more. Usual is:
    // nothing is traced or watched, nobody waits, the item that ended was not queued again. Inside the lock there are stores
    // only. What is unusual is done by Finish and RunOne. It returns where RunOne has to look, or the thread has something else
    // to see to.
    private void Run()
    {
        WorkerPool pool = Pool;
        object gate = Gate.Lock; // a local is read in a third of the time of a static
        Work? work = null; // its handler has been called, and its run has not ended yet
        int fault = 0;
        try
        {
            while (true)
            {
                if (Gate.Reserve == null)
                {
                    // Whoever cannot leave the lock stops everything: not without the reserve. The run ends when there is one.
                    if (work != null) _currentBits |= Unfinished;
                    return;
                }

                if (WorkqueueTrace.Recording != 0)
                {
                    if (work != null) Finish(work, CurrentHomeLocked!, StartedMillisecondsLocked, false);
                    return;
                }

                long now = Clock.Timer == null ? Environment.TickCount64 : Clock.Now;
                Monitor.Enter(gate);
                if (work != null)
                {
                    Workqueue home = CurrentHomeLocked!;
                    int bits = work.Bits;
                    long busy = now - StartedMillisecondsLocked;
                    if (((bits & Work.UnusualToEnd) | Watch) != 0
                        || home.WaitersLocked != null || busy > WorkerMonitor.HogMilliseconds)
                    {
                        Monitor.Exit(gate);
                        Finish(work, home, StartedMillisecondsLocked, false);
                        work = null;
                        continue;
                    }

                    work.Bits = bits & ~(int)WorkStates.Running;
                    home.ExecutedLocked++;
                    home.BusyMillisecondsLocked += busy;
                    CurrentLocked = null;
                    work = null;
                }

                WorkLink first = pool.Next!;
                if (first != pool)
                {
                    Work next = (Work)first;
                    Workqueue home = next.Home!;
                    int bits = next.Bits;
                    if (((bits & Work.UnusualToTake) | home.HoldsLocked) == 0)
                    {
                        WorkLink second = next.Next!;
                        pool.Next = second;
                        second.Previous = pool;
                        next.Next = null; // Previous stays: it is the pool
                        next.Bits = (bits & ~Work.PlaceMask) | (int)WorkStates.Running;
                        home.WaitingLocked--;
                        if (now - next.Stamp > home.MaxLatencyMillisecondsLocked)
                        {
                            home.MaxLatencyMillisecondsLocked = now - next.Stamp;
                        }

                        CurrentHomeLocked = home;
                        _currentBits = bits;
                        StartedMillisecondsLocked = now;
                        CurrentLocked = next;
                        Monitor.Exit(gate);
                        work = next;
                        try
                        {
                            next.Handler(next);
                        }
                        catch (Exception exception)
                        {
                            fault = Faulted | Unreported;
                            ReportFault(next, exception);
                            fault = Faulted;
                            Finish(next, home, now, true);
                            work = null;
                            fault = 0;
                        }

                        continue;
                    }

                    Monitor.Exit(gate);
                    if (RunOne()) continue;
                }
                else
                {
                    pool.MustWake = true;
                    Monitor.Exit(gate);
                }

                // It has seen everything that was there before it said that it sleeps; what came after that wakes it.
                if (KernelLog.IsWriterAsked && WriteNoted()) continue;
                if (Gate.MustLook || Gate.Reserve == null || Deadlines.IsTimerSuspect || pool.WorkerCount == 0) return;
                pool.Wake.WaitOne();
                pool.MustWake = false;
            }
        }
        catch (Exception exception)
        {
            // The end could not even be called. No call here either.
            if (work != null && CurrentLocked == work) _currentBits |= Unfinished | fault;
            throw exception;
        }
    }

    /// <summary>Takes the next item, if there is one, and runs it: transitions 4 and 8 of <see cref="Work"/>, whatever is
    /// unusual. Whatever is thrown between the two, the run ends.</summary>
    /// <returns>True: an item ran. False: none may start now; one that comes wakes the worker.</returns>
    internal bool RunOne()
    {
        AutoResetEvent? wake = null;
        bool program = false;

        // The thread may have been stopped between taking an item and running it: it runs it now. Or between running it and
        // ending the run: it ends it, and the item does not run twice.
        Work? work = CurrentLocked;
        if (work != null && (_currentBits & Unfinished) != 0)
        {
            if ((_currentBits & Unreported) != 0)
            {
                // Whoever is told may count on it. What was thrown is not known any more, but what made it be lost.
                ReportFault(work, new OutOfMemoryException());
                _currentBits &= ~Unreported;
            }

            Finish(work, CurrentHomeLocked!, StartedMillisecondsLocked, (_currentBits & Faulted) != 0);
            return true;
        }

        if (work == null) work = Take(ref wake, ref program);
        if (work == null) return false;
        int fault = 0;
        try
        {
            try
            {
                if (wake != null) wake.Set();
                if (program) Deadlines.Program();
                program = false;
                work.Handler(work);
            }
            catch (Exception exception)
            {
                fault = Faulted | Unreported;
                if (program) Deadlines.IsProgramming = false;
                ReportFault(work, exception);
                fault = Faulted;
            }

            Finish(work, CurrentHomeLocked!, StartedMillisecondsLocked, fault != 0);
        }
        catch (Exception exception)
        {
            // As above.
            if (CurrentLocked == work) _currentBits |= Unfinished | fault;
            throw exception;
        }

        return true;
    }

    private void ReportFault(Work work, Exception exception)
    {
        if (exception is OutOfMemoryException) Gate.Reserve = null;

        // Whatever it is: it may be what came of a lock section that could not be left.
        Gate.Leave(Gate.Lock);
        Gate.Leave(KernelLog.Output);
        bool isTold = false;
        try
        {
            Workqueue.ReportFault(CurrentHomeLocked!, work, exception, ref isTold);
        }
        catch (Exception second)
        {
            Gate.Reserve = null;
            if (!isTold) throw second;
        }
    }

    // Transition 4: pending ends here, before the handler is called, so that the handler may do anything with its own item.
    private Work? Take(ref AutoResetEvent? wake, ref bool program)
    {
        WorkerPool pool = Pool;
        long start = Clock.Now;
        lock (Gate.Lock)
        {
            if (pool.WorkerCount == 0) return null;
            WorkLink? next = NextItemLocked(pool);
            if (next == null)
            {
                pool.MustWake = true;
                return null;
            }

            // As Deadlines.Done: the call may have been left out.
            if (next == pool) throw new OutOfMemoryException();
            Work work = (Work)next;

            // Two signals may have come while one worker woke up: each wakes the next one, while there is something to take.
            if (pool.WorkerCount > 1 && NextItemLocked(work) != null) wake = pool.Wake;
            Workqueue home = work.Home!;
            int bits = work.Bits;
            if ((bits & Work.Awaited) != 0) Waiter.ItemStartedLocked(work);
            if (WorkqueueTrace.Recording != 0) WorkqueueTrace.AddLocked(TraceRecord.ExecuteStart, work, home, this, start, 0);
            bool isWatched = (bits & Work.Suspect) != 0 || home.WatchdogMilliseconds > 0;
            if (isWatched) program = WorkerMonitor.WatchLocked(this, work, home, start);

            // Stores only from here on.
            WorkLink after = work.Next!;
            WorkLink before = work.Previous!;
            before.Next = after;
            after.Previous = before;
            work.Next = null;
            work.Previous = null;
            CurrentLocked = work;
            CurrentHomeLocked = home;
            _currentBits = bits;
            StartedMillisecondsLocked = start;
            work.Bits = (bits & ~Work.PlaceMask) | (int)WorkStates.Running;
            home.WaitingLocked--;
            long latency = start - work.Stamp;
            if (latency > home.MaxLatencyMillisecondsLocked) home.MaxLatencyMillisecondsLocked = latency;
            return work;
        }
    }

    // The oldest item that may start, behind a given one. One that still runs may not (it would run beside itself), and one of a
    // frozen queue neither.
    private Work? NextItemLocked(WorkLink previous)
    {
        WorkLink pool = Pool;
        for (WorkLink? link = previous.Next; link != pool; link = link!.Next)
        {
            Work work = (Work)link!;
            if ((work.Bits & (int)WorkStates.Running) == 0 && (work.Home!.HoldsLocked & Workqueue.Frozen) == 0) return work;
        }

        return null;
    }

    // Transition 8. Tried until it is done: an item that stayed running, or a waiter that nobody wakes, would be lost for ever.
    private void Finish(Work work, Workqueue home, long start, bool isFaulted)
    {
        AutoResetEvent? wake = null;
        Waiter? done = null;
        int hogCount = 0;
        long end = start;
        bool isRetry = false;
        bool isLocked = false;
        int step = 0;
        while (step < 6)
        {
            try
            {
                if (step == 0 && !isRetry) end = Clock.Now;

                if (step < 4 && !isLocked)
                {
                    Monitor.Enter(Gate.Lock);
                    isLocked = true;
                }

                if (step == 0)
                {
                    long busy = end - start;
                    if (!isRetry)
                    {
                        if (WorkqueueTrace.Recording != 0)
                        {
                            WorkqueueTrace.AddLocked(TraceRecord.ExecuteEnd, work, home, this, end, 0);
                        }

                        if (busy > WorkerMonitor.HogMilliseconds) hogCount = WorkerMonitor.EndedLocked(this, work);
                    }

                    // Stores only from here on, but for the call that tells where it waits.
                    int bits = work.Bits & ~(int)WorkStates.Running;
                    if ((bits & (int)WorkStates.Queued) != 0)
                    {
                        // A field on a board: the result of a call that is left out is not to be used.
                        Workqueue next = work.Home!;
                        WorkerPool pool = next.Pool;
                        if ((next.BarsLocked & Workqueue.Several) != 0) pool = next.PoolOf(work.ProcessorLocked);
                        if (pool != Pool && pool.MustWake) wake = pool.Wake;
                    }

                    home.ExecutedLocked++;
                    home.BusyMillisecondsLocked += busy;
                    if (isFaulted) home.FaultedLocked++;
                    Watch = 0;
                    CurrentLocked = null;
                    work.Bits = bits;
                    step = 1;
                }

                if (step == 1)
                {
                    int colour = (_currentBits & Work.ColourMask) >> Work.ColourShift;
                    if (home.WaitersLocked != null) home.ReleaseLocked(colour, ref done);
                    step = 2;
                }

                if (step == 2)
                {
                    if ((work.Bits & Work.Awaited) != 0 && !Waiter.ItemEndedLocked(work, ref done)) work.Bits &= ~Work.Awaited;
                    step = 3;
                }

                if (step == 3)
                {
                    Monitor.Exit(Gate.Lock);
                    isLocked = false;
                    step = 4;
                }

                if (step == 4)
                {
                    if (wake != null) wake.Set();
                    step = 5;
                }

                if (done != null) Waiter.Signal(ref done);
                step = 6;
            }
            catch (Exception)
            {
                // The lock may be held now, and whoever could free memory may be waiting for it: what can be left out is left
                // out.
                Gate.Retries++;
                Gate.Reserve = null;
                isRetry = true;
            }
        }

        if (WorkerMonitor.IsReportedAt(hogCount)) WorkerMonitor.ReportHog(work, hogCount);
    }

    // The last thing that its thread does; done twice it does no harm.
    private void End()
    {
        lock (Gate.Lock)
        {
            EndLocked();
        }

        // The event wakes one worker at a time: pass it on to the next.
        Pool.Wake.Set();
    }

    /// <summary>Waits until its thread has ended, where it has one.</summary>
    internal void Join()
    {
        Thread? thread = Thread;
        if (thread != null) thread.Join();
    }

    /// <summary>The worker that runs an item on the thread; null: the thread is in no handler.</summary>
    internal static Worker? OfLocked(Thread thread)
    {
        Worker? worker = FirstLocked;
        while (worker != null && (worker.CurrentLocked == null || worker.Thread != thread)) worker = worker.NextLocked;
        return worker;
    }

    /// <summary>Counts the runs of a queue that are under way. O(workers).</summary>
    /// <param name="queue">The queue.</param>
    /// <param name="running">The count; no result, because the call may be left out (see <see cref="Deadlines.Done"/>): it is
    /// below 0 then, if it was before.</param>
    internal static void CountRunningLocked(Workqueue queue, ref int running)
    {
        int count = 0;
        for (Worker? worker = FirstLocked; worker != null; worker = worker.NextLocked)
        {
            if (worker.CurrentLocked != null && worker.CurrentHomeLocked == queue) count++;
        }

        running = count;
    }

    /// <summary>True when an item of the queue waits in its pool.</summary>
    internal bool HasWaitingLocked(Workqueue queue)
    {
        WorkLink? link = Pool.Next;
        while (link != Pool && ((Work)link!).Home != queue) link = link!.Next;
        return link != Pool;
    }

    /// <summary>True when the item waits in its pool.</summary>
    internal bool HasWaitingLocked(Work work)
    {
        WorkLink? link = Pool.Next;
        while (link != Pool && link != work) link = link!.Next;
        return link != Pool;
    }

    /// <summary>Takes it out of the list of workers.</summary>
    internal void EndLocked()
    {
        Worker? previous = null;
        for (Worker? worker = FirstLocked; worker != null; worker = worker.NextLocked)
        {
            if (worker == this)
            {
                if (previous == null) FirstLocked = NextLocked;
                else previous.NextLocked = NextLocked;
                return;
            }

            previous = worker;
        }
    }
}
