using System.Device.Gpio;
using ButtonModule;
using Hardware.Machine;
using NFUnitTest;
using OnMachine;
using VirtualRuntime;
using Workqueues;
using Workqueues.Gpio;

namespace Injection.Tests;

/// <summary>The firmware's debounce, and a contact that moves while its line is not there yet.</summary>
[TestClass]
public sealed class DebounceTests
{
    private const int Pin = 5;

    private readonly List<string> _seen = [];
    private ManualTimer _timer = null!;
    private Workqueue _queue = null!;
    private GpioPin _pin = null!;

    [TestInitialize]
    public void PowerOn()
    {
        _timer = new ManualTimer();
        Jiffies.SetTimer(_timer, 0, 0);
        _queue = Workqueue.CreateSingleThread("button");
    }

    [TestCleanup]
    public void PowerOff()
    {
        _pin.Dispose();
        _queue.Destroy();
        for (int i = 0; i < 10 && _timer.IsRequested; i++) _timer.Advance(_timer.LastDelay);
        Assert.AreEqual(0, _timer.Violations);
    }

    [MachineTest]
    [DataRow(true)]
    [DataRow(false)]
    public void Look_ContactClosedBeforeTheLineIsThere_PressAndReleaseAreSeen(bool isActiveLow)
    {
        Debounce debounce = Make(isActiveLow, isClosed: false);
        Move(isActiveLow, isClosed: true);
        using InterruptLine line = Listen(debounce);
        Assert.IsFalse(_timer.IsRequested, "nobody has told the debounce");
        debounce.Look();
        Rest(20);
        Move(isActiveLow, isClosed: false);
        Rest(20);
        CollectionAssert.AreEqual(new[] { "press (0 edges)", "release (1 edges)" }, _seen);
        debounce.Cancel();
    }

    [MachineTest]
    [DataRow(true)]
    [DataRow(false)]
    public void Look_ContactOpenedBeforeTheLineIsThere_TheNextPressIsSeen(bool isActiveLow)
    {
        Debounce debounce = Make(isActiveLow, isClosed: true);
        Move(isActiveLow, isClosed: false);
        using InterruptLine line = Listen(debounce);
        debounce.Look();
        Rest(20);
        Move(isActiveLow, isClosed: true);
        Rest(20);
        Move(isActiveLow, isClosed: false);
        Rest(20);
        CollectionAssert.AreEqual(new[] { "release (0 edges)", "press (1 edges)", "release (1 edges)" }, _seen);
        debounce.Cancel();
    }

    // It bounces when it is looked at: the edges move the deadline that the look has set.
    [MachineTest]
    public void Look_ContactStillBounces_OnePressWhenItRests()
    {
        Debounce debounce = Make(true, isClosed: false);
        Move(true, isClosed: true);
        using InterruptLine line = Listen(debounce);
        debounce.Look();
        Rest(19);
        Move(true, isClosed: false);
        Move(true, isClosed: true);
        Rest(19);
        Assert.IsEmpty(_seen);
        Rest(1);
        CollectionAssert.AreEqual(new[] { "press (2 edges)" }, _seen);
        debounce.Cancel();
    }

    [MachineTest]
    [DataRow(true)]
    [DataRow(false)]
    public void Look_ContactHasNotMoved_NothingIsArmedOrSaid(bool isClosed)
    {
        Debounce debounce = Make(true, isClosed);
        using InterruptLine line = Listen(debounce);
        debounce.Look();
        Assert.IsFalse(_timer.IsRequested);
        Rest(100);
        Assert.IsEmpty(_seen);
    }

    private Debounce Make(bool isActiveLow, bool isClosed)
    {
        Move(isActiveLow, isClosed);
        _pin = new GpioController().OpenPin(Pin, isActiveLow ? PinMode.InputPullUp : PinMode.InputPullDown);
        return new Debounce(_queue, _pin, isActiveLow, (isPressed, edges) =>
            _seen.Add((isPressed ? "press" : "release") + " (" + edges + " edges)"));
    }

    private InterruptLine Listen(Debounce debounce) =>
        new(_pin, PinEventTypes.Rising | PinEventTypes.Falling, (_, _) => debounce.OnEdge(Jiffies.Now), "button");

    private void Move(bool isActiveLow, bool isClosed)
    {
        Outside.Drive(Pin, !isClosed ? Drive.Open : isActiveLow ? Drive.Low : Drive.High);
        Outside.WaitUntilIdle();
    }

    private void Rest(int milliseconds)
    {
        _timer.Advance(milliseconds);
        new Call(_queue.Flush).End();
    }
}
