using VirtualRuntime;

namespace nanoFramework.Runtime.Native;

/// <summary>Thrown when a thread exceeds its <see cref="ExecutionConstraint"/>.</summary>
public class ConstraintException : Exception
{
}

/// <summary>A time limit for the calling thread.</summary>
public static class ExecutionConstraint
{
    /// <summary>The thread gets a <see cref="ConstraintException"/> after the time.</summary>
    /// <param name="timeoutMilliseconds">The limit; -1 removes it.</param>
    /// <param name="priority">The priority of the limited part.</param>
    /// <exception cref="ArgumentOutOfRangeException">The limit is below -1.</exception>
    public static void Install(int timeoutMilliseconds, int priority) => throw NoHardware.Here;
}
