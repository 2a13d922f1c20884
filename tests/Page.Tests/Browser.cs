using Microsoft.Playwright;

namespace Page.Tests;

/// <summary>The Chromium of this machine, without a window.</summary>
[TestClass]
public static class Browser
{
    private static readonly string[] s_names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
    private static IPlaywright? s_playwright;
    private static readonly SemaphoreSlim s_gate = new(1);
    private static IBrowser? s_browser;

    [AssemblyCleanup]
    public static async Task End()
    {
        if (s_browser is not null) await s_browser.CloseAsync();
        s_playwright?.Dispose();
    }

    /// <summary>A new window of its own.</summary>
    internal static async Task<IPage> Open(int width, int height, ColorScheme scheme, ReducedMotion motion)
    {
        const string missing = "Chromium is not on this machine: apt-get install chromium, or set CHROME_BIN to the program.";
        string? path = Path();
        if (path is null) Assert.Inconclusive("Not run: " + missing);
        await s_gate.WaitAsync();
        try
        {
            s_playwright ??= await Playwright.CreateAsync();
            s_browser ??= await s_playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
            {
                ExecutablePath = path,
                Args = ["--no-sandbox", "--disable-gpu"],
            });
        }
        finally
        {
            s_gate.Release();
        }

        IBrowserContext context = await s_browser.NewContextAsync(new BrowserNewContextOptions
        {
            ViewportSize = new ViewportSize { Width = width, Height = height },
            ColorScheme = scheme,
            ReducedMotion = motion,
            Permissions = ["clipboard-read", "clipboard-write"],
        });
        IPage page = await context.NewPageAsync();
        page.SetDefaultTimeout(60_000);
        return page;
    }

    private static string? Path()
    {
        if (Environment.GetEnvironmentVariable("CHROME_BIN") is { Length: > 0 } given && File.Exists(given)) return given;
        string[] folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(System.IO.Path.PathSeparator);
        return s_names.SelectMany(_ => folders, (name, folder) => System.IO.Path.Combine(folder, name))
            .FirstOrDefault(File.Exists);
    }
}

/// <summary>Tests in a browser's windows, which are closed with each: a page that goes on drawing slows all others
/// down.</summary>
public abstract class BrowserTests
{
    private readonly List<IPage> _pages = [];

    [TestCleanup]
    public async Task CloseWindows()
    {
        foreach (IPage page in _pages) await page.Context.CloseAsync();
    }

    protected async Task<IPage> OpenWindow(int width = 1400, int height = 1000, ColorScheme scheme = ColorScheme.Light,
        ReducedMotion motion = ReducedMotion.Reduce)
    {
        IPage page = await Browser.Open(width, height, scheme, motion);
        _pages.Add(page);
        return page;
    }
}
