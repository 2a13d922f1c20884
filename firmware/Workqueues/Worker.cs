using System;
using System.Threading;

namespace Workqueues;

/// <summary>Takes items from its pool and runs them. <see cref="RunOne"/> is all behaviour, <see cref="Loop"/> only the
/// thread.</summary>
internal sealed class Worker
{
    internal const int Idle = -1; // of Watch: counted as idle in its pool

    // Of _currentColour: the handler has returned or thrown, and there was no memory to call Finish. Take clears them.
    private const int Unfinished = Work.ColourLimit;
    private const int UnfinishedFault = Work.ColourLimit * 2;

    /// <summary>As much as a handler with some calls in each other and a line of the log needs.</summary>
    internal const int ReserveBytes = 1024;

    // Field rules: C constructor only   L with Workqueue.Gate held   W its thread only
    private static Worker? s_first; // L every worker that has not ended

    private readonly WorkerPool _pool; // C
    private readonly int _index; // C number within its queue
    private Worker? _next; // L in s_first
    private Thread? _thread; // L who runs its items: its own thread, or during a run the caller of Step
    private Work? _current; // L the item whose handler runs
    private Workqueue? _currentHome; // L the queue that this run belongs to
    private int _currentColour; // L of this run, for that queue's Flush; and whether it has to be ended yet
    private long _startedMilliseconds; // L when this run started
    internal long OnCpuSinceMilliseconds; // L this run's start, or when it was last seen waiting; for WorkerMonitor
    internal int Watch; // L in a run: what WorkerMonitor watches and has seen; between runs: Idle, or 0

    /// <summary>Makes a worker, and a chain of it and those made before it: nobody else sees them until
    /// <see cref="PublishLocked"/>.</summary>
    internal Worker(WorkerPool pool, int index, Worker? others)
    {
        _pool = pool;
        _index = index;
        _next = others;
    }

    /// <summary>Puts a chain of new workers into the list of all.</summary>
    internal static void PublishLocked(Worker chain)
    {
        Worker last = chain;
        while (last._next != null) last = last._next;
        last._next = s_first;
        s_first = chain;
    }

    /// <summary>What ps and the dump call it. Allocates.</summary>
    internal string Name => _pool.Queue.Name + "/" + _index.ToString();

    /// <summary>Gives the worker a thread of its own.</summary>
    internal void Start(ThreadPriority priority)
    {
        Thread thread = new Thread(Loop);
        thread.Priority = priority;
        _thread = thread;
        thread.Start();
    }

    /// <summary>The thread: runs items while there are any, waits for more, ends with its queue and with nothing else. What
    /// throws here is the runtime, when it has no memory for a call: the worker rests and goes on.</summary>
    internal void Loop()
    {
        bool mustRest = false;
        while (true)
        {
            try
            {
                if (mustRest)
                {
                    Workqueue.Leave(Workqueue.Gate);
                    Workqueue.Leave(KernelLog.Output);
                    Thread.Sleep(1);
                    mustRest = false;
                }

                if (Workqueue.Reserve == null)
                {
                    // A handler that could not even be called would be a run that is lost. Whoever had promised to program the
                    // timer may have been stopped on the way: it is asked for anew.
                    Workqueue.Reserve = new byte[ReserveBytes];
                    DeadlineList.IsProgrammingLocked = false;
                    DeadlineList.IsLeft = true;
                }

                if (RunOne(null)) continue;
                if (_pool.WorkerCount == 0)
                {
                    End();
                    return;
                }

                if (KernelLog.IsWriterAsked && Workqueue.SystemIfMade != null)
                {
                    KernelLog.QueueWriter();
                    continue;
                }

                if (DeadlineList.IsLeft)
                {
                    mustRest = !DeadlineList.Resume();
                    continue;
                }

                if (DeadlineList.IsTimerSuspect)
                {
                    if (!_pool.Wake.WaitOne(DeadlineList.DelayUntilExpiry(), false)) DeadlineList.Expire();
                    continue;
                }

                _pool.Wake.WaitOne();
            }
            catch (Exception)
            {
                // No call here: it may be what fails.
                Workqueue.Retries++;
                Workqueue.Reserve = null;
                mustRest = true;
            }
        }
    }

    /// <summary>Runs one item on the calling thread, as the worker would on its own: for tests without threads.</summary>
    internal bool Step()
    {
        bool ran = RunOne(Thread.CurrentThread);
        if (!ran && DeadlineList.IsLeft) DeadlineList.Resume();
        return ran;
    }

    /// <summary>Takes the next item, if there is one, and runs it: transitions 4 and 8 of <see cref="Work"/>. Whatever is thrown
    /// between the two, the run ends.</summary>
    /// <param name="stepper">The thread that stands in for the worker's own during the run; null: the worker's own.</param>
    /// <returns>True: an item ran. False: none may start; the worker now counts as idle.</returns>
    internal bool RunOne(Thread? stepper)
    {
        AutoResetEvent? wake = null;
        bool program = false;
        bool isStep = stepper != null;
        bool isEnded = false;
        bool isEmpty = false;

        // Its own thread may have been stopped between taking an item and running it: it runs it now. Or between running it and
        // ending the run: it ends it, and the item does not run twice.
        Work? work = isStep ? null : _current;
        if (work == null)
        {
            if (!isStep && !WorkqueueTrace.IsRecording)
            {
                work = EndAndTake(null, null, ref isEnded, ref isEmpty);
                if (isEmpty) return false;
            }

            if (work == null) work = Take(stepper, ref wake, ref program);
            if (work == null) return false;
        }
        else if (_currentColour >= Unfinished)
        {
            Finish(work, _currentHome!, _startedMilliseconds, _currentColour >= UnfinishedFault, null);
            return true;
        }

        while (work != null)
        {
            Workqueue home = _currentHome!;
            Work? next = null;
            bool isFaulted = false;
            isEnded = false;
            try
            {
                try
                {
                    if (wake != null) wake.Set();
                    if (program) DeadlineList.Program();
                    program = false;
                    work.Handler(work);
                }
                catch (Exception exception)
                {
                    isFaulted = true;
                    if (program) DeadlineList.IsProgrammingLocked = false;
                    if (exception is OutOfMemoryException) Workqueue.Reserve = null;

                    // Whatever it is: it may be what came of a lock section that could not be left.
                    Workqueue.Leave(Workqueue.Gate);
                    Workqueue.Leave(KernelLog.Output);
                    Workqueue.ReportFault(home, work, exception);
                }

                if (!isStep && !isFaulted && !WorkqueueTrace.IsRecording) next = EndAndTake(work, home, ref isEnded, ref isEmpty);
                if (!isEnded) Finish(work, home, _startedMilliseconds, isFaulted, stepper);
            }
            catch (Exception)
            {
                // The end could not even be called. No call here either.
                if (!isEnded && _current != null && _currentColour < Unfinished)
                {
                    _currentColour += isFaulted ? UnfinishedFault : Unfinished;
                }

                throw;
            }

            work = next;
            wake = null;
            program = false;
        }

        return !isEmpty;
    }

    // The usual end of a run (transition 8) and the usual beginning of the next one (4), with one lock section and one reading of
    // the clock between the two handlers: nothing is traced or watched, nobody waits, the item that ended was not queued again.
    // Inside the lock there are stores only; what is unusual Finish and Take do.
    // isEmpty: there is no item, and the worker counts as idle. Null without that: ask Take.
    private Work? EndAndTake(Work? ended, Workqueue? home, ref bool isEnded, ref bool isEmpty)
    {
        WorkerPool pool = _pool;
        Work? work = null;
        long now = Jiffies.Timer == null ? Environment.TickCount64 + Jiffies.Offset : Jiffies.Now;
        Monitor.Enter(Workqueue.Gate);
        bool isUsual = !WorkqueueTrace.IsRecording && Waiter.ItemsLocked == null && pool.WorkerCount != 0;
        if (isUsual && ended != null)
        {
            int bits = ended.Bits;
            long busy = now - _startedMilliseconds;
            isUsual = (bits & (int)WorkStates.Queued) == 0 && home!.WaitersLocked == null
                && busy <= WorkerMonitor.HogMilliseconds;
            if (isUsual)
            {
                isEnded = true;
                ended.Bits = bits & ~(int)WorkStates.Running;
                ended.Pool = null;
                home!.RunningLocked--;
                home.ExecutedLocked++;
                home.BusyMillisecondsLocked += busy;
                _current = null;
                _currentHome = null;
                Watch = 0;
            }
        }

        if (isUsual)
        {
            int idle = Watch == Idle ? pool.IdleCountLocked - 1 : pool.IdleCountLocked;
            Work? first = pool.FirstLocked;
            if (first == null)
            {
                isEmpty = true;
                Watch = Idle;
                pool.IdleCountLocked = idle + 1;
            }
            else
            {
                // With another worker idle it would have to be woken for the next item. The only call here comes before anything
                // of the item is changed.
                int bits = first.Bits;
                Workqueue queue = first.Home!;
                if (idle == 0 && (bits & (int)WorkStates.Running) == 0 && !queue.IsFrozenLocked && queue.WatchdogMilliseconds == 0
                    && (WorkerMonitor.HandlerCountLocked == 0 || WorkerMonitor.FindLocked(first.Handler) < 0))
                {
                    work = first;
                    Work second = work.Next!;
                    if (second == work)
                    {
                        pool.FirstLocked = null;
                    }
                    else
                    {
                        Work last = work.Previous!;
                        last.Next = second;
                        second.Previous = last;
                        pool.FirstLocked = second;
                    }

                    work.Next = null;
                    work.Previous = null;
                    work.Home = null;
                    work.Bits = (bits & ~Work.Pending) | (int)WorkStates.Running;
                    queue.WaitingLocked--;
                    queue.RunningLocked++;
                    long latency = now - work.Stamp;
                    if (latency > queue.MaxLatencyMillisecondsLocked) queue.MaxLatencyMillisecondsLocked = latency;
                    _current = work;
                    _currentHome = queue;
                    _currentColour = (bits & Work.ColourMask) >> Work.ColourShift;
                    _startedMilliseconds = now;
                    Watch = 0;
                    pool.IdleCountLocked = 0;
                }
            }
        }

        Monitor.Exit(Workqueue.Gate);
        return work;
    }

    // Transition 4: pending ends here, before the handler is called, so that the handler may do anything with its own item.
    private Work? Take(Thread? stepper, ref AutoResetEvent? wake, ref bool program)
    {
        long start = Jiffies.Now;
        lock (Workqueue.Gate)
        {
            if (_pool.WorkerCount == 0) return null;
            Work? work = _pool.NextLocked(null);
            if (work == null)
            {
                if (Watch != Idle)
                {
                    Watch = Idle;
                    _pool.IdleCountLocked++;
                }

                return null;
            }

            if (Watch == Idle)
            {
                Watch = 0;
                _pool.IdleCountLocked--;
            }

            // Two signals may have come while one worker woke up: it wakes the next one.
            if (_pool.IdleCountLocked > 0 && _pool.NextLocked(work) != null) wake = _pool.Wake;
            Workqueue home = work.Home!;
            if (Waiter.ItemsLocked != null) Waiter.ItemStartedLocked(work);
            if (WorkqueueTrace.IsOn) WorkqueueTrace.AddLocked(WorkqueueTrace.ExecuteStart, work, home, this, start, 0);
            bool isWatched = WorkerMonitor.IsNeededLocked(work, home);

            // As in Workqueue.PutLocked: the one call that moves the item, then stores only.
            WorkList.RemoveLocked(ref _pool.FirstLocked, work);
            if (stepper != null) _thread = stepper;
            int bits = work.Bits;
            _current = work;
            _currentHome = home;
            _currentColour = (bits & Work.ColourMask) >> Work.ColourShift;
            _startedMilliseconds = start;
            work.Bits = (bits & ~Work.Pending) | (int)WorkStates.Running;
            work.Home = null;
            home.WaitingLocked--;
            home.RunningLocked++;
            long latency = start - work.Stamp;
            if (latency > home.MaxLatencyMillisecondsLocked) home.MaxLatencyMillisecondsLocked = latency;
            if (isWatched) program = WorkerMonitor.WatchLocked(this, work, home, start);
            return work;
        }
    }

    // Transition 8. Tried until it is done: an item that stayed running, or a waiter that nobody wakes, would be lost for ever.
    private void Finish(Work work, Workqueue home, long start, bool isFaulted, Thread? stepper)
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
                if (step == 0 && !isRetry) end = Jiffies.Now;

                if (step < 4 && !isLocked)
                {
                    Monitor.Enter(Workqueue.Gate);
                    isLocked = true;
                }

                if (step == 0)
                {
                    long busy = end - start;
                    if (!isRetry)
                    {
                        if (WorkqueueTrace.IsOn) WorkqueueTrace.AddLocked(WorkqueueTrace.ExecuteEnd, work, home, this, end, 0);
                        if (busy > WorkerMonitor.HogMilliseconds) hogCount = WorkerMonitor.EndedLocked(this, work);
                    }

                    // Stores only from here on: see Workqueue.PutLocked.
                    home.RunningLocked--;
                    home.ExecutedLocked++;
                    home.BusyMillisecondsLocked += busy;
                    if (isFaulted) home.FaultedCountLocked++;
                    Watch = 0;
                    _current = null;
                    _currentHome = null;
                    if (stepper != null) _thread = null;
                    int bits = work.Bits & ~(int)WorkStates.Running;
                    work.Bits = bits;
                    if ((bits & (int)WorkStates.Queued) == 0) work.Pool = null;
                    else if (work.Pool != _pool && work.Pool!.IdleCountLocked > 0) wake = work.Pool.Wake;
                    step = 1;
                }

                if (step == 1)
                {
                    if (home.WaitersLocked != null) home.ReleaseLocked(_currentColour & (Work.ColourLimit - 1), ref done);
                    step = 2;
                }

                if (step == 2)
                {
                    if (Waiter.ItemsLocked != null) Waiter.ItemEndedLocked(work, ref done);
                    step = 3;
                }

                if (step == 3)
                {
                    Monitor.Exit(Workqueue.Gate);
                    isLocked = false;
                    step = 4;
                }

                if (step == 4)
                {
                    if (wake != null) Wake(wake);
                    step = 5;
                }

                if (done != null) Waiter.Signal(ref done);
                step = 6;
            }
            catch (Exception)
            {
                // The lock may be held now, and whoever could free memory may be waiting for it: what can be left out is left out.
                Workqueue.Retries++;
                Workqueue.Reserve = null;
                isRetry = true;
            }
        }

        if (WorkerMonitor.IsReportedAt(hogCount)) WorkerMonitor.ReportHog(work, hogCount);
    }

    // The last thing that its thread does; done twice it does no harm.
    private void End()
    {
        lock (Workqueue.Gate)
        {
            EndLocked();
        }

        // The event wakes one worker at a time: pass it on to the next.
        Wake(_pool.Wake);
    }

    /// <summary>Sets the signal of a pool, if there is one to set. Not under the lock.</summary>
    internal static void Wake(AutoResetEvent? signal)
    {
        if (signal != null) signal.Set();
    }

    /// <summary>Waits until its thread has ended, where it has one.</summary>
    internal void Join()
    {
        Thread? thread = _thread;
        if (thread != null) thread.Join();
    }

    /// <summary>The worker that runs an item on the thread; null: the thread is in no handler.</summary>
    internal static Worker? OfLocked(Thread thread)
    {
        Worker? worker = s_first;
        while (worker != null && (worker._current == null || worker._thread != thread)) worker = worker._next;
        return worker;
    }

    /// <summary>All workers: the start of the list, and what follows each.</summary>
    internal static Worker? FirstLocked => s_first;

    internal Worker? NextLocked => _next;

    internal WorkerPool Pool => _pool;

    internal int Index => _index;

    internal Work? CurrentLocked => _current;

    internal Workqueue? CurrentHomeLocked => _currentHome;

    internal long StartedMillisecondsLocked => _startedMilliseconds;

    internal Thread? Thread => _thread;

    /// <summary>True when the worker is the only one that could start the queue's items that wait in its pool: who runs on it
    /// and waits for them waits for itself.</summary>
    internal bool HoldsUpLocked(Workqueue queue) => _pool.WorkerCount == 1 && _pool.HoldsLocked(queue);

    /// <summary>The same for one item.</summary>
    internal bool HoldsUpLocked(WorkerPool pool) => _pool == pool && pool.WorkerCount == 1;

    /// <summary>Takes it out of the list of workers.</summary>
    internal void EndLocked()
    {
        Worker? previous = null;
        for (Worker? worker = s_first; worker != null; worker = worker._next)
        {
            if (worker == this)
            {
                if (previous == null) s_first = _next;
                else previous._next = _next;
                return;
            }

            previous = worker;
        }
    }
}
