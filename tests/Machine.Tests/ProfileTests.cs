using Costs;
using Reference;

namespace Machine.Tests;

/// <summary>The measured board's profile beside the measurements.</summary>
[TestClass]
public sealed class ProfileTests
{
    // Least and median milliseconds from an edge to the LED, as measured. Up to 1 ms of each is the platform's tick; the least
    // ones have none of it, and the measured medians about 0.03 ms less than even moments would.
    [TestMethod]
    public void L475_FromEdgeToLed_IsAsMeasured()
    {
        IReadOnlyList<EdgeToLed> edges = Measurement.EdgesToLed(FirmwareBuild.FindFirmware());

        Near(0.533, 0.998, edges.Single(each => each.Name == "ValueChanged, without the library"));
        Near(0.582, 1.047, edges.Single(each => each.Name == "a bare event, without the library"));
    }

    private static void Near(double least, double median, EdgeToLed edge)
    {
        Assert.AreEqual(least, edge.Least, least * 0.02, "least");
        Assert.AreEqual(median, edge.Median, median * 0.05, "median");
    }
}
