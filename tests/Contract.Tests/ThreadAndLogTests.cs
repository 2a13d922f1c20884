using NFUnitTest;
using Workqueues;

namespace Contract.Tests;

/// <summary>What a PC can see of threads and of the log.</summary>
[TestClass]
public class ThreadAndLogTests
{
    // ps -e of a Linux kernel: its threads are called by their queue and processor.
    [TestMethod]
    public void Handler_OnAThread_RunsOnTheWorkerByName()
    {
        var bench = new Bench();
        Workqueue queue = Workqueue.CreateSingleThread("my_queue");
        string? name = null;
        int threads = 0;
        Thread? last = null;
        var work = new Work(w =>
        {
            name = WorkerName();
            if (Thread.CurrentThread != last) threads++;
            last = Thread.CurrentThread;
        });
        for (int i = 0; i < 10; i++)
        {
            queue.Queue(work);
            queue.Flush();
        }

        Assert.AreEqual("my_queue/0", name);
        Assert.AreEqual(1, threads);
        var scheduled = new Work(w => name = WorkerName());
        scheduled.Schedule();
        Workqueue.FlushScheduled();
        Assert.AreEqual("events/0", name);
        queue.Destroy();
        bench.End();
    }

    private static string? WorkerName()
    {
        lock (Gate.Lock) return Worker.OfLocked(Thread.CurrentThread)?.ToString();
    }

    [TestMethod]
    public void Dump_RunningWaitingArmed_ShowsEachWithItsTimes()
    {
        _ = Workqueue.System;
        var bench = new Bench();
        Workqueue queue = bench.Add("my_queue", 1, 2);
        string log = "";
        var blink = new Work(w =>
        {
            bench.Timer.Advance(7);
            log = LogOf(Workqueue.Dump);
        }, "blink");
        queue.Queue(blink);
        queue.Queue(new Work(w => { }, "print"));
        queue.Queue(new Work(w => { }));
        var armed = new DelayedWork(w => { }, "debounce");
        queue.QueueDelayed(armed, 30);
        queue.Queue(blink);
        bench.Timer.Advance(4);
        Assert.IsTrue(Bench.Step(queue, 0));

        Assert.AreEqual("[    0.011000] Showing all workqueues, their workers and items:", log.Split('\n')[0]);
        Assert.AreEqual(
            """
            workqueue my_queue: waiting=2 running=1 armed=1
              my_queue/0: running blink for 7 ms
              my_queue/1: idle
              waiting: print
              waiting: work
              armed: debounce in 19 ms
              queued=4 executed=0 coalesced=1 refused=0 faulted=0 canceled=0
              max_depth=3 max_latency_us=4000 busy_us=0

            """,
            BlockOf("my_queue", log));
        string events = BlockOf("events", log);
        Assert.Contains("\n  events/0: idle\n", events);

        bench.StepAll();
        queue.Freeze();
        log = LogOf(Workqueue.Dump);
        Assert.AreEqual(
            """
            workqueue my_queue: waiting=0 running=0 armed=1, frozen
              my_queue/0: idle
              my_queue/1: idle
              armed: debounce in 19 ms
              queued=4 executed=3 coalesced=1 refused=0 faulted=0 canceled=0
              max_depth=3 max_latency_us=11000 busy_us=7000

            """,
            BlockOf("my_queue", log));
        queue.Thaw();
        armed.Cancel();
        bench.End();
        Assert.AreEqual("", BlockOf("my_queue", LogOf(Workqueue.Dump)), "a destroyed queue is not shown");
    }

    [TestMethod]
    public void Dump_ItemRunsForAnotherQueue_SaysWhose()
    {
        var bench = new Bench();
        Workqueue other = bench.Add("other", 1, 1);
        int runs = 0;
        string log = "";
        bench.Queue.Queue(new Work(w =>
        {
            if (++runs == 1) other.Queue(w);
            log = LogOf(Workqueue.Dump);
        }, "guest"));
        bench.Step();
        Assert.Contains("  bench/0: running guest for 0 ms\n", BlockOf("bench", log));
        Assert.Contains("  waiting: guest\n", BlockOf("other", log));
        bench.Step();
        Assert.Contains("  bench/0: running guest for 0 ms (an item of other)\n", BlockOf("bench", log));
        Assert.StartsWith("workqueue other: waiting=0 running=1 armed=0\n", BlockOf("other", log));
        bench.End();
    }

    // Without a subscriber a fault is written to the log; with one it is not; what the subscriber throws is.
    [TestMethod]
    public void Fault_WithoutSubscriber_IsOneLineInTheLog()
    {
        Jiffies.SetTimer(new ManualTimer(), 12_345, 0);
        Workqueue queue = Stepping.CreateQueue("faulty", 1, 1);
        var work = new Work(w => throw new InvalidDataException("the sensor is gone"), "read");
        queue.Queue(work);
        string log = LogOf(() => Bench.Step(queue, 0));
        Assert.AreEqual(
            "[   12.345000] workqueue faulty: work read faulted: System.IO.InvalidDataException: the sensor is gone\n", log);

        int told = 0;
        WorkFaultedHandler subscriber = (q, w, e) => told++;
        Workqueue.HandlerFaulted += subscriber;
        queue.Queue(work);
        Assert.AreEqual("", LogOf(() => Bench.Step(queue, 0)));
        Workqueue.HandlerFaulted -= subscriber;
        Assert.AreEqual(1, told);

        subscriber = (q, w, e) => throw new InvalidDataException("so am I");
        Workqueue.HandlerFaulted += subscriber;
        queue.Queue(work);
        log = LogOf(() => Bench.Step(queue, 0));
        Workqueue.HandlerFaulted -= subscriber;
        Assert.AreEqual(
            "[   12.345000] workqueue faulty: the HandlerFaulted subscriber threw: System.IO.InvalidDataException: so am I"
                + "; work read had faulted: System.IO.InvalidDataException: the sensor is gone\n",
            log);
        queue.Destroy();
    }

    // R7: with the timer that every board has. Load makes items late, never early.
    [TestMethod]
    public void QueueDelayed_DefaultTimer_NeverRunsEarly()
    {
        Jiffies.SetTimer(new RuntimeTimer(), -Environment.TickCount64, 0);
        Workqueue queue = Workqueue.CreateSingleThread("real_time");
        const int Count = 50;
        var due = new long[Count];
        var ran = new long[Count];
        using var all = new CountdownEvent(Count);
        for (int i = 0; i < Count; i++)
        {
            int item = i;
            var work = new DelayedWork(w =>
            {
                ran[item] = Jiffies.Now;
                all.Signal();
            });
            due[i] = Jiffies.Now + i + 1;
            Assert.IsTrue(queue.QueueDelayed(work, i + 1));
        }

        Assert.IsTrue(all.Wait(Call.TimeoutMilliseconds));
        for (int i = 0; i < Count; i++) Assert.IsGreaterThanOrEqualTo(due[i], ran[i], $"item {i} ran early");
        queue.Destroy();
    }

    private static string LogOf(Action action)
    {
        TextWriter console = Console.Out;
        using var log = new StringWriter { NewLine = "\n" };
        Console.SetOut(log);
        try
        {
            action();
        }
        finally
        {
            Console.SetOut(console);
        }

        return log.ToString();
    }

    private static string LogOf(Func<bool> action) => LogOf(() => { Assert.IsTrue(action()); });

    // What the dump says of one queue: its line and the indented ones that follow.
    private static string BlockOf(string queue, string log)
    {
        var lines = log.Split('\n').SkipWhile(line => !line.StartsWith($"workqueue {queue}:", StringComparison.Ordinal)).ToList();
        int length = 1 + lines.Skip(1).TakeWhile(line => line.StartsWith("  ", StringComparison.Ordinal)).Count();
        return string.Concat(lines.Take(length).Select(line => line + "\n"));
    }
}
