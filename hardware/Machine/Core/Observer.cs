using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.Linq;
using System.Reflection;
using System.Runtime.CompilerServices;
using Hardware.Machine.Loading;
using VirtualRuntime;

namespace Hardware.Machine;

/// <summary>Tells the host what happens on the way of an interrupt: edges from ring to top half, items from timer and queue to
/// their handlers. The board does not notice.</summary>
/// <remarks>Items are looked at whenever one may have moved: behind the library's calls, at expiries and thread switches. Their
/// state is read from the library's fields (<c>Bits</c>, <c>Home</c>); of a library that has none, runs are seen and nothing
/// else.</remarks>
internal sealed class Observer(Core core, Action<Seen> saw)
{
    private const int Delayed = 1; // of the item's Bits
    private const int Queued = 2;
    private const int Pending = Delayed | Queued;
    private const int Running = 4;
    private const BindingFlags Fields = BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public;

    // Weak, as in Meter.
    private readonly ConditionalWeakTable<object, Item> _known = [];
    private readonly List<Item> _items = [];
    private readonly Dictionary<FirmwareThread, Item> _running = [];
    private readonly ConditionalWeakTable<object, Queue> _queues = [];
    private readonly List<Queue> _queueList = [];
    private readonly Dictionary<FirmwareThread, Queue> _takenFrom = []; // where each thread took its last item
    private readonly Dictionary<(MethodBase Method, int Offset), string> _places = [];
    private FieldInfo? _bits;
    private FieldInfo? _home;
    private FieldInfo? _queueName;
    private int _last; // number given

    /// <summary>An edge, at one of its stations.</summary>
    internal void Edge(SeenKind kind, long number, InterruptRecord record, long ownInstructions = 0) =>
        Tell(new Seen(kind, kind == SeenKind.EdgeRecorded ? core.Pads.Time : core.Now)
        {
            Edge = number,
            Pin = Math.Max(record.Pin, -1),
            IsHigh = record.IsHigh,
            OwnInstructions = ownInstructions,
        });

    internal void PinChanged(PinChange change) =>
        Tell(new Seen(SeenKind.PinChanged, change.Nanoseconds) { Pin = change.Pin, IsHigh = change.IsHigh });

    internal void Printed(LogLine line) =>
        Tell(new Seen(SeenKind.Printed, line.Nanoseconds) { Name = line.Text, Thread = line.Thread });

    /// <summary>An item is about to be queued or armed.</summary>
    internal void Asked(object work, long due) => Find(work).Asked = due;

    /// <summary>That call returns.</summary>
    internal void Answered(object work, bool isQueued)
    {
        Item item = Find(work);
        Look(isQueued ? item : null);
        item.Asked = null;
    }

    internal void HandlerBegins(object work)
    {
        Item item = Find(work);
        item.State = Bits(work) & Pending;
        item.Runs++;
        _running[core.Scheduler.Current] = item;
        Look(null);
        Delegate? handler = work.GetType().GetField("Handler", Fields)?.GetValue(work) as Delegate;
        MethodInfo? method = handler?.Method;
        item.Worker = _takenFrom.TryGetValue(core.Scheduler.Current, out Queue? queue)
            ? queue.WorkerOf(core.Scheduler.Current) : core.Scheduler.Current.Name;
        Tell(Of(SeenKind.ItemStarted, item) with
        {
            Worker = item.Worker,
            Where = method == null ? "" : method.DeclaringType!.FullName + "." + method.Name,
        });
    }

    internal void HandlerEnds(long ownInstructions, bool hasThrown)
    {
        if (!_running.Remove(core.Scheduler.Current, out Item? item)) return;
        Look(null);
        item.Runs--;
        Tell(Of(SeenKind.ItemEnded, item) with
        {
            Worker = item.Worker,
            OwnInstructions = ownInstructions,
            HasThrown = hasThrown,
        });
    }

    /// <summary>A queue counts its waiting items anew, on the thread that added one or took one away.</summary>
    internal void QueueHas(object queue, int items)
    {
        if (!_queues.TryGetValue(queue, out Queue? known))
        {
            known = new Queue(NameOf(queue), new WeakReference<object>(queue));
            _queues.Add(queue, known);
            _queueList.Add(known);
        }

        if (items < known.Waiting) _takenFrom[core.Scheduler.Current] = known;
        known.Waiting = items;
        TellQueue(known, null);
    }

    private void TellQueue(Queue queue, QueueCounters? counters) =>
        Tell(new Seen(SeenKind.QueueCounted, core.Now) { Queue = queue.Name, Waiting = queue.Waiting, Counters = counters });

    internal void PoolUsed(object pool)
    {
        Look(null);
        if (pool.GetType().GetField("_freeCount", Fields)?.GetValue(pool) is not int free
            || pool.GetType().GetField("_items", Fields)?.GetValue(pool) is not Array { Length: > 0 } all) return;
        Item item = Find(pool);
        string name = all.GetValue(0) is { } first ? NameOf(first) : "";
        Tell(new Seen(SeenKind.PoolUsed, core.Now) { Item = item.Number, Name = name, Free = free, Capacity = all.Length });
    }

    /// <summary>Finds out which items have moved.</summary>
    /// <param name="moved">One that was armed or queued, though it may look as before.</param>
    internal void Look(Item? moved = null)
    {
        for (int i = 0; i < _items.Count; i++)
        {
            Item item = _items[i];
            if (!item.Work.TryGetTarget(out object? work))
            {
                _items.RemoveAt(i--);
                continue;
            }

            int bits = Bits(work);
            int state = bits & Pending;
            bool isMoved = item == moved && state == Delayed && item.Asked is { } asked && asked != item.Due;
            if (state == item.State && !isMoved) continue;
            int before = item.State;
            item.State = state;
            switch (state)
            {
                case 0 when (bits & Running) != 0 && item.Runs == 0:
                    break; // a worker has it, and is about to call its handler
                case 0:
                    Tell(Of(SeenKind.ItemCanceled, item) with { IsFromTimer = before == Delayed });
                    break;
                case Delayed:
                    item.Due = item.Asked ?? core.Now;
                    Tell(Cause(Of(SeenKind.ItemArmed, item) with { Due = item.Due, Queue = QueueOf(work) }));
                    break;
                default:
                    item.Queue = QueueOf(work);
                    Seen queued = Of(SeenKind.ItemQueued, item) with { IsFromTimer = before == Delayed };
                    Tell(item == moved ? Cause(queued) : queued);
                    break;
            }
        }

        for (int i = 0; i < _queueList.Count; i++)
        {
            Queue queue = _queueList[i];
            if (!queue.Object.TryGetTarget(out object? found)) _queueList.RemoveAt(i--);
            else if (queue.Read(found, _running.Values.Count(each => each.Queue == queue.Name))) TellQueue(queue, queue.Told);
        }
    }

    private Seen Of(SeenKind kind, Item item) => new(kind, core.Now)
    {
        Item = item.Number,
        Name = item.Name,
        Queue = item.Queue,
        Thread = core.Scheduler.Current.Name,
    };

    // Who did it, and where in the source.
    private Seen Cause(Seen seen) => seen with
    {
        Edge = core.Interrupts.IsCallingThread ? core.Interrupts.EdgeNumber : 0,
        By = _running.TryGetValue(core.Scheduler.Current, out Item? by) ? by.Number : 0,
        Where = Place(),
    };

    // Which line it is, .NET reads from a file: once for each place.
    private string Place()
    {
        StackFrame[] frames = new StackTrace(fNeedFileInfo: false).GetFrames();
        int index = Array.FindIndex(frames, frame => frame.GetMethod()?.DeclaringType is { } type
            && Image.IsFirmware(type.Assembly) && type.Namespace?.StartsWith("Workqueues", StringComparison.Ordinal) != true);
        if (index < 0) return "";
        MethodBase method = frames[index].GetMethod()!;
        if (_places.TryGetValue((method, frames[index].GetILOffset()), out string? place)) return place;
        StackFrame found = new StackTrace(fNeedFileInfo: true).GetFrame(index)!;
        place = method.DeclaringType!.FullName + "." + method.Name;
        if (found.GetFileName() is { } file) place += $" in {System.IO.Path.GetFileName(file)}:line {found.GetFileLineNumber()}";
        return _places[(method, frames[index].GetILOffset())] = place;
    }

    private void Tell(Seen seen)
    {
        if (seen.Kind is not (SeenKind.EdgeRecorded or SeenKind.PinChanged)) CatchUp();
        if (seen.Kind != SeenKind.QueueCounted) core.Pace(seen.Nanoseconds); // the item that moves is seen by itself
        Interrupts interrupts = core.Interrupts;
        Usage usage = core.Usage;
        saw(seen with
        {
            Instructions = usage.Instructions,
            Counts = new Counts(interrupts.Recorded, interrupts.DroppedByRing, interrupts.DroppedByHeap, interrupts.InRing,
                interrupts.InList, core.Heap.UsedBytes, core.Scheduler.IdleNanoseconds, core.Scheduler.Switches, usage.Calls,
                usage.Bytes),
        });
    }

    // The wires are looked at first, so that everything is told in the order of time.
    private void CatchUp()
    {
        if (!core.Pads.IsApplying) core.Pads.ApplyUntil(core.Now);
    }

    private int Bits(object work)
    {
        if (_bits == null || !_bits.DeclaringType!.IsInstanceOfType(work)) _bits = work.GetType().GetField("Bits", Fields);
        return _bits?.GetValue(work) is int bits ? bits : 0;
    }

    private string QueueOf(object work)
    {
        if (_home == null || !_home.DeclaringType!.IsInstanceOfType(work)) _home = work.GetType().GetField("Home", Fields);
        if (_home?.GetValue(work) is not { } queue) return "";
        if (_queueName == null || !_queueName.DeclaringType!.IsInstanceOfType(queue))
        {
            _queueName = queue.GetType().GetField("_name", Fields);
        }

        return _queueName?.GetValue(queue) as string ?? "";
    }

    private string NameOf(object work) =>
        core.Unseen(() => work.GetType().GetProperty("Name")?.GetValue(work) as string) ?? work.GetType().Name;

    private Item Find(object thing)
    {
        if (_known.TryGetValue(thing, out Item? item)) return item;
        item = new Item(++_last, NameOf(thing), new WeakReference<object>(thing));
        _known.Add(thing, item);
        if (thing.GetType().GetField("Bits", Fields) != null) _items.Add(item);
        return item;
    }

    private sealed class Queue(string name, WeakReference<object> queue)
    {
        private static readonly string[] s_counters =
        [
            "ExecutedLocked", "_coalesced", "_refused", "FaultedLocked", "CanceledLocked", "ArmedLocked", "WaitingLocked",
            "MaxDepthLocked", "MaxLatencyMillisecondsLocked", "BusyMillisecondsLocked",
        ];

        private FieldInfo?[]? _counters;
        private readonly List<FirmwareThread> _workers = []; // in the order in which they appear

        internal string Name => name;

        internal WeakReference<object> Object => queue;

        internal int Waiting { get; set; }

        internal QueueCounters? Told { get; private set; }

        /// <summary>Reads what it counts.</summary>
        /// <returns>True: that has changed.</returns>
        internal bool Read(object found, int running)
        {
            _counters ??= [.. s_counters.Select(each => found.GetType().GetField(each, Fields))];
            if (Array.IndexOf(_counters, null) >= 0) return false;
            long Value(int counter) => Convert.ToInt64(_counters[counter]!.GetValue(found), CultureInfo.InvariantCulture);
            QueueCounters now = new(Value(0) + Value(4) + Value(5) + Value(6) + running, Value(0), Value(1), Value(2), Value(3),
                Value(4), Value(7), Value(8), Value(9));
            if (now == Told) return false;
            Told = now;
            return true;
        }

        internal string WorkerOf(FirmwareThread thread)
        {
            if (!_workers.Contains(thread)) _workers.Add(thread);
            return $"{name}/{_workers.IndexOf(thread)}";
        }
    }

    /// <summary>An item as it was seen last.</summary>
    internal sealed class Item(int number, string name, WeakReference<object> work)
    {
        internal int Number => number;

        internal string Name => name;

        internal WeakReference<object> Work => work;

        internal string Queue { get; set; } = "";

        internal string Worker { get; set; } = ""; // that runs it, or ran it last

        internal int State { get; set; }

        internal int Runs { get; set; }

        internal long Due { get; set; }

        internal long? Asked { get; set; } // by a call that has not returned: when it shall run
    }
}
