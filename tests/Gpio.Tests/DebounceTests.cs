using System.Device.Gpio;
using Hardware.Machine;
using OnMachine;
using VirtualRuntime;

namespace Gpio.Tests;

/// <summary>The runtime's own debounce with the ESP32's quirks.</summary>
[TestClass]
public class DebounceTests
{
    private const int Pin = 5;

    private readonly List<PinEventTypes> _seen = [];
    private GpioPin _pin = null!;

    [TestInitialize]
    public void PowerOn() => _pin = new GpioController().OpenPin(Pin, PinMode.InputPullUp);

    [BoardTest]
    public void Edges_WhileTheTimerRuns_AreIgnored()
    {
        ListenWith(20);
        long pressed = Press(Drive.Low);
        Outside.Pass(10);
        Press(Drive.Open, Drive.Low);
        AssertRecordComesAt(pressed + 20_000_000, "the first edge's time is not moved by the next ones");
        AssertSeen(PinEventTypes.Falling);
        long released = Press(Drive.Open);
        AssertRecordComesAt(released + 20_000_000);
        AssertSeen(PinEventTypes.Falling, PinEventTypes.Rising);
    }

    [BoardTest]
    public void Expiry_LevelIsBackWhereItWas_RaisesNothing()
    {
        ListenWith(20);
        Press(Drive.Low, Drive.Open);
        Outside.Pass(100);
        AssertSeen();
        Press(Drive.Low);
        Outside.Pass(100);
        AssertSeen(PinEventTypes.Falling);
    }

    [BoardTest]
    [DataRow(1, 10)]
    [DataRow(9, 10)]
    [DataRow(10, 10)]
    [DataRow(29, 20)]
    public void Timeout_AnyLength_IsWholeTicksOfTenMilliseconds(int timeoutMilliseconds, int expectedMilliseconds)
    {
        ListenWith(timeoutMilliseconds);
        AssertRecordComesAt(Press(Drive.Low) + expectedMilliseconds * 1_000_000);
    }

    [BoardTest]
    public void Timeout_ChangedFromOneToAnother_HasNoEffect()
    {
        ListenWith(20);
        _pin.DebounceTimeout = TimeSpan.FromMilliseconds(50);
        Assert.AreEqual(50, _pin.DebounceTimeout.TotalMilliseconds);
        AssertRecordComesAt(Press(Drive.Low) + 20_000_000);
    }

    [BoardTest]
    public void Timeout_ChangedByWayOfZero_HasEffect()
    {
        ListenWith(20);
        _pin.DebounceTimeout = TimeSpan.Zero;
        _pin.DebounceTimeout = TimeSpan.FromMilliseconds(50);
        AssertRecordComesAt(Press(Drive.Low) + 50_000_000);
    }

    [BoardTest]
    public void Timeout_SetBackToZero_EveryEdgeCounts()
    {
        ListenWith(20);
        _pin.DebounceTimeout = TimeSpan.Zero;
        Press(Drive.Low, Drive.Open);
        AssertSeen(PinEventTypes.Falling, PinEventTypes.Rising);
    }

    [BoardTest]
    public void Expiry_HandlerRemovedMeanwhile_RaisesNothing()
    {
        PinValueChangedEventHandler handler = (_, e) => _seen.Add(e.ChangeType);
        _pin.ValueChanged += handler;
        _pin.DebounceTimeout = TimeSpan.FromMilliseconds(20);
        Press(Drive.Low);
        _pin.ValueChanged -= handler;
        Outside.Pass(100);
        AssertSeen();
    }

    // The README of hardware/Machine shows it.
    [MachineTest(Board = "B-L475E-IOT01A", Seeds = 20)]
    public void Edge_OfAnInput_IsSeenAfterItsDebounce()
    {
        _pin.Dispose();
        using GpioPin pin = new GpioController().OpenPin(5, PinMode.InputPullUp);
        List<PinEventTypes> seen = [];
        pin.DebounceTimeout = TimeSpan.FromMilliseconds(20);
        pin.ValueChanged += (_, e) => seen.Add(e.ChangeType);
        Outside.Drive(5, Drive.Low);
        Outside.Pass(100);
        CollectionAssert.AreEqual(new[] { PinEventTypes.Falling }, seen);
    }

    private void ListenWith(int timeoutMilliseconds)
    {
        _pin.DebounceTimeout = TimeSpan.FromMilliseconds(timeoutMilliseconds);
        _pin.ValueChanged += (_, e) => _seen.Add(e.ChangeType);
    }

    /// <returns>When, in ns.</returns>
    private static long Press(params Drive[] drives)
    {
        long now = Outside.Nanoseconds;
        foreach (Drive drive in drives) Outside.Drive(Pin, drive);
        return now;
    }

    // Looks at every step of the clock: not a step too early, not a step too late.
    private static void AssertRecordComesAt(long nanoseconds, string reason = "")
    {
        long before = Outside.Interrupts.Recorded;
        while (Outside.Nanoseconds < nanoseconds)
        {
            Assert.AreEqual(before, Outside.Interrupts.Recorded, reason);
            Outside.Pass(1);
        }

        Assert.AreEqual(before + 1, Outside.Interrupts.Recorded, reason);
    }

    private void AssertSeen(params PinEventTypes[] expected)
    {
        Outside.WaitUntilIdle();
        CollectionAssert.AreEqual(expected, _seen);
    }
}
