using System;

namespace NFUnitTest;

/// <summary>A test's bench: queues whose workers the test steps, a timer that the test moves, and a log of what ran. Its End
/// checks what holds after every test.</summary>
internal sealed class Bench
{
    private const int QueueLimit = 4;

    private readonly Workqueue[] _queues = new Workqueue[QueueLimit];
    private readonly WorkFaultedHandler _onFault;
    private int _queueCount;
    private int _faultCount;
    private string _firstFault = "";

    internal Bench()
        : this(0)
    {
    }

    /// <summary>With <see cref="Jiffies.Now"/> standing at a given value.</summary>
    internal Bench(long now)
    {
        Timer = new ManualTimer();
        Jiffies.SetTimer(Timer, now, 0);
        _onFault = OnFault;
        Workqueue.HandlerFaulted += _onFault;
        Queue = Add("bench", 1, 1);
    }

    internal ManualTimer Timer { get; }

    /// <summary>One processor, one worker.</summary>
    internal Workqueue Queue { get; }

    /// <summary>The names of the items of <see cref="Item"/> and <see cref="Delayed"/>, as they ran.</summary>
    internal string Log { get; set; } = "";

    /// <summary>Handlers that shall throw.</summary>
    internal int ExpectedFaults { get; set; }

    /// <summary>Another stepped queue.</summary>
    internal Workqueue Add(string name, int processors, int workersPerProcessor)
    {
        Workqueue queue = Stepping.CreateQueue(name, processors, workersPerProcessor);
        _queues[_queueCount++] = queue;
        return queue;
    }

    internal Work Item(string name) => new Work(Record, name);

    internal DelayedWork Delayed(string name) => new DelayedWork(Record, name);

    /// <summary>The handler that only writes the item's name into <see cref="Log"/>.</summary>
    internal void Record(Work work) => Log += work.Name;

    /// <summary>Runs one item on the bench's only worker.</summary>
    internal bool Step() => Step(Queue, 0);

    internal static bool Step(Workqueue queue, int worker)
    {
        Worker? found = queue.FindWorker(worker);
        return found != null && found.Step();
    }

    /// <summary>Runs items until none may start.</summary>
    /// <returns>How many ran.</returns>
    internal int StepAll()
    {
        int count = 0;
        int before;
        do
        {
            before = count;
            for (int i = 0; i < _queueCount; i++)
            {
                for (int k = 0; _queues[i].FindWorker(k) != null; k++)
                {
                    while (count < 10000 && Step(_queues[i], k)) count++;
                }
            }
        }
        while (count > before);

        return count;
    }

    /// <summary>Time goes by in steps of 1 ms, and what becomes due runs at once.</summary>
    internal void Live(int milliseconds)
    {
        for (int i = 0; i < milliseconds; i++)
        {
            Timer.Advance(1);
            StepAll();
        }
    }

    /// <summary>Takes the bench down. Nothing may be queued, no handler may have thrown, every count adds up.</summary>
    internal void End()
    {
        Assert.AreEqual(ExpectedFaults == 0 ? "" : _firstFault, _firstFault);
        Assert.AreEqual(ExpectedFaults, _faultCount);
        for (int i = 0; i < _queueCount; i++)
        {
            Check.Balance(_queues[i]);
            Assert.AreEqual(0, _queues[i].WaitingLocked);
            Assert.AreEqual(0, Stepping.CountWaiters(_queues[i]));
            _queues[i].Destroy();
            Check.Balance(_queues[i]);
        }

        Assert.AreEqual(0, Stepping.CountWaiters(null));
        Assert.AreEqual(0, Timer.Violations);
        Workqueue.HandlerFaulted -= _onFault;
        Processor.Configure(1, null);

        // A cancelled item leaves a request behind, a slow handler the monitor's look. The next test starts without: its clock
        // stands elsewhere.
        Timer.Arming = null;
        Timer.Fire();
        for (int i = 0; i < 10 && Timer.IsRequested; i++) Timer.Advance(Timer.LastDelay);
        Assert.IsFalse(Timer.IsRequested, "something is still armed");
    }

    private void OnFault(Workqueue queue, Work work, Exception exception)
    {
        if (_faultCount == 0) _firstFault = work.Name + ": " + exception.Message;
        _faultCount++;
    }
}
