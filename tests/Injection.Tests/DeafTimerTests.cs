using Hardware.Machine;
using OnMachine;
using Workqueues;

namespace Injection.Tests;

/// <summary>A timer that is never heard of again, as that of a runtime that had no memory for its callback.</summary>
[TestClass]
public sealed class DeafTimerTests
{
    [MachineTest]
    public void QueueDelayed_TimerHasStoppedToCome_AWaitingWorkerStandsIn()
    {
        Jiffies.SetTimer(new DeafTimer(), 0, 0);
        Workqueue queue = Workqueue.CreateSingleThread("alone");
        var ran = new AutoResetEvent(false);
        var before = new Work(_ => ran.Set());
        queue.Queue(before);
        Assert.IsTrue(ran.WaitOne(1000), "the queue works");

        var forgotten = new DelayedWork(_ => ran.Set(), "forgotten");
        queue.QueueDelayed(forgotten, 10);
        Assert.IsFalse(ran.WaitOne(1000), "the timer came");

        var next = new DelayedWork(_ => ran.Set(), "next");
        queue.QueueDelayed(next, 10);
        Assert.IsTrue(ran.WaitOne(1000), "nobody stood in");
        Assert.IsTrue(ran.WaitOne(1000), "only once");
        Assert.AreEqual(WorkStates.Idle, forgotten.States | next.States);
        queue.Destroy();
    }

    // Nothing is armed any more that would notice it.
    [MachineTest]
    public void QueueDelayed_TimerHasStoppedToComeForWantOfMemory_TheOnlyItemRuns()
    {
        Jiffies.SetTimer(new DeafTimer(), 0, 0);
        Workqueue queue = Workqueue.CreateSingleThread("alone");
        var ran = new AutoResetEvent(false);
        queue.QueueDelayed(new DelayedWork(_ => ran.Set(), "only"), 10);
        Assert.IsFalse(ran.WaitOne(1000), "the timer came");

        // What a thread stores that finds no memory, and the next item that its worker looks at.
        Gate.Reserve = null;
        queue.Queue(new Work(_ => { }));
        Assert.IsTrue(ran.WaitOne(1000), "nobody stood in");
        queue.Destroy();
    }

    // A worker that stands in, and has no memory to say that it is in interrupt context, is not the timer.
    [InjectedTest(Failing.Allocations)]
    public void Expire_OnAnotherThread_LeavesTheTimersThreadAsItWas()
    {
        Outside.SetMayFail(false);
        Jiffies.SetTimer(new DeafTimer(), 0, 0);
        Deadlines.OnTimer();
        InterruptContext.Entry timers = InterruptContext.EnterThread();
        timers.Depth--;
        var standIn = new Thread(() =>
        {
            Outside.SetMayFail(true);
            Deadlines.Expire();
            Outside.SetMayFail(false);
        });
        standIn.Start();
        standIn.Join();
        Assert.AreEqual(0, timers.Depth);
    }

    private sealed class DeafTimer : IHardwareTimer
    {
        public long NowMilliseconds => Environment.TickCount64;

        public void Start(HardwareTimerExpired expired)
        {
        }

        public void Arm(int delayMilliseconds)
        {
        }
    }
}
