using System.Globalization;
using System.Text.RegularExpressions;

namespace Hardware.Timeline;

/// <summary>What a line of a log is.</summary>
public enum FtraceLine
{
    /// <summary>Nothing of a trace.</summary>
    Other,

    /// <summary>A part of a trace's header, or what a trace says of itself later: records lost, an early end.</summary>
    Header,

    /// <summary>An event.</summary>
    Event,

    /// <summary>What is left of an event that did not arrive whole.</summary>
    Damaged,
}

/// <summary>Finds traces in ftrace text form in a log.</summary>
/// <remarks>
/// <para>Text before a line of a trace is passed over: a kernel log's prefix, a monitor's time of day. The price: the name of a
/// thread ends at a space. A board's names have none.</para>
/// <para>A serial cable loses and changes letters. A line that is recognisably of a trace but cannot be read is counted, never
/// guessed at; one whose only damage is another digit or another letter in a name cannot be noticed.</para>
/// <para>A trace begins with <c># tracer</c>. Where that line is lost, another line of the header tells it; where all of them
/// are, two signs together: the trace before is full, time runs back, other lines of the log came between, its clock began
/// anew. A report of trace-cmd begins with <c>cpus=</c>.</para>
/// <para>All that a kernel writes with its columns (thread, processor, time) is an event: calls of the function tracer, stack
/// traces, system calls and probes are <see cref="FtraceEventKind.Other"/>.</para>
/// <para>Names are those that the program gave: an escape of C in a name (<c>\040</c>, <c>\u2028</c>), as a board writes what
/// is not printable ASCII, is the character it stands for, and <c>""</c> is the empty name. Where a board has cut a name, it ends
/// in an ellipsis.</para>
/// </remarks>
/// <param name="blocksMax">So many traces are kept, the newest.</param>
public sealed partial class FtraceReader(int blocksMax = int.MaxValue)
{
    // Longer lines are no trace's: a board's has three names of 1280 letters at most.
    private const int LengthMax = 4096;

    private const int LossesMax = 10_000;

    // A function; the kernel names its module behind it.
    private const string Handler = @"\S+(?: \[\S+\])?";

    // A board's log that starts from 0 again says that the board did.
    private const long RestartMicroseconds = 1_000_000;

    // What only the arguments of those events say.
    private static readonly string[] s_arguments = ["work struct", " function=", "timer=", "irq="];

    private static readonly Dictionary<string, (FtraceEventKind Kind, Regex Arguments)> s_events = new(StringComparer.Ordinal)
    {
        ["irq_handler_entry"] = (FtraceEventKind.IrqEntry, IrqEntryArguments()),
        ["irq_handler_exit"] = (FtraceEventKind.IrqExit, IrqExitArguments()),
        ["workqueue_queue_work"] = (FtraceEventKind.QueueWork, QueueWorkArguments()),
        ["workqueue_activate_work"] = (FtraceEventKind.ActivateWork, ActivateWorkArguments()),
        ["workqueue_execute_start"] = (FtraceEventKind.ExecuteStart, ExecuteStartArguments()),
        ["workqueue_execute_end"] = (FtraceEventKind.ExecuteEnd, ExecuteEndArguments()),
        ["timer_start"] = (FtraceEventKind.TimerStart, TimerStartArguments()),
        ["timer_expire_entry"] = (FtraceEventKind.TimerExpire, TimerExpireArguments()),
        ["timer_cancel"] = (FtraceEventKind.TimerCancel, TimerCancelArguments()),
    };

    private readonly List<FtraceBlock> _blocks = [];
    private List<LossMark> _losses = [];
    private long _logMicroseconds;
    private bool _isInHeader;
    private bool _hasOtherLines; // since the last whole line of a trace
    private bool _isRestarted; // likewise: the log's clock began anew

    /// <summary>The traces found so far, oldest first; the last may still grow.</summary>
    public IReadOnlyList<FtraceBlock> Blocks => _blocks;

    /// <summary>Lines that are nothing of a trace.</summary>
    public int OtherLines { get; private set; }

    /// <summary>Lines of a trace that came damaged.</summary>
    public int DamagedLines { get; private set; }

    /// <summary>Reads a whole log.</summary>
    public static FtraceReader ReadAll(TextReader log)
    {
        ArgumentNullException.ThrowIfNull(log);
        var reader = new FtraceReader();
        while (log.ReadLine() is { } line) reader.Read(line);
        return reader;
    }

    /// <summary>Takes the next line.</summary>
    /// <param name="line">Without its end; a carriage return there does not matter.</param>
    /// <returns>What it was.</returns>
    public FtraceLine Read(string line)
    {
        ArgumentNullException.ThrowIfNull(line);
        FtraceLine kind = line.Length > LengthMax ? FtraceLine.Other : Sort(line.TrimEnd());
        if (kind == FtraceLine.Other) OtherLines++;
        else if (kind == FtraceLine.Damaged) DamagedLines++;
        if (kind is FtraceLine.Event or FtraceLine.Damaged) _isInHeader = false;
        if (kind == FtraceLine.Other) _hasOtherLines = true;
        else if (kind != FtraceLine.Damaged) _hasOtherLines = _isRestarted = false;
        return kind;
    }

    private FtraceLine Sort(string line)
    {
        Match match = EventLine().Match(line);
        if (match.Success)
        {
            FtraceEvent? item = Parse(match);
            if (item is null) return Damaged();
            if (IsOfAnother(item)) AddBlock(isStartLost: true);
            Block().Add(item);
            if (match.Groups["count"].Success) Block().HasCounterTimes = true;
            return FtraceLine.Event;
        }

        if (HeaderStart().IsMatch(line))
        {
            AddBlock(isStartLost: false);
            _isInHeader = true;
            return FtraceLine.Header;
        }

        if (HeaderPart().IsMatch(line))
        {
            TakeHeaderPart(line);
            _isInHeader = true;
            return FtraceLine.Header;
        }

        if (_isInHeader && HeaderLine().IsMatch(line)) return FtraceLine.Header;
        Match ended = EndedEarly().Match(line);
        if (ended.Success && _blocks.Count > 0 && TryNumber(ended.Groups[1].Value, out long records))
        {
            _blocks[^1].EndedEarlyAfter = records;
            return FtraceLine.Header;
        }

        Match lost = LostEvents().Match(line);
        if (lost.Success)
        {
            // trace-cmd does not always know how many.
            Block().LostRecords += TryNumber(lost.Groups[1].Value, out long count) ? count : 1;
            return FtraceLine.Header;
        }

        if (Remains().IsMatch(line)) return Damaged();
        NoteLoss(line);
        return FtraceLine.Other;
    }

    private static FtraceEvent? Parse(Match line)
    {
        if (!TryEventTime(line, out long microseconds)
            || !int.TryParse(line.Groups["pid"].Value, CultureInfo.InvariantCulture, out int pid)
            || !int.TryParse(line.Groups["cpu"].Value, CultureInfo.InvariantCulture, out int processor)) return null;
        string text = line.Groups["text"].Value.TrimStart();
        Match named = EventName().Match(text);
        string name = named.Groups["event"].Value;
        if (!named.Success)
        {
            if (IsOfOurEvents(text)) return null;
            name = text.Split(' ', 2)[0];
        }

        var bare = new FtraceEvent(FtraceEventKind.Other, microseconds, Name(line.Groups["comm"].Value), pid, processor,
            line.Groups["flags"].Value, "", name);
        if (!s_events.TryGetValue(name, out (FtraceEventKind Kind, Regex Arguments) form)) return bare;
        Match arguments = form.Arguments.Match(named.Groups["arguments"].Value);
        if (!arguments.Success) return null;
        FtraceEvent item = bare with
        {
            Kind = form.Kind,
            Subject = arguments.Groups["subject"].Value,
            Name = Name(arguments.Groups["name"].Value),
            Queue = Name(arguments.Groups["queue"].Value),
        };
        return form.Kind switch
        {
            FtraceEventKind.TimerStart => TryNumber(arguments.Groups["timeout"].Value, out long timeout)
                && TryJiffies(arguments.Groups["expires"].Value, out long expires)
                ? item with { TimeoutJiffies = timeout, Jiffies = unchecked(expires - timeout) }
                : null,
            FtraceEventKind.TimerExpire => TryJiffies(arguments.Groups["now"].Value, out long now)
                ? item with { Jiffies = now }
                : null,
            _ => item,
        };
    }

    // Text behind whole columns that is no "event: arguments": what is left of one of the events that are read here, or else an
    // entry of another tracer.
    private static bool IsOfOurEvents(string text) => s_events.Keys.Any(name => name.StartsWith(text, StringComparison.Ordinal))
        || Array.Exists(s_arguments, words => text.Contains(words, StringComparison.Ordinal));

    // The line of the counts, or the heads of the columns: each trace has them once, before its events.
    private void TakeHeaderPart(string line)
    {
        Match counts = HeaderCounts().Match(line);
        if (_blocks.Count == 0 || _blocks[^1].Events.Count > 0 || (counts.Success && _blocks[^1].AnnouncedRecords is not null))
        {
            AddBlock(isStartLost: true);
        }

        if (!counts.Success || !TryNumber(counts.Groups[1].Value, out long kept)
            || !TryNumber(counts.Groups[2].Value, out long written)) return;
        _blocks[^1].AnnouncedRecords = kept;
        _blocks[^1].LostRecords += Math.Max(0, written - kept);
    }

    // The whole header of a trace may be lost. One sign is not enough: a damaged digit looks like time that runs back, and
    // records that the board's other threads log stand between the lines of a trace.
    private bool IsOfAnother(FtraceEvent item)
    {
        if (_blocks.Count == 0) return false;
        FtraceBlock block = _blocks[^1];
        bool isBack = block.Events.Count > 0 && item.Microseconds < block.Events[^1].Microseconds;
        bool isAfterAll = block.EndedEarlyAfter is not null || block.IsFull;
        return isAfterAll ? isBack || _hasOtherLines || _isRestarted : isBack && _isRestarted;
    }

    // As the program gave it.
    private static string Name(string word)
    {
        if (word == "\"\"") return "";
        if (!word.Contains('\\', StringComparison.Ordinal)) return word;
        return Escape().Replace(word, escape => escape.Groups["octal"].Success ? Letter(escape.Groups["octal"].Value, 8)
            : escape.Groups["hex"].Success ? Letter(escape.Groups["hex"].Value, 16) : "…");
    }

    private static string Letter(string digits, int radix) => ((char)Convert.ToInt32(digits, radix)).ToString();

    private FtraceLine Damaged()
    {
        Block().DamagedLines++;
        return FtraceLine.Damaged;
    }

    // A log may begin in the middle of a trace.
    private FtraceBlock Block()
    {
        if (_blocks.Count == 0) AddBlock(isStartLost: false);
        return _blocks[^1];
    }

    private void AddBlock(bool isStartLost)
    {
        if (_blocks.Count == blocksMax) _blocks.RemoveAt(0);
        _blocks.Add(new FtraceBlock { Losses = [.. _losses], IsStartLost = isStartLost });
    }

    private void NoteLoss(string line)
    {
        Match match = LogLine().Match(line);
        if (!match.Success || !TryTime(match.Groups["time"].Value, out long microseconds)) return;
        if (microseconds < _logMicroseconds - RestartMicroseconds)
        {
            _losses = [];
            _isRestarted = true;
        }

        _logMicroseconds = microseconds;
        string text = match.Groups["text"].Value;
        if (!text.StartsWith("failed to allocate", StringComparison.Ordinal)) return;
        if (_losses.Count == LossesMax) _losses.RemoveAt(0);
        _losses.Add(new LossMark(microseconds, text));
    }

    private static bool TryEventTime(Match line, out long microseconds) => line.Groups["us"].Success
        ? TryNumber(line.Groups["us"].Value, out microseconds)
        : line.Groups["count"].Success ? TryNumber(line.Groups["count"].Value, out microseconds)
        : TryTime(line.Groups["time"].Value, out microseconds);

    private static bool TryTime(string seconds, out long microseconds)
    {
        const NumberStyles form = NumberStyles.AllowDecimalPoint;
        bool isNumber = decimal.TryParse(seconds, form, CultureInfo.InvariantCulture, out decimal value);
        microseconds = isNumber ? (long)(value * 1_000_000) : 0;
        return isNumber;
    }

    // An unsigned long of the kernel; only differences are of use.
    private static bool TryJiffies(string text, out long jiffies)
    {
        bool isNumber = ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong value);
        jiffies = unchecked((long)value);
        return isNumber;
    }

    private static bool TryNumber(string text, out long number) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number);

    //  my_queue/0-16    [000] ....     0.557824: workqueue_execute_start: work struct c0de0001: function stuck_one
    // The latency form, which a dump on an oops has: kworker/-31        3d.... 44012us : timer_start: timer=394b309f ...
    // Four to eight flags, by kernel; a clock that counts something else than time has no point.
    [GeneratedRegex(@"(?<!\S)(?<comm>\S+)-(?<pid>\d{1,9})\s+"
        + @"(?:(?:\(\s*[\d-]+\)\s+)?\[(?<cpu>\d{1,4})\]\s+(?:(?<flags>[A-Za-z0-9.#]{4,8})\s+)?"
        + @"|(?<cpu>\d{1,4})(?<flags>[A-Za-z.#][A-Za-z0-9.#]{3,7})\s+)"
        + @"(?:(?<time>\d{1,10}\.\d{1,9})|(?<us>\d{1,15})us.?|(?<count>\d{1,18})): (?<text>.+)$")]
    private static partial Regex EventLine();

    [GeneratedRegex(@"^(?<event>[A-Za-z_]\w*):(?: +(?<arguments>.*))?$")]
    private static partial Regex EventName();

    [GeneratedRegex(@"(?:^|\s)# tracer: |^cpus=\d+$")]
    private static partial Regex HeaderStart();

    [GeneratedRegex(@"^(?:\[ *\d+\.\d+\] +|[\d:.]+\s+)?#")]
    private static partial Regex HeaderLine();

    [GeneratedRegex(@"(?:^|\s)#(?: entries-in-buffer/entries-written: |[ |/]+_-+=> [a-z]| +TASK-PID +)")]
    private static partial Regex HeaderPart();

    [GeneratedRegex(@"# entries-in-buffer/entries-written: (\d{1,18})/(\d{1,18})\b")]
    private static partial Regex HeaderCounts();

    [GeneratedRegex(@"(?:^|\s)# ended early after (\d{1,18}) of \d{1,18} records")]
    private static partial Regex EndedEarly();

    // The last one stands for the rest of a name. Any other backslash is the kernel's, which does not escape names.
    [GeneratedRegex(@"\\(?:(?<octal>[01][0-7]{2})|u(?<hex>[0-9a-f]{4})|\.\.\.)")]
    private static partial Regex Escape();

    [GeneratedRegex(@"\bCPU:\d+ \[(?:LOST )?(?:(\d{1,18}) )?EVENTS(?: DROPPED)?\]")]
    private static partial Regex LostEvents();

    // The name of an event with its colon and the beginning of its arguments, or the columns before it.
    [GeneratedRegex(@"\b(?:irq_handler_(?:entry|exit)|workqueue_(?:queue_work|activate_work|execute_start|execute_end)"
        + @"|timer_(?:start|expire_entry|cancel)):(?: +(?:work|irq|timer|$)|$)|\S-\d+ +\[\d{3}\] [A-Za-z0-9.]{4,8} ")]
    private static partial Regex Remains();

    [GeneratedRegex(@"\[ *(?<time>\d{1,9}\.\d{6})\] +(?<text>.+)$")]
    private static partial Regex LogLine();

    [GeneratedRegex(@"^irq=(?<subject>\d+) name=(?<name>\S.*)$")]
    private static partial Regex IrqEntryArguments();

    [GeneratedRegex(@"^irq=(?<subject>\d+) ret=\w+")]
    private static partial Regex IrqExitArguments();

    [GeneratedRegex(@"^work struct=(?<subject>\S+) function=(?<name>" + Handler + @") workqueue=(?<queue>\S.*) "
        + @"req_cpu=-?\d+ cpu=-?\d+")]
    private static partial Regex QueueWorkArguments();

    [GeneratedRegex(@"^work struct (?<subject>\S+)(?: function=(?<name>" + Handler + @"))?$")]
    private static partial Regex ActivateWorkArguments();

    [GeneratedRegex(@"^work struct (?<subject>\S+): function (?<name>" + Handler + ")$")]
    private static partial Regex ExecuteStartArguments();

    // Kernels before 5.6 do not name the handler.
    [GeneratedRegex(@"^work struct (?<subject>[^\s:]+)(?:: function (?<name>" + Handler + "))?$")]
    private static partial Regex ExecuteEndArguments();

    [GeneratedRegex(@"^timer=(?<subject>\S+) function=(?<name>" + Handler + @") expires=(?<expires>\d+) "
        + @"\[timeout=(?<timeout>-?\d{1,18})\]")]
    private static partial Regex TimerStartArguments();

    [GeneratedRegex(@"^timer=(?<subject>\S+)(?: function=(?<name>" + Handler + @"))? now=(?<now>\d+)")]
    private static partial Regex TimerExpireArguments();

    [GeneratedRegex(@"^timer=(?<subject>\S+)$")]
    private static partial Regex TimerCancelArguments();
}
