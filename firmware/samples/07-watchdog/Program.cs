using System.Threading;
using ButtonModule;
using Workqueues;

namespace Watchdog;

/// <summary>Two handlers that are too long for their queue: one keeps the processor, one waits for an answer. The library names
/// them.</summary>
public static class Program
{
    private static readonly ManualResetEvent s_answer = new ManualResetEvent(false);

    public static void Main()
    {
        if (Boards.Here() == null) return;
        Workqueue queue = new Workqueue("watched", new WorkqueueOptions { WatchdogMilliseconds = 100 });

        // A hog is named when it was one four times: a single slow run may have a reason.
        Work hog = new Work(Compute, "hog");
        for (int i = 0; i < 5; i++)
        {
            queue.Queue(hog);
            queue.Flush();
        }

        queue.Queue(new Work(WaitForAnswer, "stuck"));
        queue.Queue(new Work(work => KernelLog.Write("late one runs"), "late"));
        Thread.Sleep(250); // meanwhile the watchdog looks
        s_answer.Set();
        queue.Flush();
        Workqueue.Dump();
        queue.Destroy();
    }

    private static void Compute(Work work)
    {
        long end = Jiffies.Now + 30;
        while (Jiffies.Now < end)
        {
        }
    }

    private static void WaitForAnswer(Work work)
    {
        KernelLog.Write("stuck one waits for an answer");
        s_answer.WaitOne();
        KernelLog.Write("stuck one has it");
    }
}
