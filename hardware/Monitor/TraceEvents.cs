using Hardware.Page;
using Hardware.Timeline;

namespace Hardware.Monitor;

/// <summary>What a trace tells, in the words of pages. Edges and items are numbered on from trace to trace.</summary>
internal sealed class TraceEvents
{
    private const long Microsecond = 1000; // ns
    private const long Jiffy = 1_000_000; // of a board

    private readonly Dictionary<int, long> _topHalves = []; // by processor: the edge that it handles
    private readonly Dictionary<int, int> _running = []; // by thread: the item
    private Dictionary<string, Item> _items = new(StringComparer.Ordinal);
    private long _edges;
    private int _lastItem;

    /// <summary>The events of a trace, in its order.</summary>
    internal IEnumerable<PageEvent> Of(FtraceBlock block)
    {
        _items = new Dictionary<string, Item>(StringComparer.Ordinal);
        _topHalves.Clear();
        _running.Clear();
        return block.Events.SelectMany(Of);
    }

    private IEnumerable<PageEvent> Of(FtraceEvent seen)
    {
        PageEvent New(string kind) => new(kind, seen.Microseconds * Microsecond) { Thread = seen.Comm };
        switch (seen.Kind)
        {
            case FtraceEventKind.IrqEntry:
                _topHalves[seen.Processor] = ++_edges;
                return [New("TopHalfBegins") with { Edge = _edges, Name = seen.Name }];
            case FtraceEventKind.IrqExit when _topHalves.Remove(seen.Processor, out long edge):
                return [New("TopHalfEnds") with { Edge = edge }, New("EdgeDone") with { Edge = edge }];
            case FtraceEventKind.QueueWork or FtraceEventKind.TimerStart or FtraceEventKind.TimerExpire
                or FtraceEventKind.TimerCancel or FtraceEventKind.ExecuteStart or FtraceEventKind.ExecuteEnd:
                return [OfItem(seen, New)];
            default:
                return [];
        }
    }

    private PageEvent OfItem(FtraceEvent seen, Func<string, PageEvent> make)
    {
        if (!_items.TryGetValue(seen.Subject, out Item? item))
        {
            item = new Item(++_lastItem);
            _items.Add(seen.Subject, item);
        }

        if (seen.Name.Length > 0) item.Name = seen.Name;
        if (seen.Queue.Length > 0) item.Queue = seen.Queue;
        PageEvent Of(string kind) => make(kind) with { Item = item.Number, Name = item.Name, Queue = item.Queue };
        PageEvent Cause(PageEvent made) => made with
        {
            Edge = seen.Flags.Contains('h') && _topHalves.TryGetValue(seen.Processor, out long edge) ? edge : 0,
            By = _running.GetValueOrDefault(seen.Pid),
        };
        switch (seen.Kind)
        {
            case FtraceEventKind.QueueWork:
                return Cause(Of("ItemQueued"));
            case FtraceEventKind.TimerStart:
                // How long a kernel's jiffy is, its lines do not say.
                long due = FtraceBlock.IsOfBoard(seen) ? (seen.Microseconds * Microsecond) + (seen.TimeoutJiffies * Jiffy) : 0;
                return Cause(Of("ItemArmed")) with { Due = due };
            case FtraceEventKind.TimerExpire:
                return Of("ItemExpired");
            case FtraceEventKind.TimerCancel:
                return Of("ItemCanceled") with { IsFromTimer = true };
            case FtraceEventKind.ExecuteStart:
                item.Queue ??= seen.Comm.Split('/')[0];
                _running[seen.Pid] = item.Number;
                return Of("ItemStarted");
            default:
                _running.Remove(seen.Pid);
                return Of("ItemEnded");
        }
    }

    private sealed class Item(int number)
    {
        internal int Number => number;

        internal string Name { get; set; } = "work";

        internal string? Queue { get; set; }
    }
}
