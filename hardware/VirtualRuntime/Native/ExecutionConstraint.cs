namespace nanoFramework.Runtime.Native;

/// <summary>Thrown on a board when a thread exceeds its <see cref="ExecutionConstraint"/>; never thrown here.</summary>
public class ConstraintException : Exception
{
}

/// <summary>A time limit for the calling thread. The virtual board accepts it and does not enforce it.</summary>
public static class ExecutionConstraint
{
    /// <summary>Does nothing here; on a board the thread gets a <see cref="ConstraintException"/> after the time.</summary>
    /// <param name="timeoutMilliseconds">The limit; -1 removes it.</param>
    /// <param name="priority">The priority of the limited part.</param>
    /// <exception cref="ArgumentOutOfRangeException">The limit is below -1.</exception>
    public static void Install(int timeoutMilliseconds, int priority)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(timeoutMilliseconds, -1);
        _ = priority;
    }
}
