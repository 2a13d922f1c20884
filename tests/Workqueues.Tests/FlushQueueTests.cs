using System.Threading;

namespace NFUnitTest;

/// <summary>Flush of a queue.</summary>
[TestClass]
public class FlushQueueTests
{
    // conformance: Queues | two items queued, a third queued by the first | Flush
    [TestMethod]
    public void Flush_ThirdQueuedByTheFirst_WaitsForTheFirstTwoOnly()
    {
        Bench bench = new Bench();
        Call? call = null;
        Work third = bench.Item("c");
        Work first = new Work(w =>
        {
            call = new Call(() => bench.Queue.Flush());
            Wait.UntilBlocked(bench.Queue, 1);
            bench.Queue.Queue(third);
        });
        bench.Queue.Queue(first);
        bench.Queue.Queue(bench.Item("b"));
        Assert.IsTrue(bench.Step());
        Assert.IsFalse(call!.HasEnded);
        Assert.AreEqual(1, Stepping.CountWaiters(bench.Queue));
        Assert.IsTrue(bench.Step());
        call.End();
        Check.States(WorkStates.Queued, third);
        Assert.AreEqual(1, bench.StepAll());
        bench.End();
    }

    // conformance: Queues | an item that requeues itself for ever | Flush
    [TestMethod]
    public void Flush_RequeuesItselfForEver_Returns()
    {
        Bench bench = new Bench();
        Work work = new Work(w => bench.Queue.Queue(w));
        bench.Queue.Queue(work);
        for (int i = 0; i < 5; i++)
        {
            Call call = new Call(() => bench.Queue.Flush());
            Wait.UntilBlocked(bench.Queue, 1);
            Assert.IsTrue(bench.Step());
            call.End();
            Check.States(WorkStates.Queued, work);
        }

        work.Cancel();
        bench.End();
    }

    [TestMethod]
    public void Flush_RequeuesItselfForEverOnAThread_Returns()
    {
        Jiffies.SetTimer(new ManualTimer(), 0, 0);
        Workqueue queue = Workqueue.CreateSingleThread("forever");
        int runs = 0;
        Work work = new Work(w =>
        {
            runs++;
            queue.Queue(w);
        });
        queue.Queue(work);
        for (int i = 0; i < 20; i++)
        {
            queue.Flush();
            Assert.IsTrue(runs > 0);
        }

        work.CancelSync();
        queue.Destroy();
    }

    [TestMethod]
    public void Flush_Empty_ReturnsAtOnce()
    {
        Bench bench = new Bench();
        bench.Queue.Flush();
        bench.Queue.Queue(bench.Item("a"));
        bench.StepAll();
        bench.Queue.Flush();
        bench.End();
    }

    // R16: armed timers do not count
    [TestMethod]
    public void Flush_ItemsArmed_ReturnsAtOnceAndTheyStayArmed()
    {
        Bench bench = new Bench();
        DelayedWork work = bench.Delayed("a");
        bench.Queue.QueueDelayed(work, 10);
        bench.Queue.Flush();
        Assert.AreEqual(10, work.RemainingMilliseconds);
        bench.Live(10);
        Assert.AreEqual("a", bench.Log);
        bench.End();
    }

    // R16: a running handler was queued before
    [TestMethod]
    public void Flush_ItemRunning_WaitsForIt()
    {
        Bench bench = new Bench();
        Call? call = null;
        bool waited = false;
        bench.Queue.Queue(new Work(w =>
        {
            call = new Call(() => bench.Queue.Flush());
            Wait.UntilBlocked(bench.Queue, 1);
            waited = !call.HasEnded;
        }));
        Assert.IsTrue(bench.Step());
        call!.End();
        Assert.IsTrue(waited);
        bench.End();
    }

    // R16: what is cancelled or sent back to its timer is not waited for
    [TestMethod]
    public void Flush_RestCancelledDisabledOrSentBack_Returns()
    {
        Bench bench = new Bench();
        DelayedWork back = bench.Delayed("a");
        Work cancelled = bench.Item("b");
        Work disabled = bench.Item("c");
        bench.Queue.Queue(back);
        bench.Queue.Queue(cancelled);
        bench.Queue.Queue(disabled);
        Call call = new Call(() => bench.Queue.Flush());
        Wait.UntilBlocked(bench.Queue, 1);
        cancelled.Cancel();
        disabled.Disable();
        Assert.IsFalse(call.HasEnded);
        Assert.IsTrue(bench.Queue.ModifyDelayed(back, 10));
        call.End();
        bench.Live(10);
        Assert.AreEqual("a", bench.Log);
        bench.End();
    }

    [TestMethod]
    public void Flush_ItemMovedToTheTail_IsStillWaitedFor()
    {
        Bench bench = new Bench();
        DelayedWork work = bench.Delayed("a");
        bench.Queue.Queue(work);
        Call call = new Call(() => bench.Queue.Flush());
        Wait.UntilBlocked(bench.Queue, 1);
        bench.Queue.Queue(bench.Item("b"));
        Assert.IsTrue(bench.Queue.ModifyDelayed(work, 0));
        Assert.IsTrue(bench.Step());
        Assert.AreEqual("b", bench.Log);
        Assert.AreEqual(1, Stepping.CountWaiters(bench.Queue));
        Assert.IsTrue(bench.Step());
        call.End();
        bench.End();
    }

    // R16: an armed item that expires after the call is a later one
    [TestMethod]
    public void Flush_ItemExpiresAfterTheCall_IsNotWaitedFor()
    {
        Bench bench = new Bench();
        DelayedWork late = bench.Delayed("z");
        bench.Queue.QueueDelayed(late, 5);
        bench.Queue.Queue(bench.Item("a"));
        Call call = new Call(() => bench.Queue.Flush());
        Wait.UntilBlocked(bench.Queue, 1);
        bench.Timer.Advance(5);
        Check.States(WorkStates.Queued, late);
        Assert.IsTrue(bench.Step());
        call.End();
        Assert.AreEqual("a", bench.Log);
        bench.StepAll();
        bench.End();
    }

    // R16: each of many callers has its own before
    [TestMethod]
    public void Flush_ManyCallersBetweenItems_EachReturnsWithItsOwn()
    {
        Bench bench = new Bench();
        const int Count = 12;
        Call[] calls = new Call[Count];
        for (int i = 0; i < Count; i++)
        {
            bench.Queue.Queue(bench.Item("a"));
            calls[i] = new Call(() => bench.Queue.Flush());
            Wait.UntilBlocked(bench.Queue, i + 1);
        }

        bench.Queue.Queue(bench.Item("z"));
        for (int i = 0; i < Count; i++)
        {
            Assert.IsTrue(bench.Step());
            calls[i].End();
            Assert.AreEqual(Count - 1 - i, Stepping.CountWaiters(bench.Queue));
        }

        Assert.AreEqual(1, bench.StepAll());
        bench.End();
    }

    [TestMethod]
    public void Flush_TwoCallersNothingBetween_BothReturn()
    {
        Bench bench = new Bench();
        bench.Queue.Queue(bench.Item("a"));
        Call first = new Call(() => bench.Queue.Flush());
        Wait.UntilBlocked(bench.Queue, 1);
        Call second = new Call(() => bench.Queue.Flush());
        Wait.UntilBlocked(bench.Queue, 2);
        bench.Queue.Queue(bench.Item("z"));
        Assert.IsTrue(bench.Step());
        first.End();
        second.End();
        bench.StepAll();
        bench.End();
    }

    [TestMethod]
    public void Flush_LaterItemsEndFirst_StillWaitsForTheEarlierOne()
    {
        Bench bench = new Bench();
        Workqueue wide = bench.Add("wide", 1, 2);
        Call? call = null;
        bool waited = false;
        wide.Queue(new Work(w =>
        {
            call = new Call(() => wide.Flush());
            Wait.UntilBlocked(wide, 1);
            wide.Queue(bench.Item("l"));
            Bench.Step(wide, 1);
            waited = bench.Log == "l" && Stepping.CountWaiters(wide) == 1;
        }));
        Assert.IsTrue(Bench.Step(wide, 0));
        call!.End();
        Assert.IsTrue(waited);
        bench.End();
    }

    // R16: more flushes, one after the other, than any short number can tell apart
    [TestMethod]
    public void Flush_ManyTimesInARow_AlwaysWaits()
    {
        Jiffies.SetTimer(new ManualTimer(), 0, 0);
        Workqueue queue = Workqueue.CreateSingleThread("flush");
        int runs = 0;
        Work work = new Work(w => runs++);
        const int Rounds = 600;
        for (int i = 1; i <= Rounds; i++)
        {
            Assert.IsTrue(queue.Queue(work));
            queue.Flush();
            if (runs != i) break;
        }

        Assert.AreEqual(Rounds, runs);
        queue.Destroy();
    }

    // R6: Flush in a handler of another queue
    [TestMethod]
    public void Flush_InAHandlerOfAnotherQueue_Waits()
    {
        Jiffies.SetTimer(new ManualTimer(), 0, 0);
        Workqueue queue = Workqueue.CreateSingleThread("flushed");
        Workqueue other = Workqueue.CreateSingleThread("flusher");
        ManualResetEvent go = new ManualResetEvent(false);
        bool ran = false;
        bool ranFirst = false;
        queue.Queue(new Work(w =>
        {
            go.WaitOne();
            ran = true;
        }));
        other.Queue(new Work(w =>
        {
            queue.Flush();
            ranFirst = ran;
        }));
        Wait.UntilBlocked(queue, 1);
        go.Set();
        other.Flush();
        Assert.IsTrue(ranFirst);
        queue.Destroy();
        other.Destroy();
    }
}
