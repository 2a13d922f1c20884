using System;
using System.Threading;
using Workqueues;

namespace NFUnitTest;

/// <summary>Queues whose workers have no threads: a test lets them run one item at a time. And a look at what the library shows
/// nobody.</summary>
internal static class Stepping
{
    internal static Workqueue CreateQueue(string name, int processors, int workersPerProcessor) =>
        CreateQueue(name, processors, workersPerProcessor, 0);

    internal static Workqueue CreateQueue(string name, int processors, int workersPerProcessor, int watchdogMilliseconds)
    {
        WorkqueueOptions options = new WorkqueueOptions();
        options.WorkersPerProcessor = workersPerProcessor;
        options.WatchdogMilliseconds = watchdogMilliseconds;
        return new Workqueue(name, options, processors, false);
    }

    /// <summary>One of its workers, by number; null when it has ended.</summary>
    internal static Worker? FindWorker(this Workqueue queue, int index)
    {
        lock (Gate.Lock)
        {
            Worker? worker = Worker.FirstLocked;
            while (worker != null && (worker.Queue != queue || worker.Index != index)) worker = worker.NextLocked;
            return worker;
        }
    }

    /// <summary>Runs one item on the calling thread, as the worker would on its own.</summary>
    /// <returns>False: none may start.</returns>
    internal static bool Step(this Worker worker)
    {
        if (worker.CurrentLocked != null) throw new InvalidOperationException(worker + " is in a handler");
        if (worker.Pool.WorkerCount == 1) worker.Pool.MustWake = false;

        // Only where there may be a run: whoever ends the worker waits for its thread.
        if (worker.Pool.Next != worker.Pool) worker.Thread = Thread.CurrentThread;
        bool ran = worker.RunOne();
        worker.Thread = null;
        if (!ran && Gate.HasLeftovers) Deadlines.Resume();
        return ran;
    }

    /// <summary>How many calls wait, for a queue or (null) for items: so a test sees that a call blocks before it lets it go
    /// on.</summary>
    internal static int CountWaiters(Workqueue? queue)
    {
        int count = 0;
        lock (Gate.Lock)
        {
            Waiter? waiter = queue == null ? Waiter.ItemsLocked : queue.WaitersLocked;
            for (; waiter != null; waiter = waiter.Next) count++;
        }

        return count;
    }
}
