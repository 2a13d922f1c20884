using nanoFramework.Hardware.Esp32;
using Workqueues;
using Workqueues.Esp32;

[assembly: DoNotParallelize]

namespace Esp32.Tests;

/// <summary>The ESP32's timer behind the library's seam.</summary>
[TestClass]
public sealed class Esp32TimerTests
{
    private static Workqueue s_queue = null!;

    [ClassInitialize]
    public static void PlugIn(TestContext _)
    {
        long before = Jiffies.Now;
        HighResTimer.Advance(123_456_789);
        Esp32Timer.Use();
        long after = Jiffies.Now;
        Assert.IsTrue(after >= before && after < before + 5000, $"the clock went from {before} to {after}");
        s_queue = Workqueue.CreateSingleThread("esp32");
    }

    [ClassCleanup]
    public static void End() => s_queue.Destroy();

    [TestMethod]
    public void QueueDelayed_MicrosecondBeforeTheDeadline_DoesNotRun()
    {
        long ranAt = -1;
        using var ran = new ManualResetEventSlim();
        var work = new DelayedWork(_ =>
        {
            ranAt = Jiffies.Now;
            ran.Set();
        });
        HighResTimer.Advance(400);
        long start = Jiffies.Now;
        Assert.IsTrue(s_queue.QueueDelayed(work, 3));
        HighResTimer.Advance(2_999);
        Assert.AreEqual(WorkStates.Delayed, work.States);
        HighResTimer.Advance(1);
        Assert.IsTrue(ran.Wait(TimeSpan.FromSeconds(20)));
        Assert.AreEqual(start + 3, ranAt);
    }

    [TestMethod]
    public void ModifyDelayed_Earlier_ReplacesTheRequest()
    {
        using var ran = new ManualResetEventSlim();
        var work = new DelayedWork(_ => ran.Set());
        s_queue.QueueDelayed(work, 1000);
        Assert.IsTrue(s_queue.ModifyDelayed(work, 2));
        HighResTimer.Advance(2_000);
        Assert.IsTrue(ran.Wait(TimeSpan.FromSeconds(20)));
        HighResTimer.Advance(2_000_000);
        s_queue.Flush();
        Assert.IsFalse(work.IsPending);
    }

    [TestMethod]
    public void Expiry_OnTheInterruptThread_IsInterruptContext()
    {
        using var ran = new ManualResetEventSlim();
        var work = new DelayedWork(_ => ran.Set());
        s_queue.QueueDelayed(work, 1);
        InterruptContext.Enter();
        HighResTimer.Advance(1_000);
        InterruptContext.Exit();
        Assert.IsTrue(ran.Wait(TimeSpan.FromSeconds(20)));
        Assert.IsFalse(InterruptContext.IsActive, "the expiry has left what it entered, and no more");
    }

    // Else the exception would end the interrupt thread, and the deadline be forgotten.
    [TestMethod]
    public void Expiry_WithoutMemoryForTheCall_IsLeftToAWorker()
    {
        HighResTimer used = HighResTimer.Only!;
        using var ran = new ManualResetEventSlim();
        Assert.IsTrue(s_queue.QueueDelayed(new DelayedWork(_ => ran.Set()), 2));
        try
        {
            var failing = (IHardwareTimer)Activator.CreateInstance(typeof(Esp32Timer), nonPublic: true)!;
            failing.Start(() => throw new OutOfMemoryException());
            failing.Arm(3);
            int starts = HighResTimer.Starts;
            HighResTimer.Advance(3000);
            Assert.IsTrue(SpinWait.SpinUntil(() => HighResTimer.Starts > starts, TimeSpan.FromSeconds(20)), "nobody stands in");
        }
        finally
        {
            HighResTimer.Only = used;
        }

        HighResTimer.Advance(1000);
        Assert.IsTrue(ran.Wait(TimeSpan.FromSeconds(20)));
    }

    [TestMethod]
    public void QueueDelayed_LaterThanTheEarliest_DoesNotTouchTheTimer()
    {
        var first = new DelayedWork(_ => { });
        var second = new DelayedWork(_ => { });
        s_queue.QueueDelayed(first, 10);
        int starts = HighResTimer.Starts;
        s_queue.QueueDelayed(second, 20);
        s_queue.ModifyDelayed(first, 30);
        Assert.AreEqual(starts, HighResTimer.Starts);
        first.Cancel();
        second.Cancel();
    }

    // The log's own clock has milliseconds; what happens within one is told apart by the trace.
    [TestMethod]
    public void Trace_OfEventsWithinAMillisecond_HasTheTimersMicroseconds()
    {
        var work = new DelayedWork(_ => { });
        WorkqueueTrace.Start(8);
        s_queue.QueueDelayed(work, 50);
        HighResTimer.Advance(7);
        work.Cancel();
        var lines = new List<string>();
        WorkqueueTrace.WriteTo(lines.Add);
        WorkqueueTrace.Clear();

        long[] times = [.. lines.Where(line => line.Contains(": timer_", StringComparison.Ordinal))
            .Select(line => long.Parse(line.Split(':')[0].Split(' ')[^1].Replace(".", "", StringComparison.Ordinal)))];
        Assert.HasCount(2, times);
        Assert.AreEqual(7, times[1] - times[0], string.Join('\n', lines));
        Assert.AreEqual(Jiffies.Now, times[1] / 1000);
    }
}
