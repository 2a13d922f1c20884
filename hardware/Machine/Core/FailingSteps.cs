using System.Diagnostics;

namespace Hardware.Machine;

/// <summary>Steps of one kind (allocations, calls, lines of the log), numbered from 1, some of which a run makes fail.</summary>
/// <param name="core">The run.</param>
/// <param name="first">The first that fails; 0: none does.</param>
/// <param name="count">How many fail from that one on.</param>
internal sealed class FailingSteps(Core core, long first, long count)
{
    private long _count = count;
    private long _next = first <= 0 ? long.MaxValue : first; // after a pause, the number that it would have without one is less
    private long _pausedAt = -1;

    /// <summary>No step before it fails.</summary>
    internal long First => _pausedAt < 0 ? _next : long.MaxValue;

    /// <summary>The first that was made to fail.</summary>
    internal FailedStep? Failed { get; private set; }

    /// <summary>How many were.</summary>
    internal long Times { get; private set; }

    /// <summary>From a step on so many fail, whatever was said before.</summary>
    internal void Set(long from, long count)
    {
        _next = from;
        _count = count;
    }

    /// <summary>Whether a step fails, told when it is about to be done.</summary>
    /// <param name="number">Which one.</param>
    /// <param name="what">What it is.</param>
    internal bool Fails(long number, string what)
    {
        if (number < First || number - _next >= _count) return false;
        Times++;
        Failed ??= new FailedStep(core.Now, core.Scheduler.Current.Name, Machine.Frames(new StackTrace(true)), what);
        return true;
    }

    /// <summary>Until <see cref="Resume"/> nothing fails, and no step has a number. What would still have failed does not fail
    /// later.</summary>
    /// <param name="number">Steps so far.</param>
    internal void Pause(long number)
    {
        if (_pausedAt >= 0) return;
        _pausedAt = number;
        if (number >= _next) _next = long.MaxValue;
    }

    /// <summary>Ends the pause.</summary>
    internal void Resume(long number)
    {
        if (_pausedAt < 0) return;
        if (_next != long.MaxValue) _next += number - _pausedAt;
        _pausedAt = -1;
    }
}
