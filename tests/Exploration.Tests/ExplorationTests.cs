using Microsoft.VisualStudio.TestTools.UnitTesting;

[assembly: Parallelize(Workers = 2, Scope = ExecutionScope.ClassLevel)]

namespace Exploration.Tests;

/// <summary>Every program keeps every rule in every schedule.</summary>
[TestClass]
public class ExplorationTests
{
    public TestContext TestContext { get; set; } = null!;

    public static IEnumerable<object[]> ProgramNames => Programs.All.Select(program => new object[] { program.Name });

    [TestMethod]
    [DynamicData(nameof(ProgramNames))]
    public void Explore_EverySchedule_KeepsTheRules(string name)
    {
        ExplorationResult result = Explorer.Explore(Programs.Find(name));
        int count = result.Schedules.Sum();
        TestContext.WriteLine($"{count} schedules ({string.Join(" + ", result.Schedules)} with 0, 1, 2, 3 preemptions), "
            + $"{result.StepCount} steps, {count / result.Elapsed.TotalSeconds:F0} schedules/s");
        Assert.IsNull(result.Failure, result.Failure);
    }
}
