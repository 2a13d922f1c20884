using System.Collections.Concurrent;
using System.Reflection;
using Hardware.Machine;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using OnMachine;
using Reference;

namespace Exploration.Tests;

/// <summary>Every small change of the library's core is noticed: by the explorer's programs, by the library's own tests, or by
/// programs made by chance. A mutant that survives is a finding about them, or <see cref="Mutants"/> says why it may.</summary>
/// <remarks>One in so many of them; the environment variable EXPLORATION_MUTANTS asks for others, at about two seconds each:
/// <c>all</c>, or those of one method: <c>EXPLORATION_MUTANTS=Worker.Take dotnet test tests/Exploration.Tests --filter
/// Mutant</c>.</remarks>
[TestClass]
public class MutantTests
{
    private const int Every = 100;
    private const int RandomPrograms = 30;
    private const double LimitMilliseconds = 60_000; // no test takes so long

    private static readonly string s_asked = Environment.GetEnvironmentVariable("EXPLORATION_MUTANTS") ?? "";
    private static readonly Assembly s_tests = Assembly.Load("Workqueues.OnMachine.Tests");

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public void Mutant_OfTheCore_IsKilledOrListed()
    {
        Mutation[] all = [.. Mutants.Methods.SelectMany(method => Mutation.All(PlantedLibrary.Compiled, method))];
        string[] names = [.. all.Select(mutant => mutant.ToString())];
        List<string> wrong = [.. Mutants.MaySurvive.Keys.Except(names).Select(name => name + ": listed, and there is none")];
        Mutation[] tried =
            [.. all.Where((mutant, i) => s_asked == "all" || (s_asked == "" ? i % Every == 0 : mutant.Method == s_asked))];
        Assert.IsNotEmpty(tried, $"EXPLORATION_MUTANTS={s_asked}: all is needed, or one of {string.Join(", ", Mutants.Methods)}");

        ConcurrentDictionary<Mutation, string?> killers = new();
        ParallelOptions options = new() { MaxDegreeOfParallelism = Environment.ProcessorCount };
        Parallel.ForEach(Partitioner.Create(tried, EnumerablePartitionerOptions.NoBuffering), options, mutant =>
        {
            killers[mutant] = FindKiller(mutant);
            if (s_asked == "") return;
            string end = killers[mutant] is { } killer ? "killed by " + killer : "survives";
            TestContext.DisplayMessage(MessageLevel.Informational, $"{killers.Count} of {tried.Length}, {mutant}: {end}");
        });

        foreach (IGrouping<string, Mutation> method in tried.GroupBy(mutant => mutant.Method))
        {
            int killed = method.Count(mutant => killers[mutant] != null);
            TestContext.WriteLine($"{method.Key}: {killed} killed, {method.Count() - killed} survived");
        }

        foreach (Mutation mutant in tried)
        {
            bool maySurvive = Mutants.MaySurvive.ContainsKey(mutant.ToString());
            if (killers[mutant] == null && !maySurvive) wrong.Add($"{mutant}: survives");
            if (killers[mutant] != null && maySurvive) wrong.Add($"{mutant}: listed, and killed by {killers[mutant]}");
        }

        Assert.IsEmpty(wrong, string.Join(Environment.NewLine, wrong));
    }

    [TestMethod]
    public void NoMutant_KillsNobody()
    {
        using PlantedLibrary library = new();
        Assert.IsNull(RunTests(library));
    }

    // Which program or test notices it; null: none. The quickest come first.
    private static string? FindKiller(Mutation mutant)
    {
        using PlantedLibrary library = new(mutant);
        string? killer = Explore(library, 0, Explorer.Operations) ?? RunTests(library) ?? ExploreBugs(library, mutant);
        for (int program = 1; program <= RandomPrograms && killer == null; program++)
        {
            string name = Programs.RandomName + program;
            if (library.Explorer.RunBySeed(name, seed: 1).Failure != null) killer = name;
        }

        // The longest is for what would be a finding.
        if (killer != null || Mutants.MaySurvive.ContainsKey(mutant.ToString())) return killer;
        return Explore(library, 1, mutant.Nature == Nature.NoLock ? Explorer.Accesses : Explorer.Operations);
    }

    private static string? Explore(PlantedLibrary library, int preemptions, Places places) => Array.Find(
        Programs.All, program => library.Explorer.Explore(program.Name, preemptions, places).Failure != null)?.Name;

    // What shows the bugs that are planted in the same method, with as many preemptions as they need.
    private static string? ExploreBugs(PlantedLibrary library, Mutation mutant)
    {
        foreach (PlantedBug bug in PlantedBugs.All)
        {
            if (!Array.Exists(bug.Mutations, planted => planted.Method == mutant.Method)) continue;
            Places places = mutant.Nature == Nature.NoLock ? Explorer.Accesses : bug.Places;
            string? failure = library.Explorer.Explore(bug.Program, Explorer.DefaultPreemptions, places).Failure;
            if (failure != null) return bug.Program;
        }

        return null;
    }

    // The library's own tests, each once, as on a board.
    private static string? RunTests(PlantedLibrary library)
    {
        using TestMachine machine = new(library.Copy(s_tests.Location), Profiles.Find("B-L475E-IOT01A")!, isOptimized: false);
        RunOptions options = new() { UntilMilliseconds = LimitMilliseconds };
        foreach (MethodInfo method in s_tests.GetTypes().SelectMany(type => type.GetMethods()))
        {
            if (!method.IsDefined(typeof(MachineTestAttribute))) continue;
            DataRowAttribute[] rows = [.. method.GetCustomAttributes<DataRowAttribute>()];
            foreach (object?[] arguments in rows.Length == 0 ? [[]] : rows.Select(row => row.Data))
            {
                try
                {
                    machine.Run(machine.Find(method, arguments), options);
                }
                catch (Exception)
                {
                    return $"{method.DeclaringType!.Name}.{method.Name}";
                }
            }
        }

        return null;
    }
}
