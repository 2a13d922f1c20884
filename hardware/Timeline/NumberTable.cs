using System.Globalization;

namespace Hardware.Timeline;

/// <summary>A trace's numbers as words, the same on a terminal and in a picture.</summary>
/// <param name="Title">What the rows are.</param>
/// <param name="Columns">The first names the row, the others are numbers.</param>
/// <param name="Rows">As many words each as there are columns.</param>
public sealed record NumberTable(string Title, IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<string>> Rows)
{
    private const string None = "–";

    /// <summary>Why its numbers do not add up; null: they do.</summary>
    public string? Note { get; init; }

    /// <summary>The tables of a trace that have rows: items, queues, timers, interrupts.</summary>
    public static IReadOnlyList<NumberTable> Of(TraceTimeline timeline)
    {
        ArgumentNullException.ThrowIfNull(timeline);
        NumberTable[] tables =
        [
            new("work items", ["item", "runs", "not run", "wait min", "median", "p99", "max", "run median", "max"],
            [
                .. timeline.Items.Where(item => item.Runs + item.NotRun > 0).Select(item => (string[])
                [
                    item.Objects > 1 ? $"{Shown(item.Name)} ({Text(item.Objects)} items)" : Shown(item.Name),
                    Text(item.Runs), Text(item.NotRun), .. Spread(item.Latency), .. MedianAndMax(item.RunTime),
                ]),
            ]),
            new("queues", ["queue", "queued", "runs", "most waiting", "wait min", "median", "p99", "max", "busy"],
            [
                .. timeline.Queues.Select(queue => (string[])
                [
                    Shown(queue.Name), Text(queue.Queued), Text(queue.Runs), Text(queue.MaxWaiting), .. Spread(queue.Latency),
                    DurationSummary.Text(queue.BusyMicroseconds),
                ]),
            ])
            {
                Note = WhyRunsDiffer(timeline),
            },
            new("timers", ["timer", "armed", "moved", "cancelled", "expired", "late median", "max"],
            [
                .. timeline.TimerNumbers.Select(timer => (string[])
                [
                    Shown(timer.Name), Text(timer.Armed), Text(timer.Moved), Text(timer.Canceled), Text(timer.Expired),
                    .. MedianAndMax(timer.Lateness),
                ]),
            ]),
            new("interrupts", ["line", "irq", "top halves", "handler median", "max"],
            [
                .. timeline.IrqNumbers.Select(line => (string[])
                [
                    Shown(line.Name), line.Irq, Text(line.Count), .. MedianAndMax(line.HandlerTime),
                ]),
            ]),
        ];
        return [.. tables.Where(table => table.Rows.Count > 0)];
    }

    // A queueing and its run are records of their own: the ring may have lost one of the two, or the trace ends between them.
    private static string? WhyRunsDiffer(TraceTimeline timeline)
    {
        int unasked = timeline.Workers.Sum(worker => worker.Runs.Count(run => run.QueuedAt is null));
        int open = timeline.Workers.Sum(worker => worker.Waits.Count(wait => wait.Outcome == WaitOutcome.Open));
        List<string> words = [];
        if (unasked > 0) words.Add($"runs whose queueing is not in the trace: {Text(unasked)}");
        if (open > 0) words.Add($"items still queued at its end: {Text(open)}");
        return words.Count == 0 ? null : string.Join("; ", words);
    }

    // A name may hold anything; here it stands in one line, and must not command a terminal.
    private static string Shown(string name) => name.Length == 0 ? "\"\"" : string.Concat(name.Select(letter =>
        char.GetUnicodeCategory(letter) is UnicodeCategory.Control or UnicodeCategory.LineSeparator
            or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Format ? '\uFFFD' : letter));

    private static IEnumerable<string> Spread(DurationSummary times) => times.Count == 0
        ? [None, None, None, None]
        :
        [
            DurationSummary.Text(times.MinMicroseconds), DurationSummary.Text(times.MedianMicroseconds),
            DurationSummary.Text(times.P99Microseconds), DurationSummary.Text(times.MaxMicroseconds),
        ];

    private static IEnumerable<string> MedianAndMax(DurationSummary times) => times.Count == 0
        ? [None, None]
        : [DurationSummary.Text(times.MedianMicroseconds), DurationSummary.Text(times.MaxMicroseconds)];

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
