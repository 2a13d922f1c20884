using System.Threading;
using ButtonModule;
using Workqueues;

namespace TwoQueues;

/// <summary>A long handler and a short one: on one queue, on two, and where the long one computes instead of waiting.</summary>
public static class Program
{
    private static Work s_short = null!; // made by Main

    public static void Main()
    {
        if (Boards.Here() == null) return;
        s_short = new Work(work => KernelLog.Write("  short one runs"), "short");
        Work waiting = new Work(WaitLong, "waiting");
        Work computing = new Work(ComputeLong, "computing");
        Work yielding = new Work(YieldLong, "yielding");
        Workqueue slow = Workqueue.CreateSingleThread("slow");
        Workqueue fast = new Workqueue("fast", new WorkqueueOptions { Priority = ThreadPriority.Highest });

        Try("one queue: the short one waits for the long one", slow, waiting, slow);
        Try("two queues: it does not, since the long one waits for something", slow, waiting, fast);

        // No priority helps here: nothing takes the processor from a thread of nanoFramework before its 20 ms are over, and then
        // it may get it once more, a few times.
        Try("two queues, but the long one computes", slow, computing, fast);
        Try("the same, but it yields now and then", slow, yielding, fast);

        fast.Destroy();
        slow.Destroy();
    }

    private static void Try(string title, Workqueue slow, Work longWork, Workqueue fast)
    {
        KernelLog.Write(title);
        slow.Queue(longWork);
        Thread.Sleep(5); // by then the long one is in its handler
        fast.Queue(s_short);
        slow.Flush();
        fast.Flush();
    }

    // As a handler that talks to a sensor or a server: it waits, and the processor is free.
    private static void WaitLong(Work work)
    {
        KernelLog.Write("  long one begins to wait");
        Thread.Sleep(60);
        KernelLog.Write("  long one ends");
    }

    private static void ComputeLong(Work work)
    {
        KernelLog.Write("  long one begins to compute");
        long end = Jiffies.Now + 60;
        while (Jiffies.Now < end)
        {
        }

        KernelLog.Write("  long one ends");
    }

    private static void YieldLong(Work work)
    {
        KernelLog.Write("  long one begins to compute");
        long end = Jiffies.Now + 60;
        while (Jiffies.Now < end)
        {
            Thread.Sleep(0); // Linux: cond_resched()
        }

        KernelLog.Write("  long one ends");
    }
}
