using System;
using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace Hardware.Machine.Platform;

/// <summary>What the rewritten firmware calls: never called by hand.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class Account
{
    /// <summary>The method that is about to be charged.</summary>
    public static void In(int method) => Core.In(method);

    /// <summary>Instructions that are about to be executed.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Charge(int instructions, int nanoseconds) => Core.Charge(instructions, nanoseconds);

    /// <summary>The same before an access to what could change.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void ChargeAccess(int instructions, int nanoseconds) => Core.ChargeAccess(instructions, nanoseconds);

    /// <summary>The same in hosted code.</summary>
    public static void ChargeHostedAccess(int instructions, int nanoseconds) =>
        Core.ChargeHostedAccess(instructions, nanoseconds);

    /// <summary>The same, where the last of them is a call.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Call(int instructions, int nanoseconds, int called) => Core.Call(instructions, nanoseconds, called);

    /// <summary>Where hosted code uses what the machine does not have: the run is over.</summary>
    public static void Refuse(string members)
    {
        Core core = Core.Current;
        core.ThrowIfStopping();
        core.Refused ??= new UnknownMemberException(members.Split('\n'));
        core.Scheduler.Finish(RunEnd.NothingCanHappen);
    }

    /// <summary>Before a static constructor of hosted code: other threads must not see it half done.</summary>
    public static void BeginStatics() => Core.Current.Uninterrupted++;

    /// <summary>Behind it.</summary>
    public static void EndStatics() => Core.Current.Uninterrupted--;

    /// <summary>At the beginning of a method: .NET's stack must not overflow, that would end the process.</summary>
    public static void Enter()
    {
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack()) throw new OutOfMemoryException();
    }

    /// <summary>At the beginning of a method, with the address of a variable: from then on .NET's collector takes the variable
    /// for used until the method returns, as a board's does.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Keep(nuint variable) => _ = variable;

    /// <summary>Before an object is made.</summary>
    public static void New(int bytes) => Core.Current.Heap.Allocate(bytes);

    /// <summary>After it was made.</summary>
    public static void Made(object made, int bytes) => Core.Current.Heap.Track(made, bytes);

    /// <summary>Before an array is made.</summary>
    public static int NewArray(int length, int elementBytes)
    {
        if (length >= 0) Core.Current.Heap.Allocate(Heap.ArrayBytes(length, elementBytes));
        return length;
    }

    /// <summary>After it was made.</summary>
    public static void MadeArray(Array made, int elementBytes) =>
        Core.Current.Heap.Track(made, Heap.ArrayBytes(made.Length, elementBytes));

    /// <summary>A call that queues a work item begins.</summary>
    /// <param name="work">The item.</param>
    /// <param name="delay">After so many milliseconds, by the board's clock.</param>
    public static void QueueBegins(object? work, long delay)
    {
        Core core = Core.Current;
        if (core.Meter == null || work == null) return;
        core.Meter.QueueBegins(work, delay <= 0 ? 0 : core.SteppedClock + delay * 1_000_000);
    }

    /// <summary>The same, for a moment of the board's clock.</summary>
    public static void QueueBeginsAt(object? work, long milliseconds) =>
        QueueBegins(work, milliseconds - Core.Current.SteppedClock / 1_000_000);

    /// <summary>It returns.</summary>
    public static void QueueEnds(bool isQueued, object? work)
    {
        if (work != null) Core.Current.Meter?.QueueEnds(work, isQueued);
    }

    /// <summary>The handler of a work item is about to be called.</summary>
    public static void HandlerBegins(object? work)
    {
        if (work != null) Core.Current.Meter?.HandlerBegins(work);
    }

    /// <summary>It has returned.</summary>
    public static void HandlerEnds() => Core.Current.Meter?.HandlerEnds();

    /// <summary>A call of the library that may have moved items returns.</summary>
    public static void ItemsMoved() => Core.Current.Observer?.Look();

    /// <summary>A call to a pool of items returns.</summary>
    public static void PoolUsed(object pool) => Core.Current.Observer?.PoolUsed(pool);

    /// <summary>It has thrown.</summary>
    public static void HandlerThrew() => Core.Current.Meter?.HandlerThrew();

    /// <summary>Items that wait in a queue are counted anew.</summary>
    public static void QueueHas(object queue, int items) => Core.Current.Observer?.QueueHas(queue, items);

    /// <summary>A string that a library call made: a new one, as on a board. .NET may give one that it keeps for ever, such as
    /// that of a small number, or one of the arguments.</summary>
    public static string? MadeString(string? made)
    {
        if (string.IsNullOrEmpty(made)) return made;
        Heap heap = Core.Current.Heap;
        int bytes = Heap.StringBytes(made.Length);
        heap.Allocate(bytes);
        string copy = new(made.AsSpan());
        heap.Track(copy, bytes);
        return copy;
    }

    /// <summary>An array that a library call made, with its elements if they are strings.</summary>
    public static T? MadeArrayOf<T>(T? made)
        where T : class
    {
        if (made is not Array array) return made;
        Heap heap = Core.Current.Heap;
        int elementBytes = made switch
        {
            byte[] or sbyte[] or bool[] => 1,
            char[] or short[] => 2,
            int[] => 4,
            long[] => 8,
            _ => 12,
        };
        int bytes = Heap.ArrayBytes(array.Length, elementBytes);
        heap.Allocate(bytes);
        heap.Track(made, bytes);
        if (made is string[] strings)
        {
            foreach (string each in strings) MadeString(each);
        }

        return made;
    }

    /// <summary>An object that a library call made.</summary>
    public static T? MadeObject<T>(T? made)
        where T : class
    {
        if (made == null) return made;
        Heap heap = Core.Current.Heap;
        heap.Allocate(24);
        heap.Track(made, 24);
        return made;
    }
}
