using System.Threading;

namespace NFUnitTest;

/// <summary>An item's life on one queue: queued, run, queued again.</summary>
[TestClass]
public class ItemTests
{
    // conformance: Items | idle | Queue
    // R1
    [TestMethod]
    public void Queue_Idle_RunsOnceAndIsIdleAfter()
    {
        Bench bench = new Bench();
        Work work = bench.Item("a");
        Check.States(WorkStates.Idle, work);
        Assert.IsFalse(work.IsPending);

        Assert.IsTrue(bench.Queue.Queue(work));
        Check.States(WorkStates.Queued, work);
        Assert.IsTrue(work.IsPending);

        Assert.AreEqual(1, bench.StepAll());
        Assert.AreEqual("a", bench.Log);
        Check.States(WorkStates.Idle, work);
        Assert.IsFalse(work.IsPending);
        Check.Counters(bench.Queue, "queued 1 executed 1");
        bench.End();
    }

    // conformance: Items | pending | Queue again, any queue
    // R10: pending comes first
    [TestMethod]
    public void Queue_Pending_IsRefusedAndCountedOnTheQueueAsked()
    {
        Bench bench = new Bench();
        Workqueue other = bench.Add("other", 1, 1);
        DelayedWork work = bench.Delayed("a");
        Assert.IsTrue(bench.Queue.Queue(work));
        Assert.IsFalse(bench.Queue.Queue(work));
        Assert.IsFalse(bench.Queue.QueueOn(0, work));
        Assert.IsFalse(other.Queue(work));
        Assert.IsFalse(other.QueueDelayed(work, 5));
        Assert.IsFalse(other.QueueDelayedOn(0, work, 0));
        Assert.AreEqual(1, bench.StepAll());
        Assert.AreEqual("a", bench.Log);
        Check.Counters(bench.Queue, "queued 1 executed 1 coalesced 2");
        Check.Counters(other, "coalesced 3");
        bench.End();
    }

    // conformance: Items | running | Queue (same queue)
    [TestMethod]
    public void Queue_Running_RunsOnceMoreAfterwards()
    {
        Bench bench = new Bench();
        Workqueue queue = bench.Add("two workers", 1, 2);
        int runs = 0;
        int inside = 0;
        int insideMost = 0;
        bool first = false;
        bool second = true;
        bool ranMeanwhile = true;
        Work work = new Work(w =>
        {
            runs++;
            inside++;
            if (inside > insideMost) insideMost = inside;
            if (runs == 1)
            {
                Call.Outside(() => first = queue.Queue(w));
                Call.Outside(() => second = queue.Queue(w));
                Check.States(WorkStates.Running | WorkStates.Queued, w);
                ranMeanwhile = Bench.Step(queue, 1);
            }

            inside--;
        });
        queue.Queue(work);
        Assert.IsTrue(Bench.Step(queue, 0));
        Assert.IsTrue(first);
        Assert.IsFalse(second, "pending once");
        Assert.IsFalse(ranMeanwhile);
        Check.States(WorkStates.Queued, work);
        Assert.AreEqual(1, bench.StepAll());
        Assert.AreEqual(2, runs);
        Assert.AreEqual(1, insideMost);
        Check.Counters(queue, "queued 2 executed 2 coalesced 1");
        bench.End();
    }

    // R3
    [TestMethod]
    public void Handler_Started_FindsItsItemNoLongerPending()
    {
        Bench bench = new Bench();
        bool isPending = true;
        int states = -1;
        Work work = new Work(w =>
        {
            isPending = w.IsPending;
            states = (int)w.States;
        });
        bench.Queue.Queue(work);
        bench.StepAll();
        Assert.IsFalse(isPending);
        Assert.AreEqual((int)WorkStates.Running, states);
        bench.End();
    }

    // conformance: Items | running | its handler queues itself N times
    [TestMethod]
    public void Queue_InItsOwnHandlerTimesOver_RunsEachTimeWithoutRecursion()
    {
        Bench bench = new Bench();
        int runs = 0;
        int depth = 0;
        int deepest = 0;
        Work work = new Work(w =>
        {
            depth++;
            if (depth > deepest) deepest = depth;
            if (++runs <= 20) bench.Queue.Queue(w);
            depth--;
        });
        bench.Queue.Queue(work);
        for (int i = 0; i < 20; i++)
        {
            Assert.IsTrue(bench.Step());
            Assert.AreEqual(i + 1, runs);
            Check.States(WorkStates.Queued, work);
        }

        Assert.AreEqual(1, bench.StepAll());
        Assert.AreEqual(21, runs);
        Assert.AreEqual(1, deepest);
        Check.Counters(bench.Queue, "queued 21 executed 21");
        bench.End();
    }

    // conformance: Items | handler returned | the item is queued again at once by another thread
    [TestMethod]
    public void Queue_ByAnotherThreadWhenTheHandlerReturns_RunsAgain()
    {
        Jiffies.SetTimer(new ManualTimer(), 0, 0);
        Workqueue queue = Workqueue.CreateSingleThread("again");
        AutoResetEvent returns = new AutoResetEvent(false);
        int runs = 0;
        Work work = new Work(w =>
        {
            runs++;
            returns.Set();
        });
        const int Rounds = 100;
        for (int i = 0; i < Rounds; i++)
        {
            Assert.IsTrue(queue.Queue(work));
            Wait.For(returns);
        }

        queue.Flush();
        Assert.AreEqual(Rounds, runs);
        Check.Counters(queue, "queued " + Rounds.ToString() + " executed " + Rounds.ToString());
        queue.Destroy();
    }

    // The subscriber runs when the handler has ended by an exception, and before the run has: the narrow place, every time.
    [TestMethod]
    public void Queue_BetweenTheHandlersEndAndTheRunsEnd_RunsAgain()
    {
        Bench bench = new Bench();
        bench.ExpectedFaults = 1;
        int runs = 0;
        bool queued = false;
        Work work = new Work(w =>
        {
            if (++runs == 1) throw new System.Exception("ends here");
        });
        WorkFaultedHandler onFault = (q, w, e) => Call.Outside(() => queued = q.Queue(w));
        Workqueue.HandlerFaulted += onFault;
        bench.Queue.Queue(work);
        Assert.IsTrue(bench.Step());
        Workqueue.HandlerFaulted -= onFault;
        Assert.IsTrue(queued);
        Check.States(WorkStates.Queued, work);
        Assert.IsTrue(bench.Step());
        Assert.AreEqual(2, runs);
        Check.Counters(bench.Queue, "queued 2 executed 2 faulted 1");
        bench.End();
    }

    // conformance: Items | handler | re-uses, frees (returns to its pool) or re-subclasses its own item
    [TestMethod]
    public void Return_InItsOwnHandler_NextUseIsUntouchedByTheRunsEnd()
    {
        Bench bench = new Bench();
        Workqueue other = bench.Add("other", 1, 1);
        string seen = "";
        WorkPool? pool = null;
        Letter? again = null;
        WorkHandler handler = w =>
        {
            Letter letter = (Letter)w;
            seen += letter.Text;
            pool!.Return(letter);
            if (again != null) return;
            again = (Letter)pool.TryRent()!;
            again.Text = "second";
            Call.Outside(() => other.Queue(again));
        };
        pool = new WorkPool(() => new Letter(handler), 1);
        Letter first = (Letter)pool.TryRent()!;
        first.Text = "first ";
        bench.Queue.Queue(first);
        Assert.IsTrue(bench.Step());
        Assert.AreSame(first, again!);
        Assert.AreEqual("first ", seen);
        Assert.AreEqual("second", first.Text);
        Check.States(WorkStates.Queued, first);
        Assert.AreEqual(1, bench.StepAll());
        Assert.AreEqual("first second", seen);
        Assert.AreSame(first, pool.TryRent()!);
        Check.Counters(bench.Queue, "queued 1 executed 1");
        Check.Counters(other, "queued 1 executed 1");
        bench.End();
    }

    // R3
    [TestMethod]
    public void Cancel_OfItselfQueuedAgain_TakesThatRunOff()
    {
        Bench bench = new Bench();
        bool cancelled = false;
        bool cancelledTwice = true;
        int runs = 0;
        Work work = new Work(w =>
        {
            runs++;
            bench.Queue.Queue(w);
            cancelled = w.Cancel();
            cancelledTwice = w.Cancel();
        });
        bench.Queue.Queue(work);
        Assert.AreEqual(1, bench.StepAll());
        Assert.IsTrue(cancelled);
        Assert.IsFalse(cancelledTwice);
        Assert.AreEqual(1, runs);
        Check.Counters(bench.Queue, "queued 2 executed 1 canceled 1");
        bench.End();
    }

    // conformance: Items | three items | queued a, b, c on a single-thread queue
    [TestMethod]
    public void Queue_ThreeItems_RunInOrder()
    {
        Bench bench = new Bench();
        bench.Queue.Queue(bench.Item("a"));
        bench.Queue.Queue(bench.Item("b"));
        bench.Queue.Queue(bench.Item("c"));
        Assert.AreEqual(3, bench.StepAll());
        Assert.AreEqual("abc", bench.Log);
        Assert.AreEqual(3, bench.Queue.GetStatistics().MaxDepth);
        bench.End();
    }

    // R10: first in, first out, one at a time
    [TestMethod]
    public void Queue_FiftyItemsOnASingleThread_RunInOrderOneAtATime()
    {
        Jiffies.SetTimer(new ManualTimer(), 0, 0);
        Workqueue queue = Workqueue.CreateSingleThread("fifo");
        ManualResetEvent go = new ManualResetEvent(false);
        queue.Queue(new Work(w => go.WaitOne()));
        int next = 0;
        int inside = 0;
        int wrong = 0;
        Letter[] letters = new Letter[50];
        for (int i = 0; i < letters.Length; i++)
        {
            letters[i] = new Letter(w =>
            {
                if (Interlocked.Increment(ref inside) != 1) wrong++;
                if (((Letter)w).Number != next++) wrong++;
                Interlocked.Decrement(ref inside);
            });
            letters[i].Number = i;
            Assert.IsTrue(queue.Queue(letters[i]));
        }

        go.Set();
        queue.Flush();
        Assert.AreEqual(letters.Length, next);
        Assert.AreEqual(0, wrong);
        queue.Destroy();
    }

    // conformance: Items | any thread | Work.Current
    [TestMethod]
    public void Current_InAHandlerAndElsewhere_IsTheItemThereOnly()
    {
        Bench bench = new Bench();
        Work? inside = null;
        Work? outside = new Work(w => { });
        Work work = new Work(w =>
        {
            inside = Work.Current;
            Call.Outside(() => outside = Work.Current);
        });
        Assert.IsNull(Work.Current);
        bench.Queue.Queue(work);
        Assert.IsNull(Work.Current);
        bench.StepAll();
        Assert.AreSame(work, inside!);
        Assert.IsNull(outside);
        Assert.IsNull(Work.Current);
        bench.End();
    }

    [TestMethod]
    public void Current_OnTwoWorkersAtOnce_IsEachOnesOwn()
    {
        Jiffies.SetTimer(new ManualTimer(), 0, 0);
        Workqueue left = Workqueue.CreateSingleThread("left");
        Workqueue right = Workqueue.CreateSingleThread("right");
        AutoResetEvent leftRuns = new AutoResetEvent(false);
        AutoResetEvent rightRuns = new AutoResetEvent(false);
        Work? leftSaw = null;
        Work? rightSaw = null;
        Work leftWork = new Work(w =>
        {
            leftRuns.Set();
            rightRuns.WaitOne(Call.TimeoutMilliseconds, false);
            leftSaw = Work.Current;
        });
        Work rightWork = new Work(w =>
        {
            rightRuns.Set();
            leftRuns.WaitOne(Call.TimeoutMilliseconds, false);
            rightSaw = Work.Current;
        });
        left.Queue(leftWork);
        right.Queue(rightWork);
        left.Flush();
        right.Flush();
        Assert.AreSame(leftWork, leftSaw!);
        Assert.AreSame(rightWork, rightSaw!);
        left.Destroy();
        right.Destroy();
    }

    // R32: Name
    [TestMethod]
    public void Name_GivenAndNull_IsThatAndTheDefault()
    {
        WorkHandler handler = w => { };
        Assert.AreEqual("blink", new Work(handler, "blink").Name);
        Assert.AreEqual("blink", new DelayedWork(handler, "blink").Name);
        Assert.IsTrue(new Work(handler).Name.Length > 0);
        Assert.AreEqual(new Work(handler).Name, new Work(handler, null).Name);
        Assert.AreEqual(new DelayedWork(handler).Name, new DelayedWork(handler, null).Name);
    }

    // R4
    [TestMethod]
    public void Queue_AfterAWrite_HandlerSeesIt()
    {
        Jiffies.SetTimer(new ManualTimer(), 0, 0);
        Workqueue queue = Workqueue.CreateSingleThread("sees");
        int wrong = 0;
        Letter letter = new Letter(w =>
        {
            Letter l = (Letter)w;
            if (l.Text != l.Number.ToString()) wrong++;
        });
        for (int i = 0; i < 200; i++)
        {
            letter.Flush();
            letter.Number = i;
            letter.Text = i.ToString();
            Assert.IsTrue(queue.Queue(letter));
        }

        queue.Flush();
        Assert.AreEqual(0, wrong);
        queue.Destroy();
    }

    /// <summary>container_of of this platform: a subclass carries the data.</summary>
    private sealed class Letter : Work
    {
        internal Letter(WorkHandler handler)
            : base(handler)
        {
        }

        internal string Text { get; set; } = "";

        internal int Number { get; set; }
    }
}
