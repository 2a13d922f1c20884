using System.Threading;

namespace NFUnitTest;

/// <summary>The shared queue. Its workers have threads, and it stays for the whole program: one on each of two processors, so
/// that whoever runs first makes the same one.</summary>
[TestClass]
public class SystemQueueTests
{
    // conformance: Queues | System queue | Schedule, FlushScheduled, ScheduleOnEachProcessor, ScheduleOn(processor out of range)
    [TestMethod]
    public void Schedule_IdleThenFlushScheduled_HasRun()
    {
        Workqueue system = Touch();
        int runs = 0;
        Thread? thread = null;
        Work work = new Work(w =>
        {
            runs++;
            thread = Thread.CurrentThread;
        });
        Assert.IsTrue(work.Schedule());
        Workqueue.FlushScheduled();
        Assert.AreEqual(1, runs);
        Assert.AreNotSame(Thread.CurrentThread, thread!);
        Assert.IsFalse(work.IsPending);
        Check.Balance(system);
        Processor.Configure(1, null);
    }

    [TestMethod]
    public void Schedule_Delayed_RunsNotBeforeTheDelay()
    {
        Workqueue system = Touch();
        ManualTimer timer = new ManualTimer();
        Jiffies.SetTimer(timer, 0, 0);
        int runs = 0;
        DelayedWork work = new DelayedWork(w => runs++);
        Assert.IsTrue(work.Schedule(10));
        Assert.IsFalse(work.Schedule(5));
        Assert.IsFalse(work.Schedule());
        Assert.IsFalse(work.ScheduleOn(1, 5));
        Assert.AreEqual(10, work.RemainingMilliseconds);
        timer.Advance(9);
        Workqueue.FlushScheduled();
        Assert.AreEqual(0, runs);
        timer.Advance(1);
        Workqueue.FlushScheduled();
        Assert.AreEqual(1, runs);
        Assert.IsTrue(work.ScheduleOn(1, 0));
        Workqueue.FlushScheduled();
        Assert.AreEqual(2, runs);
        Assert.IsTrue(work.Schedule(0));
        work.Flush();
        Assert.AreEqual(3, runs);
        Check.Balance(system);
        Processor.Configure(1, null);
    }

    // conformance: Queues | System queue | Schedule, FlushScheduled, ScheduleOnEachProcessor, ScheduleOn(processor out of range)
    [TestMethod]
    public void ScheduleOnEachProcessor_TwoProcessors_OneRunOnEachAndWaits()
    {
        Workqueue system = Touch();
        Thread?[] threads = new Thread?[4];
        int runs = 0;
        ManualResetEvent both = new ManualResetEvent(false);
        Workqueue.ScheduleOnEachProcessor(w =>
        {
            int run = Interlocked.Increment(ref runs);
            threads[run - 1] = Thread.CurrentThread;
            if (run == 2) both.Set();
            both.WaitOne(Call.TimeoutMilliseconds, false);
        });
        Assert.AreEqual(2, runs);
        Assert.AreNotSame(threads[0]!, threads[1]!);
        Check.Balance(system);
        Processor.Configure(1, null);
        Workqueue.ScheduleOnEachProcessor(w => runs++);
        Assert.AreEqual(3, runs);
    }

    // conformance: Queues | System queue | Schedule, FlushScheduled, ScheduleOnEachProcessor, ScheduleOn(processor out of range)
    [TestMethod]
    public void ScheduleOn_ProcessorOutOfRange_Throws()
    {
        Touch();
        DelayedWork work = new DelayedWork(w => { });
        Check.OutOfRange(() => work.ScheduleOn(2, 1));
        Check.OutOfRange(() => work.ScheduleOn(-1, 1));
        Check.OutOfRange(() => work.ScheduleOn(0, -1));
        Check.OutOfRange(() => work.Schedule(-1));
        Check.Null(() => Workqueue.ScheduleOnEachProcessor(null!));
        Check.States(WorkStates.Idle, work);
        Processor.Configure(1, null);
    }

    // R24
    [TestMethod]
    public void System_Destroy_IsRefusedAndItGoesOn()
    {
        Workqueue system = Touch();
        Assert.AreSame(system, Workqueue.System);
        Assert.AreEqual("events", system.Name);
        Assert.AreEqual("events/0", system.FindWorker(0)!.ToString());
        Assert.AreEqual("events/1", system.FindWorker(1)!.ToString());
        DelayedWork armed = new DelayedWork(w => { });
        Jiffies.SetTimer(new ManualTimer(), 0, 0);
        armed.Schedule(100);
        Check.Invalid(() => system.Destroy());
        Check.Invalid(() => system.Dispose());
        Assert.IsTrue(armed.Cancel(), "its timers were not cancelled");
        bool ran = false;
        Work work = new Work(w => ran = true);
        Assert.IsTrue(work.Schedule());
        Workqueue.FlushScheduled();
        Assert.IsTrue(ran);
        Processor.Configure(1, null);
    }

    // R6: ScheduleOnEachProcessor on a thread and in a handler of another queue
    [TestMethod]
    public void ScheduleOnEachProcessor_InHandlers_WorksOnAnotherQueueAndIsRefusedOnItsOwn()
    {
        Touch();
        Bench bench = new Bench();
        Processor.Configure(2, null);
        int runs = 0;
        bench.Queue.Queue(new Work(w =>
        {
            Workqueue.ScheduleOnEachProcessor(x => Interlocked.Increment(ref runs));
            Workqueue.FlushScheduled();
        }));
        bench.StepAll();
        Assert.AreEqual(2, runs);

        int refused = 0;
        Work inside = new Work(w =>
        {
            if (Check.IsInvalid(() => Workqueue.ScheduleOnEachProcessor(x => Interlocked.Increment(ref runs)))) refused++;
            if (Check.IsInvalid(() => Workqueue.FlushScheduled())) refused++;
            if (Check.IsInvalid(() => Workqueue.System.Destroy())) refused++;
        });
        inside.Schedule();
        inside.Flush();
        Workqueue.FlushScheduled();
        Assert.AreEqual(3, refused);
        Assert.AreEqual(2, runs, "refused before any effect");
        bench.End();
    }

    // R6: ScheduleOnEachProcessor: the run belongs to another queue, but stands on the shared queue's only worker
    [TestMethod]
    public void ScheduleOnEachProcessor_RunOfAnotherQueueOnItsWorker_IsRefusedWithoutEffect()
    {
        Touch();
        Workqueue other = Workqueue.CreateSingleThread("other");
        AutoResetEvent done = new AutoResetEvent(false);
        int steps = 0;
        int runs = 0;
        bool refused = false;
        Work work = new Work(w =>
        {
            if (++steps == 1)
            {
                other.Queue(w);
                return;
            }

            refused = Check.IsInvalid(() => Workqueue.ScheduleOnEachProcessor(x => Interlocked.Increment(ref runs)));
            done.Set();
        });
        work.Schedule();
        Wait.For(done);
        Workqueue.FlushScheduled();
        Assert.IsTrue(refused);
        Assert.AreEqual(0, runs);
        other.Destroy();
        Processor.Configure(1, null);
    }

    /// <summary>Makes the queue, or finds it, with a worker on each of two processors; leaves two processors
    /// configured.</summary>
    internal static Workqueue Touch()
    {
        Processor.Configure(2, null);
        return Workqueue.System;
    }
}
