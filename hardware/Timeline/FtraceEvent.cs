namespace Hardware.Timeline;

/// <summary>What happened.</summary>
public enum FtraceEventKind
{
    /// <summary><c>irq_handler_entry</c>: a top half begins.</summary>
    IrqEntry,

    /// <summary><c>irq_handler_exit</c>: it has ended.</summary>
    IrqExit,

    /// <summary><c>workqueue_queue_work</c>: an item joins a queue.</summary>
    QueueWork,

    /// <summary><c>workqueue_activate_work</c>: a worker may take it.</summary>
    ActivateWork,

    /// <summary><c>workqueue_execute_start</c>: its handler begins.</summary>
    ExecuteStart,

    /// <summary><c>workqueue_execute_end</c>: its handler has ended.</summary>
    ExecuteEnd,

    /// <summary><c>timer_start</c>: a delay begins, or begins anew.</summary>
    TimerStart,

    /// <summary><c>timer_expire_entry</c>: it has passed.</summary>
    TimerExpire,

    /// <summary><c>timer_cancel</c>: it was called off.</summary>
    TimerCancel,

    /// <summary>Anything else that has a kernel's columns: an event of another name, a call, a stack trace.</summary>
    Other,
}

/// <summary>One line of a trace.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Microseconds">When, by the trace's clock: on a board, since it started.</param>
/// <param name="Comm">Name of the thread; a worker's is that of its queue, a slash and a number.</param>
/// <param name="Pid">Number of the thread.</param>
/// <param name="Processor">Where.</param>
/// <param name="Flags">The latency flags as they stand in the line; empty: it has none.</param>
/// <param name="Subject">Which item, timer or interrupt: a name that is the trace's own. Empty for
/// <see cref="FtraceEventKind.Other"/>.</param>
/// <param name="Name">The handler's name, the interrupt line's or the other event's; empty where the line has none.</param>
/// <param name="Queue">The queue that is joined; empty for all but <see cref="FtraceEventKind.QueueWork"/>.</param>
/// <param name="TimeoutJiffies">How long the delay is; 0 for all but <see cref="FtraceEventKind.TimerStart"/>. On a board a jiffy
/// is a millisecond; of a kernel the line does not say.</param>
/// <param name="Jiffies">The count of jiffies at that moment; null for all but the start and the expiry of a timer.</param>
public sealed record FtraceEvent(
    FtraceEventKind Kind,
    long Microseconds,
    string Comm,
    int Pid,
    int Processor,
    string Flags,
    string Subject,
    string Name = "",
    string Queue = "",
    long TimeoutJiffies = 0,
    long? Jiffies = null);
