using System.Diagnostics;

namespace Hardware.Machine;

/// <summary>Steps of one kind (allocations, calls, lines of the log), numbered from 1, some of which a run makes fail.</summary>
/// <param name="core">The run.</param>
/// <param name="first">The first that fails; 0: none does.</param>
/// <param name="count">How many fail from that one on.</param>
internal sealed class FailingSteps(Core core, long first, long count)
{
    /// <summary>No step before it fails.</summary>
    internal long First { get; } = first <= 0 || count <= 0 ? long.MaxValue : first;

    /// <summary>The first that was made to fail.</summary>
    internal FailedStep? Failed { get; private set; }

    /// <summary>Whether a step fails, told when it is about to be done.</summary>
    internal bool Fails(long number)
    {
        if (number < First || number - First >= count) return false;
        Failed ??= new FailedStep(core.Now, core.Scheduler.Current.Name, Machine.Frames(new StackTrace(true)));
        return true;
    }
}
