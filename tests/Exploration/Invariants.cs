using System.Numerics;
using Workqueues;

namespace Exploration;

/// <summary>What must hold whenever the library's lock is free: a walk over its lists and counters.</summary>
/// <param name="readers">Of the fields in <see cref="PrivateFields"/>, in that order.</param>
internal sealed class Invariants(Delegate[] readers)
{
    /// <summary>Whose private fields it looks at.</summary>
    internal const string PrivateFieldsOf = "Workqueues.DeadlineList";

    /// <summary>Which. The explorer makes readers of them, once for many runs.</summary>
    internal static readonly string[] PrivateFields =
        ["s_buckets", "s_base", "s_count", "s_isRequested", "s_requested", "s_isChanged"];

    private const int BucketCount = 34;
    private const int ItemLimit = 64;

    private readonly Work?[] _buckets = ((Func<Work?[]>)readers[0])();
    private readonly Func<long> _base = (Func<long>)readers[1];
    private readonly Func<int> _count = (Func<int>)readers[2];
    private readonly Func<bool> _isRequested = (Func<bool>)readers[3];
    private readonly Func<long> _requested = (Func<long>)readers[4];
    private readonly Func<bool> _isChanged = (Func<bool>)readers[5];

    /// <summary>Walks over everything.</summary>
    /// <returns>What is wrong; null: nothing.</returns>
    internal string? FindBroken(IReadOnlyList<Workqueue> queues, IReadOnlyList<Item> items) =>
        FindBrokenDeadline(items) ?? FindBrokenQueue(queues, items) ?? FindBrokenItem(items) ?? FindBrokenWaiter();

    /// <summary>An armed item that should have been queued already when the timer fires for <paramref name="due"/>; null: none.
    /// While a thread is on its way to the timer, there may be one.</summary>
    internal string? FindOversleptDeadline(long due)
    {
        if (DeadlineList.IsProgrammingLocked) return null;
        foreach (Work? first in _buckets)
        {
            for (Work? work = first; work != null; work = work.Next == first ? null : work.Next)
            {
                if (work.Stamp >= due) continue;
                return $"the timer fires at {due}, but {work.Name} was due at {work.Stamp}: a lost deadline";
            }
        }

        return null;
    }

    /// <summary>Callers that wait in a queue's Flush.</summary>
    internal static int CountFlushes(Workqueue queue)
    {
        int count = 0;
        for (Waiter? waiter = queue.WaitersLocked; waiter != null; waiter = waiter.Next)
        {
            if (waiter.Kind == Waiter.Flush) count++;
        }

        return count;
    }

    /// <summary>Callers that wait for an item.</summary>
    internal static int CountItemWaiters()
    {
        int count = 0;
        for (Waiter? waiter = Waiter.ItemsLocked; waiter != null; waiter = waiter.Next) count++;
        return count;
    }

    private string? FindBrokenDeadline(IReadOnlyList<Item> items)
    {
        int count = 0;
        int monitorCount = 0; // the monitor of long runs has a deadline too, but is no item of a queue
        long earliest = long.MaxValue;
        for (int i = 0; i < _buckets.Length; i++)
        {
            string? broken = Walk(_buckets[i], "bucket", out int length);
            if (broken != null) return broken;
            count += length;
            for (Work? work = _buckets[i]; work != null; work = work.Next == _buckets[i] ? null : work.Next)
            {
                if (work == WorkerMonitor.ItemLocked) monitorCount++;
                else if (!work.IsDelayedLocked) return $"{work.Name} lies in a bucket of deadlines, but is not armed";
                if (BucketOf(work.Stamp) != i) return $"{work.Name}, due at {work.Stamp}, lies in bucket {i}";
                earliest = Math.Min(earliest, work.Stamp);
            }
        }

        if (count != _count()) return $"{count} items are armed, counted are {_count()}";
        if (monitorCount > 1) return "the monitor lies in the buckets twice";
        if (WorkerMonitor.IsArmedLocked != (monitorCount == 1)) return "the monitor says it is armed and is not, or the reverse";
        count -= monitorCount;
        if (count != Count(items, WorkStates.Delayed)) return $"{count} items lie in the buckets, other ones say they are armed";
        count += monitorCount;
        if (count > 0 && !_isRequested()) return "an item is armed and no expiry is requested: a lost deadline";
        if (count > 0 && _requested() > earliest) return $"an item is due at {earliest}, the request is for {_requested()}";
        if (_isChanged() && !DeadlineList.IsProgrammingLocked) return "a request is to be programmed and nobody does it";
        return null;
    }

    private static string? FindBrokenQueue(IReadOnlyList<Workqueue> queues, IReadOnlyList<Item> items)
    {
        int queuedCount = 0;
        WorkerPool? previous = null;
        for (Worker? worker = Worker.FirstLocked; worker != null; worker = worker.NextLocked)
        {
            WorkerPool pool = worker.Pool;
            if (pool == previous) continue;
            previous = pool;
            string? broken = Walk(pool.FirstLocked, "pool", out int length);
            if (broken != null) return broken;
            queuedCount += length;
            for (Work? work = pool.FirstLocked; work != null; work = work.Next == pool.FirstLocked ? null : work.Next)
            {
                if (!work.IsQueuedLocked || work.IsDelayedLocked) return $"{work.Name} lies in a pool, but is not queued";
                if (work.Pool != pool) return $"{work.Name} lies in another pool than it says";
                if (pool.WorkerCount == 0) return $"{work.Name} lies in a pool that has no workers any more";
            }

            int idle = 0;
            for (Worker? other = Worker.FirstLocked; other != null; other = other.NextLocked)
            {
                if (other.Pool == pool && other.Watch == Worker.Idle) idle++;
            }

            if (pool.WorkerCount == 0 || idle == pool.IdleCountLocked) continue;
            return $"{idle} workers are idle, counted are {pool.IdleCountLocked}";
        }

        if (queuedCount != Count(items, WorkStates.Queued)) return $"{queuedCount} items lie in pools, other ones say they do";

        foreach (Workqueue queue in queues)
        {
            int waiting = 0;
            int armed = 0;
            foreach (Item item in items)
            {
                if (item.Work.Home != queue) continue;
                if (item.Work.IsQueuedLocked) waiting++;
                if (item.Work.IsDelayedLocked) armed++;
            }

            int running = 0;
            for (Worker? worker = Worker.FirstLocked; worker != null; worker = worker.NextLocked)
            {
                if (worker.CurrentHomeLocked == queue) running++;
            }

            if (waiting != queue.WaitingLocked) return $"{queue.Name}: {waiting} items wait, counted are {queue.WaitingLocked}";
            if (armed != queue.ArmedLocked) return $"{queue.Name}: {armed} items are armed, counted are {queue.ArmedLocked}";
            if (running != queue.RunningLocked) return $"{queue.Name}: {running} items run, counted are {queue.RunningLocked}";

            WorkqueueStatistics counters = queue.GetStatistics();
            if (counters.Queued != counters.Executed + counters.Canceled + waiting + armed + running)
            {
                return $"{queue.Name}: Queued {counters.Queued} is not Executed {counters.Executed} + "
                    + $"Canceled {counters.Canceled} + pending {waiting + armed} + running {running}";
            }
        }

        return null;
    }

    private static string? FindBrokenItem(IReadOnlyList<Item> items)
    {
        foreach (Item item in items)
        {
            Work work = item.Work;
            if (work.IsDelayedLocked && work.IsQueuedLocked) return $"{work.Name} is armed and queued at once";
            if (work.IsPendingLocked != (work.Home != null)) return $"{work.Name} is pending without a queue, or the reverse";
            int runners = 0;
            for (Worker? worker = Worker.FirstLocked; worker != null; worker = worker.NextLocked)
            {
                if (worker.CurrentLocked == work) runners++;
            }

            if (runners > 1) return $"{work.Name} runs beside itself";
            if (work.IsRunningLocked != (runners == 1)) return $"{work.Name} says it runs and no worker does it, or the reverse";
        }

        return null;
    }

    private static string? FindBrokenWaiter()
    {
        for (Waiter? waiter = Waiter.ItemsLocked; waiter != null; waiter = waiter.Next)
        {
            Work work = waiter.Item!;
            string caller = "a caller waits for " + work.Name;
            if (waiter.Kind == Waiter.Start && !work.IsQueuedLocked) return caller + ", which is not queued";
            if (waiter.Kind == Waiter.End && !work.IsRunningLocked) return caller + ", which does not run";
            if (waiter.Kind == Waiter.Cancel && !work.IsBarredLocked) return $"{work.Name} is being cancelled and may be queued";
        }

        return null;
    }

    // Every link has its counterpart, and the list comes round.
    private static string? Walk(Work? first, string list, out int length)
    {
        length = 0;
        Work? work = first;
        while (work != null)
        {
            if (work.Next?.Previous != work) return $"the links around {work.Name} in a {list} do not fit";
            if (++length == ItemLimit) return $"a {list} does not come round";
            work = work.Next == first ? null : work.Next;
        }

        return null;
    }

    private static int Count(IReadOnlyList<Item> items, WorkStates state)
    {
        int count = 0;
        foreach (Item item in items)
        {
            if ((item.Work.Bits & (int)state) != 0) count++;
        }

        return count;
    }

    // As the comment at DeadlineList.BucketCount says it.
    private int BucketOf(long due)
    {
        if (due <= _base()) return 0;
        int bit = BitOperations.Log2((ulong)(due ^ _base()));
        return bit > 31 ? BucketCount - 1 : bit + 1;
    }
}
