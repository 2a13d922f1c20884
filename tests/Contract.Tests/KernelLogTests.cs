using NFUnitTest;
using Workqueues;

namespace Contract.Tests;

/// <summary>The log as a top half sees it: noted at once, written by who may wait, in order, and what is lost is said.</summary>
[TestClass]
public sealed class KernelLogTests
{
    private readonly ManualTimer _timer = new();
    private FailingConsole _console = null!;

    [TestInitialize]
    public void Start()
    {
        _ = Workqueue.System;
        Jiffies.SetTimer(_timer, 0, 0);
        Workqueue.FlushScheduled();
        _console = new FailingConsole();

        // What earlier tests lost is said here.
        KernelLog.Write("");
        _console.Text = "";
    }

    [TestCleanup]
    public void End()
    {
        _console.Dispose();
        Workqueue.System.Thaw();
        Workqueue.FlushScheduled();
    }

    [TestMethod]
    public void Write_InInterruptContext_IsWrittenByWhoWritesNextInOrderWithTheTimesOfTheCalls()
    {
        Workqueue.System.Freeze();
        InterruptContext.Enter();
        _timer.Skip(1);
        KernelLog.Write("irq at ", 1_234_567_890_123);
        _timer.Skip(2);
        KernelLog.Write("no number");
        KernelLog.Write("negative ", -1);
        InterruptContext.Exit();
        Assert.AreEqual("", _console.Text, "nothing is written in interrupt context");

        _timer.Skip(1007);
        KernelLog.Write("may block");
        Assert.AreEqual(
            """
            [    0.001000] irq at 1234567890123
            [    0.003000] no number
            [    0.003000] negative -1
            [    1.010000] may block

            """,
            _console.Text);
    }

    [TestMethod]
    public void Write_InInterruptContext_TheSharedQueuesWorkerWritesItToo()
    {
        Workqueue.System.Freeze();
        for (int i = 0; i < 3; i++) Note("line ", i);
        Assert.AreEqual("", _console.Text);

        // A frozen queue's worker does nothing. Whoever flushes need not wait for it.
        Workqueue.System.Thaw();
        Wait.Until(() => _console.Text.EndsWith("line 2\n", StringComparison.Ordinal));
        Assert.AreEqual("[    0.000000] line 0\n[    0.000000] line 1\n[    0.000000] line 2\n", _console.Text);

        Note("line ", 3);
        Workqueue.FlushScheduled();
        StringAssert.EndsWith(_console.Text, "line 2\n[    0.000000] line 3\n");
    }

    [TestMethod]
    public void Write_InAnExpiry_IsNotedToo()
    {
        Workqueue.System.Freeze();
        Workqueue queue = Stepping.CreateQueue("log", 1, 1);
        queue.QueueDelayed(new DelayedWork(_ => { }), 5);
        bool wasNoted = false;
        _timer.Arming = () =>
        {
            if (!InterruptContext.IsActive) return;
            KernelLog.Write("in the expiry");
            wasNoted = _console.Text == "";
        };

        // The next deadline is asked for in the expiry.
        var later = new DelayedWork(_ => { });
        queue.QueueDelayed(later, 9);
        _timer.Advance(5);
        _timer.Arming = null;
        Assert.IsTrue(wasNoted);
        KernelLog.Write("after");
        Assert.AreEqual("[    0.005000] in the expiry\n[    0.005000] after\n", _console.Text);
        later.Cancel();
        Assert.IsTrue(Bench.Step(queue, 0));
        queue.Destroy();
    }

    [TestMethod]
    public void Write_RingFull_TheRestIsCountedAndSaidOnceAfterTheRing()
    {
        Workqueue.System.Freeze();
        int lost = KernelLog.LostCount;
        for (int i = 0; i < KernelLog.RingCapacity + 8; i++) Note("line ", i);
        Assert.AreEqual(lost + 8, KernelLog.LostCount);

        KernelLog.Write("next");
        string expected = "";
        for (int i = 0; i < KernelLog.RingCapacity; i++) expected += $"[    0.000000] line {i}\n";
        Assert.AreEqual(expected + "** 8 printk messages dropped **\n[    0.000000] next\n", _console.Text);

        // There is room again, and nothing to say.
        _console.Text = "";
        Note("room ", 0);
        KernelLog.Write("next");
        Assert.AreEqual("[    0.000000] room 0\n[    0.000000] next\n", _console.Text);
    }

    [TestMethod]
    public void Write_RingFullAndNobodyElseWrites_TheSharedQueuesItemSaysIt()
    {
        Workqueue.System.Freeze();
        for (int i = 0; i < KernelLog.RingCapacity + 1; i++) Note("line ", i);
        Workqueue.System.Thaw();
        Workqueue.FlushScheduled();
        StringAssert.EndsWith(_console.Text, "line 31\n** 1 printk messages dropped **\n");
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void Write_ConsoleFails_IsCountedAndSaidOnceByTheNextLine(bool isMemory)
    {
        Workqueue.System.Freeze();
        int lost = KernelLog.LostCount;
        _console.Failure = isMemory ? new OutOfMemoryException() : new IOException("no space left on device");
        KernelLog.Write("lost");
        KernelLog.Write("lost ", 2);
        Note("noted and lost ", 3);
        KernelLog.Write("lost ", 4);
        KernelLog.WriteBare("lost, without a time");
        Assert.AreEqual(lost + 5, KernelLog.LostCount);
        Assert.AreEqual("", _console.Text);

        _console.Failure = null;
        KernelLog.Write("heard");
        KernelLog.Write("heard");
        Assert.AreEqual(
            "** 5 printk messages dropped **\n[    0.000000] heard\n[    0.000000] heard\n", _console.Text);
    }

    // A line that cannot be written leaves the ring, or the writer's item would try it for ever.
    [TestMethod]
    public void Write_ConsoleFailsUnderTheSharedQueuesItem_TheItemEndsAndTheQueueLives()
    {
        Workqueue.System.Freeze();
        int lost = KernelLog.LostCount;
        int faulted = Workqueue.System.GetStatistics().Faulted;
        _console.Failure = new OutOfMemoryException();
        Note("lost ", 1);
        Note("lost ", 2);
        Workqueue.System.Thaw();
        Workqueue.FlushScheduled();
        Assert.AreEqual(lost + 2, KernelLog.LostCount);
        Assert.AreEqual(faulted, Workqueue.System.GetStatistics().Faulted);

        _console.Failure = null;
        Note("heard ", 3);
        Workqueue.FlushScheduled();
        Assert.AreEqual("[    0.000000] heard 3\n** 2 printk messages dropped **\n", _console.Text);
    }

    [TestMethod]
    public void WriteDeferred_OnAThreadThatMayBlock_IsNotedAndWrittenInOrder()
    {
        Workqueue.System.Freeze();
        _timer.Skip(7);
        KernelLog.WriteDeferred("deferred");
        Assert.AreEqual("", _console.Text);
        _timer.Skip(1);
        KernelLog.Write("own");
        Assert.AreEqual("[    0.007000] deferred\n[    0.008000] own\n", _console.Text);

        _console.Text = "";
        KernelLog.WriteDeferred("deferred");
        Workqueue.System.Thaw();
        Workqueue.FlushScheduled();
        Assert.AreEqual("[    0.008000] deferred\n", _console.Text);
    }

    private static void Note(string text, long number)
    {
        InterruptContext.Enter();
        KernelLog.Write(text, number);
        InterruptContext.Exit();
    }
}
