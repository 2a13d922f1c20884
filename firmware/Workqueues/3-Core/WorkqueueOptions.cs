using System.Threading;

namespace Workqueues;

/// <summary>How a <see cref="Workqueue"/> is made. Its values are read and checked by the queue's constructor.</summary>
/// <remarks>Linux: the flags and <c>max_active</c> of <c>alloc_workqueue()</c>.</remarks>
public class WorkqueueOptions
{
    /// <summary>Priority of the queue's worker threads. It shares the CPU by weight; it does not preempt on this
    /// platform.</summary>
    public ThreadPriority Priority { get; set; } = ThreadPriority.Normal;

    /// <summary>Workers on each processor, 1 or more. With more than one, items of a queue may run side by side and finish in
    /// any order. Each costs a thread, which is most of a queue's
    /// memory.</summary>
    public int WorkersPerProcessor { get; set; } = 1;

    /// <summary>After how many milliseconds a worker that is stuck in one handler is reported; 0: never.</summary>
    public int WatchdogMilliseconds { get; set; }
}
