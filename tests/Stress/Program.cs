using System.CommandLine;
using Hardware.Cli;
using Stress;

CommandProgram program = CommandProgram.Start("Stress");
Option<int> seconds = NumberOption.Create("--seconds", "S", 1, 86_400, 10, "Stop after so many seconds");
Option<long> items = NumberOption.Create("--items", "N", 1, long.MaxValue, 0L, "Stop after so many runs; replaces --seconds");
Option<int> seed = NumberOption.Create("--seed", "S", int.MinValue, int.MaxValue, 1,
    "What each producer does follows from it, not how they meet");
Option<int> producers = NumberOption.Create("--producers", "N", 1, 64, 4, "Threads that queue, cancel and wait");
Option<int> queues = NumberOption.Create("--queues", "N", 1, 16, 3,
    "In turn: one worker; three workers; one worker on each of two processors");
Option<int> works = NumberOption.Create("--works", "N", 2, 10_000, 64, "Items that the producers share");

RootCommand root = new("Seeded load on the workqueue from many threads, then the books: queued true = runs + cancelled true.\n\n"
    + "Exit code: 0 the books balance, 1 they do not, 2 wrong use, 130 Ctrl-C.")
{
    seconds, items, seed, producers, queues, works,
};
root.SetAction(parse => new StressRun(program, new StressPlan(
    parse.GetValue(seconds), parse.GetValue(items), parse.GetValue(seed),
    parse.GetValue(producers), parse.GetValue(queues), parse.GetValue(works))).Run());

Option<int> samples = NumberOption.Create("--samples", "N", 10, 1_000_000, 500, "Delays, and wake-ups, that are measured");
Command measure = new("measure", "Measures on this machine: cost of a call, wake-up of a worker, lateness of delays.")
{
    samples, seed,
};
measure.SetAction(parse => Measurement.Run(program, parse.GetValue(samples), parse.GetValue(seed)));
root.Subcommands.Add(measure);

// Workers keep their program running, as on a board: those of queues that a violation has left must not.
Environment.Exit(program.Run(root, args));
return 0;
