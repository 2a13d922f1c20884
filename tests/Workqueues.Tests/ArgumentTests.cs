namespace NFUnitTest;

/// <summary>Wrong arguments throw, whatever the state is, and change nothing.</summary>
[TestClass]
public class ArgumentTests
{
    // R31
    [TestMethod]
    public void EveryQueueing_Null_Throws()
    {
        Bench bench = new Bench();
        Check.Null(() => bench.Queue.Queue(null!));
        Check.Null(() => bench.Queue.QueueOn(0, null!));
        Check.Null(() => bench.Queue.QueueDelayed(null!, 1));
        Check.Null(() => bench.Queue.QueueDelayedOn(0, null!, 1));
        Check.Null(() => bench.Queue.ModifyDelayed(null!, 1));
        Check.Null(() => bench.Queue.QueueAt(null!, 1));
        Check.Null(() => bench.Queue.QueueAt(null!, -1));
        Check.Counters(bench.Queue, "");
        bench.End();
    }

    [TestMethod]
    public void EveryQueueing_NegativeDelayOrNoSuchProcessor_ThrowsInEveryState()
    {
        Bench bench = new Bench();
        DelayedWork idle = bench.Delayed("i");
        DelayedWork armed = bench.Delayed("a");
        DelayedWork queued = bench.Delayed("q");
        DelayedWork disabled = bench.Delayed("d");
        disabled.Disable();
        bench.Queue.QueueDelayed(armed, 10);
        bench.Queue.Queue(queued);
        Workqueue destroyed = bench.Add("destroyed", 1, 1);
        destroyed.Destroy();
        OutOfRange(bench.Queue, idle);
        OutOfRange(bench.Queue, armed);
        OutOfRange(bench.Queue, queued);
        OutOfRange(bench.Queue, disabled);
        OutOfRange(destroyed, idle);
        Check.Null(() => destroyed.Queue(null!));
        Check.States(WorkStates.Idle, idle);
        Check.States(WorkStates.Queued, queued);
        Check.States(WorkStates.Disabled, disabled);
        Assert.AreEqual(10, armed.RemainingMilliseconds);
        Check.Counters(bench.Queue, "queued 2");
        Check.Counters(destroyed, "");
        bench.Live(10);
        bench.End();
    }

    [TestMethod]
    public void QueueOn_LastProcessorAndOneMore_IsTakenAndThrows()
    {
        Processor.Configure(3, null);
        Bench bench = new Bench();
        Work work = bench.Item("a");
        Check.OutOfRange(() => bench.Queue.QueueOn(3, work));
        Assert.IsTrue(bench.Queue.QueueOn(2, work));
        bench.StepAll();
        bench.End();
    }

    [TestMethod]
    public void Constructors_NullOrOutOfRange_Throw()
    {
        Check.Null(() => new Work(null!));
        Check.Null(() => new Work(null!, "a"));
        Check.Null(() => new DelayedWork(null!));
        Check.Null(() => new DelayedWork(null!, "a"));
        Check.Null(() => Workqueue.Create(null!));
        Check.Null(() => Workqueue.CreateSingleThread(null!));
        Check.Null(() => new Workqueue(null!, new WorkqueueOptions()));
        Check.Null(() => new Workqueue("a", null!));
        WorkqueueOptions options = new WorkqueueOptions();
        options.WorkersPerProcessor = 0;
        Check.OutOfRange(() => new Workqueue("a", options));
        options.WorkersPerProcessor = -1;
        Check.OutOfRange(() => new Workqueue("a", options));
        options.WorkersPerProcessor = 1;
        options.WatchdogMilliseconds = -1;
        Check.OutOfRange(() => new Workqueue("a", options));
        options.WatchdogMilliseconds = 0;
        options.Priority = (System.Threading.ThreadPriority)77;
        Check.OutOfRange(() => new Workqueue("a", options));
        options.Priority = (System.Threading.ThreadPriority)(-1);
        Check.OutOfRange(() => new Workqueue("a", options));
    }

    // R31: options are read and checked by the constructor
    [TestMethod]
    public void WorkqueueOptions_New_HasTheDefaults()
    {
        WorkqueueOptions options = new WorkqueueOptions();
        Assert.AreEqual((int)System.Threading.ThreadPriority.Normal, (int)options.Priority);
        Assert.AreEqual(1, options.WorkersPerProcessor);
        Assert.AreEqual(0, options.WatchdogMilliseconds);
    }

    private static void OutOfRange(Workqueue queue, DelayedWork work)
    {
        Check.OutOfRange(() => queue.QueueDelayed(work, -1));
        Check.OutOfRange(() => queue.QueueDelayed(work, int.MinValue));
        Check.OutOfRange(() => queue.QueueDelayedOn(0, work, -1));
        Check.OutOfRange(() => queue.QueueDelayedOn(1, work, 1));
        Check.OutOfRange(() => queue.QueueDelayedOn(-1, work, 1));
        Check.OutOfRange(() => queue.QueueOn(1, work));
        Check.OutOfRange(() => queue.QueueOn(-1, work));
        Check.OutOfRange(() => queue.ModifyDelayed(work, -1));
    }
}
