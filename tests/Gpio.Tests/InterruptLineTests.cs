using System.Device.Gpio;
using Hardware.Machine;
using VirtualRuntime;
using Workqueues;
using Workqueues.Gpio;

namespace Gpio.Tests;

/// <summary>A pin of the virtual runtime as an interrupt line, and what may be done in its handler.</summary>
[TestClass]
public class InterruptLineTests
{
    private const int Pin = 5;
    private const PinEventTypes Both = PinEventTypes.Rising | PinEventTypes.Falling;

    private GpioPin _pin = null!;

    [TestInitialize]
    public void PowerOn()
    {
        _ = Workqueue.System;
        _pin = new GpioController().OpenPin(Pin, PinMode.InputPullUp);
    }

    [TestCleanup]
    public void PowerOff()
    {
        _pin.Dispose();
    }

    [BoardTest]
    public void Edge_OfTheLinesKind_CallsHandlerInInterruptContext()
    {
        var seen = new List<string>();
        using var line = new InterruptLine(
            _pin, PinEventTypes.Falling, (source, edge) => seen.Add($"{source.Name} {edge} {InterruptContext.IsActive}"), "irq");
        Press();
        CollectionAssert.AreEqual(new[] { "irq Falling True" }, seen);
        Assert.AreEqual(1, line.Count);
        Assert.IsFalse(InterruptContext.IsActive);
    }

    [BoardTest]
    public void Name_Null_IsMadeOfThePin()
    {
        using var line = new InterruptLine(_pin, Both, (_, _) => { }, null);
        Assert.AreEqual("gpio5", line.Name);
    }

    [BoardTest]
    public void Constructor_WrongArguments_Throw()
    {
        Assert.ThrowsExactly<ArgumentNullException>(() => new InterruptLine(null!, Both, (_, _) => { }, "x"));
        Assert.ThrowsExactly<ArgumentNullException>(() => new InterruptLine(_pin, Both, null!, "x"));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new InterruptLine(_pin, PinEventTypes.None, (_, _) => { }, "x"));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new InterruptLine(_pin, (PinEventTypes)4, (_, _) => { }, "x"));
    }

    // R27: isolates what its handler throws
    [BoardTest]
    public void Handler_Throws_IsCountedAndTheLineLivesOn()
    {
        using var line = new InterruptLine(_pin, Both, (source, _) =>
        {
            if (source.Count == 1) throw new InvalidOperationException("on purpose");
        }, "irq");
        Press();
        Assert.AreEqual(2, line.Count);
        Assert.AreEqual(1, line.FaultedCount);
        Assert.AreEqual(0, Outside.Interrupts.Faulted, "the runtime saw nothing of it");
    }

    // conformance: Failures | an exception whose Message throws | in a handler, a top half, a subscriber
    // Here the top half; handlers and subscribers are in ReportTests.
    [BoardTest]
    [DataRow(false)]
    [DataRow(true)]
    public void Handler_ThrowsWhatCannotDescribeItself_FaultedCountIsExactAndTheLineLivesOn(bool isDiskFull)
    {
        using var console = new FailingConsole();
        int lost = KernelLog.LostCount;
        console.IsFull = isDiskFull;
        using var line = new InterruptLine(_pin, Both, (source, _) =>
        {
            if (source.Count <= 3) throw new MuteException();
        }, "irq");

        // The runtime calls it on the same thread, after the line's.
        var active = new List<bool>();
        _pin.ValueChanged += (_, _) => active.Add(InterruptContext.IsActive);
        Press();
        Press();
        Assert.AreEqual(4, line.Count);
        Assert.AreEqual(3, line.FaultedCount);
        Assert.AreEqual(0, Outside.Interrupts.Faulted, "the runtime saw nothing of it");
        CollectionAssert.AreEqual(new[] { false, false, false, false }, active);

        Workqueue.FlushScheduled();
        string report = "irq irq: handler faulted: " + typeof(MuteException).FullName + "\n";
        Assert.AreEqual(isDiskFull ? 1 : 0, KernelLog.LostCount - lost, "the first fault is reported, and only that");
        Assert.AreEqual(!isDiskFull, console.Text.Contains(report), console.Text);
    }

    [BoardTest]
    [DataRow(false)]
    [DataRow(true)]
    public void Dispose_WhileAHandlerThrowsThatCannotBeReported_Returns(bool isMute)
    {
        using var console = new FailingConsole { IsFull = true };
        int lost = KernelLog.LostCount;
        using var entered = new ManualResetEvent(false);
        using var release = new ManualResetEvent(false);
        var line = new InterruptLine(_pin, PinEventTypes.Falling, (_, _) =>
        {
            entered.Set();
            release.WaitOne();
            throw isMute ? new MuteException() : new InvalidOperationException("on purpose");
        }, "irq");
        Outside.Drive(Pin, Drive.Low);
        entered.WaitOne();
        int countSeen = 0;
        Thread disposer = StartAndSeeItWait(() =>
        {
            line.Dispose();
            countSeen = line.FaultedCount;
        });
        release.Set();
        disposer.Join();
        Assert.AreEqual(1, countSeen);
        Workqueue.FlushScheduled();
        Assert.AreEqual(lost + 1, KernelLog.LostCount);
        Outside.WaitUntilIdle();
    }

    [BoardTest]
    public void Handler_QueuesItem_RunsOnWorkerOutsideInterruptContext()
    {
        Workqueue queue = Workqueue.CreateSingleThread("irq_test");
        bool? wasAtomic = null;
        var work = new Work(_ => wasAtomic = InterruptContext.IsActive);
        using var line = new InterruptLine(_pin, PinEventTypes.Falling, (_, _) => queue.Queue(work), "irq");
        Press();
        queue.Flush();
        Assert.IsFalse(wasAtomic);
        Assert.AreEqual(1, queue.GetStatistics().Executed);
        queue.Destroy();
    }

    // conformance: Queues | from an interrupt handler or a timer expiry | any blocking call
    [BoardTest]
    public void Handler_AnyBlockingCall_IsRefusedBeforeItHasAnyEffect()
    {
        Workqueue queue = Workqueue.CreateSingleThread("irq_test");
        var work = new DelayedWork(_ => { });
        queue.QueueDelayed(work, 60_000);
        (string Name, Action Call)[] calls =
        [
            ("queue.Flush", queue.Flush), ("queue.Drain", queue.Drain), ("queue.Freeze", queue.Freeze),
            ("queue.Destroy", queue.Destroy), ("queue.Dispose", queue.Dispose),
            ("Workqueue.FlushScheduled", Workqueue.FlushScheduled),
            ("ScheduleOnEachProcessor", () => Workqueue.ScheduleOnEachProcessor(_ => { })),
            ("work.Flush", () => work.Flush()), ("work.CancelSync", () => work.CancelSync()),
            ("work.DisableSync", () => work.DisableSync()),
        ];

        var outcomes = new List<string>();
        using var line = new InterruptLine(_pin, PinEventTypes.Falling, (_, _) =>
        {
            foreach ((string name, Action call) in calls)
            {
                try
                {
                    call();
                    outcomes.Add($"{name} returned");
                }
                catch (InvalidOperationException exception)
                {
                    string why = "sleeping function called from interrupt context";
                    bool isRefused = exception.Message.Contains(why, StringComparison.Ordinal);
                    if (!isRefused) outcomes.Add($"{name}: {exception.Message}");
                }
            }

            outcomes.Add("end");
        }, "irq");
        Press();
        CollectionAssert.AreEqual(new[] { "end" }, outcomes);
        Assert.AreEqual(WorkStates.Delayed, work.States, "nothing took it off, nothing disabled it");
        Assert.IsTrue(work.Cancel());
        Assert.IsTrue(queue.Queue(work), "the queue is neither frozen, drained nor destroyed");
        queue.Destroy();
        Assert.AreEqual(1, queue.GetStatistics().Executed);
    }

    // Every caller may rely on it, also when the pin has been closed under the line.
    // R27: whoever disposes
    [BoardTest]
    [DataRow(1, false)]
    [DataRow(2, false)]
    [DataRow(2, true)]
    public void Dispose_FromOtherThreads_EachWaitsForTheHandler(int callers, bool isPinClosed)
    {
        using var entered = new ManualResetEvent(false);
        using var release = new ManualResetEvent(false);
        bool hasEnded = false;
        var line = new InterruptLine(_pin, PinEventTypes.Falling, (_, _) =>
        {
            entered.Set();
            release.WaitOne();
            Volatile.Write(ref hasEnded, true);
        }, "irq");
        Outside.Drive(Pin, Drive.Low);
        entered.WaitOne();
        if (isPinClosed) _pin.Dispose();
        var hadEnded = new bool[callers];
        var disposers = new Thread[callers];
        for (int i = 0; i < callers; i++)
        {
            int caller = i;
            disposers[i] = StartAndSeeItWait(() =>
            {
                line.Dispose();
                hadEnded[caller] = Volatile.Read(ref hasEnded);
            });
        }

        release.Set();
        foreach (Thread disposer in disposers) disposer.Join();
        CollectionAssert.DoesNotContain(hadEnded, false);
    }

    [BoardTest(Seeds = 400)]
    public void Dispose_WhileAnEdgeIsOnItsWay_NoHandlerRunsBehindIt()
    {
        bool hasReturned = false;
        bool isLate = false;
        var line = new InterruptLine(_pin, Both, (_, _) =>
        {
            isLate |= Volatile.Read(ref hasReturned);
            Thread.Sleep(0);
            isLate |= Volatile.Read(ref hasReturned);
        }, "irq");
        Outside.Drive(Pin, Drive.Low);
        line.Dispose();
        hasReturned = true;
        Outside.WaitUntilIdle();
        Assert.IsFalse(isLate);
    }

    [BoardTest]
    public void Dispose_PinClosedBefore_NeitherThrowsNorLeavesARow()
    {
        var line = new InterruptLine(_pin, Both, (_, _) => Assert.Fail(), "ghost");
        StringAssert.Contains(Dumped(), "ghost");
        _pin.Dispose();
        line.Dispose();
        line.Dispose();
        Assert.DoesNotContain("ghost", Dumped());
        Press();
        Assert.AreEqual(0, line.Count);
    }

    // R27: a constructor that throws
    [BoardTest]
    public void Constructor_PinClosed_ThrowsAndLeavesNoRow()
    {
        _pin.Dispose();
        Assert.ThrowsExactly<ObjectDisposedException>(() => new InterruptLine(_pin, Both, (_, _) => { }, "ghost"));
        Assert.DoesNotContain("ghost", Dumped());
    }

    // R27: in interrupt context it does not wait
    [BoardTest]
    public void Dispose_InItsOwnHandler_IsTheLastCall()
    {
        var line = new InterruptLine(_pin, Both, (source, _) => source.Dispose(), "irq");
        Press();
        Press();
        Assert.AreEqual(1, line.Count);
        line.Dispose();
    }

    [BoardTest]
    public void Dispose_LineFreed_PinStaysOpenForAnother()
    {
        new InterruptLine(_pin, Both, (_, _) => Assert.Fail(), "first").Dispose();
        using var second = new InterruptLine(_pin, Both, (_, _) => { }, "second");
        Press();
        Assert.AreEqual(2, second.Count);
    }

    [BoardTest]
    public void Dump_TwoLines_ShowsCountAndFaults()
    {
        using var good = new InterruptLine(_pin, Both, (_, _) => { }, "good");
        using var bad = new InterruptLine(_pin, Both, (_, _) => throw new InvalidOperationException("on purpose"), "bad");
        Press();
        string rows = Dumped();
        StringAssert.Matches(rows, new(@"gpio  5: +2 +- +- +0  good"));
        StringAssert.Matches(rows, new(@"gpio  5: +2 +- +- +2  bad"));
    }

    [BoardTest]
    public void Trace_AnInterrupt_ShowsEntryQueueingAndExit()
    {
        Workqueue queue = Workqueue.CreateSingleThread("irq_test");
        var work = new Work(_ => { }, "my work");
        using var line = new InterruptLine(_pin, PinEventTypes.Falling, (_, _) => queue.Queue(work), "irq");
        WorkqueueTrace.Start(100);
        Press();
        queue.Flush();
        var lines = new List<string>();
        WorkqueueTrace.WriteTo(lines.Add);
        WorkqueueTrace.Clear();
        queue.Destroy();

        string[] events = [.. lines.Where(text => !text.StartsWith('#')).Select(text => text.Split(": ", 2)[1])];
        Assert.AreEqual("irq_handler_entry: irq=5 name=irq", events[0]);
        Assert.AreEqual(@"workqueue_queue_work: work struct=c0de0001 function=my\040work workqueue=irq_test req_cpu=0 cpu=0",
            events[1]);
        Assert.AreEqual("workqueue_activate_work: work struct c0de0001", events[2]);
        CollectionAssert.Contains(events, "irq_handler_exit: irq=5 ret=handled");
        CollectionAssert.Contains(events, @"workqueue_execute_start: work struct c0de0001: function my\040work");
        CollectionAssert.Contains(events, @"workqueue_execute_end: work struct c0de0001: function my\040work");
        string[] queueing = [.. lines.Where(text => text.Contains("irq_handler_entry") || text.Contains("queue_work"))];
        foreach (string text in queueing) StringAssert.Contains(text, "interrupt-2     [000] d.h1");
        StringAssert.Contains(lines.First(text => text.Contains("execute_start")), "irq_test/0-16");
    }

    private static string Dumped()
    {
        using var console = new FailingConsole();
        InterruptLine.Dump();
        return console.Text;
    }

    private static Thread StartAndSeeItWait(Action call)
    {
        var thread = new Thread(() => call());
        thread.Start();
        Outside.Pass(100);
        Assert.IsTrue(thread.IsAlive);
        return thread;
    }

    private void Press()
    {
        Outside.Drive(Pin, Drive.Low);
        Outside.Drive(Pin, Drive.Open);
        Outside.WaitUntilIdle();
    }

    /// <summary>An exception that cannot describe itself.</summary>
    private sealed class MuteException : Exception
    {
        public override string Message => throw new InvalidOperationException("no message");
    }

    /// <summary>The log from now on; or it has no room.</summary>
    private sealed class FailingConsole : IDisposable
    {
        private readonly int _first = Outside.Log.Count;

        internal bool IsFull
        {
            set => Outside.FailLines(value ? long.MaxValue : 0, () => new IOException("no space left on device"));
        }

        internal string Text => string.Concat(Outside.Log.Skip(_first).Select(line => line.Text + "\n"));

        public void Dispose() => IsFull = false;
    }
}
