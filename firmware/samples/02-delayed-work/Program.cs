using System.Threading;
using ButtonModule;
using Workqueues;

namespace Delayed;

// struct my_device_data: the object that holds the item also has its handler, so the handler finds the data without container_of.
public sealed class MyDeviceData
{
    public readonly DelayedWork MyWork;
    private int _runs;

    public MyDeviceData()
    {
        MyWork = new DelayedWork(MyWorkHandler, "my_delayed_work"); // INIT_DELAYED_WORK(&my_work, my_work_handler)
    }

    private void MyWorkHandler(Work work)
    {
        _runs++;
        KernelLog.Write("  " + work.Name + " runs, my_device_data.runs=" + _runs.ToString());
    }
}

public static class Program
{
    public static void Main()
    {
        if (Boards.Here() == null) return;
        Work myWork = new Work(MyWorkHandler, "my_work"); // INIT_WORK
        MyDeviceData myData = new MyDeviceData();

        Say("schedule_work", myWork.Schedule()); // on the shared queue, "events"
        Workqueue.FlushScheduled(); // waits for all its items, but not for armed timers
        KernelLog.Write("flush_scheduled_work: done");

        Say("schedule_delayed_work, 50 jiffies", myData.MyWork.Schedule(50));
        Say("schedule_delayed_work again", myData.MyWork.Schedule(10)); // false: it is pending, and its deadline stays
        Thread.Sleep(100);

        Say("schedule_delayed_work_on processor 0, 50 jiffies", myData.MyWork.ScheduleOn(0, 50));
        Say("cancel_delayed_work_sync", myData.MyWork.CancelSync()); // true: it was pending, and will not run

        Workqueue.ScheduleOnEachProcessor(MyWorkHandler);
        KernelLog.Write("schedule_on_each_cpu: done");

        // The shared queue is fine for what is short. What may take long gets a queue, with a thread of its own.
        Workqueue myWorkqueue = Workqueue.CreateSingleThread("my_workqueue");
        Say("queue_delayed_work, 500 jiffies", myWorkqueue.QueueDelayed(myData.MyWork, 500));
        Say("queue_work", myWorkqueue.Queue(myWork));
        myWorkqueue.Flush();
        KernelLog.Write("flush_workqueue: done; the delayed item still waits for its time");
        Say("flush_delayed_work", myData.MyWork.Flush()); // runs it now, and waits for it
        myWorkqueue.Destroy();
        KernelLog.Write("destroy_workqueue: done");
        Say("queue_work on a destroyed queue", myWorkqueue.Queue(myWork)); // false, and counted
    }

    private static void MyWorkHandler(Work work) => KernelLog.Write("  " + work.Name + " runs");

    private static void Say(string call, bool result) => KernelLog.Write(call + (result ? ": true" : ": false"));
}
