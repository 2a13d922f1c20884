using System.Threading;

namespace Workqueues;

/// <summary>What a blocked call waits for.</summary>
internal enum WaiterKind
{
    /// <summary>An item that is queued: until it ran, was taken off or went back to its timer.</summary>
    Start,

    /// <summary>An item that runs: until that run has ended.</summary>
    End,

    /// <summary>The same for CancelSync, which keeps its place in the list until it returns.</summary>
    Cancel,

    /// <summary>A queue's items of one colour and of older ones.</summary>
    Flush,

    /// <summary>A queue without queued and running items.</summary>
    Empty,

    /// <summary>A queue without running items.</summary>
    Rest,

    /// <summary>A queue that another caller destroys.</summary>
    Destroyed,
}

/// <summary>One blocked call. Made by the call itself, and only when it has to block, so that what it waits for needs no field in
/// an item.</summary>
/// <remarks>A waiter for an item goes from <see cref="WaiterKind.Start"/> to <see cref="WaiterKind.End"/> when a worker takes the
/// item; no other kind changes.</remarks>
internal sealed class Waiter
{
    internal static Waiter? ItemsLocked; // L waiters for an item, oldest first; nearly always none

    private readonly AutoResetEvent _signal = new AutoResetEvent(false); // C
    internal readonly WorkLink? Item; // C
    internal WaiterKind Kind; // L
    internal Waiter? Next; // L in ItemsLocked or in its queue's list
    internal int Colour = -1; // L Flush: of the items it counts; -1: it counts none of its own
    internal int Count; // L Flush: those that have not left yet
    internal Waiter? NextDone; // R then owned by the thread that signals the chain

    internal Waiter(WaiterKind kind, WorkLink? item)
    {
        Kind = kind;
        Item = item;
    }

    /// <summary>Blocks until somebody has put the waiter into a chain and signalled it.</summary>
    internal void Wait() => _signal.WaitOne();

    /// <summary>Wakes them all. Not under the lock: who wakes would only run into it. Should it throw, those that are not woken
    /// yet are still in the chain.</summary>
    internal static void Signal(ref Waiter? done)
    {
        while (done != null)
        {
            Waiter waiter = done;
            Waiter? next = waiter.NextDone;
            waiter._signal.Set();
            done = next;
        }
    }

    /// <summary>Puts the waiter at the end of a list.</summary>
    internal static void AddLocked(ref Waiter? first, Waiter waiter)
    {
        waiter.Next = null;
        if (first == null)
        {
            first = waiter;
            return;
        }

        Waiter last = first;
        while (last.Next != null) last = last.Next;
        last.Next = waiter;
    }

    /// <summary>A worker has taken the item: who waits for its start waits for the end of this run.</summary>
    internal static void ItemStartedLocked(WorkLink item)
    {
        for (Waiter? waiter = ItemsLocked; waiter != null; waiter = waiter.Next)
        {
            if (waiter.Item == item && waiter.Kind == WaiterKind.Start) waiter.Kind = WaiterKind.End;
        }
    }

    /// <summary>The item's run has ended: who waits for that leaves the list, who waits in CancelSync by itself. Without a call,
    /// because one may fail on a board: the worker does it again then, and half of it done, a waiter would be signalled twice or
    /// never.</summary>
    /// <returns>True: somebody goes on waiting for the item.</returns>
    internal static bool ItemEndedLocked(WorkLink item, ref Waiter? done)
    {
        bool isAwaited = false;
        Waiter? previous = null;
        for (Waiter? waiter = ItemsLocked; waiter != null; waiter = waiter.Next)
        {
            bool isDone = waiter.Item == item && (waiter.Kind == WaiterKind.End || waiter.Kind == WaiterKind.Cancel);
            if (isDone)
            {
                waiter.NextDone = done;
                done = waiter;
            }

            if (isDone && waiter.Kind == WaiterKind.End)
            {
                if (previous == null) ItemsLocked = waiter.Next;
                else previous.Next = waiter.Next;
                continue;
            }

            previous = waiter;
            if (waiter.Item == item) isAwaited = true;
        }

        return isAwaited;
    }

    /// <summary>The item will not start: it was taken off or went back to its timer. A run before that may be under way: then
    /// the wait is for its end. Without a call, as above.</summary>
    internal static void ItemTakenOffLocked(WorkLink item, bool isRunning, ref Waiter? done)
    {
        Waiter? previous = null;
        for (Waiter? waiter = ItemsLocked; waiter != null; waiter = waiter.Next)
        {
            if (waiter.Item != item || waiter.Kind != WaiterKind.Start)
            {
                previous = waiter;
                continue;
            }

            if (isRunning)
            {
                waiter.Kind = WaiterKind.End;
                previous = waiter;
                continue;
            }

            if (previous == null) ItemsLocked = waiter.Next;
            else previous.Next = waiter.Next;
            waiter.NextDone = done;
            done = waiter;
        }
    }

    /// <summary>Ends a <see cref="WaiterKind.Cancel"/>.</summary>
    /// <returns>True: no other one waits for the item.</returns>
    internal bool LeaveLocked()
    {
        bool isLast = true;
        Waiter? previous = null;
        for (Waiter? waiter = ItemsLocked; waiter != null; waiter = waiter.Next)
        {
            if (waiter == this)
            {
                if (previous == null) ItemsLocked = Next;
                else previous.Next = Next;
                continue;
            }

            if (waiter.Item == Item && waiter.Kind == WaiterKind.Cancel) isLast = false;
            previous = waiter;
        }

        return isLast;
    }
}
