using System.Threading;

namespace NFUnitTest;

/// <summary>Destroy, and what is refused inside a queue's own handlers.</summary>
[TestClass]
public class DestroyTests
{
    // conformance: Queues | Destroy with items queued
    [TestMethod]
    public void Destroy_ItemsQueued_TheyRunFirst()
    {
        Jiffies.SetTimer(new ManualTimer(), 0, 0);
        Workqueue queue = Workqueue.CreateSingleThread("destroyed");
        string log = "";
        ManualResetEvent go = new ManualResetEvent(false);
        queue.Queue(new Work(w =>
        {
            go.WaitOne();
            log += "a";
        }));
        queue.Queue(new Work(w => log += "b"));
        queue.Queue(new Work(w => log += "c"));
        Call call = new Call(() => queue.Destroy());
        Wait.UntilBlocked(queue, 1);
        go.Set();
        call.End();
        Assert.AreEqual("abc", log);
        Check.Counters(queue, "queued 3 executed 3");
    }

    // R19: ends its workers
    [TestMethod]
    public void Destroy_Returned_ItsWorkerThreadsHaveEnded()
    {
        Jiffies.SetTimer(new ManualTimer(), 0, 0);
        WorkqueueOptions options = new WorkqueueOptions();
        options.WorkersPerProcessor = 3;
        Workqueue queue = new Workqueue("three", options);
        AutoResetEvent here = new AutoResetEvent(false);
        ManualResetEvent go = new ManualResetEvent(false);
        Thread[] threads = new Thread[3];
        int next = 0;
        for (int i = 0; i < 3; i++)
        {
            queue.Queue(new Work(w =>
            {
                threads[Interlocked.Increment(ref next) - 1] = Thread.CurrentThread;
                here.Set();
                go.WaitOne();
            }));
            Wait.For(here);
        }

        go.Set();
        queue.Destroy();
        foreach (Thread thread in threads) Assert.IsFalse(thread.IsAlive);
        Assert.AreNotSame(threads[0], threads[1]);
        Assert.AreNotSame(threads[1], threads[2]);
        Assert.IsNull(queue.FindWorker(0));
    }

    // conformance: Queues | Destroy with items armed
    [TestMethod]
    public void Destroy_ItemsArmed_TheyNeverRun()
    {
        Bench bench = new Bench();
        Workqueue queue = bench.Add("q", 1, 1);
        DelayedWork a = bench.Delayed("a");
        DelayedWork b = bench.Delayed("b");
        DelayedWork other = bench.Delayed("o");
        queue.QueueDelayed(a, 5);
        bench.Queue.QueueDelayed(other, 6);
        queue.QueueDelayed(b, 5000);
        queue.Destroy();
        Check.States(WorkStates.Idle, a);
        Check.States(WorkStates.Idle, b);
        bench.Live(6);
        Assert.AreEqual("o", bench.Log, "only this queue's timers are cancelled");
        Check.Counters(queue, "queued 2 canceled 2");
        bench.End();
    }

    // conformance: Queues | Destroy twice; Queue after Destroy
    [TestMethod]
    public void Queue_Destroyed_IsFalseAndCounted()
    {
        Bench bench = new Bench();
        Workqueue queue = bench.Add("q", 1, 1);
        DelayedWork work = bench.Delayed("a");
        queue.Destroy();
        queue.Destroy();
        queue.Dispose();
        Assert.IsFalse(queue.Queue(work));
        Assert.IsFalse(queue.QueueOn(0, work));
        Assert.IsFalse(queue.QueueDelayed(work, 0));
        Assert.IsFalse(queue.QueueDelayedOn(0, work, 7));
        Assert.IsFalse(queue.ModifyDelayed(work, 0));
        Assert.IsFalse(queue.ModifyDelayed(work, 7));
        Check.States(WorkStates.Idle, work);
        queue.Flush();
        queue.Drain();
        queue.Freeze();
        queue.Thaw();
        Check.Counters(queue, "refused 6");
        Assert.AreEqual("q", queue.Name);

        // The order of reasons: pending, then disabled, then destroyed.
        bench.Queue.Queue(work);
        Assert.IsFalse(queue.Queue(work));
        Assert.IsFalse(queue.ModifyDelayed(work, 7));
        Check.States(WorkStates.Queued, work);
        Check.Counters(queue, "coalesced 1 refused 7");
        work.Disable();
        Assert.IsFalse(queue.Queue(work));
        Assert.IsFalse(queue.ModifyDelayed(work, 7));
        Check.Counters(queue, "coalesced 1 refused 7");
        Check.Counters(bench.Queue, "queued 1 canceled 1");
        bench.End();
    }

    // R19: refuses outsiders, chained work runs
    [TestMethod]
    public void Destroy_ChainedItems_TheyRunAndOutsidersAreRefused()
    {
        Bench bench = new Bench();
        Workqueue queue = Workqueue.CreateSingleThread("q");
        AutoResetEvent called = new AutoResetEvent(false);
        Call? call = null;
        bool chained = false;
        bool outsider = true;
        queue.Queue(new Work(w =>
        {
            call = new Call(() => queue.Destroy());
            Wait.UntilBlocked(queue, 1);
            chained = queue.Queue(bench.Item("c"));
            Call.Outside(() => outsider = queue.Queue(bench.Item("o")));
            called.Set();
        }));
        Wait.For(called);
        call!.End();
        Assert.IsTrue(chained);
        Assert.IsFalse(outsider);
        Assert.AreEqual("c", bench.Log);
        Check.Counters(queue, "queued 2 executed 2 refused 1");
        bench.End();
    }

    // conformance: Queues | Destroy while chained work arms delayed work
    [TestMethod]
    public void Destroy_ChainedWorkArms_ThatIsCancelledToo()
    {
        Bench bench = new Bench();
        Workqueue queue = Workqueue.CreateSingleThread("q");
        AutoResetEvent called = new AutoResetEvent(false);
        Call? call = null;
        DelayedWork soon = bench.Delayed("s");
        DelayedWork late = bench.Delayed("l");
        bool armed = false;
        Work second = new Work(w => armed &= queue.QueueDelayed(late, 5000));
        queue.Queue(new Work(w =>
        {
            call = new Call(() => queue.Destroy());
            Wait.UntilBlocked(queue, 1);
            armed = queue.QueueDelayed(soon, 1);
            armed &= queue.Queue(second);
            bench.Timer.Advance(3);
            called.Set();
        }));
        Wait.For(called);
        call!.End();
        Assert.IsTrue(armed);
        bench.Timer.Advance(6000);
        Assert.AreEqual("", bench.Log);
        Check.States(WorkStates.Idle, soon);
        Check.States(WorkStates.Idle, late);
        Check.Counters(queue, "queued 4 executed 2 canceled 2");
        bench.End();
    }

    [TestMethod]
    public void Destroy_PeriodicWork_EndsIt()
    {
        Bench bench = new Bench();
        Workqueue queue = Workqueue.CreateSingleThread("q");
        AutoResetEvent called = new AutoResetEvent(false);
        Call? call = null;
        DelayedWork work = new DelayedWork(w =>
        {
            call = new Call(() => queue.Destroy());
            Wait.UntilBlocked(queue, 1);
            queue.QueueDelayed((DelayedWork)w, 10);
            called.Set();
        });
        queue.QueueDelayed(work, 10);
        bench.Timer.Advance(10);
        Wait.For(called);
        call!.End();
        Check.States(WorkStates.Idle, work);
        Check.Counters(queue, "queued 2 executed 1 canceled 1");
        bench.End();
    }

    // R19: thaws
    [TestMethod]
    public void Destroy_Frozen_RunsWhatIsQueued()
    {
        Jiffies.SetTimer(new ManualTimer(), 0, 0);
        Workqueue queue = Workqueue.CreateSingleThread("frozen");
        bool ran = false;
        queue.Freeze();
        queue.Queue(new Work(w => ran = true));
        queue.Destroy();
        Assert.IsTrue(ran);
        queue.Freeze();
        Check.Counters(queue, "queued 1 executed 1");
    }

    // R19: a second caller waits for the first; who flushes or drains meanwhile returns
    [TestMethod]
    public void Destroy_SecondCallerAndFlushers_AllWaitAndReturn()
    {
        Jiffies.SetTimer(new ManualTimer(), 0, 0);
        Workqueue queue = Workqueue.CreateSingleThread("q");
        ManualResetEvent go = new ManualResetEvent(false);
        bool ran = false;
        queue.Queue(new Work(w =>
        {
            go.WaitOne();
            ran = true;
        }));
        int ranFirst = 0;
        Call[] calls = new Call[5];
        for (int i = 0; i < 5; i++)
        {
            int caller = i;
            calls[i] = new Call(() =>
            {
                if (caller == 0 || caller == 4) queue.Flush();
                else if (caller == 1) queue.Drain();
                else queue.Destroy();
                if (ran) Interlocked.Increment(ref ranFirst);
            });
            Wait.UntilBlocked(queue, i + 1);
        }

        go.Set();
        foreach (Call call in calls) call.End();
        Assert.AreEqual(5, ranFirst);
        Assert.IsNull(queue.FindWorker(0));
    }

    // conformance: Queues | Destroy, Drain, Freeze, Flush of a queue in a handler of that queue
    [TestMethod]
    public void WaitForAQueue_InItsOwnHandler_IsRefusedWithoutEffect()
    {
        Bench bench = new Bench();
        int refused = 0;
        DelayedWork armed = bench.Delayed("a");
        bench.Queue.QueueDelayed(armed, 100);
        bench.Queue.Queue(new Work(w => refused = RefusedInside(bench.Queue)));
        bench.Queue.Queue(bench.Item("b"));
        Assert.IsTrue(bench.Step());
        Assert.AreEqual(5, refused);
        Assert.AreEqual(100, armed.RemainingMilliseconds);
        Assert.IsTrue(bench.Queue.Queue(bench.Item("c")), "neither draining nor destroyed");
        Assert.AreEqual(2, bench.StepAll());
        bench.Live(100);
        Assert.AreEqual("bca", bench.Log);
        bench.End();
    }

    // R6: Destroy, however many workers it has
    [TestMethod]
    public void WaitForAQueue_InItsOwnHandlerOfTwoWorkers_IsRefused()
    {
        Bench bench = new Bench();
        Workqueue wide = bench.Add("wide", 2, 2);
        int refused = 0;
        wide.QueueOn(0, new Work(w => refused += RefusedInside(wide)));
        bench.StepAll();
        Assert.AreEqual(5, refused);
        bench.End();
    }

    // R6: Destroy, Drain and Freeze in a handler of another queue
    [TestMethod]
    public void WaitForAQueue_InAHandlerOfAnotherQueue_Works()
    {
        Bench bench = new Bench();
        Workqueue victim = bench.Add("victim", 1, 1);
        DelayedWork armed = bench.Delayed("a");
        victim.QueueDelayed(armed, 10);
        bool ended = false;
        bench.Queue.Queue(new Work(w =>
        {
            victim.Flush();
            victim.Drain();
            victim.Freeze();
            victim.Thaw();
            victim.Destroy();
            ended = true;
        }));
        Assert.IsTrue(bench.Step());
        Assert.IsTrue(ended);
        Check.States(WorkStates.Idle, armed);
        Assert.IsFalse(victim.Queue(armed));
        bench.End();
    }

    // R19: IDisposable
    [TestMethod]
    public void Dispose_Using_Destroys()
    {
        Jiffies.SetTimer(new ManualTimer(), 0, 0);
        bool ran = false;
        Workqueue kept;
        using (Workqueue queue = Workqueue.Create("used"))
        {
            kept = queue;
            queue.Queue(new Work(w => ran = true));
        }

        Assert.IsTrue(ran);
        Assert.IsFalse(kept.Queue(new Work(w => { })));
    }

    private static int RefusedInside(Workqueue queue)
    {
        int refused = 0;
        if (Check.IsInvalid(() => queue.Flush())) refused++;
        if (Check.IsInvalid(() => queue.Drain())) refused++;
        if (Check.IsInvalid(() => queue.Freeze())) refused++;
        if (Check.IsInvalid(() => queue.Destroy())) refused++;
        if (Check.IsInvalid(() => queue.Dispose())) refused++;
        return refused;
    }
}
