using Hardware.Machine;
using VirtualRuntime;

namespace Page.Tests;

/// <summary>A run paced by the wall clock, where the PC is slower than the board.</summary>
[TestClass]
public sealed class RealTimeTests
{
    private const long Millisecond = 1_000_000; // ns

    [TestMethod]
    public void Drive_WhileTheBoardFallsBehind_KeepsTheOrderOfTheCalls()
    {
        var wall = new HandClock();
        var time = new RealTime(hasHands: true, wall);
        time.Begin();
        wall.Milliseconds = 1000; // the board has come to 10 ms meanwhile
        Assert.IsNull(time.Arrive(10 * Millisecond));

        time.Drive([new PinDrive(0, 5, Drive.Low)]);
        long pressed = Steps(time.WaitUntil(20 * Millisecond, mayHappen: true).Steps);
        time.Drive([new PinDrive(0, 5, Drive.Open)]);
        long released = Steps(time.WaitUntil(30 * Millisecond, mayHappen: true).Steps);

        Assert.IsLessThanOrEqualTo(20 * Millisecond, pressed);
        Assert.IsGreaterThanOrEqualTo(pressed, released);
    }

    private static long Steps(IReadOnlyList<PinDrive> steps)
    {
        Assert.HasCount(1, steps);
        return steps[0].Nanoseconds;
    }

    private sealed class HandClock : TimeProvider
    {
        internal long Milliseconds { get; set; }

        public override long TimestampFrequency => 1000;

        public override long GetTimestamp() => Milliseconds;
    }
}
