namespace NFUnitTest;

/// <summary>Flush of an item.</summary>
[TestClass]
public class FlushItemTests
{
    // conformance: Items | queued behind a blocked item | Flush
    [TestMethod]
    public void Flush_QueuedBehindABlockedItem_WaitsForBoth()
    {
        Bench bench = new Bench();
        Call? call = null;
        bool flushed = false;
        Work behind = bench.Item("b");
        Work blocked = new Work(w =>
        {
            call = new Call(() => flushed = behind.Flush());
            Wait.UntilBlocked(1);
        });
        bench.Queue.Queue(blocked);
        bench.Queue.Queue(behind);
        Assert.IsTrue(bench.Step());
        Assert.IsFalse(call!.HasEnded, "its run has not come yet");
        Assert.AreEqual(1, Stepping.CountWaiters(null));
        Assert.IsTrue(bench.Step());
        call.End();
        Assert.IsTrue(flushed);
        Assert.AreEqual("b", bench.Log);
        Assert.IsFalse(blocked.Flush());
        Assert.IsFalse(behind.Flush());
        Check.Counters(bench.Queue, "queued 2 executed 2");
        bench.End();
    }

    // R15: false if it was idle
    [TestMethod]
    public void Flush_Idle_IsFalse()
    {
        Bench bench = new Bench();
        DelayedWork work = bench.Delayed("a");
        Assert.IsFalse(work.Flush());
        Assert.IsFalse(bench.Item("b").Flush());
        bench.End();
    }

    // R15: waits for the last queueing to finish
    [TestMethod]
    public void Flush_Running_WaitsForTheRun()
    {
        Bench bench = new Bench();
        Call? call = null;
        bool flushed = false;
        bool waited = false;
        Work work = new Work(w =>
        {
            call = new Call(() => flushed = w.Flush());
            Wait.UntilBlocked(1);
            waited = !call.HasEnded;
        });
        bench.Queue.Queue(work);
        Assert.IsTrue(bench.Step());
        call!.End();
        Assert.IsTrue(waited);
        Assert.IsTrue(flushed);
        bench.End();
    }

    [TestMethod]
    public void Flush_RunningAndQueuedAgain_WaitsForTheSecondRun()
    {
        Bench bench = new Bench();
        Call? call = null;
        int runs = 0;
        int runsSeen = 0;
        Work work = new Work(w =>
        {
            if (++runs != 1) return;
            bench.Queue.Queue(w);
            call = new Call(() =>
            {
                w.Flush();
                runsSeen = runs;
            });
            Wait.UntilBlocked(1);
        });
        bench.Queue.Queue(work);
        Assert.IsTrue(bench.Step());
        Assert.IsFalse(call!.HasEnded);
        Assert.AreEqual(1, Stepping.CountWaiters(null));
        Assert.IsTrue(bench.Step());
        call.End();
        Assert.AreEqual(2, runsSeen);
        bench.End();
    }

    // R15: the last queueing, not those after the call
    [TestMethod]
    public void Flush_ItemQueuesItselfAfterwards_DoesNotWaitForThat()
    {
        Bench bench = new Bench();
        Call? call = null;
        Work work = new Work(w => bench.Queue.Queue(w));
        bench.Queue.Queue(work);
        call = new Call(() => work.Flush());
        Wait.UntilBlocked(1);
        Assert.IsTrue(bench.Step());
        call.End();
        Assert.IsTrue(work.Cancel());
        bench.End();
    }

    // R15: cancelled meanwhile: true
    [TestMethod]
    public void Flush_CancelledMeanwhile_ReturnsTrue()
    {
        Bench bench = new Bench();
        bool flushed = false;
        Work work = bench.Item("a");
        bench.Queue.Queue(work);
        Call call = new Call(() => flushed = work.Flush());
        Wait.UntilBlocked(1);
        Assert.IsTrue(work.Cancel());
        call.End();
        Assert.IsTrue(flushed);
        Assert.AreEqual("", bench.Log);
        bench.End();
    }

    [TestMethod]
    public void Flush_DisabledOrCancelSyncedMeanwhile_ReturnsTrue()
    {
        Bench bench = new Bench();
        bool flushed = false;
        Work work = bench.Item("a");
        bench.Queue.Queue(work);
        Call first = new Call(() => flushed = work.Flush());
        Wait.UntilBlocked(1);
        Assert.IsTrue(work.Disable());
        first.End();
        Assert.IsTrue(flushed);
        work.Enable();

        flushed = false;
        bench.Queue.Queue(work);
        Call second = new Call(() => flushed = work.Flush());
        Wait.UntilBlocked(1);
        Assert.IsTrue(work.CancelSync());
        second.End();
        Assert.IsTrue(flushed);
        bench.End();
    }

    [TestMethod]
    public void Flush_RunningWhenTheNextRunIsCancelled_ReturnsTrue()
    {
        Bench bench = new Bench();
        Call? call = null;
        bool flushed = false;
        Work work = new Work(w =>
        {
            bench.Queue.Queue(w);
            call = new Call(() => flushed = w.Flush());
            Wait.UntilBlocked(1);
            Call.Outside(() => w.Cancel());
        });
        bench.Queue.Queue(work);
        Assert.AreEqual(1, bench.StepAll());
        call!.End();
        Assert.IsTrue(flushed);
        bench.End();
    }

    // R15: sent back to its timer meanwhile: true
    [TestMethod]
    public void Flush_SentBackToItsTimerMeanwhile_ReturnsTrue()
    {
        Bench bench = new Bench();
        bool flushed = false;
        DelayedWork work = bench.Delayed("a");
        bench.Queue.Queue(work);
        Call call = new Call(() => flushed = work.Flush());
        Wait.UntilBlocked(1);
        Assert.IsTrue(bench.Queue.ModifyDelayed(work, 10));
        call.End();
        Assert.IsTrue(flushed);
        Check.States(WorkStates.Delayed, work);
        bench.Live(10);
        Assert.AreEqual("a", bench.Log);
        bench.End();
    }

    [TestMethod]
    public void Flush_MovedToTheTailMeanwhile_WaitsForItsRun()
    {
        Bench bench = new Bench();
        bool flushed = false;
        DelayedWork work = bench.Delayed("a");
        bench.Queue.Queue(work);
        bench.Queue.Queue(bench.Item("b"));
        Call call = new Call(() => flushed = work.Flush());
        Wait.UntilBlocked(1);
        Assert.IsTrue(bench.Queue.ModifyDelayed(work, 0));
        Assert.IsTrue(bench.Step());
        Assert.IsFalse(call.HasEnded);
        Assert.IsTrue(bench.Step());
        call.End();
        Assert.IsTrue(flushed);
        Assert.AreEqual("ba", bench.Log);
        bench.End();
    }

    // conformance: Delayed | armed | Flush
    [TestMethod]
    public void Flush_Armed_QueuesItAtOnceAndWaits()
    {
        Bench bench = new Bench();
        bool flushed = false;
        DelayedWork work = bench.Delayed("a");
        bench.Queue.QueueDelayed(work, 1000);
        Call call = new Call(() => flushed = work.Flush());
        Wait.UntilBlocked(1);
        Check.States(WorkStates.Queued, work);
        Assert.AreEqual(0, work.RemainingMilliseconds);
        Assert.IsFalse(call.HasEnded);
        Assert.IsTrue(bench.Step());
        call.End();
        Assert.IsTrue(flushed);
        bench.Live(1500);
        Assert.AreEqual("a", bench.Log);
        Check.Counters(bench.Queue, "queued 1 executed 1");
        bench.End();
    }

    [TestMethod]
    public void Flush_RunningAndArmedAgain_WaitsForTheArmedRun()
    {
        Bench bench = new Bench();
        Call? call = null;
        int runs = 0;
        bool flushed = false;
        DelayedWork work = new DelayedWork(w =>
        {
            if (++runs != 1) return;
            bench.Queue.QueueDelayed((DelayedWork)w, 1000);
            call = new Call(() => flushed = w.Flush());
            Wait.UntilBlocked(1);
            Check.States(WorkStates.Running | WorkStates.Queued, w);
        });
        bench.Queue.Queue(work);
        Assert.IsTrue(bench.Step());
        Assert.IsFalse(call!.HasEnded);
        Assert.IsTrue(bench.Step());
        call.End();
        Assert.AreEqual(2, runs);
        Assert.IsTrue(flushed);
        Check.Counters(bench.Queue, "queued 2 executed 2");
        bench.End();
    }

    [TestMethod]
    public void Flush_ThreeCallers_AllReturn()
    {
        Bench bench = new Bench();
        Work work = bench.Item("a");
        bench.Queue.Queue(work);
        Call[] calls = new Call[3];
        int returned = 0;
        for (int i = 0; i < 3; i++)
        {
            calls[i] = new Call(() =>
            {
                if (work.Flush()) System.Threading.Interlocked.Increment(ref returned);
            });
        }

        Wait.UntilBlocked(3);
        Assert.IsTrue(bench.Step());
        foreach (Call call in calls) call.End();
        Assert.AreEqual(3, returned);
        bench.End();
    }

    // R6: an item that waits behind the caller on its only worker
    [TestMethod]
    public void Flush_ItemBehindTheCallerOnItsOnlyWorker_IsRefusedWithoutEffect()
    {
        Bench bench = new Bench();
        int refused = 0;
        DelayedWork queued = bench.Delayed("q");
        DelayedWork armed = bench.Delayed("a");
        Work work = new Work(w =>
        {
            if (Check.IsInvalid(() => queued.Flush())) refused++;
            if (Check.IsInvalid(() => armed.Flush())) refused++;
        });
        bench.Queue.Queue(work);
        bench.Queue.Queue(queued);
        bench.Queue.QueueDelayed(armed, 50);
        Assert.IsTrue(bench.Step());
        Assert.AreEqual(2, refused);
        Check.States(WorkStates.Queued, queued);
        Check.States(WorkStates.Delayed, armed);
        Assert.AreEqual(50, armed.RemainingMilliseconds);
        bench.Live(50);
        Assert.AreEqual("qa", bench.Log);
        bench.End();
    }

    // R6: a handler may flush an item that another worker runs
    [TestMethod]
    public void Flush_InAHandlerOfAnotherQueue_Waits()
    {
        Bench bench = new Bench();
        Workqueue other = bench.Add("other", 1, 1);
        Work target = bench.Item("t");
        bool flushed = false;
        Work work = new Work(w =>
        {
            Call stepper = new Call(() =>
            {
                Wait.UntilBlocked(1);
                Bench.Step(other, 0);
            });
            flushed = target.Flush();
            stepper.End();
        });
        other.Queue(target);
        bench.Queue.Queue(work);
        Assert.IsTrue(bench.Step());
        Assert.IsTrue(flushed);
        Assert.AreEqual("t", bench.Log);
        bench.End();
    }

    // R15: the queueing that is left when the next is cancelled still runs
    [TestMethod]
    public void Flush_RunningWhenTheNextRunIsCancelled_DoesNotReturnBesideTheRun()
    {
        Bench bench = new Bench();
        Call? call = null;
        bool isWaiting = false;
        Work work = new Work(w =>
        {
            bench.Queue.Queue(w);
            call = new Call(() => w.Flush());
            Wait.UntilBlocked(1);
            Call.Outside(() => w.Cancel());
            isWaiting = Stepping.CountWaiters(null) == 1;
        });
        bench.Queue.Queue(work);
        Assert.AreEqual(1, bench.StepAll());
        call!.End();
        Assert.IsTrue(isWaiting, "it returned while the handler of an earlier queueing ran");
        bench.End();
    }
}
