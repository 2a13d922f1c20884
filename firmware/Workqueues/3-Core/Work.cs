using System;
using System.Threading;

namespace Workqueues;

/// <summary>What a work item does. It runs on a worker, may block, and gets the item itself: a subclass carries data (downcast
/// it), or the method's object does.</summary>
/// <remarks>Linux: <c>work_func_t</c>; the method's object stands for <c>container_of</c>.</remarks>
public delegate void WorkHandler(Work work);

/// <summary>An item of deferred work: a handler, and a place in at most one queue. Made once and queued again and
/// again.</summary>
/// <remarks>
/// <para>Each queueing call that returns true is followed by exactly one run, unless it is cancelled. It never runs beside
/// itself. Pending ends before its handler is called, so the handler may queue, cancel, re-use or return its own item.</para>
/// <para><b>Memory:</b> 108 bytes on a board, and 36 for the delegate. Linux: <c>struct work_struct</c>.</para>
/// <code>
///                       1 Queue                        4 a worker takes it
///        Idle ─────────────────────────► Queued ───────────────────────────► Running ──┐
///         │ ▲                            ▲ │ │                                │ │ ▲    │ 5 queued or armed
///         │ │    3 expiry, Flush,        │ │ │                                │ │ └────┘   while it runs
///         │ │      ModifyDelayed(0)      │ │ │ 6 Cancel, Disable              │ │
///         │ │            ┌───────────────┘ │ └───────────► Idle               │ │ 8 the handler
///         │ │            │                 │                                  │ │   returned or threw
///         │ │ 6 Cancel,  │                 │ 7 ModifyDelayed(d)               │ ▼
///         │ └─ Disable, ─┤                 │                               Idle, or what 5 made of it
///         │    Destroy   │                 │
///         └──────────► Delayed ◄───────────┘ ◄──┐
///           2 QueueDelayed  └───────────────────┘ 7 ModifyDelayed(d)
/// </code>
/// <para>Running and one of Queued and Delayed may hold together. Canceling and Disabled bar 1, 2, 5 and 7.</para>
/// </remarks>
public class Work : WorkLink
{
    /// <summary>Colours that an item can tell apart: one more than flushes of a queue that can be told apart.</summary>
    internal const int ColourLimit = 256;

    /// <summary>How often an item can be disabled without being enabled.</summary>
    internal const int DisableLimit = 2047;

    // Bits: the flags of WorkStates but Disabled, then the three numbers, then two flags more.
    internal const int Pending = (int)(WorkStates.Delayed | WorkStates.Queued);
    internal const int ColourShift = 4;
    internal const int ColourMask = (ColourLimit - 1) << ColourShift; // only while queued
    internal const int ProcessorShift = 12;
    internal const int ProcessorMask = (Processor.Limit - 1) << ProcessorShift; // only while pending
    private const int DisableShift = 19;
    internal const int DisableMask = DisableLimit << DisableShift;
    internal const int Awaited = 1 << 30; // there may be a Waiter for the item
    internal const int Suspect = int.MinValue; // its last run was long: WorkerMonitor looks at the next one
    internal const int Barred = (int)WorkStates.Canceling | DisableMask;
    internal const int NotIdle = Pending | (int)WorkStates.Running | Barred | Awaited;
    internal const int UnusualToEnd = (int)WorkStates.Queued | Awaited;
    internal const int UnusualToTake = (int)WorkStates.Running | Suspect | Awaited;
    internal const int PlaceMask = Pending | ColourMask | ProcessorMask; // what ends with being pending

    // With those of WorkLink eight fields, of 12 bytes each on a board, whatever their type: that is why the last one holds so
    // much.
    internal readonly WorkHandler Handler; // C also what tells handlers apart: items of one pool share theirs
    private readonly string? _name; // C
    internal Workqueue? Home; // L the queue where it is pending; old when it is not
    internal int Bits; // L states, colour for Flush, processor, depth of Disable

    /// <summary>Makes an idle item.</summary>
    /// <param name="handler">What a worker calls, once for each queueing.</param>
    /// <remarks><b>Context:</b> any; allocates. Linux: <c>INIT_WORK</c>, <c>DECLARE_WORK</c>.</remarks>
    /// <exception cref="ArgumentNullException"><paramref name="handler"/> is null.</exception>
    public Work(WorkHandler handler)
        : this(handler, null)
    {
    }

    /// <summary>Makes an idle item that logs and traces call by a name.</summary>
    /// <param name="handler">What a worker calls, once for each queueing.</param>
    /// <param name="name">Its name; null: <c>"work"</c>.</param>
    /// <remarks><b>Context:</b> any; allocates. Linux: <c>INIT_WORK</c>, <c>DECLARE_WORK</c>.</remarks>
    /// <exception cref="ArgumentNullException"><paramref name="handler"/> is null.</exception>
    public Work(WorkHandler handler, string? name)
    {
        if (handler == null) throw new ArgumentNullException(nameof(handler));
        Handler = handler;
        _name = name;
    }

    /// <summary>What logs and traces call it.</summary>
    /// <remarks><b>Context:</b> any.</remarks>
    public string Name => _name ?? "work";

    /// <summary>Its <see cref="Name"/>.</summary>
    /// <remarks><b>Context:</b> any.</remarks>
    public override string ToString() => _name ?? "work";

    /// <summary>True while its timer is armed or it waits on a queue. A snapshot: it may be old when it arrives.</summary>
    /// <remarks><b>Context:</b> any. <b>Cost:</b> O(1). Linux: <c>work_pending()</c>,
    /// <c>delayed_work_pending()</c>.</remarks>
    public bool IsPending => (Bits & Pending) != 0;

    /// <summary>What it is doing. A snapshot: it may be old when it arrives.</summary>
    /// <remarks><b>Context:</b> any. <b>Cost:</b> O(1). Linux: <c>work_busy()</c>.</remarks>
    public WorkStates States
    {
        get
        {
            int bits = Bits;
            WorkStates states = (WorkStates)(bits & ((1 << ColourShift) - 1));
            return (bits & DisableMask) == 0 ? states : states | WorkStates.Disabled;
        }
    }

    /// <summary>The item whose handler the calling thread is in; null outside a handler.</summary>
    /// <remarks><b>Context:</b> any. <b>Cost:</b> O(workers); it may allocate a Thread object on a board. Linux:
    /// <c>current_work()</c>.</remarks>
    public static Work? Current
    {
        get
        {
            Thread thread = Thread.CurrentThread;
            try
            {
                lock (Gate.Lock)
                {
                    return Worker.OfLocked(thread)?.CurrentLocked;
                }
            }
            catch (Exception exception)
            {
                Gate.Reserve = null;
                Gate.Leave(Gate.Lock);
                throw exception;
            }
        }
    }

    /// <summary>Queues it on the shared queue: <c>Workqueue.System.Queue(this)</c>.</summary>
    /// <returns>As <see cref="Workqueue.Queue"/>.</returns>
    /// <remarks><b>Context:</b> any, once <see cref="Workqueue.System"/> has been touched. <b>Cost:</b> O(1), no allocation.
    /// Linux: <c>schedule_work()</c>.</remarks>
    public bool Schedule() => Workqueue.System.Queue(this);

    /// <summary>Takes it off its queue or its timer. A handler that runs goes on.</summary>
    /// <returns>True: it was pending, that run will not come. False: it was not pending; it may be running.</returns>
    /// <remarks><b>Context:</b> any. <b>Cost:</b> O(1), no allocation; waits at most for one lock section. Before you free what
    /// the handler uses, call <see cref="CancelSync"/> instead. Linux: <c>cancel_work()</c>,
    /// <c>cancel_delayed_work()</c>.</remarks>
    public bool Cancel()
    {
        // Transition 6.
        long now = 0;
        Thread? actor = WorkqueueTrace.Recording != 0 ? WorkqueueTrace.Ask(out now) : null;
        Waiter? done = null;
        bool wasPending = false;
        try
        {
            Monitor.Enter(Gate.Lock);
            wasPending = CancelLocked(actor, now, ref done);
            Monitor.Exit(Gate.Lock);
            if (done != null) Waiter.Signal(ref done);
        }
        catch (Exception exception)
        {
            Gate.Reserve = null;
            Gate.Leave(Gate.Lock);
            if (!wasPending) throw exception;
            if (done != null) Waiter.Signal(ref done);
        }

        return wasPending;
    }

    /// <summary>Takes it off its queue or its timer, bars it from being queued, and waits until its handler has ended. On return
    /// it is neither pending nor running, even when the handler queues it again and again.</summary>
    /// <returns>True: it was pending when this was called. False: it was not; it may have been running.</returns>
    /// <remarks><b>Context:</b> an ordinary thread or a work handler; it blocks. Several callers may wait; each waits for the run
    /// that it found. <b>Cost:</b> it allocates when it has to wait. Linux: <c>cancel_work_sync()</c>,
    /// <c>cancel_delayed_work_sync()</c>.</remarks>
    /// <exception cref="InvalidOperationException">Called in an interrupt handler or a timer expiry, or in the item's own
    /// handler, which would wait for itself. Nothing has changed then.</exception>
    public bool CancelSync()
    {
        InterruptContext.ThrowIfActive("Work.CancelSync", _name);
        long now = 0;
        Thread? actor = WorkqueueTrace.Recording != 0 ? WorkqueueTrace.Ask(out now) : null;
        Waiter? done = null;
        bool wasPending = false;
        bool isRunning = false;
        bool isDone = false;
        try
        {
            Monitor.Enter(Gate.Lock);
            isRunning = (Bits & (int)WorkStates.Running) != 0;
            if (!isRunning) wasPending = CancelLocked(actor, now, ref done);
            isDone = true;
            Monitor.Exit(Gate.Lock);
            if (done != null) Waiter.Signal(ref done);
        }
        catch (Exception exception)
        {
            Gate.Reserve = null;
            Gate.Leave(Gate.Lock);
            if (!isDone) throw exception;
            if (done != null) Waiter.Signal(ref done);
        }

        // Only a run that is under way needs to know who calls, and what to wait with.
        return isRunning ? StopRunning(WaiterKind.Cancel, "Work.CancelSync") : wasPending;
    }

    /// <summary>Waits until its last queueing has run. An armed item is queued at once first. Queueings that come later are not
    /// waited for.</summary>
    /// <returns>True: it waited, until the run had ended or the item was taken off or sent back to its timer. False: it was
    /// idle.</returns>
    /// <remarks><b>Context:</b> an ordinary thread or a work handler; it blocks. <b>Cost:</b> it allocates when it has to wait.
    /// Linux: <c>flush_work()</c>, <c>flush_delayed_work()</c>.</remarks>
    /// <exception cref="InvalidOperationException">Called in an interrupt handler or a timer expiry, in the item's own handler,
    /// or on the only worker that could run the item, which waits behind the caller. Nothing has changed then.</exception>
    public bool Flush()
    {
        InterruptContext.ThrowIfActive("Work.Flush", _name);
        bool isBusy = false;
        bool isDone = false;
        try
        {
            Monitor.Enter(Gate.Lock);
            isBusy = (Bits & (Pending | (int)WorkStates.Running)) != 0;
            isDone = true;
            Monitor.Exit(Gate.Lock);
        }
        catch (Exception exception)
        {
            Gate.Reserve = null;
            Gate.Leave(Gate.Lock);
            if (!isDone) throw exception;
        }

        return isBusy && Flush(Thread.CurrentThread, new Waiter(WaiterKind.Start, this));
    }

    /// <summary>The same, with what it allocates made before.</summary>
    internal bool Flush(Thread thread, Waiter waiter)
    {
        RefusalReason refusal = RefusalReason.None;
        bool isBusy = false;
        bool mustWait = false;

        // As in all calls here: what was done under the lock holds, also when there is no memory to leave it.
        try
        {
            Start(thread, waiter, ref refusal, ref isBusy, ref mustWait);
        }
        catch (Exception exception)
        {
            // It may be queued by now, and its worker not awake.
            Gate.Reserve = null;
            Gate.Leave(Gate.Lock);
            WorkerPool.LeaveToWorkers();
            throw exception;
        }

        if (refusal != RefusalReason.None) throw Refusal.Make("Work.Flush", Name, refusal);
        if (mustWait) waiter.Wait();
        return isBusy;
    }

    private void Start(Thread thread, Waiter waiter, ref RefusalReason refusal, ref bool isBusy, ref bool mustWait)
    {
        AutoResetEvent? wake = null;
        long now = Clock.Now;
        lock (Gate.Lock)
        {
            isBusy = (Bits & (Pending | (int)WorkStates.Running)) != 0;
            if (IsRunByLocked(thread)) refusal = RefusalReason.OwnHandler;
            else if (IsPendingLocked && IsHeldUpByLocked(thread)) refusal = RefusalReason.HeldUp;
            else if (isBusy) wake = FlushLocked(waiter, thread, now, out mustWait);
        }

        if (wake != null) wake.Set();
    }

    /// <summary>Bars it from being queued until <see cref="Enable"/> has been called the same number of times, and takes it off
    /// if it is pending. A handler that runs goes on.</summary>
    /// <returns>True: it was pending, that run will not come. False: it was not pending.</returns>
    /// <remarks><b>Context:</b> any. <b>Cost:</b> O(1), no allocation. Linux: <c>disable_work()</c>,
    /// <c>disable_delayed_work()</c>.</remarks>
    /// <exception cref="InvalidOperationException">It was disabled 2047 times without being enabled.</exception>
    public bool Disable()
    {
        bool isRunning = false;
        return TryDisable("Work.Disable", false, ref isRunning);
    }

    /// <summary>As <see cref="Disable"/>, then waits until its handler has ended.</summary>
    /// <returns>As <see cref="Disable"/>.</returns>
    /// <remarks><b>Context:</b> an ordinary thread or a work handler; it blocks. <b>Cost:</b> it allocates when it has to wait.
    /// Linux: <c>disable_work_sync()</c>, <c>disable_delayed_work_sync()</c>.</remarks>
    /// <exception cref="InvalidOperationException">Called in an interrupt handler or a timer expiry, or in the item's own
    /// handler, which would wait for itself; or it was disabled 2047 times. Nothing has changed then.</exception>
    public bool DisableSync()
    {
        InterruptContext.ThrowIfActive("Work.DisableSync", _name);
        bool isRunning = false;
        bool wasPending = TryDisable("Work.DisableSync", true, ref isRunning);
        return isRunning ? StopRunning(WaiterKind.End, "Work.DisableSync") : wasPending;
    }

    /// <summary>Takes back one <see cref="Disable"/>. It does not queue what was taken off.</summary>
    /// <returns>True: it can be queued again. False: it is still disabled, by another call.</returns>
    /// <remarks><b>Context:</b> any. <b>Cost:</b> O(1), no allocation. Linux: <c>enable_work()</c>,
    /// <c>enable_delayed_work()</c>.</remarks>
    /// <exception cref="InvalidOperationException">It is not disabled.</exception>
    public bool Enable()
    {
        bool isTakenBack = false;
        bool isEnabled = false;
        bool isDone = false;
        try
        {
            lock (Gate.Lock)
            {
                isTakenBack = (Bits & DisableMask) != 0;
                if (isTakenBack) Bits -= 1 << DisableShift;
                isEnabled = (Bits & DisableMask) == 0;
                isDone = true;
            }
        }
        catch (Exception exception)
        {
            Gate.Reserve = null;
            Gate.Leave(Gate.Lock);
            if (!isDone) throw exception;
        }

        if (isTakenBack) return isEnabled;
        throw new InvalidOperationException(
            "Work.Enable: " + Name + " is not disabled; each call needs one of Disable before it");
    }

    internal bool IsPendingLocked => (Bits & Pending) != 0;

    internal bool IsQueuedLocked => (Bits & (int)WorkStates.Queued) != 0;

    internal bool IsRunningLocked => (Bits & (int)WorkStates.Running) != 0;

    internal bool IsDelayedLocked => (Bits & (int)WorkStates.Delayed) != 0;

    internal int ProcessorLocked => (Bits & ProcessorMask) >> ProcessorShift;

    /// <summary>Transition 3, by time: the usual case is that it is idle but for its timer and its queue has one
    /// worker.</summary>
    internal override AutoResetEvent? ExpireLocked(long now)
    {
        Workqueue home = Home!;
        int bits = Bits;
        if (((bits & (int)WorkStates.Running) | home.BarsLocked | WorkqueueTrace.Recording) != 0)
        {
            return home.ExpireUnusualLocked(this, now);
        }

        Deadlines.Done = this;
        WorkerPool pool = home.Pool;
        WorkLink last = pool.Previous!;
        Next = pool;
        Previous = last;
        last.Next = this;
        pool.Previous = this;
        Stamp = now;
        Bits = (bits & ~PlaceMask) | home.JoinBitsLocked;
        home.ArmedLocked--;
        int depth = home.WaitingLocked + 1;
        home.WaitingLocked = depth;
        if (depth > home.MaxDepthLocked) home.MaxDepthLocked = depth;
        return pool.MustWake ? pool.Wake : null;
    }

    /// <summary>Transition 6.</summary>
    /// <param name="actor">Who calls, for the trace; null: it was off.</param>
    /// <param name="now">When, with an actor.</param>
    /// <param name="done">Whom to signal after the lock.</param>
    /// <returns>True: it was pending.</returns>
    internal bool CancelLocked(Thread? actor, long now, ref Waiter? done)
    {
        int bits = Bits;
        if ((bits & Pending) == 0) return false;
        Workqueue home = Home!;
        if ((bits & (int)WorkStates.Delayed) != 0)
        {
            if (actor != null && WorkqueueTrace.Recording != 0)
            {
                WorkqueueTrace.AddLocked(TraceRecord.TimerCancel, this, null, actor, now, 0);
            }

            Deadlines.Done = null;
            Deadlines.RemoveLocked(this);
            if (Deadlines.Done != this) throw new OutOfMemoryException();
            Bits = bits & ~PlaceMask;
            home.ArmedLocked--;
            home.CanceledLocked++;
            return true;
        }

        WorkLink next = Next!;
        WorkLink previous = Previous!;
        previous.Next = next;
        next.Previous = previous;
        Next = null;
        Previous = null;
        Bits = bits & ~PlaceMask;
        home.WaitingLocked--;
        home.CanceledLocked++;
        if (home.WaitersLocked != null) home.ReleaseLocked((bits & ColourMask) >> ColourShift, ref done);
        if ((bits & Awaited) != 0) Waiter.ItemTakenOffLocked(this, (bits & (int)WorkStates.Running) != 0, ref done);
        return true;
    }

    /// <summary>The waiter waits for the item from now on.</summary>
    internal void JoinLocked(Waiter waiter)
    {
        Waiter.AddLocked(ref Waiter.ItemsLocked, waiter);
        Bits |= Awaited;
    }

    private bool IsTooDeepLocked => (Bits & DisableMask) == DisableMask;

    // May do nothing when it runs: the caller has to know who it is then, and what to wait with.
    private bool TryDisable(string method, bool unlessRunning, ref bool isRunning)
    {
        long now = 0;
        Thread? actor = WorkqueueTrace.Recording != 0 ? WorkqueueTrace.Ask(out now) : null;
        Waiter? done = null;
        bool wasPending = false;
        bool isTooDeep = false;
        bool isDone = false;
        try
        {
            lock (Gate.Lock)
            {
                isRunning = IsRunningLocked;
                if (!isRunning || !unlessRunning)
                {
                    isTooDeep = IsTooDeepLocked;
                    if (!isTooDeep)
                    {
                        wasPending = CancelLocked(actor, now, ref done);
                        Bits += 1 << DisableShift;
                    }
                }

                isDone = true;
            }

            if (done != null) Waiter.Signal(ref done);
        }
        catch (Exception exception)
        {
            Gate.Reserve = null;
            Gate.Leave(Gate.Lock);
            if (!isDone) throw exception;
            if (done != null) Waiter.Signal(ref done);
        }

        if (isTooDeep) throw Refusal.Make(method, Name, RefusalReason.TooDeep);
        return wasPending;
    }

    // CancelSync and DisableSync of an item that runs.
    private bool StopRunning(WaiterKind kind, string method)
    {
        Waiter waiter = new Waiter(kind, this);
        bool mustWait = false;
        bool hasWaited = false;
        bool wasPending = Stop(waiter, method, ref mustWait);
        while (mustWait)
        {
            // Tried until it is done: the item would stay barred.
            try
            {
                if (!hasWaited) waiter.Wait();
                hasWaited = true;
                EndStop(waiter, ref mustWait);
            }
            catch (Exception)
            {
                Gate.Retries++;
                Gate.Reserve = null;
            }
        }

        return wasPending;
    }

    private bool Stop(Waiter waiter, string method, ref bool mustWait)
    {
        Thread thread = WorkqueueTrace.Ask(out long now);
        Waiter? done = null;
        bool wasPending = false;
        RefusalReason refusal = RefusalReason.None;
        bool isDone = false;
        try
        {
            lock (Gate.Lock)
            {
                bool isCancel = waiter.Kind == WaiterKind.Cancel;
                if (IsRunByLocked(thread)) refusal = RefusalReason.OwnHandler;
                else if (!isCancel && IsTooDeepLocked) refusal = RefusalReason.TooDeep;
                else
                {
                    // The last call, and stores after it: a waiter that is in the list for nothing, or an item that is barred for
                    // nothing, would stay so.
                    wasPending = CancelLocked(thread, now, ref done);
                    mustWait = (Bits & (int)WorkStates.Running) != 0;
                    if (!isCancel) Bits += 1 << DisableShift;
                    if (mustWait)
                    {
                        Waiter? last = Waiter.ItemsLocked;
                        while (last?.Next != null) last = last.Next;
                        if (last == null) Waiter.ItemsLocked = waiter;
                        else last.Next = waiter;
                        Bits |= Awaited;
                        if (isCancel) Bits |= (int)WorkStates.Canceling;
                    }
                }

                isDone = true;
            }

            if (done != null) Waiter.Signal(ref done);
        }
        catch (Exception exception)
        {
            Gate.Reserve = null;
            Gate.Leave(Gate.Lock);
            if (!isDone) throw exception;
            if (done != null) Waiter.Signal(ref done);
        }

        if (refusal != RefusalReason.None) throw Refusal.Make(method, Name, refusal);
        return wasPending;
    }

    private void EndStop(Waiter waiter, ref bool mustWait)
    {
        try
        {
            lock (Gate.Lock)
            {
                if (waiter.Kind == WaiterKind.Cancel && waiter.LeaveLocked()) Bits &= ~(int)WorkStates.Canceling;
                mustWait = false;
            }
        }
        catch (Exception)
        {
            Gate.Reserve = null;
            Gate.Leave(Gate.Lock);
        }
    }

    // The waiter is signalled when the last queueing has run; a queue that is being destroyed drops an armed item instead, and
    // then there may be nothing to wait for.
    private AutoResetEvent? FlushLocked(Waiter waiter, Thread thread, long now, out bool mustWait)
    {
        AutoResetEvent? wake = null;
        if (IsDelayedLocked)
        {
            wake = Home!.ExpireNowLocked(this, thread, now);

            // As Deadlines.Done: the call may have been left out.
            if (IsDelayedLocked) throw new OutOfMemoryException();
        }

        if (!IsPendingLocked) waiter.Kind = WaiterKind.End;
        mustWait = IsPendingLocked || IsRunningLocked;
        if (mustWait) JoinLocked(waiter);
        return wake;
    }

    // True when the thread is in this item's handler: it would wait for itself.
    private bool IsRunByLocked(Thread thread)
    {
        Worker? worker = Worker.FirstLocked;
        while (worker != null && (worker.CurrentLocked != this || worker.Thread != thread)) worker = worker.NextLocked;
        return worker != null;
    }

    // True when the pending item can only start on the worker whose handler the thread is in.
    private bool IsHeldUpByLocked(Thread thread)
    {
        Worker? caller = Worker.FirstLocked;
        while (caller != null && (caller.CurrentLocked == null || caller.Thread != thread)) caller = caller.NextLocked;
        if (caller == null || caller.Pool.WorkerCount != 1) return false;
        return IsQueuedLocked ? caller.HasWaitingLocked(this) : Home!.WouldWaitInLocked(caller.Pool, this);
    }
}

/// <summary>A work item with a timer: it can be queued after a delay. A delay is a minimum in milliseconds on
/// <see cref="Jiffies.Now"/>.</summary>
/// <remarks>
/// <para>It has no more fields than <see cref="Work"/>: armed and queued exclude each other, so they share links and stamp, and
/// one hardware timer serves all items.</para>
/// <para>Linux: <c>struct delayed_work</c>; Zephyr: <c>struct k_work_delayable</c>.</para>
/// </remarks>
public class DelayedWork : Work
{
    /// <inheritdoc cref="Work(WorkHandler)"/>
    /// <remarks><b>Context:</b> any; allocates. Linux: <c>INIT_DELAYED_WORK</c>, <c>DECLARE_DELAYED_WORK</c>.</remarks>
    public DelayedWork(WorkHandler handler)
        : base(handler)
    {
    }

    /// <inheritdoc cref="Work(WorkHandler, string)"/>
    /// <remarks><b>Context:</b> any; allocates. Linux: <c>INIT_DELAYED_WORK</c>, <c>DECLARE_DELAYED_WORK</c>.</remarks>
    public DelayedWork(WorkHandler handler, string? name)
        : base(handler, name)
    {
    }

    /// <summary>Milliseconds until its timer expires; 0 when no timer is armed. A snapshot.</summary>
    /// <remarks><b>Context:</b> any. <b>Cost:</b> O(1), no allocation. Zephyr:
    /// <c>k_work_delayable_remaining_get()</c>.</remarks>
    public int RemainingMilliseconds
    {
        get
        {
            long now = Clock.Now;
            try
            {
                lock (Gate.Lock)
                {
                    if (!IsDelayedLocked) return 0;
                    long remaining = Deadlines.RemainingLocked(this, now);
                    return remaining <= 0 ? 0 : remaining > int.MaxValue ? int.MaxValue : (int)remaining;
                }
            }
            catch (Exception exception)
            {
                Gate.Reserve = null;
                Gate.Leave(Gate.Lock);
                throw exception;
            }
        }
    }

    /// <summary>Queues it on the shared queue after a delay.</summary>
    /// <param name="delayMilliseconds">At least this long; 0 queues it at once.</param>
    /// <returns>As <see cref="Workqueue.QueueDelayed"/>.</returns>
    /// <remarks><b>Context:</b> any, once <see cref="Workqueue.System"/> has been touched. <b>Cost:</b> O(1), no allocation.
    /// Linux: <c>schedule_delayed_work()</c>.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">The delay is negative.</exception>
    public bool Schedule(int delayMilliseconds) => Workqueue.System.QueueDelayed(this, delayMilliseconds);

    /// <summary>Queues it on the shared queue, on one processor, after a delay.</summary>
    /// <param name="processor">0…<see cref="Processor.Count"/>-1.</param>
    /// <param name="delayMilliseconds">At least this long; 0 queues it at once.</param>
    /// <returns>As <see cref="Workqueue.QueueDelayed"/>.</returns>
    /// <remarks><b>Context:</b> any, once <see cref="Workqueue.System"/> has been touched. <b>Cost:</b> O(1), no allocation.
    /// Linux: <c>schedule_delayed_work_on()</c>.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">The delay is negative, or there is no such processor.</exception>
    public bool ScheduleOn(int processor, int delayMilliseconds) =>
        Workqueue.System.QueueDelayedOn(processor, this, delayMilliseconds);
}
