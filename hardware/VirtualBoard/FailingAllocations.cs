using Hardware.Machine;

namespace VirtualBoard;

/// <summary>The run once for each object that the firmware makes, with that one failing for want of memory.</summary>
/// <remarks>Afterwards there is memory again. What must hold then is that the button still works: every press that lights the
/// LED in the undisturbed run lights it, but for the one during which it happened.</remarks>
public static class FailingAllocations
{
    private const long Patience = 200_000_000; // ns that an answer may be later than in the undisturbed run
    private const int Shown = 20;

    /// <summary>What became of a run.</summary>
    /// <param name="Failed">What failed, when and where.</param>
    /// <param name="IsBeforeMain">In a static constructor, where no firmware can help itself: the runtime goes on with half a
    /// class.</param>
    /// <param name="Unseen">Which presses after it did not light the LED, from 1.</param>
    public sealed record Outcome(FailedStep Failed, bool IsBeforeMain, IReadOnlyList<int> Unseen);

    /// <summary>Runs it and tells which presses were not seen.</summary>
    /// <param name="runs">The boards.</param>
    /// <param name="wiring">What is on the pins.</param>
    /// <returns>Lines for the reader, and true when a press was missed that need not have been.</returns>
    public static (IReadOnlyList<string> Lines, bool IsBroken) Run(ManyRuns runs, Wiring wiring)
    {
        RunResult undisturbed = runs.Once(bench => bench.Run());
        Judge judge = new(undisturbed, wiring);
        if (judge.Presses == 0)
        {
            const string NoJudge =
                "No press lights the LED even while there is memory, so failing allocations cannot be judged by it.";
            return ([NoJudge], true);
        }

        IReadOnlyList<(int Number, Outcome What)> outcomes = runs.Run((int)undisturbed.Allocations, judge.Fail);
        List<string> lines = [];
        (int Number, Outcome What)[] missed =
            [.. outcomes.Where(each => each.What is { IsBeforeMain: false, Unseen.Count: > 0 })];
        foreach ((int number, Outcome what) in missed.Take(Shown))
        {
            string place = what.Failed.Stack is [var first, ..] ? first : "in the runtime itself";
            lines.Add(FormattableString.Invariant($"object {number}, {what.Failed.Nanoseconds / 1e6:F3} ms, ")
                + $"{what.Failed.Thread}: press {string.Join(", ", what.Unseen)} not seen; {place}");
        }

        if (missed.Length > Shown) lines.Add($"… and {missed.Length - Shown} more");
        int beforeMain = outcomes.Count(each => each.What.IsBeforeMain);
        int judged = outcomes.Count - beforeMain;
        lines.Add($"{judged} runs, each with one object failing: in {judged - missed.Length} every later press was seen, "
            + $"in {missed.Length} not");
        lines.Add($"{beforeMain} more failed in a static constructor, before Main, where no firmware can help itself; "
            + $"{undisturbed.Allocations - outcomes.Count} came after the last press");
        return (lines, missed.Length > 0);
    }

    /// <summary>Knows when a press is answered.</summary>
    public sealed class Judge
    {
        private const long Rest = 50_000_000; // ns without an edge: the contact does not bounce

        private readonly Wiring _wiring;
        private readonly List<(int Number, long At, long Answer)> _presses = []; // ns since the script's start, ns until the LED

        /// <summary>Learns from the run that nobody disturbs.</summary>
        public Judge(RunResult undisturbed, Wiring wiring)
        {
            _wiring = wiring;
            long start = undisturbed.ScriptStart ?? 0;
            List<long> presses = [];
            long before = long.MinValue / 2;
            foreach (PinChange change in undisturbed.PinChanges.Where(change => change.Pin == wiring.Button.Pin))
            {
                bool isPressed = change.IsHigh != wiring.Button.IsActiveLow;
                if (isPressed && change.Nanoseconds - before > Rest) presses.Add(change.Nanoseconds);
                before = change.Nanoseconds;
            }

            for (int i = 0; i < presses.Count; i++)
            {
                long end = i + 1 < presses.Count ? presses[i + 1] : long.MaxValue;
                long lit = FirstLit(undisturbed, presses[i], end);
                if (lit < end) _presses.Add((i + 1, presses[i] - start, lit - presses[i]));
            }
        }

        /// <summary>Presses that it can judge by.</summary>
        public int Presses => _presses.Count;

        /// <summary>Runs the board with one object failing.</summary>
        /// <returns>Null: no press came after it.</returns>
        public Outcome? Fail(Bench bench, int number)
        {
            RunResult run = bench.Run(options => options with { FailAllocation = number });
            if (run.FailedAllocation is not { } failed) return null;
            var later = _presses.Where(
                press => run.ScriptStart is null || press.At + run.ScriptStart > failed.Nanoseconds).ToList();
            if (later.Count == 0) return null;
            int[] unseen =
            [
                .. later.Where(press => run.ScriptStart is not { } start
                    || FirstLit(run, press.At + start, press.At + start + press.Answer + Patience) == long.MaxValue)
                    .Select(press => press.Number),
            ];
            return new Outcome(failed, failed.Thread == "static constructors", unseen);
        }

        // MaxValue: it is not switched on in that time.
        private long FirstLit(RunResult run, long from, long to)
        {
            foreach (PinChange change in run.PinChanges)
            {
                if (change.Pin == _wiring.Led.Pin && change.Nanoseconds >= from && change.Nanoseconds <= to
                    && _wiring.Led.IsLit(change.IsHigh)) return change.Nanoseconds;
            }

            return long.MaxValue;
        }
    }
}
