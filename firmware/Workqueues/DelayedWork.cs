using System;

namespace Workqueues;

/// <summary>A work item with a timer: it can be queued after a delay. A delay is a minimum in milliseconds on
/// <see cref="Jiffies.Now"/>.</summary>
/// <remarks>
/// <para>It needs no field more than <see cref="Work"/>: armed and queued exclude each other, so they share links and stamp, and
/// one hardware timer serves all items.</para>
/// <para>Linux: <c>struct delayed_work</c>; Zephyr: <c>struct k_work_delayable</c>.</para>
/// </remarks>
public class DelayedWork : Work
{
    /// <inheritdoc cref="Work(WorkHandler)"/>
    /// <remarks><b>Context:</b> all; allocates. Linux: <c>INIT_DELAYED_WORK</c>, <c>DECLARE_DELAYED_WORK</c>.</remarks>
    public DelayedWork(WorkHandler handler)
        : base(handler)
    {
    }

    /// <inheritdoc cref="Work(WorkHandler, string)"/>
    /// <remarks><b>Context:</b> all; allocates. Linux: <c>INIT_DELAYED_WORK</c>, <c>DECLARE_DELAYED_WORK</c>.</remarks>
    public DelayedWork(WorkHandler handler, string? name)
        : base(handler, name)
    {
    }

    /// <summary>Milliseconds until its timer expires; 0 when no timer is armed. A snapshot.</summary>
    /// <remarks><b>Context:</b> all. <b>Cost:</b> O(1), no allocation. Zephyr:
    /// <c>k_work_delayable_remaining_get()</c>.</remarks>
    public int RemainingMilliseconds
    {
        get
        {
            long now = Jiffies.Now;
            lock (Workqueue.Gate)
            {
                if (!IsDelayedLocked) return 0;
                long remaining = Stamp - now;
                return remaining <= 0 ? 0 : remaining > int.MaxValue ? int.MaxValue : (int)remaining;
            }
        }
    }

    /// <summary>Queues it on the shared queue after a delay.</summary>
    /// <param name="delayMilliseconds">At least this long; 0 queues it at once.</param>
    /// <returns>As <see cref="Workqueue.QueueDelayed"/>.</returns>
    /// <remarks><b>Context:</b> all, once <see cref="Workqueue.System"/> has been touched. <b>Cost:</b> O(1), no allocation.
    /// Linux: <c>schedule_delayed_work()</c>.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">The delay is negative.</exception>
    public bool Schedule(int delayMilliseconds) => Workqueue.System.QueueDelayed(this, delayMilliseconds);

    /// <summary>Queues it on the shared queue, on one processor, after a delay.</summary>
    /// <param name="processor">0…<see cref="Processor.Count"/>-1.</param>
    /// <param name="delayMilliseconds">At least this long; 0 queues it at once.</param>
    /// <returns>As <see cref="Workqueue.QueueDelayed"/>.</returns>
    /// <remarks><b>Context:</b> all, once <see cref="Workqueue.System"/> has been touched. <b>Cost:</b> O(1), no allocation.
    /// Linux: <c>schedule_delayed_work_on()</c>.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">The delay is negative, or there is no such processor.</exception>
    public bool ScheduleOn(int processor, int delayMilliseconds) =>
        Workqueue.System.QueueDelayedOn(processor, this, delayMilliseconds);
}
