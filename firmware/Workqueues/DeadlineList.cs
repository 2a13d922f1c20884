using System;
using System.Threading;

namespace Workqueues;

/// <summary>All armed items of the program, and the one hardware timer that serves them.</summary>
/// <remarks>
/// The structure is a radix heap: an item lies in the bucket that is numbered by the highest bit in which its deadline differs
/// from <c>s_base</c>, the last deadline that passed. Arming and cancelling then take the same few steps whether 10 or 1,000
/// items are armed (a bucket is a <see cref="WorkList"/>), and no item carries more than the two links and the stamp that it
/// needs for its queue anyway. A binary heap would take log n steps and an index in each item; a timer wheel as Linux has it
/// would either round deadlines or cascade, and needs more and larger arrays. Here only expiry does more work: when the lowest
/// bucket comes up, its items are dealt out to lower ones, each item at most 33 times in its life. Items with the same deadline
/// stay in the order they were armed in.
/// </remarks>
internal static class DeadlineList
{
    // Bucket 0: due at s_base or before. Bucket 1 + n: differs from s_base in bit n at most. The last: differs above bit 31.
    private const int BucketCount = 34;

    // More than a busy thread delays an expiry on a board, which is 100 ms.
    private const int OverdueMilliseconds = 250;

    // Field rules: L with Workqueue.Gate held.
    private static readonly Work?[] s_buckets = new Work?[BucketCount]; // L
    private static long s_base; // L no armed item outside bucket 0 is due at it or before
    private static int s_count; // L armed items
    private static long s_earliest; // L told by FindDueLocked
    private static Work? s_none; // L always null
    private static IHardwareTimer? s_timer; // L
    private static bool s_isRequested; // L an expiry is to come
    private static long s_requested; // L when it is to come: at the earliest deadline, or before it after a cancel
    private static bool s_isChanged; // L s_requested is not programmed yet

    /// <summary>A thread is in <see cref="Program"/>, or on its way there; it sees to every change. Who was to call it and could
    /// not takes this back.</summary>
    internal static bool IsProgrammingLocked; // L

    /// <summary>True: a thread could not finish its part (the runtime had no memory for it, the timer's driver threw), and there
    /// may be a deadline that the timer does not know. A worker sees to it, because a worker may rest and try again.</summary>
    internal static bool IsLeft; // set without the lock: that may be what failed

    /// <summary>True: the timer has not come when it should. A runtime that had no memory for a timer's callback was seen
    /// never to call one again, while threads go on to wake from their waits in time: idle workers stand in until the timer
    /// comes.</summary>
    internal static bool IsTimerSuspect; // set with the lock held, cleared by the timer

    /// <summary>Makes the default timer, unless there is one. Called by whoever makes a queue: later it would be too late to
    /// allocate.</summary>
    internal static void EnsureTimer()
    {
        lock (Workqueue.Gate)
        {
            if (s_timer != null) return;
        }

        SystemTimer timer = new SystemTimer();
        timer.Start(OnTimer);
        lock (Workqueue.Gate)
        {
            if (s_timer == null) s_timer = timer;
        }
    }

    /// <summary>Puts another timer in place, which has been given <see cref="OnTimer"/>; what is armed stays armed.</summary>
    internal static void UseTimer(IHardwareTimer timer)
    {
        bool program;
        lock (Workqueue.Gate)
        {
            s_timer = timer;
            program = s_isRequested && RequestLocked(s_requested);
        }

        if (program) Program();
    }

    /// <summary>Arms an item that is idle, queued or armed already.</summary>
    /// <param name="queued">The list that a queued item is in; else any.</param>
    /// <param name="work">The item.</param>
    /// <param name="now">The time.</param>
    /// <param name="due">When it is due.</param>
    /// <returns>True: the caller calls <see cref="Program"/> once it has left the lock, or, where it cannot,
    /// takes <see cref="IsProgrammingLocked"/> back.</returns>
    internal static bool ArmLocked(ref Work? queued, Work work, long now, long due)
    {
        if (s_count == 0) s_base = now;
        int bucket = BucketOf(due);
        if (work.Next == null)
        {
            WorkList.AppendLocked(ref s_buckets[bucket], work);
            s_count++;
        }
        else if ((work.Bits & (int)WorkStates.Delayed) != 0)
        {
            WorkList.MoveLocked(ref s_buckets[BucketOf(work.Stamp)], ref s_buckets[bucket], work);
        }
        else
        {
            WorkList.MoveLocked(ref queued, ref s_buckets[bucket], work);
            s_count++;
        }

        work.Stamp = due;
        if (s_isRequested && due - s_requested >= 0)
        {
            if (now - s_requested < OverdueMilliseconds) return false;
            IsTimerSuspect = true;
            IsLeft = true;
            return false;
        }

        s_isRequested = true;
        s_requested = due;
        s_isChanged = true;
        if (IsProgrammingLocked) return false;
        IsProgrammingLocked = true;
        return true;
    }

    /// <summary>Arms an item that is in no list: the monitor's.</summary>
    internal static bool ArmLocked(Work work, long now, long due) => ArmLocked(ref s_none, work, now, due);

    /// <summary>Takes an armed item off, into another list.</summary>
    internal static void MoveToLocked(ref Work? queued, Work work)
    {
        WorkList.MoveLocked(ref s_buckets[BucketOf(work.Stamp)], ref queued, work);
        s_count--;
    }

    /// <summary>Disarms an item. The timer is left as it is: one expiry without need costs less than programming it here, and a
    /// deadline that is moved at each edge of a bouncing button then never touches the hardware.</summary>
    internal static void RemoveLocked(Work work)
    {
        WorkList.RemoveLocked(ref s_buckets[BucketOf(work.Stamp)], work);
        s_count--;
    }

    /// <summary>An armed item of the queue; null when there is none. O(armed items).</summary>
    internal static Work? FindLocked(Workqueue queue)
    {
        for (int i = 0; i < BucketCount; i++)
        {
            Work? first = s_buckets[i];
            if (first == null) continue;
            Work work = first;
            do
            {
                if (work.Home == queue) return work;
                work = work.Next!;
            }
            while (work != first);
        }

        return null;
    }

    /// <summary>Copies the queue's armed items and their deadlines, from <paramref name="count"/> on, as far as there is
    /// room.</summary>
    /// <returns>Where it stopped.</returns>
    internal static int CopyLocked(Workqueue queue, Work?[] items, long[] dues, int count)
    {
        for (int i = 0; i < BucketCount; i++)
        {
            Work? first = s_buckets[i];
            Work? work = first;
            while (work != null && count < items.Length)
            {
                if (work.Home == queue)
                {
                    items[count] = work;
                    dues[count++] = work.Stamp;
                }

                work = work.Next == first ? null : work.Next;
            }
        }

        return count;
    }

    /// <summary>What the hardware timer calls.</summary>
    internal static void OnTimer()
    {
        IsTimerSuspect = false;
        try
        {
            Expire();
        }
        catch (Exception)
        {
            // It could not even be called.
            Workqueue.Reserve = null;
            Leave();
        }
    }

    /// <summary>For a worker that waits in the timer's place.</summary>
    /// <returns>Milliseconds until the expiry that is asked for; -1 when none is.</returns>
    internal static int DelayUntilExpiry()
    {
        long now = Jiffies.Now;
        lock (Workqueue.Gate)
        {
            if (!s_isRequested) return -1;
            long delay = s_requested - now;
            return delay < 1 ? 1 : delay > int.MaxValue ? int.MaxValue : (int)delay;
        }
    }

    /// <summary>The hardware timer's expiry (context T): queues every item whose deadline has passed, earliest first, and asks
    /// for the next expiry. It only queues: no handler runs here. Then, no longer in interrupt context, the monitor
    /// looks.</summary>
    internal static void Expire()
    {
        try
        {
            long now;
            InterruptContext.Entry? entry = null;
            try
            {
                entry = InterruptContext.EnterThread();
                now = Jiffies.Now;
                QueueDue(now);
            }
            finally
            {
                if (entry != null) entry.Depth--;
            }

            if (WorkerMonitor.IsLookDue) WorkerMonitor.Look(now);
        }
        catch (Exception)
        {
            Workqueue.Reserve = null;
            Workqueue.Leave(Workqueue.Gate);
            Leave();
        }
    }

    /// <summary>Brings the hardware timer up to date. One thread at a time does it, for all: two that armed it in the wrong order
    /// would lose the earlier deadline. After arming it looks again. It does not throw.</summary>
    internal static void Program()
    {
        try
        {
            while (true)
            {
                IHardwareTimer timer;
                long due;
                lock (Workqueue.Gate)
                {
                    if (!s_isChanged)
                    {
                        IsProgrammingLocked = false;
                        return;
                    }

                    s_isChanged = false;
                    due = s_requested;
                    timer = s_timer!;
                }

                // A deadline that has passed meanwhile is asked for too: the expiry queues it.
                long delay = due - Jiffies.Now;
                if (IsTimerSuspect) Workqueue.WakeAll();
                timer.Arm(delay < 1 ? 1 : delay > int.MaxValue ? int.MaxValue : (int)delay);
            }
        }
        catch (Exception)
        {
            IsProgrammingLocked = false;
            Workqueue.Reserve = null;
            Workqueue.Leave(Workqueue.Gate);
            Leave();
        }
    }

    /// <summary>Sees to what was left: wakes whoever may have been forgotten, and asks for an expiry now. Called by a worker,
    /// before it waits.</summary>
    /// <returns>True: done. False: it failed again.</returns>
    internal static bool Resume()
    {
        Workqueue.Retries++;
        long now = Jiffies.Now;
        Workqueue.WakeAll();
        bool program;
        lock (Workqueue.Gate)
        {
            IsLeft = false;
            program = RequestLocked(now);
        }

        if (program) Program();
        return !IsLeft;
    }

    /// <summary>Leaves to a worker what could not be done. One that is idle would not look by itself. It does not throw.</summary>
    internal static void Leave()
    {
        IsLeft = true;
        try
        {
            Workqueue.WakeAll();
        }
        catch (Exception)
        {
            Workqueue.Retries++;
            Workqueue.Leave(Workqueue.Gate);
        }
    }

    // In interrupt context.
    private static void QueueDue(long now)
    {
        while (true)
        {
            bool program = false;
            bool isDone = false;
            AutoResetEvent? wake = null;
            lock (Workqueue.Gate)
            {
                Work? work = FindDueLocked(now);
                if (work == null)
                {
                    isDone = true;
                    s_isRequested = false;
                    if (s_count > 0) program = RequestLocked(s_earliest);
                }
                else if (work == WorkerMonitor.ItemLocked)
                {
                    RemoveLocked(work);
                    WorkerMonitor.IsArmedLocked = false;
                    WorkerMonitor.IsLookDue = true;
                }
                else
                {
                    Workqueue home = work.Home!;
                    if (WorkqueueTrace.IsOn) WorkqueueTrace.ExpiresLocked(work, home, now);
                    wake = home.ExpireLocked(work, now);
                }
            }

            if (wake != null) Worker.Wake(wake);
            if (program) Program();
            if (isDone) return;
        }
    }

    // True: the caller programs the timer after it has left the lock. False: somebody does it already.
    private static bool RequestLocked(long due)
    {
        bool isFree = !IsProgrammingLocked;
        s_isRequested = true;
        s_requested = due;
        s_isChanged = true;
        IsProgrammingLocked = true;
        return isFree;
    }

    // The earliest item if it is due: it is in the first bucket then. Else null and the earliest deadline (where there is one).
    private static Work? FindDueLocked(long now)
    {
        while (true)
        {
            int lowest = 0;
            while (lowest < BucketCount && s_buckets[lowest] == null) lowest++;
            if (lowest == BucketCount) return null;

            Work first = s_buckets[lowest]!;
            if (lowest == 0) return first;
            long earliest = first.Stamp;
            for (Work work = first.Next!; work != first; work = work.Next!)
            {
                if (work.Stamp - earliest < 0) earliest = work.Stamp;
            }

            s_earliest = earliest;
            if (earliest - now > 0) return null;
            DealOutLocked(lowest, earliest);
        }
    }

    // Moves the base to the earliest deadline of the lowest bucket; all items of that bucket then belong into lower ones.
    // Without a call, for the reason that WorkList gives: half of it done, items would lie in wrong buckets.
    private static void DealOutLocked(int bucket, long earliest)
    {
        Work first = s_buckets[bucket]!;
        Work tail = first.Previous!;
        s_buckets[bucket] = null;
        s_base = earliest;
        Work work = first;
        while (true)
        {
            Work next = work.Next!;
            int lower = 0;
            if (work.Stamp - earliest > 0)
            {
                // As BucketOf; what lay in one bucket differs in its bit and below only.
                lower = 1;
                ulong bits = (ulong)(work.Stamp ^ earliest);
                if (bits >> 32 != 0) lower = BucketCount - 1;
                else while ((bits >>= 1) != 0) lower++;
            }

            Work? head = s_buckets[lower];
            if (head == null)
            {
                work.Next = work;
                work.Previous = work;
                s_buckets[lower] = work;
            }
            else
            {
                Work last = head.Previous!;
                work.Next = head;
                work.Previous = last;
                last.Next = work;
                head.Previous = work;
            }

            if (work == tail) return;
            work = next;
        }
    }

    // Differences, not comparisons: right across a wrap of the counter.
    private static int BucketOf(long due)
    {
        if (due - s_base <= 0) return 0;
        ulong bits = (ulong)(due ^ s_base);
        if (bits >> 32 != 0) return BucketCount - 1;
        int bucket = 1;
        for (int half = 16; half > 0; half >>= 1)
        {
            if (bits >> half == 0) continue;
            bucket += half;
            bits >>= half;
        }

        return bucket;
    }
}
