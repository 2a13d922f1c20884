using System.Diagnostics;
using System.Globalization;
using Hardware.Cli;
using Workqueues;

namespace Stress;

/// <summary>What a stress run does.</summary>
/// <param name="Seconds">How long, unless <paramref name="Items"/> is given.</param>
/// <param name="Items">How many runs; 0: as many as come in <paramref name="Seconds"/>.</param>
/// <param name="Seed">Of the producers' choices.</param>
/// <param name="Producers">Threads.</param>
/// <param name="Queues">Queues, of three kinds in turn.</param>
/// <param name="Works">Items.</param>
internal sealed record StressPlan(int Seconds, long Items, int Seed, int Producers, int Queues, int Works);

/// <summary>Many threads do everything to the same items at once; at the end every answer must add up.</summary>
internal sealed class StressRun
{
    private const int Processors = 2;
    private const int StallSeconds = 20;

    private readonly CommandProgram _program;
    private readonly StressPlan _plan;
    private readonly Workqueue[] _queues;
    private readonly StressWork[] _works;
    private readonly long[] _calls; // by producer, far enough apart not to share a cache line
    private long _faults;
    private long _expectedFaults;
    private volatile bool _isStopping;
    private volatile string? _violation;

    internal StressRun(CommandProgram program, StressPlan plan)
    {
        _program = program;
        _plan = plan;
        Processor.Configure(Processors, () => Environment.CurrentManagedThreadId % Processors);
        _queues = new Workqueue[plan.Queues];
        for (int i = 0; i < plan.Queues; i++)
        {
            string name = "stress" + i;
            _queues[i] = (i % 3) switch
            {
                0 => Workqueue.CreateSingleThread(name),
                1 => new Workqueue(name, new WorkqueueOptions { WorkersPerProcessor = 3 }),
                _ => Workqueue.Create(name),
            };
        }

        _works = new StressWork[plan.Works];
        for (int i = 0; i < plan.Works; i++) _works[i] = new StressWork(this, i, isMovable: i % 2 == 0);
        _calls = new long[plan.Producers * 16];
        Workqueue.HandlerFaulted += (_, _, exception) =>
        {
            if (exception is StressException) Interlocked.Increment(ref _faults);
            else Violate("a handler threw " + exception);
        };
    }

    /// <summary>Runs, shows on a terminal how far it is, checks the books.</summary>
    /// <returns>The exit code: 0, or 1 after a violation.</returns>
    internal int Run()
    {
        Console.WriteLine($"stress: seed {_plan.Seed}, {_plan.Producers} producers, {_plan.Queues} queues, {_plan.Works} items, "
            + (_plan.Items > 0 ? $"until {Format(_plan.Items)} runs" : $"{_plan.Seconds} s"));
        Thread[] producers = new Thread[_plan.Producers];
        for (int i = 0; i < producers.Length; i++)
        {
            int number = i;
            producers[i] = new Thread(() => Produce(number)) { IsBackground = true, Name = "producer " + i };
        }

        long start = Stopwatch.GetTimestamp();
        foreach (Thread producer in producers) producer.Start();
        Watch(start);
        _isStopping = true;
        foreach (Thread producer in producers)
        {
            if (!producer.Join(TimeSpan.FromSeconds(StallSeconds)))
            {
                Violate(producer.Name + " waits and nothing ends its wait");
                break;
            }
        }

        TimeSpan elapsed = Stopwatch.GetElapsedTime(start);
        if (_violation == null) Settle();
        if (_violation == null) CheckBooks();
        Report(elapsed);
        return _violation == null ? ExitCode.Success : ExitCode.Failed;
    }

    /// <summary>Notes that a rule is broken; the run ends.</summary>
    internal void Violate(string rule) => _violation ??= rule;

    /// <summary>The rest of each handler: now and then it queues itself, or throws.</summary>
    internal void Ran(StressWork work, long count)
    {
        if (_isStopping) return;
        if (count % 16 == 0) work.Accept(_queues[count / 16 % _queues.Length].Queue(work));
        if (count % 128 == 1) work.Accept(_queues[count / 128 % _queues.Length].QueueDelayed(work, 1));
        if (count % 1000 != 7) return;
        Interlocked.Increment(ref _expectedFaults);
        throw new StressException();
    }

    private void Watch(long start)
    {
        using ProgressLine progress = _program.Progress();
        long before = 0;
        int stalled = 0;
        for (int second = 1; _violation == null; second++)
        {
            // Not a synchronisation: the second between two looks.
            TimeSpan due = TimeSpan.FromSeconds(second);
            long runs = CountRuns();
            while (Stopwatch.GetElapsedTime(start) < due && _violation == null && (_plan.Items == 0 || runs < _plan.Items))
            {
                Thread.Sleep(10);
                runs = CountRuns();
            }

            string limit = _plan.Items > 0 ? $"of {Format(_plan.Items)} runs" : $"runs, {second} of {_plan.Seconds} s";
            progress.Show($"{Format(runs)} {limit}, {Format(runs - before)} in this second");
            stalled = runs == before ? stalled + 1 : 0;
            if (stalled == StallSeconds) Violate($"no item has run for {StallSeconds} s");
            if (_plan.Items > 0 ? runs >= _plan.Items : second >= _plan.Seconds) return;
            before = runs;
        }
    }

    private void Produce(int number)
    {
        Random random = new(unchecked(_plan.Seed * 1_000_003 + number));
        try
        {
            while (!_isStopping && _violation == null)
            {
                StressWork work = _works[random.Next(_works.Length)];
                Workqueue queue = _queues[random.Next(_queues.Length)];
                if (work.IsMovable) CallMovable(work, queue, random);
                else CallBarrable(work, queue, random);
                _calls[number * 16]++;
            }
        }
        catch (Exception exception)
        {
            Violate($"producer {number} was thrown {exception}");
        }
    }

    private static void CallMovable(StressWork work, Workqueue queue, Random random)
    {
        switch (random.Next(1000))
        {
            case < 700:
                work.Accept(queue.Queue(work));
                break;
            case < 760:
                work.Accept(queue.QueueDelayed(work, random.Next(4)));
                break;
            case < 880:
                work.Accept(!queue.ModifyDelayed(work, random.Next(4)));
                break;
            case < 980:
                work.Take(work.Cancel());
                break;
            case < 995:
                work.Flush();
                break;
            case < 999:
                queue.Flush();
                break;
            default:
                // Frozen for a moment: what others flush meanwhile waits for Thaw.
                queue.Freeze();
                queue.Thaw();
                break;
        }
    }

    private static void CallBarrable(StressWork work, Workqueue queue, Random random)
    {
        switch (random.Next(1000))
        {
            case < 700:
                work.Accept(queue.QueueOn(random.Next(Processors), work));
                break;
            case < 800:
                work.Accept(queue.QueueDelayedOn(random.Next(Processors), work, random.Next(4)));
                break;
            case < 900:
                work.Take(work.Cancel());
                break;
            case < 940:
                work.Take(work.CancelSync());
                break;
            case < 970:
                work.Take(work.Disable());
                work.Enable();
                break;
            case < 990:
                work.Take(work.DisableSync());
                work.Enable();
                break;
            default:
                work.Flush();
                break;
        }
    }

    // Ends what is still pending: one half is run now, the other cancelled. Then nothing is armed, and Destroy cancels nothing.
    private void Settle()
    {
        Thread settler = new(() =>
        {
            for (int i = 0; i < _works.Length; i++)
            {
                if (i % 4 < 2) _works[i].Flush();
                else _works[i].Take(_works[i].CancelSync());
            }

            foreach (Workqueue queue in _queues) queue.Drain();
            foreach (StressWork work in _works)
            {
                if (work.States != WorkStates.Idle) Violate($"{work.Name} is {work.States} when all has ended");
            }

            foreach (Workqueue queue in _queues) queue.Destroy();
        })
        {
            IsBackground = true,
        };
        settler.Start();
        if (settler.Join(TimeSpan.FromSeconds(StallSeconds))) return;
        Violate("at the end Flush, CancelSync, Drain or Destroy does not return");
    }

    private void CheckBooks()
    {
        foreach (StressWork work in _works)
        {
            string? violation = work.FindViolation();
            if (violation != null) Violate(violation);
        }

        // The counters are of 32 bits: after so many runs they may have come round.
        int executed = 0;
        int faulted = 0;
        foreach (Workqueue queue in _queues)
        {
            WorkqueueStatistics counters = queue.GetStatistics();
            executed = unchecked(executed + counters.Executed);
            faulted += counters.Faulted;
            if (counters.Queued != unchecked(counters.Executed + counters.Canceled))
            {
                Violate($"{queue.Name}: Queued {counters.Queued} is not Executed {counters.Executed} + "
                    + $"Canceled {counters.Canceled}");
            }
        }

        if (executed != unchecked((int)CountRuns())) Violate($"the queues count {executed} runs, the items {CountRuns()}");
        if (faulted != _expectedFaults || _faults != _expectedFaults)
        {
            Violate($"{_expectedFaults} handlers threw; the queues count {faulted}, HandlerFaulted was raised {_faults} times");
        }
    }

    private void Report(TimeSpan elapsed)
    {
        long runs = CountRuns();
        Console.WriteLine($"{Format(_works.Sum(work => work.Accepted))} queued = {Format(runs)} runs + "
            + $"{Format(_works.Sum(work => work.TakenOff))} cancelled; {Format(_calls.Sum())} calls, {Format(_faults)} faults");
        double seconds = elapsed.TotalSeconds;
        Console.WriteLine($"{seconds.ToString("F1", CultureInfo.InvariantCulture)} s, "
            + $"{Format((long)(runs / seconds))} runs/s, {Format((long)(_calls.Sum() / seconds))} calls/s");
        if (_violation == null)
        {
            Console.WriteLine("nothing lost, nothing doubled");
            return;
        }

        Workqueue.Dump();
        _program.Complain($"violation with --seed {_plan.Seed}: {_violation}");
    }

    private long CountRuns() => _works.Sum(work => work.Runs);

    private static string Format(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    private sealed class StressException : Exception;
}
