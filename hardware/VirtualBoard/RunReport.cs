using System.Globalization;
using System.Text;
using Hardware.Machine;
using Hardware.Timeline;

namespace VirtualBoard;

/// <summary>What the hardware counted in a run, and what only a machine can know of it.</summary>
/// <param name="run">The run.</param>
/// <param name="board">The board.</param>
/// <param name="wiring">What is on its pins.</param>
public sealed class RunReport(RunResult run, Profile board, Wiring wiring)
{
    private const string None = "–";

    /// <summary>The tables: totals, latencies, costs.</summary>
    public IReadOnlyList<NumberTable> Tables => [Totals, Latencies, Costs];

    /// <summary>What must be said in words: that edges were lost. Null: none were.</summary>
    public string? Loss
    {
        get
        {
            int unmade = run.UnhandledExceptions.Count(each => each.Stack.Count == 0);
            if (run.EdgesLostInRing + run.EdgesLostInHeap + unmade == 0) return null;
            List<string> words = [];
            if (run.EdgesLostInRing > 0)
            {
                words.Add($"The ring of {Text(board.RingCapacity)} records was full: {Text(run.EdgesLostInRing)} of "
                    + $"{Text(run.EdgesRecorded)} edges were lost, the oldest first. The firmware never heard of them.");
            }

            if (run.EdgesLostInHeap > 0)
            {
                words.Add($"The heap had no room for {Text(run.EdgesLostInHeap)} of {Text(run.EdgesRecorded)} edges: "
                    + "each waits there for its handler.");
            }

            if (unmade > 0) words.Add($"{Text(unmade)} more ended in the runtime, which had no memory for the event.");
            return string.Join(' ', words);
        }
    }

    private NumberTable Totals => new(
        "virtual board, totals",
        ["", ""],
        [
            .. wiring.Parts.Where(part => part.Kind == PartKind.Button)
                .Select(part => Row("edges on " + TheName(part), Changes(part).Count())),
            Row("interrupts recorded", run.EdgesRecorded),
            Row("  lost in the ring", run.EdgesLostInRing),
            Row("  lost for want of heap", run.EdgesLostInHeap),
            Row("  delivered", run.EdgesDelivered),
            Row("    without a handler", run.EdgesUnheard),
            Row("    whose handler threw", run.EdgesFaulted),
            Row("  still waiting", run.EdgesWaiting),
            .. wiring.Parts.Where(part => part.Kind == PartKind.Led)
                .Select(part => Row($"{part.Name.ToUpperInvariant()} switched on", LitCount(part))),
            Row("serial log, lines", run.Log.Count),
            Row("serial log, bytes", run.Log.Sum(line => Encoding.UTF8.GetByteCount(line.Text) + 1L)),
            Row("virtual time", Time(run.Nanoseconds)),
            Row("processor busy", Percent(run.Nanoseconds - run.IdleNanoseconds, run.Nanoseconds)),
            Row("IL instructions", run.Instructions),
            Row("calls", run.Calls),
            Row("thread switches", run.Switches),
            Row("objects allocated", run.Allocations),
            Row("  bytes", run.AllocatedBytes),
            Row("heap at its fullest", $"{Text((run.FullestHeapBytes + 1023) >> 10)} of {Text(board.HeapBytes >> 10)} KB"),
            Row("garbage collections", run.Collections),
        ]);

    private NumberTable Latencies => new(
        "virtual board, latency",
        ["from, to", "count", "min", "median", "p99", "max"],
        [
            .. run.Pins.Select(pin => Spread($"{Place(pin.Pin)}: edge, top half", pin.Latency)),
            .. run.Items.Where(item => item.SinceQueued.Count > 0)
                .Select(item => Spread($"{Called(item)}: queued or due, handler", item.SinceQueued)),
            .. run.Items.Where(item => item.SinceEdge.Count > 0)
                .Select(item => Spread($"{Called(item)}: edge, handler", item.SinceEdge)),
        ]);

    private NumberTable Costs => new(
        "virtual board, cost of one run (median; max)",
        ["code", "runs", "time", "max", "IL", "max", "calls", "max", "bytes", "max"],
        [
            .. run.Pins.Where(pin => pin.TopHalf.Nanoseconds.Count > 0)
                .Select(pin => Cost($"{Place(pin.Pin)}: top half", pin.TopHalf)),
            .. run.Items.Where(item => item.Handler.Nanoseconds.Count > 0)
                .Select(item => Cost($"{Called(item)}: handler", item.Handler)),
        ]);

    /// <summary>How often an LED was switched on.</summary>
    public int LitCount(Part led) => Changes(led).Count(change => led.IsLit(change.IsHigh));

    private IEnumerable<PinChange> Changes(Part part) => run.PinChanges.Where(change => change.Pin == part.Pin);

    private static string TheName(Part part) => part.Name == "button" ? "the button" : part.Name;

    private string Place(int pin) => wiring.Parts.FirstOrDefault(part => part.Pin == pin)?.Name ?? wiring.PinName(pin);

    private static string Called(ItemReport item) => item.Items == 1 ? item.Name : $"{item.Name} ({Text(item.Items)} items)";

    private static string[] Row(string name, long count) => [name, Text(count)];

    private static string[] Row(string name, string text) => [name, text];

    private static string[] Spread(string name, Samples samples) =>
        [name, Text(samples.Count), .. samples.Count == 0
            ? [None, None, None, None]
            : new[] { Time(samples.Min), Time(samples.Median), Time(samples.P99), Time(samples.Max) }];

    private static string[] Cost(string name, CodeRuns runs) =>
    [
        name, Text(runs.Nanoseconds.Count), Time(runs.Nanoseconds.Median), Time(runs.Nanoseconds.Max),
        Text(runs.Instructions.Median), Text(runs.Instructions.Max), Text(runs.Calls.Median), Text(runs.Calls.Max),
        Text(runs.Bytes.Median), Text(runs.Bytes.Max),
    ];

    private static string Time(long nanoseconds) => DurationSummary.Text((nanoseconds + 500) / 1000);

    private static string Percent(long part, long whole) =>
        (whole == 0 ? 0 : part * 100.0 / whole).ToString("F1", CultureInfo.InvariantCulture) + " %";

    private static string Text(long count) => count.ToString(CultureInfo.InvariantCulture);
}
