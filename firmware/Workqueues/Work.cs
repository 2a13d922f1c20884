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
public class Work
{
    /// <summary>Processors that an item can tell apart.</summary>
    internal const int ProcessorLimit = 128;

    /// <summary>Colours that an item can tell apart: one more than flushes of a queue that can be told apart.</summary>
    internal const int ColourLimit = 256;

    /// <summary>How often an item can be disabled without being enabled.</summary>
    internal const int DisableLimit = 2047;

    // _bits: the flags of WorkStates but Disabled, then the three numbers.
    private const int Pending = (int)(WorkStates.Delayed | WorkStates.Queued);
    private const int ColourShift = 4;
    private const int ColourMask = (ColourLimit - 1) << ColourShift;
    private const int ProcessorShift = 12;
    private const int ProcessorMask = (ProcessorLimit - 1) << ProcessorShift;
    private const int DisableShift = 19;
    private const int DisableMask = DisableLimit << DisableShift;
    private const int Barred = (int)WorkStates.Canceling | DisableMask;

    private const string OwnHandler = "the call would wait for its own caller: it stands in the item's own handler";
    private const string OnlyWorker =
        "Work.Flush would wait for its own caller: the item waits behind it on the only worker that could run it";

    private const string TooDeep = "Work.Disable: the item is disabled 2047 times already; each call needs its Enable";

    // Field rules: C constructor only   L with Workqueue.Gate held
    // Eight fields of 12 bytes each on a board, whatever their type: that is why the last one holds so much.
    private readonly WorkHandler _handler; // C
    private readonly string? _name; // C
    internal Work? Next; // L } in its pool's list while queued, in a bucket of DeadlineList while armed
    internal Work? Previous; // L }
    internal long Stamp; // L queued: when it joined; armed: when it is due; in Jiffies
    private Workqueue? _home; // L the queue where it is pending; null when it is not
    private WorkerPool? _pool; // L where it is queued, or whose worker runs it
    private int _bits; // L states, colour for Flush, processor, depth of Disable

    /// <summary>Makes an idle item.</summary>
    /// <param name="handler">What a worker calls, once for each queueing.</param>
    /// <remarks><b>Context:</b> all; allocates. Linux: <c>INIT_WORK</c>, <c>DECLARE_WORK</c>.</remarks>
    /// <exception cref="ArgumentNullException"><paramref name="handler"/> is null.</exception>
    public Work(WorkHandler handler)
        : this(handler, null)
    {
    }

    /// <summary>Makes an idle item that logs and traces call by a name.</summary>
    /// <param name="handler">What a worker calls, once for each queueing.</param>
    /// <param name="name">Its name; null: <c>"work"</c>.</param>
    /// <remarks><b>Context:</b> all; allocates. Linux: <c>INIT_WORK</c>, <c>DECLARE_WORK</c>.</remarks>
    /// <exception cref="ArgumentNullException"><paramref name="handler"/> is null.</exception>
    public Work(WorkHandler handler, string? name)
    {
        if (handler == null) throw new ArgumentNullException(nameof(handler));
        _handler = handler;
        _name = name;
    }

    /// <summary>What logs and traces call it.</summary>
    /// <remarks><b>Context:</b> all.</remarks>
    public string Name => _name ?? "work";

    /// <summary>True while its timer is armed or it waits on a queue. A snapshot: it may be old when it arrives.</summary>
    /// <remarks><b>Context:</b> all. <b>Cost:</b> O(1). Linux: <c>work_pending()</c>,
    /// <c>delayed_work_pending()</c>.</remarks>
    public bool IsPending
    {
        get
        {
            lock (Workqueue.Gate)
            {
                return IsPendingLocked;
            }
        }
    }

    /// <summary>What it is doing. A snapshot: it may be old when it arrives.</summary>
    /// <remarks><b>Context:</b> all. <b>Cost:</b> O(1). Linux: <c>work_busy()</c>.</remarks>
    public WorkStates States
    {
        get
        {
            lock (Workqueue.Gate)
            {
                WorkStates states = (WorkStates)(_bits & ((1 << ColourShift) - 1));
                return (_bits & DisableMask) == 0 ? states : states | WorkStates.Disabled;
            }
        }
    }

    /// <summary>The item whose handler the calling thread is in; null outside a handler.</summary>
    /// <remarks><b>Context:</b> all. <b>Cost:</b> O(workers); it may allocate a Thread object on a board. Linux:
    /// <c>current_work()</c>.</remarks>
    public static Work? Current
    {
        get
        {
            Thread thread = Thread.CurrentThread;
            lock (Workqueue.Gate)
            {
                return Worker.OfLocked(thread)?.CurrentLocked;
            }
        }
    }

    /// <summary>Queues it on the shared queue: <c>Workqueue.System.Queue(this)</c>.</summary>
    /// <returns>As <see cref="Workqueue.Queue"/>.</returns>
    /// <remarks><b>Context:</b> all, once <see cref="Workqueue.System"/> has been touched. <b>Cost:</b> O(1), no allocation.
    /// Linux: <c>schedule_work()</c>.</remarks>
    public bool Schedule() => Workqueue.System.Queue(this);

    /// <summary>Takes it off its queue or its timer (transition 6). A handler that runs goes on.</summary>
    /// <returns>True: it was pending, that run will not come. False: it was not pending; it may be running.</returns>
    /// <remarks><b>Context:</b> all. <b>Cost:</b> O(1), no allocation; waits at most for one lock section. Before you free what
    /// the handler uses, call <see cref="CancelSync"/> instead. Linux: <c>cancel_work()</c>,
    /// <c>cancel_delayed_work()</c>.</remarks>
    public bool Cancel()
    {
        Waiter? done = null;
        bool wasPending;
        Interleaving.Point("cancel");
        lock (Workqueue.Gate)
        {
            wasPending = CancelLocked(ref done);
        }

        Waiter.Signal(ref done);
        return wasPending;
    }

    /// <summary>Takes it off its queue or its timer, bars it from being queued, and waits until its handler has ended. On return
    /// it is neither pending nor running, even when the handler queues it again and again.</summary>
    /// <returns>True: it was pending when this was called. False: it was not; it may have been running.</returns>
    /// <remarks><b>Context:</b> W, U: it blocks. Several callers may wait; each waits for the run that it found. <b>Cost:</b> it
    /// allocates when it has to wait. Linux: <c>cancel_work_sync()</c>, <c>cancel_delayed_work_sync()</c>.</remarks>
    /// <exception cref="InvalidOperationException">Called in an interrupt handler or a timer expiry, or in the item's own
    /// handler, which would wait for itself. Nothing has changed then.</exception>
    public bool CancelSync()
    {
        InterruptContext.ThrowIfActive("Work.CancelSync");
        Thread thread = Thread.CurrentThread;
        Waiter waiter = new Waiter(Waiter.Cancel, this);
        Waiter? done = null;
        bool wasPending = false;
        bool isRunning = false;
        bool isCaller;
        Interleaving.Point("cancel sync");
        lock (Workqueue.Gate)
        {
            isCaller = IsRunByLocked(thread);
            if (!isCaller)
            {
                wasPending = CancelLocked(ref done);
                isRunning = IsRunningLocked;
                if (isRunning)
                {
                    _bits |= (int)WorkStates.Canceling;
                    waiter.JoinLocked();
                }
            }
        }

        if (isCaller) throw new InvalidOperationException(OwnHandler);
        Waiter.Signal(ref done);
        if (!isRunning) return wasPending;

        try
        {
            waiter.Wait();
        }
        finally
        {
            EndCancelSync(waiter);
        }

        return wasPending;
    }

    /// <summary>Waits until its last queueing has run. An armed item is queued at once first. Queueings that come later are not
    /// waited for.</summary>
    /// <returns>True: it waited, until the run had ended or the item was taken off or sent back to its timer. False: it was
    /// idle.</returns>
    /// <remarks><b>Context:</b> W, U: it blocks. <b>Cost:</b> allocates. Linux: <c>flush_work()</c>,
    /// <c>flush_delayed_work()</c>.</remarks>
    /// <exception cref="InvalidOperationException">Called in an interrupt handler or a timer expiry, in the item's own handler,
    /// or on the only worker that could run the item, which waits behind the caller. Nothing has changed then.</exception>
    public bool Flush()
    {
        InterruptContext.ThrowIfActive("Work.Flush");
        return Flush(Thread.CurrentThread, new Waiter(Waiter.Start, this));
    }

    /// <summary>The same, with what it allocates made before.</summary>
    internal bool Flush(Thread thread, Waiter waiter)
    {
        AutoResetEvent? wake = null;
        string? refusal = null;
        bool isBusy;
        bool mustWait = false;
        long now = Jiffies.Now;
        Interleaving.Point("flush work");
        lock (Workqueue.Gate)
        {
            isBusy = IsPendingLocked || IsRunningLocked;
            if (IsRunByLocked(thread)) refusal = OwnHandler;
            else if (IsPendingLocked && IsHeldUpByLocked(thread)) refusal = OnlyWorker;
            else if (isBusy) wake = FlushLocked(waiter, thread, now, out mustWait);
        }

        if (refusal != null) throw new InvalidOperationException(refusal);
        if (!isBusy) return false;
        Worker.Wake(wake);
        if (mustWait) waiter.Wait();
        return true;
    }

    /// <summary>Bars it from being queued until <see cref="Enable"/> has been called as often, and takes it off if it is pending
    /// (transition 6). A handler that runs goes on.</summary>
    /// <returns>True: it was pending, that run will not come. False: it was not pending.</returns>
    /// <remarks><b>Context:</b> all. <b>Cost:</b> O(1), no allocation. Linux: <c>disable_work()</c>,
    /// <c>disable_delayed_work()</c>.</remarks>
    /// <exception cref="InvalidOperationException">It was disabled 2047 times without being enabled.</exception>
    public bool Disable()
    {
        Waiter? done = null;
        bool wasPending = false;
        bool isTooDeep;
        Interleaving.Point("disable");
        lock (Workqueue.Gate)
        {
            isTooDeep = IsTooDeepLocked;
            if (!isTooDeep) wasPending = DisableLocked(ref done);
        }

        if (isTooDeep) throw new InvalidOperationException(TooDeep);
        Waiter.Signal(ref done);
        return wasPending;
    }

    /// <summary>As <see cref="Disable"/>, then waits until its handler has ended.</summary>
    /// <returns>As <see cref="Disable"/>.</returns>
    /// <remarks><b>Context:</b> W, U: it blocks. <b>Cost:</b> allocates. Linux: <c>disable_work_sync()</c>,
    /// <c>disable_delayed_work_sync()</c>.</remarks>
    /// <exception cref="InvalidOperationException">Called in an interrupt handler or a timer expiry, or in the item's own
    /// handler, which would wait for itself; or it was disabled 2047 times. Nothing has changed then.</exception>
    public bool DisableSync()
    {
        InterruptContext.ThrowIfActive("Work.DisableSync");
        Thread thread = Thread.CurrentThread;
        Waiter waiter = new Waiter(Waiter.End, this);
        Waiter? done = null;
        bool wasPending = false;
        bool isRunning = false;
        string? refusal = null;
        Interleaving.Point("disable sync");
        lock (Workqueue.Gate)
        {
            if (IsRunByLocked(thread)) refusal = OwnHandler;
            else if (IsTooDeepLocked) refusal = TooDeep;
            else
            {
                wasPending = DisableLocked(ref done);
                isRunning = IsRunningLocked;
                if (isRunning) waiter.JoinLocked();
            }
        }

        if (refusal != null) throw new InvalidOperationException(refusal);
        Waiter.Signal(ref done);
        if (isRunning) waiter.Wait();
        return wasPending;
    }

    /// <summary>Takes back one <see cref="Disable"/>. It does not queue what was taken off.</summary>
    /// <returns>True: it can be queued again. False: it is still disabled, by another call.</returns>
    /// <remarks><b>Context:</b> all. <b>Cost:</b> O(1), no allocation. Linux: <c>enable_work()</c>,
    /// <c>enable_delayed_work()</c>.</remarks>
    /// <exception cref="InvalidOperationException">It is not disabled.</exception>
    public bool Enable()
    {
        Interleaving.Point("enable");
        lock (Workqueue.Gate)
        {
            if ((_bits & DisableMask) != 0)
            {
                _bits -= 1 << DisableShift;
                return (_bits & DisableMask) == 0;
            }
        }

        throw new InvalidOperationException("Work.Enable without Work.Disable: it is not disabled");
    }

    internal bool IsPendingLocked => (_bits & Pending) != 0;

    internal bool IsQueuedLocked => (_bits & (int)WorkStates.Queued) != 0;

    internal bool IsRunningLocked => (_bits & (int)WorkStates.Running) != 0;

    internal bool IsDelayedLocked => (_bits & (int)WorkStates.Delayed) != 0;

    internal bool IsDisabledLocked => (_bits & DisableMask) != 0;

    /// <summary>Disabled, or being cancelled: no queueing is accepted.</summary>
    internal bool IsBarredLocked => (_bits & Barred) != 0;

    /// <summary>The queue where it is pending.</summary>
    internal Workqueue? Home => _home;

    internal int ColourLocked => (_bits & ColourMask) >> ColourShift;

    internal int ProcessorLocked => (_bits & ProcessorMask) >> ProcessorShift;

    /// <summary>Calls the handler, on the calling thread.</summary>
    internal void Invoke() => _handler(this);

    /// <summary>What tells handlers apart: items of one pool share theirs.</summary>
    internal WorkHandler Handler => _handler;

    /// <summary>Gives the item to a queue and one of its processors, before it is armed or joins.</summary>
    internal void SetHomeLocked(Workqueue home, int processor)
    {
        _home = home;
        _bits = (_bits & ~ProcessorMask) | (processor << ProcessorShift);
    }

    /// <summary>Arms it (transitions 2, 5, 7). O(1).</summary>
    /// <returns>True: the caller calls <see cref="DeadlineList.Program"/> once it has left the lock.</returns>
    internal bool ArmLocked(long now, long due)
    {
        _bits |= (int)WorkStates.Delayed;
        return DeadlineList.AddLocked(this, now, due);
    }

    /// <summary>Puts it at the tail of the pool that will run it (transitions 1, 3, 5). O(1).</summary>
    /// <returns>What to set after the lock is left, or null.</returns>
    internal AutoResetEvent? JoinLocked(long now, int colour)
    {
        WorkerPool pool = NextPoolLocked(_home!);
        _pool = pool;
        _bits = (_bits & ~(ColourMask | Pending)) | (int)WorkStates.Queued | (colour << ColourShift);
        Stamp = now;
        pool.AppendLocked(this);
        return pool.WakeLocked();
    }

    /// <summary>Takes it off whichever list it is on, without touching its home's counters. O(1).</summary>
    internal void LeaveLocked()
    {
        if (IsDelayedLocked) DeadlineList.RemoveLocked(this);
        else _pool!.RemoveLocked(this);
        NotPendingLocked();
    }

    /// <summary>Forgets where it was pending.</summary>
    internal void NotPendingLocked()
    {
        _bits &= ~Pending;
        _home = null;
        if (!IsRunningLocked) _pool = null;
    }

    /// <summary>Transition 4: pending ends here, before the handler is called, so that the handler may do anything with its own
    /// item.</summary>
    /// <returns>The colour of this run.</returns>
    internal int StartLocked()
    {
        _bits = (_bits & ~Pending) | (int)WorkStates.Running;
        _home = null;
        return ColourLocked;
    }

    /// <summary>Transition 8.</summary>
    /// <returns>What to set when the item waits in another pool than that of the worker that ran it, or null.</returns>
    internal AutoResetEvent? EndLocked(WorkerPool pool)
    {
        _bits &= ~(int)WorkStates.Running;
        if (!IsQueuedLocked)
        {
            _pool = null;
            return null;
        }

        return _pool == pool ? null : _pool!.WakeLocked();
    }

    /// <summary>Moves a queued item to its queue's own workers, out of a pool whose workers end.</summary>
    internal void MoveHomeLocked()
    {
        _pool!.RemoveLocked(this);
        _pool = _home!.PoolOf(ProcessorLocked);
        _pool.AppendLocked(this);
    }

    /// <summary>Transition 6.</summary>
    /// <returns>True: it was pending.</returns>
    internal bool CancelLocked(ref Waiter? done)
    {
        if (!IsPendingLocked) return false;
        Workqueue home = _home!;
        bool wasQueued = IsQueuedLocked;
        LeaveLocked();
        home.CanceledLocked(wasQueued, ColourLocked, ref done);
        Waiter.ItemTakenOffLocked(this, ref done);
        return true;
    }

    private bool IsTooDeepLocked => (_bits & DisableMask) == DisableMask;

    // Where it goes when it is queued: while it runs, to the worker that runs it, so that it never runs beside itself.
    private WorkerPool NextPoolLocked(Workqueue home) =>
        IsRunningLocked && _pool!.WorkerCount > 0 ? _pool : home.PoolOf(ProcessorLocked);

    private bool DisableLocked(ref Waiter? done)
    {
        bool wasPending = CancelLocked(ref done);
        _bits += 1 << DisableShift;
        return wasPending;
    }

    // The waiter is signalled when the last queueing has run; a queue that is being destroyed drops an armed item instead, and
    // then there may be nothing to wait for.
    private AutoResetEvent? FlushLocked(Waiter waiter, Thread thread, long now, out bool mustWait)
    {
        AutoResetEvent? wake = null;
        if (IsDelayedLocked)
        {
            Workqueue home = _home!;
            DeadlineList.RemoveLocked(this);
            wake = home.ExpiredLocked(this, now);
            if (WorkqueueTrace.IsOn && IsQueuedLocked) WorkqueueTrace.PlacedLocked(this, home, thread, now, 0);
        }

        if (!IsPendingLocked) waiter.Kind = Waiter.End;
        mustWait = IsPendingLocked || IsRunningLocked;
        if (mustWait) waiter.JoinLocked();
        return wake;
    }

    // Tried until it is done: the item would stay barred.
    private void EndCancelSync(Waiter waiter)
    {
        bool isDone = false;
        while (!isDone)
        {
            try
            {
                Interleaving.Point("cancel sync ends");
                lock (Workqueue.Gate)
                {
                    if (waiter.LeaveLocked()) _bits &= ~(int)WorkStates.Canceling;
                    isDone = true;
                }
            }
            catch (Exception) when (!Interleaving.IsAborting)
            {
                Workqueue.Retries++;
            }
        }
    }

    // True when the thread is in this item's handler: it would wait for itself.
    private bool IsRunByLocked(Thread thread) => Worker.OfLocked(thread)?.CurrentLocked == this;

    // True when the pending item can only start on the worker whose handler the thread is in.
    private bool IsHeldUpByLocked(Thread thread)
    {
        Worker? caller = Worker.OfLocked(thread);
        return caller != null && caller.HoldsUpLocked(IsQueuedLocked ? _pool! : NextPoolLocked(_home!));
    }
}
