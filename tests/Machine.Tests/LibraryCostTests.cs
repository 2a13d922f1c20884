using System.Globalization;
using Costs;
using Hardware.Machine;
using Reference;

namespace Machine.Tests;

/// <summary>The library's instructions on the machine beside those on the real runtime, and beside what its README
/// says.</summary>
[TestClass]
public sealed class LibraryCostTests
{
    private const double Tolerance = 0.005;

    // Goals that are not reached yet.
    private static readonly string[] s_open = ["an edge in ButtonModule, all in"];

    // Each figure: a change that costs something, or saves it, is seen in the README's difference. None may be worse than its
    // goal.
    [TestMethod]
    public void Readme_Costs_AreWhatTheCommandPrints()
    {
        const string Block = "```console\n$ dotnet run -c Release --project tests/Costs\n";
        string firmware = FirmwareBuild.FindFirmware();
        string readme = File.ReadAllText(Path.Combine(firmware, "README.md"));
        int start = readme.IndexOf(Block, StringComparison.Ordinal) + Block.Length;

        IReadOnlyList<Cost> costs = Measurement.Run(firmware);
        Assert.AreEqual(readme[start..readme.IndexOf("```", start, StringComparison.Ordinal)],
            Costs.Program.Table(costs, Measurement.EdgesToLed(firmware)));
        CollectionAssert.AreEqual(
            s_open, costs.Where(cost => cost.Instructions > cost.Goal).Select(cost => cost.Name).ToArray(),
            "worse than their goals");
    }

    // What the real runtime counts for this very program and the library as it is; with each change of the hand-off to be
    // measured there anew.
    [TestMethod]
    [DataRow("burst", 242.9)]
    [DataRow("round trip", 289.2)]
    public void Item_OnTheMachine_TakesTheInstructionsOfTheRealRuntime(string what, double expected)
    {
        using Hardware.Machine.Machine machine = new(Profile.Reference);
        machine.Load(Firmware.WithLibraries("ItemCosts"));
        RunResult result = machine.Run();

        Assert.AreEqual(RunEnd.ProgramEnded, result.End, result.DescribeThreads());
        double[] counts =
        [
            .. result.Log.Where(line => line.Text.StartsWith(what, StringComparison.Ordinal))
                .Select(line => double.Parse(line.Text[what.Length..], CultureInfo.InvariantCulture)).Order(),
        ];
        Assert.HasCount(20, counts);
        Assert.AreEqual(expected, counts[counts.Length / 2], expected * Tolerance);
    }
}
