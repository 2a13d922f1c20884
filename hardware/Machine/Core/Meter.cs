using System;
using System.Collections.Generic;
using System.Runtime.CompilerServices;

namespace Hardware.Machine;

/// <summary>Follows each edge to its top half and each item of the Workqueues library from its queueing to its handler. It costs
/// the firmware neither time nor memory: it is told by calls that the loader puts beside the firmware's own.</summary>
internal sealed class Meter(Core core)
{
    private readonly SortedDictionary<int, PinReport> _pins = [];
    private readonly Dictionary<string, ItemReport> _items = new(StringComparer.Ordinal);
    private readonly Dictionary<FirmwareThread, Run> _runs = []; // of handlers that have begun

    // Weak, or the firmware's objects would live longer by being looked at.
    private readonly ConditionalWeakTable<object, Item> _known = [];
    private Run? _topHalf;
    private int _topHalfPin;
    private long _edge; // of the event that the dispatcher's thread handles

    internal IReadOnlyCollection<PinReport> Pins => _pins.Values;

    internal IReadOnlyCollection<ItemReport> Items => _items.Values;

    internal PinReport Of(int pin)
    {
        if (_pins.TryGetValue(pin, out PinReport? report)) return report;
        report = new PinReport(pin);
        _pins.Add(pin, report);
        return report;
    }

    /// <summary>On the dispatcher's thread: the handlers of a pin are about to be called, or what takes its edges before
    /// them.</summary>
    internal void TopHalfBegins(int pin, long edge)
    {
        _topHalfPin = pin;
        _edge = edge;
        _topHalf = new Run(null, core.Now, core.UsageOfCurrent());
        core.Interrupts.See(SeenKind.TopHalfBegins);
    }

    /// <summary>What took the edge has given it back, or has thrown.</summary>
    internal void ForgetTopHalf()
    {
        if (_topHalf == null) return;
        Usage usage = core.UsageOfCurrent() - _topHalf.Usage;
        _topHalf = null;
        core.Interrupts.See(SeenKind.TopHalfEnds, usage.Instructions);
    }

    internal void TopHalfEnds()
    {
        if (_topHalf == null) return;
        Of(_topHalfPin).Latency.Add(_topHalf.Begin - _edge);
        Of(_topHalfPin).TopHalf.Add(core.Now - _topHalf.Begin, core.UsageOfCurrent() - _topHalf.Usage);
        ForgetTopHalf();
    }

    /// <summary>A call that queues an item has begun.</summary>
    /// <param name="work">The item.</param>
    /// <param name="due">When it shall run, in ns; the past: at once.</param>
    internal void QueueBegins(object work, long due)
    {
        Item item = Find(work);
        bool isTopHalf = _topHalf != null && core.Interrupts.IsCallingThread;
        item.Asked = new Stamp(Math.Max(core.Now, due), isTopHalf && due <= core.Now ? _edge : -1);
        item.IsTaken = false;
        core.Observer?.Asked(work, item.Asked.Value.Queued);
    }

    /// <summary>That call returns.</summary>
    /// <param name="work">The item.</param>
    /// <param name="isQueued">True: one run will follow. It may have begun.</param>
    internal void QueueEnds(object work, bool isQueued)
    {
        Item item = Find(work);
        if (isQueued && !item.IsTaken) item.Queued = item.Asked;
        item.Asked = null;
        core.Observer?.Answered(work, isQueued);
    }

    /// <summary>The handler of an item is about to be called.</summary>
    internal void HandlerBegins(object work)
    {
        Item item = Find(work);
        Stamp? since = item.Queued ?? item.Asked;
        item.Queued = null;
        item.IsTaken = true;
        if (since is { } stamp)
        {
            item.Report.SinceQueued.Add(Math.Max(0, core.Now - stamp.Queued));
            if (stamp.Edge >= 0) item.Report.SinceEdge.Add(core.Now - stamp.Edge);
        }

        _runs[core.Scheduler.Current] = new Run(item.Report, core.Now, core.UsageOfCurrent());
        core.Observer?.HandlerBegins(work);
    }

    /// <summary>It has thrown.</summary>
    internal void HandlerThrew()
    {
        if (!_runs.Remove(core.Scheduler.Current, out Run? run)) return;
        core.Observer?.HandlerEnds((core.UsageOfCurrent() - run.Usage).Instructions, hasThrown: true);
    }

    /// <summary>It has returned. One that throws does not come here.</summary>
    internal void HandlerEnds()
    {
        if (!_runs.Remove(core.Scheduler.Current, out Run? run)) return;
        Usage usage = core.UsageOfCurrent() - run.Usage;
        run.Report!.Handler.Add(core.Now - run.Begin, usage);
        core.Observer?.HandlerEnds(usage.Instructions, hasThrown: false);
    }

    private Item Find(object work)
    {
        if (_known.TryGetValue(work, out Item? item)) return item;
        string name = NameOf(work);
        if (!_items.TryGetValue(name, out ItemReport? report))
        {
            report = new ItemReport(name);
            _items.Add(name, report);
        }

        report.Items++;
        item = new Item(report);
        _known.Add(work, item);
        return item;
    }

    private string NameOf(object named) =>
        core.Unseen(() => named.GetType().GetProperty("Name")?.GetValue(named) as string) ?? named.GetType().Name;

    private readonly record struct Stamp(long Queued, long Edge);

    private sealed record Run(ItemReport? Report, long Begin, Usage Usage);

    private sealed class Item(ItemReport report)
    {
        internal ItemReport Report => report;

        internal Stamp? Asked { get; set; } // by a call that has not returned

        internal Stamp? Queued { get; set; }

        internal bool IsTaken { get; set; } // its handler began before that call returned
    }
}
