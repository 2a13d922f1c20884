namespace Hardware.Timeline;

/// <summary>Something the log says was lost on the board.</summary>
/// <param name="Microseconds">When, since the board started.</param>
/// <param name="Text">The log's words.</param>
public sealed record LossMark(long Microseconds, string Text);

/// <summary>One trace: what lies between one header and the next. A board names items and threads anew in each.</summary>
public sealed class FtraceBlock
{
    private readonly List<FtraceEvent> _events = [];
    private bool _isOfBoard;

    /// <summary>The events, in the order of the lines.</summary>
    public IReadOnlyList<FtraceEvent> Events => _events;

    /// <summary>What the log reported as lost so far, in the order of the lines; some may be older than the trace.</summary>
    public IReadOnlyList<LossMark> Losses { get; internal set; } = [];

    /// <summary>Records that newer ones had overwritten, as the header says, or that a reader of the kernel missed.</summary>
    public long LostRecords { get; internal set; }

    /// <summary>Lines of this trace that came damaged.</summary>
    public int DamagedLines { get; internal set; }

    /// <summary>Records that the header announces; null: there was no header.</summary>
    public long? AnnouncedRecords { get; internal set; }

    /// <summary>Records that were written before whoever wrote the trace ended it early, as its last line says; null: it has no
    /// such line.</summary>
    public long? EndedEarlyAfter { get; internal set; }

    /// <summary>True: times are numbers of a clock that counts something else than time, such as events or cycles
    /// (<c>trace_clock</c>); a count stands as a microsecond.</summary>
    public bool HasCounterTimes { get; internal set; }

    /// <summary>True: no more lines will come, as many came as were announced or the line of an early end did. A trace without
    /// either never is complete.</summary>
    public bool IsComplete => EndedEarlyAfter is not null || MissingRecords <= 0;

    /// <summary>True: of what was sent, lines are known to be missing or came damaged. Ask when no more will come.</summary>
    /// <remarks>A board always announces its records; Linux's <c>trace_pipe</c> and trace-cmd do not.</remarks>
    public bool MissesLines =>
        IsStartLost || DamagedLines > 0 || MissingRecords > 0 || (AnnouncedRecords is null && _isOfBoard);

    /// <summary>True: the first line, <c># tracer</c>, did not come; another sign told that a trace begins.</summary>
    internal bool IsStartLost { get; init; }

    /// <summary>True: all announced records came undamaged.</summary>
    internal bool IsFull => _events.Count >= AnnouncedRecords;

    private long? MissingRecords => (EndedEarlyAfter ?? AnnouncedRecords) - _events.Count - DamagedLines;

    /// <summary>True: a board wrote this line. It names its items c0de0001 and so on.</summary>
    public static bool IsOfBoard(FtraceEvent item) => item.Subject.StartsWith("c0de", StringComparison.Ordinal);

    internal void Add(FtraceEvent item)
    {
        _events.Add(item);
        _isOfBoard |= IsOfBoard(item);
    }
}
