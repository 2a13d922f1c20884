using System.Device.Gpio;
using nanoFramework.Runtime.Native;
using VirtualRuntime;

namespace VirtualBoard.Tests;

/// <summary>From an edge to a handler: routine, ring, dispatcher.</summary>
[TestClass]
public class InterruptPathTests
{
    private const int Pin = 5;
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(20);

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

    [TestMethod]
    public void Edge_PinWithHandler_IsRaisedWithPinAndEdge()
    {
        Chip chip = Chip.PowerOn();
        using GpioPin pin = new GpioController().OpenPin(Pin, PinMode.InputPullUp);
        var seen = new List<string>();
        pin.ValueChanged += (sender, e) => seen.Add($"{ReferenceEquals(sender, pin)} {e.PinNumber} {e.ChangeType}");
        chip.Drive(Pin, Drive.Low);
        chip.Drive(Pin, Drive.Open);
        Assert.IsTrue(chip.WaitUntilIdle(s_limit));
        CollectionAssert.AreEqual(new[] { "True 5 Falling", "True 5 Rising" }, seen);
        Assert.AreEqual(new InterruptCounters(2, 0, 2, 0, 0, 0), chip.Interrupts);
        PinState state = chip.GetPin(Pin);
        Assert.IsTrue(state.RisingEdges == 1 && state.FallingEdges == 1 && state.IsListening);
    }

    [TestMethod]
    public void Edge_SameLevelAgain_IsNone()
    {
        Chip chip = Chip.PowerOn();
        using GpioPin pin = new GpioController().OpenPin(Pin, PinMode.InputPullUp);
        pin.ValueChanged += (_, _) => { };
        chip.Drive(Pin, Drive.High);
        chip.Drive(Pin, Drive.Open);
        Assert.AreEqual(0, chip.Interrupts.Recorded);
    }

    [TestMethod]
    public void Edge_NobodyListens_MakesNoRecord()
    {
        Chip chip = Chip.PowerOn();
        chip.Drive(Pin, Drive.High);
        using GpioPin pin = new GpioController().OpenPin(Pin, PinMode.InputPullUp);
        chip.Drive(Pin, Drive.Low);
        PinValueChangedEventHandler handler = (_, _) => { };
        pin.ValueChanged += handler;
        pin.ValueChanged -= handler;
        chip.Drive(Pin, Drive.High);
        Assert.AreEqual(0, chip.Interrupts.Recorded);
        Assert.AreEqual(2, chip.GetPin(Pin).RisingEdges);
    }

    [TestMethod]
    public void SetPinMode_ChangesTheLevel_IsNoEdge()
    {
        Chip chip = Chip.PowerOn();
        using GpioPin pin = new GpioController().OpenPin(Pin, PinMode.InputPullUp);
        pin.ValueChanged += (_, _) => { };
        pin.SetPinMode(PinMode.InputPullDown);
        PinState state = chip.GetPin(Pin);
        Assert.IsFalse(state.IsHigh);
        Assert.AreEqual(0, state.FallingEdges + chip.Interrupts.Recorded);
    }

    [TestMethod]
    public void Drive_TenThousandEdgesBackToBack_DeliversExactlyTheRing()
    {
        Chip chip = Chip.PowerOn();
        using GpioPin pin = new GpioController().OpenPin(Pin, PinMode.InputPullUp);
        int handled = 0;
        pin.ValueChanged += (_, _) => handled++;
        chip.Drive(Edges(10_000));
        Assert.IsTrue(chip.WaitUntilIdle(s_limit));
        Assert.AreEqual(128, handled);
        Assert.AreEqual(new InterruptCounters(10_000, 10_000 - 128, 128, 0, 0, 0), chip.Interrupts);
        Assert.AreEqual(10_000, chip.GetPin(Pin).RisingEdges + chip.GetPin(Pin).FallingEdges);
    }

    [TestMethod]
    public void Drive_DispatcherBusy_NewestRecordsSurviveInOrder()
    {
        Chip chip = Chip.PowerOn(new ChipOptions { RingCapacity = 4 });
        using var handler = new BlockedHandler();
        var seen = new List<int>();
        OpenAndListen(0..10, pin =>
        {
            if (pin == 0) handler.Enter();
            seen.Add(pin);
        });
        chip.Drive(0, Drive.High);
        handler.WaitUntilEntered();
        Assert.IsFalse(chip.WaitUntilIdle(TimeSpan.Zero));
        for (int pin = 1; pin < 10; pin++) chip.Drive(pin, Drive.High);
        handler.Leave();
        Assert.IsTrue(chip.WaitUntilIdle(s_limit));
        CollectionAssert.AreEqual(new[] { 0, 6, 7, 8, 9 }, seen);
        Assert.AreEqual(new InterruptCounters(10, 5, 5, 0, 0, 0), chip.Interrupts);
    }

    [TestMethod]
    public void Handler_Throws_LaterHandlersAreSkippedAndNextEventsCome()
    {
        Chip chip = Chip.PowerOn();
        using GpioPin pin = new GpioController().OpenPin(Pin, PinMode.InputPullUp);
        int before = 0;
        int after = 0;
        pin.ValueChanged += (_, _) => before++;
        pin.ValueChanged += (_, e) =>
        {
            if (e.ChangeType == PinEventTypes.Falling) throw new InvalidOperationException("planted");
        };
        pin.ValueChanged += (_, _) => after++;
        TextWriter console = Console.Out;
        using var printed = new StringWriter();
        Console.SetOut(printed);
        try
        {
            chip.Drive(Edges(4));
            Assert.IsTrue(chip.WaitUntilIdle(s_limit));
        }
        finally
        {
            Console.SetOut(console);
        }

        Assert.AreEqual(4, before);
        Assert.AreEqual(2, after);
        Assert.AreEqual(new InterruptCounters(4, 0, 4, 0, 0, 2), chip.Interrupts);
        StringAssert.Contains(printed.ToString(), "pin 5 threw System.InvalidOperationException: planted");
    }

    [TestMethod]
    public void Handlers_SeveralPins_RunOneAtATimeOnOneThreadInOrder()
    {
        Chip chip = Chip.PowerOn();
        var seen = new List<int>();
        var threads = new HashSet<string?>();
        int inside = 0;
        int insideMost = 0;
        OpenAndListen(0..20, pin =>
        {
            insideMost = Math.Max(insideMost, Interlocked.Increment(ref inside));
            seen.Add(pin);
            threads.Add(Thread.CurrentThread.Name);
            Interlocked.Decrement(ref inside);
        });
        for (int pin = 0; pin < 20; pin++) chip.Drive(pin, Drive.High);
        Assert.IsTrue(chip.WaitUntilIdle(s_limit));
        CollectionAssert.AreEqual(Enumerable.Range(0, 20).ToList(), seen);
        Assert.AreEqual(1, insideMost);
        Assert.AreEqual("interrupt", threads.Single());
    }

    [TestMethod]
    public void Write_OutputWithHandler_PostsTheValueEvenWhenTheLevelStays()
    {
        Chip chip = Chip.PowerOn();
        using GpioPin pin = new GpioController().OpenPin(Pin, PinMode.Output);
        var seen = new List<PinEventTypes>();
        pin.ValueChanged += (_, e) => seen.Add(e.ChangeType);
        pin.Write(PinValue.High);
        pin.Write(PinValue.High);
        pin.Toggle();
        Assert.IsTrue(chip.WaitUntilIdle(s_limit));
        CollectionAssert.AreEqual(new[] { PinEventTypes.Rising, PinEventTypes.Rising, PinEventTypes.Falling }, seen);
        Assert.AreEqual(1, chip.GetPin(Pin).RisingEdges);
    }

    [TestMethod]
    public void Write_OutputWithoutHandler_PostsNothing()
    {
        Chip chip = Chip.PowerOn();
        using GpioPin pin = new GpioController().OpenPin(Pin, PinMode.Output);
        pin.Write(PinValue.High);
        pin.Toggle();
        Assert.AreEqual(0, chip.Interrupts.Recorded);
    }

    [TestMethod]
    public void ValueChanged_AddedToAHighOutput_SetsItLow()
    {
        Chip.PowerOn();
        using GpioPin pin = new GpioController().OpenPin(Pin, PinMode.Output);
        pin.Write(PinValue.High);
        pin.ValueChanged += (_, _) => { };
        Assert.AreEqual(PinValue.Low, pin.Read());
    }

    [TestMethod]
    public void Drive_OutputFromOutside_MakesNoRecord()
    {
        Chip chip = Chip.PowerOn();
        using GpioPin pin = new GpioController().OpenPin(Pin, PinMode.OutputOpenDrainPullUp);
        pin.ValueChanged += (_, _) => { };
        pin.Write(PinValue.High);
        Assert.IsTrue(chip.WaitUntilIdle(s_limit));
        chip.Drive(Pin, Drive.Low);
        Assert.AreEqual(1, chip.Interrupts.Recorded);
        Assert.AreEqual(PinValue.Low, pin.Read());
    }

    [TestMethod]
    public void Dispose_RecordsWait_TheyAreThrownAwayAndCounted()
    {
        Chip chip = Chip.PowerOn();
        var controller = new GpioController();
        GpioPin pin = controller.OpenPin(Pin, PinMode.InputPullUp);
        using var handler = new BlockedHandler();
        int handled = 0;
        pin.ValueChanged += (_, _) =>
        {
            handled++;
            handler.Enter();
        };
        chip.Drive(Pin, Drive.Low);
        handler.WaitUntilEntered();
        chip.Drive(Pin, Drive.Open);
        chip.Drive(Edges(2));
        pin.Dispose();
        handler.Leave();
        Assert.IsTrue(chip.WaitUntilIdle(s_limit));
        Assert.AreEqual(1, handled);
        Assert.AreEqual(new InterruptCounters(4, 0, 1, 3, 0, 0), chip.Interrupts);
    }

    [TestMethod]
    public void OpenPin_RecordsOfTheClosedPinWait_TheNewPinGetsThem()
    {
        Chip chip = Chip.PowerOn();
        var controller = new GpioController();
        GpioPin pin = controller.OpenPin(Pin, PinMode.InputPullUp);
        using var handler = new BlockedHandler();
        pin.ValueChanged += (_, _) => handler.Enter();
        chip.Drive(Pin, Drive.Low);
        handler.WaitUntilEntered();
        chip.Drive(Pin, Drive.Open);
        controller.ClosePin(Pin);
        using GpioPin again = controller.OpenPin(Pin, PinMode.InputPullUp);
        int handled = 0;
        again.ValueChanged += (_, _) => handled++;
        handler.Leave();
        Assert.IsTrue(chip.WaitUntilIdle(s_limit));
        Assert.AreEqual(1, handled);
    }

    [TestMethod]
    public void Dispose_Controller_EndsInterruptsUntilPowerOn()
    {
        Chip chip = Chip.PowerOn();
        var controller = new GpioController();
        controller.OpenPin(Pin, PinMode.InputPullUp).ValueChanged += (_, _) => { };
        controller.Dispose();
        GpioPin pin = new GpioController().OpenPin(Pin, PinMode.InputPullUp);
        ArgumentException exception = Assert.ThrowsExactly<ArgumentException>(() => pin.ValueChanged += (_, _) => { });
        StringAssert.Contains(exception.Message, "GpioController.Dispose");
        chip.Drive(Edges(2));
        Assert.AreEqual(0, chip.Interrupts.Recorded);

        chip = Chip.PowerOn();
        new GpioController().OpenPin(Pin, PinMode.InputPullUp).ValueChanged += (_, _) => { };
        chip.Drive(Edges(2));
        Assert.AreEqual(2, chip.Interrupts.Recorded);
    }

    [TestMethod]
    public void RegisterCallback_OneEdge_CallsForThatEdgeOnly()
    {
        Chip chip = Chip.PowerOn();
        var controller = new GpioController();
        controller.OpenPin(Pin, PinMode.InputPullUp);
        var seen = new List<PinEventTypes>();
        PinChangeEventHandler callback = (_, e) => seen.Add(e.ChangeType);
        controller.RegisterCallbackForPinValueChangedEvent(Pin, PinEventTypes.Rising, callback);
        chip.Drive(Edges(4));
        Assert.IsTrue(chip.WaitUntilIdle(s_limit));
        CollectionAssert.AreEqual(new[] { PinEventTypes.Rising, PinEventTypes.Rising }, seen);
        Assert.AreEqual(4, chip.Interrupts.Recorded, "the pad interrupts at both edges");
        controller.UnregisterCallbackForPinValueChangedEvent(Pin, callback);
        chip.Drive(Edges(4));
        Assert.AreEqual(4, chip.Interrupts.Recorded);
    }

    [TestMethod]
    public void RegisterCallback_Twice_TheSecondReplacesAndIsCalledTwice()
    {
        Chip chip = Chip.PowerOn();
        var controller = new GpioController();
        controller.OpenPin(Pin, PinMode.InputPullUp);
        int first = 0;
        int second = 0;
        controller.RegisterCallbackForPinValueChangedEvent(Pin, PinEventTypes.Falling, (_, _) => first++);
        controller.RegisterCallbackForPinValueChangedEvent(Pin, PinEventTypes.Falling, (_, _) => second++);
        chip.Drive(Pin, Drive.Low);
        Assert.IsTrue(chip.WaitUntilIdle(s_limit));
        Assert.AreEqual((0, 2), (first, second));
    }

    [TestMethod]
    public void WaitUntilIdle_InAHandler_ThrowsInsteadOfHanging()
    {
        Chip chip = Chip.PowerOn();
        using GpioPin pin = new GpioController().OpenPin(Pin, PinMode.InputPullUp);
        Exception? thrown = null;
        pin.ValueChanged += (_, _) =>
        {
            try
            {
                chip.WaitUntilIdle(s_limit);
            }
            catch (InvalidOperationException exception)
            {
                thrown = exception;
            }
        };
        chip.Drive(Pin, Drive.Low);
        Assert.IsTrue(chip.WaitUntilIdle(s_limit));
        Assert.IsNotNull(thrown);
    }

    [TestMethod]
    public void PowerOn_Again_StartsFromNothing()
    {
        Chip first = Chip.PowerOn();
        var controller = new GpioController();
        controller.OpenPin(Pin, PinMode.InputPullUp).ValueChanged += (_, _) => { };
        Chip second = Chip.PowerOn();
        Assert.AreSame(second, Chip.Current);
        Assert.IsFalse(first.GetPin(Pin).IsOpen);
        Assert.IsFalse(second.GetPin(Pin).IsOpen);
        first.Drive(Edges(2));
        Assert.AreEqual(0, first.Interrupts.Recorded);
        using GpioPin again = new GpioController().OpenPin(Pin);
        Assert.IsTrue(second.GetPin(Pin).IsOpen);
    }

    [TestMethod]
    public void RebootDevice_ByFirmware_TellsThePowerSwitchAndStopsThatThread()
    {
        Chip chip = Chip.PowerOn();
        int told = 0;
        RebootEventHandler handler = () =>
        {
            told++;
            throw new InvalidOperationException("nobody stops a reboot");
        };
        Power.OnRebootEvent += handler;
        var thread = new Thread(() => Power.RebootDevice()) { IsBackground = true };
        thread.Start();
        Assert.IsTrue(chip.WaitUntil(c => c.RebootRequested, s_limit));
        Power.OnRebootEvent -= handler;
        Assert.AreEqual(1, told);
        Assert.IsTrue(thread.IsAlive);
    }

    [TestMethod]
    public void SystemInfo_VirtualBoard_NamesItself()
    {
        Assert.AreEqual("VIRTUAL", SystemInfo.TargetName);
        Assert.IsFalse(Rtc.SetSystemTime(DateTime.UtcNow));
        Assert.IsGreaterThan(0u, nanoFramework.Runtime.Native.GC.Run(false));
        ExecutionConstraint.Install(-1, 0);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => ExecutionConstraint.Install(-2, 0));
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
        private readonly ManualResetEventSlim _entered = new();
        private readonly ManualResetEventSlim _gate = new();

        public void Enter()
        {
            _entered.Set();
            _gate.Wait(s_limit);
        }

        public void WaitUntilEntered() => Assert.IsTrue(_entered.Wait(s_limit));

        public void Leave() => _gate.Set();

        public void Dispose() => _gate.Set();
    }
}
