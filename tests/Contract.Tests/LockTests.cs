using System.Text;
using NFUnitTest;
using Workqueues;

namespace Contract.Tests;

/// <summary>R8: while the library's lock is held no user code runs and no line is logged.</summary>
[TestClass]
public class LockTests
{
    // R8
    [TestMethod]
    public void UserCode_EveryPlaceThatCallsIt_RunsWithoutTheLock()
    {
        var probe = new Probe();
        Jiffies.SetTimer(probe, 0, 0);
        Processor.Configure(2, () =>
        {
            probe.Note("locator");
            return 0;
        });
        TextWriter console = Console.Out;
        Console.SetOut(probe.Log);
        try
        {
            Use(probe);
        }
        finally
        {
            Console.SetOut(console);
            Processor.Configure(1, null);
        }

        Assert.AreEqual("", string.Join(' ', probe.UnderTheLock));
        string[] places = ["arm", "clock", "factory", "handler", "locator", "log", "subscriber"];
        CollectionAssert.AreEqual(places, probe.Places.ToArray(), "every place was reached");
    }

    private static void Use(Probe probe)
    {
        Workqueue queue = Stepping.CreateQueue("probed", 2, 1);
        var work = new DelayedWork(w => probe.Note("handler"));
        queue.Queue(work);
        queue.QueueDelayed(work, 5);
        queue.ModifyDelayed(work, 5);
        _ = work.RemainingMilliseconds;
        probe.Advance(5);
        queue.QueueDelayedOn(1, new DelayedWork(w => { }), 50);
        queue.FindWorker(0)!.Step();

        WorkFaultedHandler subscriber = (q, w, e) =>
        {
            probe.Note("subscriber");
            throw new InvalidOperationException("on purpose");
        };
        var bad = new Work(w => throw new InvalidOperationException("on purpose"));
        queue.Queue(bad);
        queue.FindWorker(0)!.Step();
        Workqueue.HandlerFaulted += subscriber;
        queue.Queue(bad);
        queue.FindWorker(0)!.Step();
        Workqueue.HandlerFaulted -= subscriber;

        _ = new WorkPool(() =>
        {
            probe.Note("factory");
            return new Work(w => { });
        }, 1);
        queue.Queue(work);
        Workqueue.Dump();
        work.Cancel();
        queue.Destroy();
        probe.Advance(100);
    }

    private sealed class Probe : IHardwareTimer
    {
        private HardwareTimerExpired? _expired;
        private long _now;

        internal Probe()
        {
            Log = new ProbedLog(this);
        }

        public long NowMilliseconds
        {
            get
            {
                Note("clock");
                return _now;
            }
        }

        internal TextWriter Log { get; }

        internal SortedSet<string> Places { get; } = [];

        internal SortedSet<string> UnderTheLock { get; } = [];

        public void Start(HardwareTimerExpired expired) => _expired = expired;

        public void Arm(int delayMilliseconds) => Note("arm");

        internal void Advance(int milliseconds)
        {
            _now += milliseconds;
            _expired!();
        }

        internal void Note(string place)
        {
            Places.Add(place);
            if (Monitor.IsEntered(Gate.Lock)) UnderTheLock.Add(place);
        }
    }

    private sealed class ProbedLog(Probe probe) : TextWriter
    {
        public override Encoding Encoding => Encoding.UTF8;

        public override void Write(char value) => probe.Note("log");
    }
}
