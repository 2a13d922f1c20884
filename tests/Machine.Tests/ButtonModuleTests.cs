using System.Text.RegularExpressions;
using Hardware.Machine;

namespace Machine.Tests;

/// <summary>The real module on a machine with its pins.</summary>
[TestClass]
public sealed class ButtonModuleTests
{
    private const int Button = 45;
    private const int Led = 30;

    [TestMethod]
    public void Module_OfABoard_PrintsALineForEachEdgeAndLightsTheLed()
    {
        RunResult result = Press(Firmware.WithLibraries());

        // Everybody waits for a button that nobody will press again.
        Assert.AreEqual(RunEnd.NothingCanHappen, result.End);
        Assert.IsEmpty(result.UnhandledExceptions);
        string[] lines = [.. result.Log.Select(line => line.Text[15..])];
        CollectionAssert.AreEqual(
            new[]
            {
                "button_module: loaded on B-L475E-IOT01A",
                " irq_handler at jiffies=#",
                "my_workqueue_function, my_irq_counter=#, my_jiffies=#",
                "button: press ## (# edges)",
                " irq_handler at jiffies=#",
                "my_workqueue_function, my_irq_counter=#, my_jiffies=#",
                "button: release (# edges)",
            },
            lines.Select((line, i) => i == 0 ? line : WithoutNumbers(line)).ToArray());
        PinChange[] led = [.. result.PinChanges.Where(change => change.Pin == Led)];
        Assert.HasCount(2, led);
        Assert.AreEqual(201, (led[1].Nanoseconds - led[0].Nanoseconds) / 1e6, 3, "ms that the LED is on");
    }

    [TestMethod]
    public void Module_OfThePcFlavour_PrintsTheSameLines()
    {
        string pc = typeof(ButtonModule.Module).Assembly.Location;
        string[] board = [.. Press(Firmware.WithLibraries()).Log.Select(line => WithoutNumbers(line.Text))];
        CollectionAssert.AreEqual(board, Press(pc).Log.Select(line => WithoutNumbers(line.Text)).ToArray());
    }

    // Faster than the board can handle them. Edges that wait fill the heap, here later than on a board, where stack frames are in
    // it too; but to handle one takes nothing of it.
    [TestMethod]
    [DataRow(1200, false)]
    [DataRow(10_000, true)]
    public void Module_AfterAStorm_HasHandledEachEdgeThatTheRuntimeKeptAndLightsTheLedAtTheNextPress(int edges, bool fillsTheHeap)
    {
        const double Storm = 1000;
        double press = Storm + edges * 0.1 + 19_000;
        using Hardware.Machine.Machine machine = new(Profiles.Find("B-L475E-IOT01A")!);
        machine.Load(Firmware.WithLibraries());
        machine.Pins.At(0, Button, 1);
        for (int i = 0; i < edges; i++) machine.Pins.At(Storm + i * 0.1, Button, i % 2);
        machine.Pins.At(Storm + edges * 0.1, Button, 1);
        machine.Pins.At(press, Button, 0);
        machine.Pins.At(press + 3000, Button, 1);
        RunResult result = machine.Run(new RunOptions { UntilMilliseconds = press + 4000 });

        Assert.IsEmpty(result.UnhandledExceptions);
        Assert.AreEqual(fillsTheHeap, result.EdgesLostInHeap > 0);
        PinChange led = result.PinChanges.First(change => change.Pin == Led && change.Nanoseconds > press * 1e6);
        Assert.IsTrue(led.IsHigh);

        // Held for three seconds, it is unloaded and says what it has counted: all but the last edge.
        string books = result.Log.Last(line => line.Text.Contains("interrupts=")).Text;
        string handled = Regex.Match(books, @"interrupts=(\d+)").Groups[1].Value;
        Assert.AreEqual($"{result.EdgesRecorded - result.EdgesLostInRing - result.EdgesLostInHeap - 1}", handled);
        Assert.DoesNotContain("faulted", result.Text);
    }

    private static RunResult Press(string module)
    {
        using Hardware.Machine.Machine machine = new(Profiles.Find("B-L475E-IOT01A")!);
        machine.Load(module);
        machine.Pins.At(0, Button, 1);
        machine.Pins.At(1000, Button, 0);
        machine.Pins.At(1150, Button, 1);
        return machine.Run(new RunOptions { UntilMilliseconds = 1500 });
    }

    private static string WithoutNumbers(string line) => Regex.Replace(line, @"(?<=[=#(\[. ]) *\d+", "#");
}
