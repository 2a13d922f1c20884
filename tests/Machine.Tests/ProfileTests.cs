using Hardware.Machine;

namespace Machine.Tests;

/// <summary>The measured board's profile beside the measurements.</summary>
[TestClass]
public sealed class ProfileTests
{
    private const int Button = 45;
    private const int Led = 30;
    private const int Edges = 40;

    // Least and median milliseconds from an edge to the LED that the handler sets, as measured; up to 1 ms of each is the
    // platform's tick.
    [TestMethod]
    public void L475_FromEdgeToHandler_IsWithinFifteenPercentOfTheBoard()
    {
        List<double> latencies = Latencies("EdgeToHandler");
        Assert.AreEqual(0.533, latencies[0], 0.533 * 0.15, "least");
        Assert.AreEqual(0.998, latencies[Edges / 2], 0.998 * 0.15, "median");
    }

    private static List<double> Latencies(string program)
    {
        Hardware.Machine.Machine machine = new(Profiles.Find("B-L475E-IOT01A")!);
        machine.Load(Firmware.WithLibraries(program));
        machine.Pins.At(0, Button, 0);
        for (int i = 0; i < Edges; i++) machine.Pins.At(1000 + i * 20 + i % 10 * 0.1, Button, (i + 1) % 2);
        RunResult result = machine.Run(new RunOptions { UntilMilliseconds = 2000 });

        List<double> latencies = [];
        long edge = 0;
        foreach (PinChange change in result.PinChanges)
        {
            if (change.Pin == Button) edge = change.Nanoseconds;
            else if (change.Pin == Led) latencies.Add((change.Nanoseconds - edge) / 1e6);
        }

        latencies.Sort();
        Assert.HasCount(Edges, latencies);
        return latencies;
    }
}
