namespace Workqueues;

/// <summary>A snapshot of a queue's counters since it was made, from <see cref="Workqueue.GetStatistics"/>.</summary>
/// <remarks>Always: <c>Queued = Executed + Canceled + pending items + running items</c>. Linux: <c>wq_monitor.py</c>.</remarks>
public class WorkqueueStatistics
{
    // Field rules: W of who makes the snapshot. No setters: nine take 450 bytes of flash.
    internal int QueuedCount; // W
    internal int ExecutedCount; // W
    internal int CoalescedCount; // W
    internal int RefusedCount; // W
    internal int FaultedCount; // W
    internal int CanceledCount; // W
    internal int MaxDepthSeen; // W
    internal long MaxLatencyMicrosecondsSeen; // W
    internal long BusyMicrosecondsSeen; // W

    /// <summary>Items that became pending here: by a queueing call that returned true, by <see cref="Workqueue.ModifyDelayed"/>
    /// of an idle item, or by <see cref="Workqueue.ModifyDelayed"/> from another queue.</summary>
    public int Queued => QueuedCount;

    /// <summary>Runs that ended, faulted ones included.</summary>
    public int Executed => ExecutedCount;

    /// <summary>Queueings that returned false because the item was pending already.</summary>
    public int Coalesced => CoalescedCount;

    /// <summary>Queueings that returned false because the queue drained or was destroyed.</summary>
    public int Refused => RefusedCount;

    /// <summary>Runs whose handler threw.</summary>
    public int Faulted => FaultedCount;

    /// <summary>Pending items that were taken off: cancelled, disabled, still armed at destroy, or moved to another
    /// queue.</summary>
    public int Canceled => CanceledCount;

    /// <summary>The most items that ever waited to start at one time; armed and running ones do not count.</summary>
    public int MaxDepth => MaxDepthSeen;

    /// <summary>The longest time from joining the queue (delayed work: from expiry) to the handler's start, in microseconds;
    /// its resolution is that of <see cref="Jiffies.Now"/>.</summary>
    public long MaxLatencyMicroseconds => MaxLatencyMicrosecondsSeen;

    /// <summary>Time spent inside handlers, in microseconds; its resolution is that of <see cref="Jiffies.Now"/>.</summary>
    public long BusyMicroseconds => BusyMicrosecondsSeen;
}
