using Hardware.Machine;
using NFUnitTest;
using OnMachine;
using Workqueues;

namespace Injection.Tests;

/// <summary>Reports that cannot be made or written: the worker, the timer and who waits go on, and the lost report is
/// counted.</summary>
[TestClass]
public sealed class ReportTests
{
    private const int Once = 1;
    private const int Always = 1000;

    private ManualTimer _timer = null!;

    [TestInitialize]
    public void Start()
    {
        _ = Workqueue.System;
        _timer = new ManualTimer();
        Jiffies.SetTimer(_timer, 0, 0);
    }

    [TestCleanup]
    public void End()
    {
        // The monitor's look, where it is armed: the next test's clock stands elsewhere.
        for (int i = 0; i < 10 && _timer.IsRequested; i++) _timer.Advance(_timer.LastDelay);
        Assert.IsFalse(_timer.IsRequested, "something is still armed");
        Assert.AreEqual(0, _timer.Violations);
    }

    // conformance: Failures | a handler throws, no subscriber | its report cannot be written
    [MachineTest]
    [DataRow(false, Once)]
    [DataRow(false, Always)]
    [DataRow(true, Once)]
    [DataRow(true, Always)]
    public void Handler_ThrowsAndTheReportCannotBeWritten_TheNextItemRunsAndWaitersReturn(bool isMemory, int count)
    {
        FailLines(isMemory, count);
        RunFaultyAndNext(() => new InvalidOperationException("on purpose"));
        Assert.AreEqual(1, (int)Outside.FailedLines, "one report, one line");
    }

    // The shared queue is made when it is first used, and many programs never do.
    [MachineTest]
    public void Write_InATopHalfWithoutTheSharedQueue_IsWrittenByAnotherQueuesWorker()
    {
        Workqueue.SystemIfMade = null;
        KernelLog.WriterWake = null;
        Workqueue queue = Workqueue.CreateSingleThread("only");
        Thread.Sleep(10);
        InterruptContext.Enter();
        KernelLog.Write("noted in a top half");
        InterruptContext.Exit();
        Thread.Sleep(100);
        Assert.IsTrue(Outside.Log.Any(line => line.Text.EndsWith("noted in a top half", StringComparison.Ordinal)));
        queue.Destroy();
    }

    // A trace takes the workers off their usual way; somebody writes what a top half has noted all the same.
    [MachineTest]
    public void Write_InATopHalfWhileATraceRecords_IsWrittenThoughNobodyElseWrites()
    {
        Thread.Sleep(10);
        WorkqueueTrace.Start(16);
        InterruptContext.Enter();
        KernelLog.Write("noted in a top half");
        InterruptContext.Exit();
        Thread.Sleep(100);
        WorkqueueTrace.Clear();
        Assert.IsTrue(Outside.Log.Any(line => line.Text.EndsWith("noted in a top half", StringComparison.Ordinal)));
    }

    // conformance: Failures | a subscriber throws | and that report fails too
    [MachineTest]
    [DataRow(false, Once)]
    [DataRow(false, Always)]
    [DataRow(true, Once)]
    [DataRow(true, Always)]
    public void HandlerFaulted_SubscriberThrowsAndThatReportFails_TheNextItemRunsAndWaitersReturn(bool isMemory, int count)
    {
        WorkFaultedHandler subscriber = (_, _, _) => throw new InvalidOperationException("so does the subscriber");
        Workqueue.HandlerFaulted += subscriber;
        try
        {
            FailLines(isMemory, count);
            RunFaultyAndNext(() => new InvalidOperationException("on purpose"));
            Assert.AreEqual(1, (int)Outside.FailedLines, "one report, one line");
        }
        finally
        {
            Workqueue.HandlerFaulted -= subscriber;
        }
    }

    // The row's top half is shown by InterruptLineTests.
    [MachineTest]
    [DataRow(false, 0)]
    [DataRow(false, Always)]
    [DataRow(true, 0)]
    [DataRow(true, Always)]
    public void Handler_ThrowsWhatCannotDescribeItself_TheNextItemRunsAndWaitersReturn(bool hasSubscriber, int count)
    {
        WorkFaultedHandler subscriber = (_, _, exception) => throw exception;
        if (hasSubscriber) Workqueue.HandlerFaulted += subscriber;
        try
        {
            FailLines(false, count);
            RunFaultyAndNext(() => new MuteException());
            if (count > 0) return;
            string what = hasSubscriber ? "the HandlerFaulted subscriber threw: " : "work faulty faulted: ";
            string more = hasSubscriber ? "; work faulty had faulted: " + typeof(MuteException).FullName : "";
            StringAssert.Contains(Log(), "] workqueue victim: " + what + typeof(MuteException).FullName + more + "\n");
        }
        finally
        {
            Workqueue.HandlerFaulted -= subscriber;
        }
    }

    // A fourth slow run in a row is reported; that one's line fails.
    [MachineTest]
    [DataRow(false, Once)]
    [DataRow(false, Always)]
    [DataRow(true, Once)]
    [DataRow(true, Always)]
    public void Hog_TheReportCannotBeWritten_TheNextItemRunsAndWaitersReturn(bool isMemory, int count)
    {
        int lost = KernelLog.LostCount;
        Workqueue queue = Workqueue.CreateSingleThread("victim");

        // The clock moves under the handler's own feet: its thread is on the CPU whenever the monitor looks.
        var hog = new Work(_ => _timer.Advance(20), "hog");
        for (int i = 0; i < 3; i++)
        {
            queue.Queue(hog);
            new Call(queue.Flush).End();
        }

        Assert.AreEqual(lost, KernelLog.LostCount);
        FailLines(isMemory, count);
        bool hasRun = false;
        queue.Queue(hog);
        queue.Queue(new Work(_ => hasRun = true, "next"));
        new Call(queue.Flush).End();
        Assert.IsTrue(hasRun);
        Assert.AreEqual(1, (int)Outside.FailedLines, "the hog's report was not written");
        Assert.AreEqual(lost + 1, KernelLog.LostCount);
        Check.Counters(queue, "queued 5 executed 5");
        Outside.FailLines(0);
        new Call(queue.Destroy).End();
        AssertSaid(1);
    }

    // conformance: Failures | a watchdog or hog report fails | in the expiry, on the worker
    [MachineTest]
    [DataRow(false, Once)]
    [DataRow(false, Always)]
    [DataRow(true, Once)]
    [DataRow(true, Always)]
    public void Watchdog_TheReportCannotBeWritten_DelayedWorkGoesOnAndTheThreadLeavesInterruptContext(bool isMemory, int count)
    {
        int lost = KernelLog.LostCount;
        var queue = new Workqueue("watched", new WorkqueueOptions { WatchdogMilliseconds = 50 });
        Workqueue other = Workqueue.CreateSingleThread("other");
        using var hasBegun = new ManualResetEvent(false);
        using var mayEnd = new ManualResetEvent(false);
        int runs = 0;
        var periodic = new DelayedWork(work =>
        {
            Interlocked.Increment(ref runs);
            other.QueueDelayed((DelayedWork)work, 10);
        }, "periodic");
        queue.Queue(new Work(_ =>
        {
            hasBegun.Set();
            Wait.For(mayEnd);
        }, "stuck"));
        Wait.For(hasBegun);
        other.QueueDelayed(periodic, 10);
        FailLines(isMemory, count);
        bool wasAtomic = false;
        for (int i = 1; i <= 30; i++)
        {
            _timer.Advance(10);
            wasAtomic |= InterruptContext.IsActive;
            new Call(other.Flush).End();
            Assert.AreEqual(i, runs, "delayed work stopped at " + Jiffies.Now);
        }

        Assert.IsFalse(wasAtomic);
        Assert.AreEqual(1, (int)Outside.FailedLines, "the watchdog's report was not written");
        Assert.AreEqual(lost + 1, KernelLog.LostCount);
        Outside.FailLines(0);
        periodic.CancelSync();
        mayEnd.Set();
        new Call(queue.Destroy).End();
        new Call(other.Destroy).End();
        Check.Counters(queue, "queued 1 executed 1");
        AssertSaid(1);
    }

    // The report names what was seen under the lock, whatever has become of it when the line is written.
    [MachineTest]
    public void Watchdog_StuckHandlerEndsBeforeTheLine_TheLineNamesWhatWasSeen()
    {
        using Scene scene = new();
        string? line = null;
        Outside.OnLine(text =>
        {
            if (!text.Contains("BUG:")) return;
            line = text;
            scene.LetTheInnocentRun();
        });
        _timer.Advance(50);
        Assert.IsTrue(
            line!.EndsWith("BUG: workqueue lockup - watched/0 stuck for 50 ms in stuck_one of watched, 1 waiting"), line);
    }

    // The clock has gone on when the innocent item begins: at the look its run is younger than the look's own time.
    [MachineTest]
    public void Watchdog_StuckHandlerEndsBeforeTheLook_NobodyIsNamed()
    {
        using Scene scene = new();
        Workqueue later = Workqueue.CreateSingleThread("later");
        later.QueueDelayed(new DelayedWork(_ => { }), 10_000);

        // The expiry asks for the next one, and then it looks.
        int asks = 0;
        _timer.Skip(50);
        _timer.Arming = () =>
        {
            if (++asks > 1) return;
            _timer.Skip(10);
            scene.LetTheInnocentRun();
        };
        _timer.Fire();
        Assert.IsGreaterThanOrEqualTo(1, asks, "nothing happened before the look");

        // It is watched from its own start on.
        _timer.Arming = null;
        _timer.Advance(49);
        Assert.DoesNotContain("BUG:", Log());
        _timer.Advance(1);
        StringAssert.Contains(
            Log(), "BUG: workqueue lockup - watched/0 stuck for 50 ms in innocent_one of watched, 0 waiting\n");
    }

    // Between two looks of one expiry: the first worker's report takes long, and meanwhile the second one changes its item.
    [MachineTest]
    public void Watchdog_AnotherHandlerEndsDuringTheReport_ItsSuccessorIsNotNamed()
    {
        using Scene first = new("first");
        using Scene second = new("second");
        Scene? changed = null;
        Outside.OnLine(text =>
        {
            if (!text.Contains("BUG:") || changed != null) return;
            changed = text.Contains(" of first,") ? second : first;
            _timer.Skip(5);
            changed.LetTheInnocentRun();
        });
        _timer.Skip(50);
        _timer.Fire();
        Assert.IsNotNull(changed);
        string[] reports = [.. Log().Split('\n').Where(line => line.Contains("BUG:"))];
        Assert.HasCount(1, reports, string.Join('\n', reports));
        StringAssert.Contains(reports[0], "stuck for 50 ms in stuck_one of " + (changed == first ? "second" : "first"));
    }

    private static string Log() => string.Concat(Outside.Log.Select(line => line.Text + "\n"));

    private static void FailLines(bool isMemory, int count)
    {
        if (count > 0) Outside.FailLines(count, isMemory ? () => new OutOfMemoryException() : null);
    }

    // On a worker with a thread: one that ended would run nothing more, and leave the item running and its waiter waiting.
    private void RunFaultyAndNext(Func<Exception> make)
    {
        int lost = KernelLog.LostCount;
        int failed = (int)Outside.FailedLines;
        Workqueue queue = Workqueue.CreateSingleThread("victim");
        Call? cancel = null;
        bool hasRun = false;
        var faulty = new Work(work =>
        {
            cancel = new Call(() => work.CancelSync());
            Wait.UntilBlocked(1);
            throw make();
        }, "faulty");
        queue.Freeze();
        queue.Queue(faulty);
        queue.Queue(new Work(_ => hasRun = true, "next"));
        queue.Thaw();
        new Call(queue.Flush).End();
        Assert.IsTrue(hasRun);
        cancel!.End();
        Check.States(WorkStates.Idle, faulty);
        Check.Counters(queue, "queued 2 executed 2 faulted 1");
        failed = (int)Outside.FailedLines - failed;
        Assert.AreEqual(lost + failed, KernelLog.LostCount, "each lost report is counted");
        Outside.FailLines(0);
        new Call(queue.Destroy).End();
        AssertSaid(failed);
    }

    private void AssertSaid(int lost)
    {
        int start = Log().Length;
        KernelLog.Write("after");
        string said = lost == 0 ? "" : $"** {lost} printk messages dropped **\n";
        StringAssert.Matches(Log()[start..], new($@"^{said.Replace("*", @"\*")}\[ *\d+\.\d+\] after\n$"));
    }

    /// <summary>A watched worker with a handler that is stuck, and an item behind it that has done nothing yet.</summary>
    private sealed class Scene : IDisposable
    {
        private readonly Workqueue _queue;
        private readonly ManualResetEvent _hasBegun = new(false);
        private readonly ManualResetEvent _mayEnd = new(false);
        private readonly ManualResetEvent _innocentHasBegun = new(false);
        private readonly ManualResetEvent _innocentMayEnd = new(false);

        internal Scene(string name = "watched")
        {
            _queue = new Workqueue(name, new WorkqueueOptions { WatchdogMilliseconds = 50 });
            _queue.Queue(new Work(_ =>
            {
                _hasBegun.Set();
                Wait.For(_mayEnd);
            }, "stuck_one"));
            Wait.For(_hasBegun);
            _queue.Queue(new Work(_ =>
            {
                _innocentHasBegun.Set();
                Wait.For(_innocentMayEnd);
            }, "innocent_one"));
        }

        /// <summary>The stuck handler ends, and the item behind it is in its handler on return.</summary>
        internal void LetTheInnocentRun()
        {
            _mayEnd.Set();
            Wait.For(_innocentHasBegun);
        }

        public void Dispose()
        {
            _mayEnd.Set();
            _innocentMayEnd.Set();
            new Call(_queue.Destroy).End();
        }
    }
}
