using System.Diagnostics;
using System.Text;
using Hardware.Machine;
using Hardware.Monitor;
using Hardware.Page;
using Hardware.Timeline;
using Microsoft.Playwright;
using VirtualBoard;
using static Microsoft.Playwright.Assertions;

namespace Page.Tests;

/// <summary>The page of a real board: here its log comes from a virtual one, as bytes.</summary>
[TestClass]
public sealed class MonitorPageTests : BrowserTests
{
    [ClassInitialize]
    public static void Begin(TestContext _) => SetDefaultExpectTimeout(60_000);

    [TestMethod]
    public async Task Page_OfARealBoard_ShowsItsLogAndThenItsTrace()
    {
        var board = new MonitorPage("ESP32-DevKitC");
        await using PageServer server = await PageServer.Start(board, port: 0);
        IPage page = await OpenWindow();
        await page.GotoAsync(server.Address);
        var timeline = new TimelineSink(
            new TraceFiles(null, null, null, _ => Assert.Fail("there is no file")) { Page = board.Show });
        byte[] log = Encoding.UTF8.GetBytes(Log());
        int half = log.AsSpan().IndexOf("# tracer"u8);
        board.Write(log.AsSpan(0, half));
        await Expect(page.Locator("#log")).ToContainTextAsync("button: press #1");
        await Expect(page.Locator("#state")).ToHaveTextAsync("listens");
        await Expect(page.Locator("#parts")).ToBeHiddenAsync();

        board.Write(log.AsSpan(half));
        timeline.Write(log);
        timeline.Flush();
        await Expect(page.Locator("#timeline")).ToBeVisibleAsync();
        await Expect(page.Locator("#log")).Not.ToContainTextAsync("workqueue_queue_work");
        await page.Locator("#edge").SelectOptionAsync("1");
        ILocator step = page.Locator("#story li").Filter(new() { HasText = "my_work joins queue my_queue" });
        FtraceEvent[] events = [.. FtraceReader.ReadAll(new StringReader(Log())).Blocks[^1].Events];
        long edge = events.First(each => each.Kind == FtraceEventKind.IrqEntry).Microseconds;
        long queued = events.First(each => each.Queue == "my_queue").Microseconds;
        await Expect(step.Locator(".at")).ToHaveTextAsync($"+{queued - edge} µs");
        await step.Locator("button").ClickAsync();
        await Expect(page.Locator("[data-place='queue:my_queue'] > ul > li")).ToHaveTextAsync("my_work");
        await Expect(page.Locator("[data-place=top] li")).ToHaveTextAsync("edge 1");
        await Expect(page.Locator("[data-place=timer] li")).ToContainTextAsync("debounce, in ");
        Assert.AreEqual("this is a real board: press it by hand", board.Do(new PageRequest("press", "button")));
    }

    [TestMethod]
    public async Task Command_WithAFile_ServesItsTrace()
    {
        if (OperatingSystem.IsWindows()) Assert.Inconclusive("Not run: Windows has no signal for Ctrl-C that a test could send.");
        string file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, Log());
        using Process process = Process.Start(new ProcessStartInfo("dotnet",
            $"\"{Path.Combine(AppContext.BaseDirectory, "Monitor.dll")}\" --from \"{file}\" --web")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        string said = (await process.StandardError.ReadLineAsync())!;
        StringAssert.StartsWith(said, "-- page: http://127.0.0.1:");
        using EventReader reader = await EventReader.Open(said["-- page: ".Length..^" --".Length]);
        List<SeenEvent> all = await reader.Until(seen => seen.Kind == "ItemEnded" && seen.Name == "my_work");
        Assert.IsTrue(all.Any(seen => seen.Kind == "Printed" && seen.Name.Contains("press #1", StringComparison.Ordinal)));
        using (Process kill = Process.Start("kill", ["-INT", process.Id.ToString()])) await kill.WaitForExitAsync();
        await process.WaitForExitAsync();
        Assert.AreEqual(0, process.ExitCode, await process.StandardError.ReadToEndAsync());
        File.Delete(file);
    }

    // One press, then the hold that unloads the module, which writes the trace.
    private static string Log()
    {
        Profile profile = Profiles.Find("VirtualBoard")!;
        var finger = new Finger(1, 300, 0, 0, false, 2500, 3);
        var settings = new Settings
        {
            Board = profile,
            Wiring = Wiring.Of(profile),
            Finger = finger,
            TimelinePath = "drawn nowhere",
        };
        using var bench = new Bench(
            settings, FirmwareImage.Find(null, profile, TextWriter.Null), Stimulus.Create(finger, settings.Wiring.Button));
        return string.Concat(bench.Run().Log.Select(line => line.Text + "\n"));
    }
}
