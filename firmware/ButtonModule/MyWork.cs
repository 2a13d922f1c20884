using Workqueues;

namespace ButtonModule;

/// <summary>The module's own kind of work item: the base class and two values that the top half fills in.</summary>
/// <remarks>Linux:
/// <c>struct my_work_struct { struct work_struct work; int my_irq_counter; unsigned long my_jiffies; }</c>.</remarks>
public sealed class MyWork : Work
{
    /// <summary>Number of the interrupt.</summary>
    public int IrqCounter;

    /// <summary>When its handler ran.</summary>
    public long Jiffies;

    /// <summary>True from the top half to the end of the bottom half.</summary>
    public bool IsRented;

    /// <summary>Makes an item of the pool.</summary>
    public MyWork(WorkHandler handler)
        : base(handler, "my_work")
    {
    }
}
