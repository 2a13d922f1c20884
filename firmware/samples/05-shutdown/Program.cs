using System;
using System.Threading;
using ButtonModule;
using Workqueues;

namespace Shutdown;

/// <summary>A device with a poll that queues itself, and a job that takes long. Its end: three ways that go wrong, and the one
/// that does not.</summary>
public sealed class Device
{
    public readonly Workqueue Queue = Workqueue.CreateSingleThread("device");
    public readonly DelayedWork Poll;
    public readonly Work Job;
    private bool _isOpen = true;

    public Device()
    {
        Poll = new DelayedWork(OnPoll, "poll");
        Job = new Work(OnJob, "job");
    }

    public void Close()
    {
        _isOpen = false;
        KernelLog.Write("  device closed");
    }

    // The right order. What queues is stopped first, then what runs is waited for, then the thread goes, then the data.
    public void Stop()
    {
        Poll.CancelSync(); // neither pending nor running any more, although it queues itself
        Queue.Flush(); // what was asked for before is done
        Queue.Destroy();
        Close();
    }

    private void OnPoll(Work work)
    {
        Use("poll");
        Queue.QueueDelayed(Poll, 20);
    }

    private void OnJob(Work work)
    {
        KernelLog.Write("  job begins");
        Thread.Sleep(30);
        Use("job");
    }

    private void Use(string who) => KernelLog.Write("  " + who + (_isOpen ? " uses the device" : " USES THE CLOSED DEVICE"));
}

public static class Program
{
    public static void Main()
    {
        if (Boards.Here() == null) return;

        KernelLog.Write("wrong: cancel_work leaves a running handler alone");
        Device device = new Device();
        device.Queue.Queue(device.Job);
        Thread.Sleep(10);
        device.Job.Cancel();
        device.Close();
        device.Queue.Destroy();

        KernelLog.Write("wrong: flush_workqueue does not wait for timers");
        device = new Device();
        device.Queue.QueueDelayed(device.Poll, 20);
        device.Queue.Flush();
        device.Close();
        Thread.Sleep(30);
        device.Queue.Destroy(); // at least the timer that the poll armed then is cancelled: Linux would let it fire

        KernelLog.Write("wrong: a handler that waits for its own queue");
        device = new Device();
        Workqueue queue = device.Queue;
        Work suicide = new Work(work => TryDestroy(queue), "suicide");
        queue.Queue(suicide);
        suicide.Flush(); // from outside it is fine
        device.Stop();

        KernelLog.Write("right: cancel_delayed_work_sync, flush_workqueue, destroy_workqueue, then the data");
        device = new Device();
        device.Queue.QueueDelayed(device.Poll, 20);
        Thread.Sleep(30);
        device.Queue.Queue(device.Job);
        device.Stop();
    }

    private static void TryDestroy(Workqueue queue)
    {
        try
        {
            queue.Destroy();
        }
        catch (InvalidOperationException exception)
        {
            KernelLog.Write("  refused: " + exception.Message);
        }
    }
}
