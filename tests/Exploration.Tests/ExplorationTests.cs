using Microsoft.VisualStudio.TestTools.UnitTesting;

[assembly: Parallelize(Workers = 2, Scope = ExecutionScope.ClassLevel)]

namespace Exploration.Tests;

/// <summary>Every program keeps every rule in every schedule with up to two preemptions, or as many as the environment
/// variable EXPLORATION_PREEMPTIONS says.</summary>
/// <remarks>Two: about 70,000 schedules; every planted bug shows within them. Three are
/// 443,000: <c>EXPLORATION_PREEMPTIONS=3 dotnet test tests/Exploration.Tests</c>, some minutes.</remarks>
[TestClass]
public class ExplorationTests
{
    private static readonly Explorer s_explorer = new();

    public TestContext TestContext { get; set; } = null!;

    public static IEnumerable<object[]> ProgramNames => Programs.All.Select(program => new object[] { program.Name });

    private static int Preemptions =>
        int.TryParse(Environment.GetEnvironmentVariable("EXPLORATION_PREEMPTIONS"), out int preemptions) && preemptions >= 0
            ? preemptions : Explorer.DefaultPreemptions;

    [TestMethod]
    [DynamicData(nameof(ProgramNames))]
    public void Explore_EverySchedule_KeepsTheRules(string name)
    {
        ExplorationResult result = s_explorer.Explore(name, Preemptions);
        int count = result.Schedules.Sum();
        TestContext.WriteLine($"{count} schedules (with 0, 1, 2… preemptions: {string.Join(", ", result.Schedules)}), "
            + $"{result.StepCount} steps, {count / result.Elapsed.TotalSeconds:F0} schedules/s");
        Assert.IsNull(result.Failure, result.Failure);
    }
}
