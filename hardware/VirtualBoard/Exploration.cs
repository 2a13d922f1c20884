using Hardware.Machine;

namespace VirtualBoard;

/// <summary>The same run under many seeds of forced thread switches.</summary>
public static class Exploration
{
    private const int Shown = 5;

    /// <summary>Runs it and tells what broke.</summary>
    /// <param name="count">How many seeds, from 1.</param>
    /// <param name="runs">The boards.</param>
    /// <param name="led">What shall be switched on as often as in the run that nobody disturbs.</param>
    /// <returns>Lines for the reader, and true when something broke.</returns>
    public static (IReadOnlyList<string> Lines, bool IsBroken) Run(int count, ManyRuns runs, Func<RunResult, int> led)
    {
        // The run that nobody disturbs says what a run should be like.
        (int Lit, string? Failure) expected = runs.Once(bench =>
        {
            RunResult run = bench.Run();
            return (led(run), bench.Failure(run));
        });
        if (expected.Failure is not null) return ([$"It fails without forced switches too: {expected.Failure}"], true);

        IReadOnlyList<(int Number, Seen What)> seen = runs.Run(count, (bench, number) =>
        {
            RunResult run = bench.Run(options => options with { Seed = number });
            string? failure = bench.Failure(run);
            if (failure is not null && run.End == RunEnd.NothingCanHappen) failure += "\n" + run.DescribeThreads().TrimEnd();
            return failure is null && led(run) == expected.Lit ? null : new Seen(failure, led(run));
        });
        List<string> lines = [];
        (int Number, Seen What)[] broken = [.. seen.Where(each => each.What.Failure is not null)];
        foreach ((int number, Seen what) in broken.Take(Shown)) lines.Add($"seed {number}: {what.Failure}");
        if (broken.Length > Shown) lines.Add($"… and {broken.Length - Shown} more");
        (int Number, Seen What)[] others = [.. seen.Where(each => each.What.Failure is null)];
        if (others.Length > 0)
        {
            lines.Add($"In {others.Length} runs the LED was switched on more or less often than {expected.Lit} times: "
                + string.Join(", ", others.Take(Shown).Select(each => $"{each.What.Lit} times with seed {each.Number}"))
                + (others.Length > Shown ? ", …" : ""));
        }

        lines.Add($"{count} runs under forced switches: {count - broken.Length} as they should be, {broken.Length} broken");
        if (seen.Count > 0)
        {
            int again = (broken.Length > 0 ? broken : seen)[0].Number;
            lines.Add($"One of them again, with its log: the same options and --switch-seed {again}");
        }

        return (lines, broken.Length > 0);
    }

    private sealed record Seen(string? Failure, int Lit);
}
