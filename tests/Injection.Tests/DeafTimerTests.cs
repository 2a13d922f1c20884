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
