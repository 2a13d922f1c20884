using Microsoft.VisualStudio.TestTools.UnitTesting;
using Reference;

namespace Exploration.Tests;

/// <summary>The explorer can fail: it finds bugs that are planted into a copy of the library. Each copy has an explorer of its
/// own, so that these tests may run beside <see cref="ExplorationTests"/>.</summary>
[TestClass]
public class PlantedBugTests
{
    private const string Program = "queue || cancel || run";

    public TestContext TestContext { get; set; } = null!;

    public static IEnumerable<object[]> BugNames => PlantedBugs.All.Select(bug => new object[] { bug.Name });

    [TestMethod]
    [DynamicData(nameof(BugNames))]
    public void Explore_PlantedBug_IsFoundAndReplayed(string name)
    {
        PlantedBug bug = Array.Find(PlantedBugs.All, bug => bug.Name == name)!;
        using PlantedLibrary library = new(bug.Mutations);

        ExplorationResult result = library.Explorer.ExploreDeepening(bug.Program, Explorer.DefaultPreemptions, bug.Places);

        Assert.IsNotNull(result.Failure, $"not found in {result.Schedules.Sum()} schedules of '{bug.Program}'");
        StringAssert.Contains(result.Failure, bug.Broken);
        TestContext.WriteLine($"found in schedule {result.Schedules.Sum()} of '{bug.Program}'");
        TestContext.WriteLine(result.Failure);
        Assert.AreEqual(result.Failure, library.Explorer.Replay(bug.Program, result.FailedSchedule!, bug.Places));
    }

    [TestMethod]
    public void Explore_NothingPlanted_FindsNothing()
    {
        using PlantedLibrary library = new();

        ExplorationResult result = library.Explorer.Explore(Program);

        Assert.IsNull(result.Failure, result.Failure);
        Assert.IsGreaterThan(50, result.Schedules.Sum());
    }

    [TestMethod]
    [DataRow("Worker.Walk", "Bits", "Workqueues.dll has 0 methods Worker.Walk")]
    [DataRow("Work.Flush", "Bits", "Workqueues.dll has 2 methods Work.Flush, a mutation needs one: (), (Thread,Waiter)")]
    [DataRow("Worker.Take", "s_top", "Worker.Take: DropStore s_top: it fits at 0 places; there are MustWake, ")]
    [DataRow("Worker.Run", "MustWake", "Worker.Run: DropStore MustWake: it fits at 2 places; there are ")]
    public void Plant_MutationThatFitsNotOnce_Throws(string method, string place, string expected)
    {
        ArgumentException exception = Assert.ThrowsExactly<ArgumentException>(
            () => new PlantedLibrary(new Mutation(Nature.DropStore, method, place)));

        StringAssert.Contains(exception.Message, expected);
    }
}
