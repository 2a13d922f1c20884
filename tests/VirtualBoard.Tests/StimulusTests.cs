using VirtualRuntime;

namespace VirtualBoard.Tests;

/// <summary>What will happen to the wires: a pure function, no clock.</summary>
[TestClass]
public class StimulusTests
{
    private static readonly Wiring s_wiring = new(0, Drive.Low, 2, LedActiveLow: false, TracePin: 3);
    private static readonly Finger s_finger = new(5, 300, 5, StormEdges: 0, Seed: 1);

    [TestMethod]
    public void Create_SameSeed_SameEdges()
    {
        Stimulus first = Stimulus.Create(s_finger, s_wiring);
        Stimulus second = Stimulus.Create(s_finger, s_wiring);
        Assert.IsTrue(first.Main.SequenceEqual(second.Main));
        Assert.IsTrue(first.Hold.SequenceEqual(second.Hold));
        Assert.IsTrue(first.Release.SequenceEqual(second.Release));
    }

    [TestMethod]
    public void Create_SeedOne_IsTheSameOnEveryMachineAndRuntime()
    {
        Stimulus stimulus = Stimulus.Create(s_finger with { Presses = 1 }, s_wiring);
        Assert.AreEqual(
            "0:Low 554:Open 2336:Low 150000:Open 150144:Low 150507:Open 151241:Low 151771:Open 152164:Low 153213:Open "
            + "153288:Low 154720:Open",
            string.Join(' ', stimulus.Main.Select(step => $"{step.AtMicroseconds}:{step.Drive}")));
    }

    [TestMethod]
    public void Create_OtherSeed_OtherEdges() => Assert.IsFalse(
        Stimulus.Create(s_finger, s_wiring).Main.SequenceEqual(Stimulus.Create(s_finger with { Seed = 2 }, s_wiring).Main));

    [TestMethod]
    [DataRow(1)]
    [DataRow(7)]
    [DataRow(int.MaxValue)]
    public void Create_Presses_EachChangeBouncesWithinItsTimeAndComesToRest(int seed)
    {
        Stimulus stimulus = Stimulus.Create(s_finger with { Presses = 50, Seed = seed }, s_wiring);
        Assert.AreEqual(50 * 300, stimulus.MainMilliseconds);
        for (int change = 0; change < 100; change++)
        {
            long start = change * 150_000L;
            Step[] steps = [.. stimulus.Main.Where(step => step.AtMicroseconds / 150_000 == change)];
            Drive to = change % 2 == 0 ? Drive.Low : Drive.Open;
            Assert.AreEqual(start, steps[0].AtMicroseconds);
            Assert.IsTrue(steps.Length is >= 3 and <= 9 && steps.Length % 2 == 1, $"{steps.Length} edges");
            Assert.IsTrue(steps.Select((step, i) => step.Drive == to == (i % 2 == 0)).All(isAlternating => isAlternating));
            Assert.IsLessThanOrEqualTo(start + 5000, steps[^1].AtMicroseconds);
            Assert.AreEqual(to, steps[^1].Drive);
        }

        long[] times = [.. stimulus.Main.Select(step => step.AtMicroseconds)];
        CollectionAssert.AreEqual(times.Order().ToArray(), times);
    }

    [TestMethod]
    public void Create_NoBounce_OneEdgeForEachChange()
    {
        Stimulus stimulus = Stimulus.Create(new Finger(2, 100, 0, 0, 1), s_wiring);
        CollectionAssert.AreEqual(
            new Step[]
            {
                new(0, 0, Drive.Low), new(50_000, 0, Drive.Open), new(100_000, 0, Drive.Low), new(150_000, 0, Drive.Open),
            },
            stimulus.Main.ToArray());
        CollectionAssert.AreEqual(new[] { new Step(0, 0, Drive.Low) }, stimulus.Hold.ToArray());
        CollectionAssert.AreEqual(new[] { new Step(200_000, 0, Drive.Open) }, stimulus.Release.ToArray());
    }

    [TestMethod]
    public void Create_ActiveHighButton_IsPressedToTheSupply()
    {
        Stimulus stimulus = Stimulus.Create(new Finger(1, 100, 0, 0, 1), s_wiring with { Pressed = Drive.High });
        Assert.AreEqual(Drive.High, stimulus.Main[0].Drive);
    }

    [TestMethod]
    public void Create_Storm_IsOneMomentAfterThePressesAndEndsReleased()
    {
        Stimulus stimulus = Stimulus.Create(new Finger(1, 100, 0, 2000, 1), s_wiring);
        Step[] storm = [.. stimulus.Main.Skip(2)];
        Assert.HasCount(2000, storm);
        Assert.IsTrue(storm.All(step => step.AtMicroseconds == 100_000 && step.Pin == 0));
        Assert.AreEqual((Drive.Low, Drive.Open), (storm[0].Drive, storm[^1].Drive));
        Assert.AreEqual(200, stimulus.MainMilliseconds);
    }

    [TestMethod]
    public void Create_Script_ReplacesThePresses()
    {
        Step[] script = [new(0, 7, Drive.High), new(40_000, 7, Drive.Low)];
        Stimulus stimulus = Stimulus.Create(s_finger, s_wiring, script);
        CollectionAssert.AreEqual(script, stimulus.Main.ToArray());
        Assert.AreEqual(340, stimulus.MainMilliseconds);
        Assert.IsEmpty(Stimulus.Create(s_finger, s_wiring, []).Main);
    }

    [TestMethod]
    public void Play_StepsOfOneTime_ReachTheRingAsOneBurst()
    {
        Chip chip = Chip.PowerOn(new ChipOptions { RingCapacity = 8 });
        var pin = new System.Device.Gpio.GpioController().OpenPin(0, System.Device.Gpio.PinMode.InputPullUp);
        int handled = 0;
        pin.ValueChanged += (_, _) => handled++;
        Stimulus stimulus = Stimulus.Create(new Finger(0, 20, 0, 1000, 1), s_wiring);
        using var player = new Player(chip, CancellationToken.None);
        Assert.IsTrue(player.Play(stimulus.Main));
        Assert.IsTrue(chip.WaitUntilIdle(TimeSpan.FromSeconds(20)));
        Assert.AreEqual(8, handled);
        Assert.AreEqual(992, chip.Interrupts.Dropped);
    }

    [TestMethod]
    public void Play_Stopped_PlaysNoMore()
    {
        Chip chip = Chip.PowerOn();
        using var player = new Player(chip, new CancellationToken(canceled: true));
        Assert.IsFalse(player.Play([new Step(0, 0, Drive.High)]));
        Assert.IsFalse(chip.GetPin(0).IsHigh);
    }
}
