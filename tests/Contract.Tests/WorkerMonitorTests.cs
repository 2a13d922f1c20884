using Workqueues;

namespace Contract.Tests;

/// <summary>Stuck workers and hogs are named, and nobody else is.</summary>
[TestClass]
public class WorkerMonitorTests
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(20);

    [TestMethod]
    public void Watchdog_HandlerStuck_IsNamedOnceWithQueueItemAndWaiting()
    {
        Jiffies.SetTimer(new RuntimeTimer(), 0, 0);
        using var log = new LogCapture("BUG: workqueue lockup");
        var queue = new Workqueue("stuck_queue", new WorkqueueOptions { WatchdogMilliseconds = 30 });
        var stuck = new Work(_ => Assert.IsTrue(log.Seen.Wait(s_limit)), "stuck_work");
        queue.Queue(stuck);
        queue.Queue(new Work(_ => { }));
        queue.Queue(new Work(_ => { }));
        queue.Destroy();
        StringAssert.Matches(log.Lines.Single(),
            new(@"BUG: workqueue lockup - stuck_queue/0 stuck for \d+ ms in stuck_work of stuck_queue, 2 waiting"));
    }

    [TestMethod]
    public void Hog_AgainAndAgain_IsNamedAtTheFourthTime()
    {
        Jiffies.SetTimer(new RuntimeTimer(), 0, 0);
        using var log = new LogCapture("hogged CPU");
        Workqueue queue = Workqueue.CreateSingleThread("hogs");
        var hog = new Work(_ => Spin(60), "hog_work");

        // On a busy PC the timer may come too late to look at a run; that run is no evidence, and the count begins anew.
        for (int i = 0; i < 150 && !log.Seen.IsSet; i++)
        {
            queue.Queue(hog);
            queue.Flush();
        }

        // Reports come after the run; Destroy waits for the worker.
        queue.Destroy();
        StringAssert.Contains(log.Lines.Single(), "hog_work hogged CPU for >10000us 4 times");
    }

    [TestMethod]
    public void Hog_HandlerThatWaits_IsNotNamed()
    {
        Jiffies.SetTimer(new RuntimeTimer(), 0, 0);
        using var log = new LogCapture("hogged CPU");
        Workqueue queue = Workqueue.CreateSingleThread("sleepers");
        var sleeper = new Work(_ => Thread.Sleep(40), "sleeper");
        for (int i = 0; i < 9; i++)
        {
            queue.Queue(sleeper);
            queue.Flush();
        }

        queue.Destroy();
        Assert.IsEmpty(log.Lines);
    }

    private static void Spin(int milliseconds)
    {
        long end = Jiffies.Now + milliseconds;
        while (Jiffies.Now < end) Thread.SpinWait(100);
    }

    /// <summary>Keeps the lines of the log that hold a text.</summary>
    private sealed class LogCapture : StringWriter
    {
        private readonly TextWriter _console = Console.Out;
        private readonly string _text;

        internal LogCapture(string text)
        {
            _text = text;
            Console.SetOut(this);
        }

        internal List<string> Lines { get; } = [];

        internal ManualResetEventSlim Seen { get; } = new();

        public override void WriteLine(string? value)
        {
            if (value?.Contains(_text) != true) return;
            lock (Lines) Lines.Add(value);
            Seen.Set();
        }

        protected override void Dispose(bool disposing)
        {
            Console.SetOut(_console);
            base.Dispose(disposing);
        }
    }
}
