using Microsoft.Playwright;

namespace Page.Tests;

/// <summary>Pictures of the page, for people to look at: written to the folder that PAGE_PICTURES names. That of the README is
/// readme.png there.</summary>
[TestClass]
public sealed class PictureTests : BrowserTests
{
    private static string? Folder => Environment.GetEnvironmentVariable("PAGE_PICTURES");

    [TestMethod]
    [DataRow("light", 1400, 1000, ColorScheme.Light)]
    [DataRow("readme", 1240, 1130, ColorScheme.Light)]
    [DataRow("dark", 1400, 1000, ColorScheme.Dark)]
    [DataRow("phone", 390, 844, ColorScheme.Light)]
    public async Task Page_APressInSlowMotion_LooksLikeThis(string name, int width, int height, ColorScheme scheme)
    {
        if (Folder is null) Assert.Inconclusive("Not run: set PAGE_PICTURES to the folder that the pictures shall be in.");
        await using ServedBoard board = await ServedBoard.Start();
        IPage page = await OpenWindow(width, height, scheme);
        await page.GotoAsync(board.Address);
        await page.GetByLabel("Scenario").SelectOptionAsync("A bouncing press");
        await page.GetByRole(AriaRole.Button, new() { Name = "Start it" }).ClickAsync();
        await page.GetByLabel("Time runs").SelectOptionAsync("1");
        await Assertions.Expect(page.Locator("#log")).ToContainTextAsync("button: press #1");
        await page.GetByRole(AriaRole.Button, new() { Name = "Draw it as it is now" }).ClickAsync();
        await page.Locator("#edge").SelectOptionAsync("1");
        await page.Locator("#story li").Filter(new() { HasText = "my_work joins queue" }).First.ClickAsync();
        await page.Locator("#timeline").EvaluateAsync("image => image.decode()");
        await page.EvaluateAsync("scrollTo(0, 0)");
        await page.ScreenshotAsync(new() { Path = Path.Combine(Folder!, name + ".png"), FullPage = name != "readme" });
    }
}
