using System.Diagnostics;
using System.Linq.Expressions;
using System.Numerics;
using System.Reflection;
using System.Runtime.Loader;
using Hardware.Machine;

namespace Exploration.Tests;

/// <summary>What an exploration found.</summary>
/// <param name="Schedules">How many schedules ran: at index n those with n preemptions.</param>
/// <param name="StepCount">Steps in all of them.</param>
/// <param name="Elapsed">How long that took.</param>
/// <param name="Failure">The rule that was broken, with the schedule and its steps; null: none.</param>
/// <param name="FailedSchedule">The schedule that breaks it, for <see cref="Explorer.Replay"/>; null: none.</param>
internal sealed record ExplorationResult(
    int[] Schedules, long StepCount, TimeSpan Elapsed, string? Failure, string? FailedSchedule);

/// <summary>Runs a program through every schedule up to a number of preemptions, each a power-on of a machine, and checks the
/// rules in each.</summary>
/// <remarks>
/// <para><b>What it does not model.</b> Data races inside a lock section, unless <see cref="Accesses"/> are places too: a section
/// is one step, so a field that is touched without the lock is seen only where a place lies beside it. Weak memory: a board has
/// one core. A handler that is interrupted between its own instructions: it stops only where it calls the library or
/// <see cref="Moment.Step"/>. Schedules that need more preemptions than the bound, or more threads than the program has. Time:
/// instructions take none; the clock jumps when the schedule lets it, to the next deadline. Priorities and quanta.</para>
/// <para><b>Method</b> (CHESS, loom): a thread stops before each lock section, before it sets or awaits an event and where the
/// program says so; then the schedule chooses who goes on. To take another thread although this one could go on is a preemption,
/// and so is to let time pass then; where a thread waits or ends the choice is free. The search is depth first over all choices;
/// each schedule is a run from the start.</para>
/// </remarks>
internal sealed class Explorer
{
    /// <summary>The preemptions that a test tries unless it says otherwise.</summary>
    internal const int DefaultPreemptions = 2;

    /// <summary>Where a thread of a program may be interrupted.</summary>
    internal const Places Operations = Places.Lock | Places.Event | Places.Step;

    /// <summary>The same, and before each access that a thread without a lock makes to what could change.</summary>
    internal const Places Accesses = Operations | Places.Access;

    /// <summary>The same, and before each access that a thread with a lock makes.</summary>
    internal const Places EveryAccess = Accesses | Places.LockedAccess;

    private const BindingFlags Statics = BindingFlags.Static | BindingFlags.NonPublic;

    // Nothing takes time but what waits for it, and nobody is interrupted but by the schedule.
    private static readonly Profile s_profile = Profile.Reference with
    {
        Costs = InstructionCosts.Uniform(0),
        InstructionNanoseconds = 0,
        QuantumNanoseconds = long.MaxValue / 2,
        HeapBytes = long.MaxValue / 2,
    };

    private readonly Machine _machine;
    private readonly Action<string, Delegate[], Action<string>, Action> _main;
    private readonly Func<bool, bool, string?> _check;
    private readonly Delegate[] _readers;

    /// <summary>Explores programs with the library as it is.</summary>
    internal Explorer()
        : this(AppContext.BaseDirectory, isForMany: true)
    {
    }

    /// <summary>Explores programs with another library.</summary>
    /// <param name="folder">Where the library is, and the programs.</param>
    /// <param name="isForMany">Thousands of schedules: worth compiling well.</param>
    internal Explorer(string folder, bool isForMany)
    {
        _machine = new Machine(s_profile) { IsOptimized = isForMany };
        Assembly programs = typeof(Entry).Assembly;
        string name = programs.GetName().Name!;
        _machine.Load(Path.Combine(folder, name + ".dll"), [name]);
        Type entry = _machine.Program.GetType(typeof(Entry).FullName!, throwOnError: true)!;
        _main = entry.GetMethod(nameof(Entry.Main), Statics)!
            .CreateDelegate<Action<string, Delegate[], Action<string>, Action>>();
        _check = entry.GetMethod(nameof(Entry.Check), Statics)!.CreateDelegate<Func<bool, bool, string?>>();
        Type deadlines = AssemblyLoadContext.GetLoadContext(_machine.Program)!.Assemblies
            .Select(assembly => assembly.GetType(Invariants.PrivateFieldsOf)).First(type => type != null)!;
        _readers = Array.ConvertAll(Invariants.PrivateFields, field => Reader(deadlines, field));
    }

    /// <summary>Runs every schedule with at most <paramref name="preemptions"/> preemptions; ends at the first failure.</summary>
    internal ExplorationResult Explore(string program, int preemptions = DefaultPreemptions, Places places = Operations)
    {
        long start = Stopwatch.GetTimestamp();
        int[] schedules = new int[preemptions + 1];
        long steps = 0;
        Search search = new() { EndsAt = places };
        do
        {
            Run(program, search);
            schedules[search.Preemptions]++;
            steps += search.StepCount;
            if (search.Failure != null)
            {
                string schedule = search.ToString();
                return new ExplorationResult(
                    schedules, steps, Stopwatch.GetElapsedTime(start), Replay(program, schedule, places), schedule);
            }
        }
        while (TakeNext(search, preemptions));

        return new ExplorationResult(schedules, steps, Stopwatch.GetElapsedTime(start), null, null);
    }

    /// <summary>The same with no preemption first, then one, and so on: finds a failure with the fewest.</summary>
    internal ExplorationResult ExploreDeepening(
        string program, int preemptions = DefaultPreemptions, Places places = Operations)
    {
        int[] all = new int[preemptions + 1];
        long steps = 0;
        TimeSpan elapsed = TimeSpan.Zero;
        for (int bound = 0; true; bound++)
        {
            ExplorationResult result = Explore(program, bound, places);
            for (int i = 0; i <= bound; i++) all[i] += result.Schedules[i];
            steps += result.StepCount;
            elapsed += result.Elapsed;
            if (result.Failure != null || bound == preemptions)
            {
                return result with { Schedules = all, StepCount = steps, Elapsed = elapsed };
            }
        }
    }

    /// <summary>Runs a program once, interrupted by chance.</summary>
    /// <returns>As <see cref="Explore"/>.</returns>
    internal ExplorationResult RunBySeed(string program, int seed, Places places = EveryAccess)
    {
        long start = Stopwatch.GetTimestamp();
        Search search = new(seed) { EndsAt = places };
        Run(program, search);
        string? schedule = search.Failure == null ? null : search.ToString();
        string? failure = schedule == null ? null : Replay(program, schedule, places);
        return new ExplorationResult([1], search.StepCount, Stopwatch.GetElapsedTime(start), failure, schedule);
    }

    /// <summary>Runs one schedule.</summary>
    /// <returns>The rule that it breaks, with the schedule and its steps; null: none.</returns>
    internal string? Replay(string program, string schedule, Places places = Operations)
    {
        Search search = new(schedule) { EndsAt = places, Describes = true };
        string threads = Run(program, search);
        if (search.Misfit != null) return search.Misfit;
        if (search.Failure == null) return null;
        return $"{program}: {search.Failure}{Environment.NewLine}schedule {schedule}, step by step:{Environment.NewLine}"
            + search.DescribeSteps() + threads;
    }

    // What the threads do at the end, if the search describes.
    private string Run(string program, Search search)
    {
        search.Prepare(_check);
        RunOptions options = new() { Choices = search, DescribesThreads = search.Describes };
        RunResult result = _machine.Run(options, () => _main(program, _readers, search.Report, search.SetUpEnds));
        if (result.UnhandledExceptions.Count > 0)
        {
            search.Report($"{result.UnhandledExceptions[0].Thread} threw: {result.UnhandledExceptions[0].Exception}");
        }

        return search.Describes ? result.DescribeThreads() : "";
    }

    // The next schedule in depth-first order: the last decision with an untried choice takes it, and what follows is dropped.
    // False: all have been tried.
    private static bool TakeNext(Schedule schedule, int preemptions)
    {
        for (int i = schedule.StepCount - 1; i >= 0; i--)
        {
            Decision decision = schedule.Decisions[i];
            if (decision.IsCostly && decision.PreemptionsBefore >= preemptions) continue;

            // The default comes first, then the others in order.
            uint untried = decision.Enabled & ~(1u << decision.Default);
            if (decision.Chosen != decision.Default) untried &= uint.MaxValue << decision.Chosen << 1;
            if (untried == 0) continue;
            schedule.Restart(i, BitOperations.TrailingZeroCount(untried));
            return true;
        }

        return false;
    }

    private static Delegate Reader(Type type, string name)
    {
        FieldInfo field = type.GetField(name, Statics)
            ?? throw new InvalidOperationException($"{type.Name} has no field {name} any more: bring Invariants up to date");
        return Expression.Lambda(Expression.Field(null, field)).Compile();
    }
}
