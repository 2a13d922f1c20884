using System.CommandLine;
using Hardware.Cli;
using Stress;

CommandProgram program = CommandProgram.Start("Stress");
Option<int> seconds = NumberOption.Create("--seconds", "S", 1, 86_400, 10, "Stop after this many seconds");
Option<long> items = NumberOption.Create("--items", "N", 1, long.MaxValue, 0L,
    "Stop after this many runs, instead of after --seconds");
Option<int> seed = NumberOption.Create("--seed", "S", int.MinValue, int.MaxValue, 1,
    "Chooses what each producer does; how the threads meet is up to this computer");
Option<int> producers = NumberOption.Create("--producers", "N", 1, 64, 4, "Threads that queue, cancel and wait");
Option<int> queues = NumberOption.Create("--queues", "N", 1, 16, 3,
    "Queues; the first has one worker, the next three workers, the next one worker on each of two processors, and so on");
Option<int> works = NumberOption.Create("--works", "N", 2, 10_000, 64, "Items that the producers share");

RootCommand root = new("Queues, cancels and waits from many threads at once, then checks that nothing was lost: items queued = "
    + "runs + items cancelled.\n\nExit code: 0 nothing was lost, 1 something was, 2 wrong use, 130 Ctrl-C.")
{
    seconds, items, seed, producers, queues, works,
};
root.SetAction(parse => new StressRun(program, new StressPlan(
    parse.GetValue(seconds), parse.GetValue(items), parse.GetValue(seed),
    parse.GetValue(producers), parse.GetValue(queues), parse.GetValue(works))).Run());

Option<int> samples = NumberOption.Create("--samples", "N", 10, 1_000_000, 500, "How many delays and wake-ups are measured");
Command measure = new("measure", "Measures on this computer: the cost of a call, the wake-up of a worker, how late delays are.")
{
    samples, seed,
};
measure.SetAction(parse => Measurement.Run(program, parse.GetValue(samples), parse.GetValue(seed)));
root.Subcommands.Add(measure);

// Workers keep their program running, as on a board: those of queues that a violation has left must not.
Environment.Exit(program.Run(root, args));
return 0;
