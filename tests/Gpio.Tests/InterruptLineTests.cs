using System.Device.Gpio;
using VirtualRuntime;
using Workqueues;
using Workqueues.Gpio;

[assembly: DoNotParallelize]

namespace Gpio.Tests;

/// <summary>A pin of the virtual runtime as an interrupt line, and what may be done in its handler.</summary>
[TestClass]
public sealed class InterruptLineTests
{
    private const int Pin = 5;
    private const PinEventTypes Both = PinEventTypes.Rising | PinEventTypes.Falling;
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(20);

    private Chip _chip = null!;
    private GpioPin _pin = null!;

    [TestInitialize]
    public void PowerOn()
    {
        _chip = Chip.PowerOn();
        _pin = new GpioController().OpenPin(Pin, PinMode.InputPullUp);
    }

    [TestCleanup]
    public void PowerOff()
    {
        _pin.Dispose();
        _chip.Dispose();
    }

    [TestMethod]
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

    [TestMethod]
    public void Name_Null_IsMadeOfThePin()
    {
        using var line = new InterruptLine(_pin, Both, (_, _) => { }, null);
        Assert.AreEqual("gpio5", line.Name);
    }

    [TestMethod]
    public void Constructor_WrongArguments_Throw()
    {
        Assert.ThrowsExactly<ArgumentNullException>(() => new InterruptLine(null!, Both, (_, _) => { }, "x"));
        Assert.ThrowsExactly<ArgumentNullException>(() => new InterruptLine(_pin, Both, null!, "x"));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new InterruptLine(_pin, PinEventTypes.None, (_, _) => { }, "x"));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new InterruptLine(_pin, (PinEventTypes)4, (_, _) => { }, "x"));
    }

    [TestMethod]
    public void Handler_Throws_IsCountedAndTheLineLivesOn()
    {
        using var line = new InterruptLine(_pin, Both, (source, _) =>
        {
            if (source.Count == 1) throw new InvalidOperationException("on purpose");
        }, "irq");
        Press();
        Assert.AreEqual(2, line.Count);
        Assert.AreEqual(1, line.FaultedCount);
        Assert.AreEqual(0, _chip.Interrupts.Faulted, "the runtime saw nothing of it");
    }

    [TestMethod]
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

    // conformance: from an interrupt handler or a timer expiry | any blocking call
    [TestMethod]
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
                    string start = "sleeping function called from interrupt context";
                    if (!exception.Message.StartsWith(start, StringComparison.Ordinal)) outcomes.Add($"{name}: {exception.Message}");
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

    [TestMethod]
    public void Dispose_FromAnotherThread_WaitsForTheHandler()
    {
        using var entered = new ManualResetEventSlim();
        using var release = new ManualResetEventSlim();
        bool hasEnded = false;
        var line = new InterruptLine(_pin, PinEventTypes.Falling, (_, _) =>
        {
            entered.Set();
            release.Wait();
            Volatile.Write(ref hasEnded, true);
        }, "irq");
        _chip.Drive(Pin, Drive.Low);
        Assert.IsTrue(entered.Wait(s_limit));
        bool hadEnded = false;
        var disposer = new Thread(() =>
        {
            line.Dispose();
            hadEnded = Volatile.Read(ref hasEnded);
        });
        disposer.Start();
        while ((disposer.ThreadState & ThreadState.WaitSleepJoin) == 0) Thread.Yield();
        release.Set();
        Assert.IsTrue(disposer.Join(s_limit));
        Assert.IsTrue(hadEnded);
    }

    [TestMethod]
    public void Dispose_InItsOwnHandler_IsTheLastCall()
    {
        var line = new InterruptLine(_pin, Both, (source, _) => source.Dispose(), "irq");
        Press();
        Press();
        Assert.AreEqual(1, line.Count);
        line.Dispose();
    }

    [TestMethod]
    public void Dispose_LineFreed_PinStaysOpenForAnother()
    {
        new InterruptLine(_pin, Both, (_, _) => Assert.Fail(), "first").Dispose();
        using var second = new InterruptLine(_pin, Both, (_, _) => { }, "second");
        Press();
        Assert.AreEqual(2, second.Count);
    }

    [TestMethod]
    public void Dump_TwoLines_ShowsCountAndFaults()
    {
        using var good = new InterruptLine(_pin, Both, (_, _) => { }, "good");
        using var bad = new InterruptLine(_pin, Both, (_, _) => throw new InvalidOperationException("on purpose"), "bad");
        Press();
        TextWriter console = Console.Out;
        var log = new StringWriter();
        Console.SetOut(log);
        try
        {
            InterruptLine.Dump();
        }
        finally
        {
            Console.SetOut(console);
        }

        StringAssert.Matches(log.ToString(), new(@"gpio  5: +2 +\d+ +0  good"));
        StringAssert.Matches(log.ToString(), new(@"gpio  5: +2 +\d+ +2  bad"));
    }

    [TestMethod]
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

    private void Press()
    {
        _chip.Drive(Pin, Drive.Low);
        _chip.Drive(Pin, Drive.Open);
        Assert.IsTrue(_chip.WaitUntilIdle(s_limit));
    }
}
