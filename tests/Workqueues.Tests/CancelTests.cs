using System.Threading;

namespace NFUnitTest;

/// <summary>Cancel and CancelSync.</summary>
[TestClass]
public class CancelTests
{
    // conformance: Items | queued | Cancel
    // R13
    [TestMethod]
    public void Cancel_Queued_NeverRuns()
    {
        Bench bench = new Bench();
        Work a = bench.Item("a");
        Work b = bench.Item("b");
        Work c = bench.Item("c");
        bench.Queue.Queue(a);
        bench.Queue.Queue(b);
        bench.Queue.Queue(c);
        Assert.IsTrue(b.Cancel());
        Check.States(WorkStates.Idle, b);
        bench.StepAll();
        Assert.AreEqual("ac", bench.Log);
        Check.Counters(bench.Queue, "queued 3 executed 2 canceled 1");
        bench.End();
    }

    [TestMethod]
    public void CancelSync_Queued_IsTrueAndNeverRuns()
    {
        Bench bench = new Bench();
        Work a = bench.Item("a");
        bench.Queue.Queue(a);
        Assert.IsTrue(a.CancelSync());
        Check.States(WorkStates.Idle, a);
        Assert.AreEqual(0, bench.StepAll());
        Check.Counters(bench.Queue, "queued 1 canceled 1");
        Assert.IsTrue(bench.Queue.Queue(a));
        Assert.AreEqual(1, bench.StepAll());
        bench.End();
    }

    // conformance: Items | idle | Cancel, CancelSync
    [TestMethod]
    public void Cancel_Idle_IsFalse()
    {
        Bench bench = new Bench();
        DelayedWork work = bench.Delayed("a");
        Assert.IsFalse(work.Cancel());
        Assert.IsFalse(work.CancelSync());
        bench.Queue.Queue(work);
        bench.StepAll();
        Assert.IsFalse(work.Cancel());
        Assert.IsFalse(work.CancelSync());
        Check.States(WorkStates.Idle, work);
        Check.Counters(bench.Queue, "queued 1 executed 1");
        bench.End();
    }

    // conformance: Items | running | Cancel
    // R13: a running handler goes on
    [TestMethod]
    public void Cancel_Running_IsFalseAndTheRunEnds()
    {
        Bench bench = new Bench();
        bool cancelled = true;
        bool ended = false;
        Work work = new Work(w =>
        {
            Call.Outside(() => cancelled = w.Cancel());
            Check.States(WorkStates.Running, w);
            ended = true;
        });
        bench.Queue.Queue(work);
        bench.StepAll();
        Assert.IsFalse(cancelled);
        Assert.IsTrue(ended);
        Check.Counters(bench.Queue, "queued 1 executed 1");
        bench.End();
    }

    [TestMethod]
    public void Cancel_RunningAndQueuedAgain_TakesTheNextRunOff()
    {
        Bench bench = new Bench();
        bool cancelled = false;
        int runs = 0;
        Work work = new Work(w =>
        {
            runs++;
            bench.Queue.Queue(w);
            Call.Outside(() => cancelled = w.Cancel());
        });
        bench.Queue.Queue(work);
        bench.StepAll();
        Assert.IsTrue(cancelled);
        Assert.AreEqual(1, runs);
        Check.Counters(bench.Queue, "queued 2 executed 1 canceled 1");
        bench.End();
    }

    // conformance: Items | running | CancelSync
    [TestMethod]
    public void CancelSync_Running_WaitsAndBarsTheItemMeanwhile()
    {
        Bench bench = new Bench();
        Call? call = null;
        bool wasPending = true;
        bool ranBeside = true;
        bool waited = false;
        bool taken = false;
        DelayedWork work = new DelayedWork(w =>
        {
            DelayedWork delayed = (DelayedWork)w;
            call = new Call(() => wasPending = w.CancelSync());
            Wait.UntilBlocked(1);
            waited = !call.HasEnded;
            Check.States(WorkStates.Running | WorkStates.Canceling, w);
            taken |= bench.Queue.Queue(w);
            taken |= bench.Queue.QueueDelayed(delayed, 1);
            taken |= bench.Queue.QueueDelayed(delayed, 0);
            taken |= bench.Queue.ModifyDelayed(delayed, 1);
            Call.Outside(() => taken |= bench.Queue.Queue(w));
            ranBeside = w.IsPending;
        });
        bench.Queue.Queue(work);
        Assert.IsTrue(bench.Step());
        call!.End();
        Assert.IsTrue(waited);
        Assert.IsFalse(wasPending);
        Assert.IsFalse(taken);
        Assert.IsFalse(ranBeside);
        Check.States(WorkStates.Idle, work);
        Check.Counters(bench.Queue, "queued 1 executed 1");

        Assert.IsTrue(bench.Queue.Queue(work), "afterwards it can be queued");
        Assert.IsTrue(work.Cancel());
        bench.End();
    }

    // conformance: Items | running and queued again | CancelSync
    [TestMethod]
    public void CancelSync_RunningAndQueuedAgain_IsTrueAndRunsNoMore()
    {
        Bench bench = new Bench();
        Call? call = null;
        bool wasPending = false;
        int runs = 0;
        Work work = new Work(w =>
        {
            runs++;
            bench.Queue.Queue(w);
            call = new Call(() => wasPending = w.CancelSync());
            Wait.UntilBlocked(1);
        });
        bench.Queue.Queue(work);
        Assert.IsTrue(bench.Step());
        call!.End();
        Assert.IsTrue(wasPending);
        Assert.AreEqual(0, bench.StepAll());
        Assert.AreEqual(1, runs);
        Check.States(WorkStates.Idle, work);
        Check.Counters(bench.Queue, "queued 2 executed 1 canceled 1");
        bench.End();
    }

    // conformance: Items | requeues itself for ever | CancelSync
    // R13: even if it queues itself
    [TestMethod]
    public void CancelSync_RequeuesItselfForEver_ReturnsAndItStaysIdle()
    {
        Jiffies.SetTimer(new ManualTimer(), 0, 0);
        Workqueue queue = Workqueue.CreateSingleThread("forever");
        AutoResetEvent running = new AutoResetEvent(false);
        int runs = 0;
        Work work = new Work(w =>
        {
            runs++;
            running.Set();
            queue.Queue(w);
        });
        for (int i = 0; i < 20; i++)
        {
            queue.Queue(work);
            Wait.For(running);
            work.CancelSync();
            int runsThen = runs;
            Check.States(WorkStates.Idle, work);
            queue.Flush();
            Check.States(WorkStates.Idle, work);
            Assert.AreEqual(runsThen, runs);
        }

        Check.Balance(queue);
        queue.Destroy();
    }

    [TestMethod]
    public void CancelSync_RearmsItselfForEver_ReturnsAndItStaysIdle()
    {
        Bench bench = new Bench();
        Call? call = null;
        int runs = 0;
        DelayedWork work = new DelayedWork(w =>
        {
            if (++runs == 3)
            {
                call = new Call(() => w.CancelSync());
                Wait.UntilBlocked(1);
            }

            bench.Queue.QueueDelayed((DelayedWork)w, 5);
        });
        bench.Queue.QueueDelayed(work, 5);
        bench.Live(50);
        call!.End();
        Assert.AreEqual(3, runs);
        Check.States(WorkStates.Idle, work);
        Check.Counters(bench.Queue, "queued 3 executed 3");
        bench.End();
    }

    // R13: several callers of CancelSync
    [TestMethod]
    public void CancelSync_ThreeCallers_AllWaitAndTheFirstTookItOff()
    {
        Bench bench = new Bench();
        Call[] calls = new Call[3];
        bool[] wasPending = new bool[3];
        bool anyEnded = true;
        Work work = new Work(w =>
        {
            bench.Queue.Queue(w);
            for (int i = 0; i < 3; i++)
            {
                int caller = i;
                calls[i] = new Call(() => wasPending[caller] = w.CancelSync());
                Wait.UntilBlocked(i + 1);
            }

            anyEnded = calls[0].HasEnded || calls[1].HasEnded || calls[2].HasEnded;
        });
        bench.Queue.Queue(work);
        Assert.IsTrue(bench.Step());
        foreach (Call call in calls) call.End();
        Assert.IsFalse(anyEnded);
        Assert.IsTrue(wasPending[0]);
        Assert.IsFalse(wasPending[1]);
        Assert.IsFalse(wasPending[2]);
        Check.States(WorkStates.Idle, work);
        Assert.IsTrue(bench.Queue.Queue(work));
        Assert.IsTrue(work.Cancel());
        bench.End();
    }

    // R6: CancelSync in a handler of another item
    [TestMethod]
    public void CancelSync_InAnotherItemsHandler_TakesTheItemBehindItOff()
    {
        Bench bench = new Bench();
        Work behind = bench.Item("b");
        bool wasPending = false;
        Work work = new Work(w => wasPending = behind.CancelSync());
        bench.Queue.Queue(work);
        bench.Queue.Queue(behind);
        Assert.AreEqual(1, bench.StepAll());
        Assert.IsTrue(wasPending);
        Assert.AreEqual("", bench.Log);
        bench.End();
    }

    [TestMethod]
    public void CancelSync_OfAnItemOnAnotherQueuesWorker_WaitsForIt()
    {
        Bench bench = new Bench();
        Workqueue other = Workqueue.CreateSingleThread("other");
        AutoResetEvent started = new AutoResetEvent(false);
        ManualResetEvent go = new ManualResetEvent(false);
        bool ended = false;
        bool endedFirst = false;
        Work slow = new Work(w =>
        {
            started.Set();
            go.WaitOne();
            ended = true;
        });
        Work canceler = new Work(w =>
        {
            Call opener = new Call(() =>
            {
                Wait.UntilBlocked(1);
                go.Set();
            });
            slow.CancelSync();
            endedFirst = ended;
            opener.End();
        });
        other.Queue(slow);
        Wait.For(started);
        bench.Queue.Queue(canceler);
        Assert.IsTrue(bench.Step());
        Assert.IsTrue(endedFirst);
        other.Destroy();
        bench.End();
    }

    // conformance: Items | in its own handler | Flush, CancelSync, DisableSync of itself
    [TestMethod]
    public void Wait_InItsOwnHandler_IsRefusedWithoutEffect()
    {
        Bench bench = new Bench();
        int refused = 0;
        bool queuedAgain = false;
        int runs = 0;
        Work work = new Work(w =>
        {
            if (++runs > 1) return;
            queuedAgain = bench.Queue.Queue(w);
            if (Check.IsInvalid(() => w.Flush())) refused++;
            if (Check.IsInvalid(() => w.CancelSync())) refused++;
            if (Check.IsInvalid(() => w.DisableSync())) refused++;
            Check.States(WorkStates.Running | WorkStates.Queued, w);
        });
        bench.Queue.Queue(work);
        Assert.AreEqual(2, bench.StepAll());
        Assert.AreEqual(3, refused);
        Assert.IsTrue(queuedAgain);
        Assert.AreEqual(2, runs);
        Check.Invalid(() => work.Enable());
        Check.Counters(bench.Queue, "queued 2 executed 2");
        bench.End();
    }
}
