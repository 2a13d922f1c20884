using System;
using System.Threading;
using Workqueues;

/// <summary>Does each operation some times between two lines of the log, at which the machine reads its counters. Every operation
/// is done once before, so that nothing is made or met for the first time.</summary>
public static class Operations
{
    private const int Burst = 32;

    private static readonly AutoResetEvent s_done = new AutoResetEvent(false);
    private static readonly AutoResetEvent s_other = new AutoResetEvent(false);
    private static int s_left;
    private static object s_kept;

    public static void Main()
    {
        Thread.CurrentThread.Priority = ThreadPriority.BelowNormal;
        Begin("nothing", 1);
        End();
        Begin("nothing", 1);
        End();
        Yardsticks();
        Workqueue queue = Workqueue.CreateSingleThread("costs");
        Bursts("burst of 32, an item", queue);
        RoundTrips("round trip", queue);
        Delays("delayed 5 ms: arm, expiry, run", queue);
        BesideMany(queue);
        Cancels(queue);
        Waits(queue);
        Variants();
        Sizes();
    }

    private static void Yardsticks()
    {
        Thread echo = new Thread(Echo);
        echo.Start();
        for (int round = 0; round < 2; round++)
        {
            Begin("bare AutoResetEvent, there and back", Burst);
            for (int i = 0; i < Burst; i++)
            {
                s_other.Set();
                s_done.WaitOne();
            }

            End();
        }

        for (int round = 0; round < 2; round++)
        {
            Begin("new Thread, to its end", Burst);
            for (int i = 0; i < Burst; i++)
            {
                Thread thread = new Thread(Nothing);
                thread.Start();
                thread.Join();
            }

            End();
        }

        Timer timer = new Timer(OnTimer, null, Timeout.Infinite, Timeout.Infinite);
        for (int round = 0; round < 2; round++)
        {
            Begin("bare Timer of 5 ms: arm, expiry", Burst);
            for (int i = 0; i < Burst; i++)
            {
                timer.Change(5, Timeout.Infinite);
                s_done.WaitOne();
            }

            End();
        }

        timer.Dispose();
    }

    private static void Bursts(string name, Workqueue queue)
    {
        Work[] items = new Work[Burst];
        for (int i = 0; i < Burst; i++) items[i] = new Work(CountDown, "item");
        for (int round = 0; round < 3; round++)
        {
            s_left = Burst;
            Begin(name, Burst);
            for (int i = 0; i < Burst; i++) queue.Queue(items[i]);
            s_done.WaitOne();
            End();
        }
    }

    private static void RoundTrips(string name, Workqueue queue)
    {
        Work item = new Work(Answer, "item");
        for (int round = 0; round < 3; round++)
        {
            Begin(name, Burst);
            for (int i = 0; i < Burst; i++)
            {
                queue.Queue(item);
                s_done.WaitOne();
            }

            End();
        }
    }

    private static void Delays(string name, Workqueue queue)
    {
        DelayedWork item = new DelayedWork(Answer, "item");
        for (int round = 0; round < 2; round++)
        {
            Begin(name, Burst);
            for (int i = 0; i < Burst; i++)
            {
                queue.QueueDelayed(item, 5);
                s_done.WaitOne();
            }

            End();
        }
    }

    private static void BesideMany(Workqueue queue)
    {
        DelayedWork[] others = new DelayedWork[1000];
        for (int i = 0; i < others.Length; i++)
        {
            others[i] = new DelayedWork(Answer, "other");
            queue.QueueDelayed(others[i], 1_000_000 + i * 1000);
        }

        Delays("the same beside 1000 armed items", queue);
        for (int i = 0; i < others.Length; i++) others[i].Cancel();
    }

    private static void Cancels(Workqueue queue)
    {
        DelayedWork item = new DelayedWork(Answer, "item");
        for (int round = 0; round < 2; round++)
        {
            Begin("arm and cancel", Burst);
            for (int i = 0; i < Burst; i++)
            {
                queue.QueueDelayed(item, 1000);
                item.Cancel();
            }

            End();
        }

        DelayedWork[] items = new DelayedWork[Burst];
        for (int i = 0; i < Burst; i++) items[i] = new DelayedWork(Answer, "item");
        for (int round = 0; round < 2; round++)
        {
            for (int i = 0; i < Burst; i++) queue.QueueDelayed(items[i], 1000 + i);
            Begin("cancel, armed", Burst);
            for (int i = 0; i < Burst; i++) items[i].Cancel();
            End();
        }

        queue.Freeze();
        for (int round = 0; round < 2; round++)
        {
            for (int i = 0; i < Burst; i++) queue.Queue(items[i]);
            Begin("cancel, queued", Burst);
            for (int i = 0; i < Burst; i++) items[i].Cancel();
            End();
        }

        queue.Queue(items[0]);
        for (int round = 0; round < 2; round++)
        {
            Begin("Queue of a pending item", Burst);
            for (int i = 0; i < Burst; i++) queue.Queue(items[0]);
            End();
        }

        items[0].Cancel();
        queue.Thaw();
        queue.QueueDelayed(item, 1000);
        for (int round = 0; round < 2; round++)
        {
            Begin("ModifyDelayed, later (debounce)", Burst);
            for (int i = 0; i < Burst; i++) queue.ModifyDelayed(item, 2000 + i);
            End();
        }

        for (int round = 0; round < 2; round++)
        {
            Begin("ModifyDelayed, to the earliest", Burst);
            for (int i = 0; i < Burst; i++) queue.ModifyDelayed(item, 900 - i);
            End();
        }

        item.Cancel();
    }

    private static void Waits(Workqueue queue)
    {
        Work item = new Work(Answer, "item");
        for (int round = 0; round < 2; round++)
        {
            Begin("CancelSync, nothing to wait for", Burst);
            for (int i = 0; i < Burst; i++) item.CancelSync();
            End();
            Begin("work.Flush, nothing to wait for", Burst);
            for (int i = 0; i < Burst; i++) item.Flush();
            End();
            Begin("queue.Flush, nothing to wait for", Burst);
            for (int i = 0; i < Burst; i++) queue.Flush();
            End();
        }
    }

    private static void Variants()
    {
        Workqueue watched = new Workqueue("watched", new WorkqueueOptions { WatchdogMilliseconds = 1000 });
        Bursts("burst, watchdog queue", watched);
        Workqueue four = new Workqueue("four", new WorkqueueOptions { WorkersPerProcessor = 4 });
        Bursts("burst, four workers", four);
        WorkqueueTrace.Start(512);
        Workqueue traced = Workqueue.CreateSingleThread("traced");
        Bursts("burst, trace on", traced);
        WorkqueueTrace.Stop();
    }

    private static void Sizes()
    {
        WorkHandler handler = CountDown;
        Begin("new Work", 1);
        s_kept = new Work(handler, "item");
        End();
        Begin("new DelayedWork", 1);
        s_kept = new DelayedWork(handler, "item");
        End();
        Begin("new queue with a worker", 1);
        s_kept = Workqueue.CreateSingleThread("made");
        End();
    }

    private static void Echo()
    {
        for (int i = 0; i < 2 * Burst; i++)
        {
            s_other.WaitOne();
            s_done.Set();
        }
    }

    private static void Nothing()
    {
    }

    private static void OnTimer(object state) => s_done.Set();

    private static void CountDown(Work work)
    {
        if (--s_left == 0) s_done.Set();
    }

    private static void Answer(Work work) => s_done.Set();

    // The later of two with one name counts.
    private static void Begin(string name, int count) => Console.WriteLine(count.ToString() + " " + name);

    private static void End() => Console.WriteLine("");
}
