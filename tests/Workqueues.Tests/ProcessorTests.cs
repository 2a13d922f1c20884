using System.Threading;

namespace NFUnitTest;

/// <summary>Several processors, and several workers on one.</summary>
[TestClass]
public class ProcessorTests
{
    // R22: Processor.Count and Current
    [TestMethod]
    public void Processor_Unconfigured_IsOne()
    {
        Assert.AreEqual(1, Processor.Count);
        Assert.AreEqual(0, Processor.Current);
    }

    // R22: QueueOn, QueueDelayedOn
    [TestMethod]
    public void QueueOn_EachProcessor_RunsOnThatProcessorsWorker()
    {
        Processor.Configure(3, null);
        Bench bench = new Bench();
        Workqueue wide = bench.Add("wide", 3, 1);
        for (int i = 0; i < 3; i++)
        {
            wide.QueueOn(i, bench.Item(i.ToString()));
            wide.QueueDelayedOn(i, bench.Delayed("d"), 0);
            wide.QueueDelayedOn(i, bench.Delayed("t"), 5);
            bench.Timer.Advance(5);
        }

        for (int i = 2; i >= 0; i--)
        {
            for (int k = 0; k < 3; k++) Assert.IsTrue(Bench.Step(wide, i));
            Assert.IsFalse(Bench.Step(wide, i));
        }

        Assert.AreEqual("2dt1dt0dt", bench.Log);
        Check.Counters(wide, "queued 9 executed 9");
        bench.End();
    }

    // R22: the processor of the caller
    [TestMethod]
    public void Queue_CallerOnAProcessor_RunsThere()
    {
        int here = 0;
        Processor.Configure(2, () => here);
        Bench bench = new Bench();
        Workqueue wide = bench.Add("wide", 2, 1);
        here = 1;
        Assert.AreEqual(1, Processor.Current);
        Assert.AreEqual(2, Processor.Count);
        wide.Queue(bench.Item("a"));
        wide.QueueDelayed(bench.Delayed("b"), 5);
        here = 0;
        bench.Timer.Advance(5);
        Assert.IsFalse(Bench.Step(wide, 0));
        Assert.IsTrue(Bench.Step(wide, 1));
        Assert.IsTrue(Bench.Step(wide, 1));
        bench.End();
    }

    // R22: a single-thread queue
    [TestMethod]
    public void QueueOn_SingleThreadQueue_MeansItsOneWorker()
    {
        Processor.Configure(4, () => 2);
        Bench bench = new Bench();
        Assert.IsTrue(bench.Queue.QueueOn(3, bench.Item("a")));
        Assert.IsTrue(bench.Queue.QueueDelayedOn(1, bench.Delayed("b"), 2));
        Assert.IsTrue(bench.Queue.Queue(bench.Item("c")));
        bench.Timer.Advance(2);
        for (int i = 0; i < 3; i++) Assert.IsTrue(bench.Step());
        Assert.AreEqual("acb", bench.Log);
        bench.End();
    }

    // R2: to the worker that runs it, whatever processor is asked
    [TestMethod]
    public void QueueOn_RunningOnAnotherProcessor_StaysWithItsWorker()
    {
        Processor.Configure(2, null);
        Bench bench = new Bench();
        Workqueue wide = bench.Add("wide", 2, 1);
        int runs = 0;
        bool ranBeside = true;
        Work work = new Work(w =>
        {
            if (++runs != 1) return;
            Call.Outside(() => wide.QueueOn(1, w));
            ranBeside = Bench.Step(wide, 1);
        });
        wide.QueueOn(0, work);
        Assert.IsTrue(Bench.Step(wide, 0));
        Assert.IsFalse(ranBeside);
        Assert.IsFalse(Bench.Step(wide, 1));
        Assert.IsTrue(Bench.Step(wide, 0));
        wide.QueueOn(1, work);
        Assert.IsTrue(Bench.Step(wide, 1), "once idle it goes where it is asked to");
        bench.End();
    }

    // R22: ModifyDelayed where the queue stays the same
    [TestMethod]
    public void ModifyDelayed_SameQueue_KeepsTheProcessor()
    {
        int here = 0;
        Processor.Configure(3, () => here);
        Bench bench = new Bench();
        Workqueue wide = bench.Add("wide", 3, 1);
        DelayedWork work = bench.Delayed("a");
        wide.QueueDelayedOn(2, work, 10);
        here = 1;
        Assert.IsTrue(wide.ModifyDelayed(work, 5));
        bench.Timer.Advance(5);
        Assert.IsTrue(wide.ModifyDelayed(work, 0), "queued: to the tail");
        Assert.IsTrue(wide.ModifyDelayed(work, 5), "queued: back to the timer");
        Assert.IsTrue(wide.ModifyDelayed(work, 0), "armed: queued at once");
        Assert.IsFalse(Bench.Step(wide, 0));
        Assert.IsFalse(Bench.Step(wide, 1));
        Assert.IsTrue(Bench.Step(wide, 2));
        bench.End();
    }

    // R22: ModifyDelayed from another queue: Processor.Current
    [TestMethod]
    public void ModifyDelayed_IdleOrFromAnotherQueue_TakesTheCallersProcessor()
    {
        int here = 1;
        Processor.Configure(3, () => here);
        Bench bench = new Bench();
        Workqueue wide = bench.Add("wide", 3, 1);
        Workqueue other = bench.Add("other", 3, 1);
        DelayedWork work = bench.Delayed("a");
        Assert.IsFalse(wide.ModifyDelayed(work, 0));
        Assert.IsTrue(Bench.Step(wide, 1));

        wide.QueueDelayedOn(2, work, 10);
        Assert.IsTrue(other.ModifyDelayed(work, 5));
        bench.Timer.Advance(5);
        Assert.IsFalse(Bench.Step(other, 2));
        Assert.IsTrue(Bench.Step(other, 1));
        bench.End();
    }

    // conformance: Queues | a multi-worker queue, a blocked item | others
    [TestMethod]
    public void Queue_OneWorkerBlocked_OthersGoOn()
    {
        Bench bench = new Bench();
        Workqueue wide = bench.Add("wide", 1, 2);
        string while0 = "";
        wide.Queue(new Work(w =>
        {
            Assert.IsTrue(Bench.Step(wide, 1));
            Assert.IsTrue(Bench.Step(wide, 1));
            while0 = bench.Log;
        }));
        wide.Queue(bench.Item("a"));
        wide.Queue(bench.Item("b"));
        Assert.IsTrue(Bench.Step(wide, 0));
        Assert.AreEqual("ab", while0);
        bench.End();
    }

    [TestMethod]
    public void Queue_OnAProcessorThatThereIsNot_GoesToTheFirst()
    {
        Bench bench = new Bench();
        int here = -1;
        Processor.Configure(2, () => here);
        Workqueue queue = bench.Add("two", 2, 1);
        Work work = bench.Item("a");
        for (int i = 0; i < 2; i++)
        {
            Assert.AreEqual(0, Processor.Current);
            Assert.IsTrue(queue.Queue(work));
            Assert.IsTrue(Bench.Step(queue, 0));
            Check.States(WorkStates.Idle, work);
            here = 2;
        }

        bench.End();
    }

    [TestMethod]
    public void Queue_OneOfThreeThreadsBlocked_OthersGoOn()
    {
        Jiffies.SetTimer(new ManualTimer(), 0, 0);
        WorkqueueOptions options = new WorkqueueOptions();
        options.WorkersPerProcessor = 3;
        options.Priority = ThreadPriority.BelowNormal;
        Workqueue queue = new Workqueue("wide", options);
        ManualResetEvent go = new ManualResetEvent(false);
        AutoResetEvent done = new AutoResetEvent(false);
        int priority = -1;
        Work blocked = new Work(w => go.WaitOne());
        queue.Queue(blocked);
        for (int i = 0; i < 20; i++)
        {
            queue.Queue(new Work(w =>
            {
                priority = (int)Thread.CurrentThread.Priority;
                done.Set();
            }));
            Wait.For(done);
        }

        Assert.IsTrue(blocked.States != WorkStates.Idle);
        Assert.AreEqual((int)ThreadPriority.BelowNormal, priority);
        go.Set();
        queue.Destroy();
        Check.Counters(queue, "queued 21 executed 21");
    }

    // R21: with several workers any of that processor's, after the run has ended
    [TestMethod]
    public void Queue_RunningOneOfTwoWorkers_NoneTakesItBeforeTheRunEnds()
    {
        Bench bench = new Bench();
        Workqueue wide = bench.Add("wide", 1, 2);
        int runs = 0;
        bool ranBeside = true;
        bool otherRan = false;
        Work work = new Work(w =>
        {
            if (++runs != 1) return;
            wide.Queue(w);
            ranBeside = Bench.Step(wide, 1);
            wide.Queue(bench.Item("o"));
            otherRan = Bench.Step(wide, 1);
        });
        wide.Queue(work);
        Assert.IsTrue(Bench.Step(wide, 0));
        Assert.IsFalse(ranBeside);
        Assert.IsTrue(otherRan, "who stands behind it may start");
        Assert.IsTrue(Bench.Step(wide, 1));
        Assert.AreEqual(2, runs);
        bench.End();
    }

    [TestMethod]
    public void Queue_ManyThreadsTwoItems_NeverBesideItselfAndNoneLost()
    {
        Jiffies.SetTimer(new ManualTimer(), 0, 0);
        WorkqueueOptions options = new WorkqueueOptions();
        options.WorkersPerProcessor = 3;
        Workqueue queue = new Workqueue("wide", options);
        int beside = 0;
        int runs = 0;
        Work[] works = new Work[2];
        for (int i = 0; i < works.Length; i++)
        {
            int mine = 0;
            works[i] = new Work(w =>
            {
                if (Interlocked.Increment(ref mine) != 1) beside++;
                Interlocked.Increment(ref runs);
                Interlocked.Decrement(ref mine);
            });
        }

        int queued = 0;
        Call[] calls = new Call[2];
        for (int i = 0; i < calls.Length; i++)
        {
            calls[i] = new Call(() =>
            {
                for (int k = 0; k < 200; k++)
                {
                    if (queue.Queue(works[k & 1])) Interlocked.Increment(ref queued);
                }
            });
        }

        foreach (Call call in calls) call.End();
        queue.Destroy();
        Assert.AreEqual(0, beside);
        Assert.AreEqual(queued, runs);
        Check.Balance(queue);
    }

    // R22: one worker per processor
    [TestMethod]
    public void Create_TwoProcessors_HasAWorkerOnEach()
    {
        Jiffies.SetTimer(new ManualTimer(), 0, 0);
        Processor.Configure(2, null);
        Workqueue each = Workqueue.Create("each");
        Workqueue single = Workqueue.CreateSingleThread("single");
        Assert.AreEqual("each/0", each.FindWorker(0)!.ToString());
        Assert.AreEqual("each/1", each.FindWorker(1)!.ToString());
        Assert.IsNull(each.FindWorker(2));
        Assert.AreEqual("single/0", single.FindWorker(0)!.ToString());
        Assert.IsNull(single.FindWorker(1));
        Assert.AreEqual("each", each.Name);
        Thread?[] threads = new Thread?[2];
        AutoResetEvent done = new AutoResetEvent(false);
        for (int i = 0; i < 2; i++)
        {
            int processor = i;
            each.QueueOn(i, new Work(w =>
            {
                threads[processor] = Thread.CurrentThread;
                done.Set();
            }));
            Wait.For(done);
        }

        Assert.AreNotSame(threads[0]!, threads[1]!);
        each.Destroy();
        single.Destroy();
        Processor.Configure(1, null);
    }

    // R22: names of several workers on a processor
    [TestMethod]
    public void Name_SeveralWorkersPerProcessor_CountsThrough()
    {
        Processor.Configure(2, null);
        Bench bench = new Bench();
        Workqueue wide = bench.Add("wide", 2, 2);
        for (int i = 0; i < 4; i++) Assert.AreEqual("wide/" + i.ToString(), wide.FindWorker(i)!.ToString());
        Assert.IsNull(wide.FindWorker(4));
        wide.QueueOn(1, bench.Item("a"));
        Assert.IsFalse(Bench.Step(wide, 0));
        Assert.IsFalse(Bench.Step(wide, 1));
        Assert.IsTrue(Bench.Step(wide, 3));
        bench.End();
    }
}
