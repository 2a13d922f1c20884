using System.Threading;

namespace NFUnitTest;

/// <summary>Each counter's exact rule.</summary>
[TestClass]
public class CounterTests
{
    // conformance: Queues | statistics | after any sequence
    [TestMethod]
    public void GetStatistics_AfterAnySequence_AddsUp()
    {
        Bench bench = new Bench();
        bench.ExpectedFaults = 1;
        Workqueue other = bench.Add("other", 1, 1);
        DelayedWork a = bench.Delayed("a");
        DelayedWork b = bench.Delayed("b");
        Work throws = new Work(w => throw new System.Exception("on purpose"));
        bench.Queue.Queue(a); // queued 1
        bench.Queue.Queue(a); // coalesced 1
        bench.Queue.QueueDelayed(b, 10); // queued 2
        bench.Queue.QueueDelayed(b, 20); // coalesced 2
        bench.Queue.Queue(throws); // queued 3
        Check.Counters(bench.Queue, "queued 3 coalesced 2");
        bench.StepAll(); // executed 2, faulted 1
        Check.Counters(bench.Queue, "queued 3 executed 2 coalesced 2 faulted 1");
        bench.Queue.ModifyDelayed(b, 5);
        bench.Timer.Advance(5);
        Check.Counters(bench.Queue, "queued 3 executed 2 coalesced 2 faulted 1");
        bench.Queue.ModifyDelayed(b, 5);
        other.ModifyDelayed(b, 5); // cancelled 1, other queued 1
        Check.Counters(bench.Queue, "queued 3 executed 2 coalesced 2 faulted 1 canceled 1");
        Check.Counters(other, "queued 1");
        b.Disable(); // other cancelled 1
        other.Queue(b);
        bench.Queue.ModifyDelayed(b, 1);
        b.Enable();
        Check.Counters(other, "queued 1 canceled 1");
        bench.Queue.ModifyDelayed(b, 1); // queued 4
        bench.Queue.Queue(a); // queued 5
        Call drain = new Call(() => bench.Queue.Drain());
        Wait.UntilBlocked(bench.Queue, 1);
        bench.Queue.Queue(throws); // refused 1
        bench.Queue.QueueDelayed(a, 1); // coalesced 3: pending comes first
        bench.Queue.ModifyDelayed(b, 9); // refused 2
        Check.Counters(bench.Queue, "queued 5 executed 2 coalesced 3 refused 2 faulted 1 canceled 1");
        bench.StepAll(); // executed 3
        drain.End();
        bench.Live(1); // executed 4
        Check.Counters(bench.Queue, "queued 5 executed 4 coalesced 3 refused 2 faulted 1 canceled 1");
        bench.End();
    }

    // R20: Flush of an armed item and an expiry count nothing
    [TestMethod]
    public void Queued_ExpiryAndFlushOfArmed_CountNothing()
    {
        Bench bench = new Bench();
        DelayedWork work = bench.Delayed("a");
        bench.Queue.QueueDelayed(work, 5);
        bench.Timer.Advance(5);
        Check.Counters(bench.Queue, "queued 1");
        bench.StepAll();
        bench.Queue.QueueDelayed(work, 5);
        Call flush = new Call(() => work.Flush());
        Wait.UntilBlocked(1);
        Check.Counters(bench.Queue, "queued 2 executed 1");
        bench.StepAll();
        flush.End();
        Check.Counters(bench.Queue, "queued 2 executed 2");
        WorkqueueStatistics statistics = bench.Queue.GetStatistics();
        Assert.AreEqual(0L, statistics.MaxLatencyMicroseconds);
        bench.End();
    }

    // R20: a running item counts as one, between Queued and Executed
    [TestMethod]
    public void Executed_InsideTheHandler_IsNotYetCounted()
    {
        Bench bench = new Bench();
        bool isRight = false;
        Work work = new Work(w =>
        {
            Check.Counters(bench.Queue, "queued 1");
            int running = -1;
            Worker.CountRunningLocked(bench.Queue, ref running);
            Assert.AreEqual(1, running);
            isRight = true;
        });
        bench.Queue.Queue(work);
        bench.StepAll();
        Assert.IsTrue(isRight);
        bench.End();
    }

    // R20: MaxDepth
    [TestMethod]
    public void MaxDepth_ArmedAndRunning_DoNotCount()
    {
        Bench bench = new Bench();
        bench.Queue.QueueDelayed(bench.Delayed("d"), 50);
        bench.Queue.QueueDelayed(bench.Delayed("e"), 50);
        WorkqueueStatistics statistics = bench.Queue.GetStatistics();
        Assert.AreEqual(0, statistics.MaxDepth);
        bench.Queue.Queue(new Work(w => bench.Queue.Queue(bench.Item("a"))));
        bench.StepAll();
        statistics = bench.Queue.GetStatistics();
        Assert.AreEqual(1, statistics.MaxDepth);
        bench.Timer.Advance(50);
        statistics = bench.Queue.GetStatistics();
        Assert.AreEqual(2, statistics.MaxDepth);
        bench.StepAll();
        statistics = bench.Queue.GetStatistics();
        Assert.AreEqual(2, statistics.MaxDepth, "the most there ever were");
        bench.End();
    }

    // R20: MaxLatency and Busy
    [TestMethod]
    public void MaxLatencyAndBusy_ClockMoves_AreExact()
    {
        Bench bench = new Bench();
        Work slow = new Work(w => bench.Timer.Advance(20));
        Work quick = bench.Item("q");
        WorkqueueStatistics before = bench.Queue.GetStatistics();
        bench.Queue.Queue(slow);
        bench.Queue.Queue(quick);
        bench.Timer.Advance(3);
        bench.StepAll();
        WorkqueueStatistics statistics = bench.Queue.GetStatistics();
        Assert.AreEqual(23_000L, statistics.MaxLatencyMicroseconds);
        Assert.AreEqual(20_000L, statistics.BusyMicroseconds);
        bench.Queue.Queue(slow);
        bench.StepAll();
        statistics = bench.Queue.GetStatistics();
        Assert.AreEqual(23_000L, statistics.MaxLatencyMicroseconds);
        Assert.AreEqual(40_000L, statistics.BusyMicroseconds);
        Assert.AreEqual(0, before.Queued, "a snapshot does not follow");
        Assert.AreEqual(0L, before.BusyMicroseconds);
        bench.End();
    }

    // R20: latency counts for the queue that the run belongs to
    [TestMethod]
    public void MaxLatency_QueuedWhileItRuns_CountsFromThatQueueing()
    {
        Bench bench = new Bench();
        Workqueue other = bench.Add("other", 1, 1);
        int runs = 0;
        Work work = new Work(w =>
        {
            if (++runs != 1) return;
            bench.Timer.Advance(10);
            other.Queue(w);
            bench.Timer.Advance(7);
        });
        bench.Queue.Queue(work);
        bench.StepAll();
        WorkqueueStatistics statistics = other.GetStatistics();
        Assert.AreEqual(7_000L, statistics.MaxLatencyMicroseconds);
        statistics = bench.Queue.GetStatistics();
        Assert.AreEqual(0L, statistics.MaxLatencyMicroseconds);
        Assert.AreEqual(17_000L, statistics.BusyMicroseconds);
        bench.End();
    }

    // R20: the worker's own thread counts as a step does, and from the queueing
    [TestMethod]
    public void MaxLatencyAndBusy_OnTheWorkersThread_AreExact()
    {
        Bench bench = new Bench(1000);
        Workqueue queue = Workqueue.CreateSingleThread("threaded");
        Work work = new Work(w => bench.Timer.Skip(20));
        Work first = new Work(w =>
        {
            queue.Queue(work);
            bench.Timer.Skip(3);
        });
        queue.Queue(first);
        queue.Flush();
        queue.Flush();
        WorkqueueStatistics statistics = queue.GetStatistics();
        Assert.AreEqual(3_000L, statistics.MaxLatencyMicroseconds);
        Assert.AreEqual(23_000L, statistics.BusyMicroseconds);
        queue.Destroy();
        bench.End();
    }

    // R20: the same by the default timer, where the test cannot say what passes, but how much at most
    [TestMethod]
    public void MaxLatencyAndBusy_ByTheDefaultTimer_FitWhatPassed()
    {
        Workqueue queue = Workqueue.CreateSingleThread("timed");
        long busy = 0;
        long longest = 0;
        Work work = new Work(w =>
        {
            long start = Jiffies.Now;
            Thread.Sleep(20);
            busy += Jiffies.Now - start;
        });
        for (int i = 0; i < 3; i++)
        {
            long start = Jiffies.Now;
            queue.Queue(work);
            queue.Flush();
            long passed = Jiffies.Now - start;
            if (passed > longest) longest = passed;
        }

        WorkqueueStatistics statistics = queue.GetStatistics();
        Assert.IsTrue(statistics.MaxLatencyMicroseconds <= longest * 1000);
        Assert.IsTrue(statistics.BusyMicroseconds >= busy * 1000);
        queue.Destroy();
    }

    // R20: MaxDepth, of what is queued the long way
    [TestMethod]
    public void MaxDepth_QueuedOnAProcessor_Counts()
    {
        Bench bench = new Bench();
        bench.Queue.QueueOn(0, bench.Item("a"));
        bench.Queue.QueueOn(0, bench.Item("b"));
        bench.StepAll();
        bench.Queue.QueueOn(0, bench.Item("c"));
        WorkqueueStatistics statistics = bench.Queue.GetStatistics();
        Assert.AreEqual(2, statistics.MaxDepth);
        bench.StepAll();
        bench.End();
    }
}
