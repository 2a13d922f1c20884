using System;
using System.Threading;

namespace Workqueues;

/// <summary>The one lock of the library, and what a thread does that could not leave it.</summary>
/// <remarks>One lock, because items move between queues and the boards have one core. It is held for a few steps at a time; under
/// it no user code runs, nothing is logged, nothing is allocated, nothing is signalled.</remarks>
internal static class Gate
{
    // Field rules, here and in all files: what stands behind a field says who may touch it, and a test reads it.
    //   C  the constructor only                        S  set once, then read by all
    //   L  with Lock held                              R  written with Lock held, read without it too
    //   K  of a worker: written by its thread with Lock held, read by it without, by others with it
    //   F  by all, without a lock: each store is right by itself
    //   A  Interlocked      O, T, G  with that lock held      D  the interrupt dispatcher      W  one thread, as the class says

    /// <summary>Enough for a handler that is some calls deep and writes a line of the log.</summary>
    internal const int ReserveBytes = 1024;

    /// <summary>The lock.</summary>
    internal static readonly object Lock = new object();

    /// <summary>Memory that is given up, by storing null, where a step must not fail: on a board even leaving the lock is a call
    /// that needs some. While it is gone, memory is short: workers rest until they can make it anew, before they run another
    /// handler.</summary>
    internal static byte[]? Reserve = new byte[ReserveBytes]; // F

    /// <summary>There is something that a worker has to see to before it waits. Set without the lock, after the field that says
    /// what: the lock may be what could not be taken.</summary>
    internal static bool MustLook; // F

    /// <summary>True: a thread could not finish its part (the runtime had no memory for it, the timer's driver threw), and there
    /// may be a worker that nobody woke, or a deadline that the timer does not know. A worker sees to it, because a worker may
    /// rest and try again.</summary>
    internal static bool HasLeftovers; // F

    /// <summary>How often the library had to do a step again, because the runtime had no memory for it. Rough: counted where
    /// nothing may fail any more.</summary>
    internal static int Retries; // F

    /// <summary>Leaves a lock, this one or the log's, as often as the calling thread holds it. For the outermost catch of a
    /// thread, where it must not hold it: the end of a lock section may have failed. It does not throw.</summary>
    internal static void Leave(object gate)
    {
        int triesLeft = 10;
        while (triesLeft > 0)
        {
            try
            {
                while (true) Monitor.Exit(gate);
            }
            catch (OutOfMemoryException)
            {
                // There was no memory for the call. The reserve may be it; but a thread that does not hold the lock must not try
                // for ever.
                Reserve = null;
                triesLeft--;
            }
            catch (Exception)
            {
                // It does not hold it any more.
                triesLeft = 0;
            }
        }
    }
}
