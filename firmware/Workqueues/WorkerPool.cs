using System.Threading;

namespace Workqueues;

/// <summary>A queue's share of one processor: the items that wait there, and the workers that take them.</summary>
internal sealed class WorkerPool
{
    // Field rules: C constructor only   L with Workqueue.Gate held
    internal readonly Workqueue Queue; // C whose workers these are
    internal readonly AutoResetEvent Wake = new AutoResetEvent(false); // C wakes one worker; that one wakes the next
    internal Work? FirstLocked; // L oldest waiting item: the start of a WorkList
    internal int WorkerCount; // L 0 when the queue is destroyed

    // L workers that wait for Wake, or are about to: 0 means that nobody has to be woken for an item that comes, every worker
    // will look anyway. A signal too many is harmless, one too few is not: a worker counts itself before it waits.
    internal int IdleCountLocked;

    internal WorkerPool(Workqueue queue, int workerCount)
    {
        Queue = queue;
        WorkerCount = workerCount;
    }

    /// <summary>The oldest item that may start, behind a given one; null: none. One that still runs may not (it would run beside
    /// itself), and one of a frozen queue neither.</summary>
    /// <param name="previous">Where to begin; null: with the oldest.</param>
    internal Work? NextLocked(Work? previous)
    {
        Work? first = FirstLocked;
        Work? work = previous == null ? first : previous.Next == first ? null : previous.Next;
        while (work != null)
        {
            if ((work.Bits & (int)WorkStates.Running) == 0 && !work.Home!.IsFrozenLocked) return work;
            work = work.Next == first ? null : work.Next;
        }

        return null;
    }

    /// <summary>True when an item of the queue waits here.</summary>
    internal bool HoldsLocked(Workqueue queue)
    {
        Work? work = FirstLocked;
        if (work == null) return false;
        do
        {
            if (work.Home == queue) return true;
            work = work.Next!;
        }
        while (work != FirstLocked);

        return false;
    }
}
