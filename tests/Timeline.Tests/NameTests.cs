using Hardware.Timeline;
using Workqueues;

namespace Timeline.Tests;

/// <summary>Names of any content: what the library writes, our reader reads back as it was.</summary>
[TestClass]
public class NameTests
{
    private static readonly string[] s_names =
    [
        "my_work", "", " ", "  two  spaces  ", "a\tb", "a\nb", "\r\n", "\u0085", "a\u2028b\u2029c", "\u00A0", "\u3000\uFEFF",
        "'single' \"double\"", "\"\"", "\"", "a=b", "name=x workqueue=y", "[x]", "]", "[000] .... 1.000000: ", "a:b", ":", "-",
        "-16", "x-1 [000] ....  2.5: irq_handler_exit: irq=1 ret=handled", "f [module]", "# tracer: nop", "#", "\\", "\\040",
        "\\u2028", "a\\...", "\\...", "...", "…", "/", "a/0", "0", "(1)", "<idle>", "größe", "工作队列", "🙂", "\uD83D",
        "\uDE42\uD83D", "e\u0301", "\u0001\u001B[31m\u007F", new('n', 1200), new('n', 1280),
    ];

    [TestMethod]
    public void Read_AnyNameOfTheLibrary_IsTheSameName()
    {
        var wrong = new List<string>();
        foreach (string name in s_names) Check(name, name, wrong);
        for (char letter = '\u0001'; letter < '\u0100'; letter++)
        {
            Check($"{letter}a{letter}", $"{letter}a{letter}", wrong);
        }

        Assert.AreEqual("", string.Join('\n', wrong));
    }

    // One name that is cut wherever it stands, with an ellipsis, and of which as much is kept as 1280 letters hold.
    [TestMethod]
    public void Read_NameThatIsTooLong_EndsInAnEllipsis()
    {
        var wrong = new List<string>();
        Check(new string('n', 1281), new string('n', 1276) + "…", wrong);
        Check(new string(' ', 400), new string(' ', 319) + "…", wrong);
        Check(string.Concat(Enumerable.Repeat("🙂", 400)), string.Concat(Enumerable.Repeat("🙂", 106)) + "…", wrong);
        Assert.AreEqual("", string.Join('\n', wrong));
    }

    // The library's own trace, of a delay that is called off: seen in the numbers and in the picture.
    [TestMethod]
    public void Read_CanceledDelayOfTheLibrary_IsSeen()
    {
        Workqueue queue = Workqueue.CreateSingleThread("queue");
        var lines = new List<string>();
        try
        {
            var work = new DelayedWork(_ => { }, "late_one");
            WorkqueueTrace.Start(100);
            queue.QueueDelayed(work, 60_000);
            Assert.IsTrue(work.Cancel());
            WorkqueueTrace.Stop();
            WorkqueueTrace.WriteTo(lines.Add);
        }
        finally
        {
            queue.Destroy();
            WorkqueueTrace.Clear();
        }

        TraceTimeline timeline = TestFiles.TimelineOf(lines);
        TimerNumbers timer = timeline.TimerNumbers.Single();
        Assert.AreEqual(
            ("late_one", 1, 0, 1, 0), (timer.Name, timer.Armed, timer.Moved, timer.Canceled, timer.Expired));
        Assert.Contains("cancelled", TimelineSvg.Draw(timeline, "a delay"));
    }

    // What the kernel writes as it is.
    [TestMethod]
    [DataRow(@"C:\driver", @"C:\driver")]
    [DataRow(@"a\400\08\u12", @"a\400\08\u12")]
    [DataRow("uart 0", "uart 0")]
    public void Read_NameOfTheKernel_IsAsItStands(string word, string name) => Assert.AreEqual(name, TestFiles.Read(
        $"<idle>-0 [000] d.h1 1.000000: irq_handler_entry: irq=3 name={word}").Blocks.Single().Events.Single().Name);

    // A picture and a table show it in one line, and never command a terminal.
    [TestMethod]
    public void Show_AnyName_IsOneLineOfText()
    {
        foreach (string name in s_names)
        {
            TraceTimeline timeline = TraceTimeline.Of(Trace(name).Blocks.Single());
            System.Xml.Linq.XElement.Parse(TimelineSvg.Draw(timeline, "names"));
            foreach (string cell in NumberTable.Of(timeline).SelectMany(table => table.Rows).Select(row => row[0]))
            {
                Assert.AreNotEqual("", cell);
                Assert.IsFalse(cell.Any(letter => char.IsControl(letter) || letter is '\u2028' or '\u2029'), cell);
            }
        }
    }

    private static void Check(string name, string expected, List<string> wrong)
    {
        FtraceReader reader = Trace(name);
        IReadOnlyList<FtraceEvent> events = reader.Blocks.Count == 1 ? reader.Blocks[0].Events : [];
        string[] names =
        [
            .. events.Where(item => item.Kind is not FtraceEventKind.ActivateWork).Select(item => item.Name),
            .. events.Where(item => item.Kind is FtraceEventKind.QueueWork).Select(item => item.Queue),
        ];
        string[] workers = [.. events.Where(item => item.Kind is FtraceEventKind.ExecuteEnd).Select(item => item.Comm)];
        bool isWhole = reader is { DamagedLines: 0, OtherLines: 0 }
            && reader.Blocks[0] is { IsComplete: true, MissesLines: false };
        if (isWhole && names.Length == 7 && names.All(other => other == expected) && workers is [var worker]
            && worker == expected + "/0") return;
        string read = string.Join('|', names.Concat(workers).Select(Short));
        wrong.Add($"{Short(name)} as {read}, {reader.DamagedLines} damaged, {reader.OtherLines} others");
    }

    private static string Short(string name) => Uri.EscapeDataString(name.Length > 20 ? name[..10] + name[^10..] : name);

    // An interrupt line, a delay, its expiry, a queueing and a run: one name for all.
    private static FtraceReader Trace(string name)
    {
        Workqueue queue = Workqueue.CreateSingleThread(name);
        var lines = new List<string>();
        try
        {
            using var ran = new ManualResetEvent(false);
            var work = new DelayedWork(_ => ran.Set(), name);
            WorkqueueTrace.Start(100);
            WorkqueueTrace.IrqHandlerEntry(1, name);
            queue.QueueDelayed(work, 1);
            Assert.IsTrue(ran.WaitOne(TimeSpan.FromSeconds(20)));
            queue.Flush();
            WorkqueueTrace.Stop();
            WorkqueueTrace.WriteTo(lines.Add);
        }
        finally
        {
            queue.Destroy();
            WorkqueueTrace.Clear();
        }

        return TestFiles.Read(lines);
    }
}
