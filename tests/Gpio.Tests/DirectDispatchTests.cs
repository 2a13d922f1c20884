using System.Device.Gpio;
using Hardware.Machine;
using VirtualRuntime;
using Workqueues;
using Workqueues.Gpio;
using Level = VirtualRuntime.Drive;

namespace Gpio.Tests;

/// <summary>Everything that holds for a line, with its edges coming directly.</summary>
[TestClass]
public sealed class DirectInterruptLineTests : InterruptLineTests
{
    [TestInitialize]
    public void UseDirectDispatch() => Assert.IsTrue(InterruptLine.UseDirectDispatch());

    // Then it tells wrong how far apart the clocks are; the next one tells it better.
    [BoardTest]
    public void LastWait_FirstEdgeOfAllWaits_LaterOnesAreRight()
    {
        InterruptLine.IsTimed = true;
        const int SlowPin = 7;
        const int FastPin = 12;
        const int Busy = 80;
        var controller = new GpioController();
        controller.OpenPin(SlowPin, PinMode.InputPullUp).ValueChanged += (_, _) => Thread.Sleep(Busy);
        using var line = new InterruptLine(
            controller.OpenPin(FastPin, PinMode.InputPullUp), PinEventTypes.Falling, (_, _) => { }, "fast");
        for (int i = 0; i < 3; i++)
        {
            if (i != 1) Outside.Drive(SlowPin, i == 0 ? Level.Low : Level.Open);
            Outside.Drive(FastPin, Level.Low);
            Outside.Drive(FastPin, Level.Open);
            Outside.WaitUntilIdle();
        }

        Assert.IsGreaterThanOrEqualTo(Busy * 1000L, line.LastWaitMicroseconds);
    }
}

/// <summary>Edges that come directly from the native side, beside what else the platform does with pins.</summary>
[TestClass]
public sealed class DirectDispatchTests
{
    private const int Pin = 5;
    private const int OtherPin = 7;
    private const PinEventTypes Both = PinEventTypes.Rising | PinEventTypes.Falling;

    private readonly List<string> _seen = [];
    private GpioController _controller = null!;

    [TestInitialize]
    public void PowerOn()
    {
        _ = Workqueue.System;
        _controller = new GpioController();

        // The first edge of all makes what is kept for the dispatcher.
        const int FirstPin = 1;
        using (new InterruptLine(_controller.OpenPin(FirstPin, PinMode.InputPullUp), Both, (_, _) => { }, "first"))
        {
            Press(FirstPin);
        }

        _controller.ClosePin(FirstPin);
    }

    [BoardTest]
    [DataRow(false)]
    [DataRow(true)]
    public void Edge_LineMadeBeforeOrAfterTheCall_ComesDirectly(bool isBefore)
    {
        GpioPin pin = _controller.OpenPin(Pin, PinMode.InputPullUp);
        if (!isBefore) Assert.IsTrue(InterruptLine.UseDirectDispatch());
        using InterruptLine line = Line(pin, "line");
        if (isBefore) Assert.IsTrue(InterruptLine.UseDirectDispatch());
        Assert.IsTrue(InterruptLine.UseDirectDispatch(), "again");
        Assert.AreEqual(0, Press(Pin));
        See("line Falling", "line Rising");
        Assert.AreEqual(new InterruptCounters(4, 0, 4, 0, 0, 0), Outside.Interrupts);
    }

    [BoardTest]
    public void Edge_ManyLines_EachGetsItsOwn()
    {
        Assert.IsTrue(InterruptLine.UseDirectDispatch());
        int[] pins = [33, 0, 12, 5];
        List<InterruptLine> lines = [.. pins.Select(pin => Line(_controller.OpenPin(pin, PinMode.InputPullUp), $"{pin}"))];
        Assert.AreEqual(0, Drive([.. pins.Select(pin => new WireChange(pin, Level.Low))]));
        See("33 Falling", "0 Falling", "12 Falling", "5 Falling");
        foreach (InterruptLine line in lines) line.Dispose();
    }

    [BoardTest]
    public void Edge_OfAnotherKind_CallsNobody()
    {
        Assert.IsTrue(InterruptLine.UseDirectDispatch());
        GpioPin pin = _controller.OpenPin(Pin, PinMode.InputPullUp);
        using var line = new InterruptLine(pin, PinEventTypes.Rising, See, "line");
        Press(Pin);
        See("line Rising");
    }

    [BoardTest]
    public void Edge_OfAnOutput_ComesDirectly()
    {
        Assert.IsTrue(InterruptLine.UseDirectDispatch());
        GpioPin pin = _controller.OpenPin(Pin, PinMode.Output);
        using InterruptLine line = Line(pin, "line");
        PinValue high = PinValue.High;
        Assert.AreEqual(0, Objects(() =>
        {
            pin.Write(high);
            pin.Toggle();
        }));
        See("line Rising", "line Falling");
    }

    // Who listened first is called first, as the platform does it.
    [BoardTest]
    [DataRow(false)]
    [DataRow(true)]
    public void Edge_SomethingElseListensToo_BothGetItInTheirOrder(bool isBefore)
    {
        Assert.IsTrue(InterruptLine.UseDirectDispatch());
        GpioPin pin = _controller.OpenPin(Pin, PinMode.InputPullUp);
        if (isBefore) pin.ValueChanged += Listen;
        using InterruptLine line = Line(pin, "line");
        if (!isBefore) pin.ValueChanged += Listen;
        Assert.AreEqual(4, Press(Pin), "two for each edge");
        See(isBefore ? ["Pin 5 Falling", "line Falling", "Pin 5 Rising", "line Rising"]
            : ["line Falling", "Pin 5 Falling", "line Rising", "Pin 5 Rising"]);

        pin.ValueChanged -= Listen;
        Assert.AreEqual(0, Press(Pin));
        See("line Falling", "line Rising");
    }

    [BoardTest]
    public void Edge_ControllersCallbackToo_BothGetIt()
    {
        Assert.IsTrue(InterruptLine.UseDirectDispatch());
        GpioPin pin = _controller.OpenPin(Pin, PinMode.InputPullUp);
        using InterruptLine line = Line(pin, "line");
        _controller.RegisterCallbackForPinValueChangedEvent(Pin, PinEventTypes.Falling, Listen);
        Press(Pin);
        See("line Falling", "Pin 5 Falling", "line Rising");
    }

    [BoardTest]
    public void Edge_OfAPinWithoutLine_GoesThePlatformsWay()
    {
        Assert.IsTrue(InterruptLine.UseDirectDispatch());
        using InterruptLine line = Line(_controller.OpenPin(OtherPin, PinMode.InputPullUp), "line");
        foreach (int number in new[] { Pin, 30 }) _controller.OpenPin(number, PinMode.InputPullUp).ValueChanged += Listen;
        Press(Pin);
        Press(30);
        See("Pin 5 Falling", "Pin 5 Rising", "Pin 30 Falling", "Pin 30 Rising");
    }

    [BoardTest]
    [DataRow(0)]
    [DataRow(1)]
    public void Edge_TwoLinesOnAPin_BothGetItAndTheOneThatIsLeftGetsItDirectly(int freed)
    {
        Assert.IsTrue(InterruptLine.UseDirectDispatch());
        GpioPin pin = _controller.OpenPin(Pin, PinMode.InputPullUp);
        InterruptLine[] lines = [Line(pin, "first"), Line(pin, "second")];
        Press(Pin);
        See("first Falling", "second Falling", "first Rising", "second Rising");
        Assert.IsGreaterThan(0L, lines[0].LastEdgeMicroseconds, "the platform's way throws the time away, not this one");
        Assert.AreEqual(lines[0].LastEdgeMicroseconds, lines[1].LastEdgeMicroseconds);

        lines[freed].Dispose();
        InterruptLine left = lines[1 - freed];
        Assert.AreEqual(0, Press(Pin));
        See(left.Name + " Falling", left.Name + " Rising");

        left.Dispose();
        Press(Pin);
        See();
    }

    // The record of an edge holds a number. As on the platform, what has been closed is called no more, also for edges that wait.
    [BoardTest]
    public void Edge_OnItsWayWhenThePinIsClosed_CallsNobody()
    {
        Assert.IsTrue(InterruptLine.UseDirectDispatch());
        using var entered = new ManualResetEvent(false);
        using var release = new ManualResetEvent(false);
        GpioPin pin = _controller.OpenPin(Pin, PinMode.InputPullUp);
        using InterruptLine line = Line(pin, "line");
        GpioPin other = _controller.OpenPin(OtherPin, PinMode.InputPullUp);
        using var blocking = new InterruptLine(other, PinEventTypes.Falling, (_, _) =>
        {
            entered.Set();
            release.WaitOne();
        }, "blocking");
        Outside.Drive(OtherPin, Level.Low);
        entered.WaitOne();
        Outside.Drive(Pin, Level.Low);
        pin.Dispose();
        release.Set();
        Outside.WaitUntilIdle();
        See();
        Assert.AreEqual(0, line.Count);
        Assert.AreEqual(1, Outside.Interrupts.Unheard);
    }

    // The line stays where it was, on a pin that is closed; the number is another's now.
    [BoardTest]
    [DataRow(false)]
    [DataRow(true)]
    public void Edge_PinClosedUnderItsLineAndOpenedAnew_IsTheNewOnes(bool hasLine)
    {
        Assert.IsTrue(InterruptLine.UseDirectDispatch());
        GpioPin first = _controller.OpenPin(OtherPin, PinMode.InputPullUp);
        GpioPin pin = _controller.OpenPin(Pin, PinMode.InputPullUp);
        InterruptLine old = Line(pin, "old");
        Press(Pin);
        See("old Falling", "old Rising");
        _controller.ClosePin(Pin);
        _controller.ClosePin(OtherPin);

        GpioPin anew = _controller.OpenPin(Pin, PinMode.InputPullUp);
        using InterruptLine? line = hasLine ? Line(anew, "new") : null;
        if (!hasLine) anew.ValueChanged += Listen;
        Assert.AreEqual(hasLine ? 0 : 4, Press(Pin));
        See(hasLine ? ["new Falling", "new Rising"] : ["Pin 5 Falling", "Pin 5 Rising"]);

        old.Dispose();
        Assert.AreEqual(hasLine ? 0 : 4, Press(Pin));
        See(hasLine ? ["new Falling", "new Rising"] : ["Pin 5 Falling", "Pin 5 Rising"]);
        Assert.AreEqual(2, old.Count);
        Assert.AreEqual(0, old.FaultedCount);
    }

    // As on an ESP32, inputs do not interrupt any more after it; outputs still raise events.
    [BoardTest]
    public void Edge_ControllerDisposedAndMadeAnew_ComesDirectly()
    {
        Assert.IsTrue(InterruptLine.UseDirectDispatch());
        GpioPin first = _controller.OpenPin(Pin, PinMode.Output);
        using InterruptLine old = Line(first, "old");
        _controller.Dispose();
        _controller = new GpioController();
        GpioPin pin = _controller.OpenPin(Pin, PinMode.Output);
        using InterruptLine line = Line(pin, "new");
        PinValue high = PinValue.High;
        Assert.AreEqual(0, Objects(() => pin.Write(high)));
        See("new Rising");
        Assert.AreEqual(0, old.Count);
    }

    [BoardTest(Seeds = 400, Accesses = true)]
    public void Edge_WhileLinesAndPinsComeAndGo_ReachesWhoIsThere()
    {
        Assert.IsTrue(InterruptLine.UseDirectDispatch());
        GpioPin first = _controller.OpenPin(OtherPin, PinMode.InputPullUp);
        GpioPin pin = _controller.OpenPin(Pin, PinMode.InputPullUp);
        using InterruptLine line = Line(pin, "line");
        Outside.Drive(Pin, Level.Low);
        first.Dispose();
        using InterruptLine other = Line(_controller.OpenPin(12, PinMode.InputPullUp), "other");
        pin.ValueChanged += Listen;
        pin.ValueChanged -= Listen;
        Outside.Drive(Pin, Level.Open);
        Outside.WaitUntilIdle();
        See([.. _seen.Where(each => each.StartsWith("Pin", StringComparison.Ordinal)), "line Falling", "line Rising"]);
        Assert.AreEqual(0, line.FaultedCount + other.Count);
    }

    // Another version of the platform's libraries may call them otherwise.
    [BoardTest]
    [DataRow("s_eventSink")]
    [DataRow("threadSpawn")]
    [DataRow("_callbacks")]
    [DataRow("s_gpioPinEventManager")]
    [DataRow("_pinMap")]
    public void UseDirectDispatch_FieldIsNotThere_SaysSoOnceAndAllGoesOnAsBefore(string field)
    {
        Outside.HideField(field);
        using InterruptLine line = Line(_controller.OpenPin(Pin, PinMode.InputPullUp), "line");
        int before = Outside.Log.Count;
        Assert.IsFalse(InterruptLine.UseDirectDispatch());
        Assert.IsFalse(InterruptLine.UseDirectDispatch());
        Assert.HasCount(before + 1, Outside.Log);
        StringAssert.Contains(Outside.Log[before].Text, "irq: no direct dispatch with this version of the platform");
        Assert.AreEqual(4, Press(Pin));
        See("line Falling", "line Rising");
        Assert.AreEqual(-1, line.LastEdgeMicroseconds);
        Assert.AreEqual(-1, line.LastWaitMicroseconds);
        int dumped = Outside.Log.Count;
        InterruptLine.Dump();
        StringAssert.Matches(Outside.Log[dumped + 1].Text, new(@"gpio  5: +2 +- +- +0  line"));
    }

    // By the board's clock, which here steps by milliseconds: of the edge, however late its handler comes.
    [BoardTest]
    public void LastEdge_DispatcherIsBusyMeanwhile_IsTheTimeOfTheEdge()
    {
        Assert.IsTrue(InterruptLine.UseDirectDispatch());
        GpioPin pin = _controller.OpenPin(Pin, PinMode.InputPullUp);
        var edges = new List<(long Edge, long Handled)>();
        using var line = new InterruptLine(pin, Both, (source, _) =>
        {
            edges.Add((source.LastEdgeMicroseconds, Jiffies.Now * 1000));
            if (edges.Count == 2) Thread.Sleep(50);
        }, "line");
        Assert.AreEqual(-1, line.LastEdgeMicroseconds);
        Press(Pin); // the handler does not know the first: nothing told yet how far apart the clocks are
        var driven = new List<long>();
        foreach (int pause in new[] { 10, 7, 100, 1 })
        {
            Outside.Pass(pause);
            driven.Add(Outside.Nanoseconds / 1_000_000 * 1000);
            Outside.Drive(Pin, driven.Count % 2 == 1 ? Level.Low : Level.Open);
        }

        Outside.WaitUntilIdle();
        Assert.HasCount(6, edges);
        for (int i = 1; i < driven.Count; i++)
        {
            Assert.AreEqual(driven[i] - driven[0], edges[i + 2].Edge - edges[2].Edge, $"edge {i}");
        }

        foreach ((long edge, long handled) in edges.Skip(2)) Assert.IsGreaterThanOrEqualTo(edge, handled);
        Assert.IsLessThan(2000L, edges[5].Handled - edges[5].Edge);
    }

    [BoardTest]
    public void LastWait_DispatcherIsBusyMeanwhile_IsHowLongTheEdgeWaited()
    {
        InterruptLine.IsTimed = true;
        const int Busy = 80;
        Assert.IsTrue(InterruptLine.UseDirectDispatch());
        using InterruptLine slow = new(_controller.OpenPin(OtherPin, PinMode.InputPullUp), PinEventTypes.Falling,
            (_, _) => Thread.Sleep(Busy), "slow");
        using InterruptLine line = new(_controller.OpenPin(Pin, PinMode.InputPullUp), PinEventTypes.Falling, See, "line");
        Assert.AreEqual(-1, line.LastWaitMicroseconds);
        Press(Pin);
        Assert.IsTrue(line.LastWaitMicroseconds is >= 0 and < 20_000, $"{line.LastWaitMicroseconds} us"); // forced switches

        Drive(new WireChange(OtherPin, Level.Low), new WireChange(Pin, Level.Low));
        Assert.IsTrue(line.LastWaitMicroseconds is >= Busy * 1000 and < Busy * 1000 + 20_000, $"{line.LastWaitMicroseconds} us");
        int dumped = Outside.Log.Count;
        InterruptLine.Dump();
        StringAssert.Matches(Outside.Log[dumped + 1].Text, new($@"gpio  5: +2 +{line.LastWaitMicroseconds} +\d+ +0  line"));
    }

    private InterruptLine Line(GpioPin pin, string name) => new(pin, Both, See, name);

    private void See(InterruptLine line, PinEventTypes edge) => _seen.Add(line.Name + " " + edge);

    private void Listen(object sender, PinValueChangedEventArgs e) => _seen.Add($"Pin {e.PinNumber} {e.ChangeType}");

    // What was seen since the last call.
    private void See(params string[] expected)
    {
        CollectionAssert.AreEqual(expected, _seen, string.Join(", ", _seen));
        _seen.Clear();
    }

    // Two edges. Returns how many objects were made for them.
    private static long Press(int pin) =>
        Drive(new WireChange(pin, Level.Low), new WireChange(pin, Level.Open));

    private static long Drive(params WireChange[] changes) => Objects(() => Outside.Drive(changes));

    private static long Objects(Action act)
    {
        long before = Outside.Allocations;
        act();
        Outside.WaitUntilIdle();
        return Outside.Allocations - before;
    }
}
