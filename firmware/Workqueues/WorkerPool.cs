using System.Threading;

namespace Workqueues;

/// <summary>A queue's share of one processor: the items that wait there, and the workers that take them.</summary>
internal sealed class WorkerPool
{
    // Field rules: C constructor only   L with Workqueue.Gate held
    internal readonly Workqueue Queue; // C whose workers these are
    internal readonly AutoResetEvent Wake = new AutoResetEvent(false); // C wakes one worker; that one wakes the next
    private Work? _first; // L oldest waiting item
    internal int WorkerCount; // L 0 when the queue is destroyed
    private int _idleCount; // L workers that wait for Wake, or are about to

    internal WorkerPool(Workqueue queue, int workerCount)
    {
        Queue = queue;
        WorkerCount = workerCount;
    }

    /// <summary>Oldest waiting item: the start of a <see cref="WorkList"/>.</summary>
    internal Work? FirstLocked => _first;

    internal void AppendLocked(Work work) => WorkList.AppendLocked(ref _first, work);

    internal void RemoveLocked(Work work) => WorkList.RemoveLocked(ref _first, work);

    /// <summary>What to set so that an item that has just come is seen; null when every worker is busy and will look anyway.
    /// A signal too many is harmless, one too few is not: an idle worker counts itself before it waits.</summary>
    internal AutoResetEvent? WakeLocked() => _idleCount > 0 ? Wake : null;

    /// <summary>Takes the oldest item that may start, or returns null. One that still runs may not (it would run beside itself),
    /// and one of a frozen queue neither.</summary>
    internal Work? TakeLocked()
    {
        Work? work = NextLocked();
        if (work != null) RemoveLocked(work);
        return work;
    }

    /// <summary>The item that <see cref="TakeLocked"/> would take.</summary>
    internal Work? NextLocked()
    {
        Work? work = _first;
        if (work == null) return null;
        do
        {
            if (!work.IsRunningLocked && !work.Home!.IsFrozenLocked) return work;
            work = work.Next!;
        }
        while (work != _first);

        return null;
    }

    internal void BecameIdleLocked() => _idleCount++;

    internal void BecameBusyLocked() => _idleCount--;

    /// <summary>True when an item of the queue waits here.</summary>
    internal bool HoldsLocked(Workqueue queue)
    {
        Work? work = _first;
        if (work == null) return false;
        do
        {
            if (work.Home == queue) return true;
            work = work.Next!;
        }
        while (work != _first);

        return false;
    }
}
