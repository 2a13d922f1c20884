namespace NFUnitTest;

/// <summary>Disable, DisableSync, Enable.</summary>
[TestClass]
public class DisableTests
{
    // conformance: Items | disabled twice | Queue, Enable, Queue, Enable, Queue
    [TestMethod]
    public void Queue_DisabledTwice_IsTrueAfterTheSecondEnable()
    {
        Bench bench = new Bench();
        DelayedWork work = bench.Delayed("a");
        Assert.IsFalse(work.Disable());
        Assert.IsFalse(work.Disable());
        Check.States(WorkStates.Disabled, work);
        Assert.IsFalse(bench.Queue.Queue(work));
        Assert.IsFalse(work.Enable());
        Assert.IsFalse(bench.Queue.Queue(work));
        Check.States(WorkStates.Disabled, work);
        Assert.IsTrue(work.Enable());
        Check.States(WorkStates.Idle, work);
        Assert.IsTrue(bench.Queue.Queue(work));
        bench.StepAll();
        Assert.AreEqual("a", bench.Log);
        Check.Counters(bench.Queue, "queued 1 executed 1");
        bench.End();
    }

    // R14: every queueing returns false, and is not counted
    [TestMethod]
    public void EveryQueueing_Disabled_IsFalseAndCountsNothing()
    {
        Bench bench = new Bench();
        DelayedWork work = bench.Delayed("a");
        work.Disable();
        Assert.IsFalse(bench.Queue.Queue(work));
        Assert.IsFalse(bench.Queue.QueueOn(0, work));
        Assert.IsFalse(bench.Queue.QueueDelayed(work, 0));
        Assert.IsFalse(bench.Queue.QueueDelayed(work, 3));
        Assert.IsFalse(bench.Queue.QueueDelayedOn(0, work, 3));
        Assert.IsFalse(bench.Queue.ModifyDelayed(work, 0));
        Assert.IsFalse(bench.Queue.ModifyDelayed(work, 3));
        Assert.IsFalse(work.Flush());
        Assert.AreEqual(0, work.RemainingMilliseconds);
        Check.States(WorkStates.Disabled, work);
        Assert.AreEqual(0, bench.Timer.ArmCount);
        bench.Live(10);
        Assert.AreEqual("", bench.Log);
        Check.Counters(bench.Queue, "");
        Assert.IsTrue(work.Enable());
        bench.End();
    }

    // conformance: Items | disabled while queued
    [TestMethod]
    public void Disable_Queued_TakesItOff()
    {
        Bench bench = new Bench();
        Work work = bench.Item("a");
        bench.Queue.Queue(work);
        Assert.IsTrue(work.Disable());
        Check.States(WorkStates.Disabled, work);
        Assert.AreEqual(0, bench.StepAll());
        Assert.IsTrue(work.Enable());
        Check.States(WorkStates.Idle, work);
        Assert.AreEqual(0, bench.StepAll());
        Check.Counters(bench.Queue, "queued 1 canceled 1");
        bench.End();
    }

    [TestMethod]
    public void Disable_Armed_TakesItOffItsTimer()
    {
        Bench bench = new Bench();
        DelayedWork work = bench.Delayed("a");
        bench.Queue.QueueDelayed(work, 5);
        Assert.IsTrue(work.Disable());
        Assert.AreEqual(0, work.RemainingMilliseconds);
        bench.Live(10);
        Assert.AreEqual("", bench.Log);
        work.Enable();
        bench.Live(10);
        Assert.AreEqual("", bench.Log);
        Check.Counters(bench.Queue, "queued 1 canceled 1");
        bench.End();
    }

    [TestMethod]
    public void DisableSync_QueuedAndIdle_IsTrueThenFalse()
    {
        Bench bench = new Bench();
        Work work = bench.Item("a");
        bench.Queue.Queue(work);
        Assert.IsTrue(work.DisableSync());
        Assert.IsFalse(work.DisableSync());
        Assert.AreEqual(0, bench.StepAll());
        Assert.IsFalse(work.Enable());
        Assert.IsTrue(work.Enable());
        Check.Counters(bench.Queue, "queued 1 canceled 1");
        bench.End();
    }

    // R14: a running handler goes on
    [TestMethod]
    public void Disable_InItsOwnHandler_EndsTheRunAndBarsTheNext()
    {
        Bench bench = new Bench();
        bool wasPending = true;
        bool queuedAgain = true;
        Work work = new Work(w =>
        {
            wasPending = w.Disable();
            queuedAgain = bench.Queue.Queue(w);
            Check.States(WorkStates.Running | WorkStates.Disabled, w);
        });
        bench.Queue.Queue(work);
        Assert.AreEqual(1, bench.StepAll());
        Assert.IsFalse(wasPending);
        Assert.IsFalse(queuedAgain);
        Check.States(WorkStates.Disabled, work);
        Assert.IsTrue(work.Enable());
        Check.Counters(bench.Queue, "queued 1 executed 1");
        bench.End();
    }

    // conformance: Items | DisableSync while running
    [TestMethod]
    public void DisableSync_Running_WaitsAndBarsTheItemUntilEnable()
    {
        Bench bench = new Bench();
        Call? call = null;
        bool wasPending = true;
        bool waited = false;
        bool taken = false;
        Work work = new Work(w =>
        {
            call = new Call(() => wasPending = w.DisableSync());
            Wait.UntilBlocked(1);
            waited = !call.HasEnded;
            taken |= bench.Queue.Queue(w);
            Call.Outside(() => taken |= bench.Queue.Queue(w));
        });
        bench.Queue.Queue(work);
        Assert.IsTrue(bench.Step());
        call!.End();
        Assert.IsTrue(waited);
        Assert.IsFalse(wasPending);
        Assert.IsFalse(taken);
        Check.States(WorkStates.Disabled, work);
        Assert.IsFalse(bench.Queue.Queue(work));
        Assert.IsTrue(work.Enable());
        Assert.IsTrue(bench.Queue.Queue(work));
        Assert.IsTrue(work.Cancel());
        Check.Counters(bench.Queue, "queued 2 executed 1 canceled 1");
        bench.End();
    }

    [TestMethod]
    public void DisableSync_RunningAndQueuedAgain_IsTrueAndRunsNoMore()
    {
        Bench bench = new Bench();
        Call? call = null;
        bool wasPending = false;
        int runs = 0;
        Work work = new Work(w =>
        {
            runs++;
            bench.Queue.Queue(w);
            call = new Call(() => wasPending = w.DisableSync());
            Wait.UntilBlocked(1);
        });
        bench.Queue.Queue(work);
        Assert.AreEqual(1, bench.StepAll());
        call!.End();
        Assert.IsTrue(wasPending);
        Assert.AreEqual(1, runs);
        Check.Counters(bench.Queue, "queued 2 executed 1 canceled 1");
        bench.End();
    }

    // R14: more Enable than Disable
    [TestMethod]
    public void Enable_NotDisabled_Throws()
    {
        Bench bench = new Bench();
        Work work = bench.Item("a");
        Check.Invalid(() => work.Enable());
        work.Disable();
        Assert.IsTrue(work.Enable());
        Check.Invalid(() => work.Enable());
        Assert.IsTrue(bench.Queue.Queue(work), "the refused call has changed nothing");
        Assert.AreEqual(1, bench.StepAll());
        bench.End();
    }

    // R14: depth
    [TestMethod]
    public void Disable_ManyTimes_NeedsAsManyEnables()
    {
        Bench bench = new Bench();
        Work work = bench.Item("a");
        for (int i = 0; i < 1000; i++) Assert.IsFalse(work.Disable());
        for (int i = 1; i < 1000; i++) Assert.IsFalse(work.Enable());
        Assert.IsFalse(bench.Queue.Queue(work));
        Assert.IsTrue(work.Enable());
        Assert.IsTrue(bench.Queue.Queue(work));
        Assert.AreEqual(1, bench.StepAll());
        bench.End();
    }

    // A cancel that waits ends; the depth stays.
    [TestMethod]
    public void CancelSync_Disabled_StaysDisabled()
    {
        Bench bench = new Bench();
        Call? call = null;
        Work work = new Work(w =>
        {
            w.Disable();
            call = new Call(() => w.CancelSync());
            Wait.UntilBlocked(1);
            Check.States(WorkStates.Running | WorkStates.Canceling | WorkStates.Disabled, w);
        });
        bench.Queue.Queue(work);
        bench.Step();
        call!.End();
        Check.States(WorkStates.Disabled, work);
        Assert.IsFalse(bench.Queue.Queue(work));
        Assert.IsTrue(work.Enable());
        bench.End();
    }
}
