using Workqueues;

namespace Exploration;

/// <summary>What must hold whenever the library's lock is free: a walk over its lists and counters.</summary>
/// <param name="readers">Of the fields in <see cref="PrivateFields"/>, in that order.</param>
internal sealed class Invariants(Delegate[] readers)
{
    /// <summary>Whose private fields it looks at.</summary>
    internal const string PrivateFieldsOf = "Workqueues.Deadlines";

    /// <summary>Which. The explorer makes readers of them, once for many runs.</summary>
    internal static readonly string[] PrivateFields =
        ["s_top", "s_isRequested", "s_requested", "s_isChanged"];

    private const int ItemLimit = 64;

    private readonly Func<WorkLink?> _top = (Func<WorkLink?>)readers[0];
    private readonly Func<bool> _isRequested = (Func<bool>)readers[1];
    private readonly Func<long> _requested = (Func<long>)readers[2];
    private readonly Func<bool> _isChanged = (Func<bool>)readers[3];

    /// <summary>Walks over everything.</summary>
    /// <returns>What is wrong; null: nothing.</returns>
    internal string? FindBroken(IReadOnlyList<Workqueue> queues, IReadOnlyList<Item> items) =>
        FindBrokenDeadline(items) ?? FindBrokenQueue(queues, items) ?? FindBrokenItem(items) ?? FindBrokenWaiter();

    /// <summary>An armed item that should have been queued already when the timer fires for <paramref name="due"/>; null: none.
    /// While a thread is on its way to the timer, there may be one.</summary>
    internal string? FindOversleptDeadline(long due)
    {
        if (Deadlines.IsProgramming) return null;
        WorkLink? first = Deadlines.FirstLocked;
        if (first is not Work work || Deadlines.RemainingLocked(work, due) >= 0) return null;
        long late = -Deadlines.RemainingLocked(work, due);
        return $"the timer fires at {due}, but {work.Name} was due {late} ms before: a lost deadline";
    }

    /// <summary>Callers that wait in a queue's Flush.</summary>
    internal static int CountFlushes(Workqueue queue)
    {
        int count = 0;
        for (Waiter? waiter = queue.WaitersLocked; waiter != null; waiter = waiter.Next)
        {
            if (waiter.Kind == WaiterKind.Flush) count++;
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
        string? broken = WalkTree(_top(), null, out int count);
        if (broken != null) return broken;
        int passed = 0;
        int monitorCount = 0; // the monitor of long runs has a deadline too, but is no item of a queue
        WorkLink? before = null;
        for (WorkLink? link = Deadlines.FirstLocked; link != null; link = Deadlines.AfterLocked(link))
        {
            if (before != null && before.Stamp - link.Stamp >= 0) return "the deadlines are not in order";
            before = link;
            passed++;
            if (link is not Work work) monitorCount++;
            else if (!work.IsDelayedLocked) return $"{work.Name} lies among the deadlines, but is not armed";
        }

        if (count != passed) return $"{count} deadlines are in the tree, {passed} on the way from the earliest";
        if (monitorCount > 1) return "the monitor lies among the deadlines twice";
        if (WorkerMonitor.IsArmedLocked != (monitorCount == 1)) return "the monitor says it is armed and is not, or the reverse";
        count -= monitorCount;
        if (count != Count(items, WorkStates.Delayed)) return $"{count} items have deadlines, other ones say they are armed";
        long earliest = Deadlines.FirstLocked == null ? 0 : Deadlines.RemainingLocked(Deadlines.FirstLocked, 0);
        count += monitorCount;
        if (count > 0 && !_isRequested()) return "an item is armed and no expiry is requested: a lost deadline";
        if (count > 0 && _requested() > earliest) return $"an item is due at {earliest}, the request is for {_requested()}";
        if (_isChanged() && !Deadlines.IsProgramming) return "a request is to be programmed and nobody does it";
        return null;
    }

    private static string? FindBrokenQueue(IReadOnlyList<Workqueue> queues, IReadOnlyList<Item> items)
    {
        int queuedCount = 0;
        for (WorkerPool? pool = WorkerPool.FirstLocked; pool != null; pool = pool.NextPool)
        {
            string? broken = Walk(pool, out int length);
            if (broken != null) return broken;
            queuedCount += length;
            for (WorkLink? link = pool.Next; link != pool; link = link!.Next)
            {
                Work work = (Work)link!;
                if (!work.IsQueuedLocked || work.IsDelayedLocked) return $"{work.Name} lies in a pool, but is not queued";
                if (pool.WorkerCount == 0) return $"{work.Name} lies in a pool that has no workers any more";
            }
        }

        if (queuedCount != Count(items, WorkStates.Queued)) return $"{queuedCount} items lie in pools, other ones say they do";

        foreach (Workqueue queue in queues)
        {
            int waiting = 0;
            int armed = 0;
            foreach (Item item in items)
            {
                if (item.Work.Home != queue || !item.Work.IsPendingLocked) continue;
                if (item.Work.IsQueuedLocked) waiting++;
                if (item.Work.IsDelayedLocked) armed++;
            }

            int running = 0;
            for (Worker? worker = Worker.FirstLocked; worker != null; worker = worker.NextLocked)
            {
                if (worker.CurrentLocked != null && worker.CurrentHomeLocked == queue) running++;
            }

            if (waiting != queue.WaitingLocked) return $"{queue.Name}: {waiting} items wait, counted are {queue.WaitingLocked}";
            if (armed != queue.ArmedLocked) return $"{queue.Name}: {armed} items are armed, counted are {queue.ArmedLocked}";
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
            if (work.IsPendingLocked && work.Home == null) return $"{work.Name} is pending without a queue";
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
            Work work = (Work)waiter.Item!;
            string caller = "a caller waits for " + work.Name;
            if (waiter.Kind == WaiterKind.Start && !work.IsQueuedLocked) return caller + ", which is not queued";
            if (waiter.Kind == WaiterKind.End && !work.IsRunningLocked) return caller + ", which does not run";
            if (waiter.Kind != WaiterKind.Cancel || (work.Bits & Work.Barred) != 0) continue;
            return $"{work.Name} is being cancelled and may be queued";
        }

        return null;
    }

    // Every link has its counterpart, and the ring comes round.
    private static string? Walk(WorkerPool pool, out int length)
    {
        length = 0;
        WorkLink link = pool;
        do
        {
            if (link.Next?.Previous != link) return $"the links around {link} in a pool do not fit";
            if (++length > ItemLimit) return "a pool does not come round";
            link = link.Next;
        }
        while (link != pool);

        length--;
        return null;
    }

    // Each side knows whose side it is.
    private static string? WalkTree(WorkLink? link, WorkLink? above, out int length)
    {
        length = 0;
        if (link == null) return null;
        if (link.Above != above) return $"{link} does not know what it is under in the tree of deadlines";
        string? broken = WalkTree(link.Next, link, out int before);
        int after = 0;
        broken ??= WalkTree(link.Previous, link, out after);
        length = before + 1 + after;
        return length > ItemLimit ? "the tree of deadlines does not end" : broken;
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
}
