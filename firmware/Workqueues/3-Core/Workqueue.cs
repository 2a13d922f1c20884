using System;
using System.Threading;

namespace Workqueues;

/// <summary>Told when a handler threw; see <see cref="Workqueue.HandlerFaulted"/>.</summary>
public delegate void WorkFaultedHandler(Workqueue queue, Work work, Exception exception);

/// <summary>A queue of work items and the worker threads that run them, first in first out.</summary>
/// <remarks>
/// <para>Interrupt handlers and timers queue; workers run, in a context that may block. Queueing, cancelling and modifying never
/// block, never allocate and never throw for a state.</para>
/// <para><b>Memory:</b> 1524 bytes on a board for a queue with one worker, most of it the thread. Linux:
/// <c>struct workqueue_struct</c>.</para>
/// </remarks>
public partial class Workqueue : IDisposable
{
    // What is unusual for a step is in one word, so that the step tests it once.
    // BarsLocked, for what makes an item pending
    private const int Closed = 1; // Destroy has begun
    private const int Interrupted = 2; // it was left by an exception, and its next caller goes on
    private const int Destroyed = 4; // it has ended
    internal const int Several = 8; // the queue has several pools; constant
    private const int OneDrain = 16; // times the callers in Drain: only the queue's own handlers may queue
    internal const int Draining = ~(OneDrain - 1);

    // HoldsLocked, for the worker that takes one
    internal const int Frozen = 1; // no handler starts
    private const int Watched = 2; // it has a watchdog; constant

    // What came of asking for a run.
    private const int Refused = 0;
    private const int Taken = 1; // it was idle
    private const int Moved = 2; // it was pending
    private const int AskedWhoCalls = 3; // the queue is closed, but not to its own handlers

    internal static Workqueue? FirstLocked; // L every queue that is not destroyed, newest first
    internal static Workqueue? SystemIfMade; // S the shared queue
    private static Work? s_put; // L the item that PutLocked has just put: see Deadlines.Done
    private static WorkerPool? s_pool; // L told by FindPoolLocked
    private static bool s_mustProgram; // L told by PutLocked: its caller calls Deadlines.Program once it has left the lock

    private readonly string _name; // C
    private readonly int _poolCount; // C one, or one for each processor
    internal readonly WorkerPool Pool; // C its only or first one; the others follow it
    internal readonly int WatchdogMilliseconds; // C 0: none
    internal Workqueue? NextLocked; // L in FirstLocked
    internal int BarsLocked; // L
    internal int HoldsLocked; // R

    internal int JoinBitsLocked = (int)WorkStates.Queued; // L what an item gets that joins now: queued, the present colour
    internal int ArmedLocked; // L items of this queue that wait for their deadline
    internal int WaitingLocked; // L items that wait to start
    internal int MaxDepthLocked; // L the most that ever waited
    internal int ExecutedLocked; // L the counters of WorkqueueStatistics; Queued is what they and the items in flight add up to
    internal int CanceledLocked; // L
    internal int FaultedLocked; // L
    private int _coalesced; // L
    private int _refused; // L
    internal long MaxLatencyMillisecondsLocked; // L
    internal long BusyMillisecondsLocked; // L

    /// <summary>Makes a queue with workers on every processor.</summary>
    /// <param name="name">What workers, dump and trace call it.</param>
    /// <param name="options">Priority, workers per processor, watchdog.</param>
    /// <remarks><b>Context:</b> an ordinary thread. <b>Cost:</b> allocates and starts threads. When that fails, nothing of the
    /// queue is left. Linux: <c>alloc_workqueue()</c>.</remarks>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A priority that there is not, fewer than one worker, or a negative watchdog
    /// time.</exception>
    /// <exception cref="OutOfMemoryException">There is no memory for it or for its threads.</exception>
    public Workqueue(string name, WorkqueueOptions options)
        : this(name, Checked(options), Processor.Count, true)
    {
    }

    /// <summary>The same, on some processors; without threads its workers run nothing by themselves.</summary>
    internal Workqueue(string name, WorkqueueOptions options, int processors, bool hasThreads)
    {
        if (name == null) throw new ArgumentNullException(nameof(name));
        _name = name;
        _poolCount = processors;
        WatchdogMilliseconds = options.WatchdogMilliseconds;
        if (processors > 1) BarsLocked = Several;
        if (WatchdogMilliseconds > 0) HoldsLocked = Watched;
        WorkerPool lastPool = new WorkerPool(options.WorkersPerProcessor, null);
        WorkerPool pool = lastPool;
        for (int i = 1; i < processors; i++) pool = new WorkerPool(options.WorkersPerProcessor, pool);
        Pool = pool;
        Worker lastWorker = new Worker(this, pool, 0, null);
        Worker worker = lastWorker;
        for (int i = 1; i < processors * options.WorkersPerProcessor; i++)
        {
            worker = new Worker(this, PoolOf(i / options.WorkersPerProcessor), i, worker);
        }

        bool isPublished = false;
        try
        {
            Deadlines.EnsureTimer();
            WorkerMonitor.EnsureDeadline();
            Worker? next = hasThreads ? worker : null;
            for (; next != null; next = next.NextLocked) next.Start(options.Priority);
            lock (Gate.Lock)
            {
                lastWorker.NextLocked = Worker.FirstLocked;
                Worker.FirstLocked = worker;
                lastPool.NextPool = WorkerPool.FirstLocked;
                WorkerPool.FirstLocked = Pool;
                NextLocked = FirstLocked;
                FirstLocked = this;
                isPublished = true;
            }
        }
        catch (Exception exception)
        {
            // What is published stays, also when there was no memory to leave the lock.
            Gate.Reserve = null;
            Gate.Leave(Gate.Lock);
            if (isPublished) return;
            EndUnpublished();
            throw exception;
        }
    }

    /// <summary>Raised when a handler threw. The worker goes on with the next item. Without a subscriber the fault is written to
    /// the log.</summary>
    /// <remarks><b>Context:</b> a worker: it is raised there, as part of the run: <see cref="Work.Current"/> is the item, and
    /// a caller of <see cref="Flush"/> waits for it. What a subscriber throws is logged and swallowed.</remarks>
    public static event WorkFaultedHandler? HandlerFaulted;

    /// <summary>The shared queue, named <c>events</c>, with one worker on each processor. A long handler delays everybody
    /// else's.</summary>
    /// <remarks><b>Context:</b> any, but the first use allocates and starts threads: touch it once at start-up. Never destroyed.
    /// Linux: <c>system_wq</c>.</remarks>
    public static Workqueue System => SystemIfMade ?? MakeSystem();

    /// <summary>What workers, dump and trace call it.</summary>
    /// <remarks><b>Context:</b> any.</remarks>
    public string Name => _name;

    /// <summary>Makes a queue with one worker on each processor, named <c>name/0</c>, <c>name/1</c>…</summary>
    /// <remarks><b>Context:</b> an ordinary thread. <b>Cost:</b> allocates and starts threads. Linux:
    /// <c>create_workqueue()</c>.</remarks>
    /// <exception cref="ArgumentNullException"><paramref name="name"/> is null.</exception>
    public static Workqueue Create(string name) => new Workqueue(name, new WorkqueueOptions());

    /// <summary>Makes a queue with one worker, named <c>name/0</c>: strict first in first out, one item at a time.</summary>
    /// <remarks><b>Context:</b> an ordinary thread. <b>Cost:</b> allocates and starts a thread. Linux:
    /// <c>create_singlethread_workqueue()</c>.</remarks>
    /// <exception cref="ArgumentNullException"><paramref name="name"/> is null.</exception>
    public static Workqueue CreateSingleThread(string name) => new Workqueue(name, new WorkqueueOptions(), 1, true);

    /// <summary>Waits for the shared queue: <c>System.Flush()</c>.</summary>
    /// <remarks><b>Context:</b> an ordinary thread or a work handler; it blocks. Linux: <c>flush_scheduled_work()</c>.</remarks>
    /// <exception cref="InvalidOperationException">As <see cref="Flush"/>.</exception>
    public static void FlushScheduled()
    {
        InterruptContext.ThrowIfActive("Workqueue.FlushScheduled", null);
        System.Flush();
    }

    /// <summary>Runs a handler once on every processor, on the shared queue, and waits for all.</summary>
    /// <remarks><b>Context:</b> an ordinary thread, or a handler of another queue; it blocks. <b>Cost:</b> allocates. Linux:
    /// <c>schedule_on_each_cpu()</c>.</remarks>
    /// <exception cref="ArgumentNullException"><paramref name="handler"/> is null.</exception>
    /// <exception cref="InvalidOperationException">Called in an interrupt handler or a timer expiry, or in a handler of the
    /// shared queue, which would wait for itself; nothing has run then. Or the shared queue drains and took no item.</exception>
    public static void ScheduleOnEachProcessor(WorkHandler handler)
    {
        if (handler == null) throw new ArgumentNullException(nameof(handler));
        InterruptContext.ThrowIfActive("Workqueue.ScheduleOnEachProcessor", null);
        Workqueue system = System;
        Thread thread = Thread.CurrentThread;
        RefusalReason refusal;
        try
        {
            lock (Gate.Lock)
            {
                Worker? caller = Worker.OfLocked(thread);
                refusal = system.RefusalLocked(thread);
                bool isHeldUp = caller != null && caller.Queue == system && caller.Pool.WorkerCount == 1;
                if (refusal == RefusalReason.None && isHeldUp) refusal = RefusalReason.HeldUp;
            }
        }
        catch (Exception exception)
        {
            Gate.Reserve = null;
            Gate.Leave(Gate.Lock);
            throw exception;
        }

        if (refusal != RefusalReason.None) throw Refusal.Make("Workqueue.ScheduleOnEachProcessor", system._name, refusal);

        // Everything that can fail first: once an item is queued it runs.
        bool isRefused = false;
        Work[] works = new Work[Processor.Count];
        Waiter[] waiters = new Waiter[works.Length];
        for (int i = 0; i < works.Length; i++)
        {
            works[i] = new Work(handler, "schedule_on_each_processor");
            waiters[i] = new Waiter(WaiterKind.Start, works[i]);
        }

        for (int i = 0; i < works.Length; i++)
        {
            if (!system.QueueOn(i, works[i])) isRefused = true;
        }

        for (int i = 0; i < works.Length; i++) works[i].Flush(thread, waiters[i]);
        if (isRefused)
        {
            throw new InvalidOperationException("Workqueue.ScheduleOnEachProcessor: " + system._name
                + " drains, and not every processor was served; call it when Drain has returned");
        }
    }

    /// <summary>Asks for one run of the item on this queue, first in first out.</summary>
    /// <returns>True: one run will follow. False: it was already pending, is disabled or being cancelled, or the queue drains or
    /// is destroyed (counted in <see cref="WorkqueueStatistics.Refused"/>).</returns>
    /// <remarks><b>Context:</b> any. <b>Cost:</b> O(1), no allocation; waits at most for one lock section. <b>Order:</b> what the
    /// caller wrote before, the handler sees. An item that runs is queued for the worker that runs it. Linux:
    /// <c>queue_work()</c>.</remarks>
    /// <exception cref="ArgumentNullException"><paramref name="work"/> is null.</exception>
    public bool Queue(Work work)
    {
        if (work == null) throw new ArgumentNullException(nameof(work));
        long now = Clock.Timer == null ? Environment.TickCount64 : Clock.Now;
        WorkerPool? pool = null;
        try
        {
            // Transition 1 (5 of an item that runs). The usual case in one piece, because on a board each call takes as long as
            // ten fields: the item is idle, the queue is open. Inside the lock there are stores only, so nothing of it can fail:
            // once the pool is known, the item is taken.
            Monitor.Enter(Gate.Lock);
            int bits = work.Bits;
            if (((bits & Work.NotIdle) | BarsLocked | WorkqueueTrace.Recording) == 0)
            {
                pool = Pool;
                WorkLink last = pool.Previous!;
                work.Next = pool;
                work.Previous = last;
                last.Next = work;
                pool.Previous = work;
                work.Home = this;
                work.Stamp = now;
                work.Bits = bits | JoinBitsLocked;
                int depth = WaitingLocked + 1;
                WaitingLocked = depth;
                if (depth > MaxDepthLocked) MaxDepthLocked = depth;
                Monitor.Exit(Gate.Lock);
                if (pool.MustWake) pool.Wake.Set();
                return true;
            }

            bool isPending = (bits & Work.Pending) != 0;
            if (isPending) _coalesced++;
            Monitor.Exit(Gate.Lock);
            if (isPending) return false;
        }
        catch (Exception exception)
        {
            Gate.Reserve = null;
            Gate.Leave(Gate.Lock);
            if (pool == null) throw exception;
            WorkerPool.LeaveToWorkers();
            return true;
        }

        return Submit(work, HereProcessor, now, 0, false) == Taken;
    }

    /// <summary>As <see cref="Queue"/>, on one processor.</summary>
    /// <param name="processor">0…<see cref="Processor.Count"/>-1; on a single-thread queue each means its one worker.</param>
    /// <param name="work">The item.</param>
    /// <returns>As <see cref="Queue"/>.</returns>
    /// <remarks><b>Context:</b> any. <b>Cost:</b> as <see cref="Queue"/>. Linux: <c>queue_work_on()</c>.</remarks>
    /// <exception cref="ArgumentNullException"><paramref name="work"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such processor.</exception>
    public bool QueueOn(int processor, Work work)
    {
        if (work == null) throw new ArgumentNullException(nameof(work));
        Processor.Check(processor);
        return Submit(work, processor, Clock.Now, 0, false) == Taken;
    }

    /// <summary>Asks for one run after a delay.</summary>
    /// <param name="work">The item.</param>
    /// <param name="delayMilliseconds">The handler does not start before <see cref="Jiffies.Now"/> has advanced by this; 0 queues
    /// the item at once.</param>
    /// <returns>True: one run will follow. False: as <see cref="Queue"/>; when it was pending, its deadline stays.</returns>
    /// <remarks><b>Context:</b> any. <b>Cost:</b> about log n steps beside n armed items, few for the earliest, no
    /// allocation; it programs the hardware timer when this is the earliest deadline. Linux:
    /// <c>queue_delayed_work()</c>.</remarks>
    /// <exception cref="ArgumentNullException"><paramref name="work"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The delay is negative.</exception>
    public bool QueueDelayed(DelayedWork work, int delayMilliseconds)
    {
        if (work == null) throw new ArgumentNullException(nameof(work));
        if (delayMilliseconds <= 0)
        {
            if (delayMilliseconds < 0) throw Refusal.Range(nameof(delayMilliseconds), delayMilliseconds, 0, int.MaxValue);
            return Queue(work);
        }

        long now = Clock.Timer == null ? Environment.TickCount64 : Clock.Now;
        return Arm(work, now, delayMilliseconds, false) == Taken;
    }

    /// <summary>As <see cref="QueueDelayed"/>, on one processor.</summary>
    /// <param name="processor">0…<see cref="Processor.Count"/>-1; on a single-thread queue each means its one worker.</param>
    /// <param name="work">The item.</param>
    /// <param name="delayMilliseconds">At least this long; 0 queues it at once.</param>
    /// <returns>As <see cref="QueueDelayed"/>.</returns>
    /// <remarks><b>Context:</b> any. <b>Cost:</b> as <see cref="QueueDelayed"/>. Linux:
    /// <c>queue_delayed_work_on()</c>.</remarks>
    /// <exception cref="ArgumentNullException"><paramref name="work"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The delay is negative, or there is no such processor.</exception>
    public bool QueueDelayedOn(int processor, DelayedWork work, int delayMilliseconds)
    {
        if (work == null) throw new ArgumentNullException(nameof(work));
        if (delayMilliseconds < 0) throw Refusal.Range(nameof(delayMilliseconds), delayMilliseconds, 0, int.MaxValue);
        Processor.Check(processor);
        return Submit(work, processor, Clock.Now, delayMilliseconds, false) == Taken;
    }

    /// <summary>As <see cref="QueueDelayed"/>, with a deadline instead of a delay: periodic work without drift, however late a
    /// run starts: <c>due += 50; queue.QueueAt(work, due)</c>.</summary>
    /// <param name="work">The item.</param>
    /// <param name="dueJiffies">When, on <see cref="Jiffies.Now"/>; a time that has passed queues the item at once. What is more
    /// than 2000 years ahead does not come.</param>
    /// <returns>As <see cref="QueueDelayed"/>.</returns>
    /// <remarks><b>Context:</b> any. <b>Cost:</b> as <see cref="QueueDelayed"/>. Linux has it for timers
    /// (<c>mod_timer(timer, expires)</c>); NuttX: <c>work_queue_next()</c>.</remarks>
    /// <exception cref="ArgumentNullException"><paramref name="work"/> is null.</exception>
    public bool QueueAt(DelayedWork work, long dueJiffies)
    {
        if (work == null) throw new ArgumentNullException(nameof(work));
        long now = Clock.Now;
        long jiffies = now - Clock.Start;
        if (dueJiffies <= jiffies) return Queue(work);
        long delay = dueJiffies - jiffies;
        if (delay > Deadlines.DelayLimit || delay < 0) delay = Deadlines.DelayLimit;
        return Arm(work, now, delay, false) == Taken;
    }

    /// <summary>Makes the item due after a delay from now, whatever it is doing: the debounce
    /// call.</summary>
    /// <param name="work">The item.</param>
    /// <param name="delayMilliseconds">At least this long from now; 0 queues it at once, at the tail.</param>
    /// <returns>True: it was pending, here or on another queue, and its deadline was moved. False: it was idle and has been
    /// queued as by <see cref="QueueDelayed"/>; or it is disabled or being cancelled, or the queue drains or is destroyed
    /// (counted in <see cref="WorkqueueStatistics.Refused"/>), and nothing has changed. Where the two cases of false matter, ask
    /// <see cref="Work.IsPending"/>.</returns>
    /// <remarks><b>Context:</b> any. <b>Cost:</b> as <see cref="QueueDelayed"/>; moving a deadline later does not touch the
    /// hardware timer. It keeps its processor where the queue stays the same. Linux: <c>mod_delayed_work()</c>.</remarks>
    /// <exception cref="ArgumentNullException"><paramref name="work"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The delay is negative.</exception>
    public bool ModifyDelayed(DelayedWork work, int delayMilliseconds)
    {
        if (work == null) throw new ArgumentNullException(nameof(work));
        if (delayMilliseconds < 0) throw Refusal.Range(nameof(delayMilliseconds), delayMilliseconds, 0, int.MaxValue);
        long now = Clock.Timer == null ? Environment.TickCount64 : Clock.Now;
        if (delayMilliseconds == 0) return Submit(work, HereProcessor, now, 0, true) == Moved;
        return Arm(work, now, delayMilliseconds, true) == Moved;
    }

    /// <summary>A snapshot of the counters.</summary>
    /// <remarks><b>Context:</b> an ordinary thread or a work handler; it allocates the snapshot. Linux:
    /// <c>wq_monitor.py</c>.</remarks>
    public WorkqueueStatistics GetStatistics()
    {
        WorkqueueStatistics statistics = new WorkqueueStatistics();
        try
        {
            lock (Gate.Lock)
            {
                int running = 0;
                Worker.CountRunningLocked(this, ref running);
                statistics.QueuedCount = ExecutedLocked + CanceledLocked + ArmedLocked + WaitingLocked + running;
                statistics.ExecutedCount = ExecutedLocked;
                statistics.CoalescedCount = _coalesced;
                statistics.RefusedCount = _refused;
                statistics.FaultedCount = FaultedLocked;
                statistics.CanceledCount = CanceledLocked;
                statistics.MaxDepthSeen = MaxDepthLocked;
                statistics.MaxLatencyMicrosecondsSeen = MaxLatencyMillisecondsLocked * 1000;
                statistics.BusyMicrosecondsSeen = BusyMillisecondsLocked * 1000;
            }
        }
        catch (Exception exception)
        {
            Gate.Reserve = null;
            Gate.Leave(Gate.Lock);
            throw exception;
        }

        return statistics;
    }

    /// <summary>Writes every queue, worker and item in flight to the log.</summary>
    /// <remarks><b>Context:</b> an ordinary thread; it allocates and logs. What it shows of one queue belongs together; two
    /// queues may be some lines apart in time. Its text is in the assembly <c>Workqueues.Diagnostics</c>; where that is not
    /// deployed, one line says so. Linux: <c>show_all_workqueues()</c>, sysrq-t.</remarks>
    public static void Dump()
    {
        try
        {
            DiagnosticText.Find();
            DiagnosticText.Found!.WriteDump();
        }
        catch (Exception)
        {
            Gate.Reserve = null;
            Gate.Leave(Gate.Lock);
            KernelLog.CountLost();
        }
    }

    /// <summary>Its <see cref="Name"/>.</summary>
    /// <remarks><b>Context:</b> any.</remarks>
    public override string ToString() => _name;

    internal bool IsOpenLocked => (BarsLocked & Closed) == 0;

    internal bool IsFrozenLocked => (HoldsLocked & Frozen) != 0;

    /// <summary>A handler threw: tells the subscriber, or the log.</summary>
    /// <param name="queue">The queue that the run belonged to.</param>
    /// <param name="work">The item.</param>
    /// <param name="exception">What was thrown.</param>
    /// <param name="isTold">The subscriber may have been told: what it did, it must not do twice. If this call throws before
    /// that, it may be made again.</param>
    internal static void ReportFault(Workqueue queue, Work work, Exception exception, ref bool isTold)
    {
        WorkFaultedHandler? subscriber = HandlerFaulted;
        if (subscriber == null)
        {
            LogFault(queue, work, exception, null);
            return;
        }

        isTold = true;
        try
        {
            subscriber(queue, work, exception);
        }
        catch (Exception second)
        {
            LogFault(queue, work, exception, second);
        }
    }

    /// <summary>True when the item would wait in the pool if it became queued now.</summary>
    internal bool WouldWaitInLocked(WorkerPool pool, Work work)
    {
        FindPoolLocked(work, work.ProcessorLocked);
        return s_pool == pool;
    }

    // Where an item of this queue goes that becomes queued: to the worker that runs it, so that it never runs beside itself, else
    // to its processor's pool. Tells s_pool, and is no call's result, because the call may be left out: see Deadlines.Done.
    private void FindPoolLocked(Work work, int processor)
    {
        WorkerPool? pool = null;
        Worker? worker = work.IsRunningLocked ? Worker.FirstLocked : null;
        while (worker != null && worker.CurrentLocked != work) worker = worker.NextLocked;
        if (worker != null && worker.Pool.WorkerCount > 0) pool = worker.Pool;
        if (pool == null)
        {
            pool = Pool;
            for (int i = processor % _poolCount; i > 0; i--) pool = pool.NextPool!;
        }

        s_pool = pool;
    }

    /// <summary>The pool that serves a processor.</summary>
    internal WorkerPool PoolOf(int processor)
    {
        WorkerPool pool = Pool;
        for (int i = processor % _poolCount; i > 0; i--) pool = pool.NextPool!;
        return pool;
    }

    /// <summary>The rest of <see cref="Work.ExpireLocked"/>. An expiry is not refused while the queue drains; when it is being
    /// destroyed, the item is cancelled instead.</summary>
    internal AutoResetEvent? ExpireUnusualLocked(Work work, long now)
    {
        s_pool = null;
        FindPoolLocked(work, work.ProcessorLocked);
        WorkerPool? pool = s_pool;
        if (pool == null) return null;
        if (WorkqueueTrace.Recording != 0)
        {
            WorkqueueTrace.AddLocked(TraceRecord.TimerExpire, work, null, TraceRecord.Timer, now, 0);
            if (IsOpenLocked) TraceLocked(work, TraceRecord.Timer, now, 0, work.ProcessorLocked);
        }

        Deadlines.Done = work;
        ArmedLocked--;
        if ((BarsLocked & Closed) != 0)
        {
            work.Next = null;
            work.Previous = null;
            work.Bits &= ~Work.PlaceMask;
            CanceledLocked++;
            return null;
        }

        WorkLink last = pool.Previous!;
        work.Next = pool;
        work.Previous = last;
        last.Next = work;
        pool.Previous = work;
        work.Stamp = now;
        work.Bits = (work.Bits & ~(Work.Pending | Work.ColourMask)) | JoinBitsLocked;
        if (++WaitingLocked > MaxDepthLocked) MaxDepthLocked = WaitingLocked;
        return pool.MustWake ? pool.Wake : null;
    }

    /// <summary>Somebody flushes an armed item of this queue: transition 3, without waiting for its deadline.</summary>
    internal AutoResetEvent? ExpireNowLocked(Work work, Thread thread, long now)
    {
        Waiter? done = null;
        if ((BarsLocked & Closed) != 0)
        {
            work.CancelLocked(thread, now, ref done);
            return null;
        }

        if (WorkqueueTrace.Recording != 0) TraceLocked(work, thread, now, 0, work.ProcessorLocked);
        return PutLocked(work, 0, now, 0, ref done);
    }

    private static void LogFault(Workqueue queue, Work work, Exception exception, Exception? second)
    {
        try
        {
            string what = KernelLog.Describe(exception);
            if (second == null)
            {
                KernelLog.Write("workqueue " + queue._name + ": work " + work.Name + " faulted: " + what);
            }
            else
            {
                KernelLog.Write("workqueue " + queue._name + ": the HandlerFaulted subscriber threw: "
                    + KernelLog.Describe(second) + "; work " + work.Name + " had faulted: " + what);
            }
        }
        catch (Exception)
        {
            KernelLog.CountLost();
        }
    }

    private static WorkqueueOptions Checked(WorkqueueOptions options)
    {
        if (options == null) throw new ArgumentNullException(nameof(options));
        if (options.Priority < ThreadPriority.Lowest || options.Priority > ThreadPriority.Highest)
        {
            throw Refusal.Range(
                "options.Priority", (long)options.Priority, (long)ThreadPriority.Lowest, (long)ThreadPriority.Highest);
        }

        int workers = options.WorkersPerProcessor;
        if (workers < 1) throw Refusal.Range("options.WorkersPerProcessor", workers, 1, int.MaxValue);
        int watchdog = options.WatchdogMilliseconds;
        if (watchdog < 0) throw Refusal.Range("options.WatchdogMilliseconds", watchdog, 0, int.MaxValue);
        return options;
    }

    // Two threads may come here at once: the one that loses ends its queue again.
    private static Workqueue MakeSystem()
    {
        Workqueue made = new Workqueue("events", new WorkqueueOptions(), Processor.Count, true);
        try
        {
            lock (Gate.Lock)
            {
                if (SystemIfMade == null)
                {
                    KernelLog.WriterWake = made.Pool.Wake;
                    SystemIfMade = made;
                }
            }
        }
        catch (Exception)
        {
            Gate.Reserve = null;
            Gate.Leave(Gate.Lock);
        }

        // Not the first one, or not even that could be found out.
        if (SystemIfMade != made) made.Destroy();
        return SystemIfMade ?? throw new OutOfMemoryException();
    }

    // A thread could not be started: those that were end.
    private void EndUnpublished()
    {
        WorkerPool pool = Pool;
        for (int i = 0; i < _poolCount; i++)
        {
            pool.WorkerCount = 0;
            pool.Wake.Set();
            pool = pool.NextPool!;
        }
    }

    // Asked outside the lock: on a runtime with processors it is the runtime's code.
    private int HereProcessor => _poolCount == 1 ? 0 : Processor.Current;

    // Transition 2 (5 of an item that runs), and 7. The usual cases of everything that arms, in one piece: an item that is idle,
    // or (mayMove) armed here already.
    private int Arm(DelayedWork work, long now, long delayMilliseconds, bool mayMove)
    {
        int outcome = Refused;
        bool program = false;
        try
        {
            Monitor.Enter(Gate.Lock);
            int bits = work.Bits;
            int state = bits & Work.NotIdle;
            if ((BarsLocked | WorkqueueTrace.Recording) == 0
                && (state == 0 || (mayMove && state == (int)WorkStates.Delayed && work.Home == this)))
            {
                // The only call, and stores after it.
                Deadlines.Done = null;
                program = Deadlines.ArmLocked(work, now, now + delayMilliseconds, state != 0);
                if (Deadlines.Done != work)
                {
                    program = false;
                    throw new OutOfMemoryException();
                }

                outcome = Moved;
                if (state == 0)
                {
                    outcome = Taken;
                    work.Home = this;
                    work.Bits = bits | (int)WorkStates.Delayed;
                    ArmedLocked++;
                }

                Monitor.Exit(Gate.Lock);
                if (program) Deadlines.Program();
                return outcome;
            }

            Monitor.Exit(Gate.Lock);
        }
        catch (Exception exception)
        {
            Gate.Reserve = null;
            Gate.Leave(Gate.Lock);
            if (outcome == Refused) throw exception;
            if (program) Deadlines.IsProgramming = false;
            WorkerPool.LeaveToWorkers();
            return outcome;
        }

        return Submit(work, HereProcessor, now, delayMilliseconds, mayMove);
    }

    // What is not usual. The lock section is a method of its own: on the CLR an exception in a method's lock section was seen to
    // be taken for one in a try block that follows it in the same method.
    private int Submit(Work work, int processor, long now, long delayMilliseconds, bool mayMove)
    {
        Thread? actor = WorkqueueTrace.Recording != 0 ? Thread.CurrentThread : null;
        int outcome = Refused;
        bool program = false;
        try
        {
            Put(work, processor, now, delayMilliseconds, mayMove, actor, null, ref outcome, ref program);

            // Only a queue that drains has to know who calls: finding out may allocate, so it is done outside the lock.
            if (outcome == AskedWhoCalls)
            {
                Put(work, processor, now, delayMilliseconds, mayMove, actor, Thread.CurrentThread, ref outcome, ref program);
            }
        }
        catch (Exception exception)
        {
            Gate.Reserve = null;
            Gate.Leave(Gate.Lock);
            if (outcome != Taken && outcome != Moved) throw exception;

            // The item is pending, and nothing may reach the caller any more: a worker sees to the rest, once it is awake.
            if (program) Deadlines.IsProgramming = false;
            WorkerPool.LeaveToWorkers();
        }

        return outcome;
    }

    // Reasons to refuse, in the order of the contract: pending, barred, closed.
    private void Put(Work work, int processor, long now, long delayMilliseconds, bool mayMove, Thread? actor, Thread? caller,
        ref int outcome, ref bool program)
    {
        AutoResetEvent? wake = null;
        Waiter? done = null;
        outcome = Refused;
        lock (Gate.Lock)
        {
            int bits = work.Bits;
            if ((bits & Work.Pending) != 0 && !mayMove)
            {
                _coalesced++;
                return;
            }

            if ((bits & Work.Barred) != 0) return;
            if ((BarsLocked & (Closed | Draining)) != 0 && (caller == null || !IsHandlerLocked(caller)))
            {
                if (caller == null && (BarsLocked & Destroyed) == 0) outcome = AskedWhoCalls;
                else _refused++;
                return;
            }

            if (actor != null && WorkqueueTrace.Recording != 0) TraceLocked(work, actor, now, delayMilliseconds, processor);
            s_put = null;
            wake = PutLocked(work, processor, now, delayMilliseconds, ref done);
            if (s_put != work) throw new OutOfMemoryException();
            program = s_mustProgram;
            outcome = (bits & Work.Pending) != 0 ? Moved : Taken;
        }

        if (wake != null) wake.Set();
        if (program) Deadlines.Program();
        if (done != null) Waiter.Signal(ref done);
    }

    // Recorded before the item is queued or armed, because a call may throw on a board.
    private void TraceLocked(Work work, object actor, long now, long delayMilliseconds, int processor)
    {
        byte kind = delayMilliseconds > 0 ? TraceRecord.TimerStart
            : IsFrozenLocked ? TraceRecord.QueueFrozen : TraceRecord.QueueWork;
        int delay = delayMilliseconds > int.MaxValue ? int.MaxValue : (int)delayMilliseconds;
        WorkqueueTrace.AddLocked(kind, work, this, actor, now, delay > 0 ? (int)(now - Clock.Start) + delay : processor);
    }

    // True when the thread is in a handler of this queue.
    private bool IsHandlerLocked(Thread thread)
    {
        Worker? worker = Worker.FirstLocked;
        while (worker != null
            && (worker.CurrentLocked == null || worker.CurrentHomeLocked != this || worker.Thread != thread))
        {
            worker = worker.NextLocked;
        }

        return worker != null;
    }

    // Makes an item pending here: queued (no delay) or armed. It may be idle, or pending here or on another queue (transitions 1,
    // 2, 3, 5 and 7). Each call may throw on a board: those that decide come first, then the one that changes the deadlines, and
    // after it there are stores only.
    private AutoResetEvent? PutLocked(Work work, int processor, long now, long delayMilliseconds, ref Waiter? done)
    {
        int bits = work.Bits;
        bool wasQueued = (bits & (int)WorkStates.Queued) != 0;
        bool wasArmed = (bits & (int)WorkStates.Delayed) != 0;
        Workqueue? from = wasQueued || wasArmed ? work.Home : null;
        int colour = JoinBitsLocked & Work.ColourMask;
        if (from == this) processor = (bits & Work.ProcessorMask) >> Work.ProcessorShift;
        s_pool = Pool;
        if (delayMilliseconds == 0 && (_poolCount > 1 || (bits & (int)WorkStates.Running) != 0))
        {
            s_pool = null;
            FindPoolLocked(work, processor);
        }

        WorkerPool? pool = s_pool;
        if (pool == null) return null;
        WorkLink? next = work.Next;
        WorkLink? previous = work.Previous;
        s_mustProgram = false;
        if (delayMilliseconds > 0)
        {
            Deadlines.Done = null;
            s_mustProgram = Deadlines.ArmLocked(work, now, now + delayMilliseconds, wasArmed);
            if (Deadlines.Done != work) return null;
        }
        else if (wasArmed)
        {
            Deadlines.Done = null;
            Deadlines.RemoveLocked(work);
            if (Deadlines.Done != work) return null;
        }

        if (wasQueued)
        {
            previous!.Next = next;
            next!.Previous = previous;
            from!.WaitingLocked--;
        }

        if (wasArmed) from!.ArmedLocked--;
        AutoResetEvent? wake = null;
        if (delayMilliseconds > 0)
        {
            ArmedLocked++;
            colour = 0;
            bits = (bits & ~Work.Pending) | (int)WorkStates.Delayed;
        }
        else
        {
            WorkLink last = pool.Previous!;
            work.Next = pool;
            work.Previous = last;
            last.Next = work;
            pool.Previous = work;
            work.Stamp = now;
            if (++WaitingLocked > MaxDepthLocked) MaxDepthLocked = WaitingLocked;
            if (pool.MustWake) wake = pool.Wake;

            // At the tail of the same queue it keeps its colour: it was queued before the flush.
            if (wasQueued && from == this) colour = bits & Work.ColourMask;
            bits = (bits & ~Work.Pending) | (int)WorkStates.Queued;
        }

        s_put = work;
        int oldColour = (bits & Work.ColourMask) >> Work.ColourShift;
        work.Home = this;
        work.Bits = (bits & ~(Work.ColourMask | Work.ProcessorMask)) | colour | (processor << Work.ProcessorShift);
        if (from == null) return wake;
        if (from != this) from.CanceledLocked++;
        if (!wasQueued || (from == this && delayMilliseconds == 0)) return wake;
        if (from.WaitersLocked != null) from.ReleaseLocked(oldColour, ref done);
        if (delayMilliseconds > 0 && (bits & Work.Awaited) != 0)
        {
            Waiter.ItemTakenOffLocked(work, (bits & (int)WorkStates.Running) != 0, ref done);
        }

        return wake;
    }
}
