using Costs;

namespace Machine.Tests;

/// <summary>The measured board's profile beside the measurements.</summary>
[TestClass]
public sealed class ProfileTests
{
    private const int Edges = 40;

    // Least and median milliseconds from an edge to the LED that the handler sets, as measured; up to 1 ms of each is the
    // platform's tick.
    [TestMethod]
    public void L475_FromEdgeToHandler_IsWithinFifteenPercentOfTheBoard()
    {
        IReadOnlyList<double> latencies = Measurement.EdgesToLed(Firmware.WithLibraries("EdgeToHandler"), Edges);
        Assert.HasCount(Edges, latencies);
        Assert.AreEqual(0.533, latencies[0], 0.533 * 0.15, "least");
        Assert.AreEqual(0.998, latencies[Edges / 2], 0.998 * 0.15, "median");
    }
}
