using System;
using System.Threading;

namespace Workqueues;

/// <summary>A queue's share of one processor: the items that wait there, oldest first, and the signal that its workers sleep on.
/// It is the head of its own ring: empty, it is its own neighbour.</summary>
internal sealed class WorkerPool : WorkLink
{
    internal static WorkerPool? FirstLocked; // L the pools of every queue that is not destroyed, those of one queue in a row

    internal readonly AutoResetEvent Wake = new AutoResetEvent(false); // C wakes one worker
    internal int WorkerCount; // R 0 when its queue is destroyed
    internal WorkerPool? NextPool; // R stays when the pool leaves the list: who walks there goes on

    /// <summary>An item that comes is followed by a signal. With one worker: it sleeps, or is about to. A worker sets this under
    /// the lock when it has found nothing, and takes it back before it looks again. With several workers always: each one that
    /// takes an item and leaves another wakes the next. A signal too many is harmless, one too few is not.</summary>
    internal bool MustWake; // F

    internal WorkerPool(int workerCount, WorkerPool? next)
    {
        WorkerCount = workerCount;
        MustWake = workerCount > 1;
        NextPool = next;
        Next = this;
        Previous = this;
    }

    /// <summary>Wakes a worker of every pool: an item of one queue may wait in another one's pool, where it ran last.</summary>
    internal static void WakeAll()
    {
        WorkerPool? pool = null;
        try
        {
            lock (Gate.Lock)
            {
                pool = FirstLocked;
            }
        }
        catch (Exception exception)
        {
            Gate.Reserve = null;
            Gate.Leave(Gate.Lock);
            if (pool == null) throw exception;
        }

        for (; pool != null; pool = pool.NextPool) pool.Wake.Set();
    }

    /// <summary>Leaves to a worker what a thread could not finish. One that sleeps would not look by itself. It does not
    /// throw.</summary>
    internal static void LeaveToWorkers()
    {
        Gate.HasLeftovers = true;
        Gate.MustLook = true;
        try
        {
            WakeAll();
        }
        catch (Exception)
        {
            Gate.Retries++;
            Gate.Leave(Gate.Lock);
        }
    }
}
