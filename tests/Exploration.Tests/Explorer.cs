using System.Diagnostics;

namespace Exploration.Tests;

/// <summary>A small program for the explorer: threads, workers, a timer, and what must hold.</summary>
/// <param name="Name">What it is about: who does what beside whom.</param>
/// <param name="SetUp">Makes its queues, items and threads, once for each schedule.</param>
internal sealed record ExplorationProgram(string Name, Action<Scene> SetUp);

/// <summary>What an exploration found.</summary>
/// <param name="Schedules">How many schedules ran: at index n those with n preemptions.</param>
/// <param name="StepCount">Steps in all of them.</param>
/// <param name="Elapsed">How long that took.</param>
/// <param name="Failure">The rule that was broken, with the schedule and its steps; null: none.</param>
/// <param name="FailedSchedule">The schedule that breaks it, for <see cref="Explorer.Replay"/>; null: none.</param>
internal sealed record ExplorationResult(
    int[] Schedules, long StepCount, TimeSpan Elapsed, string? Failure, string? FailedSchedule);

/// <summary>Runs a program through every schedule up to a number of preemptions, and checks the rules in each.</summary>
/// <remarks>
/// <para><b>What it does not model.</b> Data races inside a lock section: a section is one step, so a field that is touched
/// without the lock is seen only where a point lies beside it. Weak memory: each step sees all that the steps before it wrote.
/// A handler that is interrupted between its own instructions: it stops only where it calls the library or
/// <see cref="Scene.Step"/>. Schedules that need more preemptions than the bound, or more threads than the program has.
/// Time: a timer fires when the schedule lets it, at its deadline or late by one amount for the whole program; the clock is read
/// together with the step before it, unless the program makes the reading a step. Lock fairness, priorities, quanta. Threads
/// that a queue starts itself: workers run <c>Worker.Loop</c> on the explorer's threads.</para>
/// <para><b>Method</b> (CHESS, loom): a thread stops before each lock section, before it sets or awaits a signal and where the
/// program says so; then the schedule chooses who goes on. To take another thread although this one could go on is a preemption;
/// where a thread blocks or ends, and where time passes, the choice is free. The search is depth first over all choices; each
/// schedule is a run from the start.</para>
/// </remarks>
internal static class Explorer
{
    /// <summary>The preemptions that a test tries unless it says otherwise.</summary>
    internal const int DefaultPreemptions = 3;

    private static readonly Execution s_execution = new();

    /// <summary>Runs every schedule with at most <paramref name="preemptions"/> preemptions; ends at the first failure.</summary>
    internal static ExplorationResult Explore(ExplorationProgram program, int preemptions = DefaultPreemptions)
    {
        long start = Stopwatch.GetTimestamp();
        int[] schedules = new int[preemptions + 1];
        long steps = 0;
        int forced = 0;
        do
        {
            s_execution.Run(program, forced);
            schedules[s_execution.Preemptions]++;
            steps += s_execution.StepCount;
            if (s_execution.Failure != null)
            {
                string schedule = s_execution.Describe();
                return new ExplorationResult(
                    schedules, steps, Stopwatch.GetElapsedTime(start), Describe(program, schedule), schedule);
            }

            forced = TakeNext(s_execution.Decisions, preemptions);
        }
        while (forced > 0);

        return new ExplorationResult(schedules, steps, Stopwatch.GetElapsedTime(start), null, null);
    }

    /// <summary>The same with no preemption first, then one, and so on: finds a failure with the fewest.</summary>
    internal static ExplorationResult ExploreDeepening(ExplorationProgram program, int preemptions = DefaultPreemptions)
    {
        int[] all = new int[preemptions + 1];
        long steps = 0;
        TimeSpan elapsed = TimeSpan.Zero;
        for (int bound = 0; true; bound++)
        {
            ExplorationResult result = Explore(program, bound);
            for (int i = 0; i <= bound; i++) all[i] += result.Schedules[i];
            steps += result.StepCount;
            elapsed += result.Elapsed;
            if (result.Failure != null || bound == preemptions)
            {
                return result with { Schedules = all, StepCount = steps, Elapsed = elapsed };
            }
        }
    }

    /// <summary>Runs one schedule.</summary>
    /// <returns>The rule that it breaks, with the schedule and its steps; null: none.</returns>
    internal static string? Replay(ExplorationProgram program, string schedule)
    {
        List<int> choices = Schedule.Parse(schedule);
        s_execution.Decisions.Clear();
        foreach (int choice in choices) s_execution.Decisions.Add(new Decision { Chosen = choice });
        s_execution.Run(program, choices.Count);
        if (s_execution.Failure == null && s_execution.StepCount < choices.Count)
        {
            return $"the schedule does not fit the program: it has {choices.Count} steps, the program {s_execution.StepCount}";
        }

        return s_execution.Failure == null ? null : Describe(program, schedule);
    }

    private static string Describe(ExplorationProgram program, string schedule) =>
        $"{program.Name}: {s_execution.Failure}{Environment.NewLine}schedule {schedule}, step by step:{Environment.NewLine}"
        + s_execution.DescribeSteps();

    // The next schedule in depth-first order: the last decision with an untried choice takes it, and what follows is dropped.
    // Returns how many choices are given; 0: all have been tried.
    private static int TakeNext(List<Decision> decisions, int preemptions)
    {
        for (int i = decisions.Count - 1; i >= 0; i--)
        {
            Decision decision = decisions[i];
            if (decision.IsCostly && decision.PreemptionsBefore >= preemptions) continue;

            // The default comes first, then the others in order.
            int next = decision.Chosen == decision.Default ? 0 : decision.Chosen + 1;
            while (next < Execution.ThreadLimit && (next == decision.Default || (decision.Enabled & (1u << next)) == 0)) next++;
            if (next == Execution.ThreadLimit) continue;
            decision.Chosen = next;
            decisions[i] = decision;
            return i + 1;
        }

        return 0;
    }
}
