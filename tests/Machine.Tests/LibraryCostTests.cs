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

    private static readonly string s_firmware = FirmwareBuild.FindFirmware();

    // Goals that are not reached yet.
    private static readonly string[] s_open = ["an edge in ButtonModule, all in"];

    // Each figure: a change that costs something, or saves it, is seen in the README's difference. None may be worse than its
    // goal.
    [TestMethod]
    public void Readme_Costs_AreWhatTheCommandPrints()
    {
        IReadOnlyList<Cost> costs = Measurement.Run(s_firmware);
        Assert.AreEqual(
            ShownBehind("dotnet run -c Release --project tests/Costs"),
            Costs.Program.Table(costs, Measurement.EdgesToLed(s_firmware)));
        CollectionAssert.AreEqual(
            s_open, costs.Where(cost => cost.Instructions > cost.Goal).Select(cost => cost.Name).ToArray(),
            "worse than their goals");
    }

    [TestMethod]
    public void Readme_Profile_IsWhatTheCommandPrints() => Assert.AreEqual(
        ShownBehind("dotnet run -c Release --project tests/Costs -- --profile"),
        string.Join("\n", Measurement.Profiles(s_firmware).Select(Costs.Program.Table)));

    [TestMethod]
    public void Costs_OfFirmwareThatDoesNotCompile_AreRefused()
    {
        string firmware = Directory.CreateTempSubdirectory("costs-").FullName;
        try
        {
            Directory.CreateDirectory(Path.Combine(firmware, "Workqueues"));
            File.WriteAllText(Path.Combine(firmware, "Workqueues", "Work.cs"), "class Work { int x = y; }");

            Assert.AreEqual(2, Costs.Program.Main([firmware]));
            Assert.AreEqual(2, Costs.Program.Main([firmware, "--profile"]));
            Assert.AreEqual(2, Costs.Program.Main([Path.Combine(firmware, "Workqueues")]));
        }
        finally
        {
            Directory.Delete(firmware, recursive: true);
        }
    }

    // What each method took is all that there was.
    [TestMethod]
    public void Run_Profiled_AccountsForAllThatTheRunTook()
    {
        using Hardware.Machine.Machine machine = new(Profiles.Find("B-L475E-IOT01A")!) { IsProfiled = true };
        machine.Load(Firmware.WithLibraries("ItemCosts"));
        RunResult profiled = machine.Run();
        using Hardware.Machine.Machine other = new(machine.Profile);
        other.Load(Firmware.WithLibraries("ItemCosts"));
        RunResult plain = other.Run();

        Assert.AreEqual(plain.Text, profiled.Text);
        Assert.AreEqual(plain.Nanoseconds, profiled.Nanoseconds);
        Assert.AreEqual(profiled.Instructions, profiled.Methods.Sum(each => each.Instructions));
        Assert.AreEqual(profiled.Calls, profiled.Methods.Sum(each => each.Calls));
        Assert.AreEqual(profiled.Nanoseconds - profiled.IdleNanoseconds, profiled.Methods.Sum(each => each.Nanoseconds));
        Assert.IsTrue(profiled.Methods.Any(each => each.Name == "Workqueue.Queue" && each.Instructions > 0));
        Assert.IsEmpty(plain.Methods);
    }

    // What the real runtime counts for this very program and the library as it is; with each change of the hand-off to be
    // measured there anew.
    [TestMethod]
    [DataRow("burst", 232.0)]
    [DataRow("round trip", 282.2)]
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

    // What the firmware's README shows as the command's output.
    private static string ShownBehind(string command)
    {
        string readme = File.ReadAllText(Path.Combine(s_firmware, "README.md"));
        string block = $"```console\n$ {command}\n";
        int start = readme.IndexOf(block, StringComparison.Ordinal) + block.Length;
        return readme[start..readme.IndexOf("```", start, StringComparison.Ordinal)];
    }
}
