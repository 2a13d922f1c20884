using System.Threading;

namespace Workqueues;

/// <summary>One blocked call. Made by the call itself, so that what it waits for needs no field in an item.</summary>
internal sealed class Waiter
{
    // What it waits for.
    internal const int Start = 0; // an item that is queued: until it ran, was taken off or went back to its timer
    internal const int End = 1; // an item that runs: until that run has ended
    internal const int Cancel = 2; // the same for CancelSync, which keeps its place in the list until it returns
    internal const int Flush = 3; // a queue's items of one colour and of older ones
    internal const int Empty = 4; // a queue without queued and running items
    internal const int Rest = 5; // a queue without running items
    internal const int Destroyed = 6; // a queue that another caller destroys

    // Field rules: C constructor only   L with Workqueue.Gate held
    internal static Waiter? ItemsLocked; // L waiters for an item, oldest first; nearly always none

    private readonly AutoResetEvent _signal = new AutoResetEvent(false); // C
    internal readonly Work? Item; // C
    internal int Kind; // L
    internal Waiter? Next; // L in ItemsLocked or in its queue's list
    internal int Colour = -1; // L Flush: of the items it counts; -1: it counts none of its own
    internal int Count; // L Flush: those that have not left yet
    internal Waiter? NextDone; // L then owned by the thread that signals the chain

    internal Waiter(int kind, Work? item)
    {
        Kind = kind;
        Item = item;
    }

    /// <summary>Blocks until somebody has put the waiter into a chain and signalled it.</summary>
    internal void Wait()
    {
        _signal.WaitOne();
    }

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

    /// <summary>Waits for <see cref="Item"/> from now on.</summary>
    internal void JoinLocked() => AddLocked(ref ItemsLocked, this);

    /// <summary>A worker has taken the item: who waits for its start waits for the end of this run.</summary>
    internal static void ItemStartedLocked(Work item)
    {
        for (Waiter? waiter = ItemsLocked; waiter != null; waiter = waiter.Next)
        {
            if (waiter.Item == item && waiter.Kind == Start) waiter.Kind = End;
        }
    }

    /// <summary>The item's run has ended: who waits for that leaves the list, who waits in CancelSync by itself. Without a call,
    /// for the reason that <see cref="WorkList"/> gives: the worker does it again when it fails, and half of it done, a waiter
    /// would be signalled twice or never.</summary>
    internal static void ItemEndedLocked(Work item, ref Waiter? done)
    {
        Waiter? previous = null;
        for (Waiter? waiter = ItemsLocked; waiter != null; waiter = waiter.Next)
        {
            bool isDone = waiter.Item == item && (waiter.Kind == End || waiter.Kind == Cancel);
            if (isDone)
            {
                waiter.NextDone = done;
                done = waiter;
            }

            if (!isDone || waiter.Kind == Cancel) previous = waiter;
            else if (previous == null) ItemsLocked = waiter.Next;
            else previous.Next = waiter.Next;
        }
    }

    /// <summary>The item will not start: it was taken off or went back to its timer. A run before that may be under way: then
    /// the wait is for its end.</summary>
    internal static void ItemTakenOffLocked(Work item, ref Waiter? done)
    {
        if (item.IsRunningLocked)
        {
            ItemStartedLocked(item);
            return;
        }

        Waiter? previous = null;
        for (Waiter? waiter = ItemsLocked; waiter != null; waiter = waiter.Next)
        {
            if (waiter.Item != item || waiter.Kind != Start)
            {
                previous = waiter;
                continue;
            }

            if (previous == null) ItemsLocked = waiter.Next;
            else previous.Next = waiter.Next;
            waiter.NextDone = done;
            done = waiter;
        }
    }

    /// <summary>How many calls wait: in a queue's list, or (null) for items. A test looks here to see that a call blocks before
    /// it lets it go on.</summary>
    internal static int CountOf(Workqueue? queue)
    {
        int count = 0;
        lock (Workqueue.Gate)
        {
            Waiter? waiter = queue == null ? ItemsLocked : queue.WaitersLocked;
            for (; waiter != null; waiter = waiter.Next) count++;
        }

        return count;
    }

    /// <summary>Ends a <see cref="Cancel"/>.</summary>
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

            if (waiter.Item == Item && waiter.Kind == Cancel) isLast = false;
            previous = waiter;
        }

        return isLast;
    }
}
