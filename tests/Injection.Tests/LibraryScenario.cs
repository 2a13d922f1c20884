using Hardware.Machine;
using NFUnitTest;
using Workqueues;

namespace Injection.Tests;

/// <summary>A program that uses everything of the library, and goes on when a call has no memory: the call is made again, as a
/// program would that can wait, and a work function that could not be called is queued again. Afterwards all books must
/// balance.</summary>
internal sealed class LibraryScenario
{
    private const int Periods = 3;

    private readonly DelayedWork _periodic;
    private readonly Work _plain;
    private readonly Work _faulty;
    private readonly Work _chained;
    private readonly DelayedWork _later;
    private readonly DelayedWork _moved;
    private readonly DelayedWork _armed;
    private readonly Work _slow;
    private readonly AutoResetEvent _slowHasBegun = new(false);
    private readonly WorkPool _pool;
    private Workqueue _queue = null!;
    private Workqueue _second = null!;
    private int _plainRuns;
    private int _periodicRuns;
    private int _laterRuns;
    private int _movedRuns;
    private int _rented;
    private int _returned;
    private int _notCalled;

    /// <param name="hearsFaults">False: faults are written to the log. Nothing may fail then that a work function needs.</param>
    internal LibraryScenario(bool hearsFaults)
    {
        if (hearsFaults) Workqueue.HandlerFaulted += OnFault;
        _plain = new Work(_ => Interlocked.Increment(ref _plainRuns), "plain");
        _faulty = new Work(_ => throw new MuteException(), "faulty");
        _chained = new Work(_ => Again(() => _queue.Queue(_plain)), "chained");
        _slow = new Work(_ =>
        {
            _slowHasBegun.Set();
            Thread.Sleep(3);
        }, "slow");
        _later = new DelayedWork(_ => Interlocked.Increment(ref _laterRuns), "later");
        _moved = new DelayedWork(_ => Interlocked.Increment(ref _movedRuns), "moved");
        _armed = new DelayedWork(_ => Assert.Fail("armed at destroy, and run"), "armed");
        _periodic = new DelayedWork(work =>
        {
            if (Interlocked.Increment(ref _periodicRuns) < Periods) Again(() => _queue.QueueDelayed((DelayedWork)work, 10));
        }, "periodic");
        _pool = new WorkPool(() => new Work(OnPooled, "pooled"), 2);
    }

    internal void Run()
    {
        _queue = Again(() => new Workqueue("first", new WorkqueueOptions { WatchdogMilliseconds = 50 }));
        _second = Again(() => Workqueue.CreateSingleThread("second"));

        Assert.IsTrue(Again(() => _queue.Queue(_plain)));
        Assert.IsTrue(Again(() => _queue.Queue(_faulty)));
        Rent();
        Rent();
        Again(_queue.Flush);
        Assert.AreEqual(1, _plainRuns);

        Assert.IsTrue(Again(() => _queue.QueueDelayed(_later, 10)));
        Assert.IsFalse(Again(() => _queue.ModifyDelayed(_moved, 10)));
        Assert.IsTrue(Again(() => _second.ModifyDelayed(_moved, 20)));
        Assert.IsTrue(Again(() => _queue.QueueDelayed(_periodic, 10)));
        Wait.Until(() => _laterRuns == 1 && _movedRuns == 1 && _periodicRuns == Periods);
        Again(_queue.Flush);
        Again(_second.Flush);

        Assert.IsTrue(Again(() => _queue.QueueDelayed(_later, 10)));
        Assert.IsTrue(Again(_later.Cancel));
        Assert.IsTrue(Again(() => _queue.QueueDelayed(_later, 10_000)));
        Assert.IsTrue(Again(_later.Flush));
        Assert.AreEqual(2, _laterRuns);
        Assert.IsFalse(Again(_later.CancelSync));
        Again(() => _later.Disable());
        Assert.IsFalse(Again(() => _queue.Queue(_later)));
        Assert.IsTrue(Again(_later.Enable));

        // What bars an item or a queue is taken back when the wait is over.
        StartSlow();
        Assert.AreEqual(1000, Again(() => _queue.QueueDelayed(_later, 1000)) ? Again(() => _later.RemainingMilliseconds) : 0, 5);
        Assert.IsTrue(Again(_later.CancelSync));
        Again(_slow.CancelSync);
        StartSlow();
        Again(_slow.DisableSync);
        Assert.IsTrue(Again(_slow.Enable), "disabled once");
        StartSlow();
        Again(_queue.Drain);
        Assert.IsTrue(Again(() => _queue.Queue(_slow)));
        Again(_queue.Flush);
        Assert.IsNull(Again(() => Work.Current));
        Assert.AreEqual(0, Again(() => _queue.GetStatistics()).Refused);

        Again(_second.Freeze);
        Assert.IsTrue(Again(() => _second.Queue(_plain)));
        Again(_second.Thaw);
        Again(_second.Drain);
        Assert.AreEqual(2, _plainRuns);
        Rent();

        Assert.IsTrue(Again(() => _queue.Queue(_chained)));
        Assert.IsTrue(Again(() => _queue.QueueDelayed(_armed, 10_000)));
        Again(_queue.Destroy);
        Again(_second.Destroy);
        Assert.AreEqual(3, _plainRuns);
    }

    /// <summary>Nothing is lost, doubled or left.</summary>
    internal void CheckBooks()
    {
        foreach (Workqueue queue in (Workqueue[])[_queue, _second])
        {
            Check.Balance(queue);
            int running = -1;
            Worker.CountRunningLocked(queue, ref running);
            Assert.AreEqual(0, queue.WaitingLocked + queue.ArmedLocked + running, queue.Name);
            Assert.AreEqual(0, Stepping.CountWaiters(queue), queue.Name);
            Assert.IsNull(queue.FindWorker(0), queue.Name);
        }

        Assert.AreEqual(1 + _notCalled, _queue.GetStatistics().Faulted + _second.GetStatistics().Faulted);
        Assert.AreEqual(0, Stepping.CountWaiters(null));
        foreach (Work work in (Work[])[_plain, _faulty, _chained, _later, _moved, _armed, _periodic])
        {
            Check.States(WorkStates.Idle, work);
        }

        Assert.AreEqual((3, Periods, 2, 1), (_plainRuns, _periodicRuns, _laterRuns, _movedRuns));
        Assert.AreEqual(_rented, _returned);
        Assert.IsNotNull(_pool.TryRent());
        Assert.IsNotNull(_pool.TryRent(), "an item has not come back");
        Assert.IsFalse(InterruptContext.IsActive);
        Check.NoLockIsHeld();
    }

    // A top half: what it rents it queues or returns.
    private void Rent()
    {
        Again(InterruptContext.Enter);
        try
        {
            Again(() => KernelLog.Write(" irq_handler at jiffies=", Jiffies.Now));
            Work? item = Again(_pool.TryRent);
            Assert.IsNotNull(item);
            _rented++;
            Assert.IsTrue(Again(() => _queue.Queue(item)));
        }
        finally
        {
            Again(InterruptContext.Exit);
        }
    }

    private void StartSlow()
    {
        Assert.IsTrue(Again(() => _queue.Queue(_slow)));
        Assert.IsTrue(_slowHasBegun.WaitOne(1000));
    }

    private void OnFault(Workqueue queue, Work work, Exception exception)
    {
        if (work == _faulty && exception is MuteException) return;
        Assert.IsInstanceOfType<OutOfMemoryException>(exception);
        if (queue != Workqueue.System) _notCalled++;
        Assert.IsTrue(Again(() => queue.Queue(work)));
    }

    private void OnPooled(Work work)
    {
        Again(() => _pool.Return(work));
        Interlocked.Increment(ref _returned);
        Again(() => KernelLog.Write("pooled"));
    }

    private static void Again(Action call) => Again(() =>
    {
        call();
        return true;
    });

    // A call that throws has changed nothing: making it again gives what it would have given.
    private static T Again<T>(Func<T> call)
    {
        while (true)
        {
            try
            {
                return call();
            }
            catch (OutOfMemoryException)
            {
            }
        }
    }
}
