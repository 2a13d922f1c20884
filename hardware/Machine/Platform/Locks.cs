using System;

namespace Hardware.Machine.Platform;

/// <summary>Locks.</summary>
[Replaces("System.Threading.Monitor")]
public static class Monitor
{
    /// <summary>Takes the lock of an object, or waits for it.</summary>
    public static void Enter(object? target)
    {
        ArgumentNullException.ThrowIfNull(target);
        Core core = Core.Current;
        core.EnterNative(Places.Lock);
        core.Locks.Enter(target);
    }

    /// <summary>What the compiler calls on a PC.</summary>
    public static void Enter(object? target, ref bool taken)
    {
        Enter(target);
        taken = true;
    }

    /// <summary>Gives it up.</summary>
    public static void Exit(object? target)
    {
        ArgumentNullException.ThrowIfNull(target);
        Core core = Core.Current;
        core.ThrowIfStopping();
        core.Spend(core.Profile.NativeCallNanoseconds);
        if (!core.Locks.TryExit(target)) throw new Exception();
        core.Point(Places.Behind);
    }
}

/// <summary>Operations that no other thread can come between.</summary>
[Replaces("System.Threading.Interlocked")]
public static class Interlocked
{
    /// <summary>Adds 1.</summary>
    public static int Increment(ref int location)
    {
        Core.Current.EnterNative(Places.Interlocked);
        return ++location;
    }

    /// <summary>Takes 1 away.</summary>
    public static int Decrement(ref int location)
    {
        Core.Current.EnterNative(Places.Interlocked);
        return --location;
    }

    /// <summary>Writes, and tells what was there.</summary>
    public static int Exchange(ref int location, int value)
    {
        Core.Current.EnterNative(Places.Interlocked);
        int before = location;
        location = value;
        return before;
    }

    /// <summary>Writes if there is what was expected, and tells what was there.</summary>
    public static int CompareExchange(ref int location, int value, int comparand)
    {
        Core.Current.EnterNative(Places.Interlocked);
        int before = location;
        if (before == comparand) location = value;
        return before;
    }

    /// <summary>What the compiler calls in an event on a PC; on a board it takes a lock there.</summary>
    public static T CompareExchange<T>(ref T location, T value, T comparand)
        where T : class?
    {
        T before = location;
        if (ReferenceEquals(before, comparand)) location = value;
        return before;
    }
}
