using System.CommandLine;
using System.CommandLine.Parsing;
using Stress;

Option<int> seconds = Number("--seconds", "Stop after so many seconds.", 10, 1, 86_400);
Option<long> items = Number("--items", "Stop after so many runs; replaces --seconds.", 0L, 1, long.MaxValue);
Option<int> seed = Number("--seed", "What each producer does follows from it, not how they meet.", 1, int.MinValue, int.MaxValue);
Option<int> producers = Number("--producers", "Threads that queue, cancel and wait.", 4, 1, 64);
Option<int> queues = Number("--queues", "In turn: one worker; three workers; one worker on each of two processors.", 3, 1, 16);
Option<int> works = Number("--works", "Items that the producers share.", 64, 2, 10_000);

RootCommand root = new("Seeded load on the workqueue from many threads, then the books: queued true = runs + cancelled true.")
{
    seconds, items, seed, producers, queues, works,
};
root.SetAction(parse => new StressRun(new StressPlan(
    parse.GetValue(seconds), parse.GetValue(items), parse.GetValue(seed),
    parse.GetValue(producers), parse.GetValue(queues), parse.GetValue(works))).Run());

Option<int> samples = Number("--samples", "Delays, and wake-ups, that are measured.", 500, 10, 1_000_000);
Command measure = new("measure", "Measures on this machine: cost of a call, wake-up of a worker, lateness of delays.")
{
    samples, seed,
};
measure.SetAction(parse => Measurement.Run(parse.GetValue(samples), parse.GetValue(seed)));
root.Subcommands.Add(measure);

ParseResult result = root.Parse(args);
if (result.Errors.Count > 0)
{
    Console.Error.WriteLine($"stress: {result.Errors[0].Message} (--help lists the options)");
    return 2;
}

// Workers keep their program running, as on a board: those of queues that a violation has left must not.
Environment.Exit(result.Invoke());
return 0;

// A number within bounds; anything else is one clear line.
static Option<T> Number<T>(string name, string description, T standard, T least, T most)
    where T : struct, IParsable<T>, IComparable<T>
{
    return new Option<T>(name)
    {
        Description = description,
        DefaultValueFactory = _ => standard,
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            bool isNumber = T.TryParse(text, null, out T value);
            if (!isNumber || value.CompareTo(least) < 0 || value.CompareTo(most) > 0)
            {
                result.AddError($"{name} takes a whole number from {least} to {most}, not '{text}'");
            }

            return value;
        },
    };
}
