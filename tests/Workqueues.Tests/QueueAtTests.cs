namespace NFUnitTest;

/// <summary>QueueAt: a deadline instead of a delay, for periodic work without drift.</summary>
[TestClass]
public class QueueAtTests
{
    // R11: a deadline on Jiffies.Now
    [TestMethod]
    public void QueueAt_DeadlineAhead_RunsAtItAndNotBefore()
    {
        Bench bench = new Bench(500);
        DelayedWork work = bench.Delayed("a");
        Assert.IsTrue(bench.Queue.QueueAt(work, 510));
        Check.States(WorkStates.Delayed, work);
        Assert.AreEqual(10, work.RemainingMilliseconds);
        bench.Live(9);
        Assert.AreEqual("", bench.Log);
        bench.Live(1);
        Assert.AreEqual("a", bench.Log);
        Check.Counters(bench.Queue, "queued 1 executed 1");
        bench.End();
    }

    // R11: a time that has passed
    [TestMethod]
    public void QueueAt_DeadlineNowOrPassed_QueuesAtOnceWithoutTheTimer()
    {
        Bench bench = new Bench(500);
        DelayedWork work = bench.Delayed("a");
        long[] dues = new long[] { 500, 499, 0, -1, -3000000000, long.MinValue };
        for (int i = 0; i < dues.Length; i++)
        {
            Assert.IsTrue(bench.Queue.QueueAt(work, dues[i]));
            Check.States(WorkStates.Queued, work);
            Assert.AreEqual(1, bench.StepAll());
        }

        Assert.AreEqual("aaaaaa", bench.Log);
        Assert.AreEqual(0, bench.Timer.ArmCount);
        Check.Counters(bench.Queue, "queued 6 executed 6");
        bench.End();
    }

    // More than 24 days: no delay of QueueDelayed is as long, and the timer is asked in several parts.
    [TestMethod]
    public void QueueAt_DeadlineFarBeyondAnInt_IsKept()
    {
        Bench bench = new Bench();
        DelayedWork work = bench.Delayed("a");
        Assert.IsTrue(bench.Queue.QueueAt(work, 5000000000));
        Check.States(WorkStates.Delayed, work);
        for (int i = 0; i < 5; i++)
        {
            bench.Timer.Advance(999999999);
            bench.StepAll();
        }

        Assert.AreEqual("", bench.Log);
        Assert.AreEqual(5, work.RemainingMilliseconds);
        bench.Timer.Advance(4);
        Assert.AreEqual(0, bench.StepAll());
        bench.Timer.Advance(1);
        Assert.AreEqual(1, bench.StepAll());
        bench.End();
    }

    // R11: what never comes stays armed
    [TestMethod]
    public void QueueAt_TheEndOfTime_DoesNotComeAndIsCancelled()
    {
        long[] dues = new long[] { long.MaxValue, long.MaxValue / 2, 1L << 47 };
        for (int i = 0; i < dues.Length; i++)
        {
            Bench bench = new Bench(500);
            DelayedWork never = bench.Delayed("never");
            DelayedWork soon = bench.Delayed("soon");
            Assert.IsTrue(bench.Queue.QueueAt(never, dues[i]));
            Assert.IsTrue(bench.Queue.QueueDelayed(soon, 5));
            bench.Live(5);
            bench.Timer.Advance(int.MaxValue);
            bench.StepAll();
            Assert.AreEqual("soon", bench.Log);
            Assert.AreEqual(int.MaxValue, never.RemainingMilliseconds);
            Assert.IsTrue(never.Cancel());
            bench.End();
        }
    }

    [TestMethod]
    public void QueueAt_Pending_IsCoalescedAndTheFirstDeadlineStays()
    {
        Bench bench = new Bench();
        DelayedWork work = bench.Delayed("a");
        bench.Queue.QueueAt(work, 10);
        Assert.IsFalse(bench.Queue.QueueAt(work, 3));
        Assert.IsFalse(bench.Queue.QueueAt(work, 30));
        Assert.IsFalse(bench.Queue.QueueAt(work, 0));
        Assert.AreEqual(10, work.RemainingMilliseconds);
        bench.Timer.Advance(10);
        Check.States(WorkStates.Queued, work);
        Assert.IsFalse(bench.Queue.QueueAt(work, 30));
        Assert.AreEqual(1, bench.StepAll());
        Check.Counters(bench.Queue, "queued 1 executed 1 coalesced 4");

        work.Disable();
        Assert.IsFalse(bench.Queue.QueueAt(work, 30));
        work.Enable();
        Workqueue destroyed = bench.Add("destroyed", 1, 1);
        destroyed.Destroy();
        Assert.IsFalse(destroyed.QueueAt(work, 30));
        Assert.AreEqual(1, destroyed.GetStatistics().Refused);
        bench.End();
    }

    // conformance: Failures | periodic work by QueueAt | 1000 periods
    // Each run begins late by another time, and takes some; no deadline moves for that.
    [TestMethod]
    public void QueueAt_ThousandPeriodsWithLateRuns_NoDrift()
    {
        const int Period = 50;
        const int Periods = 1000;
        Bench bench = new Bench();
        long due = Period;
        int runs = 0;
        int offGrid = 0;
        int early = 0;
        DelayedWork work = new DelayedWork(w =>
        {
            runs++;
            if (due != runs * Period) offGrid++;
            if (Jiffies.Now < due) early++;
            bench.Timer.Skip(runs % 5);
            due += Period;
            if (runs < Periods) bench.Queue.QueueAt((DelayedWork)w, due);
        });
        bench.Queue.QueueAt(work, due);
        for (int i = 0; i < Periods; i++)
        {
            // To the deadline, to the millisecond; then the run is late by 0 to 40 ms.
            bench.Timer.Advance((int)(due - Jiffies.Now) - 1);
            Assert.IsFalse(bench.Step());
            bench.Timer.Advance(1);
            bench.Timer.Skip(i * 7 % 41);
            Assert.AreEqual(i, runs);
            Assert.IsTrue(bench.Step());
        }

        Assert.AreEqual(Periods, runs);
        Assert.AreEqual(0, offGrid);
        Assert.AreEqual(0, early);
        Assert.AreEqual((Periods + 1) * Period, (int)due);
        Assert.IsTrue(Jiffies.Now < due);
        Check.Counters(bench.Queue, "queued " + Periods.ToString() + " executed " + Periods.ToString());
        bench.End();
    }

    // conformance: Failures | periodic work by QueueAt | 1000 periods
    // A period that was missed runs once, at once, and the next one is on time again.
    [TestMethod]
    public void QueueAt_PeriodMissed_RunsOnceAtOnceAndThenOnTime()
    {
        Bench bench = new Bench();
        long due = 50;
        string times = "";
        DelayedWork work = new DelayedWork(w =>
        {
            times += Jiffies.Now.ToString() + " ";
            if (due == 100) bench.Timer.Skip(70);
            due += 50;
            bench.Queue.QueueAt((DelayedWork)w, due);
        });
        bench.Queue.QueueAt(work, due);
        bench.Live(100);
        Assert.AreEqual("50 100 170 ", times);
        bench.Live(80);
        Assert.AreEqual("50 100 170 200 250 ", times);
        Assert.IsTrue(work.Cancel());
        Check.Counters(bench.Queue, "queued 6 executed 5 canceled 1");
        bench.End();
    }
}
