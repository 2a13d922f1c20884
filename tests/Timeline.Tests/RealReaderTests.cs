using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using Hardware.Timeline;
using Workqueues;

namespace Timeline.Tests;

/// <summary>What a real reader of ftrace makes of a trace that the library wrote, and a real browser of a picture.</summary>
[TestClass]
public class RealReaderTests
{
    private const int FastRuns = 25;
    private const int SlowRuns = 7;
    private const int TopHalves = 25;

    [TestMethod]
    public void Viewer_TraceOfARun_HasEveryRunOnItsWorkerAndEveryTopHalf()
    {
        string trace = RunAndTrace();
        ViewerModel viewer = ChromeViewer.Import(trace);
        // The viewer has no handler for timer events, of Linux neither: all other lines it must understand.
        Assert.AreEqual("", string.Join('\n', viewer.Warnings.Where(warning => !warning.StartsWith("Unknown event timer_"))));

        Assert.AreEqual(FastRuns + 1, Runs(viewer, "fast/0").Count);
        Assert.AreEqual(FastRuns, Runs(viewer, "fast/0").Count(slice => slice.Title == "fast_one"));
        Assert.AreEqual(1, Runs(viewer, "fast/0").Count(slice => slice.Title == "delayed_one"));
        Assert.AreEqual(SlowRuns, Runs(viewer, "slow/0").Count(slice => slice.Title == "slow_one"));
        Assert.AreEqual(TopHalves, Runs(viewer, "irqs cpu 0").Count(slice => slice.Title == "IRQ (button)"));
        Assert.AreEqual(3, viewer.Threads.Count);

        // Our own reader sees the same slices at the same times.
        TraceTimeline timeline = TestFiles.TimelineOf(trace.Split('\n'));
        foreach (WorkerTrack worker in timeline.Workers)
        {
            string[] ours = [.. worker.Runs.Select(run => Slice(timeline.Items[run.Item].Name, run.Start, run.End))];
            CollectionAssert.AreEqual(ours, Runs(viewer, worker.Name).Select(Slice).ToArray(), worker.Name);
        }

        CollectionAssert.AreEqual(
            timeline.Interrupts.Single().Spans.Select(span => Slice("IRQ (button)", span.Start, span.End)).ToArray(),
            Runs(viewer, "irqs cpu 0").Select(Slice).ToArray());
    }

    [TestMethod]
    public void Viewer_TraceOfTheVirtualBoard_HasWhatTheFirmwareCounted()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("timeline-tests-");
        try
        {
            string trace = Path.Combine(folder.FullName, "button.trace");
            string log = RunBoard(trace);
            ViewerModel viewer = ChromeViewer.Import(File.ReadAllText(trace));
            Assert.AreEqual("", string.Join('\n', viewer.Warnings.Where(warning => !warning.StartsWith("Unknown event timer_"))));
            // The firmware's own counters, from its log.
            Match counted = Regex.Match(log, @"interrupts=(\d+) presses=(\d+).*run=(\d+) failed=0", RegexOptions.Singleline);
            Assert.IsTrue(counted.Success, log);
            IReadOnlyList<ViewerSlice> runs = Runs(viewer, "my_queue/0");
            Assert.AreEqual(counted.Groups[1].Value, $"{Runs(viewer, "irqs cpu 0").Count}", "top halves");
            Assert.AreEqual(counted.Groups[3].Value, $"{runs.Count(slice => slice.Title == "my_work")}", "runs of my_work");

            // The debounce runs at each press and release, and once more where the contact bounced on.
            IReadOnlyList<ViewerSlice> buttonRuns = Runs(viewer, "button/0");
            Assert.IsGreaterThanOrEqualTo(
                Regex.Count(log, "button: (press|release)"), buttonRuns.Count(slice => slice.Title == "debounce"));
            Assert.AreEqual(1, buttonRuns.Count(slice => slice.Title == "hold"));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [TestMethod]
    public void Browser_Pictures_NoTextLiesOnAnotherOrOutside()
    {
        string[] pictures = [Picture(TestFiles.SmallTrace), Picture(RunAndTrace().Split('\n')), Picture(Crowd())];
        string page = "<!DOCTYPE html><html><head><meta charset='utf-8'><style>body { margin: 0 }</style></head><body>"
            + string.Concat(pictures) + """
            <pre id='result'></pre><script>
            const found = [];
            let texts = 0;
            for (const svg of document.querySelectorAll('svg')) {
              const page = svg.getBoundingClientRect();
              // The letters' own height, without the space that a font keeps for accents and lines.
              const boxes = [...svg.querySelectorAll('text')].map(text => {
                const box = text.getBoundingClientRect(), cut = box.height * 0.2;
                return {
                  left: box.left, right: box.right, top: box.top + cut, bottom: box.bottom - cut, words: text.textContent };
              });
              texts += boxes.length;
              for (const a of boxes) {
                if (a.left < page.left || a.right > page.right || a.bottom > page.bottom) found.push(a.words + ' lies outside');
                for (const b of boxes) {
                  if (a !== b && a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom) {
                    found.push(a.words + ' lies on ' + b.words);
                  }
                }
              }
            }
            document.getElementById('result').textContent = JSON.stringify({ Texts: texts, Found: found });
            </script></body></html>
            """;
        using JsonDocument result = JsonDocument.Parse(ChromeViewer.Run(page));
        IEnumerable<string?> found = result.RootElement.GetProperty("Found").EnumerateArray().Select(item => item.GetString());
        Assert.AreEqual("", string.Join('\n', found.Take(20)));
        Assert.IsTrue(result.RootElement.GetProperty("Texts").GetInt32() > 300, "texts that were compared");
    }

    private static string RunBoard(string trace)
    {
        string board = Path.Combine(AppContext.BaseDirectory, "VirtualBoard.dll");
        string[] arguments = [board, "--presses", "2", "--trace", trace];
        using Process process = Process.Start(new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true })!;
        Task<string> log = process.StandardOutput.ReadToEndAsync();
        Assert.IsTrue(process.WaitForExit(TimeSpan.FromSeconds(30)), "the virtual board did not end");
        Assert.AreEqual(0, process.ExitCode, log.Result);
        return log.Result;
    }

    // Each item is queued when its last run has ended, so every queueing is a run: their number is known without the trace.
    private static string RunAndTrace()
    {
        WorkqueueTrace.Start(1000);
        Workqueue fast = Workqueue.CreateSingleThread("fast");
        Workqueue slow = Workqueue.CreateSingleThread("slow");
        try
        {
            var fastOne = new Work(_ => { }, "fast_one");
            var slowOne = new Work(_ => Thread.SpinWait(20_000), "slow_one");
            var delayedOne = new DelayedWork(_ => { }, "delayed_one");
            var interrupts = new Thread(() =>
            {
                for (int i = 0; i < TopHalves; i++)
                {
                    InterruptContext.Enter();
                    WorkqueueTrace.IrqHandlerEntry(45, "button");
                    Assert.IsTrue(fast.Queue(fastOne));
                    fast.ModifyDelayed(delayedOne, 5);
                    WorkqueueTrace.IrqHandlerExit(45);
                    InterruptContext.Exit();
                    fastOne.Flush();
                }
            });
            for (int i = 0; i < SlowRuns; i++)
            {
                Assert.IsTrue(slow.Queue(slowOne));
                slowOne.Flush();
            }

            delayedOne.CancelSync();
            interrupts.Start();
            interrupts.Join();
            delayedOne.Flush();
            WorkqueueTrace.Stop();
            var text = new StringWriter { NewLine = "\n" };
            WorkqueueTrace.WriteTo(line => text.WriteLine(line));
            return text.ToString();
        }
        finally
        {
            fast.Destroy();
            slow.Destroy();
            WorkqueueTrace.Clear();
        }
    }

    // Many items, long names, two lines, runs of all lengths.
    private static string[] Crowd()
    {
        var random = new Random(5);
        var lines = new List<string>();
        double time = 12_345.5;
        string At() => FormattableString.Invariant($"{time += (random.Next(4) == 0 ? 0.03 : random.Next(1, 900) / 1e6):F6}");
        for (int i = 0; i < 400; i++)
        {
            string item = $"item_{i % 30}_" + new string('m', i % 30);
            string line = new('W', i % 2 * 30 + 1);
            lines.Add($"interrupt-2 [000] d.h1 {At()}: irq_handler_entry: irq={i % 2} name={line}");
            lines.Add($"interrupt-2 [000] d.h1 {At()}: workqueue_queue_work: work struct={item} function={item} "
                + $"workqueue=q{i % 3} req_cpu=0 cpu=0");
            lines.Add($"interrupt-2 [000] d.h1 {At()}: irq_handler_exit: irq={i % 2} ret=handled");
            string worker = $"q{i % 3}/0-{16 + (i % 3)} [000] .... ";
            lines.Add($"{worker}{At()}: workqueue_execute_start: work struct {item}: function {item}");
            lines.Add($"{worker}{At()}: workqueue_execute_end: work struct {item}: function {item}");
        }

        return [.. lines];
    }

    private static string Picture(IEnumerable<string> lines) =>
        TimelineSvg.Draw(TestFiles.TimelineOf(lines), "A picture", "and a note");

    private static IReadOnlyList<ViewerSlice> Runs(ViewerModel viewer, string thread)
    {
        ViewerThread? found = viewer.Threads.SingleOrDefault(other => other.Name == thread);
        Assert.IsNotNull(found, $"{thread} is not among {string.Join(", ", viewer.Threads.Select(other => other.Name))}");
        return found.Slices;
    }

    private static string Slice(ViewerSlice slice) => Slice(slice.Title, (long)Math.Round(slice.StartMilliseconds * 1000),
        (long)Math.Round((slice.StartMilliseconds + slice.DurationMilliseconds) * 1000));

    private static string Slice(string title, long start, long end) => $"{title} from {start} to {end} µs";
}
