namespace NFUnitTest;

/// <summary>QueueDelayed and ModifyDelayed on one queue.</summary>
[TestClass]
public class DelayedTests
{
    // conformance: Delayed | idle | QueueDelayed(d)
    [TestMethod]
    public void QueueDelayed_Idle_RunsNotBeforeTheDelay()
    {
        Bench bench = new Bench();
        DelayedWork work = bench.Delayed("a");
        Assert.AreEqual(0, work.RemainingMilliseconds);
        Assert.IsTrue(bench.Queue.QueueDelayed(work, 10));
        Check.States(WorkStates.Delayed, work);
        Assert.IsTrue(work.IsPending);
        Assert.AreEqual(10, work.RemainingMilliseconds);
        for (int left = 9; left > 0; left--)
        {
            bench.Timer.Advance(1);
            Assert.AreEqual(left, work.RemainingMilliseconds);
            Assert.IsFalse(bench.Step());
        }

        bench.Timer.Advance(1);
        Assert.AreEqual(0, work.RemainingMilliseconds);
        Check.States(WorkStates.Queued, work);
        Assert.IsTrue(bench.Step());
        Assert.AreEqual("a", bench.Log);
        Assert.AreEqual(1, bench.Timer.ArmCount);
        Check.Counters(bench.Queue, "queued 1 executed 1");
        bench.End();
    }

    // R7: a late timer harms nothing
    [TestMethod]
    public void QueueDelayed_TimerLate_RunsLateAndRemainsZero()
    {
        Bench bench = new Bench();
        DelayedWork work = bench.Delayed("a");
        bench.Queue.QueueDelayed(work, 10);
        bench.Timer.Skip(25);
        Assert.AreEqual(0, work.RemainingMilliseconds);
        Check.States(WorkStates.Delayed, work);
        Assert.IsFalse(bench.Step());
        bench.Timer.Advance(0);
        Assert.IsTrue(bench.Step());
        bench.End();
    }

    // conformance: Delayed | delay 0 | QueueDelayed
    [TestMethod]
    public void QueueDelayed_Zero_QueuesAtOnceWithoutTheTimer()
    {
        Bench bench = new Bench();
        DelayedWork work = bench.Delayed("a");
        Assert.IsTrue(bench.Queue.QueueDelayed(work, 0));
        Check.States(WorkStates.Queued, work);
        Assert.AreEqual(0, work.RemainingMilliseconds);
        Assert.AreEqual(0, bench.Timer.ArmCount);
        Assert.AreEqual(1, bench.StepAll());
        Check.Counters(bench.Queue, "queued 1 executed 1");
        bench.End();
    }

    // conformance: Delayed | armed | QueueDelayed(other)
    [TestMethod]
    public void QueueDelayed_Armed_IsFalseAndTheFirstDeadlineStays()
    {
        Bench bench = new Bench();
        DelayedWork work = bench.Delayed("a");
        bench.Queue.QueueDelayed(work, 10);
        Assert.IsFalse(bench.Queue.QueueDelayed(work, 3));
        Assert.IsFalse(bench.Queue.QueueDelayed(work, 30));
        Assert.IsFalse(bench.Queue.QueueDelayed(work, 0));
        Assert.IsFalse(bench.Queue.Queue(work));
        Assert.AreEqual(10, work.RemainingMilliseconds);
        bench.Live(9);
        Assert.AreEqual("", bench.Log);
        bench.Live(1);
        Assert.AreEqual("a", bench.Log);
        bench.Live(50);
        Assert.AreEqual("a", bench.Log);
        Check.Counters(bench.Queue, "queued 1 executed 1 coalesced 4");
        bench.End();
    }

    // conformance: Delayed | armed | ModifyDelayed(later / earlier / 0)
    [TestMethod]
    public void ModifyDelayed_ArmedLater_TheNewDeadlineHolds()
    {
        Bench bench = new Bench();
        DelayedWork work = bench.Delayed("a");
        bench.Queue.QueueDelayed(work, 10);
        bench.Live(5);
        Assert.IsTrue(bench.Queue.ModifyDelayed(work, 10));
        Assert.AreEqual(10, work.RemainingMilliseconds);
        Check.States(WorkStates.Delayed, work);
        bench.Live(9);
        Assert.AreEqual("", bench.Log);
        bench.Live(1);
        Assert.AreEqual("a", bench.Log);
        Check.Counters(bench.Queue, "queued 1 executed 1");
        bench.End();
    }

    // conformance: Delayed | armed | ModifyDelayed(later / earlier / 0)
    [TestMethod]
    public void ModifyDelayed_ArmedEarlier_TheNewDeadlineHolds()
    {
        Bench bench = new Bench();
        DelayedWork work = bench.Delayed("a");
        bench.Queue.QueueDelayed(work, 100);
        Assert.IsTrue(bench.Queue.ModifyDelayed(work, 3));
        Assert.AreEqual(3, work.RemainingMilliseconds);
        bench.Live(2);
        Assert.AreEqual("", bench.Log);
        bench.Live(1);
        Assert.AreEqual("a", bench.Log);
        bench.Live(200);
        Assert.AreEqual("a", bench.Log);
        Check.Counters(bench.Queue, "queued 1 executed 1");
        bench.End();
    }

    // conformance: Delayed | armed | ModifyDelayed(later / earlier / 0)
    [TestMethod]
    public void ModifyDelayed_ArmedZero_QueuesAtOnce()
    {
        Bench bench = new Bench();
        DelayedWork work = bench.Delayed("a");
        bench.Queue.QueueDelayed(work, 100);
        Assert.IsTrue(bench.Queue.ModifyDelayed(work, 0));
        Check.States(WorkStates.Queued, work);
        Assert.AreEqual(0, work.RemainingMilliseconds);
        Assert.AreEqual(1, bench.StepAll());
        bench.Live(200);
        Assert.AreEqual("a", bench.Log);
        Check.Counters(bench.Queue, "queued 1 executed 1");
        bench.End();
    }

    // conformance: Delayed | idle | ModifyDelayed
    [TestMethod]
    public void ModifyDelayed_Idle_IsFalseAndArms()
    {
        Bench bench = new Bench();
        DelayedWork work = bench.Delayed("a");
        Assert.IsFalse(bench.Queue.ModifyDelayed(work, 4));
        Check.States(WorkStates.Delayed, work);
        Assert.AreEqual(4, work.RemainingMilliseconds);
        bench.Live(4);
        Assert.AreEqual("a", bench.Log);
        Assert.IsFalse(bench.Queue.ModifyDelayed(work, 0));
        Check.States(WorkStates.Queued, work);
        bench.StepAll();
        Assert.AreEqual("aa", bench.Log);
        Check.Counters(bench.Queue, "queued 2 executed 2");
        bench.End();
    }

    // conformance: Delayed | queued, not started | ModifyDelayed(d)
    [TestMethod]
    public void ModifyDelayed_QueuedNotStarted_WaitsAgain()
    {
        Bench bench = new Bench();
        DelayedWork work = bench.Delayed("a");
        bench.Queue.QueueDelayed(work, 5);
        bench.Timer.Advance(5);
        Check.States(WorkStates.Queued, work);
        Assert.IsTrue(bench.Queue.ModifyDelayed(work, 7));
        Check.States(WorkStates.Delayed, work);
        Assert.AreEqual(7, work.RemainingMilliseconds);
        bench.Live(6);
        Assert.AreEqual("", bench.Log);
        bench.Live(1);
        Assert.AreEqual("a", bench.Log);
        Check.Counters(bench.Queue, "queued 1 executed 1");
        bench.End();
    }

    // R12: 0 on a queued item: to the tail
    [TestMethod]
    public void ModifyDelayed_QueuedZero_GoesToTheTail()
    {
        Bench bench = new Bench();
        DelayedWork work = bench.Delayed("a");
        bench.Queue.Queue(work);
        bench.Queue.Queue(bench.Item("b"));
        bench.Queue.Queue(bench.Item("c"));
        Assert.IsTrue(bench.Queue.ModifyDelayed(work, 0));
        Check.States(WorkStates.Queued, work);
        Assert.AreEqual(3, bench.StepAll());
        Assert.AreEqual("bca", bench.Log);
        WorkqueueStatistics statistics = bench.Queue.GetStatistics();
        Assert.AreEqual(3, statistics.MaxDepth);
        Check.Counters(bench.Queue, "queued 3 executed 3");
        bench.End();
    }

    // conformance: Delayed | running | QueueDelayed(d) from its handler
    [TestMethod]
    public void QueueDelayed_FromItsHandler_IsPeriodic()
    {
        Bench bench = new Bench();
        string times = "";
        DelayedWork work = new DelayedWork(w =>
        {
            times += Jiffies.Now.ToString() + " ";
            bench.Queue.QueueDelayed((DelayedWork)w, 10);
            Check.States(WorkStates.Running | WorkStates.Delayed, w);
        });
        bench.Queue.QueueDelayed(work, 10);
        bench.Live(55);
        Assert.AreEqual("10 20 30 40 50 ", times);
        Assert.IsTrue(work.Cancel());
        bench.Live(50);
        Assert.AreEqual("10 20 30 40 50 ", times);
        Check.Counters(bench.Queue, "queued 6 executed 5 canceled 1");
        bench.End();
    }

    [TestMethod]
    public void QueueDelayed_ExpiresWhileItStillRuns_WaitsForTheRunsEnd()
    {
        Bench bench = new Bench();
        Workqueue queue = bench.Add("two workers", 1, 2);
        int runs = 0;
        bool ranBeside = true;
        DelayedWork work = new DelayedWork(w =>
        {
            if (++runs != 1) return;
            queue.QueueDelayed((DelayedWork)w, 5);
            bench.Timer.Advance(20);
            Check.States(WorkStates.Running | WorkStates.Queued, w);
            ranBeside = Bench.Step(queue, 1);
        });
        queue.Queue(work);
        Assert.IsTrue(Bench.Step(queue, 0));
        Assert.IsFalse(ranBeside);
        Assert.AreEqual(1, runs);
        Assert.IsTrue(Bench.Step(queue, 1));
        Assert.AreEqual(2, runs);
        bench.End();
    }

    [TestMethod]
    public void ModifyDelayed_RunningAndPending_MovesTheNextRun()
    {
        Bench bench = new Bench();
        int runs = 0;
        string answers = "";
        DelayedWork work = new DelayedWork(w =>
        {
            if (++runs != 1) return;
            DelayedWork d = (DelayedWork)w;
            answers += bench.Queue.ModifyDelayed(d, 5) ? "1" : "0";
            answers += bench.Queue.ModifyDelayed(d, 0) ? "1" : "0";
            answers += bench.Queue.ModifyDelayed(d, 9) ? "1" : "0";
            Check.States(WorkStates.Running | WorkStates.Delayed, w);
        });
        bench.Queue.Queue(work);
        bench.StepAll();
        Assert.AreEqual("011", answers);
        bench.Live(8);
        Assert.AreEqual(1, runs);
        bench.Live(1);
        Assert.AreEqual(2, runs);
        Check.Counters(bench.Queue, "queued 2 executed 2");
        bench.End();
    }

    // conformance: Delayed | armed | Cancel / CancelSync
    [TestMethod]
    public void Cancel_Armed_TheTimerNoLongerFiresIt()
    {
        Bench bench = new Bench();
        DelayedWork first = bench.Delayed("a");
        DelayedWork second = bench.Delayed("b");
        bench.Queue.QueueDelayed(first, 10);
        bench.Queue.QueueDelayed(second, 10);
        Assert.IsTrue(first.Cancel());
        Assert.IsTrue(second.CancelSync());
        Check.States(WorkStates.Idle, first);
        Check.States(WorkStates.Idle, second);
        Assert.AreEqual(0, first.RemainingMilliseconds);
        bench.Live(100);
        Assert.AreEqual("", bench.Log);
        Check.Counters(bench.Queue, "queued 2 canceled 2");

        Assert.IsTrue(bench.Queue.QueueDelayed(first, 10));
        bench.Live(10);
        Assert.AreEqual("a", bench.Log);
        bench.End();
    }

    [TestMethod]
    public void Cancel_ExpiredNotStarted_TakesItOffTheQueue()
    {
        Bench bench = new Bench();
        DelayedWork work = bench.Delayed("a");
        bench.Queue.QueueDelayed(work, 5);
        bench.Timer.Advance(5);
        Assert.IsTrue(work.Cancel());
        Assert.AreEqual(0, bench.StepAll());
        Check.Counters(bench.Queue, "queued 1 canceled 1");
        bench.End();
    }

    // R11: Queue of a delayed item
    [TestMethod]
    public void Queue_DelayedWork_NeedsNoTimer()
    {
        Bench bench = new Bench();
        DelayedWork work = bench.Delayed("a");
        Assert.IsTrue(bench.Queue.Queue(work));
        Assert.AreEqual(1, bench.StepAll());
        Assert.AreEqual(0, bench.Timer.ArmCount);
        bench.End();
    }

    // R20: the latency of delayed work counts from its expiry
    [TestMethod]
    public void MaxLatency_DelayedWork_CountsFromTheExpiry()
    {
        Bench bench = new Bench();
        DelayedWork work = bench.Delayed("a");
        bench.Queue.QueueDelayed(work, 100);
        bench.Timer.Advance(103);
        Assert.IsTrue(bench.Step());
        WorkqueueStatistics statistics = bench.Queue.GetStatistics();
        Assert.AreEqual(3000L, statistics.MaxLatencyMicroseconds);

        // The timer is 50 ms late: that is not the queue's latency.
        bench.Queue.QueueDelayed(work, 100);
        bench.Timer.Skip(150);
        bench.Timer.Advance(0);
        bench.Timer.Advance(4);
        Assert.IsTrue(bench.Step());
        statistics = bench.Queue.GetStatistics();
        Assert.AreEqual(4000L, statistics.MaxLatencyMicroseconds);
        bench.End();
    }

    // R11: the longest delay
    [TestMethod]
    public void QueueDelayed_LongestDelay_IsKeptExactly()
    {
        Bench bench = new Bench();
        DelayedWork work = bench.Delayed("a");
        bench.Queue.QueueDelayed(work, int.MaxValue);
        Assert.AreEqual(int.MaxValue, work.RemainingMilliseconds);
        bench.Timer.Advance(int.MaxValue - 1);
        Assert.AreEqual(1, work.RemainingMilliseconds);
        Assert.AreEqual(0, bench.StepAll());
        bench.Timer.Advance(1);
        Assert.AreEqual(1, bench.StepAll());
        bench.End();
    }
}
