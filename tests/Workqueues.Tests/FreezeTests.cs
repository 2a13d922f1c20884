namespace NFUnitTest;

/// <summary>Freeze, Thaw, and Drain.</summary>
[TestClass]
public class FreezeTests
{
    // conformance: Queues | frozen | Queue
    [TestMethod]
    public void Queue_Frozen_StartsAfterThawInOrder()
    {
        Bench bench = new Bench();
        bench.Queue.Queue(bench.Item("a"));
        bench.Queue.Freeze();
        Work b = bench.Item("b");
        DelayedWork c = bench.Delayed("c");
        Assert.IsTrue(bench.Queue.Queue(b));
        Assert.IsTrue(bench.Queue.QueueDelayed(c, 3));
        Check.States(WorkStates.Queued, b);
        bench.Live(5);
        Check.States(WorkStates.Queued, c);
        Assert.AreEqual("", bench.Log);
        bench.Queue.Thaw();
        Assert.AreEqual(3, bench.StepAll());
        Assert.AreEqual("abc", bench.Log);
        Check.Counters(bench.Queue, "queued 3 executed 3");
        bench.End();
    }

    // R18: on real threads a thaw wakes every worker
    [TestMethod]
    public void Thaw_ItemsWaiting_WorkersTakeThem()
    {
        Jiffies.SetTimer(new ManualTimer(), 0, 0);
        Workqueue queue = Workqueue.CreateSingleThread("frozen");
        int runs = 0;
        Work[] works = new Work[5];
        queue.Freeze();
        for (int i = 0; i < works.Length; i++)
        {
            works[i] = new Work(w => runs++);
            queue.Queue(works[i]);
        }

        Call call = new Call(() => queue.Flush());
        Wait.UntilBlocked(queue, 1);
        Assert.AreEqual(0, runs);
        queue.Thaw();
        call.End();
        Assert.AreEqual(5, runs);
        queue.Destroy();
    }

    // R18: returns when no handler runs
    [TestMethod]
    public void Freeze_HandlerRunning_WaitsForItAndLetsNoOtherStart()
    {
        Bench bench = new Bench();
        Workqueue wide = bench.Add("wide", 1, 2);
        Call? call = null;
        bool waited = false;
        bool started = true;
        wide.Queue(new Work(w =>
        {
            call = new Call(() => wide.Freeze());
            Wait.UntilBlocked(wide, 1);
            wide.Queue(bench.Item("b"));
            started = Bench.Step(wide, 1);
            waited = !call.HasEnded;
        }));
        Assert.IsTrue(Bench.Step(wide, 0));
        call!.End();
        Assert.IsTrue(waited);
        Assert.IsFalse(started);
        Assert.AreEqual(0, bench.StepAll());
        wide.Thaw();
        Assert.AreEqual(1, bench.StepAll());
        bench.End();
    }

    // R18: a flag, not a depth
    [TestMethod]
    public void Thaw_FrozenTwice_OneIsEnough()
    {
        Bench bench = new Bench();
        bench.Queue.Freeze();
        bench.Queue.Freeze();
        bench.Queue.Queue(bench.Item("a"));
        Assert.AreEqual(0, bench.StepAll());
        bench.Queue.Thaw();
        Assert.AreEqual(1, bench.StepAll());
        bench.Queue.Thaw();
        bench.End();
    }

    [TestMethod]
    public void Freeze_ThawedMeanwhile_Returns()
    {
        Bench bench = new Bench();
        bool returned = false;
        bench.Queue.Queue(new Work(w =>
        {
            Call call = new Call(() => bench.Queue.Freeze());
            Wait.UntilBlocked(bench.Queue, 1);
            bench.Queue.Thaw();
            call.End();
            returned = true;
        }));
        bench.Queue.Queue(bench.Item("b"));
        Assert.AreEqual(2, bench.StepAll());
        Assert.IsTrue(returned);
        bench.End();
    }

    // R18: Flush and Drain wait for Thaw
    [TestMethod]
    public void FlushAndDrain_Frozen_WaitForThaw()
    {
        Bench bench = new Bench();
        bool flushed = false;
        Work work = bench.Item("a");
        bench.Queue.Freeze();
        bench.Queue.Queue(work);
        Call flush = new Call(() => bench.Queue.Flush());
        Call drain = new Call(() => bench.Queue.Drain());
        Call flushItem = new Call(() => flushed = work.Flush());
        Wait.UntilBlocked(bench.Queue, 2);
        Wait.UntilBlocked(1);
        Assert.AreEqual(0, bench.StepAll());
        Assert.IsFalse(flush.HasEnded || drain.HasEnded || flushItem.HasEnded);
        bench.Queue.Thaw();
        Assert.AreEqual(1, bench.StepAll());
        flush.End();
        drain.End();
        flushItem.End();
        Assert.IsTrue(flushed);
        bench.End();
    }

    // conformance: Queues | frozen, an item waiting, Flush; then Cancel of the item
    [TestMethod]
    public void Flush_FrozenThenItemCancelled_Returns()
    {
        Bench bench = new Bench();
        Work work = bench.Item("a");
        bench.Queue.Freeze();
        bench.Queue.Queue(work);
        Call flush = new Call(() => bench.Queue.Flush());
        Call drain = new Call(() => bench.Queue.Drain());
        Wait.UntilBlocked(bench.Queue, 2);
        Assert.IsTrue(work.Cancel());
        flush.End();
        drain.End();
        bench.Queue.Thaw();
        Assert.AreEqual(0, bench.StepAll());
        bench.End();
    }

    // R18: what is frozen can still be cancelled, modified, queued
    [TestMethod]
    public void ModifyDelayed_Frozen_Works()
    {
        Bench bench = new Bench();
        DelayedWork work = bench.Delayed("a");
        bench.Queue.Freeze();
        bench.Queue.Queue(work);
        Assert.IsTrue(bench.Queue.ModifyDelayed(work, 5));
        Assert.AreEqual(5, work.RemainingMilliseconds);
        bench.Live(5);
        Check.States(WorkStates.Queued, work);
        bench.Queue.Thaw();
        Assert.AreEqual(1, bench.StepAll());
        bench.End();
    }

    // conformance: Queues | chained items | Drain
    [TestMethod]
    public void Drain_ChainedItems_WaitsUntilEmptyAndRefusesOthers()
    {
        Bench bench = new Bench();
        Call? call = null;
        bool outsider = true;
        bool outsiderDelayed = true;
        bool outsiderMoved = true;
        DelayedWork armed = bench.Delayed("x");
        bench.Queue.QueueDelayed(armed, 1000);
        int left = 3;
        bool chained = true;
        Work last = bench.Item("z");
        Work work = new Work(w =>
        {
            if (call == null)
            {
                call = new Call(() => bench.Queue.Drain());
                Wait.UntilBlocked(bench.Queue, 1);
                DelayedWork other = bench.Delayed("o");
                Call.Outside(() => outsider = bench.Queue.Queue(other));
                Call.Outside(() => outsiderDelayed = bench.Queue.QueueDelayed(other, 1));
                Call.Outside(() => outsiderMoved = bench.Queue.ModifyDelayed(armed, 1));
            }

            if (left-- > 0) chained &= bench.Queue.Queue(w);
            else chained &= bench.Queue.Queue(last);
        });
        bench.Queue.Queue(work);
        for (int i = 0; i < 4; i++)
        {
            Assert.IsTrue(bench.Step());
            Assert.IsFalse(call!.HasEnded);
            Assert.AreEqual(1, Stepping.CountWaiters(bench.Queue));
        }

        Assert.IsTrue(bench.Step());
        call!.End();
        Assert.IsTrue(chained);
        Assert.IsFalse(outsider);
        Assert.IsFalse(outsiderDelayed);
        Assert.IsFalse(outsiderMoved);
        Assert.AreEqual("z", bench.Log);
        Assert.AreEqual(1000, armed.RemainingMilliseconds, "a refused ModifyDelayed changes nothing");
        Check.Counters(bench.Queue, "queued 6 executed 5 refused 3");
        Assert.IsTrue(bench.Queue.Queue(last), "after the drain everybody may queue");
        bench.StepAll();
        armed.Cancel();
        bench.End();
    }

    [TestMethod]
    public void Drain_EmptyOrArmedOnly_ReturnsAtOnce()
    {
        Bench bench = new Bench();
        bench.Queue.Drain();
        bench.Queue.QueueDelayed(bench.Delayed("a"), 5);
        bench.Queue.Drain();
        bench.Live(5);
        Assert.AreEqual("a", bench.Log);
        bench.End();
    }

    // R17: an expiry is never refused, nor is Flush of an armed item
    [TestMethod]
    public void Expiry_QueueDrains_IsQueuedAndRuns()
    {
        Bench bench = new Bench();
        DelayedWork armed = bench.Delayed("a");
        bench.Queue.QueueDelayed(armed, 5);
        bench.Queue.Queue(bench.Item("b"));
        Call call = new Call(() => bench.Queue.Drain());
        Wait.UntilBlocked(bench.Queue, 1);
        bench.Timer.Advance(5);
        Check.States(WorkStates.Queued, armed);
        Assert.IsTrue(bench.Step());
        Assert.IsFalse(call.HasEnded);
        Assert.IsTrue(bench.Step());
        call.End();
        Assert.AreEqual("ba", bench.Log);
        Check.Counters(bench.Queue, "queued 2 executed 2");
        bench.End();
    }

    // R17: the caller must be a handler that runs for this queue
    [TestMethod]
    public void Queue_DrainingCallerRunsForAnotherQueue_IsRefused()
    {
        Bench bench = new Bench();
        Workqueue other = bench.Add("other", 1, 1);
        Work extra = bench.Item("x");
        bool taken = true;
        bench.Queue.Queue(bench.Item("a"));
        Call call = new Call(() => bench.Queue.Drain());
        Wait.UntilBlocked(bench.Queue, 1);
        other.Queue(new Work(w => taken = bench.Queue.Queue(extra)));
        Assert.IsTrue(Bench.Step(other, 0));
        Assert.IsFalse(taken);
        Assert.IsTrue(bench.Step());
        call.End();
        Check.Counters(bench.Queue, "queued 1 executed 1 refused 1");
        bench.End();
    }

    [TestMethod]
    public void Drain_TwoCallers_OpensAfterBoth()
    {
        Bench bench = new Bench();
        Work work = bench.Item("a");
        bench.Queue.Queue(work);
        Call first = new Call(() => bench.Queue.Drain());
        Call second = new Call(() => bench.Queue.Drain());
        Wait.UntilBlocked(bench.Queue, 2);
        Assert.IsTrue(bench.Step());
        first.End();
        second.End();
        Assert.IsTrue(bench.Queue.Queue(work));
        bench.StepAll();
        bench.End();
    }
}
