using System;

namespace Workqueues;

/// <summary>What a work item is doing at this moment; several flags may be set together, for instance a running item that is
/// queued again is <c>Queued | Running</c>.</summary>
/// <remarks>Linux: <c>work_busy()</c>; Zephyr: <c>k_work_busy_get()</c>.</remarks>
[Flags]
public enum WorkStates
{
    /// <summary>Neither pending nor running.</summary>
    Idle = 0,

    /// <summary>Its timer is armed.</summary>
    Delayed = 1,

    /// <summary>It waits on a queue for a worker.</summary>
    Queued = 2,

    /// <summary>A worker runs its handler.</summary>
    Running = 4,

    /// <summary>A <see cref="Work.CancelSync"/> waits for its handler; until then it cannot be queued.</summary>
    Canceling = 8,

    /// <summary>It was disabled more often than enabled; it cannot be queued.</summary>
    Disabled = 16,
}
