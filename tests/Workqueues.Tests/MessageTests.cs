using System;

namespace NFUnitTest;

/// <summary>What refusals say: the method, the item or queue, and the way out; an argument that is out of range, the
/// range.</summary>
[TestClass]
public class MessageTests
{
    private const string OwnHandler = " would wait for its own handler, which makes this call";
    private const string Behind = " would wait for what stands behind this handler, on the only worker that could run it";
    private const string WayOut = "; wait on another thread, or in a handler of another queue";
    private const string Atomic = ": sleeping function called from interrupt context; queue an item and call it in the handler";

    [TestMethod]
    public void Refusals_InTheOwnHandler_NameMethodAndItemOrQueue()
    {
        Bench bench = new Bench();
        string[] texts = new string[6];
        Work work = new Work(item =>
        {
            texts[0] = Text(() => item.Flush());
            texts[1] = Text(() => item.CancelSync());
            texts[2] = Text(() => item.DisableSync());
            texts[3] = Text(() => bench.Queue.Flush());
            texts[4] = Text(() => bench.Queue.Freeze());
            texts[5] = Text(() => bench.Queue.Destroy());
        }, "blink");
        bench.Queue.Queue(work);
        bench.Step();

        string queue = bench.Queue.Name;
        Assert.AreEqual("Work.Flush: blink" + OwnHandler + WayOut, texts[0]);
        Assert.AreEqual("Work.CancelSync: blink" + OwnHandler + WayOut, texts[1]);
        Assert.AreEqual("Work.DisableSync: blink" + OwnHandler + WayOut, texts[2]);
        Assert.AreEqual("Workqueue.Flush: " + queue + OwnHandler + WayOut, texts[3]);
        Assert.AreEqual("Workqueue.Freeze: " + queue + OwnHandler + WayOut, texts[4]);
        Assert.AreEqual("Workqueue.Destroy: " + queue + OwnHandler + WayOut, texts[5]);
        bench.End();
    }

    [TestMethod]
    public void Refusals_OfWhatWaitsBehindTheHandler_NameIt()
    {
        Bench bench = new Bench();
        Work later = new Work(Nothing, "later");
        string text = "";
        bench.Queue.Queue(new Work(item =>
        {
            bench.Queue.Queue(later);
            text = Text(() => later.Flush());
        }));
        bench.StepAll();

        Assert.AreEqual("Work.Flush: later" + Behind + WayOut, text);
        bench.End();
    }

    [TestMethod]
    public void Refusals_InATopHalf_NameMethodAndItemOrQueue()
    {
        Bench bench = new Bench();
        Work named = new Work(Nothing, "blink");
        Work nameless = new Work(Nothing);
        InterruptContext.Enter();
        string item = Text(() => named.CancelSync());
        string any = Text(() => nameless.Flush());
        string queue = Text(() => bench.Queue.Drain());
        string all = Text(() => Workqueue.FlushScheduled());
        string trace = Text(() => WorkqueueTrace.WriteTo(line => { }));
        InterruptContext.Exit();

        Assert.AreEqual("Work.CancelSync of blink" + Atomic, item);
        Assert.AreEqual("Work.Flush" + Atomic, any);
        Assert.AreEqual("Workqueue.Drain of " + bench.Queue.Name + Atomic, queue);
        Assert.AreEqual("Workqueue.FlushScheduled" + Atomic, all);
        Assert.AreEqual("WorkqueueTrace.WriteTo" + Atomic, trace);
        bench.End();
    }

    [TestMethod]
    public void Refusals_ForAState_SayWhatToDo()
    {
        Work work = new Work(Nothing, "blink");
        Assert.AreEqual("Work.Enable: blink is not disabled; each call needs one of Disable before it",
            Text(() => work.Enable()));
        for (int i = 0; i < Work.DisableLimit; i++) work.Disable();
        Assert.AreEqual("Work.Disable: blink has been disabled 2047 times; each call of Disable needs one of Enable",
            Text(() => work.Disable()));
        Assert.AreEqual("Workqueue.Destroy: events is the shared queue and is never destroyed; cancel or flush your own items",
            Text(() => Workqueue.System.Destroy()));
        Assert.AreEqual("InterruptContext.Exit: this thread has not entered; call Enter first",
            Text(() => InterruptContext.Exit()));
    }

    [TestMethod]
    public void Refusals_OfAPool_SayWhatToDo()
    {
        Work work = new Work(Nothing, "blink");
        WorkPool pool = new WorkPool(() => work, 1);
        Assert.AreEqual("WorkPool.Return: blink is not rented from this pool", Text(() => pool.Return(work)));
        Work off = new Work(w => { }, "off");
        off.Disable();
        Assert.AreEqual("WorkPool: the factory returned off, which is pending or disabled; it must make an item at each call",
            Text(() => new WorkPool(() => off, 1)));
        Assert.AreEqual("WorkPool: the factory returned blink twice; it must make an item at each call",
            Text(() => new WorkPool(() => work, 2)));
    }

    [TestMethod]
    public void Arguments_OutOfRange_NameTheRange()
    {
        Bench bench = new Bench();
        DelayedWork work = new DelayedWork(Nothing);
        StartsWith("delayMilliseconds is -1; it can be 0 to 2147483647", Text(() => bench.Queue.QueueDelayed(work, -1)));
        StartsWith("delayMilliseconds is -5; it can be 0 to 2147483647", Text(() => bench.Queue.ModifyDelayed(work, -5)));
        StartsWith("processor is 9; it can be 0 to 0", Text(() => bench.Queue.QueueOn(9, work)));
        StartsWith("capacity is 0; it can be 1 to 2147483647", Text(() => new WorkPool(() => new Work(Nothing), 0)));
        StartsWith("options.WorkersPerProcessor is 0; it can be 1 to 2147483647",
            Text(() => new Workqueue("none", new WorkqueueOptions { WorkersPerProcessor = 0 })));
        StartsWith("options.WatchdogMilliseconds is -1; it can be 0 to 2147483647",
            Text(() => new Workqueue("none", new WorkqueueOptions { WatchdogMilliseconds = -1 })));
        bench.End();
    }

    // R32: ToString
    [TestMethod]
    public void ToString_ItemAndQueue_IsTheName()
    {
        Bench bench = new Bench();
        Assert.AreEqual("blink", new Work(Nothing, "blink").ToString());
        Assert.AreEqual("work", new DelayedWork(Nothing).ToString());
        Assert.AreEqual(bench.Queue.Name, bench.Queue.ToString());
        bench.End();
    }

    private static void Nothing(Work work)
    {
    }

    private static void StartsWith(string start, string text) => Assert.AreEqual(0, text.IndexOf(start), text);

    private static string Text(Action call)
    {
        try
        {
            call();
        }
        catch (Exception exception)
        {
            return exception.Message;
        }

        return "not refused";
    }
}
