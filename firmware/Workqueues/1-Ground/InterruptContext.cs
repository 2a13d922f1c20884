using System;
using System.Threading;

namespace Workqueues;

/// <summary>Marks the threads that are inside a top half: the interrupt dispatcher inside a requested line's handler, the timer
/// thread inside an expiry. What runs there must not block; calls that would are refused.</summary>
/// <remarks>Linux: <c>in_interrupt()</c>, <c>irq_enter()</c>, <c>irq_exit()</c>.</remarks>
public static class InterruptContext
{
    // One record for each thread that ever entered. A record holds its Thread: on this platform Thread.CurrentThread makes
    // a new object at each call unless somebody holds the one there is, and only a held one can be recognised.
    // Records are added and forgotten under the lock and found without it: Depth is only used by the record's own thread, and
    // a record that is forgotten stays linked to those that follow it.
    private static Entry? s_first; // R

    /// <summary>The line whose handler the interrupt dispatcher is in; null: in none. All pins have one dispatcher, and it
    /// handles one edge at a time: a static field costs it less than a record.</summary>
    internal static object? Handling; // D

    /// <summary>The interrupt dispatcher, once it has called a line.</summary>
    internal static Thread? Dispatcher; // D

    /// <summary>True: somebody may want to know when a line's handler begins and ends: the trace, the times, the search for the
    /// dispatcher. One word, so that an edge tests it once. It is set by whoever wants something, and taken back by the
    /// dispatcher when nobody does any more.</summary>
    internal static bool IsObserved = true; // F

    /// <summary>True while the calling thread is between <see cref="Enter"/> and <see cref="Exit"/>.</summary>
    /// <remarks><b>Context:</b> any. <b>Cost:</b> O(threads that ever entered), no lock; it may allocate a Thread
    /// object on a board, so the queueing path never asks. Linux: <c>in_interrupt()</c>.</remarks>
    public static bool IsActive
    {
        get
        {
            // Nearly always nobody is in one, and who calls need not be asked: that costs an object on a board.
            Entry? entry = s_first;
            while (entry != null && entry.Depth == 0) entry = entry.Next;
            if (entry == null && Handling == null) return false;
            Thread thread = Thread.CurrentThread;
            if (Handling != null && thread == Dispatcher) return true;
            entry = Find(thread);
            return entry != null && entry.Depth > 0;
        }
    }

    /// <summary>Marks the calling thread as being in a top half. Calls nest.</summary>
    /// <remarks><b>Context:</b> a thread that runs the top half of a driver of its own; <c>InterruptLine</c> needs no such call.
    /// <b>Cost:</b> O(threads that ever entered), no lock; allocates only the first time on a thread, and has no effect when that
    /// fails. Linux: <c>irq_enter()</c>.</remarks>
    public static void Enter() => EnterThread();

    /// <summary>The same.</summary>
    /// <returns>The thread's record: the caller decrements its <see cref="Entry.Depth"/> instead of calling <see cref="Exit"/>,
    /// because on a board a call may throw, and that must not.</returns>
    internal static Entry EnterThread()
    {
        Thread thread = Thread.CurrentThread;
        Entry? entry = Find(thread);
        if (entry != null)
        {
            entry.Depth++;
            return entry;
        }

        entry = new Entry(thread);
        bool isThere = false;
        try
        {
            lock (Gate.Lock)
            {
                ForgetEndedLocked();
                entry.Next = s_first;
                s_first = entry;
                isThere = true;
            }
        }
        catch (Exception exception)
        {
            // What has entered must leave again: only who has not gets the exception.
            Gate.Reserve = null;
            Gate.Leave(Gate.Lock);
            if (!isThere) throw exception;
        }

        return entry;
    }

    /// <summary>Ends what the last <see cref="Enter"/> of the calling thread began.</summary>
    /// <remarks><b>Context:</b> the thread that entered. <b>Cost:</b> as <see cref="Enter"/>; does not allocate. Linux:
    /// <c>irq_exit()</c>.</remarks>
    /// <exception cref="InvalidOperationException">The calling thread has not entered.</exception>
    public static void Exit()
    {
        Entry? entry = Find(Thread.CurrentThread);
        if (entry == null || entry.Depth == 0)
        {
            throw new InvalidOperationException("InterruptContext.Exit: this thread has not entered; call Enter first");
        }

        entry.Depth--;
    }

    /// <summary>Throws when the caller is in a top half. The name is that of the item or queue, if it has one.</summary>
    internal static void ThrowIfActive(string method, string? name)
    {
        if (IsActive)
        {
            throw new InvalidOperationException(method + (name == null ? "" : " of " + name)
                + ": sleeping function called from interrupt context; queue an item and call it in the handler");
        }
    }

    private static Entry? Find(Thread thread)
    {
        Entry? entry = s_first;
        while (entry != null && entry.Thread != thread) entry = entry.Next;
        return entry;
    }

    // Only a thread of the program can end; the timer's entry stays.
    private static void ForgetEndedLocked()
    {
        Entry? previous = null;
        for (Entry? entry = s_first; entry != null; entry = entry.Next)
        {
            if (entry.Depth > 0 || entry.Thread.IsAlive) previous = entry;
            else if (previous == null) s_first = entry.Next;
            else previous.Next = entry.Next;
        }
    }

    /// <summary>What is known of a thread that ever entered.</summary>
    internal sealed class Entry
    {
        internal readonly Thread Thread; // C
        internal Entry? Next; // R
        internal int Depth = 1; // W its own thread; ForgetEndedLocked looks

        internal Entry(Thread thread)
        {
            Thread = thread;
        }
    }
}
