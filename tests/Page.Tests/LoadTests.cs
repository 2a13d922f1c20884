using System.Diagnostics;
using Hardware.Machine;
using Hardware.Page;
using Microsoft.Playwright;
using VirtualBoard;
using static Microsoft.Playwright.Assertions;

namespace Page.Tests;

/// <summary>Much at once. How long it takes is printed; what is asserted is how much a browser has to hold and to draw.</summary>
[TestClass]
public sealed class LoadTests : BrowserTests
{
    private const int NodesMax = 4000; // that a page has, whatever has happened

    public required TestContext TestContext { get; init; }

    [ClassInitialize]
    public static void Begin(TestContext _) => SetDefaultExpectTimeout(60_000);

    [TestMethod]
    public async Task Page_Of24VirtualHours_OpensWithAllThatHappenedAndGoesOnFrameByFrame()
    {
        RecordedBoard board = RecordedBoard.OfADay();
        await using PageServer server = await PageServer.Start(board, port: 0);
        IPage page = await OpenWindow(motion: ReducedMotion.NoPreference);
        var clock = Stopwatch.StartNew();
        await page.GotoAsync(server.Address);
        await AssertShown(page, board.Count);
        TestContext.WriteLine($"24 virtual hours, {board.Count} events: shown after {clock.ElapsedMilliseconds} ms");
        await AssertNodes(page);
        await Expect(page.Locator("#log div").Last).ToContainTextAsync("[86340.");
        clock.Restart();
        await page.Locator("#cursor").FillAsync((board.Count / 2).ToString());
        await Expect(page.Locator("#live")).ToBeEnabledAsync();
        TestContext.WriteLine($"a moment in its middle: shown after {clock.ElapsedMilliseconds} ms");

        // 60 events each second.
        await page.Locator("#live").ClickAsync();
        PageEvent[] events = board.TakeLast(120);
        await page.EvaluateAsync("""
            window.frames60 = [];
            let last = performance.now();
            const tick = () => {
              const now = performance.now(); frames60.push(now - last); last = now;
              requestAnimationFrame(tick);
            };
            requestAnimationFrame(tick);
            """);
        foreach (PageEvent each in events)
        {
            board.Feed.Add(each);
            await Task.Delay(16);
        }

        await AssertShown(page, board.Count + events.Length);
        double[] frames = [.. (await page.EvaluateAsync<double[]>("window.frames60")).Order()];
        TestContext.WriteLine($"60 events each second behind {board.Count}: {frames.Length} frames, "
            + $"median {frames[frames.Length / 2]:F1} ms, 99 % within {frames[frames.Length * 99 / 100]:F1} ms, "
            + $"longest {frames[^1]:F1} ms");
        await AssertNodes(page);
    }

    [TestMethod]
    public async Task Storm_Of100000Edges_IsCountedWholeAndDrawnThinned()
    {
        await using ServedBoard board = await ServedBoard.Start();
        IPage page = await OpenWindow();
        await page.GotoAsync(board.Address);
        await Expect(page.Locator("#log")).ToContainTextAsync("loaded");
        await page.EvaluateAsync("""
            window.longest = 0;
            let last = performance.now();
            const tick = () => {
              const now = performance.now(); window.longest = Math.max(window.longest, now - last); last = now;
              requestAnimationFrame(tick);
            };
            requestAnimationFrame(tick);
            """);
        board.Play("A storm");
        await Expect(page.Locator("#totals"))
            .ToContainTextAsync($"edges recorded{Scenario.StormEdges}lost{Scenario.StormEdges - 128}");
        int told = int.Parse((await page.Locator("#cursor").GetAttributeAsync("max"))!);
        double longest = await page.EvaluateAsync<double>("longest");
        TestContext.WriteLine($"a storm of {Scenario.StormEdges} edges: longest frame {longest:F0} ms, {told} events told");
        await AssertNodes(page);
        Assert.IsLessThan(5000, told);
    }

    // Asked again and again, or it would be measured how seldom a test asks.
    private static async Task AssertShown(IPage page, int events)
    {
        for (int i = 0; i < 6000; i++)
        {
            if (await page.EvaluateAsync<string>("document.getElementById('cursor').max") == events.ToString()) return;
            await Task.Delay(10);
        }

        Assert.Fail($"{events} events are not shown");
    }

    private async Task AssertNodes(IPage page)
    {
        int nodes = await page.EvaluateAsync<int>("document.querySelectorAll('*').length");
        TestContext.WriteLine($"{nodes} elements on the page");
        Assert.IsLessThan(NodesMax, nodes);
    }

    // A run at the speed of this computer, kept.
    private sealed class RecordedBoard : IPageBoard
    {
        private readonly List<PageEvent> _told = []; // but for what queues count

        private RecordedBoard() => Feed.Begin("""
            {"board":"VirtualBoard","firmware":"ButtonModule","ring":128,"heap":358400,"parts":[],"scenarios":[]}
            """.Trim());

        public Feed Feed { get; } = new(limit: 200_000);

        /// <summary>Events in the feed.</summary>
        internal int Count => _told.Count;

        public string? Do(PageRequest request) => "it is over";

        public PagePicture? DrawTimeline() => null;

        internal static RecordedBoard OfADay()
        {
            var board = new RecordedBoard();
            Profile profile = Profiles.Find("VirtualBoard")!;
            var finger = new Finger(0, 300, 0, 0, false, 0, 3);
            var settings = new Settings { Board = profile, Wiring = Wiring.Of(profile), Finger = finger };
            PinDrive[] presses = [.. Enumerable.Range(0, 24 * 60).SelectMany(minute => new[] { true, false }.SelectMany(isDown =>
                Stimulus.Contact(((minute * 60_000L) + (isDown ? 0 : 100)) * 1_000_000, settings.Wiring.Button, isDown, finger,
                    new Random(3))))];
            using var bench = new Bench(settings, FirmwareImage.Find(null, profile, TextWriter.Null), presses);
            RunResult run = bench.Run(options => options with
            {
                IsMetered = true,
                Saw = seen =>
                {
                    if (seen is { Kind: SeenKind.QueueCounted, Counters: null }) return;
                    PageEvent told = SeenMessages.Event(seen, seen.Where);
                    board.Feed.Add(told);
                    if (seen.Kind != SeenKind.QueueCounted) board._told.Add(told);
                },
            });
            Assert.IsGreaterThan(86_000_000_000_000, run.Nanoseconds, "a day");
            return board;
        }

        /// <summary>The newest things that happened, to be told once more.</summary>
        internal PageEvent[] TakeLast(int count) => [.. _told.TakeLast(count)];
    }
}
