using System.Threading;

namespace NFUnitTest;

/// <summary>One item and two queues.</summary>
[TestClass]
public class TwoQueuesTests
{
    // conformance: Items | running | Queue on another queue
    [TestMethod]
    public void Queue_RunningOnAnotherQueue_RunsAgainOnTheWorkerThatRunsIt()
    {
        Bench bench = new Bench();
        Workqueue other = bench.Add("other", 1, 1);
        int runs = 0;
        bool queued = false;
        bool ranBeside = true;
        Work work = new Work(w =>
        {
            if (++runs != 1) return;
            Call.Outside(() => queued = other.Queue(w));
            Check.States(WorkStates.Running | WorkStates.Queued, w);
            ranBeside = Bench.Step(other, 0);
        });
        bench.Queue.Queue(work);
        Assert.IsTrue(bench.Step());
        Assert.IsTrue(queued);
        Assert.IsFalse(ranBeside);
        Assert.IsFalse(Bench.Step(other, 0), "the other queue's worker does not get it");
        Assert.IsTrue(bench.Step());
        Assert.AreEqual(2, runs);
        Check.Counters(bench.Queue, "queued 1 executed 1");
        Check.Counters(other, "queued 1 executed 1");
        bench.End();
    }

    // R2: on real threads: never beside itself, and on the same thread
    [TestMethod]
    public void Queue_TwoQueuesInTurns_NeverRunsBesideItself()
    {
        Jiffies.SetTimer(new ManualTimer(), 0, 0);
        Workqueue a = Workqueue.CreateSingleThread("a");
        Workqueue b = Workqueue.CreateSingleThread("b");
        int inside = 0;
        int beside = 0;
        int runs = 0;
        Work work = new Work(w =>
        {
            if (Interlocked.Increment(ref inside) != 1) beside++;
            runs++;
            Interlocked.Decrement(ref inside);
        });
        int queued = 0;
        for (int i = 0; i < 300; i++)
        {
            if (a.Queue(work)) queued++;
            if (b.Queue(work)) queued++;
        }

        while (work.Flush())
        {
        }

        Assert.AreEqual(0, beside);
        Assert.AreEqual(queued, runs);
        a.Destroy();
        b.Destroy();
        Assert.AreEqual(queued, a.GetStatistics().Executed + b.GetStatistics().Executed);
    }

    // R21: counters
    [TestMethod]
    public void FlushAndDrain_RunsForOneQueuedOnTheOther_EachWaitsForItsOwn()
    {
        Bench bench = new Bench();
        Workqueue other = bench.Add("other", 1, 1);
        Call? flush = null;
        Call? drain = null;
        Call? flushOther = null;
        Call? drainOther = null;
        int runs = 0;
        Work work = new Work(w =>
        {
            if (++runs != 1) return;
            Call.Outside(() => other.Queue(w));
            flush = new Call(() => bench.Queue.Flush());
            drain = new Call(() => bench.Queue.Drain());
            flushOther = new Call(() => other.Flush());
            drainOther = new Call(() => other.Drain());
            Wait.UntilBlocked(bench.Queue, 2);
            Wait.UntilBlocked(other, 2);
        });
        bench.Queue.Queue(work);
        Assert.IsTrue(bench.Step());
        flush!.End();
        drain!.End();
        Assert.AreEqual(2, Stepping.CountWaiters(other));
        Assert.IsTrue(bench.Step());
        flushOther!.End();
        drainOther!.End();
        bench.End();
    }

    [TestMethod]
    public void Freeze_QueuedBehindItsOwnRunOfAnotherQueue_WaitsForThaw()
    {
        Bench bench = new Bench();
        Workqueue other = bench.Add("other", 1, 1);
        int runs = 0;
        Work work = new Work(w =>
        {
            if (++runs == 1) other.Queue(w);
        });
        other.Freeze();
        bench.Queue.Queue(work);
        Assert.IsTrue(bench.Step());
        bench.Queue.Queue(bench.Item("n"));
        Assert.IsTrue(bench.Step(), "who waits behind a frozen queue's item is not held up");
        Assert.AreEqual("n", bench.Log);
        Assert.AreEqual(0, bench.StepAll());
        Check.States(WorkStates.Queued, work);
        other.Thaw();
        Assert.AreEqual(1, bench.StepAll());
        Assert.AreEqual(2, runs);
        bench.End();
    }

    [TestMethod]
    public void Freeze_RunningForTheOtherQueue_DoesNotWaitForIt()
    {
        Bench bench = new Bench();
        Workqueue other = bench.Add("other", 1, 1);
        bool frozen = false;
        bool second = false;
        int runs = 0;
        Work work = new Work(w =>
        {
            if (++runs == 1)
            {
                other.Queue(w);
                return;
            }

            // This run belongs to the other queue, on the first one's worker.
            Call.Outside(() => bench.Queue.Freeze());
            frozen = true;
            Call call = new Call(() => other.Freeze());
            Wait.UntilBlocked(other, 1);
            second = !call.HasEnded;
            other.Thaw();
            call.End();
        });
        bench.Queue.Queue(work);
        Assert.AreEqual(2, bench.StepAll());
        Assert.IsTrue(frozen);
        Assert.IsTrue(second);
        bench.Queue.Thaw();
        bench.End();
    }

    // R21: counters
    [TestMethod]
    public void Queue_DrainingRunBelongsToTheOtherQueue_IsRefused()
    {
        Bench bench = new Bench();
        Workqueue other = bench.Add("other", 1, 1);
        Work extra = bench.Item("x");
        Call? drain = null;
        bool mine = true;
        bool others = false;
        int runs = 0;
        Work work = new Work(w =>
        {
            if (++runs == 1)
            {
                other.Queue(w);
                return;
            }

            mine = bench.Queue.Queue(extra);
            others = other.Queue(extra);
        });
        bench.Queue.Queue(work);
        Assert.IsTrue(bench.Step());
        bench.Queue.Queue(bench.Item("b"));
        drain = new Call(() => bench.Queue.Drain());
        Wait.UntilBlocked(bench.Queue, 1);
        Assert.IsTrue(bench.Step());
        Assert.IsFalse(mine);
        Assert.IsTrue(others);
        Assert.AreEqual(2, bench.StepAll());
        drain.End();
        bench.End();
    }

    // R21: Destroy of either
    [TestMethod]
    public void Destroy_OfTheWorkersQueue_OtherQueuesItemRunsOnItsOwnWorker()
    {
        Bench bench = new Bench();
        Workqueue first = bench.Add("first", 1, 1);
        int runs = 0;
        Work work = new Work(w =>
        {
            if (++runs == 1) bench.Queue.Queue(w);
        });
        first.Queue(work);
        Assert.IsTrue(Bench.Step(first, 0));
        Assert.IsFalse(bench.Step(), "it waits for the worker that ran it");
        first.Destroy();
        Check.States(WorkStates.Queued, work);
        Assert.IsTrue(bench.Step());
        Assert.AreEqual(2, runs);
        Check.Counters(first, "queued 1 executed 1");
        Check.Counters(bench.Queue, "queued 1 executed 1");
        bench.End();
    }

    [TestMethod]
    public void Destroy_OfTheQueueWhoseItemRunsElsewhere_WaitsForIt()
    {
        Bench bench = new Bench();
        Workqueue other = bench.Add("other", 1, 1);
        Call? destroy = null;
        bool waited = false;
        int runs = 0;
        Work work = new Work(w =>
        {
            if (++runs == 1)
            {
                Call.Outside(() => other.Queue(w));
                destroy = new Call(() => other.Destroy());
                Wait.UntilBlocked(other, 1);
                return;
            }

            waited = !destroy!.HasEnded;
        });
        bench.Queue.Queue(work);
        Assert.IsTrue(bench.Step());
        Assert.IsTrue(bench.Step());
        destroy!.End();
        Assert.IsTrue(waited);
        Check.Counters(other, "queued 1 executed 1");
        bench.End();
    }

    [TestMethod]
    public void Destroy_WorkerRunsForTheOtherQueue_RunEndsAndItRunsAgainOnItsOwnQueue()
    {
        Bench bench = new Bench();
        Workqueue first = Workqueue.CreateSingleThread("first");
        Workqueue second = Workqueue.CreateSingleThread("second");
        AutoResetEvent here = new AutoResetEvent(false);
        AutoResetEvent go = new AutoResetEvent(false);
        Thread[] threads = new Thread[3];
        int runs = 0;
        Work work = new Work(w =>
        {
            threads[runs] = Thread.CurrentThread;
            if (++runs < 3) second.Queue(w);
            here.Set();
            go.WaitOne();
        });
        first.Queue(work);
        Wait.For(here);
        go.Set();
        Wait.For(here);

        // Run 2: for the second queue, on the first one's worker. Run 3 waits behind it.
        Call destroy = new Call(() => first.Destroy());
        destroy.End();
        go.Set();
        Wait.For(here);
        go.Set();
        second.Flush();
        Assert.AreEqual(3, runs);
        Assert.AreSame(threads[0], threads[1]);
        Assert.AreNotSame(threads[1], threads[2]);
        Check.Counters(first, "queued 1 executed 1");
        Check.Counters(second, "queued 2 executed 2");
        second.Destroy();
        bench.End();
    }

    // R12: from another queue: it moves
    [TestMethod]
    public void ModifyDelayed_ArmedOnAnotherQueue_MovesIt()
    {
        Bench bench = new Bench();
        Workqueue other = bench.Add("other", 1, 1);
        DelayedWork work = bench.Delayed("a");
        bench.Queue.QueueDelayed(work, 10);
        Assert.IsTrue(other.ModifyDelayed(work, 20));
        Assert.AreEqual(20, work.RemainingMilliseconds);
        Check.Counters(bench.Queue, "queued 1 canceled 1");
        Check.Counters(other, "queued 1");
        bench.Timer.Advance(20);
        Assert.IsFalse(bench.Step());
        Assert.IsTrue(Bench.Step(other, 0));
        Check.Counters(other, "queued 1 executed 1");

        bench.Queue.QueueDelayed(work, 10);
        Assert.IsTrue(other.ModifyDelayed(work, 0));
        Assert.IsFalse(bench.Step());
        Assert.IsTrue(Bench.Step(other, 0));
        Check.Counters(bench.Queue, "queued 2 canceled 2");
        Check.Counters(other, "queued 2 executed 2");
        bench.End();
    }

    [TestMethod]
    public void ModifyDelayed_QueuedOnAnotherQueue_MovesItAndFreesItsFlushers()
    {
        Bench bench = new Bench();
        Workqueue other = bench.Add("other", 1, 1);
        DelayedWork work = bench.Delayed("a");
        bool flushed = false;
        bench.Queue.Queue(work);
        Call flush = new Call(() => bench.Queue.Flush());
        Call drain = new Call(() => bench.Queue.Drain());
        Call flushItem = new Call(() => flushed = work.Flush());
        Wait.UntilBlocked(bench.Queue, 2);
        Wait.UntilBlocked(1);
        Assert.IsTrue(other.ModifyDelayed(work, 5));
        flush.End();
        drain.End();
        flushItem.End();
        Assert.IsTrue(flushed);
        bench.Timer.Advance(5);
        Assert.IsFalse(bench.Step());
        Assert.IsTrue(Bench.Step(other, 0));

        bench.Queue.Queue(work);
        Assert.IsTrue(other.ModifyDelayed(work, 0));
        Check.States(WorkStates.Queued, work);
        Assert.IsFalse(bench.Step());
        Assert.IsTrue(Bench.Step(other, 0));
        Check.Counters(bench.Queue, "queued 2 canceled 2");
        Check.Counters(other, "queued 2 executed 2");
        bench.End();
    }

    // R12: refused: nothing changes, nor on the former queue
    [TestMethod]
    public void ModifyDelayed_ToADrainingQueue_IsRefusedAndStays()
    {
        Bench bench = new Bench();
        Workqueue other = bench.Add("other", 1, 1);
        DelayedWork work = bench.Delayed("a");
        bench.Queue.QueueDelayed(work, 10);
        other.Queue(bench.Item("o"));
        Call drain = new Call(() => other.Drain());
        Wait.UntilBlocked(other, 1);
        Assert.IsFalse(other.ModifyDelayed(work, 3));
        Assert.AreEqual(10, work.RemainingMilliseconds);
        Assert.IsTrue(Bench.Step(other, 0));
        drain.End();
        Check.Counters(bench.Queue, "queued 1");
        Check.Counters(other, "queued 1 executed 1 refused 1");
        bench.Live(10);
        Assert.AreEqual("oa", bench.Log);
        bench.End();
    }

    [TestMethod]
    public void ModifyDelayed_RunningAndArmedOnAnotherQueue_MovesTheNextRun()
    {
        Bench bench = new Bench();
        Workqueue other = bench.Add("other", 1, 1);
        int runs = 0;
        bool moved = false;
        DelayedWork work = new DelayedWork(w =>
        {
            if (++runs != 1) return;
            bench.Queue.QueueDelayed((DelayedWork)w, 10);
            moved = other.ModifyDelayed((DelayedWork)w, 20);
        });
        bench.Queue.Queue(work);
        Assert.IsTrue(bench.Step());
        Assert.IsTrue(moved);
        bench.Timer.Advance(20);
        Assert.IsFalse(bench.Step(), "the run has ended: it goes to its own queue's worker");
        Assert.IsTrue(Bench.Step(other, 0));
        Check.Counters(bench.Queue, "queued 2 executed 1 canceled 1");
        Check.Counters(other, "queued 1 executed 1");
        bench.End();
    }

    // R2: armed on the other queue, expired while it runs here
    [TestMethod]
    public void Expiry_RunningForAnotherQueue_GoesToTheWorkerThatRunsIt()
    {
        Bench bench = new Bench();
        Workqueue other = bench.Add("other", 1, 1);
        int runs = 0;
        bool ranBeside = true;
        DelayedWork work = new DelayedWork(w =>
        {
            if (++runs != 1) return;
            other.QueueDelayed((DelayedWork)w, 5);
            bench.Timer.Advance(5);
            ranBeside = Bench.Step(other, 0);
        });
        bench.Queue.Queue(work);
        Assert.IsTrue(bench.Step());
        Assert.IsFalse(ranBeside);
        Assert.IsFalse(Bench.Step(other, 0));
        Assert.IsTrue(bench.Step());
        Check.Counters(other, "queued 1 executed 1");
        bench.End();
    }

    // R6: the caller would wait for itself through the other queue's Flush
    [TestMethod]
    public void Flush_OfTheQueueWhoseItemWaitsBehindTheCaller_IsRefused()
    {
        Bench bench = new Bench();
        Workqueue other = bench.Add("other", 1, 1);
        int refused = 0;
        int runs = 0;
        Work work = new Work(w =>
        {
            if (++runs != 1) return;
            other.Queue(w);
            if (Check.IsInvalid(() => other.Flush())) refused++;
            if (Check.IsInvalid(() => other.Drain())) refused++;
            if (Check.IsInvalid(() => other.Destroy())) refused++;
        });
        bench.Queue.Queue(work);
        Assert.AreEqual(2, bench.StepAll());
        Assert.AreEqual(3, refused);
        Assert.IsTrue(other.Queue(bench.Item("o")));
        bench.StepAll();
        bench.End();
    }

    // R19: from its own worker, also when the run belongs to another queue: it would end the thread that waits for it
    [TestMethod]
    public void Destroy_FromItsOwnWorkerInARunOfAnotherQueue_IsRefusedWithoutEffect()
    {
        Bench bench = new Bench();
        Workqueue other = bench.Add("other", 1, 1);
        int runs = 0;
        bool refused = false;
        Work work = new Work(w =>
        {
            if (++runs == 1) other.Queue(w);
            else refused = Check.IsInvalid(() => bench.Queue.Destroy());
        });
        bench.Queue.Queue(work);
        Assert.AreEqual(2, bench.StepAll());
        Assert.IsTrue(refused);
        Assert.IsTrue(bench.Queue.Queue(work));
        bench.StepAll();
        bench.End();
    }
}
