using Hardware.Timeline;

namespace Timeline.Tests;

/// <summary>Spans and numbers of hand-made traces, exactly.</summary>
[TestClass]
public class TraceTimelineTests
{
    [TestMethod]
    public void Of_SmallTrace_ItemNumbersAreExact()
    {
        CollectionAssert.AreEqual(
            new ItemNumbers[]
            {
                new("old_work", 1, 1, 0, new(0, 0, 0, 0, 0), new(0, 0, 0, 0, 0)),
                new("my_work", 2, 2, 1, new(2, 300, 300, 1000, 1000), new(2, 300, 300, 1000, 1000)),
                new("debounce", 1, 1, 0, new(1, 200, 200, 200, 200), new(1, 300, 300, 300, 300)),
                new("led_off", 1, 0, 0, new(0, 0, 0, 0, 0), new(0, 0, 0, 0, 0)),
                new("report", 1, 1, 0, new(1, 200, 200, 200, 200), new(0, 0, 0, 0, 0)),
            },
            Small().Items.ToArray());
    }

    [TestMethod]
    public void Of_SmallTrace_QueueTimerAndIrqNumbersAreExact()
    {
        TraceTimeline timeline = Small();
        CollectionAssert.AreEqual(
            new QueueNumbers[]
            {
                new("my_queue", 4, 4, 1, 1600, new(3, 200, 300, 1000, 1000)),
                new("slow", 1, 1, 1, 100, new(1, 200, 200, 200, 200)),
            },
            timeline.Queues.ToArray());
        CollectionAssert.AreEqual(
            new TimerNumbers[]
            {
                new("debounce", 2, 1, 0, 1, new(1, 1500, 1500, 1500, 1500)),
                new("led_off", 1, 0, 0, 0, new(0, 0, 0, 0, 0)),
            },
            timeline.TimerNumbers.ToArray());
        CollectionAssert.AreEqual(
            new IrqNumbers[] { new("button", "0", 2, new(2, 300, 300, 400, 400)) }, timeline.IrqNumbers.ToArray());
    }

    [TestMethod]
    public void Of_SmallTrace_SpansAreExact()
    {
        TraceTimeline timeline = Small();
        Assert.AreEqual(1_000_000, timeline.Start);
        Assert.AreEqual(1_023_200, timeline.End);
        Assert.AreEqual(7, timeline.LostRecords);
        CollectionAssert.AreEqual(new[] { "my_queue/0", "slow/0" }, timeline.Workers.Select(worker => worker.Name).ToArray());
        CollectionAssert.AreEqual(
            new RunSpan[]
            {
                new(0, "my_queue", null, 1_000_000, 1_000_000, IsCut: true),
                new(1, "my_queue", 1_001_100, 1_001_400, 1_002_400, IsCut: false),
                new(1, "my_queue", 1_001_600, 1_002_600, 1_002_900, IsCut: false),
                new(2, "my_queue", 1_022_500, 1_022_700, 1_023_000, IsCut: false),
            },
            timeline.Workers[0].Runs.ToArray());
        Assert.AreEqual(new WaitSpan(1, "my_queue", 1_023_200, 1_023_200, WaitOutcome.Open), timeline.Workers[0].Waits[^1]);
        Assert.AreEqual(new RunSpan(4, "slow", 1_022_900, 1_023_100, 1_023_200, IsCut: true), timeline.Workers[1].Runs.Single());
        CollectionAssert.AreEqual(
            new ArmedSpan[]
            {
                new(2, 1_001_200, 1_021_000, 1_001_700, TimerOutcome.Moved),
                new(2, 1_001_700, 1_021_000, 1_022_500, TimerOutcome.Expired),
            },
            timeline.Timers[0].Spans.ToArray());
        Assert.AreEqual(new ArmedSpan(3, 1_022_800, 1_222_000, 1_023_200, TimerOutcome.Open), timeline.Timers[1].Spans.Single());
        Assert.AreEqual(new LossMark(1_002_000, "failed to allocate my_work"), timeline.Losses.Single());
    }

    [TestMethod]
    public void Of_ItemQueuedWhileItRuns_WaitsAndRunsAgain()
    {
        TraceTimeline timeline = TestFiles.TimelineOf(
            Queue(10, "a"), Start(20, "a"), Queue(30, "a"), End(50, "a"), Start(60, "a"), End(61, "a"));
        CollectionAssert.AreEqual(
            new long[] { 10, 30 }, timeline.Workers[0].Waits.Select(wait => wait.End - wait.Start).ToArray());
        Assert.AreEqual(2, timeline.Items[0].Runs);
        Assert.AreEqual(0, timeline.Items[0].NotRun);
    }

    [TestMethod]
    public void Of_ItemQueuedTwiceWithoutARun_WasTakenOff()
    {
        TraceTimeline timeline = TestFiles.TimelineOf(Queue(10, "a"), Queue(30, "a"), Start(35, "a"), End(36, "a"));
        CollectionAssert.AreEqual(
            new[] { WaitOutcome.TakenOff, WaitOutcome.Ran },
            timeline.Workers.SelectMany(worker => worker.Waits).Select(wait => wait.Outcome).ToArray());
        Assert.AreEqual(1, timeline.Items[0].Latency.Count);
        Assert.AreEqual(1, timeline.Items[0].NotRun);
        Assert.AreEqual(1, timeline.Queues[0].MaxWaiting);
    }

    [TestMethod]
    public void Of_QueuedItemSentBackToItsTimer_StopsWaiting()
    {
        TraceTimeline timeline = TestFiles.TimelineOf(Queue(10, "a"), Arm(25, "a", 5));
        Assert.AreEqual(new WaitSpan(0, "q", 10, 25, WaitOutcome.BackToTimer), timeline.Workers.Single().Waits.Single());
        Assert.AreEqual("q", timeline.Workers.Single().Name);
    }

    [TestMethod]
    public void Of_Timers_EndInTheirWays()
    {
        TraceTimeline timeline = TestFiles.TimelineOf(
            Arm(1_000, "moved", 1), Arm(1_500, "moved", 1), Expire(2_100, "moved"),
            Arm(2_100, "cancelled", 9), "t-3 [000] ..s1 0.002200: timer_cancel: timer=c0de_cancelled",
            Arm(2_200, "flushed", 9), Queue(2_300, "flushed"), Expire(2_400, "older"), Arm(2_500, "vanished", 1),
            Queue(9_000, "z"));
        CollectionAssert.AreEqual(
            new[]
            {
                TimerOutcome.Moved, TimerOutcome.Expired, TimerOutcome.Canceled, TimerOutcome.QueuedEarly, TimerOutcome.Expired,
                TimerOutcome.Open,
            },
            timeline.Timers.SelectMany(timer => timer.Spans).Select(span => span.Outcome).ToArray());
        Assert.AreEqual(
            new ArmedSpan(3, 1_000, null, 2_400, TimerOutcome.Expired, IsStartCut: true), timeline.Timers[3].Spans.Single());
        Assert.AreEqual(1, timeline.TimerNumbers[1].Canceled);
        Assert.AreEqual(new ArmedSpan(4, 2_500, 3_000, 3_000, TimerOutcome.Open), timeline.Timers[4].Spans.Single());
        Assert.AreEqual(100, timeline.TimerNumbers[0].Lateness.MaxMicroseconds);
    }

    [TestMethod]
    public void Of_LostStartsAndEnds_AreCutAndLeftOutOfTheNumbers()
    {
        TraceTimeline timeline = TestFiles.TimelineOf(
            End(10, "a"), Start(20, "b"), Start(30, "c"), End(40, "d"), Start(50, "e"), End(60, "e"), Start(70, "f"),
            Queue(80, "z"));
        CollectionAssert.AreEqual(
            new (long, long, bool)[]
            {
                (10, 10, true), (20, 30, true), (30, 40, true), (40, 40, true), (50, 60, false), (70, 80, true),
            },
            timeline.Workers.Single(worker => worker.Name == "q/0").Runs
                .Select(run => (run.Start, run.End, run.IsCut)).ToArray());
        Assert.AreEqual(1, timeline.Items.Sum(item => item.RunTime.Count));
    }

    [TestMethod]
    public void Of_InterruptWithoutItsOtherHalf_IsCut()
    {
        TraceTimeline timeline = TestFiles.TimelineOf(
            IrqExit(5), IrqEntry(10), IrqEntry(20), IrqExit(25), IrqEntry(30), Queue(40, "z"));
        CollectionAssert.AreEqual(
            new IrqSpan[] { new(5, 5, true), new(10, 10, true), new(20, 25, false), new(30, 40, true) },
            timeline.Interrupts.Single().Spans.ToArray());
        Assert.AreEqual(5, timeline.IrqNumbers.Single().HandlerTime.MaxMicroseconds);
    }

    [TestMethod]
    public void Of_TimeThatGoesBack_GivesNoNegativeSpan()
    {
        TraceTimeline timeline = TestFiles.TimelineOf(
            Queue(50, "a"), Start(40, "a"), End(30, "a"), IrqEntry(90), IrqExit(80), Arm(70_000, "t", 1), Expire(60_000, "t"));
        Assert.AreEqual(0, timeline.Items[0].Latency.MaxMicroseconds);
        Assert.AreEqual(0, timeline.Items[0].RunTime.MaxMicroseconds);
        Assert.IsTrue(timeline.Workers.SelectMany(worker => worker.Runs).All(run => run.End >= run.Start));
        Assert.IsTrue(timeline.Timers.SelectMany(timer => timer.Spans).All(span => span.End >= span.Start));
        Assert.IsTrue(timeline.Interrupts.SelectMany(irq => irq.Spans).All(span => span.End >= span.Start));
    }

    [TestMethod]
    public void Of_TwoWorkersOfOneName_AreTwo()
    {
        TraceTimeline timeline = TestFiles.TimelineOf(
            Start(10, "a"), End(20, "a"), Start(30, "b").Replace("-16", "-17"), End(40, "b").Replace("-16", "-17"));
        CollectionAssert.AreEqual(new[] { "q/0", "q/0-17" }, timeline.Workers.Select(worker => worker.Name).ToArray());
    }

    [TestMethod]
    public void Of_NoEvents_IsEmpty()
    {
        TraceTimeline timeline = TestFiles.TimelineOf("# tracer: nop", "# entries-in-buffer/entries-written: 0/0   #P:1");
        Assert.AreEqual(0, timeline.Items.Count + timeline.Workers.Count + timeline.EventTimes.Count);
    }

    [TestMethod]
    public void DurationSummary_Of_NearestRank()
    {
        IEnumerable<long> falling = Enumerable.Range(1, 200).Select(i => 201L - i);
        Assert.AreEqual(new DurationSummary(200, 1, 100, 198, 200), DurationSummary.Of(falling));
        Assert.AreEqual(new DurationSummary(3, 1, 5, 9, 9), DurationSummary.Of([5, 9, 1]));
    }

    [TestMethod]
    [DataRow(0, "0 µs")]
    [DataRow(999, "999 µs")]
    [DataRow(1_234, "1.23 ms")]
    [DataRow(9_996, "10.0 ms")]
    [DataRow(99_960, "100 ms")]
    [DataRow(999_499, "999 ms")]
    [DataRow(999_500, "1.00 s")]
    [DataRow(12_345_678, "12.3 s")]
    [DataRow(3_600_000_000, "3600 s")]
    public void DurationSummary_Text_ThreeDigits(long microseconds, string text) =>
        Assert.AreEqual(text, DurationSummary.Text(microseconds));

    // A kernel never says how long its jiffy is. Here a timer of a second by HZ=250 is 4 ms late.
    [TestMethod]
    [DataRow(1_004_000, 250, 4_000)]
    [DataRow(1_004_000, 1000, 4_000)]
    [DataRow(2_510_000, 250, 10_000)]
    [DataRow(500_000, 50, 0)]
    public void Of_TimerOfAKernel_LatenessIsThatOfTheEvents(int elapsed, int timeout, int late)
    {
        TraceTimeline timeline = TestFiles.TimelineOf(
            Kernel(10_000_000, $"timer_start: timer=3bd1e045 function=poll_fn expires=4294903802 [timeout={timeout}] cpu=1"),
            Kernel(10_000_000 + elapsed, "timer_expire_entry: timer=3bd1e045 function=poll_fn now=4294904052 baseclk=1"));
        Assert.AreEqual(late, timeline.TimerNumbers.Single().Lateness.MaxMicroseconds);
    }

    // Every timer is late by half, but the counts of jiffies tell how long one is.
    [TestMethod]
    [DataRow(100)]
    [DataRow(250)]
    [DataRow(300)]
    [DataRow(1000)]
    public void Of_LateTimersOfAKernel_JiffiesTellTheirLength(int hertz)
    {
        var lines = new List<string>();
        for (int i = 0; i < 10; i++)
        {
            int start = i * 3_000_000;
            int end = start + 1_500_000;
            lines.Add(Kernel(start, $"timer_start: timer=1 function=f expires={Jiffies(start) + hertz} [timeout={hertz}] cpu=1"));
            lines.Add(Kernel(end, $"timer_expire_entry: timer=1 function=f now={Jiffies(end)} baseclk=1"));
        }

        TimerNumbers timer = TestFiles.TimelineOf(lines).TimerNumbers.Single();
        Assert.AreEqual((10, 10), (timer.Armed, timer.Lateness.Count));
        Assert.AreEqual(500_000, timer.Lateness.MedianMicroseconds);
        long Jiffies(long microseconds) => 4_294_900_000 + (microseconds * hertz / 1_000_000);
    }

    [TestMethod]
    public void Of_OneTimerOfAKernelThatIsShort_LatenessIsNotKnown()
    {
        TimerNumbers timer = TestFiles.TimelineOf(
            Kernel(1_000, "timer_start: timer=1 function=f expires=12 [timeout=2]"),
            Kernel(9_000, "timer_expire_entry: timer=1 function=f now=12")).TimerNumbers.Single();
        Assert.AreEqual((1, 1, 0), (timer.Armed, timer.Expired, timer.Lateness.Count));
    }

    [TestMethod]
    public void Of_OneInterruptOnTwoProcessors_AreTwoTopHalves()
    {
        TraceTimeline timeline = TestFiles.TimelineOf(
            IrqEntry(10), IrqEntry(12).Replace("[000]", "[001]"), IrqExit(20), IrqExit(25).Replace("[000]", "[001]"));
        CollectionAssert.AreEqual(new[] { "line, CPU 0", "line, CPU 1" }, timeline.Interrupts.Select(irq => irq.Name).ToArray());
        CollectionAssert.AreEqual(
            new IrqSpan[] { new(10, 20, false), new(12, 25, false) }, timeline.Interrupts.SelectMany(irq => irq.Spans).ToArray());
    }

    // Devices that share a line have one number and names of their own.
    [TestMethod]
    public void Of_SharedInterrupt_IsATrackForEachName()
    {
        TraceTimeline timeline = TestFiles.TimelineOf(
            IrqEntry(10), IrqExit(20), IrqEntry(30).Replace("=line", "=other"), IrqExit(35), IrqEntry(40), IrqExit(50));
        Assert.AreEqual("line 2, other 1",
            string.Join(", ", timeline.Interrupts.Select(irq => $"{irq.Name} {irq.Spans.Count(span => !span.IsCut)}")));
    }

    // A trace as a computer with Linux writes it: 250 Hz, two processors, a module, a stack trace, a tracer of functions.
    [TestMethod]
    public void Of_TraceOfLinux_NumbersAreExact()
    {
        FtraceReader reader = TestFiles.Read(File.ReadLines(TestFiles.PathOf("linux-workqueue.txt")));
        FtraceBlock block = reader.Blocks.Single();
        Assert.IsTrue(block is { IsComplete: true, MissesLines: false, LostRecords: 12 });
        Assert.AreEqual(9, reader.OtherLines, "frames of the stack traces");
        TraceTimeline timeline = TraceTimeline.Of(block);
        Assert.AreEqual(6, timeline.OtherEvents);
        Assert.AreEqual("kworker/1:1 3, kworker/u4:2 3",
            string.Join(", ", timeline.Workers.Select(worker => $"{worker.Name} {worker.Runs.Count}")));
        Assert.AreEqual("events 3 18, uart wq 3 25",
            string.Join(", ", timeline.Queues.Select(queue => $"{queue.Name} {queue.Runs} {queue.Latency.MaxMicroseconds}")));
        Assert.AreEqual("arch_timer, CPU 0 3, arch_timer, CPU 1 3, uart0 3",
            string.Join(", ", timeline.IrqNumbers.Select(irq => $"{irq.Name} {irq.Count}")));
        // Armed 0.17 ms after an expiry and due a second later, at 250 Hz; the next expiry is 1.004 s after the last.
        Assert.AreEqual(new TimerNumbers("delayed_work_timer_fn", 3, 0, 0, 3, new(2, 3850, 3850, 3850, 3850)),
            timeline.TimerNumbers.Single());
    }

    private static string Kernel(long at, string text) =>
        FormattableString.Invariant($"     kworker/1:1-77      [001] .....  {at / 1e6:F6}: {text}");

    private static TraceTimeline Small() => TestFiles.TimelineOf(TestFiles.SmallTrace);

    private static string Queue(int at, string id) =>
        Line(at, $"workqueue_queue_work: work struct=c0de_{id} function={id} workqueue=q req_cpu=0 cpu=0");

    private static string Start(int at, string id) => Line(at, $"workqueue_execute_start: work struct c0de_{id}: function {id}");

    private static string End(int at, string id) => Line(at, $"workqueue_execute_end: work struct c0de_{id}: function {id}");

    private static string Arm(int at, string id, int milliseconds) =>
        Line(at, $"timer_start: timer=c0de_{id} function={id} expires=0 [timeout={milliseconds}] cpu=0 idx=0 flags=");

    private static string Expire(int at, string id) => Line(at, $"timer_expire_entry: timer=c0de_{id} function={id} now=0");

    private static string IrqEntry(int at) => Line(at, "irq_handler_entry: irq=3 name=line");

    private static string IrqExit(int at) => Line(at, "irq_handler_exit: irq=3 ret=handled");

    private static string Line(int at, string text) => $"q/0-16    [000] ....     {at / 1e6:F6}: {text}";
}
