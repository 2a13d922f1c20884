using System.Device.Gpio;
using VirtualRuntime;

namespace VirtualBoard.Tests;

/// <summary>The runtime's own debounce with the ESP32's quirks. Time moves only when a test says so.</summary>
[TestClass]
public class DebounceTests
{
    private const int Pin = 5;
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(20);

    private readonly OneShotTime _time = new();
    private readonly List<PinEventTypes> _seen = [];
    private Chip _chip = null!;
    private GpioPin _pin = null!;

    [TestInitialize]
    public void PowerOn()
    {
        _chip = Chip.PowerOn(new ChipOptions { Time = _time });
        _pin = new GpioController().OpenPin(Pin, PinMode.InputPullUp);
    }

    [TestMethod]
    public void Edges_WhileTheTimerRuns_AreIgnored()
    {
        ListenWith(20);
        Press(Drive.Low, Drive.Open, Drive.Low);
        Assert.AreEqual(0, _chip.Interrupts.Recorded);
        Assert.AreEqual(20, _time.ArmedMilliseconds);
        Assert.AreEqual(1, _time.Armings, "the first edge's time is not moved by the next ones");
        _time.Expire();
        AssertSeen(PinEventTypes.Falling);
        Press(Drive.Open);
        _time.Expire();
        AssertSeen(PinEventTypes.Falling, PinEventTypes.Rising);
    }

    [TestMethod]
    public void Expiry_LevelIsBackWhereItWas_RaisesNothing()
    {
        ListenWith(20);
        Press(Drive.Low, Drive.Open);
        _time.Expire();
        AssertSeen();
        Press(Drive.Low);
        _time.Expire();
        AssertSeen(PinEventTypes.Falling);
    }

    [TestMethod]
    [DataRow(1, 10)]
    [DataRow(9, 10)]
    [DataRow(10, 10)]
    [DataRow(29, 20)]
    public void Timeout_AnyLength_IsWholeTicksOfTenMilliseconds(int timeoutMilliseconds, int expectedMilliseconds)
    {
        ListenWith(timeoutMilliseconds);
        Press(Drive.Low);
        Assert.AreEqual(expectedMilliseconds, _time.ArmedMilliseconds);
    }

    [TestMethod]
    public void Timeout_ChangedFromOneToAnother_HasNoEffect()
    {
        ListenWith(20);
        _pin.DebounceTimeout = TimeSpan.FromMilliseconds(50);
        Assert.AreEqual(50, _pin.DebounceTimeout.TotalMilliseconds);
        Press(Drive.Low);
        Assert.AreEqual(20, _time.ArmedMilliseconds);
    }

    [TestMethod]
    public void Timeout_ChangedByWayOfZero_HasEffect()
    {
        ListenWith(20);
        _pin.DebounceTimeout = TimeSpan.Zero;
        _pin.DebounceTimeout = TimeSpan.FromMilliseconds(50);
        Press(Drive.Low);
        Assert.AreEqual(50, _time.ArmedMilliseconds);
    }

    [TestMethod]
    public void Timeout_SetBackToZero_EveryEdgeCounts()
    {
        ListenWith(20);
        _pin.DebounceTimeout = TimeSpan.Zero;
        Press(Drive.Low, Drive.Open);
        AssertSeen(PinEventTypes.Falling, PinEventTypes.Rising);
    }

    [TestMethod]
    public void Expiry_HandlerRemovedMeanwhile_RaisesNothing()
    {
        PinValueChangedEventHandler handler = (_, e) => _seen.Add(e.ChangeType);
        _pin.ValueChanged += handler;
        _pin.DebounceTimeout = TimeSpan.FromMilliseconds(20);
        Press(Drive.Low);
        _pin.ValueChanged -= handler;
        _time.Expire();
        AssertSeen();
    }

    private void ListenWith(int timeoutMilliseconds)
    {
        _pin.DebounceTimeout = TimeSpan.FromMilliseconds(timeoutMilliseconds);
        _pin.ValueChanged += (_, e) => _seen.Add(e.ChangeType);
    }

    private void Press(params Drive[] drives)
    {
        foreach (Drive drive in drives) _chip.Drive(Pin, drive);
    }

    private void AssertSeen(params PinEventTypes[] expected)
    {
        Assert.IsTrue(_chip.WaitUntilIdle(s_limit));
        CollectionAssert.AreEqual(expected, _seen);
    }

    /// <summary>Timers that expire when the test says so.</summary>
    private sealed class OneShotTime : TimeProvider
    {
        private OneShot? _armed;

        public int Armings { get; private set; }

        public double ArmedMilliseconds => _armed?.DueMilliseconds ?? -1;

        public void Expire()
        {
            OneShot armed = _armed ?? throw new AssertFailedException("no timer is armed");
            _armed = null;
            armed.Callback();
        }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            new OneShot(this, () => callback(state));

        private sealed class OneShot(OneShotTime owner, Action callback) : ITimer
        {
            public Action Callback { get; } = callback;

            public double DueMilliseconds { get; private set; }

            public bool Change(TimeSpan dueTime, TimeSpan period)
            {
                DueMilliseconds = dueTime.TotalMilliseconds;
                owner._armed = this;
                owner.Armings++;
                return true;
            }

            public void Dispose()
            {
                if (owner._armed == this) owner._armed = null;
            }

            public ValueTask DisposeAsync()
            {
                Dispose();
                return ValueTask.CompletedTask;
            }
        }
    }
}
