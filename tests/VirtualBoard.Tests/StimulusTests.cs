using Hardware.Machine;
using VirtualRuntime;

namespace VirtualBoard.Tests;

/// <summary>What will happen to the wires: a pure function, no clock.</summary>
[TestClass]
public class StimulusTests
{
    private const long First = Stimulus.FirstMilliseconds * 1000L;

    private static readonly Part s_button = Wiring.Of(Profiles.Find("VirtualBoard")!).Button;
    private static readonly Finger s_finger = new(5, 300, 5, StormEdges: 0, IsDouble: false, HoldMilliseconds: 0, Seed: 1);

    [TestMethod]
    public void Create_SameSeed_SameEdges() =>
        CollectionAssert.AreEqual(Create(s_finger).ToArray(), Create(s_finger).ToArray());

    [TestMethod]
    public void Create_SeedOne_IsTheSameOnEveryMachineAndRuntime() => Assert.AreEqual(
        "0:Low 554:Open 2336:Low 150000:Open 150144:Low 150507:Open 151241:Low 151771:Open 152164:Low 153213:Open "
        + "153288:Low 154720:Open",
        string.Join(' ', Create(s_finger with { Presses = 1 }).Select(step => $"{Time(step)}:{step.Drive}")));

    [TestMethod]
    public void Create_OtherSeed_OtherEdges() =>
        CollectionAssert.AreNotEqual(Create(s_finger).ToArray(), Create(s_finger with { Seed = 2 }).ToArray());

    [TestMethod]
    [DataRow(1)]
    [DataRow(7)]
    [DataRow(int.MaxValue)]
    public void Create_Presses_EachChangeBouncesWithinItsTimeAndComesToRest(int seed)
    {
        IReadOnlyList<PinDrive> all = Create(s_finger with { Presses = 50, Seed = seed });
        for (int change = 0; change < 100; change++)
        {
            long start = change * 150_000L;
            PinDrive[] steps = [.. all.Where(step => Time(step) / 150_000 == change)];
            Drive to = change % 2 == 0 ? Drive.Low : Drive.Open;
            Assert.AreEqual(start, Time(steps[0]));
            Assert.IsTrue(steps.Length is >= 3 and <= 9 && steps.Length % 2 == 1, $"{steps.Length} edges");
            Assert.IsTrue(steps.Select((step, i) => step.Drive == to == (i % 2 == 0)).All(isAlternating => isAlternating));
            Assert.IsLessThanOrEqualTo(start + 5000, Time(steps[^1]));
            Assert.AreEqual(to, steps[^1].Drive);
        }

        long[] times = [.. all.Select(Time)];
        CollectionAssert.AreEqual(times.Order().ToArray(), times);
    }

    [TestMethod]
    public void Create_NoBounce_OneEdgeForEachChangeAndTheHold() => Assert.AreEqual(
        "0:Low 50000:Open 100000:Low 150000:Open 200000:Low 900000:Open",
        string.Join(' ', Create(new Finger(2, 100, 0, 0, false, 700, 1)).Select(step => $"{Time(step)}:{step.Drive}")));

    [TestMethod]
    public void Create_ActiveHighButton_PressesToTheSupply() => Assert.AreEqual(
        Drive.High,
        Stimulus.Create(new Finger(1, 100, 0, 0, false, 0, 1), Wiring.Of(Profiles.Find("STM32F769I-DISCO")!).Button)[0].Drive);

    [TestMethod]
    public void Create_Double_IsTwoPressesInARow() => Assert.AreEqual(
        "0:Low 100000:Open 200000:Low 300000:Open",
        string.Join(' ', Create(new Finger(0, 100, 0, 0, true, 0, 1)).Select(step => $"{Time(step)}:{step.Drive}")));

    [TestMethod]
    [DataRow(100, "button DOWN | LED off | interrupts 12, lost 3 | [space] press  [h] hold  [q] power off")]
    [DataRow(70, "button DOWN | LED off | interrupts 12, lost 3 | space, h, q")]
    [DataRow(50, "button DOWN | LED off | interrupts 12, lost 3")]
    [DataRow(30, "DOWN | LED off | 12, lost 3")]
    [DataRow(10, "DOWN off")]
    [DataRow(3, "")]
    public void Status_NarrowTerminal_KeepsTheState(int width, string expected) =>
        Assert.AreEqual(expected, Keyboard.Status(isPressed: true, isLit: false, edges: 12, lost: 3, width));

    [TestMethod]
    public void Create_Storm_IsOneMomentAfterThePressesAndEndsReleased()
    {
        PinDrive[] storm = [.. Create(new Finger(1, 100, 0, 2000, false, 0, 1)).Skip(2)];
        Assert.HasCount(2000, storm);
        Assert.IsTrue(storm.All(step => Time(step) == 100_000 && step.Pin == 0));
        Assert.AreEqual((Drive.Low, Drive.Open), (storm[0].Drive, storm[^1].Drive));
    }

    private static IReadOnlyList<PinDrive> Create(Finger finger) => Stimulus.Create(finger, s_button);

    // In microseconds since the first press.
    private static long Time(PinDrive step) => step.Nanoseconds / 1000 - First;
}
