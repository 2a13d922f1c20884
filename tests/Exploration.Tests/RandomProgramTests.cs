using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Exploration.Tests;

/// <summary>Programs made by chance, each interrupted by chance at accesses to fields too, keep every rule. How many there are
/// says the environment variable EXPLORATION_RANDOM_PROGRAMS.</summary>
[TestClass]
public class RandomProgramTests
{
    private static readonly Explorer s_explorer = new();

    private const int RunsOfEach = 4;

    public TestContext TestContext { get; set; } = null!;

    private static int ProgramCount =>
        int.TryParse(Environment.GetEnvironmentVariable("EXPLORATION_RANDOM_PROGRAMS"), out int count) && count > 0 ? count : 100;

    [TestMethod]
    public void Run_RandomPrograms_KeepTheRules()
    {
        long steps = 0;
        for (int program = 1; program <= ProgramCount; program++)
        {
            for (int seed = 1; seed <= RunsOfEach; seed++)
            {
                ExplorationResult result = s_explorer.RunBySeed(Programs.RandomName + program, seed);
                steps += result.StepCount;
                Assert.IsNull(result.Failure, result.Failure);
            }
        }

        TestContext.WriteLine($"{ProgramCount} programs, {RunsOfEach} runs each, {steps} steps");
    }

    [TestMethod]
    [DataRow("Cancel takes no lock")]
    [DataRow("ModifyDelayed takes no lock")]
    public void Run_RandomPrograms_FindAPlantedBug(string name)
    {
        using PlantedLibrary library = new(Array.Find(PlantedBugs.All, bug => bug.Name == name)!.Mutations);
        for (int program = 1; program <= ProgramCount; program++)
        {
            string random = Programs.RandomName + program;
            ExplorationResult result = library.Explorer.RunBySeed(random, seed: 1);
            if (result.Failure == null) continue;
            TestContext.WriteLine(result.Failure);
            string? again = library.Explorer.Replay(random, result.FailedSchedule!, Explorer.EveryAccess);
            Assert.AreEqual(result.Failure, again);
            return;
        }

        Assert.Fail($"not found in {ProgramCount} programs");
    }
}
