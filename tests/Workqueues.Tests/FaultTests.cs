using System;

namespace NFUnitTest;

/// <summary>Handlers that throw.</summary>
[TestClass]
public class FaultTests
{
    // conformance: Queues | handler throws
    [TestMethod]
    public void HandlerFaulted_HandlerThrows_OnceAndTheNextItemRuns()
    {
        Bench bench = new Bench();
        bench.ExpectedFaults = 1;
        Call? flush = null;
        Call? flushItem = null;
        Call? cancel = null;
        Exception thrown = new Exception("on purpose");
        Workqueue? queueSeen = null;
        Work? workSeen = null;
        Work? currentSeen = null;
        Exception? exceptionSeen = null;
        int statesSeen = -1;
        bool waited = false;
        Work work = new Work(w =>
        {
            flush = new Call(() => bench.Queue.Flush());
            flushItem = new Call(() => w.Flush());
            cancel = new Call(() => w.CancelSync());
            Wait.UntilBlocked(bench.Queue, 1);
            Wait.UntilBlocked(2);
            throw thrown;
        });
        WorkFaultedHandler onFault = (q, w, e) =>
        {
            queueSeen = q;
            workSeen = w;
            exceptionSeen = e;
            currentSeen = Work.Current;
            statesSeen = (int)w.States;
            waited = !flush!.HasEnded && !flushItem!.HasEnded && !cancel!.HasEnded;
        };
        Workqueue.HandlerFaulted += onFault;
        bench.Queue.Queue(work);
        bench.Queue.Queue(bench.Item("n"));
        Assert.IsTrue(bench.Step());
        cancel!.End();
        flushItem!.End();
        Assert.AreEqual("", bench.Log);
        Assert.IsTrue(bench.Step());
        flush!.End();
        Workqueue.HandlerFaulted -= onFault;
        Assert.AreEqual("n", bench.Log);
        Assert.AreSame(bench.Queue, queueSeen!);
        Assert.AreSame(work, workSeen!);
        Assert.AreSame(thrown, exceptionSeen!);
        Assert.AreSame(work, currentSeen!);
        Assert.AreEqual((int)(WorkStates.Running | WorkStates.Canceling), statesSeen);
        Assert.IsTrue(waited, "the subscriber is part of the run");
        Check.States(WorkStates.Idle, work);
        Check.Counters(bench.Queue, "queued 2 executed 2 faulted 1");
        bench.End();
    }

    // R23: what a subscriber throws
    [TestMethod]
    public void HandlerFaulted_SubscriberThrows_TheWorkerGoesOn()
    {
        Bench bench = new Bench();
        bench.ExpectedFaults = 2;
        WorkFaultedHandler onFault = (q, w, e) => throw new Exception("the subscriber throws on purpose");
        Workqueue.HandlerFaulted += onFault;
        Work work = new Work(w => throw new Exception("on purpose"));
        for (int i = 0; i < 2; i++)
        {
            bench.Queue.Queue(work);
            bench.Queue.Queue(bench.Item("n"));
            Assert.AreEqual(2, bench.StepAll());
        }

        Workqueue.HandlerFaulted -= onFault;
        Assert.AreEqual("nn", bench.Log);
        Check.States(WorkStates.Idle, work);
        Check.Counters(bench.Queue, "queued 4 executed 4 faulted 2");
        bench.End();
    }

    // R23: on a real worker
    [TestMethod]
    public void Handler_ThrowsOnAThread_TheWorkerLives()
    {
        Bench bench = new Bench();
        bench.ExpectedFaults = 10;
        Workqueue queue = Workqueue.CreateSingleThread("faults");
        int runs = 0;
        Work good = new Work(w => runs++);
        Work bad = new Work(w => throw new Exception("on purpose"));
        for (int i = 0; i < 10; i++)
        {
            Assert.IsTrue(queue.Queue(bad));
            Assert.IsTrue(queue.Queue(good));
            queue.Flush();
        }

        Assert.AreEqual(10, runs);
        Check.Counters(queue, "queued 20 executed 20 faulted 10");
        queue.Destroy();
        bench.End();
    }

    [TestMethod]
    public void Handler_QueuesItselfThenThrows_RunsAgain()
    {
        Bench bench = new Bench();
        bench.ExpectedFaults = 3;
        Workqueue other = bench.Add("other", 1, 1);
        int runs = 0;
        Workqueue? last = null;
        WorkFaultedHandler onFault = (q, w, e) => last = q;
        Workqueue.HandlerFaulted += onFault;
        Work work = new Work(w =>
        {
            if (++runs < 3) other.Queue(w);
            throw new Exception("on purpose");
        });
        bench.Queue.Queue(work);
        Assert.AreEqual(3, bench.StepAll());
        Workqueue.HandlerFaulted -= onFault;
        Assert.AreSame(other, last!);
        Check.Counters(bench.Queue, "queued 1 executed 1 faulted 1");
        Check.Counters(other, "queued 2 executed 2 faulted 2");
        bench.End();
    }

    // R23: the subscriber is part of the run: what the item may not do there it may not do in its handler either
    [TestMethod]
    public void HandlerFaulted_SubscriberWaitsForItsOwnItem_IsRefused()
    {
        Bench bench = new Bench();
        bench.ExpectedFaults = 1;
        int refused = 0;
        bool again = false;
        WorkFaultedHandler onFault = (q, w, e) =>
        {
            if (Check.IsInvalid(() => w.Flush())) refused++;
            if (Check.IsInvalid(() => w.CancelSync())) refused++;
            if (Check.IsInvalid(() => q.Flush())) refused++;
            again = q.Queue(w);
        };
        int runs = 0;
        Workqueue.HandlerFaulted += onFault;
        bench.Queue.Queue(new Work(w =>
        {
            if (++runs == 1) throw new Exception("on purpose");
        }));
        Assert.AreEqual(2, bench.StepAll());
        Workqueue.HandlerFaulted -= onFault;
        Assert.AreEqual(3, refused);
        Assert.IsTrue(again);
        bench.End();
    }

    // R23: whatever the handler threw
    [TestMethod]
    public void Handler_ThrowsWhatCannotBeDescribed_TheWorkerGoesOn()
    {
        Jiffies.SetTimer(new ManualTimer(), 0, 0);
        Workqueue queue = Stepping.CreateQueue("unspeakable", 1, 1);
        bool ran = false;
        bool survived = Survives(queue, new Work(w => throw new Unspeakable()));
        queue.Queue(new Work(w => ran = true));
        Assert.IsTrue(survived, "without a subscriber");
        Assert.IsTrue(Bench.Step(queue, 0));
        Assert.IsTrue(ran);

        WorkFaultedHandler onFault = (q, w, e) => throw e;
        Workqueue.HandlerFaulted += onFault;
        survived = Survives(queue, new Work(w => throw new Unspeakable()));
        Workqueue.HandlerFaulted -= onFault;
        Assert.IsTrue(survived, "with a subscriber that throws it on");
        Check.Counters(queue, "queued 3 executed 3 faulted 2");
        queue.Destroy();
    }

    private static bool Survives(Workqueue queue, Work work)
    {
        queue.Queue(work);
        bool ran = false;
        try
        {
            ran = Bench.Step(queue, 0);
        }
        catch (Exception)
        {
            ran = false;
        }

        return ran;
    }

    private sealed class Unspeakable : Exception
    {
        public override string Message => throw new InvalidOperationException("a message that throws");
    }
}
