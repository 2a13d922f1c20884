using System.Diagnostics;
using Hardware.Cli;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using Reference;
using Stress;

namespace Exploration.Tests;

/// <summary>The stress program, run for a moment: that it works, that it can fail, and what it says to wrong arguments.</summary>
[TestClass]
[DoNotParallelize] // it wants the processors
public class StressTests
{
    private static readonly TimeSpan s_hangLimit = TimeSpan.FromMinutes(2);

    [TestMethod]
    public void Run_SomeItems_LosesNothing()
    {
        (int code, string output, string error) = Run(Folder, "--items", "20000", "--seed", "3");

        Assert.AreEqual(0, code, output + error);
        StringAssert.Contains(output, "seed 3");
        StringAssert.Contains(output, "nothing lost, nothing doubled");
        Assert.AreEqual("", error);
    }

    [TestMethod]
    public void Run_LibraryWhoseCancelLies_ExitsWithTheSeed()
    {
        string folder = Directory.CreateTempSubdirectory("stress").FullName;
        try
        {
            string[] files = ["Stress.dll", "Stress.runtimeconfig.json", "Hardware.Cli.dll", "System.CommandLine.dll"];
            foreach (string file in files) File.Copy(Path.Combine(Folder, file), Path.Combine(folder, file));

            Mutation.Plant(
                PlantedLibrary.Compiled,
                Path.Combine(folder, Path.GetFileName(PlantedLibrary.Compiled)),
                new Mutation(Nature.Constant, "Work.CancelLocked", "1 after Waiter.ItemTakenOffLocked"));

            (int code, string output, string error) = Run(folder, "--items", "20000", "--seed", "4");

            Assert.AreEqual(1, code, output + error);
            StringAssert.Contains(error, "violation with --seed 4");
            StringAssert.Contains(error, "lost");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [TestMethod]
    [DataRow("--items 0", "--items 0: a whole number from 1 to")]
    [DataRow("--seconds soon", "--seconds soon: a whole number from 1 to 86400 is needed")]
    [DataRow("--works 1", "--works 1: a whole number from 2 to 10000 is needed")]
    [DataRow("--nonsense", "--nonsense")]
    [DataRow("measure --samples 3", "--samples 3: a whole number from 10 to 1000000 is needed")]
    public void Run_WrongArguments_ExitsWithTwoAndOneLine(string arguments, string expected)
    {
        (int code, string output, string error) = Run(Folder, arguments.Split(' '));

        Assert.AreEqual(2, code);
        Assert.AreEqual("", output);
        StringAssert.Contains(error, expected);
        Assert.AreEqual(1, error.Count(character => character == '\n'));
    }

    [TestMethod]
    public void Measure_FewSamples_PrintsThreeRows()
    {
        (int code, string output, string error) = Run(Folder, "measure", "--samples", "20");

        Assert.AreEqual(0, code, output + error);
        StringAssert.Contains(output, "Queue and Cancel, ns a pair");
        StringAssert.Contains(output, "Queue to handler, worker idle, us");
        StringAssert.Contains(output, "lateness of a delay, us");
    }

    [TestMethod]
    [DataRow(5, 3, 2, null)]
    [DataRow(5, 3, 1, "1 lost")]
    [DataRow(5, 6, 1, "2 too many")]
    public void FindViolation_Books_AddUpOrAreNamed(int accepted, int runs, int takenOff, string? expected)
    {
        string? violation = StressWork.FindViolation("item", accepted, runs, takenOff);

        if (expected == null) Assert.IsNull(violation);
        else StringAssert.Contains(violation, expected);
    }

    private static string Folder => AppContext.BaseDirectory;

    private static (int Code, string Output, string Error) Run(string folder, params string[] arguments)
    {
        (int code, string output, string error) = EndedProcess.Run(
            new ProcessStartInfo("dotnet", [Path.Combine(folder, "Stress.dll"), .. arguments]), s_hangLimit);
        return (code, output, error);
    }
}
