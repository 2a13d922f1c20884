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

    // Bits: the flags of WorkStates but Disabled, then the three numbers.
    internal const int Pending = (int)(WorkStates.Delayed | WorkStates.Queued);
    internal const int ColourShift = 4;
    internal const int ColourMask = (ColourLimit - 1) << ColourShift;
    internal const int ProcessorShift = 12;
    internal const int ProcessorMask = (ProcessorLimit - 1) << ProcessorShift;
    private const int DisableShift = 19;
    private const int DisableMask = DisableLimit << DisableShift;
    internal const int Barred = (int)WorkStates.Canceling | DisableMask;
    internal const int NotIdle = Pending | (int)WorkStates.Running | Barred;

    private const string OwnHandler = "the call would wait for its own caller: it stands in the item's own handler";
    private const string OnlyWorker =
        "Work.Flush would wait for its own caller: the item waits behind it on the only worker that could run it";

    private const string TooDeep = "Work.Disable: the item is disabled 2047 times already; each call needs its Enable";

    // Field rules: C constructor only   L with Workqueue.Gate held
    // Eight fields of 12 bytes each on a board, whatever their type: that is why the last one holds so much.
    internal readonly WorkHandler Handler; // C also what tells handlers apart: items of one pool share theirs
    private readonly string? _name; // C
    internal Work? Next; // L } in its pool's list while queued, in a bucket of DeadlineList while armed
    internal Work? Previous; // L }
    internal long Stamp; // L queued: when it joined; armed: when it is due; in Jiffies
    internal Workqueue? Home; // L the queue where it is pending; null when it is not
    internal WorkerPool? Pool; // L where it is queued, or whose worker runs it
    internal int Bits; // L states, colour for Flush, processor, depth of Disable

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
        Handler = handler;
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
                WorkStates states = (WorkStates)(Bits & ((1 << ColourShift) - 1));
                return (Bits & DisableMask) == 0 ? states : states | WorkStates.Disabled;
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
        bool wasPending = false;
        try
        {
            lock (Workqueue.Gate)
            {
                wasPending = CancelLocked(ref done);
            }

            if (done != null) Waiter.Signal(ref done);
        }
        catch (Exception)
        {
            Workqueue.Reserve = null;
            Workqueue.Leave(Workqueue.Gate);
            if (!wasPending) throw;
            if (done != null) Waiter.Signal(ref done);
        }

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
        bool isCaller = false;
        bool isDone = false;
        try
        {
            lock (Workqueue.Gate)
            {
                isCaller = IsRunByLocked(thread);
                isRunning = !isCaller && IsRunningLocked;

                // A waiter that is in the list for nothing would be signalled; an item that is barred for nothing stays so.
                if (isRunning) waiter.JoinLocked();
                if (!isCaller) wasPending = CancelLocked(ref done);
                if (isRunning) Bits |= (int)WorkStates.Canceling;
                isDone = true;
            }

            if (done != null) Waiter.Signal(ref done);
        }
        catch (Exception)
        {
            Workqueue.Reserve = null;
            Workqueue.Leave(Workqueue.Gate);
            if (!isDone) throw;
            if (done != null) Waiter.Signal(ref done);
        }

        if (isCaller) throw new InvalidOperationException(OwnHandler);
        if (isRunning) WaitForCancel(waiter);
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
        string? refusal = null;
        bool isBusy = false;
        bool mustWait = false;

        // As in all calls here: what was done under the lock holds, also when there is no memory to leave it.
        try
        {
            Start(thread, waiter, ref refusal, ref isBusy, ref mustWait);
        }
        catch (Exception)
        {
            // It may be queued by now, and its worker not awake.
            Workqueue.Reserve = null;
            Workqueue.Leave(Workqueue.Gate);
            DeadlineList.Leave();
            throw;
        }

        if (refusal != null) throw new InvalidOperationException(refusal);
        if (mustWait) waiter.Wait();
        return isBusy;
    }

    private void Start(Thread thread, Waiter waiter, ref string? refusal, ref bool isBusy, ref bool mustWait)
    {
        AutoResetEvent? wake = null;
        long now = Jiffies.Now;
        lock (Workqueue.Gate)
        {
            isBusy = IsPendingLocked || IsRunningLocked;
            if (IsRunByLocked(thread)) refusal = OwnHandler;
            else if (IsPendingLocked && IsHeldUpByLocked(thread)) refusal = OnlyWorker;
            else if (isBusy) wake = FlushLocked(waiter, thread, now, out mustWait);
        }

        if (wake != null) Worker.Wake(wake);
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
        bool isTooDeep = false;
        bool isDone = false;
        try
        {
            lock (Workqueue.Gate)
            {
                isTooDeep = IsTooDeepLocked;
                if (!isTooDeep) wasPending = DisableLocked(ref done);
                isDone = true;
            }

            if (done != null) Waiter.Signal(ref done);
        }
        catch (Exception)
        {
            Workqueue.Reserve = null;
            Workqueue.Leave(Workqueue.Gate);
            if (!isDone) throw;
            if (done != null) Waiter.Signal(ref done);
        }

        if (isTooDeep) throw new InvalidOperationException(TooDeep);
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
        bool isDone = false;
        try
        {
            lock (Workqueue.Gate)
            {
                if (IsRunByLocked(thread)) refusal = OwnHandler;
                else if (IsTooDeepLocked) refusal = TooDeep;
                else
                {
                    isRunning = IsRunningLocked;
                    if (isRunning) waiter.JoinLocked();
                    wasPending = DisableLocked(ref done);
                }

                isDone = true;
            }

            if (done != null) Waiter.Signal(ref done);
        }
        catch (Exception)
        {
            Workqueue.Reserve = null;
            Workqueue.Leave(Workqueue.Gate);
            if (!isDone) throw;
            if (done != null) Waiter.Signal(ref done);
        }

        if (refusal != null) throw new InvalidOperationException(refusal);
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
        bool isTakenBack = false;
        bool isEnabled = false;
        bool isDone = false;
        try
        {
            lock (Workqueue.Gate)
            {
                isTakenBack = (Bits & DisableMask) != 0;
                if (isTakenBack) Bits -= 1 << DisableShift;
                isEnabled = (Bits & DisableMask) == 0;
                isDone = true;
            }
        }
        catch (Exception)
        {
            Workqueue.Reserve = null;
            Workqueue.Leave(Workqueue.Gate);
            if (!isDone) throw;
        }

        if (isTakenBack) return isEnabled;
        throw new InvalidOperationException("Work.Enable without Work.Disable: it is not disabled");
    }

    internal bool IsPendingLocked => (Bits & Pending) != 0;

    internal bool IsQueuedLocked => (Bits & (int)WorkStates.Queued) != 0;

    internal bool IsRunningLocked => (Bits & (int)WorkStates.Running) != 0;

    internal bool IsDelayedLocked => (Bits & (int)WorkStates.Delayed) != 0;

    internal bool IsDisabledLocked => (Bits & DisableMask) != 0;

    /// <summary>Disabled, or being cancelled: no queueing is accepted.</summary>
    internal bool IsBarredLocked => (Bits & Barred) != 0;

    internal int ColourLocked => (Bits & ColourMask) >> ColourShift;

    internal int ProcessorLocked => (Bits & ProcessorMask) >> ProcessorShift;

    /// <summary>Moves a queued item to its queue's own workers, out of a pool whose workers end.</summary>
    internal void MoveHomeLocked()
    {
        WorkerPool pool = Home!.PoolOf(ProcessorLocked);
        WorkList.MoveLocked(ref Pool!.FirstLocked, ref pool.FirstLocked, this);
        Pool = pool;
    }

    /// <summary>Transition 6.</summary>
    /// <returns>True: it was pending.</returns>
    internal bool CancelLocked(ref Waiter? done)
    {
        int bits = Bits;
        if ((bits & Pending) == 0) return false;
        Workqueue home = Home!;
        bool wasQueued = (bits & (int)WorkStates.Queued) != 0;
        if (wasQueued) WorkList.RemoveLocked(ref Pool!.FirstLocked, this);
        else DeadlineList.RemoveLocked(this);
        Bits = bits & ~Pending;
        Home = null;
        if ((bits & (int)WorkStates.Running) == 0) Pool = null;
        home.CanceledCountLocked++;
        if (!wasQueued)
        {
            home.ArmedLocked--;
            return true;
        }

        home.WaitingLocked--;
        if (home.WaitersLocked != null) home.ReleaseLocked((bits & ColourMask) >> ColourShift, ref done);
        if (Waiter.ItemsLocked != null) Waiter.ItemTakenOffLocked(this, ref done);
        return true;
    }

    private bool IsTooDeepLocked => (Bits & DisableMask) == DisableMask;

    // Where it goes when its time has come: see Workqueue.PutLocked.
    private WorkerPool NextPoolLocked() => IsRunningLocked && Pool!.WorkerCount > 0 ? Pool : Home!.PoolOf(ProcessorLocked);

    private bool DisableLocked(ref Waiter? done)
    {
        bool wasPending = CancelLocked(ref done);
        Bits += 1 << DisableShift;
        return wasPending;
    }

    // The waiter is signalled when the last queueing has run; a queue that is being destroyed drops an armed item instead, and
    // then there may be nothing to wait for.
    private AutoResetEvent? FlushLocked(Waiter waiter, Thread thread, long now, out bool mustWait)
    {
        AutoResetEvent? wake = null;
        if (IsDelayedLocked)
        {
            Workqueue home = Home!;
            bool isTraced = WorkqueueTrace.IsOn && home.IsOpenLocked;
            if (isTraced) WorkqueueTrace.PlacedLocked(this, home, thread, now, 0, ProcessorLocked);
            wake = home.ExpireLocked(this, now);
        }

        if (!IsPendingLocked) waiter.Kind = Waiter.End;
        mustWait = IsPendingLocked || IsRunningLocked;
        if (mustWait) waiter.JoinLocked();
        return wake;
    }

    private void WaitForCancel(Waiter waiter)
    {
        try
        {
            waiter.Wait();
        }
        finally
        {
            EndCancelSync(waiter);
        }
    }

    // Tried until it is done: the item would stay barred.
    private void EndCancelSync(Waiter waiter)
    {
        bool isDone = false;
        while (!isDone)
        {
            try
            {
                lock (Workqueue.Gate)
                {
                    if (waiter.LeaveLocked()) Bits &= ~(int)WorkStates.Canceling;
                    isDone = true;
                }
            }
            catch (Exception)
            {
                Workqueue.Retries++;
                Workqueue.Reserve = null;
                Workqueue.Leave(Workqueue.Gate);
            }
        }
    }

    // True when the thread is in this item's handler: it would wait for itself.
    private bool IsRunByLocked(Thread thread) => Worker.OfLocked(thread)?.CurrentLocked == this;

    // True when the pending item can only start on the worker whose handler the thread is in.
    private bool IsHeldUpByLocked(Thread thread)
    {
        Worker? caller = Worker.OfLocked(thread);
        return caller != null && caller.HoldsUpLocked(IsQueuedLocked ? Pool! : NextPoolLocked());
    }
}
