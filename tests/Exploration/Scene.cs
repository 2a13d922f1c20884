using Hardware.Machine;
using NFUnitTest;
using Workqueues;

namespace Exploration;

/// <summary>An item of a program, and the books that are kept of it.</summary>
internal sealed class Item
{
    private readonly Scene _scene;
    private readonly Action<Item>? _body;
    private readonly string _step;

    internal Item(Scene scene, string name, Action<Item>? body)
    {
        _scene = scene;
        _body = body;
        _step = "handler of " + name;
        Work = new DelayedWork(Run, name);
    }

    internal DelayedWork Work { get; }

    /// <summary>Calls that were followed, or will be, by one run.</summary>
    internal int Accepted { get; set; }

    /// <summary>Those of them that queued it at once.</summary>
    internal int Queued { get; set; }

    /// <summary>Calls that took one of these runs back.</summary>
    internal int TakenOff { get; set; }

    /// <summary>Calls under way that may take it off or send it back to its timer: what they did is not in the books.</summary>
    internal int TakersUnderWay { get; set; }

    /// <summary>Runs that have begun.</summary>
    internal int Started { get; private set; }

    /// <summary>Runs that have ended.</summary>
    internal int Ended { get; private set; }

    /// <summary>A queue that is destroyed may cancel it while it is armed.</summary>
    internal bool MayBeDropped { get; set; }

    /// <summary>A call may have moved it from one queue to another.</summary>
    internal int Moved { get; set; }

    /// <summary>No run may start before this time.</summary>
    internal long NotBefore { get; set; }

    /// <summary>No run may start while this holds.</summary>
    internal bool IsHeld { get; set; }

    // Stops once inside, so that the schedule can do anything while it runs.
    private void Run(Work work)
    {
        if (work != Work) _scene.Fail($"{Work.Name}'s handler was given {work.Name}");
        if (Started != Ended) _scene.Fail($"{Work.Name} runs beside itself");
        if (IsHeld) _scene.Fail($"{Work.Name} starts although it must not");
        if (_scene.Now < NotBefore) _scene.Fail($"{Work.Name} starts at {_scene.Now}, before {NotBefore}");
        Started++;
        _scene.Step(_step);
        try
        {
            _body?.Invoke(this);
        }
        finally
        {
            Ended++;
        }
    }
}

/// <summary>Where a program plays: makes its queues, workers, items and threads, keeps the books while it runs, and checks the
/// rules at each call's end, after each step and when all has come to rest.</summary>
internal sealed class Scene
{
    private readonly Action<string> _report;
    private readonly List<Workqueue> _queues = [];
    private readonly List<Item> _items = [];
    private readonly List<Worker> _workers = [];
    private readonly List<Worker> _runLast = [];
    private readonly List<(Thread Thread, string Name)> _threads = [];
    private readonly List<(Thread Thread, string Name, Func<bool> Condition, AutoResetEvent Signal)> _awaited = [];
    private readonly List<Action> _atRest = [];
    private readonly List<Workqueue> _destroyed = [];
    private bool _mayRest;
    private bool _isAtRest; // all threads stand still, and the caller is none of them

    internal Scene(Invariants invariants, Action<string> report)
    {
        Invariants = invariants;
        _report = report;
        Jiffies.SetTimer(new VirtualTimer(this, fires: false, 0, false), 0, 0);
        Workqueue.HandlerFaulted += (_, work, exception) =>
        {
            if (exception is ExpectedFaultException or BrokenRuleException) return;
            report($"the handler of {work.Name} threw: {exception}");
        };
    }

    internal Invariants Invariants { get; }

    /// <summary>The time that the library sees, read without a step.</summary>
    internal long Now => Environment.TickCount64;

    /// <summary>Threads that waited until something holds have gone on at this moment.</summary>
    internal bool HasWoken { get; private set; }

    // -- What a program is made of ------------------------------------------------------------------------------------------

    /// <summary>Makes a queue; its workers are threads of the program.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="processors">How many pools it has.</param>
    /// <param name="workers">Workers in each pool.</param>
    /// <param name="isAsleep">The workers have looked for work and sleep when the program starts: fewer schedules.</param>
    /// <param name="watchdogMilliseconds">When a run counts as stuck; 0: never.</param>
    internal Workqueue Queue(
        string name, int processors = 1, int workers = 1, bool isAsleep = false, int watchdogMilliseconds = 0)
    {
        WorkqueueOptions options = new() { WorkersPerProcessor = workers, WatchdogMilliseconds = watchdogMilliseconds };
        Workqueue queue = new(name, options);
        _queues.Add(queue);
        for (int i = 0; i < processors * workers; i++)
        {
            Worker worker = queue.FindWorker(i)!;
            worker.Thread!.Name = worker.ToString();
            _workers.Add(worker);
            while (isAsleep && (worker.Thread.ThreadState & ThreadState.WaitSleepJoin) == 0) System.Threading.Thread.Sleep(0);
        }

        return queue;
    }

    /// <summary>Makes a queue whose worker has no thread and runs what it finds when all others have come to rest: for programs
    /// about the timer alone.</summary>
    internal Workqueue QueueThatRunsLast(string name)
    {
        Workqueue queue = Stepping.CreateQueue(name, 1, 1);
        _queues.Add(queue);
        _runLast.Add(queue.FindWorker(0)!);
        return queue;
    }

    /// <summary>Makes an item. Its handler counts the run, stops once, and does what is given.</summary>
    internal Item Item(string name, Action<Item>? body = null)
    {
        Item item = new(this, name, body);
        _items.Add(item);
        return item;
    }

    /// <summary>Adds a thread that must come to its end.</summary>
    internal void Thread(string name, Action body)
    {
        Thread thread = new(() =>
        {
            try
            {
                body();
            }
            catch (Exception exception)
            {
                _report(name + " threw: " + exception);
            }
        });
        thread.Name = name;
        _threads.Add((thread, name));
    }

    /// <summary>The program is set up: its threads may go on.</summary>
    internal void StartThreads()
    {
        foreach ((Thread thread, _) in _threads) thread.Start();
    }

    /// <summary>Lets time pass: without it the timer never fires.</summary>
    internal void Timer(int lateMilliseconds = 0, bool isClockStep = false) =>
        Jiffies.SetTimer(new VirtualTimer(this, fires: true, lateMilliseconds, isClockStep), 0, 0);

    /// <summary>Adds a check for the end, when nobody can take a step any more.</summary>
    internal void AtRest(Action check) => _atRest.Add(check);

    /// <summary>Items may be left on a frozen queue at the end.</summary>
    internal void MayRestFrozen() => _mayRest = true;

    // -- What its threads and handlers do -----------------------------------------------------------------------------------

    internal void Step(string name) => Moment.Step(name);

    /// <summary>Waits until something holds that other threads see to.</summary>
    internal void Until(string name, Func<bool> condition)
    {
        if (condition())
        {
            Step("until " + name);
            return;
        }

        AutoResetEvent signal = new(false);
        _awaited.Add((System.Threading.Thread.CurrentThread, name, condition, signal));
        signal.WaitOne();
    }

    /// <summary>Notes that a rule is broken, and ends the run.</summary>
    internal void Fail(string rule)
    {
        _report(rule);
        if (_isAtRest) throw new BrokenRuleException();
        Moment.End();
    }

    internal void Check(bool holds, string rule)
    {
        if (!holds) Fail(rule);
    }

    internal bool Queue(Workqueue queue, Item item) => Accept(item, queue.Queue(item.Work), isDelayed: false);

    internal bool QueueOn(Workqueue queue, int processor, Item item) =>
        Accept(item, queue.QueueOn(processor, item.Work), isDelayed: false);

    internal bool QueueDelayed(Workqueue queue, Item item, int delayMilliseconds) =>
        Accept(item, queue.QueueDelayed(item.Work, delayMilliseconds), isDelayed: true);

    /// <summary>ModifyDelayed where nothing can refuse it: false means that it was idle.</summary>
    internal bool Modify(Workqueue queue, Item item, int delayMilliseconds)
    {
        item.TakersUnderWay++;
        bool wasPending = queue.ModifyDelayed(item.Work, delayMilliseconds);
        item.TakersUnderWay--;
        if (wasPending) item.Moved++;
        else item.Accepted++;
        return wasPending;
    }

    internal bool Cancel(Item item) => Take(item, item.Work.Cancel);

    internal bool Disable(Item item) => Take(item, item.Work.Disable);

    /// <summary>CancelSync. On return every run that had been accepted before the call has ended or was taken off.</summary>
    /// <param name="item">The item.</param>
    /// <param name="isAlone">Only the item's own handler queues it meanwhile: it must be idle then.</param>
    internal bool CancelSync(Item item, bool isAlone)
    {
        int accepted = item.Accepted;
        int started = item.Started;
        bool wasPending = Take(item, item.Work.CancelSync);
        CheckStill("CancelSync", item, accepted, started, isAlone);
        return wasPending;
    }

    /// <summary>DisableSync, with the same check.</summary>
    internal bool DisableSync(Item item, bool isAlone)
    {
        int accepted = item.Accepted;
        int started = item.Started;
        bool wasPending = Take(item, item.Work.DisableSync);
        CheckStill("DisableSync", item, accepted, started, isAlone);
        return wasPending;
    }

    /// <summary>Work.Flush. On return what had been accepted before the call has ended or was taken off.</summary>
    internal bool Flush(Item item)
    {
        int accepted = item.Accepted;
        bool waited = item.Work.Flush();
        CheckDone("Work.Flush", item, accepted);
        return waited;
    }

    /// <summary>Workqueue.Flush. On return what had been queued before the call, of the items given, has ended or was taken
    /// off.</summary>
    internal void Flush(Workqueue queue, params Item[] items)
    {
        int[] queued = [.. items.Select(item => item.Queued)];
        queue.Flush();
        for (int i = 0; i < items.Length; i++) CheckDone("Flush", items[i], queued[i]);
    }

    /// <summary>Drain. On return the items given have no run left to come.</summary>
    internal void Drain(Workqueue queue, params Item[] items)
    {
        int[] queued = [.. items.Select(item => item.Queued)];
        queue.Drain();
        for (int i = 0; i < items.Length; i++) CheckDone("Drain", items[i], queued[i]);
    }

    /// <summary>Destroy. On return nothing of the queue waits, runs or is armed.</summary>
    internal void Destroy(Workqueue queue)
    {
        queue.Destroy();
        Check(queue.WaitingLocked == 0, "Destroy returned and an item waits");
        int running = -1;
        Worker.CountRunningLocked(queue, ref running);
        Check(running == 0, "Destroy returned and an item runs");
        Check(queue.ArmedLocked == 0, "Destroy returned and an item is armed");
        Workqueue? listed = Workqueue.FirstLocked;
        while (listed != null && listed != queue) listed = listed.NextLocked;
        Check(listed == null, "Destroy returned and the queue is listed");
        _destroyed.Add(queue);
    }

    /// <summary>Freeze. From its return until Thaw none of the items starts, and none runs.</summary>
    internal void Freeze(Workqueue queue, params Item[] items)
    {
        queue.Freeze();
        foreach (Item item in items)
        {
            Check(item.Started == item.Ended, $"Freeze returned and {item.Work.Name} runs");
            item.IsHeld = true;
        }
    }

    /// <summary>Thaw: the items may start again.</summary>
    internal void Thaw(Workqueue queue, params Item[] items)
    {
        foreach (Item item in items) item.IsHeld = false;
        queue.Thaw();
    }

    // -- What the explorer asks ---------------------------------------------------------------------------------------------

    /// <summary>Lets threads go on for which now holds what they wait for.</summary>
    internal void Wake()
    {
        HasWoken = false;
        for (int i = _awaited.Count - 1; i >= 0; i--)
        {
            if (!_awaited[i].Condition()) continue;
            _awaited[i].Signal.Set();
            _awaited.RemoveAt(i);
            HasWoken = true;
        }
    }

    /// <summary>After each step: what is wrong in the library's lists; null: nothing.</summary>
    internal string? FindBrokenInvariant() => Invariants.FindBroken(_queues, _items);

    /// <summary>When nobody can take a step: which rule is broken; null: none.</summary>
    internal string? FindBrokenRuleAtRest()
    {
        List<string> stuck = [];
        foreach ((Thread thread, string name) in _threads)
        {
            if (!thread.IsAlive) continue;
            int i = _awaited.FindIndex(each => each.Thread == thread);
            stuck.Add(i < 0 ? name + " waits" : name + " until " + _awaited[i].Name);
        }

        _isAtRest = true;
        if (stuck.Count > 0) return "deadlock: " + string.Join(", ", stuck) + ", and nobody can go on";
        foreach (Worker worker in _runLast)
        {
            while (worker.Step())
            {
            }
        }

        foreach (Workqueue queue in _queues)
        {
            bool mayWait = _mayRest && queue.IsFrozenLocked;
            if (queue.WaitingLocked > 0 && !mayWait) return $"an item waits on {queue.Name}, every worker sleeps: a lost wake-up";
            if (queue.WaitersLocked != null) return $"nobody waits for {queue.Name}, and a waiter is listed";
            if (queue.ArmedLocked > 0) return $"an item is armed for {queue.Name}, and the timer is not: a lost deadline";
        }

        foreach (Worker worker in _workers)
        {
            bool isLeft = _destroyed.Contains(worker.Queue) && worker.Thread!.IsAlive;
            if (isLeft) return $"the queue is destroyed and {worker} is still there";
        }

        if (Invariants.CountItemWaiters() > 0) return "nobody waits, and a waiter is listed";
        string? broken = FindLoss();
        if (broken != null) return broken;
        try
        {
            foreach (Action check in _atRest) check();
        }
        catch (BrokenRuleException)
        {
            // It is noted.
        }

        return null;
    }

    // Queued true = runs + taken off + still pending, for each item, and for all of them against the queues' counters.
    private string? FindLoss()
    {
        int dropped = 0;
        int accepted = 0;
        int takenOff = 0;
        int ended = 0;
        int moved = 0;
        foreach (Item item in _items)
        {
            if (item.Started != item.Ended) return $"{item.Work.Name} began {item.Started} runs and ended {item.Ended}";
            int lost = item.Accepted - item.Ended - item.TakenOff - (item.Work.IsPending ? 1 : 0);
            if (lost < 0 || (lost > 0 && !item.MayBeDropped))
            {
                return $"{item.Work.Name}: accepted {item.Accepted}, runs {item.Ended}, taken off {item.TakenOff}"
                    + $"{(item.Work.IsPending ? ", pending" : "")}: {(lost < 0 ? -lost + " too many" : lost + " lost")}";
            }

            dropped += lost;
            accepted += item.Accepted;
            takenOff += item.TakenOff;
            ended += item.Ended;
            moved += item.Moved;
        }

        int queued = _queues.Sum(queue => queue.GetStatistics().Queued);
        int executed = _queues.Sum(queue => queue.GetStatistics().Executed);
        int canceled = _queues.Sum(queue => queue.GetStatistics().Canceled);
        int between = queued - accepted; // from one queue to another: Queued there, Canceled here
        if (executed != ended) return $"the queues count {executed} runs, the items {ended}";
        if (between < 0 || between > moved) return $"the queues count {queued} as queued: accepted {accepted}, moved {moved}";
        if (canceled != takenOff + dropped + between)
        {
            return $"the queues count {canceled} as cancelled; taken off were {takenOff}, dropped {dropped}, moved {between}";
        }

        return null;
    }

    private void CheckDone(string call, Item item, int accepted)
    {
        if (item.MayBeDropped) return;
        if (item.Ended + item.TakenOff + item.Moved + item.TakersUnderWay < accepted)
        {
            Fail($"{call} returned: {item.Work.Name} had been accepted {accepted} times before, ended {item.Ended}, "
                + $"taken off {item.TakenOff}");
        }
    }

    private void CheckStill(string call, Item item, int accepted, int started, bool isAlone)
    {
        CheckDone(call, item, accepted);
        Check(item.Ended >= started, $"{call} returned and the run of {item.Work.Name} that it found goes on");
        if (!isAlone) return;
        Check(item.Started == item.Ended, $"{call} returned and {item.Work.Name} runs");
        Check(!item.Work.IsPending, $"{call} returned and {item.Work.Name} is pending");
    }

    private static bool Accept(Item item, bool isTaken, bool isDelayed)
    {
        if (isTaken) item.Accepted++;
        if (isTaken && !isDelayed) item.Queued++;
        return isTaken;
    }

    private static bool Take(Item item, Func<bool> call)
    {
        item.TakersUnderWay++;
        bool wasPending = call();
        item.TakersUnderWay--;
        if (wasPending) item.TakenOff++;
        return wasPending;
    }
}

/// <summary>Ends a check at rest.</summary>
internal sealed class BrokenRuleException : Exception;

/// <summary>Thrown by a program's handler on purpose.</summary>
internal sealed class ExpectedFaultException : Exception;
