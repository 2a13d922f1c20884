using System.Threading;
using ButtonModule;
using Workqueues;

namespace PeriodicSensor;

/// <summary>Reads a sensor every 50 ms, for ever on time: each deadline is counted from the last deadline, not from when the
/// reading ended.</summary>
public sealed class Sensor
{
    private const int Period = 50; // jiffies, that is ms

    private readonly Workqueue _queue;
    private readonly DelayedWork _reading;
    private long _due; // when the reading that comes next should begin
    private int _count;
    private int _missed;

    public Sensor(Workqueue queue)
    {
        _queue = queue;
        _reading = new DelayedWork(Read, "reading");
    }

    public void Start()
    {
        _due = Jiffies.Now + Period;
        _queue.QueueAt(_reading, _due);
    }

    // It queues itself: CancelSync waits for a run that is under way, and refuses its next queueing.
    public void Stop()
    {
        _reading.CancelSync();
        KernelLog.Write("stopped after " + _count.ToString() + " readings, " + _missed.ToString() + " missed");
    }

    private void Read(Work work)
    {
        KernelLog.Write("reading " + _count.ToString() + ", due at " + _due.ToString());
        Thread.Sleep(_count == 4 ? 120 : 7); // the sensor takes 7 ms to answer; once it is very slow
        _count++;

        // Late by more than a period: what is over is missed, and the next reading is in step again. Without this loop the
        // missed readings would be made up for at once, one after the other.
        _due += Period;
        while (_due < Jiffies.Now)
        {
            _due += Period;
            _missed++;
        }

        _queue.QueueAt(_reading, _due);
    }
}

public static class Program
{
    public static void Main()
    {
        if (Boards.Here() == null) return;
        Workqueue queue = Workqueue.CreateSingleThread("sensors");
        Sensor sensor = new Sensor(queue);
        sensor.Start();
        Thread.Sleep(520);
        sensor.Stop();
        queue.Destroy();
    }
}
