namespace Workqueues;

/// <summary>A snapshot of a queue's counters since it was made, from <see cref="Workqueue.GetStatistics"/>.</summary>
/// <remarks>Always: <c>Queued = Executed + Canceled + pending items + running items</c>. Linux: <c>wq_monitor.py</c>.</remarks>
public class WorkqueueStatistics
{
    /// <summary>Items that became pending here: by a queueing call that returned true, by <see cref="Workqueue.ModifyDelayed"/>
    /// of an idle item, or by <see cref="Workqueue.ModifyDelayed"/> from another queue.</summary>
    public int Queued { get; internal set; }

    /// <summary>Runs that ended, faulted ones included.</summary>
    public int Executed { get; internal set; }

    /// <summary>Queueings that returned false because the item was pending already.</summary>
    public int Coalesced { get; internal set; }

    /// <summary>Queueings that returned false because the queue drained or was destroyed.</summary>
    public int Refused { get; internal set; }

    /// <summary>Runs whose handler threw.</summary>
    public int Faulted { get; internal set; }

    /// <summary>Pending items that were taken off: cancelled, disabled, still armed at destroy, or moved to another
    /// queue.</summary>
    public int Canceled { get; internal set; }

    /// <summary>The most items that ever waited to start at one time; armed and running ones do not count.</summary>
    public int MaxDepth { get; internal set; }

    /// <summary>The longest time from joining the queue (delayed work: from expiry) to the handler's start, in microseconds;
    /// its resolution is that of <see cref="Jiffies.Now"/>.</summary>
    public long MaxLatencyMicroseconds { get; internal set; }

    /// <summary>Time spent inside handlers, in microseconds; its resolution is that of <see cref="Jiffies.Now"/>.</summary>
    public long BusyMicroseconds { get; internal set; }
}
