using System.Globalization;

namespace Hardware.Timeline;

/// <summary>Signals over time as a Value Change Dump (VCD, IEEE 1364), which GTKWave, PulseView and most simulators
/// open.</summary>
/// <remarks>
/// <para>All signals but numbers are wires of one bit, since logic analysers know no others: for each worker one that says it
/// runs something, and one for each item that it runs. Numbers are wires of 16 bits, which some of those programs leave
/// out.</para>
/// <para>Where a signal changes twice at one moment, the later change stands one unit of time later: none is lost.</para>
/// </remarks>
/// <param name="unit">Unit of the times, such as <c>1 ns</c>.</param>
public sealed class ValueChangeDump(string unit)
{
    private const int FirstLetter = '!'; // an identifier is made of printable ASCII
    private const int Letters = '~' - '!' + 1;
    private const int DepthBits = 16;

    private readonly List<Signal> _signals = [];
    private readonly Dictionary<(string Scope, string Name), Signal> _byName = [];

    /// <summary>How many changes there are, first values left out.</summary>
    public int ChangeCount => _signals.Sum(signal => signal.Changes.Count);

    /// <summary>A change of a wire. One that is no change is left out.</summary>
    /// <param name="scope">The group it is in.</param>
    /// <param name="name">Its name.</param>
    /// <param name="time">When; not before the last one of this signal.</param>
    /// <param name="isHigh">The level from then on.</param>
    public void Wire(string scope, string name, long time, bool isHigh) => Find(scope, name, 1).Set(time, isHigh ? 1 : 0);

    /// <summary>A change of a number.</summary>
    /// <param name="scope">The group it is in.</param>
    /// <param name="name">Its name.</param>
    /// <param name="time">When; not before the last one of this signal.</param>
    /// <param name="value">What it is from then on, 0 or more.</param>
    public void Number(string scope, string name, long time, int value) => Find(scope, name, DepthBits).Set(time, value);

    /// <summary>A worker begins to run an item, or has ended it.</summary>
    public void Worker(string worker, string item, long time, bool isRunning)
    {
        Wire("workers", worker, time, isRunning);
        Wire("workers", $"{worker}:{item}", time, isRunning);
    }

    /// <summary>What a wire is before its first change; without it, 0.</summary>
    public void Begin(string scope, string name, bool isHigh) => Find(scope, name, 1).First = isHigh ? 1 : 0;

    /// <summary>The signals of a trace, in microseconds of its clock.</summary>
    public static ValueChangeDump Of(TraceTimeline timeline)
    {
        ArgumentNullException.ThrowIfNull(timeline);
        var dump = new ValueChangeDump("1 us");
        foreach (IrqTrack line in timeline.Interrupts)
        {
            foreach (IrqSpan span in line.Spans)
            {
                dump.Wire("interrupts", "irq_" + line.Name, span.Start, isHigh: true);
                dump.Wire("interrupts", "irq_" + line.Name, span.End, isHigh: false);
            }
        }

        foreach (IGrouping<string, WaitSpan> queue in timeline.Workers.SelectMany(worker => worker.Waits)
            .GroupBy(wait => wait.Queue).OrderBy(queue => queue.Key, StringComparer.Ordinal))
        {
            int depth = 0;
            foreach ((long time, int change) in queue
                .SelectMany(wait => new[] { (wait.Start, 1), (Math.Max(wait.End, wait.Start + 1), -1) }).Order())
            {
                dump.Number("queues", "depth_" + queue.Key, time, depth += change);
            }
        }

        foreach (WorkerTrack worker in timeline.Workers)
        {
            foreach (RunSpan run in worker.Runs)
            {
                dump.Worker(worker.Name, timeline.Items[run.Item].Name, run.Start, isRunning: true);
                dump.Worker(worker.Name, timeline.Items[run.Item].Name, run.End, isRunning: false);
            }
        }

        return dump;
    }

    /// <summary>Writes it.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="comment">What it is of, one line.</param>
    /// <param name="start">When it begins: all signals have their first values there.</param>
    /// <param name="end">When it ends, if not with the last change.</param>
    public void WriteTo(TextWriter writer, string comment, long start, long end)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(comment);
        writer.Write($"$comment {comment.Replace("$end", "", StringComparison.Ordinal)} $end\n$timescale {unit} $end\n");
        foreach (IGrouping<string, Signal> scope in _signals.GroupBy(signal => signal.Scope))
        {
            writer.Write($"$scope module {scope.Key} $end\n");
            foreach (Signal signal in scope)
            {
                string range = signal.Bits > 1 ? $" [{signal.Bits - 1}:0]" : "";
                writer.Write($"$var wire {signal.Bits} {signal.Id} {signal.Word}{range} $end\n");
            }

            writer.Write("$upscope $end\n");
        }

        writer.Write($"$enddefinitions $end\n#{Text(start)}\n$dumpvars\n");
        foreach (Signal signal in _signals) writer.Write(signal.Line(signal.First));
        writer.Write("$end\n");
        long now = start;
        foreach ((long time, int value, Signal signal) in _signals
            .SelectMany(signal => signal.Changes.Select(change => (change.Time, change.Value, signal)))
            .OrderBy(each => each.Time))
        {
            if (time > now) writer.Write($"#{Text(now = time)}\n");
            writer.Write(signal.Line(value));
        }

        if (end > now) writer.Write($"#{Text(end)}\n");
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private Signal Find(string scope, string name, int bits)
    {
        if (_byName.TryGetValue((scope, name), out Signal? signal)) return signal;
        signal = new Signal(scope, Word(name), Id(_signals.Count), bits);
        _signals.Add(signal);
        _byName.Add((scope, name), signal);
        return signal;
    }

    private static string Id(int number) =>
        (number < Letters ? "" : Id((number / Letters) - 1)) + (char)(FirstLetter + (number % Letters));

    // A name is one word; a dot would be a group, brackets a range.
    private static string Word(string name) => string.Concat(name.Select(letter =>
        letter is > ' ' and < '\x7F' and not ('.' or '[' or ']' or '$' or '\\') ? letter : '_'));

    private sealed class Signal(string scope, string word, string id, int bits)
    {
        internal string Scope => scope;

        internal string Word => word;

        internal string Id => id;

        internal int Bits => bits;

        internal int First { get; set; }

        internal List<(long Time, int Value)> Changes { get; } = [];

        internal void Set(long time, int value)
        {
            if (value == (Changes.Count > 0 ? Changes[^1].Value : First)) return;
            if (Changes.Count > 0) time = Math.Max(time, Changes[^1].Time + 1);
            Changes.Add((time, value));
        }

        internal string Line(int value) => bits == 1
            ? $"{value}{id}\n"
            : $"b{Convert.ToString(value, 2)} {id}\n";
    }
}
