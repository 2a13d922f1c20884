using System.Device.Gpio;
using Hardware.Machine;
using nanoFramework.Runtime.Native;
using VirtualRuntime;

namespace Gpio.Tests;

/// <summary>From an edge to a handler: routine, ring, dispatcher.</summary>
[TestClass]
public class InterruptPathTests
{
    private const int Pin = 5;

    [TestMethod]
    public void Ring_Full_DropsExactlyTheOldest()
    {
        var ring = new InterruptRing(3);
        for (int pin = 0; pin < 5; pin++) ring.Push(new InterruptRecord(pin, true));
        Assert.AreEqual(3, ring.Count);
        Assert.AreEqual(2, ring.Dropped);
        for (int pin = 2; pin < 5; pin++)
        {
            Assert.IsTrue(ring.TryTake(out InterruptRecord record));
            Assert.AreEqual(new InterruptRecord(pin, true), record);
        }

        Assert.IsFalse(ring.TryTake(out _));
        Assert.AreEqual(2, ring.Dropped, "an empty ring drops nothing");
    }

    [TestMethod]
    public void Ring_AroundItsEndManyTimes_KeepsOrder()
    {
        var ring = new InterruptRing(4);
        int taken = 0;
        for (int i = 0; i < 100; i++)
        {
            ring.Push(new InterruptRecord(i, true));
            if (i % 2 == 0) continue;
            while (ring.TryTake(out InterruptRecord record)) Assert.AreEqual(taken++, record.Pin);
        }

        Assert.AreEqual(100, taken);
        Assert.AreEqual(0, ring.Dropped);
    }

    [TestMethod]
    public void Ring_NoCapacity_Throws() => Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new InterruptRing(0));

    [BoardTest]
    public void Edge_PinWithHandler_IsRaisedWithPinAndEdge()
    {
        using GpioPin pin = new GpioController().OpenPin(Pin, PinMode.InputPullUp);
        var seen = new List<string>();
        pin.ValueChanged += (sender, e) => seen.Add($"{ReferenceEquals(sender, pin)} {e.PinNumber} {e.ChangeType}");
        Outside.Drive(Pin, Drive.Low);
        Outside.Drive(Pin, Drive.Open);
        Outside.WaitUntilIdle();
        CollectionAssert.AreEqual(new[] { "True 5 Falling", "True 5 Rising" }, seen);
        Assert.AreEqual(new InterruptCounters(2, 0, 2, 0, 0, 0), Outside.Interrupts);
        PinState state = Outside.GetPin(Pin);
        Assert.IsTrue(state.RisingEdges == 1 && state.FallingEdges == 1 && state.IsListening);
    }

    [BoardTest]
    public void Edge_SameLevelAgain_IsNone()
    {
        using GpioPin pin = new GpioController().OpenPin(Pin, PinMode.InputPullUp);
        pin.ValueChanged += (_, _) => { };
        Outside.Drive(Pin, Drive.High);
        Outside.Drive(Pin, Drive.Open);
        Assert.AreEqual(0, Outside.Interrupts.Recorded);
    }

    [BoardTest]
    public void Edge_NobodyListens_MakesNoRecord()
    {
        Outside.Drive(Pin, Drive.High);
        using GpioPin pin = new GpioController().OpenPin(Pin, PinMode.InputPullUp);
        Outside.Drive(Pin, Drive.Low);
        PinValueChangedEventHandler handler = (_, _) => { };
        pin.ValueChanged += handler;
        pin.ValueChanged -= handler;
        Outside.Drive(Pin, Drive.High);
        Assert.AreEqual(0, Outside.Interrupts.Recorded);
        Assert.AreEqual(2, Outside.GetPin(Pin).RisingEdges);
    }

    [BoardTest]
    public void SetPinMode_ChangesTheLevel_IsNoEdge()
    {
        using GpioPin pin = new GpioController().OpenPin(Pin, PinMode.InputPullUp);
        pin.ValueChanged += (_, _) => { };
        pin.SetPinMode(PinMode.InputPullDown);
        PinState state = Outside.GetPin(Pin);
        Assert.IsFalse(state.IsHigh);
        Assert.AreEqual(0, state.FallingEdges + Outside.Interrupts.Recorded);
    }

    [BoardTest]
    public void Drive_TenThousandEdgesBackToBack_DeliversExactlyTheRing()
    {
        using GpioPin pin = new GpioController().OpenPin(Pin, PinMode.InputPullUp);
        int handled = 0;
        pin.ValueChanged += (_, _) => handled++;
        Outside.Drive(Edges(10_000));
        Outside.WaitUntilIdle();
        Assert.AreEqual(128, handled);
        Assert.AreEqual(new InterruptCounters(10_000, 10_000 - 128, 128, 0, 0, 0), Outside.Interrupts);
        Assert.AreEqual(10_000, Outside.GetPin(Pin).RisingEdges + Outside.GetPin(Pin).FallingEdges);
    }

    [BoardTest(RingCapacity = 4)]
    public void Drive_DispatcherBusy_NewestRecordsSurviveInOrder()
    {
        using var handler = new BlockedHandler();
        var seen = new List<int>();
        OpenAndListen(0..10, pin =>
        {
            if (pin == 0) handler.Enter();
            seen.Add(pin);
        });
        Outside.Drive(0, Drive.High);
        handler.WaitUntilEntered();
        Assert.AreEqual(1, Outside.Interrupts.Waiting);
        Outside.Drive(Enumerable.Range(1, 9).Select(pin => new WireChange(pin, Drive.High)));
        handler.Leave();
        Outside.WaitUntilIdle();
        CollectionAssert.AreEqual(new[] { 0, 6, 7, 8, 9 }, seen);
        Assert.AreEqual(new InterruptCounters(10, 5, 5, 0, 0, 0), Outside.Interrupts);
    }

    [BoardTest]
    public void Handler_Throws_LaterHandlersAreSkippedAndNextEventsCome()
    {
        using GpioPin pin = new GpioController().OpenPin(Pin, PinMode.InputPullUp);
        int before = 0;
        int after = 0;
        pin.ValueChanged += (_, _) => before++;
        pin.ValueChanged += (_, e) =>
        {
            if (e.ChangeType == PinEventTypes.Falling) throw new InvalidOperationException("planted");
        };
        pin.ValueChanged += (_, _) => after++;
        Outside.Drive(Edges(4));
        Outside.WaitUntilIdle();
        Assert.AreEqual(4, before);
        Assert.AreEqual(2, after);
        Assert.AreEqual(new InterruptCounters(4, 0, 4, 0, 0, 2), Outside.Interrupts);
        IReadOnlyList<UnhandledException> unhandled = Outside.TakeUnhandled();
        Assert.HasCount(2, unhandled);
        foreach (UnhandledException each in unhandled)
        {
            Assert.AreEqual("the interrupt dispatcher", each.Thread);
            Assert.AreEqual("planted", each.Exception.Message);
        }
    }

    [BoardTest]
    public void Handlers_SeveralPins_RunOneAtATimeOnOneThreadInOrder()
    {
        var seen = new List<int>();
        var threads = new HashSet<Thread>();
        int inside = 0;
        int insideMost = 0;
        OpenAndListen(0..20, pin =>
        {
            insideMost = Math.Max(insideMost, Interlocked.Increment(ref inside));
            seen.Add(pin);
            threads.Add(Thread.CurrentThread);
            Thread.Sleep(1);
            Interlocked.Decrement(ref inside);
        });
        for (int pin = 0; pin < 20; pin++) Outside.Drive(pin, Drive.High);
        Outside.WaitUntilIdle();
        CollectionAssert.AreEqual(Enumerable.Range(0, 20).ToList(), seen);
        Assert.AreEqual(1, insideMost);
        Assert.AreNotSame(Thread.CurrentThread, threads.Single());
    }

    [BoardTest]
    public void Write_OutputWithHandler_PostsTheValueEvenWhenTheLevelStays()
    {
        using GpioPin pin = new GpioController().OpenPin(Pin, PinMode.Output);
        var seen = new List<PinEventTypes>();
        pin.ValueChanged += (_, e) => seen.Add(e.ChangeType);
        pin.Write(PinValue.High);
        pin.Write(PinValue.High);
        pin.Toggle();
        Outside.WaitUntilIdle();
        CollectionAssert.AreEqual(new[] { PinEventTypes.Rising, PinEventTypes.Rising, PinEventTypes.Falling }, seen);
        Assert.AreEqual(1, Outside.GetPin(Pin).RisingEdges);
    }

    [BoardTest]
    public void Write_OutputWithoutHandler_PostsNothing()
    {
        using GpioPin pin = new GpioController().OpenPin(Pin, PinMode.Output);
        pin.Write(PinValue.High);
        pin.Toggle();
        Assert.AreEqual(0, Outside.Interrupts.Recorded);
    }

    [BoardTest]
    public void ValueChanged_AddedToAHighOutput_SetsItLow()
    {
        using GpioPin pin = new GpioController().OpenPin(Pin, PinMode.Output);
        pin.Write(PinValue.High);
        pin.ValueChanged += (_, _) => { };
        Assert.AreEqual(PinValue.Low, pin.Read());
    }

    [BoardTest]
    public void Drive_OutputFromOutside_MakesNoRecord()
    {
        using GpioPin pin = new GpioController().OpenPin(Pin, PinMode.OutputOpenDrainPullUp);
        pin.ValueChanged += (_, _) => { };
        pin.Write(PinValue.High);
        Outside.WaitUntilIdle();
        Outside.Drive(Pin, Drive.Low);
        Assert.AreEqual(1, Outside.Interrupts.Recorded);
        Assert.AreEqual(PinValue.Low, pin.Read());
    }

    [BoardTest]
    public void Dispose_RecordsWait_TheyAreThrownAwayAndCounted()
    {
        var controller = new GpioController();
        GpioPin pin = controller.OpenPin(Pin, PinMode.InputPullUp);
        using var handler = new BlockedHandler();
        int handled = 0;
        pin.ValueChanged += (_, _) =>
        {
            handled++;
            handler.Enter();
        };
        Outside.Drive(Pin, Drive.Low);
        handler.WaitUntilEntered();
        Outside.Drive(Pin, Drive.Open);
        Outside.Drive(Edges(2));
        pin.Dispose();
        handler.Leave();
        Outside.WaitUntilIdle();
        Assert.AreEqual(1, handled);
        Assert.AreEqual(new InterruptCounters(4, 0, 1, 3, 0, 0), Outside.Interrupts);
    }

    [BoardTest]
    public void OpenPin_RecordsOfTheClosedPinWait_TheNewPinGetsThem()
    {
        var controller = new GpioController();
        GpioPin pin = controller.OpenPin(Pin, PinMode.InputPullUp);
        using var handler = new BlockedHandler();
        pin.ValueChanged += (_, _) => handler.Enter();
        Outside.Drive(Pin, Drive.Low);
        handler.WaitUntilEntered();
        Outside.Drive(Pin, Drive.Open);
        controller.ClosePin(Pin);
        using GpioPin again = controller.OpenPin(Pin, PinMode.InputPullUp);
        int handled = 0;
        again.ValueChanged += (_, _) => handled++;
        handler.Leave();
        Outside.WaitUntilIdle();
        Assert.AreEqual(1, handled);
    }

    [BoardTest]
    public void Dispose_Controller_EndsInterrupts()
    {
        var controller = new GpioController();
        controller.OpenPin(Pin, PinMode.InputPullUp).ValueChanged += (_, _) => { };
        controller.Dispose();
        GpioPin pin = new GpioController().OpenPin(Pin, PinMode.InputPullUp);
        ArgumentException exception = Assert.ThrowsExactly<ArgumentException>(() => pin.ValueChanged += (_, _) => { });
        StringAssert.Contains(exception.Message, "GpioController.Dispose");
        Outside.Drive(Edges(2));
        Assert.AreEqual(0, Outside.Interrupts.Recorded);
    }

    [BoardTest]
    public void RegisterCallback_OneEdge_CallsForThatEdgeOnly()
    {
        var controller = new GpioController();
        controller.OpenPin(Pin, PinMode.InputPullUp);
        var seen = new List<PinEventTypes>();
        PinChangeEventHandler callback = (_, e) => seen.Add(e.ChangeType);
        controller.RegisterCallbackForPinValueChangedEvent(Pin, PinEventTypes.Rising, callback);
        Outside.Drive(Edges(4));
        Outside.WaitUntilIdle();
        CollectionAssert.AreEqual(new[] { PinEventTypes.Rising, PinEventTypes.Rising }, seen);
        Assert.AreEqual(4, Outside.Interrupts.Recorded, "the pad interrupts at both edges");
        controller.UnregisterCallbackForPinValueChangedEvent(Pin, callback);
        Outside.Drive(Edges(4));
        Assert.AreEqual(4, Outside.Interrupts.Recorded);
    }

    [BoardTest]
    public void RegisterCallback_Twice_TheSecondReplacesAndIsCalledTwice()
    {
        var controller = new GpioController();
        controller.OpenPin(Pin, PinMode.InputPullUp);
        int first = 0;
        int second = 0;
        controller.RegisterCallbackForPinValueChangedEvent(Pin, PinEventTypes.Falling, (_, _) => first++);
        controller.RegisterCallbackForPinValueChangedEvent(Pin, PinEventTypes.Falling, (_, _) => second++);
        Outside.Drive(Pin, Drive.Low);
        Outside.WaitUntilIdle();
        Assert.AreEqual((0, 2), (first, second));
    }

    [BoardTest]
    public void WaitUntilIdle_InAHandler_ThrowsInsteadOfHanging()
    {
        using GpioPin pin = new GpioController().OpenPin(Pin, PinMode.InputPullUp);
        Exception? thrown = null;
        pin.ValueChanged += (_, _) =>
        {
            try
            {
                Outside.WaitUntilIdle();
            }
            catch (InvalidOperationException exception)
            {
                thrown = exception;
            }
        };
        Outside.Drive(Pin, Drive.Low);
        Outside.WaitUntilIdle();
        Assert.IsNotNull(thrown);
    }

    [BoardTest(HeapBytes = 64 << 10)]
    public void Native_OfTheBoard_IsTheMachines()
    {
        Assert.AreEqual("VIRTUAL", SystemInfo.TargetName);
        Assert.IsTrue(Rtc.SetSystemTime(new DateTime(2030, 5, 17, 12, 0, 0)));
        Outside.Pass(5);
        Assert.AreEqual(5, (DateTime.UtcNow - new DateTime(2030, 5, 17, 12, 0, 0)).TotalMilliseconds, 2);
        Assert.IsInRange(50u << 10, 60u << 10, nanoFramework.Runtime.Native.GC.Run(false));
    }

    /// <summary>Falling, rising, falling … on <see cref="Pin"/>, as a button to ground makes them.</summary>
    private static WireChange[] Edges(int count) =>
        [.. Enumerable.Range(0, count).Select(i => new WireChange(Pin, i % 2 == 0 ? Drive.Low : Drive.Open))];

    private static void OpenAndListen(Range pins, Action<int> handler)
    {
        var controller = new GpioController();
        for (int pin = pins.Start.Value; pin < pins.End.Value; pin++)
        {
            controller.OpenPin(pin, PinMode.InputPullDown).ValueChanged += (_, e) => handler(e.PinNumber);
        }
    }

    /// <summary>A handler that stays inside until the test lets it go.</summary>
    private sealed class BlockedHandler : IDisposable
    {
        private readonly ManualResetEvent _entered = new(false);
        private readonly ManualResetEvent _gate = new(false);

        public void Enter()
        {
            _entered.Set();
            _gate.WaitOne();
        }

        public void WaitUntilEntered() => _entered.WaitOne();

        public void Leave() => _gate.Set();

        public void Dispose() => _gate.Set();
    }
}
