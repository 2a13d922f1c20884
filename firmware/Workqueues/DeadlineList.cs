using System;
using System.Diagnostics;
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

    // Field rules: L with Workqueue.Gate held.
    private static readonly Work?[] s_buckets = new Work?[BucketCount]; // L
    private static long s_base; // L no armed item outside bucket 0 is due at it or before
    private static int s_count; // L armed items
    private static IHardwareTimer? s_timer; // L
    private static bool s_isRequested; // L an expiry is to come
    private static long s_requested; // L when it is to come: at the earliest deadline, or before it after a cancel
    private static bool s_isChanged; // L s_requested is not programmed yet
    private static bool s_isProgramming; // L a thread is in Program; it sees to every change

    /// <summary>True: a thread could not finish its part (the runtime had no memory for it, the timer's driver threw), and there
    /// may be a deadline that the timer does not know. A worker sees to it, because a worker may rest and try again.</summary>
    internal static bool IsLeft; // set without the lock: that may be what failed

#pragma warning disable CS0649 // without the symbol nothing counts
    internal static long Steps; // A test's counter: list operations and items looked at
#pragma warning restore CS0649

    /// <summary>Makes the default timer, unless there is one. Called by whoever makes a queue: later it would be too late to
    /// allocate.</summary>
    internal static void EnsureTimer()
    {
        lock (Workqueue.Gate)
        {
            if (s_timer != null) return;
        }

        SystemTimer timer = new SystemTimer();
        timer.Start(Expire);
        lock (Workqueue.Gate)
        {
            if (s_timer == null) s_timer = timer;
        }
    }

    /// <summary>Puts another timer in place, which has been given <see cref="Expire"/>; what is armed stays armed.</summary>
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

    /// <summary>Arms an item.</summary>
    /// <returns>True: the caller calls <see cref="Program"/> once it has left the lock.</returns>
    internal static bool AddLocked(Work work, long now, long due)
    {
        if (s_count++ == 0) s_base = now;
        work.Stamp = due;
        WorkList.AppendLocked(ref s_buckets[BucketOf(due)], work);
        CountStep();
        return (!s_isRequested || due - s_requested < 0) && RequestLocked(due);
    }

    /// <summary>Disarms an item. The timer is left as it is: one expiry without need costs less than programming it here, and a
    /// deadline that is moved at each edge of a bouncing button then never touches the hardware.</summary>
    internal static void RemoveLocked(Work work)
    {
        s_count--;
        WorkList.RemoveLocked(ref s_buckets[BucketOf(work.Stamp)], work);
        CountStep();
    }

    /// <summary>Takes one armed item of the queue off; null when there is none. O(armed items).</summary>
    internal static Work? RemoveOneLocked(Workqueue queue)
    {
        for (int i = 0; i < BucketCount; i++)
        {
            Work? first = s_buckets[i];
            if (first == null) continue;
            Work work = first;
            do
            {
                if (work.Home == queue)
                {
                    RemoveLocked(work);
                    return work;
                }

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

    /// <summary>The hardware timer's expiry (context T): queues every item whose deadline has passed, earliest first, and asks
    /// for the next expiry. It only queues: no handler runs here. Then, no longer in interrupt context, the monitor
    /// looks.</summary>
    internal static void Expire()
    {
        try
        {
            long now;
            bool isEntered = false;
            try
            {
                InterruptContext.Enter();
                isEntered = true;
                now = Jiffies.Now;
                QueueDue(now);
            }
            finally
            {
                if (isEntered) InterruptContext.Exit();
            }

            if (WorkerMonitor.IsLookDue) WorkerMonitor.Look(now);
        }
        catch (Exception) when (!Interleaving.IsAborting)
        {
            IsLeft = true;
            Workqueue.WakeAll();
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
                Interleaving.Point("program");
                lock (Workqueue.Gate)
                {
                    if (!s_isChanged)
                    {
                        s_isProgramming = false;
                        return;
                    }

                    s_isChanged = false;
                    due = s_requested;
                    timer = s_timer!;
                }

                // A deadline that has passed meanwhile is asked for too: the expiry queues it.
                long delay = due - Jiffies.Now;
                timer.Arm(delay < 1 ? 1 : delay > int.MaxValue ? int.MaxValue : (int)delay);
            }
        }
        catch (Exception) when (!Interleaving.IsAborting)
        {
            s_isProgramming = false;
            IsLeft = true;
            Workqueue.WakeAll();
        }
    }

    /// <summary>Asks for an expiry now, where a thread failed to expire or to program. Called by a worker, before it
    /// waits.</summary>
    /// <returns>True: the timer is programmed. False: that failed again.</returns>
    internal static bool Resume()
    {
        Workqueue.Retries++;
        long now = Jiffies.Now;
        bool program;
        lock (Workqueue.Gate)
        {
            IsLeft = false;
            program = RequestLocked(now);
        }

        if (program) Program();
        return !IsLeft;
    }

    // In interrupt context.
    private static void QueueDue(long now)
    {
        while (true)
        {
            bool program = false;
            bool isDone = false;
            AutoResetEvent? wake = null;
            Interleaving.Point("expire");
            lock (Workqueue.Gate)
            {
                Work? work = TakeDueLocked(now, out long earliest);
                if (work == null)
                {
                    isDone = true;
                    s_isRequested = false;
                    if (s_count > 0) program = RequestLocked(earliest);
                }
                else if (work == WorkerMonitor.ItemLocked)
                {
                    WorkerMonitor.ExpiredLocked();
                }
                else
                {
                    Workqueue home = work.Home!;
                    wake = home.ExpiredLocked(work, now);
                    if (WorkqueueTrace.IsOn) WorkqueueTrace.ExpiredLocked(work, home, now);
                }
            }

            Worker.Wake(wake);
            if (program) Program();
            if (isDone) return;
        }
    }

    // True: the caller programs the timer after it has left the lock. False: somebody does it already.
    private static bool RequestLocked(long due)
    {
        s_isRequested = true;
        s_requested = due;
        s_isChanged = true;
        if (s_isProgramming) return false;
        s_isProgramming = true;
        return true;
    }

    // The earliest item if it is due, else null and the earliest deadline (where there is one).
    private static Work? TakeDueLocked(long now, out long earliest)
    {
        earliest = 0;
        while (true)
        {
            int lowest = 0;
            while (lowest < BucketCount && s_buckets[lowest] == null) lowest++;
            if (lowest == BucketCount) return null;

            Work first = s_buckets[lowest]!;
            if (lowest == 0)
            {
                RemoveLocked(first);
                return first;
            }

            earliest = first.Stamp;
            for (Work work = first.Next!; work != first; work = work.Next!)
            {
                CountStep();
                if (work.Stamp - earliest < 0) earliest = work.Stamp;
            }

            if (earliest - now > 0) return null;
            DealOutLocked(lowest, earliest);
        }
    }

    // Moves the base to the earliest deadline of the lowest bucket; all items of that bucket then belong into lower ones.
    private static void DealOutLocked(int bucket, long earliest)
    {
        Work first = s_buckets[bucket]!;
        Work last = first.Previous!;
        s_buckets[bucket] = null;
        s_base = earliest;
        Work work = first;
        while (true)
        {
            Work next = work.Next!;
            WorkList.AppendLocked(ref s_buckets[BucketOf(work.Stamp)], work);
            CountStep();
            if (work == last) return;
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

    [Conditional("WORKQUEUES_INTERLEAVING")]
    private static void CountStep() => Steps++;
}
