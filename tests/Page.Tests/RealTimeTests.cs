using Hardware.Machine;
using VirtualBoard;
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
        Assert.IsEmpty(time.Arrive(10 * Millisecond));

        time.Drive([new PinDrive(0, 5, Drive.Low)]);
        long pressed = Steps(time.WaitUntil(20 * Millisecond, mayHappen: true).Acts);
        time.Drive([new PinDrive(0, 5, Drive.Open)]);
        long released = Steps(time.WaitUntil(30 * Millisecond, mayHappen: true).Acts);

        Assert.IsLessThanOrEqualTo(20 * Millisecond, pressed);
        Assert.IsGreaterThanOrEqualTo(pressed, released);
    }

    // Somebody lets go, the contact bounces, and he presses again meanwhile: pressed it stays.
    [TestMethod]
    public void Drive_WhileTheContactBounces_IsTheLastWord()
    {
        Profile profile = Profiles.Find("VirtualBoard")!;
        Wiring wiring = Wiring.Of(profile);
        Part button = wiring.Button;
        var time = new RealTime(hasHands: true);
        time.Drive([
            new PinDrive(100 * Millisecond, button.Pin, Drive.Open),
            new PinDrive(101 * Millisecond, button.Pin, button.Pressed),
            new PinDrive(160 * Millisecond, button.Pin, Drive.Open)]);
        time.Drive([new PinDrive(102 * Millisecond, button.Pin, button.Pressed)]);
        var settings = new Settings { Board = profile, Wiring = wiring, Finger = new Finger(0, 300, 0, 0, false, 0, 1) };
        using var bench = new Bench(settings, FirmwareImage.Find(null, profile, TextWriter.Null), []);
        RunResult run = bench.Run(options => options with
        {
            AfterScriptMilliseconds = null,
            RealTime = time,
            UntilMilliseconds = 300,
        });
        Assert.AreEqual("low", string.Join(", ",
            run.PinChanges.Where(each => each.Pin == button.Pin).Select(each => each.IsHigh ? "high" : "low")));
    }

    private static long Steps(IReadOnlyList<IReadOnlyList<PinDrive>> acts)
    {
        Assert.HasCount(1, acts);
        Assert.HasCount(1, acts[0]);
        return acts[0][0].Nanoseconds;
    }

    private sealed class HandClock : TimeProvider
    {
        internal long Milliseconds { get; set; }

        public override long TimestampFrequency => 1000;

        public override long GetTimestamp() => Milliseconds;
    }
}
