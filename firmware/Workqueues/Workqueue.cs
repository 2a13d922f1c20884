using System;
using System.Threading;

namespace Workqueues;

/// <summary>Told when a handler threw; see <see cref="Workqueue.HandlerFaulted"/>.</summary>
public delegate void WorkFaultedHandler(Workqueue queue, Work work, Exception exception);

/// <summary>A queue of work items and the worker threads that run them, first in first out.</summary>
/// <remarks>
/// <para>Interrupt handlers and timers queue; workers run, in a context that may block. Queueing, cancelling and modifying never
/// block, never allocate and never throw for a state.</para>
/// <para><b>Memory:</b> about 1.6 KB on a board for a queue with one worker, most of it the thread. Linux:
/// <c>struct workqueue_struct</c>.</para>
/// </remarks>
public class Workqueue : IDisposable
{
    /// <summary>The one lock of the library. Held for a few steps at a time; under it no user code runs, nothing is logged,
    /// nothing is allocated, nothing is signalled. One lock, because items move between queues and the boards have one
    /// core.</summary>
    internal static readonly object Gate = new object();

    private const string Own = "the call would wait for its own caller: it stands in a handler of that queue";
    private const string HeldUp =
        "the call would wait for its own caller: an item of that queue waits behind it on the only worker that could run it";

    private const string OwnWorker = "Workqueue.Destroy would wait for its own caller: it stands on one of the queue's workers";
    private const string Shared = "Workqueue.System is never destroyed: it serves the whole program";

    // _phase: Destroy has not begun; a caller is in it; it was left by an exception, and its next caller goes on; has ended.
    private const int Open = 0;
    private const int Destroying = 1;
    private const int Interrupted = 2;
    private const int Destroyed = 3;

    // What came of asking for a run.
    private const int Refused = 0;
    private const int Taken = 1; // it was idle
    private const int Moved = 2; // it was pending
    private const int AskedWhoCalls = 3; // the queue is closed, but not to its own handlers

    // Field rules: C constructor only   L with Gate held
    private static Workqueue? s_first; // L every queue that is not destroyed, newest first
    private static Workqueue? s_system; // L set once

    // L the item that PutLocked has just put. Looked at, because on the CLR a call that there was no memory for was seen not
    // to throw but to be left out, with rubbish for a result.
    private static Work? s_put;
    private static bool s_mustProgram; // L told by PutLocked: its caller calls DeadlineList.Program once it has left the lock

    /// <summary>How often the library had to do a step again, because the runtime had no memory for it. Rough: counted where
    /// nothing may fail any more.</summary>
    internal static int Retries;

    /// <summary>Memory that is given up, by storing null, where a step must not fail: on a board even leaving the lock is a call
    /// that needs some. While it is gone, memory is short: workers rest until they can make it anew, before they run another
    /// handler.</summary>
    internal static byte[]? Reserve = new byte[Worker.ReserveBytes];

    private readonly string _name; // C
    private readonly WorkerPool[] _pools; // C one, or one for each processor
    internal readonly int WatchdogMilliseconds; // C 0: none
    private Workqueue? _next; // L in s_first
    internal bool IsFrozenLocked; // L no handler starts
    private int _phase; // L
    private int _drainCount; // L callers in Drain
    internal Waiter? WaitersLocked; // L callers that wait for the queue, oldest first
    private int _colour; // L given to items that join now; Flush moves on to the next one

    internal int ArmedLocked; // L items of this queue that wait for their deadline
    internal int WaitingLocked; // L items that wait to start
    internal int RunningLocked; // L items whose handler runs
    private int _queued; // L the counters of WorkqueueStatistics
    internal int ExecutedLocked; // L
    private int _coalesced; // L
    private int _refused; // L
    internal int FaultedCountLocked; // L
    internal int CanceledCountLocked; // L
    private int _maxDepth; // L
    internal long MaxLatencyMillisecondsLocked; // L
    internal long BusyMillisecondsLocked; // L

    /// <summary>Makes a queue with workers on every processor.</summary>
    /// <param name="name">What workers, dump and trace call it.</param>
    /// <param name="options">Priority, workers per processor, watchdog.</param>
    /// <remarks><b>Context:</b> U. <b>Cost:</b> allocates and starts threads. When that fails, nothing of the queue is left.
    /// Linux: <c>alloc_workqueue()</c>.</remarks>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A priority that there is not, fewer than one worker, or a negative watchdog
    /// time.</exception>
    /// <exception cref="OutOfMemoryException">There is no memory for it or for its threads.</exception>
    public Workqueue(string name, WorkqueueOptions options)
        : this(name, Checked(options), Processor.Count, true)
    {
    }

    private Workqueue(string name, WorkqueueOptions options, int processors, bool hasThreads)
    {
        if (name == null) throw new ArgumentNullException(nameof(name));
        _name = name;
        WatchdogMilliseconds = options.WatchdogMilliseconds;
        _pools = new WorkerPool[processors];
        Worker? workers = null;
        for (int i = 0; i < processors; i++)
        {
            WorkerPool pool = new WorkerPool(this, options.WorkersPerProcessor);
            _pools[i] = pool;
            for (int k = 0; k < options.WorkersPerProcessor; k++)
            {
                workers = new Worker(pool, i * options.WorkersPerProcessor + k, workers);
            }
        }

        bool isPublished = false;
        try
        {
            DeadlineList.EnsureTimer();
            WorkerMonitor.EnsureItem();
            Worker? next = hasThreads ? workers : null;
            for (; next != null; next = next.NextLocked) next.Start(options.Priority);
            lock (Gate)
            {
                Worker.PublishLocked(workers!);
                _next = s_first;
                s_first = this;
                isPublished = true;
            }
        }
        catch (Exception)
        {
            // What is published stays, also when there was no memory to leave the lock.
            Reserve = null;
            Leave(Gate);
            if (isPublished) return;
            EndUnpublished();
            throw;
        }
    }

    /// <summary>Raised when a handler threw. The worker goes on with the next item. Without a subscriber the fault is written to
    /// the log.</summary>
    /// <remarks><b>Context:</b> W: it is raised on the worker, as part of the run: <see cref="Work.Current"/> is the item, and
    /// who flushes waits for it. What a subscriber throws is logged and swallowed.</remarks>
    public static event WorkFaultedHandler? HandlerFaulted;

    /// <summary>The shared queue, named <c>events</c>, with one worker on each processor. A long handler delays everybody
    /// else's.</summary>
    /// <remarks><b>Context:</b> all, but the first use allocates and starts threads: touch it once at start-up. Never destroyed.
    /// Linux: <c>system_wq</c>.</remarks>
    public static Workqueue System => s_system ?? MakeSystem();

    /// <summary>What workers, dump and trace call it.</summary>
    /// <remarks><b>Context:</b> all.</remarks>
    public string Name => _name;

    /// <summary>Makes a queue with one worker on each processor, named <c>name/0</c>, <c>name/1</c>…</summary>
    /// <remarks><b>Context:</b> U. <b>Cost:</b> allocates and starts threads. Linux: <c>create_workqueue()</c>.</remarks>
    /// <exception cref="ArgumentNullException"><paramref name="name"/> is null.</exception>
    public static Workqueue Create(string name) => new Workqueue(name, new WorkqueueOptions());

    /// <summary>Makes a queue with one worker, named <c>name/0</c>: strict first in first out, one item at a time.</summary>
    /// <remarks><b>Context:</b> U. <b>Cost:</b> allocates and starts a thread. Linux:
    /// <c>create_singlethread_workqueue()</c>.</remarks>
    /// <exception cref="ArgumentNullException"><paramref name="name"/> is null.</exception>
    public static Workqueue CreateSingleThread(string name) => new Workqueue(name, new WorkqueueOptions(), 1, true);

    /// <summary>Waits for the shared queue: <c>System.Flush()</c>.</summary>
    /// <remarks><b>Context:</b> W, U: it blocks. Linux: <c>flush_scheduled_work()</c>.</remarks>
    /// <exception cref="InvalidOperationException">As <see cref="Flush"/>.</exception>
    public static void FlushScheduled()
    {
        InterruptContext.ThrowIfActive("Workqueue.FlushScheduled");
        System.Flush();
    }

    /// <summary>Runs a handler once on every processor, on the shared queue, and waits for all.</summary>
    /// <remarks><b>Context:</b> U, W of another queue: it blocks. <b>Cost:</b> allocates. Linux:
    /// <c>schedule_on_each_cpu()</c>.</remarks>
    /// <exception cref="ArgumentNullException"><paramref name="handler"/> is null.</exception>
    /// <exception cref="InvalidOperationException">Called in an interrupt handler or a timer expiry, or in a handler of the
    /// shared queue, which would wait for itself; nothing has run then. Or the shared queue drains and took no item.</exception>
    public static void ScheduleOnEachProcessor(WorkHandler handler)
    {
        if (handler == null) throw new ArgumentNullException(nameof(handler));
        InterruptContext.ThrowIfActive("Workqueue.ScheduleOnEachProcessor");
        Workqueue system = System;
        Thread thread = Thread.CurrentThread;
        string? refusal;
        lock (Gate)
        {
            Worker? caller = Worker.OfLocked(thread);
            refusal = system.RefusalLocked(thread);
            bool isHeldUp = caller != null && caller.Pool.Queue == system && caller.Pool.WorkerCount == 1;
            if (refusal == null && isHeldUp) refusal = HeldUp;
        }

        if (refusal != null) throw new InvalidOperationException(refusal);

        // Everything that can fail first: once an item is queued it runs.
        bool isRefused = false;
        Work[] works = new Work[Processor.Count];
        Waiter[] waiters = new Waiter[works.Length];
        for (int i = 0; i < works.Length; i++)
        {
            works[i] = new Work(handler, "schedule_on_each_processor");
            waiters[i] = new Waiter(Waiter.Start, works[i]);
        }

        for (int i = 0; i < works.Length; i++)
        {
            if (!system.QueueOn(i, works[i])) isRefused = true;
        }

        for (int i = 0; i < works.Length; i++) works[i].Flush(thread, waiters[i]);
        if (isRefused) throw new InvalidOperationException("Workqueue.System drains: not every processor was served");
    }

    /// <summary>Asks for one run of the item on this queue, first in first out (transition 1, or 5 while it runs).</summary>
    /// <returns>True: one run will follow. False: it was already pending, is disabled or being cancelled, or the queue drains or
    /// is destroyed (counted in <see cref="WorkqueueStatistics.Refused"/>).</returns>
    /// <remarks><b>Context:</b> all. <b>Cost:</b> O(1), no allocation; waits at most for one lock section. <b>Order:</b> what the
    /// caller wrote before, the handler sees. An item that runs is queued for the worker that runs it. Linux:
    /// <c>queue_work()</c>.</remarks>
    /// <exception cref="ArgumentNullException"><paramref name="work"/> is null.</exception>
    public bool Queue(Work work)
    {
        if (work == null) throw new ArgumentNullException(nameof(work));
        WorkerPool[] pools = _pools;
        long now = Jiffies.Timer == null ? Environment.TickCount64 + Jiffies.Offset : Jiffies.Now;
        bool isTaken = false;
        if (pools.Length == 1 && !WorkqueueTrace.IsRecording)
        {
            // The usual cases in one piece, because on a board each call takes as long as ten fields: an item that is pending
            // already, or an idle one and an open queue. Inside the lock there are stores only, so nothing of it can fail; Submit
            // has the rest.
            try
            {
                Monitor.Enter(Gate);
                int bits = work.Bits;
                if ((bits & Work.Pending) != 0)
                {
                    _coalesced++;
                    Monitor.Exit(Gate);
                    return false;
                }

                if ((bits & Work.NotIdle) == 0 && _phase == Open && _drainCount == 0)
                {
                    WorkerPool pool = pools[0];
                    Work? first = pool.FirstLocked;
                    if (first == null)
                    {
                        work.Next = work;
                        work.Previous = work;
                        pool.FirstLocked = work;
                    }
                    else
                    {
                        Work last = first.Previous!;
                        work.Next = first;
                        work.Previous = last;
                        last.Next = work;
                        first.Previous = work;
                    }

                    work.Home = this;
                    work.Pool = pool;
                    work.Stamp = now;
                    work.Bits = (int)WorkStates.Queued | (_colour << Work.ColourShift);
                    int depth = WaitingLocked + 1;
                    WaitingLocked = depth;
                    if (depth > _maxDepth) _maxDepth = depth;
                    _queued++;
                    isTaken = true;
                    bool mustWake = pool.IdleCountLocked > 0;
                    Monitor.Exit(Gate);
                    if (mustWake) pool.Wake.Set();
                    return true;
                }

                Monitor.Exit(Gate);
            }
            catch (Exception)
            {
                Reserve = null;
                Leave(Gate);
                if (!isTaken) throw;
                DeadlineList.Leave();
                return true;
            }
        }

        return Submit(work, pools.Length == 1 ? 0 : Processor.Current, now, 0, false) == Taken;
    }

    /// <summary>As <see cref="Queue"/>, on one processor.</summary>
    /// <param name="processor">0…<see cref="Processor.Count"/>-1; on a single-thread queue each means its one worker.</param>
    /// <param name="work">The item.</param>
    /// <returns>As <see cref="Queue"/>.</returns>
    /// <remarks><b>Context:</b> all. <b>Cost:</b> as <see cref="Queue"/>. Linux: <c>queue_work_on()</c>.</remarks>
    /// <exception cref="ArgumentNullException"><paramref name="work"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such processor.</exception>
    public bool QueueOn(int processor, Work work)
    {
        if (work == null) throw new ArgumentNullException(nameof(work));
        Processor.Check(processor);
        return Submit(work, processor, Jiffies.Now, 0, false) == Taken;
    }

    /// <summary>Asks for one run after a delay (transition 2, or 5 while it runs).</summary>
    /// <param name="work">The item.</param>
    /// <param name="delayMilliseconds">The handler does not start before <see cref="Jiffies.Now"/> has advanced by this; 0 queues
    /// the item at once.</param>
    /// <returns>True: one run will follow. False: as <see cref="Queue"/>; when it was pending, its deadline stays.</returns>
    /// <remarks><b>Context:</b> all. <b>Cost:</b> O(1) however many items are armed, no allocation; it programs the hardware
    /// timer when this is the earliest deadline. Linux: <c>queue_delayed_work()</c>.</remarks>
    /// <exception cref="ArgumentNullException"><paramref name="work"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The delay is negative.</exception>
    public bool QueueDelayed(DelayedWork work, int delayMilliseconds)
    {
        CheckDelayed(work, delayMilliseconds);
        return Submit(work, HereProcessor, Jiffies.Now, delayMilliseconds, false) == Taken;
    }

    /// <summary>As <see cref="QueueDelayed"/>, on one processor.</summary>
    /// <param name="processor">0…<see cref="Processor.Count"/>-1; on a single-thread queue each means its one worker.</param>
    /// <param name="work">The item.</param>
    /// <param name="delayMilliseconds">At least this long; 0 queues it at once.</param>
    /// <returns>As <see cref="QueueDelayed"/>.</returns>
    /// <remarks><b>Context:</b> all. <b>Cost:</b> as <see cref="QueueDelayed"/>. Linux:
    /// <c>queue_delayed_work_on()</c>.</remarks>
    /// <exception cref="ArgumentNullException"><paramref name="work"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The delay is negative, or there is no such processor.</exception>
    public bool QueueDelayedOn(int processor, DelayedWork work, int delayMilliseconds)
    {
        CheckDelayed(work, delayMilliseconds);
        Processor.Check(processor);
        return Submit(work, processor, Jiffies.Now, delayMilliseconds, false) == Taken;
    }

    /// <summary>As <see cref="QueueDelayed"/>, with a deadline instead of a delay: periodic work without drift, however late a
    /// run starts: <c>due += 50; queue.QueueAt(work, due)</c>.</summary>
    /// <param name="work">The item.</param>
    /// <param name="dueJiffies">When, on <see cref="Jiffies.Now"/>; a time that has passed queues the item at once.</param>
    /// <returns>As <see cref="QueueDelayed"/>.</returns>
    /// <remarks><b>Context:</b> all. <b>Cost:</b> as <see cref="QueueDelayed"/>. Linux has it for timers
    /// (<c>mod_timer(timer, expires)</c>); NuttX: <c>work_queue_next()</c>.</remarks>
    /// <exception cref="ArgumentNullException"><paramref name="work"/> is null.</exception>
    public bool QueueAt(DelayedWork work, long dueJiffies)
    {
        if (work == null) throw new ArgumentNullException(nameof(work));
        long now = Jiffies.Now;
        long delay = dueJiffies - now;
        return Submit(work, HereProcessor, now, delay < 0 ? 0 : delay, false) == Taken;
    }

    /// <summary>Makes the item due after a delay from now, whatever it is doing (transitions 2, 3, 5 and 7): the debounce
    /// call.</summary>
    /// <param name="work">The item.</param>
    /// <param name="delayMilliseconds">At least this long from now; 0 queues it at once, at the tail.</param>
    /// <returns>True: it was pending, here or on another queue, and its deadline was moved. False: it was idle and has been
    /// queued as by <see cref="QueueDelayed"/>; or it is disabled or being cancelled, or the queue drains or is destroyed
    /// (counted in <see cref="WorkqueueStatistics.Refused"/>), and nothing has changed.</returns>
    /// <remarks><b>Context:</b> all. <b>Cost:</b> as <see cref="QueueDelayed"/>; moving a deadline later does not touch the
    /// hardware timer. It keeps its processor where the queue stays the same. Linux: <c>mod_delayed_work()</c>.</remarks>
    /// <exception cref="ArgumentNullException"><paramref name="work"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The delay is negative.</exception>
    public bool ModifyDelayed(DelayedWork work, int delayMilliseconds)
    {
        CheckDelayed(work, delayMilliseconds);
        return Submit(work, HereProcessor, Jiffies.Now, delayMilliseconds, true) == Moved;
    }

    /// <summary>Waits until every item that was queued before the call has finished, been cancelled or gone back to its timer.
    /// Later ones do not delay it; armed timers do not count.</summary>
    /// <remarks><b>Context:</b> W, U: it blocks, on a frozen queue until <see cref="Thaw"/>. <b>Cost:</b> allocates; nothing on
    /// the queueing path (items carry the colour of the flush that came before them). Past 255 flushes of one queue that wait at
    /// once, further ones wait for those first. Linux: <c>flush_workqueue()</c>.</remarks>
    /// <exception cref="InvalidOperationException">Called in an interrupt handler or a timer expiry, in a handler of this queue,
    /// or on the only worker behind which an item of this queue waits. Nothing has changed then.</exception>
    public void Flush()
    {
        InterruptContext.ThrowIfActive("Workqueue.Flush");
        if (this == s_system && KernelLog.IsWriterAsked) KernelLog.QueueWriter();
        Thread thread = Thread.CurrentThread;
        bool isComplete = false;
        while (!isComplete)
        {
            Waiter waiter = new Waiter(Waiter.Flush, null);
            bool mustWait = false;
            string? refusal = null;
            bool isDone = false;
            try
            {
                lock (Gate)
                {
                    refusal = RefusalLocked(thread);
                    if (refusal == null) mustWait = JoinFlushLocked(waiter, out isComplete);
                    isDone = true;
                }
            }
            catch (Exception)
            {
                Reserve = null;
                Leave(Gate);
                if (!isDone) throw;
            }

            if (refusal != null) throw new InvalidOperationException(refusal);
            if (mustWait) waiter.Wait();
        }
    }

    /// <summary>Waits until the queue is empty. Meanwhile only handlers of this queue may queue on it (chained work); others are
    /// refused and counted. Armed items do not hold it up, and their expiry is not refused.</summary>
    /// <remarks><b>Context:</b> U, W of another queue: it blocks, for ever when an item queues itself for ever. <b>Cost:</b>
    /// allocates. Linux: <c>drain_workqueue()</c>.</remarks>
    /// <exception cref="InvalidOperationException">As <see cref="Flush"/>.</exception>
    public void Drain()
    {
        InterruptContext.ThrowIfActive("Workqueue.Drain");
        Thread thread = Thread.CurrentThread;
        Waiter waiter = new Waiter(Waiter.Empty, null);
        bool mustWait = false;
        string? refusal = null;
        bool isDone = false;
        try
        {
            lock (Gate)
            {
                refusal = RefusalLocked(thread);
                if (refusal == null && !IsEmptyLocked)
                {
                    Waiter.AddLocked(ref WaitersLocked, waiter);
                    mustWait = true;
                    _drainCount++;
                }

                isDone = true;
            }
        }
        catch (Exception)
        {
            Reserve = null;
            Leave(Gate);
            if (!isDone) throw;
        }

        if (refusal != null) throw new InvalidOperationException(refusal);
        if (mustWait) WaitForDrain(waiter);
    }

    /// <summary>Lets no new handler of this queue start, and returns when none runs. What is queued stays queued, and queueing
    /// goes on. A flag, not a depth; without effect once the queue is being destroyed.</summary>
    /// <remarks><b>Context:</b> U, W of another queue: it blocks. <b>Cost:</b> allocates. Linux: <c>WQ_FREEZABLE</c>,
    /// <c>freeze_workqueues_begin()</c>.</remarks>
    /// <exception cref="InvalidOperationException">Called in an interrupt handler or a timer expiry, or in a handler of this
    /// queue. Nothing has changed then.</exception>
    public void Freeze()
    {
        InterruptContext.ThrowIfActive("Workqueue.Freeze");
        Thread thread = Thread.CurrentThread;
        Waiter waiter = new Waiter(Waiter.Rest, null);
        bool mustWait = false;
        bool isOwn = false;
        bool isDone = false;
        try
        {
            lock (Gate)
            {
                isOwn = IsHandlerLocked(thread);
                if (!isOwn && _phase == Open)
                {
                    mustWait = RunningLocked > 0;
                    if (mustWait) Waiter.AddLocked(ref WaitersLocked, waiter);
                    IsFrozenLocked = true;
                }

                isDone = true;
            }
        }
        catch (Exception)
        {
            Reserve = null;
            Leave(Gate);
            if (!isDone) throw;
        }

        if (isOwn) throw new InvalidOperationException(Own);
        if (mustWait) waiter.Wait();
    }

    /// <summary>Ends <see cref="Freeze"/>: what is queued runs, in order. A <see cref="Freeze"/> that still waits
    /// returns.</summary>
    /// <remarks><b>Context:</b> U, W of another queue. <b>Cost:</b> O(queues in the program). Linux:
    /// <c>thaw_workqueues()</c>.</remarks>
    public void Thaw()
    {
        Waiter? done = null;
        bool isDone = false;
        try
        {
            lock (Gate)
            {
                IsFrozenLocked = false;
                ReleaseLocked(-1, ref done);
                isDone = true;
            }

            // Also when it was not frozen: the call that thawed it may have failed here, and is made again.
            if (done != null) Waiter.Signal(ref done);
            WakeAll();
        }
        catch (Exception)
        {
            Reserve = null;
            Leave(Gate);
            if (!isDone) throw;
            if (done != null) Waiter.Signal(ref done);
            WakeAll();
        }
    }

    /// <summary>Ends the queue: refuses who is not a handler of it, cancels its armed timers, waits until it is empty, cancels
    /// what chained work armed meanwhile, and ends its workers. A frozen queue is thawed. A second caller waits for the first; a
    /// destroyed queue stays so.</summary>
    /// <remarks><b>Context:</b> U, W of another queue: it blocks, for ever when an item queues itself for ever: cancel such an
    /// item first. <b>Cost:</b> O(armed items)², allocates. Linux: <c>destroy_workqueue()</c>.</remarks>
    /// <exception cref="InvalidOperationException">As <see cref="Flush"/>; on one of its own workers, whatever runs there; and
    /// on <see cref="System"/>.</exception>
    /// <exception cref="OutOfMemoryException">There is no memory to wait with; nothing has changed then.</exception>
    public void Destroy()
    {
        InterruptContext.ThrowIfActive("Workqueue.Destroy");
        Thread thread = Thread.CurrentThread;

        // Everything that can fail first.
        Waiter other = new Waiter(Waiter.Destroyed, null);
        Waiter empty = new Waiter(Waiter.Empty, null);
        Worker?[] idle = new Worker?[CountWorkers()];
        Waiter? done = null;
        bool mustEnd = false;
        try
        {
            Begin(thread, other, ref done, ref mustEnd);
            if (!mustEnd) return;
            if (done != null) Waiter.Signal(ref done);
            EndAll(idle, empty);
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
        while (true)
        {
            bool mustWait = false;
            string? refusal;
            lock (Gate)
            {
                Worker? caller = Worker.OfLocked(thread);
                refusal = this == s_system ? Shared : RefusalLocked(thread);

                // Also in a run for another queue: it would end the thread that it stands on.
                if (refusal == null && caller != null && caller.Pool.Queue == this) refusal = OwnWorker;
                if (refusal == null)
                {
                    if (_phase == Destroyed) return;
                    mustWait = _phase == Destroying;
                    if (mustWait)
                    {
                        Waiter.AddLocked(ref WaitersLocked, other);
                    }
                    else
                    {
                        _phase = Destroying;
                        mustEnd = true;
                        IsFrozenLocked = false;
                        ReleaseLocked(-1, ref done);
                    }
                }
            }

            if (refusal != null) throw new InvalidOperationException(refusal);
            if (!mustWait) return;
            other.Wait();
        }
    }

    /// <summary><see cref="Destroy"/>.</summary>
    /// <remarks><b>Context:</b> as <see cref="Destroy"/>.</remarks>
    public void Dispose() => Destroy();

    /// <summary>A snapshot of the counters.</summary>
    /// <remarks><b>Context:</b> U, W: it allocates the snapshot. Linux: <c>wq_monitor.py</c>.</remarks>
    public WorkqueueStatistics GetStatistics()
    {
        WorkqueueStatistics statistics = new WorkqueueStatistics();
        lock (Gate)
        {
            statistics.Queued = _queued;
            statistics.Executed = ExecutedLocked;
            statistics.Coalesced = _coalesced;
            statistics.Refused = _refused;
            statistics.Faulted = FaultedCountLocked;
            statistics.Canceled = CanceledCountLocked;
            statistics.MaxDepth = _maxDepth;
            statistics.MaxLatencyMicroseconds = MaxLatencyMillisecondsLocked * 1000;
            statistics.BusyMicroseconds = BusyMillisecondsLocked * 1000;
        }

        return statistics;
    }

    /// <summary>Writes every queue, worker and item in flight to the log.</summary>
    /// <remarks><b>Context:</b> U: it allocates and logs. What it shows of one queue belongs together; two queues may be some
    /// lines apart in time. Linux: <c>show_all_workqueues()</c>, sysrq-t.</remarks>
    public static void Dump() => WorkqueueDump.Write();

    internal bool IsEmptyLocked => WaitingLocked + RunningLocked == 0;

    internal static Workqueue? FirstLocked => s_first;

    /// <summary>The shared queue; null before its first use.</summary>
    internal static Workqueue? SystemIfMade => s_system;

    internal Workqueue? NextLocked => _next;

    internal bool IsOpenLocked => _phase == Open;

    internal bool IsDrainingLocked => _drainCount > 0;

    /// <summary>The pool that serves a processor.</summary>
    internal WorkerPool PoolOf(int processor) => _pools[processor % _pools.Length];

    /// <summary>A queue whose workers have no threads: tests step them.</summary>
    internal static Workqueue CreateStepped(string name, int processors, int workersPerProcessor) =>
        CreateStepped(name, processors, workersPerProcessor, 0);

    /// <summary>The same, with a watchdog.</summary>
    internal static Workqueue CreateStepped(string name, int processors, int workersPerProcessor, int watchdogMilliseconds)
    {
        WorkqueueOptions options = new WorkqueueOptions();
        options.WorkersPerProcessor = workersPerProcessor;
        options.WatchdogMilliseconds = watchdogMilliseconds;
        return new Workqueue(name, options, processors, false);
    }

    /// <summary>One of its workers, by number; null when it has ended.</summary>
    internal Worker? FindWorker(int index)
    {
        lock (Gate)
        {
            Worker? worker = Worker.FirstLocked;
            while (worker != null && (worker.Pool.Queue != this || worker.Index != index)) worker = worker.NextLocked;
            return worker;
        }
    }

    /// <summary>A handler threw: tells the subscriber, or the log. It does not throw.</summary>
    internal static void ReportFault(Workqueue queue, Work work, Exception exception)
    {
        try
        {
            WorkFaultedHandler? subscriber = HandlerFaulted;
            if (subscriber != null) subscriber(queue, work, exception);
            else LogFault(queue, "work " + work.Name + " faulted: ", exception);
        }
        catch (Exception second)
        {
            LogFault(queue, "the HandlerFaulted subscriber threw: ", second);
        }
    }

    /// <summary>An armed item of this queue is queued, because its deadline has passed or somebody flushes it (transition 3). Not
    /// refused while the queue drains; when it is being destroyed, the item is cancelled instead.</summary>
    /// <returns>What to set after the lock is left, or null.</returns>
    internal AutoResetEvent? ExpireLocked(Work work, long now)
    {
        Waiter? done = null;
        if (_phase == Open) return PutLocked(work, 0, now, 0, ref done);
        work.CancelLocked(ref done);
        return null;
    }

    /// <summary>Leaves a lock, <see cref="Gate"/> or the log's, as often as the calling thread holds it. For the outermost catch
    /// of a thread, where it must not hold it: the end of a lock section may have failed. It does not throw.</summary>
    internal static void Leave(object gate)
    {
        int triesLeft = 10;
        while (triesLeft > 0)
        {
            try
            {
                while (true) Monitor.Exit(gate);
            }
            catch (OutOfMemoryException)
            {
                // There was no memory for the call. The reserve may be it; but a thread that does not hold the lock must not try
                // for ever.
                Reserve = null;
                triesLeft--;
            }
            catch (Exception)
            {
                // It does not hold it any more.
                triesLeft = 0;
            }
        }
    }

    private static void LogFault(Workqueue queue, string what, Exception exception)
    {
        try
        {
            KernelLog.Write("workqueue " + queue._name + ": " + what + KernelLog.Describe(exception));
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
            throw new ArgumentOutOfRangeException(nameof(options.Priority));
        }

        if (options.WorkersPerProcessor < 1) throw new ArgumentOutOfRangeException(nameof(options.WorkersPerProcessor));
        if (options.WatchdogMilliseconds < 0) throw new ArgumentOutOfRangeException(nameof(options.WatchdogMilliseconds));
        return options;
    }

    private static void CheckDelayed(DelayedWork work, int delayMilliseconds)
    {
        if (work == null) throw new ArgumentNullException(nameof(work));
        if (delayMilliseconds < 0) throw new ArgumentOutOfRangeException(nameof(delayMilliseconds));
    }

    // Two threads may come here at once: the one that loses ends its queue again.
    private static Workqueue MakeSystem()
    {
        KernelLog.EnsureWriter();
        Workqueue made = new Workqueue("events", new WorkqueueOptions(), Processor.Count, true);
        try
        {
            lock (Gate)
            {
                if (s_system == null)
                {
                    KernelLog.UseWake(made.PoolOf(0).Wake);
                    s_system = made;
                }
            }
        }
        catch (Exception)
        {
            Reserve = null;
            Leave(Gate);
        }

        // Not the first one, or not even that could be found out.
        if (s_system != made) made.Destroy();
        return s_system ?? throw new OutOfMemoryException();
    }

    // A thread could not be started: those that were end.
    private void EndUnpublished()
    {
        foreach (WorkerPool pool in _pools)
        {
            pool.WorkerCount = 0;
            pool.Wake.Set();
        }
    }

    private int CountWorkers()
    {
        int count = 0;
        try
        {
            lock (Gate)
            {
                for (Worker? worker = Worker.FirstLocked; worker != null; worker = worker.NextLocked)
                {
                    if (worker.Pool.Queue == this) count++;
                }
            }
        }
        catch (Exception)
        {
            Reserve = null;
            Leave(Gate);
            throw;
        }

        return count;
    }

    // Asked outside the lock: on a runtime with processors it is the runtime's code.
    private int HereProcessor => _pools.Length == 1 ? 0 : Processor.Current;

    // The lock section is a method of its own: on the CLR an exception in a method's lock section was seen to be taken for
    // one in a try block that follows it in the same method.
    private int Submit(Work work, int processor, long now, long delayMilliseconds, bool mayMove)
    {
        Thread? actor = WorkqueueTrace.IsRecording ? Thread.CurrentThread : null;
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
        catch (Exception)
        {
            Reserve = null;
            Leave(Gate);
            if (outcome != Taken && outcome != Moved) throw;

            // The item is pending, and nothing may reach the caller any more: a worker sees to the rest, once it is awake.
            if (program) DeadlineList.IsProgrammingLocked = false;
            DeadlineList.Leave();
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
        lock (Gate)
        {
            int bits = work.Bits;
            if ((bits & Work.Pending) != 0 && !mayMove)
            {
                _coalesced++;
                return;
            }

            if ((bits & Work.Barred) != 0) return;
            bool isClosed = _phase != Open || _drainCount != 0;
            if (isClosed && (caller == null || !IsHandlerLocked(caller)))
            {
                if (caller == null && _phase != Destroyed) outcome = AskedWhoCalls;
                else _refused++;
                return;
            }

            if (actor != null) WorkqueueTrace.PlacedLocked(work, this, actor, now, delayMilliseconds, processor);
            s_put = null;
            wake = PutLocked(work, processor, now, delayMilliseconds, ref done);
            if (s_put != work) return;
            program = s_mustProgram;
            outcome = (bits & Work.Pending) != 0 ? Moved : Taken;
        }

        if (wake != null) Worker.Wake(wake);
        if (program) DeadlineList.Program();
        if (done != null) Waiter.Signal(ref done);
    }

    // True when the thread is in a handler of this queue.
    private bool IsHandlerLocked(Thread thread) => Worker.OfLocked(thread)?.CurrentHomeLocked == this;

    // Why the thread must not wait for this queue's items; null when it may.
    private string? RefusalLocked(Thread thread)
    {
        Worker? caller = Worker.OfLocked(thread);
        if (caller == null) return null;
        if (caller.CurrentHomeLocked == this) return Own;
        return caller.HoldsUpLocked(this) ? HeldUp : null;
    }

    // Makes an item pending here: queued (no delay) or armed. It may be idle, or pending here or on another queue (transitions 1,
    // 2, 3, 5 and 7). Each call may throw on a board (see WorkList): those that decide come first, then the one that moves the
    // item between the lists, and after it there are stores only.
    private AutoResetEvent? PutLocked(Work work, int processor, long now, long delayMilliseconds, ref Waiter? done)
    {
        int bits = work.Bits;
        Workqueue? from = work.Home;
        bool wasQueued = (bits & (int)WorkStates.Queued) != 0;
        int oldColour = (bits & Work.ColourMask) >> Work.ColourShift;
        int colour = _colour;
        if (from == this) processor = (bits & Work.ProcessorMask) >> Work.ProcessorShift;
        WorkerPool? old = work.Pool;
        AutoResetEvent? wake = null;
        s_mustProgram = false;
        if (delayMilliseconds == 0)
        {
            // While it runs it goes to the worker that runs it, so that it never runs beside itself.
            bool mustFollow = (bits & (int)WorkStates.Running) != 0 && old!.WorkerCount > 0;
            WorkerPool pool = mustFollow ? old! : _pools[processor % _pools.Length];
            if (from == null)
            {
                WorkList.AppendLocked(ref pool.FirstLocked, work);
                if (work.Next == null) return null;
            }
            else if (wasQueued)
            {
                WorkList.MoveLocked(ref old!.FirstLocked, ref pool.FirstLocked, work);
            }
            else
            {
                DeadlineList.MoveToLocked(ref pool.FirstLocked, work);
            }

            // At the tail of the same queue it keeps its colour: it was queued before the flush.
            if (wasQueued && from == this) colour = oldColour;
            if (wasQueued) from!.WaitingLocked--;
            if (++WaitingLocked > _maxDepth) _maxDepth = WaitingLocked;
            work.Pool = pool;
            work.Stamp = now;
            bits = (bits & ~Work.Pending) | (int)WorkStates.Queued;
            if (pool.IdleCountLocked > 0) wake = pool.Wake;
        }
        else
        {
            s_mustProgram = DeadlineList.ArmLocked(ref (old ?? _pools[0]).FirstLocked, work, now, now + delayMilliseconds);
            if (wasQueued) from!.WaitingLocked--;
            if (wasQueued && (bits & (int)WorkStates.Running) == 0) work.Pool = null;
            ArmedLocked++;
            bits = (bits & ~Work.Pending) | (int)WorkStates.Delayed;
        }

        s_put = work;
        work.Home = this;
        work.Bits = (bits & ~(Work.ColourMask | Work.ProcessorMask)) | (colour << Work.ColourShift)
            | (processor << Work.ProcessorShift);
        if (from != null && !wasQueued) from.ArmedLocked--;
        if (from != this) _queued++;
        if (from == null) return wake;
        if (from != this) from.CanceledCountLocked++;
        if (!wasQueued || (from == this && delayMilliseconds == 0)) return wake;
        if (from.WaitersLocked != null) from.ReleaseLocked(oldColour, ref done);
        if (delayMilliseconds > 0 && Waiter.ItemsLocked != null) Waiter.ItemTakenOffLocked(work, ref done);
        return wake;
    }

    // Closes the present colour and waits for it and the older ones. Complete: nothing is left to do after the wait.
    private bool JoinFlushLocked(Waiter waiter, out bool isComplete)
    {
        isComplete = true;
        if (IsEmptyLocked) return false;

        int older = 0;
        int openColours = 0;
        for (Waiter? other = WaitersLocked; other != null; other = other.Next)
        {
            if (other.Kind != Waiter.Flush || other.Colour < 0) continue;
            older += other.Count;
            openColours++;
        }

        // The call before the stores: a colour that is closed and has no waiter would never be released.
        Waiter.AddLocked(ref WaitersLocked, waiter);
        int present = WaitingLocked + RunningLocked - older;
        if (present > 0 && openColours == Work.ColourLimit - 1)
        {
            // No colour is free (they are given out in a circle): wait for those who have one, then try again.
            isComplete = false;
        }
        else if (present > 0)
        {
            waiter.Count = present;
            waiter.Colour = _colour;
            _colour = (_colour + 1) & (Work.ColourLimit - 1);
        }

        return true;
    }

    // An item of a colour has left (-1: none has, but something else changed): wakes who waited for that. Without a call, as
    // Waiter.ItemEndedLocked: done again after half of it, an item would be counted as gone twice.
    internal void ReleaseLocked(int colour, ref Waiter? done)
    {
        bool isOlderOpen = false;
        Waiter? previous = null;
        Waiter? waiter = WaitersLocked;
        while (waiter != null)
        {
            Waiter? next = waiter.Next;
            if (waiter.Kind == Waiter.Flush && waiter.Count > 0 && waiter.Colour == colour) waiter.Count--;
            bool isDone = waiter.Kind switch
            {
                Waiter.Flush => !isOlderOpen && waiter.Count == 0,
                Waiter.Empty => WaitingLocked + RunningLocked == 0,
                Waiter.Rest => RunningLocked == 0 || !IsFrozenLocked,
                _ => _phase != Destroying,
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
                if (waiter.Kind == Waiter.Flush) isOlderOpen = true;
                previous = waiter;
            }

            waiter = next;
        }
    }

    /// <summary>Wakes the idle workers of every queue: an item of this one may wait in another one's pool, where it ran
    /// last.</summary>
    internal static void WakeAll()
    {
        Worker? worker = null;
        try
        {
            lock (Gate)
            {
                worker = Worker.FirstLocked;
            }
        }
        catch (Exception)
        {
            Reserve = null;
            Leave(Gate);
            if (worker == null) throw;
        }

        // A worker that ends meanwhile stays linked to those that follow it.
        while (worker != null)
        {
            Worker.Wake(worker.Pool.Wake);
            worker = worker.NextLocked;
        }
    }

    // One item in each lock section.
    private void CancelArmed()
    {
        while (true)
        {
            lock (Gate)
            {
                if (ArmedLocked == 0) return;
                Waiter? done = null;
                DeadlineList.FindLocked(this)!.CancelLocked(ref done);
            }
        }
    }

    private void WaitUntilEmpty(Waiter waiter)
    {
        bool mustWait;
        lock (Gate)
        {
            mustWait = !IsEmptyLocked;
            if (mustWait) Waiter.AddLocked(ref WaitersLocked, waiter);
        }

        if (mustWait) waiter.Wait();
        CancelArmed();
    }

    private void WaitForDrain(Waiter waiter)
    {
        try
        {
            waiter.Wait();
        }
        finally
        {
            EndDrain();
        }
    }

    // Tried until it is done: the queue would refuse everybody for ever.
    private void EndDrain()
    {
        bool isDone = false;
        while (!isDone)
        {
            try
            {
                lock (Gate)
                {
                    _drainCount--;
                    isDone = true;
                }
            }
            catch (Exception)
            {
                Retries++;
                Reserve = null;
                Leave(Gate);
            }
        }
    }

    private void EndAll(Worker?[] idle, Waiter empty)
    {
        WakeAll();
        CancelArmed();
        while (!End(idle)) WaitUntilEmpty(empty);
    }

    // The next caller of Destroy, who may be waiting already, goes on. What is not signalled yet is in the chain.
    private void InterruptDestroy(ref Waiter? done)
    {
        Reserve = null;
        Leave(Gate);
        lock (Gate)
        {
            _phase = Interrupted;
            ReleaseLocked(-1, ref done);
        }

        Waiter.Signal(ref done);
    }

    // Ends the workers, when nothing is left for them. One that runs an item for another queue ends after it; items of other
    // queues that wait here, because they ran here last, go to their own workers.
    private bool End(Worker?[] idle)
    {
        int count = 0;
        lock (Gate)
        {
            if (!IsEmptyLocked || ArmedLocked > 0) return false;
            foreach (WorkerPool pool in _pools)
            {
                pool.WorkerCount = 0;
                while (pool.FirstLocked != null) pool.FirstLocked.MoveHomeLocked();
            }

            for (Worker? worker = Worker.FirstLocked; worker != null; worker = worker.NextLocked)
            {
                if (worker.Pool.Queue != this || worker.CurrentLocked != null) continue;
                idle[count++] = worker;
                worker.EndLocked();
            }
        }

        WakeAll();
        for (int i = 0; i < count; i++)
        {
            Worker.Wake(idle[i]!.Pool.Wake);
            idle[i]!.Join();
        }

        Waiter? done = null;
        lock (Gate)
        {
            _phase = Destroyed;
            UnlinkLocked();
            ReleaseLocked(-1, ref done);
        }

        Waiter.Signal(ref done);
        return true;
    }

    private void UnlinkLocked()
    {
        Workqueue? previous = null;
        for (Workqueue? queue = s_first; queue != null; queue = queue._next)
        {
            if (queue == this)
            {
                if (previous == null) s_first = _next;
                else previous._next = _next;
                return;
            }

            previous = queue;
        }
    }
}
