using System;
using System.Threading;

namespace Workqueues;

/// <summary>All armed items of the program, and the one hardware timer that serves them.</summary>
/// <remarks>
/// <para>The structure is a treap: a search tree by deadline that is at the same time a heap by a number as good as random, which
/// keeps it flat. The earliest is at hand. Arming and cancelling take about as many steps as the logarithm of what is armed,
/// fewer at either end, and an expiry looks at nothing that is not due but the item that is next. Items with the same deadline
/// come in the order they were armed in.</para>
/// <para>A list in order, as Zephyr and FreeRTOS have it, takes n steps to arm; a timer wheel, as Linux has it, rounds deadlines
/// or moves them on in bulk, under the lock, and needs arrays; Linux's red-black tree of fine timers needs twice the code for the
/// same.</para>
/// </remarks>
internal static class Deadlines
{
    // More than a busy thread delays an expiry on a board, which is 100 ms.
    private const int OverdueMilliseconds = 250;

    // A stamp is the deadline and below it 16 bits that count up: in the order of two stamps and, multiplied, as the number that
    // is as good as random. Stamps are compared by their difference: right also where a clock of 64 bits wraps.
    private const int OrderBits = 16;
    private const int OrderMask = (1 << OrderBits) - 1;
    private const int Scatter = -1640531527; // 2^32 / 1.618, as in Linux's hash.h: neighbours end up far apart

    /// <summary>The longest delay, in milliseconds: what lies further ahead would not be told from the past.</summary>
    internal const long DelayLimit = 1L << (62 - OrderBits);

    // In the tree of an armed item: Next is what is due before it, Previous what is due after it, Above whose side it is on.
    private static WorkLink? s_top; // L
    internal static WorkLink? FirstLocked; // L the earliest; null when nothing is armed
    private static int s_order; // L of the last one that was armed
    private static Timer? s_timer; // S the runtime's. Never disposed: a disposed timer that is changed re-arms itself here
    private static bool s_isRequested; // L an expiry is to come
    private static long s_requested; // R when it is to come, on Clock: at the earliest deadline, or before it after a cancel
    private static bool s_isChanged; // L while a thread is in Program: it has to look again
    private static InterruptContext.Entry? s_entry; // F of the thread that called the last expiry: nearly always the timer's

    /// <summary>The one that <see cref="ArmLocked"/> has just armed, <see cref="RemoveLocked"/> disarmed, or that has just
    /// expired. Looked at, because on the CLR a call that there was no memory for was seen not to throw but to be left out, with
    /// one of its arguments for a result.</summary>
    internal static WorkLink? Done; // L

    /// <summary>A thread is in <see cref="Program"/>, or on its way there; it sees to every change. Who was to call it and could
    /// not takes this back.</summary>
    internal static bool IsProgramming; // F set with the lock held

    /// <summary>What the thread that calls an expiry calls when the expiry is over, no longer in interrupt context; it takes
    /// itself out when it has done its part.</summary>
    internal static HardwareTimerExpired? FollowUp; // R

    /// <summary>True: the timer has not come when it should. A runtime that had no memory for a timer's callback was seen
    /// never to call one again, while threads go on to wake from their waits in time: idle workers stand in until the timer
    /// comes.</summary>
    internal static bool IsTimerSuspect; // F set with the lock held, cleared by the timer

    /// <summary>Makes the default timer, unless there is one. Called by whoever makes a queue: later it would be too late to
    /// allocate.</summary>
    internal static void EnsureTimer()
    {
        // Two threads may come here at once: one of the two timers is never used.
        if (s_timer == null && Clock.Timer == null) s_timer = new Timer(OnTimer, null, Timeout.Infinite, Timeout.Infinite);
    }

    /// <summary>Another timer is in place, and has been given <see cref="OnTimer()"/>; what is armed stays armed.</summary>
    internal static void MoveToTimer()
    {
        bool program;
        lock (Gate.Lock)
        {
            program = s_isRequested && RequestLocked(s_requested);
        }

        if (program) Program();
    }

    /// <summary>Arms an item, or moves the deadline of one that is armed.</summary>
    /// <param name="link">The item. Its links are overwritten: a caller that takes it from another list saves them first.</param>
    /// <param name="now">The time.</param>
    /// <param name="due">When it is due.</param>
    /// <param name="isArmed">It is armed already.</param>
    /// <returns>True: the caller calls <see cref="Program"/> once it has left the lock, or, where it cannot,
    /// takes <see cref="IsProgramming"/> back.</returns>
    internal static bool ArmLocked(WorkLink link, long now, long due, bool isArmed)
    {
        if (isArmed)
        {
            // The only call, and it is whole.
            RemoveLocked(link);
            if (Done != link) return false;
        }

        int order = (s_order + 1) & OrderMask;
        s_order = order;
        long stamp = (due << OrderBits) + order;
        link.Stamp = stamp;
        link.Next = null;
        link.Previous = null;
        WorkLink? above = FirstLocked;
        if (above == null)
        {
            FirstLocked = link;
        }
        else
        {
            // To its place at the foot of the tree.
            if (stamp - above.Stamp < 0)
            {
                above.Next = link;
                FirstLocked = link;
            }
            else
            {
                WorkLink? down = s_top;
                while (down != null)
                {
                    above = down;
                    down = stamp - down.Stamp < 0 ? down.Next : down.Previous;
                }

                if (stamp - above.Stamp < 0) above.Next = link;
                else above.Previous = link;
            }

            // And up, past those with a smaller number, which go to its sides.
            int number = (int)stamp * Scatter;
            while (above != null && (int)above.Stamp * Scatter < number)
            {
                WorkLink? inner;
                if (above.Next == link)
                {
                    inner = link.Previous;
                    above.Next = inner;
                    link.Previous = above;
                }
                else
                {
                    inner = link.Next;
                    above.Previous = inner;
                    link.Next = above;
                }

                if (inner != null) inner.Above = above;
                WorkLink? higher = above.Above;
                above.Above = link;
                if (higher != null)
                {
                    if (higher.Next == above) higher.Next = link;
                    else higher.Previous = link;
                }

                above = higher;
            }
        }

        link.Above = above;
        if (above == null) s_top = link;
        Done = link;

        // A request that is earlier already: at worst its expiry finds nothing.
        if (s_isRequested && due - s_requested >= 0)
        {
            if (now - s_requested < OverdueMilliseconds) return false;
            IsTimerSuspect = true;
            Gate.MustLook = true;
            due = s_requested;
        }

        // As RequestLocked.
        s_isRequested = true;
        s_requested = due;
        s_isChanged = IsProgramming;
        IsProgramming = true;
        return !s_isChanged;
    }

    /// <summary>Disarms an item. The timer is left as it is: one expiry without need costs less than programming it here, and a
    /// deadline that is moved at each edge of a bouncing button then never touches the hardware.</summary>
    internal static void RemoveLocked(WorkLink link)
    {
        Done = link;
        WorkLink? after = link.Previous;
        WorkLink? above = link.Above;
        link.Previous = null;
        link.Above = null;
        if (FirstLocked == link)
        {
            // Nothing is due before it, its Next is null: what is due after it takes its place.
            WorkLink? first = above;
            if (above == null) s_top = after;
            else above.Next = after;
            if (after != null)
            {
                after.Above = above;
                first = after;
                while (first.Next != null) first = first.Next;
            }

            FirstLocked = first;
            return;
        }

        // Its two sides take its place, made one: those with the greater numbers go on top.
        WorkLink? before = link.Next;
        link.Next = null;
        bool isNext = above?.Next == link;
        while (true)
        {
            WorkLink? up = after;
            if (before != null && (after == null || (int)after.Stamp * Scatter <= (int)before.Stamp * Scatter)) up = before;
            if (above == null) s_top = up;
            else if (isNext) above.Next = up;
            else above.Previous = up;
            if (up == null) return;
            up.Above = above;
            if (before == null || after == null) return;
            above = up;
            isNext = up == after;
            if (isNext) after = after.Next;
            else before = before.Previous;
        }
    }

    /// <summary>The next one; null after the last.</summary>
    internal static WorkLink? AfterLocked(WorkLink link)
    {
        WorkLink? after = link.Previous;
        if (after == null)
        {
            after = link.Above;
            while (after != null && after.Previous == link)
            {
                link = after;
                after = link.Above;
            }

            return after;
        }

        while (after.Next != null) after = after.Next;
        return after;
    }

    /// <summary>Milliseconds until an armed item is due; negative when it is late.</summary>
    internal static long RemainingLocked(WorkLink link, long now) => (link.Stamp - (now << OrderBits)) >> OrderBits;

    /// <summary>What a timer that is plugged in calls.</summary>
    internal static void OnTimer() => OnTimer(null);

    /// <summary>What the runtime's timer calls.</summary>
    private static void OnTimer(object? state)
    {
        IsTimerSuspect = false;
        try
        {
            Expire();
        }
        catch (Exception)
        {
            // It could not even be called.
            Gate.Reserve = null;
            WorkerPool.LeaveToWorkers();
        }
    }

    /// <summary>For a worker that waits in the timer's place.</summary>
    /// <returns>Milliseconds until the expiry that is asked for; -1 when none is.</returns>
    internal static int DelayUntilExpiry()
    {
        long now = Clock.Now;
        lock (Gate.Lock)
        {
            if (!s_isRequested) return -1;
            long delay = s_requested - now;
            return delay < 1 ? 1 : delay > int.MaxValue ? int.MaxValue : (int)delay;
        }
    }

    /// <summary>The hardware timer's expiry (context T): takes every item whose deadline has passed out, earliest first, with one
    /// lock section for each, and asks for the next expiry. No handler runs here.</summary>
    internal static void Expire()
    {
        InterruptContext.Entry? entry = null;
        try
        {
            try
            {
                Thread thread = Thread.CurrentThread;
                InterruptContext.Entry? last = s_entry;
                if (last != null && last.Thread == thread)
                {
                    last.Depth++;
                    entry = last;
                }
                else
                {
                    entry = InterruptContext.EnterThread();
                    s_entry = entry;
                }

                TakeDue(Clock.Timer == null ? Environment.TickCount64 : Clock.Now);
            }
            finally
            {
                if (entry != null) entry.Depth--;
            }

            HardwareTimerExpired? followUp = FollowUp;
            if (followUp != null) followUp();
        }
        catch (Exception)
        {
            Gate.Reserve = null;
            Gate.Leave(Gate.Lock);
            WorkerPool.LeaveToWorkers();
        }
    }

    /// <summary>Brings the hardware timer up to date. One thread at a time does it, for all: two that armed it in the wrong order
    /// would lose the earlier deadline. After arming it looks again. It does not throw.</summary>
    internal static void Program()
    {
        try
        {
            bool isDone = false;
            while (!isDone)
            {
                // Read without the lock: who changes it now makes this thread look again. A deadline that has passed meanwhile is
                // asked for too: the expiry finds it.
                if (IsTimerSuspect) WorkerPool.WakeAll();
                IHardwareTimer? timer = Clock.Timer;
                long delay = s_requested - (timer == null ? Environment.TickCount64 : Clock.Now);
                int milliseconds = delay < 1 ? 1 : delay > int.MaxValue ? int.MaxValue : (int)delay;
                if (timer == null) s_timer!.Change(milliseconds, Timeout.Infinite);
                else timer.Arm(milliseconds);
                Monitor.Enter(Gate.Lock);
                if (!s_isChanged)
                {
                    isDone = true;
                    IsProgramming = false;
                }

                s_isChanged = false;
                Monitor.Exit(Gate.Lock);
            }
        }
        catch (Exception)
        {
            IsProgramming = false;
            Gate.Reserve = null;
            Gate.Leave(Gate.Lock);
            WorkerPool.LeaveToWorkers();
        }
    }

    /// <summary>Sees to what was left: wakes whoever may have been forgotten, and asks for an expiry now. Called by a worker,
    /// before it waits.</summary>
    /// <returns>True: done. False: it failed again.</returns>
    internal static bool Resume()
    {
        Gate.Retries++;
        long now = Clock.Now;
        WorkerPool.WakeAll();
        bool program;
        lock (Gate.Lock)
        {
            Gate.HasLeftovers = false;
            program = RequestLocked(now);
        }

        if (program) Program();
        return !Gate.HasLeftovers;
    }

    // In interrupt context.
    private static void TakeDue(long now)
    {
        long limit = (now + 1) << OrderBits;
        bool isDone = false;
        while (!isDone)
        {
            bool program = false;
            AutoResetEvent? wake = null;
            Monitor.Enter(Gate.Lock);
            WorkLink? first = FirstLocked;
            if (first != null && first.Stamp - limit < 0)
            {
                // As RemoveLocked. The call comes first, it may fail.
                WorkLink? after = first.Previous;
                WorkLink? above = first.Above;
                Done = null;
                wake = first.ExpireLocked(now);
                if (Done != first)
                {
                    Monitor.Exit(Gate.Lock);
                    WorkerPool.LeaveToWorkers();
                    return;
                }

                first.Above = null;
                if (above == null) s_top = after;
                else above.Next = after;
                first = above;
                if (after != null)
                {
                    after.Above = above;
                    first = after;
                    while (first.Next != null) first = first.Next;
                }

                FirstLocked = first;
            }

            isDone = first == null || first.Stamp - limit >= 0;
            if (isDone)
            {
                s_isRequested = false;
                if (first != null)
                {
                    // As RequestLocked.
                    s_isRequested = true;
                    s_requested = now + ((first.Stamp - (now << OrderBits)) >> OrderBits);
                    s_isChanged = IsProgramming;
                    IsProgramming = true;
                    program = !s_isChanged;
                }
            }

            Monitor.Exit(Gate.Lock);
            if (wake != null) wake.Set();
            if (program) Program();
        }
    }

    // True: the caller programs the timer after it has left the lock. False: somebody does it already.
    private static bool RequestLocked(long due)
    {
        s_isRequested = true;
        s_requested = due;
        s_isChanged = IsProgramming;
        IsProgramming = true;
        return !s_isChanged;
    }
}
