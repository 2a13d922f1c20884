using System;

namespace Workqueues;

/// <summary>Writes what every queue and worker is doing, in the manner of Linux's <c>show_all_workqueues()</c>.</summary>
/// <remarks>A dump is a report: what of it cannot be made or written, for want of memory or of a console, is lost and counted by
/// <see cref="KernelLog.LostCount"/>, and changes nothing else. Each queue is tried by itself.</remarks>
internal static class WorkqueueDump
{
    internal static void Write()
    {
        KernelLog.Write("Showing all workqueues, their workers and items:");
        Workqueue[] queues = Queues();
        for (int i = queues.Length - 1; i >= 0; i--) TryWrite(queues[i]);
        int lost = KernelLog.LostCount;
        int retries = Gate.Retries;
        if (lost > 0) KernelLog.WriteBare("log lines and reports lost: " + lost.ToString());
        if (retries > 0) KernelLog.WriteBare("steps done again, for want of memory: " + retries.ToString());
    }

    private static void TryWrite(Workqueue queue)
    {
        try
        {
            Write(queue);
        }
        catch (Exception)
        {
            Gate.Reserve = null;
            Gate.Leave(Gate.Lock);
            KernelLog.CountLost();
        }
    }

    // Newest first. A queue that is destroyed meanwhile is still shown.
    private static Workqueue[] Queues()
    {
        while (true)
        {
            Workqueue[] queues = new Workqueue[CountQueues()];
            int count = 0;
            bool fits;
            lock (Gate.Lock)
            {
                Workqueue? queue = Workqueue.FirstLocked;
                for (; queue != null && count < queues.Length; queue = queue.NextLocked) queues[count++] = queue;
                fits = queue == null && count == queues.Length;
            }

            if (fits) return queues;
        }
    }

    private static int CountQueues()
    {
        int count = 0;
        lock (Gate.Lock)
        {
            for (Workqueue? queue = Workqueue.FirstLocked; queue != null; queue = queue.NextLocked) count++;
        }

        return count;
    }

    // Space is made outside the lock, filled under it, and printed outside it. What came after the space was made is left out.
    private static void Write(Workqueue queue)
    {
        int workerCount = 0;
        int itemCount;
        lock (Gate.Lock)
        {
            for (Worker? worker = Worker.FirstLocked; worker != null; worker = worker.NextLocked)
            {
                if (worker.Queue == queue) workerCount++;
            }

            itemCount = queue.WaitingLocked + queue.ArmedLocked;
        }

        Worker?[] workers = new Worker?[workerCount];
        Work?[] running = new Work?[workerCount];
        Workqueue?[] runningFor = new Workqueue?[workerCount];
        long[] since = new long[workerCount];
        Work?[] items = new Work?[itemCount];
        long[] remainings = new long[itemCount];
        int waitingSeen;
        int itemsSeen;
        int waiting;
        int runningCount = 0;
        int armed;
        string state;
        long now = Clock.Now;
        lock (Gate.Lock)
        {
            waiting = queue.WaitingLocked;
            Worker.CountRunningLocked(queue, ref runningCount);
            armed = queue.ArmedLocked;
            state = !queue.IsOpenLocked ? ", being destroyed" : (queue.BarsLocked & Workqueue.Draining) != 0 ? ", draining"
                : queue.IsFrozenLocked ? ", frozen" : "";
            int i = workerCount;
            for (Worker? worker = Worker.FirstLocked; worker != null; worker = worker.NextLocked)
            {
                if (worker.Queue != queue || i == 0) continue;
                i--;
                workers[i] = worker;
                running[i] = worker.CurrentLocked;
                runningFor[i] = worker.CurrentHomeLocked;
                since[i] = worker.StartedMillisecondsLocked;
            }

            waitingSeen = CopyWaitingLocked(queue, items);
            itemsSeen = CopyArmedLocked(queue, now, items, remainings, waitingSeen);
        }

        WorkqueueStatistics counters = queue.GetStatistics();
        KernelLog.WriteBare("workqueue " + queue.Name + ": waiting=" + waiting.ToString() + " running=" + runningCount.ToString()
            + " armed=" + armed.ToString() + state);
        for (int i = 0; i < workerCount; i++)
        {
            if (workers[i] == null) continue;
            string run = Describe(running[i], runningFor[i], queue, now - since[i]);
            KernelLog.WriteBare("  " + workers[i]!.ToString() + ": " + run);
        }

        for (int i = 0; i < waitingSeen; i++) KernelLog.WriteBare("  waiting: " + items[i]!.Name);
        for (int i = waitingSeen; i < itemsSeen; i++)
        {
            long remaining = remainings[i];
            KernelLog.WriteBare("  armed: " + items[i]!.Name + " in " + (remaining < 0 ? 0 : remaining).ToString() + " ms");
        }

        KernelLog.WriteBare("  queued=" + counters.Queued.ToString() + " executed=" + counters.Executed.ToString()
            + " coalesced=" + counters.Coalesced.ToString() + " refused=" + counters.Refused.ToString()
            + " faulted=" + counters.Faulted.ToString() + " canceled=" + counters.Canceled.ToString());
        KernelLog.WriteBare("  max_depth=" + counters.MaxDepth.ToString()
            + " max_latency_us=" + counters.MaxLatencyMicroseconds.ToString()
            + " busy_us=" + counters.BusyMicroseconds.ToString());
    }

    private static string Describe(Work? work, Workqueue? home, Workqueue queue, long milliseconds)
    {
        if (work == null) return "idle";
        string text = "running " + work.Name + " for " + (milliseconds < 0 ? 0 : milliseconds).ToString() + " ms";
        return home == queue ? text : text + " (an item of " + home!.Name + ")";
    }

    // Items of a queue may wait in any pool: where they ran last.
    private static int CopyWaitingLocked(Workqueue queue, Work?[] items)
    {
        int count = 0;
        for (WorkerPool? pool = WorkerPool.FirstLocked; pool != null; pool = pool.NextPool)
        {
            for (WorkLink? link = pool.Next; link != pool && count < items.Length; link = link!.Next)
            {
                Work work = (Work)link!;
                if (work.Home == queue) items[count++] = work;
            }
        }

        return count;
    }

    private static int CopyArmedLocked(Workqueue queue, long now, Work?[] items, long[] remainings, int count)
    {
        for (WorkLink? link = Deadlines.FirstLocked; link != null && count < items.Length; link = Deadlines.AfterLocked(link))
        {
            if (link is not Work work || work.Home != queue) continue;
            items[count] = work;
            remainings[count++] = Deadlines.RemainingLocked(work, now);
        }

        return count;
    }
}
