using Hardware.Timeline;

namespace Timeline.Tests;

/// <summary>Lines of a log, and what the reader takes them for.</summary>
[TestClass]
public class FtraceReaderTests
{
    private const string Queued = "       interrupt-2     [000] d.h1     0.300120: workqueue_queue_work: work struct=c0de0001 "
        + "function=my_work workqueue=my_queue req_cpu=0 cpu=0";

    private const string Started = "      my_queue/0-16    [000] ....     0.557824: workqueue_execute_start: work struct "
        + "c0de0001: function my_work";

    [TestMethod]
    [DataRow("irq_handler_entry: irq=45 name=user button", FtraceEventKind.IrqEntry, "45", "user button")]
    [DataRow("irq_handler_exit: irq=45 ret=handled", FtraceEventKind.IrqExit, "45", "")]
    [DataRow("workqueue_activate_work: work struct c0de0001", FtraceEventKind.ActivateWork, "c0de0001", "")]
    [DataRow("workqueue_execute_start: work struct c0de0001: function f", FtraceEventKind.ExecuteStart, "c0de0001", "f")]
    [DataRow("workqueue_execute_end: work struct c0de0001: function f", FtraceEventKind.ExecuteEnd, "c0de0001", "f")]
    [DataRow("workqueue_execute_end: work struct c7a8a89c", FtraceEventKind.ExecuteEnd, "c7a8a89c", "")]
    [DataRow("timer_expire_entry: timer=c0de0004 function=f now=578", FtraceEventKind.TimerExpire, "c0de0004", "f")]
    [DataRow("timer_expire_entry: timer=c0de0004 function=f now=578 baseclk=578", FtraceEventKind.TimerExpire, "c0de0004", "f")]
    [DataRow("timer_cancel: timer=c0de0004", FtraceEventKind.TimerCancel, "c0de0004", "")]
    [DataRow("sched_wakeup: comm=a pid=1 prio=120", FtraceEventKind.Other, "", "sched_wakeup")]
    public void Read_EventOfEachKind_TakesItsFields(string text, FtraceEventKind kind, string subject, string name)
    {
        FtraceEvent item = One("  w-16    [001] d.h1     1.000002: " + text);
        Assert.AreEqual(new FtraceEvent(kind, 1_000_002, "w", 16, 1, "d.h1", subject, name), item with { Jiffies = null });
    }

    [TestMethod]
    public void Read_QueueWork_TakesTheQueue()
    {
        Assert.AreEqual(
            new FtraceEvent(FtraceEventKind.QueueWork, 300_120, "interrupt", 2, 0, "d.h1", "c0de0001", "my_work", "my_queue"),
            One(Queued));
    }

    [TestMethod]
    public void Read_TimerStart_TakesTheTimeout()
    {
        FtraceEvent item = One("thread-17    [000] ....     0.608000: timer_start: timer=c0de0003 function=delayed expires=628 "
            + "[timeout=20] cpu=0 idx=0 flags=");
        Assert.AreEqual(FtraceEventKind.TimerStart, item.Kind);
        Assert.AreEqual("c0de0003", item.Subject);
        Assert.AreEqual(20, item.TimeoutJiffies);
        Assert.AreEqual(608, item.Jiffies);
    }

    [TestMethod]
    [DataRow("12:34:56.789  ")]
    [DataRow("[    3.011000] ")]
    [DataRow("2026-01-02T03:04:05Z board1 kernel: ")]
    [DataRow("")]
    public void Read_TextBeforeTheLine_IsPassedOver(string prefix)
    {
        FtraceEvent item = One(prefix + Started + "\r");
        Assert.AreEqual("my_queue/0", item.Comm);
        Assert.AreEqual(557_824, item.Microseconds);
        Assert.AreEqual("my_work", item.Name);
    }

    [TestMethod]
    [DataRow("my_queue/0", "....")]
    [DataRow("a:b-c/1", ".....")]
    [DataRow("u16:1-9", "dNh1.")]
    [DataRow("<idle>", "d..2")]
    public void Read_CommAndFlags_AnyOfLinux(string comm, string flags)
    {
        FtraceEvent item = One($"{comm}-16    [000] {flags}     0.5: workqueue_execute_start: work struct c0de0001: function f");
        Assert.AreEqual(comm, item.Comm);
        Assert.AreEqual(flags, item.Flags);
        Assert.AreEqual(500_000, item.Microseconds);
    }

    [TestMethod]
    public void Read_LineWithThreadGroupAndWithoutFlags_IsRead()
    {
        Assert.AreEqual(16, One("w-16  (   16) [000] d...  1.23: workqueue_execute_start: work struct c0: function f").Pid);
        Assert.AreEqual("", One("w-16  [000]  1.23: workqueue_execute_start: work struct c0: function f").Flags);
    }

    [TestMethod]
    [DataRow("      my_queue/0-16    [000] ....     0.557824: workqueue_execute_start: work struct c0d")]
    [DataRow("      my_queue/0-16    [000] ....     0.5578")]
    [DataRow("0] ....     0.557824: workqueue_execute_start: work struct c0de0001: function my_work")]
    [DataRow("      my_queue/0-16    [000] ....     0.55x824: workqueue_execute_start: work struct c0de0001: function f")]
    [DataRow("      my_queue/0-1/    [000] ....     0.557824: irq_handler_exit: irq=0 ret=handled")]
    [DataRow("      my_queue/0-16    [000] ....     0.557824: irq_handler_exit: irq= ret=handled")]
    [DataRow("      my_queue/0-16    [000] ....     0.557824: timer_start: timer=c0de0003 function=f expires=628 [timeout=")]
    public void Read_DamagedLine_IsCountedAndNotGuessed(string line)
    {
        FtraceReader reader = TestFiles.Read(Queued, line, Started);
        Assert.AreEqual(1, reader.DamagedLines);
        Assert.AreEqual(0, reader.OtherLines);
        Assert.AreEqual(2, reader.Blocks.Single().Events.Count);
        Assert.AreEqual(1, reader.Blocks.Single().DamagedLines);
    }

    [TestMethod]
    [DataRow("[    3.011000]  irq_handler at jiffies=3011")]
    [DataRow("my_workqueue_function, my_irq_counter=   0, my_jiffies=3011")]
    [DataRow("# a comment, but no header")]
    [DataRow("I (412) cpu_start: Starting scheduler.")]
    [DataRow("")]
    public void Read_OtherLines_AreNoTrace(string line)
    {
        var reader = new FtraceReader();
        Assert.AreEqual(FtraceLine.Other, reader.Read(line));
        Assert.AreEqual(0, reader.Blocks.Count);
    }

    [TestMethod]
    public void Read_EveryCutOfEveryLine_NeverThrowsNorInventsAnEvent()
    {
        foreach (string line in TestFiles.SmallTrace)
        {
            for (int length = 0; length < line.Length; length++)
            {
                var reader = new FtraceReader();
                if (reader.Read(line[..length]) != FtraceLine.Event) continue;
                FtraceEvent item = reader.Blocks.Single().Events.Single();
                // Only the end of a name or of a number at the very end of the line may be missing unnoticed.
                StringAssert.Contains(line, item.Subject);
                StringAssert.Contains(line, item.Name);
                Assert.AreNotEqual(FtraceEventKind.Other, item.Kind, line[..length]);
            }
        }
    }

    [TestMethod]
    public void Read_Noise_NeverThrows()
    {
        var random = new Random(7);
        var reader = new FtraceReader();
        for (int i = 0; i < 5000; i++)
        {
            char[] line = TestFiles.SmallTrace[i % 30].ToCharArray();
            for (int hits = random.Next(1, 6); hits > 0 && line.Length > 0; hits--)
            {
                line[random.Next(line.Length)] = (char)random.Next(256);
            }

            reader.Read(new string(line));
        }

        Assert.IsTrue(reader.DamagedLines > 500, $"{reader.DamagedLines} damaged lines noticed");
        foreach (FtraceBlock block in reader.Blocks) TimelineSvg.Draw(TraceTimeline.Of(block), "noise");
    }

    [TestMethod]
    [Timeout(10_000)]
    public void Read_VeryLongLines_AreRefusedQuickly()
    {
        var reader = new FtraceReader();
        string line = new('-', 1_000_000);
        for (int i = 0; i < 100; i++) Assert.AreEqual(FtraceLine.Other, reader.Read(line));
    }

    [TestMethod]
    public void Read_Header_TellsRecordsAndLosses()
    {
        FtraceBlock block = TestFiles.Read(TestFiles.SmallTrace).Blocks.Single();
        Assert.AreEqual(26, block.AnnouncedRecords);
        Assert.AreEqual(7, block.LostRecords);
        Assert.IsTrue(block.IsComplete);
    }

    [TestMethod]
    public void Read_OneRecordMissing_IsNotComplete()
    {
        string[] lines = TestFiles.SmallTrace;
        string start = lines.Single(line => line.Contains("function report") && line.Contains("execute_start"));
        Assert.IsFalse(TestFiles.Read(lines.Where(line => line != start)).Blocks.Single().IsComplete);
        Assert.IsTrue(TestFiles.Read(lines.Select(line => line == start ? line[..60] : line)).Blocks.Single().IsComplete);
    }

    [TestMethod]
    public void Read_WholeLog_SortsEveryLine()
    {
        FtraceReader reader = new();
        FtraceLine[] kinds = [.. TestFiles.SmallTrace.Select(reader.Read)];
        Assert.AreEqual(4, reader.OtherLines);
        Assert.AreEqual(11, kinds.Count(kind => kind == FtraceLine.Header));
        Assert.AreEqual(26, kinds.Count(kind => kind == FtraceLine.Event));
        Assert.AreEqual(0, reader.DamagedLines);
    }

    [TestMethod]
    public void Read_TwoTraces_TwoBlocks()
    {
        FtraceReader reader = TestFiles.Read([.. TestFiles.SmallTrace, .. TestFiles.SmallTrace]);
        Assert.AreEqual(2, reader.Blocks.Count);
        Assert.AreEqual(reader.Blocks[0].Events.Count, reader.Blocks[1].Events.Count);
    }

    [TestMethod]
    public void Read_SecondHeaderDamaged_TwoTracesAndThePictureIsTheSecond()
    {
        using StreamReader log = File.OpenText(TestFiles.PathOf("two-traces-second-header-damaged.log"));
        FtraceReader reader = FtraceReader.ReadAll(log);
        Assert.AreEqual("first_one second_one", string.Join(' ', reader.Blocks.Select(block => block.Events[0].Name)));
        Assert.IsTrue(reader.Blocks.All(block => block is { IsComplete: true, AnnouncedRecords: 4, Events.Count: 4 }));
        Assert.IsFalse(reader.Blocks[0].MissesLines);
        Assert.IsTrue(reader.Blocks[1].MissesLines);
        string picture = TimelineSvg.Draw(TraceTimeline.Of(reader.Blocks[^1]), "the last");
        StringAssert.Contains(picture, "second_one");
        StringAssert.Contains(picture, "some lines are missing");
        Assert.IsFalse(picture.Contains("first_one", StringComparison.Ordinal));
    }

    // The live way: the reader keeps one trace, and tells a new one at once, and when it is complete.
    [TestMethod]
    public void Read_SecondHeaderDamagedLineByLine_EachTraceIsCompleteAtItsLastLine()
    {
        var reader = new FtraceReader(blocksMax: 1);
        var steps = new List<string>();
        FtraceBlock? last = null;
        bool wasComplete = false;
        foreach (string line in File.ReadLines(TestFiles.PathOf("two-traces-second-header-damaged.log")))
        {
            reader.Read(line);
            FtraceBlock block = reader.Blocks.Single();
            if (block != last) steps.Add($"begins at {line}");
            else if (block.IsComplete && !wasComplete) steps.Add($"complete with {block.Events.Count}");
            wasComplete = block.IsComplete;
            last = block;
        }

        Assert.AreEqual(
            "begins at # tracer: nop|complete with 4|begins at # entries-in-buffer/entries-written: 4/4   #P:1|complete with 4",
            string.Join('|', steps));
    }

    // Any part of the second header but its first line tells that a trace begins; so do two signs without any of it.
    [TestMethod]
    [DataRow("# entries-in-buffer/entries-written: 26/33   #P:1")]
    [DataRow("#                              _-----=> irqs-off")]
    [DataRow("#                             / _----=> need-resched")]
    [DataRow("#           TASK-PID   CPU#  ||||   TIMESTAMP  FUNCTION")]
    [DataRow("[    0.010000] button_module: loaded")]
    [DataRow("")]
    public void Read_OneLineLeftOfTheSecondHeader_TwoTraces(string left)
    {
        FtraceReader reader = TestFiles.Read([.. TestFiles.SmallTrace, left, .. Events(TestFiles.SmallTrace)]);
        Assert.AreEqual("26 26", string.Join(' ', reader.Blocks.Select(block => block.Events.Count)));
        Assert.IsTrue(reader.Blocks[1].MissesLines);
        Assert.AreEqual(0, reader.DamagedLines);
    }

    // Neither damage nor lines of the log between those of a trace make two of one.
    [TestMethod]
    public void Read_OneTraceWithWhatLooksLikeAnother_IsOne()
    {
        string[] lines = TestFiles.SmallTrace;
        // Lines of the log between the records, of a clock that goes on.
        Assert.AreEqual(1, TestFiles.Read(lines.SelectMany(line => new[] { line, "[    1.200000] a line" })).Blocks.Count);
        // A digit of a time is damaged: it runs back at the next record.
        for (int i = 0; i < lines.Length; i++)
        {
            int hit = i;
            string[] damaged = [.. lines.Select((line, k) => k == hit ? line.Replace(" 1.0", " 9.0") : line)];
            Assert.AreEqual(1, TestFiles.Read(damaged).Blocks.Count, lines[i]);
        }

        // Before its end, the records of a board that started again are more likely noise in the log's times.
        string[] later = [.. lines.Take(20), "[    0.010000] a line", .. lines.Skip(20)];
        Assert.AreEqual(1, TestFiles.Read(later).Blocks.Count);
    }

    // The first trace broke off, then the board started again: its clock says so, in the log and in the trace.
    [TestMethod]
    public void Read_BoardStartsAgainInATrace_TwoTraces()
    {
        string[] events = [.. Events(TestFiles.SmallTrace)];
        FtraceReader reader = TestFiles.Read(
            [.. TestFiles.SmallTrace[..30], "[    5.100000] a line", "[    0.010000] button_module: loaded", .. events]);
        Assert.AreEqual(2, reader.Blocks.Count);
        Assert.AreEqual(events.Length, reader.Blocks[1].Events.Count);
        Assert.IsTrue(reader.Blocks[0].MissesLines);
    }

    [TestMethod]
    public void Read_TraceThatEndedEarly_IsCompleteAndSaysSo()
    {
        string end = "# ended early after 6 of 26 records";
        string[] lines = [.. TestFiles.SmallTrace.TakeWhile(line => !line.Contains("1.001400")), end];
        FtraceReader reader = TestFiles.Read(lines[..^1]);
        Assert.IsFalse(reader.Blocks.Single().IsComplete);
        Assert.AreEqual(FtraceLine.Header, reader.Read(end));
        FtraceBlock block = reader.Blocks.Single();
        Assert.IsTrue(block is { IsComplete: true, MissesLines: false, EndedEarlyAfter: 6, AnnouncedRecords: 26 });
        string picture = TimelineSvg.Draw(TraceTimeline.Of(block), "early");
        StringAssert.Contains(picture, "the trace was stopped while it was written, and ends after 6 records");

        // One of the six is lost on the cable.
        block = TestFiles.Read(lines.Where(line => !line.Contains("irq_handler_entry"))).Blocks.Single();
        Assert.IsTrue(block is { IsComplete: true, MissesLines: true });
    }

    // Lines of kernels, each of a form of its own: all are healthy.
    [TestMethod]
    [DataRow("ftrace-module-handler.txt", 8, 0, "poll_port [xhub],led_tick [ledmod],core_fn")]
    [DataRow("ftrace-activate-with-function.txt", 2, 0, "poll_port")]
    [DataRow("ftrace-rt-seven-flags.txt", 3, 0, "arch_timer,stat_update")]
    [DataRow("ftrace-trace-cmd-report.txt", 5, 204_600, "avg_work,delayed_timer,uart0")]
    [DataRow("ftrace-dump-in-kernel-log.txt", 2, 0, "poll_fn")]
    public void Read_TraceOfAKernel_NoLineIsDamaged(string file, int events, int lost, string names)
    {
        FtraceBlock block = TestFiles.Read(File.ReadLines(TestFiles.PathOf(file))).Blocks.Single();
        Assert.AreEqual(0, block.DamagedLines);
        Assert.HasCount(events, block.Events);
        Assert.AreEqual(lost, block.LostRecords);
        IEnumerable<string> named = block.Events.Select(item => item.Name).Where(name => name.Length > 0);
        Assert.AreEqual(names, string.Join(',', named.Distinct()));
        Assert.IsFalse(block.MissesLines);
        Assert.AreEqual(block.AnnouncedRecords is not null, block.IsComplete);
        Assert.IsFalse(block.Events.Any(item => item.Kind == FtraceEventKind.Other));
    }

    [TestMethod]
    public void Read_LatencyForm_TakesTimeProcessorAndFlags()
    {
        FtraceEvent item = One(File.ReadLines(TestFiles.PathOf("ftrace-dump-in-kernel-log.txt")).First());
        Assert.AreEqual(new FtraceEvent(FtraceEventKind.TimerStart, 44_012, "kworker/", 31, 3, "d....", "394b309f", "poll_fn", "",
            120_651, 4_294_667_340), item);
    }

    // What stands behind whole columns: entries of other tracers, none damaged.
    [TestMethod]
    [DataRow("mutex_unlock <-tracing_set_tracer", "mutex_unlock")]
    [DataRow("poll_port [xhub] <-process_one_work", "poll_port")]
    [DataRow("timer_delete <-try_to_grab_pending", "timer_delete")]
    [DataRow("worker_thread", "worker_thread")]
    [DataRow("<stack trace>", "<stack")]
    [DataRow("<user stack trace>", "<user")]
    [DataRow("sys_read(fd: 3, buf: 7ffd1c0a3b80, count: 200)", "sys_read(fd:")]
    [DataRow("sys_read -> 0x40", "sys_read")]
    [DataRow("sys_exit: NR 0 = 64", "sys_exit")]
    [DataRow("MyProbe_0: (do_sys_open+0x0/0xd8 [mod]) arg1=0xffff name=\"a: b\"", "MyProbe_0")]
    [DataRow("     1234:120:S ==> [001]    23:120:R kworker/1:1", "1234:120:S")]
    [DataRow("my_function [mod]: printed, timer 5", "my_function")]
    [DataRow("#3     inner/outer(us):   12/14    ts:1700000000.000000000", "#3")]
    [DataRow("tracing_mark_write: timer_start", "tracing_mark_write")]
    [DataRow("workqueue_something_new: x=1", "workqueue_something_new")]
    [DataRow("timer_init: timer=0000000012345678", "timer_init")]
    [DataRow("hrtimer_start: hrtimer=00000000aabbccdd function=tick_sched_timer expires=100 softexpires=100 mode=ABS",
        "hrtimer_start")]
    public void Read_EntryOfAnotherTracer_IsAnotherEvent(string text, string name)
    {
        FtraceEvent item = One("    kworker/1:1-77      [001] d..1.    12.000030: " + text);
        Assert.AreEqual((FtraceEventKind.Other, name), (item.Kind, item.Name));
    }

    // Lines of a kernel's trace or log without columns.
    [TestMethod]
    [DataRow(" => process_one_work")]
    [DataRow("[    5.123456]  => worker_thread [mod]")]
    [DataRow("##### CPU 3 buffer started ####")]
    [DataRow(" 0)   0.541 us    |  mutex_unlock();")]
    [DataRow(" 0)   kworker-77   =>  ksoftir-9")]
    [DataRow("[    5.123456] Dumping ftrace buffer:")]
    [DataRow("[    5.123456] mydriver 1-2: timer_start: 5 ms")]
    [DataRow("version = 7")]
    public void Read_LineOfAKernelWithoutColumns_IsOther(string line)
    {
        FtraceReader reader = TestFiles.Read(Queued, line, Started);
        Assert.AreEqual((0, 1), (reader.DamagedLines, reader.OtherLines));
    }

    // Forms of the columns.
    [TestMethod]
    [DataRow("kworker/0:1-10 [000] d..h111 ", "d..h111", "12.000010", 12_000_010)]
    [DataRow("kworker/0:1-10 [000] d..h1111 ", "d..h1111", "12.000010", 12_000_010)]
    [DataRow("kworker/0:1-10      (-------) [000] d.h1. ", "d.h1.", "12.000010", 12_000_010)]
    [DataRow("kworker/0:1-10      (     10) [000] ", "", "12.000010", 12_000_010)]
    [DataRow("kworker/0:1-10      [000] d.h1. ", "d.h1.", "12.000010123", 12_000_010)]
    [DataRow("kworker/0:1-10      [000] d.h1. ", "d.h1.", "1700000000.000010", 1_700_000_000_000_010)]
    [DataRow("kworker/0:1-10      [000] d.h1. ", "d.h1.", "98765432109876", 98_765_432_109_876)]
    [DataRow("kworker/0:1-10      [000] ", "", "        1203", 1203)]
    [DataRow("kworker/0:1-10        0dN.h1. ", "dN.h1.", "  203us+", 203)]
    [DataRow("kworker/0:1-10        0d..h111 ", "d..h111", "  203us!", 203)]
    [DataRow("kworker/0:1-10        0d.h1. ", "d.h1.", " 98765", 98_765)]
    [DataRow("kworker/0:1-10        0d.h1.", "d.h1.", "   12.000010", 12_000_010)]
    public void Read_FormsOfTheColumns_AreTaken(string columns, string flags, string time, long microseconds)
    {
        foreach (string prefix in new[] { "", "     ", "[    1.234567] ", "[    1.234567][    C1] ", "<6>[    1.234567] " })
        {
            FtraceEvent item = One($"{prefix}{columns}{time}: timer_cancel:         timer=1");
            Assert.AreEqual(new FtraceEvent(FtraceEventKind.TimerCancel, microseconds, "kworker/0:1", 10, 0, flags, "1"), item);
        }
    }

    [TestMethod]
    public void Read_ClockThatCounts_IsSaidInThePicture()
    {
        const string said = "the trace's clock counts";
        string counted = Started.Replace("0.557824", "1203", StringComparison.Ordinal);
        StringAssert.Contains(TimelineSvg.Draw(TestFiles.TimelineOf(counted), "counts"), said);
        Assert.DoesNotContain(said, TimelineSvg.Draw(TestFiles.TimelineOf(Started), "time"));
    }

    [TestMethod]
    public void Read_HeaderWithTimesOfAMonitor_IsRead()
    {
        FtraceReader reader = TestFiles.Read(TestFiles.SmallTrace.Select(line => "12:34:56.789  " + line));
        Assert.AreEqual(7, reader.Blocks.Single().LostRecords);
        Assert.AreEqual(26, reader.Blocks.Single().Events.Count);
    }

    [TestMethod]
    [DataRow("CPU:0 [LOST 12 EVENTS]", 12)]
    [DataRow("CPU:11 [204600 EVENTS DROPPED]", 204_600)]
    [DataRow("CPU:1 [EVENTS DROPPED]", 1)]
    public void Read_LostEvents_AreCounted(string line, int lost) =>
        Assert.AreEqual(lost, TestFiles.Read(Queued, line, Started).Blocks.Single().LostRecords);

    [TestMethod]
    public void Read_TwoReportsOfTraceCmd_AreTwo()
    {
        string[] report = File.ReadAllLines(TestFiles.PathOf("ftrace-trace-cmd-report.txt"));
        FtraceReader reader = TestFiles.Read([.. report, .. report]);
        Assert.AreEqual("5 5", string.Join(' ', reader.Blocks.Select(block => block.Events.Count)));
    }

    [TestMethod]
    public void Read_LossesInTheLog_AreKeptUntilTheBoardStartsAgain()
    {
        string[] log = ["[    5.000000] failed to allocate my_work", "[    5.001000] failed to allocate my_work"];
        Assert.AreEqual(2, TestFiles.Read([.. log, Started]).Blocks.Single().Losses.Count);
        string restart = "[    0.010000] button_module: loaded";
        Assert.AreEqual(0, TestFiles.Read([.. log, restart, Started]).Blocks.Single().Losses.Count);
    }

    private static IEnumerable<string> Events(IEnumerable<string> lines) => lines.Where(line => line.Contains("[000] "));

    private static FtraceEvent One(string line)
    {
        var reader = new FtraceReader();
        Assert.AreEqual(FtraceLine.Event, reader.Read(line), line);
        return reader.Blocks.Single().Events.Single();
    }
}
