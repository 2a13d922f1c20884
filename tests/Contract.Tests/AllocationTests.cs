using NFUnitTest;
using Workqueues;

namespace Contract.Tests;

/// <summary>What may be called in an interrupt handler allocates nothing, nor does running an item.</summary>
[TestClass]
public class AllocationTests
{
    private const int WarmUp = 2000;
    private const int Rounds = 5000;

    [TestMethod]
    public void AllocatedBytes_ItSeesOneObject_IsNotZero()
    {
        object? kept = null;
        long bytes = AllocatedBy(() => kept = new object());
        Assert.IsGreaterThan(Rounds * 8, bytes);
        GC.KeepAlive(kept);
    }

    // R5: never allocates
    [TestMethod]
    public void QueueAndRun_ManyItems_AllocatesNothing()
    {
        var bench = new Bench();
        Worker worker = bench.Queue.FindWorker(0)!;
        Work[] works = [Quiet(), Quiet(), Quiet()];
        Assert.AreEqual(0, AllocatedBy(() =>
        {
            foreach (Work work in works) bench.Queue.Queue(work);
            bench.Queue.QueueOn(0, works[0]);
            while (worker.Step())
            {
            }
        }));
        bench.End();
    }

    [TestMethod]
    public void QueueArmAndRun_TraceOn_AllocatesNothing()
    {
        var bench = new Bench();
        Worker worker = bench.Queue.FindWorker(0)!;
        DelayedWork work = Quiet();
        WorkqueueTrace.Start(64);
        Assert.AreEqual(0, AllocatedBy(() =>
        {
            bench.Queue.QueueDelayed(work, 10);
            bench.Queue.ModifyDelayed(work, 0);
            WorkqueueTrace.IrqHandlerEntry(1, "line");
            WorkqueueTrace.IrqHandlerExit(1);
            worker.Step();
        }));
        Assert.IsGreaterThan(Rounds, WorkqueueTrace.LostCount);
        WorkqueueTrace.Clear();
        bench.End();
    }

    [TestMethod]
    public void RequeueInTheHandler_Running_AllocatesNothing()
    {
        var bench = new Bench();
        Worker worker = bench.Queue.FindWorker(0)!;
        var work = new DelayedWork(w => bench.Queue.Queue(w));
        bench.Queue.Queue(work);
        Assert.AreEqual(0, AllocatedBy(() => worker.Step()));
        work.Cancel();
        bench.End();
    }

    // R5: never allocates
    [TestMethod]
    public void CancelDisableEnable_QueuedAndArmed_AllocatesNothing()
    {
        var bench = new Bench();
        DelayedWork work = Quiet();
        Assert.AreEqual(0, AllocatedBy(() =>
        {
            bench.Queue.Queue(work);
            work.Cancel();
            bench.Queue.QueueDelayed(work, 10);
            work.Cancel();
            bench.Queue.Queue(work);
            work.Disable();
            bench.Queue.Queue(work);
            work.Enable();
            _ = work.States;
            _ = work.IsPending;
            _ = work.RemainingMilliseconds;
        }));
        bench.End();
    }

    [TestMethod]
    public void ArmModifyExpireRun_ManyItems_AllocatesNothing()
    {
        var bench = new Bench();
        Workqueue other = bench.Add("other", 1, 1);
        Worker worker = bench.Queue.FindWorker(0)!;
        Worker otherWorker = other.FindWorker(0)!;
        DelayedWork[] works = [Quiet(), Quiet(), Quiet(), Quiet(), Quiet()];
        Assert.AreEqual(0, AllocatedBy(() =>
        {
            for (int i = 0; i < works.Length; i++) bench.Queue.QueueDelayed(works[i], 1 + i * 7);
            for (int i = 0; i < works.Length; i++) bench.Queue.ModifyDelayed(works[i], 40 - i * 5);
            other.ModifyDelayed(works[0], 3);
            bench.Queue.ModifyDelayed(works[1], 0);
            bench.Queue.ModifyDelayed(works[1], 0);
            bench.Timer.Advance(50);
            while (worker.Step() || otherWorker.Step())
            {
            }
        }));
        bench.End();
    }

    // R30
    [TestMethod]
    public void BlockingCalls_NothingToWaitFor_AllocateNothing()
    {
        var bench = new Bench();
        Workqueue destroyed = bench.Add("destroyed", 1, 1);
        destroyed.Destroy();
        DelayedWork work = Quiet();
        Assert.AreEqual(0, AllocatedBy(() =>
        {
            work.CancelSync();
            work.Flush();
            work.DisableSync();
            work.Enable();
            bench.Queue.QueueDelayed(work, 10);
            work.CancelSync();
            bench.Queue.Flush();
            bench.Queue.Drain();
            bench.Queue.Freeze();
            bench.Queue.Thaw();
            destroyed.Flush();
            destroyed.Drain();
            destroyed.Freeze();
        }));
        bench.End();
    }

    [TestMethod]
    public void QueueRefused_DestroyedQueue_AllocatesNothing()
    {
        var bench = new Bench();
        Workqueue destroyed = bench.Add("destroyed", 1, 1);
        destroyed.Destroy();
        DelayedWork work = Quiet();
        Assert.AreEqual(0, AllocatedBy(() =>
        {
            destroyed.Queue(work);
            destroyed.QueueDelayed(work, 1);
            destroyed.ModifyDelayed(work, 1);
        }));
        bench.End();
    }

    [TestMethod]
    public void RentQueueReturn_EmptyPoolToo_AllocatesNothing()
    {
        var bench = new Bench();
        Worker worker = bench.Queue.FindWorker(0)!;
        WorkPool? pool = null;
        pool = new WorkPool(() => new Work(w => pool!.Return(w)), 2);
        Assert.AreEqual(0, AllocatedBy(() =>
        {
            bench.Queue.Queue(pool.TryRent()!);
            bench.Queue.Queue(pool.TryRent()!);
            pool.TryRent();
            while (worker.Step())
            {
            }
        }));
        bench.End();
    }

    [TestMethod]
    public void TopHalf_EnterQueueExit_AllocatesNothing()
    {
        var bench = new Bench();
        Worker worker = bench.Queue.FindWorker(0)!;
        DelayedWork work = Quiet();
        Assert.AreEqual(0, AllocatedBy(() =>
        {
            InterruptContext.Enter();
            _ = InterruptContext.IsActive;
            bench.Queue.Queue(work);
            InterruptContext.Exit();
            worker.Step();
        }));
        bench.End();
    }

    // The timer that every board has, and the way to it.
    [TestMethod]
    public void ArmAndCancel_DefaultTimer_AllocatesNothing()
    {
        Jiffies.SetTimer(new RuntimeTimer(), 0, 0);
        Workqueue queue = Stepping.CreateQueue("default", 1, 1);
        DelayedWork work = Quiet();
        int delay = 1_000_000_000;
        Assert.AreEqual(0, AllocatedBy(() =>
        {
            // Each deadline earlier than the one before: each arming programs the timer.
            queue.QueueDelayed(work, delay -= 100);
            work.Cancel();
        }));
        queue.Destroy();
    }

    // The line becomes a string on the worker that writes it. Each is written before the next is noted: the ring never fills.
    [TestMethod]
    public void LogInInterruptContext_RoomInTheRing_AllocatesNothing()
    {
        Jiffies.SetTimer(new ManualTimer(), 0, 0);
        _ = Workqueue.System;
        int lost = KernelLog.LostCount;
        using var console = new CountingConsole();
        int noted = 0;
        Assert.AreEqual(0, AllocatedBy(() =>
        {
            InterruptContext.Enter();
            KernelLog.Write("irq at ", 5);
            InterruptContext.Exit();
            noted++;
            while (console.Lines < noted) Thread.Yield();
        }));
        Assert.IsGreaterThanOrEqualTo(WarmUp + Rounds, console.Lines);
        Assert.AreEqual(lost, KernelLog.LostCount);
        Workqueue.FlushScheduled();
    }

    [TestMethod]
    public void LogInInterruptContext_RingFull_AllocatesNothing()
    {
        Jiffies.SetTimer(new ManualTimer(), 0, 0);
        Workqueue.System.Freeze();
        int lost = KernelLog.LostCount;
        using var console = new CountingConsole();
        Assert.AreEqual(0, AllocatedBy(() =>
        {
            InterruptContext.Enter();
            KernelLog.Write("irq at ", 5);
            InterruptContext.Exit();
            KernelLog.WriteDeferred("deferred");
        }));
        Assert.IsGreaterThan(lost + Rounds, KernelLog.LostCount);
        Assert.AreEqual(0, console.Lines);
        Workqueue.System.Thaw();
        Workqueue.FlushScheduled();
    }

    private static DelayedWork Quiet() => new(w => { });

    // The least of three: the runtime itself may allocate once, where one of its locks is contended for the first time. What a
    // call allocates shows in each.
    private static long AllocatedBy(Action action)
    {
        for (int i = 0; i < WarmUp; i++) action();
        long least = long.MaxValue;
        for (int k = 0; k < 3 && least > 0; k++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < Rounds; i++) action();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }

    /// <summary>Counts the lines that hold a number, and keeps none.</summary>
    private sealed class CountingConsole : StringWriter
    {
        private readonly TextWriter _console = Console.Out;
        private int _lines;

        internal CountingConsole() => Console.SetOut(this);

        internal int Lines => Volatile.Read(ref _lines);

        public override void WriteLine(string? value)
        {
            if (value!.EndsWith(" 5", StringComparison.Ordinal)) Interlocked.Increment(ref _lines);
        }

        protected override void Dispose(bool disposing)
        {
            Console.SetOut(_console);
            base.Dispose(disposing);
        }
    }
}
