using System.Text.RegularExpressions;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Page.Tests;

/// <summary>The page in a browser.</summary>
[TestClass]
public sealed class PageTests : BrowserTests
{
    [ClassInitialize]
    public static void Begin(TestContext _) => SetDefaultExpectTimeout(60_000);

    [TestMethod]
    public async Task Press_WithTheMouse_IsInTheLogAndLightsTheLed()
    {
        await using ServedBoard board = await ServedBoard.Start();
        IPage page = await Ready(board);
        LocatorBoundingBoxResult rest = await CapBox(page);
        await page.Locator("[data-part=button]").HoverAsync();
        await page.Mouse.DownAsync();
        await Expect(page.Locator("#log")).ToContainTextAsync("button: press #1");
        await Expect(page.Locator(".part.button .what")).ToHaveTextAsync("button is pressed");
        LocatorBoundingBoxResult pressed = await CapBox(page);
        Assert.AreEqual(rest.X, pressed.X, 1, "the button moves under the finger");
        Assert.AreEqual(rest.Y, pressed.Y, 1, "the button moves under the finger");
        await page.Mouse.UpAsync();
        await Expect(page.Locator("#log")).ToContainTextAsync("button: release");
        await AssertLedWasLit(page);
    }

    [TestMethod]
    public async Task Press_WithTheSpaceBar_IsInTheLogAndLightsTheLed()
    {
        await using ServedBoard board = await ServedBoard.Start();
        IPage page = await Ready(board);
        await page.Keyboard.DownAsync(" ");
        await Expect(page.Locator("#log")).ToContainTextAsync("button: press #1");
        await page.Keyboard.UpAsync(" ");
        await Expect(page.Locator("#log")).ToContainTextAsync("button: release");
        await AssertLedWasLit(page);
    }

    [TestMethod]
    public async Task Press_WithAFinger_HoldsForAsLongAsItTouches()
    {
        await using ServedBoard board = await ServedBoard.Start();
        IPage page = await Ready(board);
        LocatorBoundingBoxResult box = (await page.Locator("[data-part=button]").BoundingBoxAsync())!;
        ICDPSession fingers = await page.Context.NewCDPSessionAsync(page);
        Task Touch(string type, params object[] points) =>
            fingers.SendAsync("Input.dispatchTouchEvent", new() { ["type"] = type, ["touchPoints"] = points });
        await Touch("touchStart", new { x = box.X + (box.Width / 2), y = box.Y + 30 });
        await Expect(page.Locator("#log")).ToContainTextAsync("button: press #1");
        await Expect(page.Locator(".part.button .what")).ToHaveTextAsync("button is pressed");
        await Touch("touchEnd");
        await Expect(page.Locator("#log")).ToContainTextAsync("button: release");
        await Expect(page.Locator(".part.button .what")).ToHaveTextAsync("button");
    }

    [TestMethod]
    public async Task Press_HeldForTwoSeconds_UnloadsTheModule()
    {
        await using ServedBoard board = await ServedBoard.Start();
        IPage page = await Ready(board);
        await page.GetByLabel("Time runs").SelectOptionAsync("1");
        await page.Locator("[data-part=button]").HoverAsync();
        await page.Mouse.DownAsync();
        await Expect(page.Locator("#log")).ToContainTextAsync("button_module: unloaded");
        await page.Mouse.UpAsync();
    }

    // Two clicks are two presses: nothing is zoomed or selected instead. How soon the second one comes, the browser says.
    [TestMethod]
    public async Task DoubleClick_IsFourEdges()
    {
        await using ServedBoard board = await ServedBoard.Start();
        IPage page = await Ready(board);
        await page.Locator("[data-part=button]").DblClickAsync(new() { Delay = 400 });
        await Expect(page.Locator("#totals")).ToContainTextAsync("edges recorded4");
        Assert.AreEqual("", await page.EvaluateAsync<string>("getSelection().toString()"));
    }

    [TestMethod]
    public async Task Press_OnOneTab_IsSeenOnTheOther()
    {
        await using ServedBoard board = await ServedBoard.Start();
        IPage first = await Ready(board);
        IPage second = await Ready(board);
        await first.Locator("[data-part=button]").FocusAsync();
        await first.Keyboard.DownAsync("Enter");
        await Expect(second.Locator("#log")).ToContainTextAsync("button: press #1");
        await first.Keyboard.UpAsync("Enter");
        await Expect(second.Locator("#log")).ToContainTextAsync("button: release");
    }

    [TestMethod]
    public async Task FollowAnEdge_SaysWhatTheBoardDid()
    {
        await using ServedBoard board = await ServedBoard.Start();
        IPage page = await Pressed(board);
        using EventReader reader = await EventReader.Open(board.Address);
        List<SeenEvent> all = await reader.Until(seen => seen.Kind == "ItemEnded" && seen.Name == "my_work");
        SeenEvent edge = all.First(seen => seen.Kind == "EdgeRecorded");
        SeenEvent queued = all.First(seen => seen.Kind == "ItemQueued" && seen.Name == "my_work");

        await page.Locator("#edge").SelectOptionAsync("1");
        ILocator step = page.Locator("#story li").Filter(new() { HasText = "my_work joins queue my_queue" });
        await Expect(step.Locator(".at")).ToHaveTextAsync("+" + Duration(queued.Nanoseconds - edge.Nanoseconds));
        await Expect(step.Locator(".cost")).ToContainTextAsync("Module.cs, line ");
        foreach (string text in new[] { "records it in the ring", "top half, begins", "a worker of my_queue takes my_work",
            "handler of my_work returns", "its time is over: debounce joins queue button", "led goes high" })
        {
            await Expect(page.Locator("#story")).ToContainTextAsync(text);
        }

        await step.Locator("button").ClickAsync();
        await Expect(step).ToHaveAttributeAsync("aria-current", "step");
        await Expect(Place(page, "queue:my_queue").Locator("> ul > li")).ToHaveTextAsync("my_work");
        await Expect(Place(page, "top").Locator("li")).ToHaveTextAsync("edge 1");
    }

    [TestMethod]
    public async Task OneEventBackAndOn_ShowsTheSameMomentAgain()
    {
        await using ServedBoard board = await ServedBoard.Start();
        IPage page = await Pressed(board);
        await page.Locator("#edge").SelectOptionAsync("1");
        await page.Locator("#story li").Filter(new() { HasText = "my_work joins queue" }).Locator("button").ClickAsync();
        string there = await page.Locator("#places").InnerTextAsync();
        string what = await page.Locator("#event").InnerTextAsync();
        await Button(page, "One event back").ClickAsync();
        await Expect(page.Locator("#event")).Not.ToHaveTextAsync(what);
        await Expect(Place(page, "queue:my_queue").Locator("> ul > li")).ToHaveCountAsync(0);
        await Button(page, "One event on").ClickAsync();
        await Expect(page.Locator("#event")).ToHaveTextAsync(what);
        Assert.AreEqual(there, await page.Locator("#places").InnerTextAsync());
        await Button(page, "Back to now").ClickAsync();
        await Expect(Button(page, "Back to now")).ToBeDisabledAsync();
    }

    [TestMethod]
    public async Task StoppedBoard_GoesOnByOneEventEach()
    {
        await using ServedBoard board = await ServedBoard.Start();
        IPage page = await Ready(board);
        await Button(page, "Stop").ClickAsync();
        await Expect(page.Locator("#state")).ToHaveTextAsync("time stands still");
        await page.EvaluateAsync("document.activeElement.blur()");
        await page.Keyboard.PressAsync(" ");
        await Button(page, "One event on").ClickAsync();
        await Expect(page.Locator("#event")).ToContainTextAsync("edge 1: the interrupt routine records it in the ring");
        await Expect(Place(page, "ring").Locator("li")).ToHaveTextAsync("edge 1");
        await Button(page, "One event on").ClickAsync();
        await Expect(page.Locator("#event")).ToContainTextAsync("button goes low");
        await Button(page, "Go on").ClickAsync();
        await Expect(page.Locator("#log")).ToContainTextAsync("my_workqueue_function");
    }

    // Of each scenario: what its sentence says, in the log or in the numbers.
    [TestMethod]
    [DataRow("One press", "#log", @"button: press #1 \(1 edges\)")]
    [DataRow("A bouncing press", "#log", @"button: press #1 \(\d+ edges\)")]
    [DataRow("A storm", "#totals", "lost99872")]
    [DataRow("A long handler", "#log", "button: press #3")]
    [DataRow("Destroy with armed work", "#log", "button_module: unloaded")]
    [DataRow("A hog and the watchdog", "#log", @"hog hogged CPU for >10000us 4 times[^$]*stuck for 100 ms in stuck of watched, 1 "
        + "waiting[^$]*late one runs")]
    [DataRow("CancelSync against an item that queues itself", "#log", "reading 7, [^$]*stopped after 8 readings")]
    [DataRow("Memory runs out", "[data-place=list] .note", @"\d+ lost")]
    public async Task Scenario_ShowsWhatItsSentenceSays(string name, string where, string expected)
    {
        await using ServedBoard board = await ServedBoard.Start();
        IPage page = await Ready(board);
        await page.GetByLabel("Scenario").SelectOptionAsync(name);
        await Button(page, "Start it").ClickAsync();
        await page.GetByLabel("Time runs").SelectOptionAsync("1");
        await Expect(page.Locator(where)).ToContainTextAsync(new Regex(expected));
    }

    [TestMethod]
    public async Task StoppedServer_IsSaidAndThePageComesBack()
    {
        await using ServedBoard board = await ServedBoard.Start();
        IPage page = await Ready(board);
        int port = board.Server.Port;
        string token = new Uri(board.Address).Segments[1].TrimEnd('/');
        await board.Stop();
        await Expect(page.Locator("#trouble")).ToContainTextAsync("has stopped, or cannot be reached");
        await Expect(page.Locator("#state")).ToHaveTextAsync("not connected");
        await board.StartAgain(port, token);
        await Expect(page.Locator("#trouble")).ToBeHiddenAsync();
        await Expect(page.Locator("#log")).ToContainTextAsync("loaded");
        Assert.AreEqual(1, await page.Locator("#log div").CountAsync(), "nothing is shown twice");
    }

    [TestMethod]
    public async Task Log_IsSearchedAndCopied()
    {
        await using ServedBoard board = await ServedBoard.Start();
        IPage page = await Pressed(board);
        await page.GetByLabel("Search the log").FillAsync("IRQ_handler");
        await Expect(page.Locator("#log .hit")).ToHaveCountAsync(2);
        await Expect(page.Locator("#found")).ToContainTextAsync("2 of ");
        await Button(page, "Copy").ClickAsync();
        await Expect(page.Locator("#found")).ToContainTextAsync("are copied");
        StringAssert.Contains(await page.EvaluateAsync<string>("navigator.clipboard.readText()"), "button: press #1");
        IDownload download = await page.RunAndWaitForDownloadAsync(() => Button(page, "Save").First.ClickAsync());
        Assert.AreEqual("ButtonModule.log", download.SuggestedFilename);
    }

    [TestMethod]
    public async Task Timeline_IsTheDrawingOfTheCommandAndAClickShowsItsMoment()
    {
        await using ServedBoard board = await ServedBoard.Start();
        IPage page = await Pressed(board);
        await Button(page, "Stop").ClickAsync(); // or the picture grows meanwhile
        await Expect(page.Locator("#state")).ToHaveTextAsync("time stands still");
        await Button(page, "Draw it as it is now").ClickAsync();
        ILocator image = page.Locator("#timeline");
        await Expect(image).ToHaveAttributeAsync("data-events", (await page.Locator("#cursor").GetAttributeAsync("max"))!);
        await Expect(image).ToHaveAttributeAsync("src", new Regex("my_queue"));
        await image.EvaluateAsync("image => image.decode()");

        // In the middle of the first run of my_work (a pixel may be half a millisecond), by the places and times that come with
        // the picture.
        double[][] stretches = await page.EvaluateAsync<double[][]>(
            "fetch('timeline').then(a => a.json()).then(p => p.stretches)");
        using EventReader reader = await EventReader.Open(board.Address);
        List<SeenEvent> all = await reader.Until(seen => seen.Kind == "ItemEnded" && seen.Name == "my_work");
        double us = all.Where(seen => seen.Kind is ("ItemStarted" or "ItemEnded") && seen.Name == "my_work").Take(2)
            .Average(seen => seen.Nanoseconds / 1000.0);
        double[] first = stretches.First(each => each[4] <= us && us <= each[5]);
        double x = first[0] + ((us - first[4]) / (first[5] - first[4]) * first[2]);
        await image.EvaluateAsync("(image, [x, y]) => image.dispatchEvent(new MouseEvent('click', { bubbles: true, "
            + "clientX: image.getBoundingClientRect().x + x, clientY: image.getBoundingClientRect().y + y }))",
            new[] { x, first[1] + (first[3] / 2) });
        await Expect(Place(page, "queue:my_queue").Locator(".worker li")).ToHaveTextAsync("my_work");
        await Expect(Button(page, "Back to now")).ToBeEnabledAsync();
    }

    [TestMethod]
    [DataRow(ColorScheme.Light, 1400)]
    [DataRow(ColorScheme.Dark, 1400)]
    [DataRow(ColorScheme.Light, 390)]
    public async Task Axe_FindsNothing(ColorScheme scheme, int width)
    {
        await using ServedBoard board = await ServedBoard.Start();
        IPage page = await Pressed(board, width, scheme);
        await page.Locator("#story li").Filter(new() { HasText = "my_work joins queue" }).First.Locator("button").ClickAsync();
        AxeResult result = await page.RunAxe();
        Assert.IsGreaterThan(10, result.Passes.Length);
        Assert.AreEqual("", string.Join("\n", result.Violations.Select(
            each => $"{each.Id}: {each.Help}: {string.Join(", ", each.Nodes.Select(node => node.Html))}")));
        int needed = await page.EvaluateAsync<int>("document.documentElement.scrollWidth");
        Assert.IsLessThanOrEqualTo(width, needed, "it scrolls sideways");
    }

    [TestMethod]
    public async Task Page_SaysNoErrorToTheConsole()
    {
        await using ServedBoard board = await ServedBoard.Start("B-L475E-IOT01A", "5=button2", "6=led2");
        IPage page = await OpenWindow();
        List<string> errors = [];
        page.Console += (_, message) => { if (message.Type is "error" or "warning") errors.Add(message.Text); };
        page.PageError += (_, error) => errors.Add(error);
        await page.GotoAsync(board.Address);
        await Expect(page.Locator("#log")).ToContainTextAsync("loaded on B-L475E-IOT01A");
        await Expect(page.Locator(".part")).ToHaveCountAsync(4);
        await page.Keyboard.DownAsync(" ");
        await Expect(page.Locator("#log")).ToContainTextAsync("button: press #1");
        Assert.AreEqual("", string.Join('\n', errors));
    }

    private async Task<IPage> Ready(ServedBoard board, int width = 1400, ColorScheme scheme = ColorScheme.Light)
    {
        IPage page = await OpenWindow(width, 1000, scheme);
        await page.GotoAsync(board.Address);
        await Expect(page.Locator("#log")).ToContainTextAsync("loaded on VirtualBoard");
        await page.Locator("#bounce").FillAsync("0");
        // However slow this computer is, a press is no hold of two seconds, which would unload the module.
        await page.GetByLabel("Time runs").SelectOptionAsync("10");
        await Expect(page.Locator("#state")).ToHaveTextAsync("running, 10 times slower");
        await page.EvaluateAsync("document.activeElement.blur()"); // what has the focus takes the space bar
        return page;
    }

    private async Task<IPage> Pressed(ServedBoard board, int width = 1400, ColorScheme scheme = ColorScheme.Light)
    {
        IPage page = await Ready(board, width, scheme);
        await page.Keyboard.DownAsync(" ");
        await Expect(page.Locator("#log")).ToContainTextAsync("button: press #1");
        await page.Keyboard.UpAsync(" ");
        await Expect(page.Locator("#log")).ToContainTextAsync("button: release");
        return page;
    }

    private static async Task<LocatorBoundingBoxResult> CapBox(IPage page) =>
        (await page.Locator("[data-part=button] .cap").BoundingBoxAsync())!;

    // In the page's words, below 10 ms.
    private static string Duration(long nanoseconds) => nanoseconds < 1_000_000
        ? FormattableString.Invariant($"{nanoseconds / 1e3:F0} µs") : FormattableString.Invariant($"{nanoseconds / 1e6:F2} ms");

    private static async Task AssertLedWasLit(IPage page)
    {
        ILocator led = page.Locator(".part.led .what");
        await page.Locator("#edge").SelectOptionAsync("1");
        await page.Locator("#story li").Filter(new() { HasText = "led goes high" }).Locator("button").ClickAsync();
        await Expect(led).ToHaveTextAsync("led is lit");
        await Button(page, "One event back").ClickAsync();
        await Expect(led).ToHaveTextAsync("led is dark");
    }

    private static ILocator Place(IPage page, string name) => page.Locator($"[data-place=\"{name}\"]");

    private static ILocator Button(IPage page, string name) =>
        page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });
}
