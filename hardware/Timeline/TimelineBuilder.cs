namespace Hardware.Timeline;

/// <summary>Pairs the events of a trace: what begins with what ends it. A ring that wrapped has ends without a beginning, a
/// trace that stops has beginnings without an end, and a cable loses either.</summary>
internal sealed class TimelineBuilder
{
    private readonly List<Item> _items = [];
    private readonly Dictionary<string, int> _itemByName = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _itemBySubject = new(StringComparer.Ordinal);
    private readonly List<Queue> _queues = [];
    private readonly List<Worker> _workers = [];
    private readonly List<Irq> _irqs = [];

    // What has begun, by subject.
    private readonly Dictionary<string, Waiting> _waiting = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Armed> _armed = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Number, int Processor), IrqEntry> _entered = [];

    private readonly double? _jiffyMicroseconds;

    internal TimelineBuilder(FtraceBlock block)
    {
        Block = block;
        Times = [.. block.Events.Where(item => item.Kind != FtraceEventKind.Other).Select(item => item.Microseconds).Distinct()
            .Order()];
        _jiffyMicroseconds = JiffyLength.MicrosecondsOf(block.Events);
        foreach (FtraceEvent item in block.Events) Take(item);
        Finish();
    }

    internal FtraceBlock Block { get; }

    internal IReadOnlyList<long> Times { get; }

    internal long Start => Times.Count == 0 ? 0 : Times[0];

    internal long End => Times.Count == 0 ? 0 : Times[^1];

    internal IReadOnlyList<ItemNumbers> Items() => [.. _items.Select(item => new ItemNumbers(item.Name, item.Subjects.Count,
        item.Runs, item.NotRun, DurationSummary.Of(item.Latencies), DurationSummary.Of(item.RunTimes)))];

    internal IReadOnlyList<QueueNumbers> Queues() => [.. _queues.Select(queue => new QueueNumbers(queue.Name, queue.Queued,
        queue.Runs, queue.MaxWaiting, queue.BusyMicroseconds, DurationSummary.Of(queue.Latencies)))];

    internal IReadOnlyList<IrqTrack> Interrupts() => [.. _irqs.Select(irq =>
    {
        string name = irq.Name.Length > 0 ? irq.Name : "irq " + irq.Number;
        bool isOnSeveral = _irqs.Exists(other => other.Number == irq.Number && other.Processor != irq.Processor);
        return new IrqTrack(isOnSeveral ? $"{name}, CPU {irq.Processor}" : name, irq.Number, irq.Spans);
    })];

    internal IReadOnlyList<TimerTrack> Timers() => [.. _items.Select((item, index) => new TimerTrack(index, item.Delays))
        .Where(track => track.Spans.Count > 0)];

    internal IReadOnlyList<WorkerTrack> Workers() => [.. _workers.OrderBy(worker => worker.Name, StringComparer.Ordinal)
        .Select(worker => new WorkerTrack(worker.Name, worker.Runs, worker.Waits))];

    private void Take(FtraceEvent item)
    {
        switch (item.Kind)
        {
            case FtraceEventKind.IrqEntry:
                EnterIrq(item);
                break;
            case FtraceEventKind.IrqExit:
                ExitIrq(item);
                break;
            case FtraceEventKind.QueueWork:
                JoinQueue(item);
                break;
            case FtraceEventKind.ExecuteStart:
                StartRun(item);
                break;
            case FtraceEventKind.ExecuteEnd:
                EndRun(item);
                break;
            case FtraceEventKind.TimerStart:
                LeaveQueue(item.Subject, item.Microseconds, WaitOutcome.BackToTimer);
                Disarm(item.Subject, item.Microseconds, TimerOutcome.Moved);
                _armed[item.Subject] = new Armed(ItemOf(item), item.Microseconds, DueOf(item));
                break;
            case FtraceEventKind.TimerExpire:
                if (!Disarm(item.Subject, item.Microseconds, TimerOutcome.Expired))
                {
                    _items[ItemOf(item)].Delays.Add(
                        new ArmedSpan(ItemOf(item), Start, null, item.Microseconds, TimerOutcome.Expired, IsStartCut: true));
                }

                break;
            case FtraceEventKind.TimerCancel:
                Disarm(item.Subject, item.Microseconds, TimerOutcome.Canceled);
                break;
            case FtraceEventKind.ActivateWork:
            case FtraceEventKind.Other:
                break;
            default:
                throw new InvalidOperationException($"unknown kind of event: {item.Kind}");
        }
    }

    // A timer of this library counts whole milliseconds: where it is due, the fraction of the start is gone. A kernel's begins
    // within a jiffy too, but where its jiffies begin the trace does not say.
    private long? DueOf(FtraceEvent item)
    {
        if (FtraceBlock.IsOfBoard(item)) return (item.Microseconds / 1000 + item.TimeoutJiffies) * 1000;
        return _jiffyMicroseconds is { } jiffy ? item.Microseconds + (long)Math.Round(item.TimeoutJiffies * jiffy) : null;
    }

    private void EnterIrq(FtraceEvent item)
    {
        Irq irq = IrqOf(item.Subject, item.Name, item.Processor);
        if (_entered.Remove((item.Subject, item.Processor), out IrqEntry? lost))
        {
            lost.Irq.Spans.Add(new IrqSpan(lost.Start, lost.Start, IsCut: true));
        }

        _entered.Add((item.Subject, item.Processor), new IrqEntry(irq, item.Microseconds));
    }

    private void ExitIrq(FtraceEvent item)
    {
        if (_entered.Remove((item.Subject, item.Processor), out IrqEntry? entry))
        {
            entry.Irq.Spans.Add(new IrqSpan(entry.Start, Math.Max(entry.Start, item.Microseconds), IsCut: false));
            return;
        }

        Irq irq = IrqOf(item.Subject, null, item.Processor);
        long start = irq.Spans.Count == 0 ? Start : item.Microseconds;
        irq.Spans.Add(new IrqSpan(start, Math.Max(start, item.Microseconds), IsCut: true));
    }

    private void JoinQueue(FtraceEvent item)
    {
        Disarm(item.Subject, item.Microseconds, TimerOutcome.QueuedEarly);
        LeaveQueue(item.Subject, item.Microseconds, WaitOutcome.TakenOff);
        Queue queue = QueueOf(item.Queue);
        queue.Queued++;
        queue.Waiting++;
        queue.MaxWaiting = Math.Max(queue.MaxWaiting, queue.Waiting);
        _waiting[item.Subject] = new Waiting(ItemOf(item), queue, item.Microseconds);
    }

    private void LeaveQueue(string subject, long end, WaitOutcome outcome)
    {
        if (!_waiting.Remove(subject, out Waiting? waiting)) return;
        waiting.Queue.Waiting--;
        _items[waiting.Item].NotRun++;
        HomeOf(waiting.Queue.Name).Waits.Add(
            new WaitSpan(waiting.Item, waiting.Queue.Name, waiting.Start, Math.Max(waiting.Start, end), outcome));
    }

    private bool Disarm(string subject, long end, TimerOutcome outcome)
    {
        if (!_armed.Remove(subject, out Armed? armed)) return false;
        _items[armed.Item].Delays.Add(new ArmedSpan(armed.Item, armed.Start, armed.Due, Math.Max(armed.Start, end), outcome));
        return true;
    }

    private void StartRun(FtraceEvent item)
    {
        Worker worker = WorkerOf(item);
        // Two starts in a row: the end of the first is lost.
        if (worker.Running is { } lost) AddRun(worker, lost, item.Microseconds, isCut: true);
        _waiting.Remove(item.Subject, out Waiting? waiting);
        if (waiting is not null) waiting.Queue.Waiting--;
        worker.Running = new Running(item.Subject, ItemOf(item), waiting, item.Microseconds);
        if (waiting is null) return;
        long latency = Math.Max(0, item.Microseconds - waiting.Start);
        _items[waiting.Item].Latencies.Add(latency);
        waiting.Queue.Latencies.Add(latency);
        worker.Waits.Add(new WaitSpan(waiting.Item, waiting.Queue.Name, waiting.Start, waiting.Start + latency, WaitOutcome.Ran));
    }

    private void EndRun(FtraceEvent item)
    {
        Worker worker = WorkerOf(item);
        Running? running = worker.Running;
        worker.Running = null;
        if (running is not null && running.Subject == item.Subject)
        {
            AddRun(worker, running, item.Microseconds, isCut: false);
            return;
        }

        // The start of this run is lost: with the oldest records, or on the cable.
        if (running is not null) AddRun(worker, running, item.Microseconds, isCut: true);
        long start = running is null && worker.Runs.Count == 0 ? Start : item.Microseconds;
        AddRun(worker, new Running(item.Subject, ItemOf(item), null, start), item.Microseconds, isCut: true);
    }

    private void AddRun(Worker worker, Running running, long end, bool isCut)
    {
        end = Math.Max(running.Start, end);
        Queue queue = running.Waited?.Queue ?? QueueOf(QueueOfWorker(worker.Name));
        Item item = _items[running.Item];
        item.Runs++;
        if (!isCut) item.RunTimes.Add(end - running.Start);
        queue.Runs++;
        queue.BusyMicroseconds += end - running.Start;
        worker.Runs.Add(new RunSpan(running.Item, queue.Name, running.Waited?.Start, running.Start, end, isCut));
    }

    private void Finish()
    {
        foreach (IrqEntry entry in _entered.Values) entry.Irq.Spans.Add(new IrqSpan(entry.Start, End, IsCut: true));

        foreach (Worker worker in _workers.ToArray())
        {
            if (worker.Running is { } running) AddRun(worker, running, End, isCut: true);
        }

        foreach (string subject in _waiting.Keys.ToArray()) LeaveQueue(subject, End, WaitOutcome.Open);
        foreach ((string subject, Armed armed) in _armed.ToArray())
        {
            Disarm(subject, Math.Min(armed.Due ?? End, End), TimerOutcome.Open);
        }
    }

    private int ItemOf(FtraceEvent item)
    {
        if (item.Name.Length == 0 && _itemBySubject.TryGetValue(item.Subject, out int known)) return known;
        string name = item.Name.Length > 0 ? item.Name : item.Subject;
        if (!_itemByName.TryGetValue(name, out int index))
        {
            index = _items.Count;
            _items.Add(new Item(name));
            _itemByName.Add(name, index);
        }

        _itemBySubject[item.Subject] = index;
        _items[index].Subjects.Add(item.Subject);
        return index;
    }

    private Queue QueueOf(string name)
    {
        Queue? queue = _queues.Find(other => other.Name == name);
        if (queue is null) _queues.Add(queue = new Queue(name));
        return queue;
    }

    // Two queues may have one name: their workers differ by the thread.
    private Worker WorkerOf(FtraceEvent item)
    {
        Worker? worker = _workers.Find(other => other.Comm == item.Comm && other.Pid == item.Pid);
        if (worker is not null) return worker;
        string name = _workers.Exists(other => other.Name == item.Comm) ? $"{item.Comm}-{item.Pid}" : item.Comm;
        _workers.Add(worker = new Worker(name, item.Comm, item.Pid));
        return worker;
    }

    // Where an item is shown that waits and never runs.
    private Worker HomeOf(string queue)
    {
        Worker? worker = _workers.Find(other => other.Comm == queue || QueueOfWorker(other.Comm) == queue);
        if (worker is null) _workers.Add(worker = new Worker(queue, queue, -1));
        return worker;
    }

    // Devices share a line, each with a handler of its own name; an exit names none. A line whose first entry is lost has none
    // yet.
    private Irq IrqOf(string number, string? name, int processor)
    {
        Irq? irq = _irqs.Find(other => other.Number == number && other.Processor == processor
            && (name is null || other.Name.Length == 0 || other.Name == name));
        if (irq is null) _irqs.Add(irq = new Irq(number, processor));
        if (name is not null) irq.Name = name;
        return irq;
    }

    private static string QueueOfWorker(string worker)
    {
        int slash = worker.LastIndexOf('/');
        return slash >= 0 ? worker[..slash] : worker;
    }

    private sealed class Item(string name)
    {
        internal string Name { get; } = name;
        internal HashSet<string> Subjects { get; } = new(StringComparer.Ordinal);
        internal int Runs { get; set; }
        internal int NotRun { get; set; }
        internal List<long> Latencies { get; } = [];
        internal List<long> RunTimes { get; } = [];
        internal List<ArmedSpan> Delays { get; } = [];
    }

    private sealed class Queue(string name)
    {
        internal string Name { get; } = name;
        internal int Queued { get; set; }
        internal int Waiting { get; set; }
        internal int MaxWaiting { get; set; }
        internal int Runs { get; set; }
        internal long BusyMicroseconds { get; set; }
        internal List<long> Latencies { get; } = [];
    }

    private sealed class Worker(string name, string comm, int pid)
    {
        internal string Name { get; } = name;
        internal string Comm { get; } = comm;
        internal int Pid { get; } = pid;
        internal Running? Running { get; set; }
        internal List<RunSpan> Runs { get; } = [];
        internal List<WaitSpan> Waits { get; } = [];
    }

    private sealed class Irq(string number, int processor)
    {
        internal string Number { get; } = number;
        internal int Processor { get; } = processor;
        internal string Name { get; set; } = "";
        internal List<IrqSpan> Spans { get; } = [];
    }

    private sealed record Waiting(int Item, Queue Queue, long Start);

    private sealed record Armed(int Item, long Start, long? Due);

    private sealed record IrqEntry(Irq Irq, long Start);

    private sealed record Running(string Subject, int Item, Waiting? Waited, long Start);
}
