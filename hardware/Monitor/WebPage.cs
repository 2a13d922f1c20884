using Hardware.Page;
using Hardware.Timeline;

namespace Hardware.Monitor;

/// <summary>A real board's page, served. Nothing else may name the page's types: who wants no page does not load them.</summary>
internal sealed class WebPage : IDisposable
{
    private readonly PageServer _server;
    private readonly MonitorPage _page;

    private WebPage(MonitorPage page, PageServer server)
    {
        _page = page;
        _server = server;
    }

    internal ITextSink Log => _page;

    /// <summary>Serves it.</summary>
    /// <param name="name">What the board is called.</param>
    /// <param name="opens">True: a browser is started too.</param>
    /// <param name="notice">Tells the user.</param>
    /// <exception cref="IOException">No port could be had.</exception>
    internal static WebPage Start(string name, bool opens, Action<string> notice)
    {
        var page = new MonitorPage(name);
        PageServer server = PageServer.Start(page).GetAwaiter().GetResult();
        notice($"page: {server.Address}");
        if (opens && server.OpenBrowser() is { } why) notice(why);
        return new WebPage(page, server);
    }

    /// <summary>A line of the log came.</summary>
    internal void Show(string line) => _page.Show(line);

    /// <summary>A trace came.</summary>
    internal void Show(FtraceBlock block) => _page.Show(block);

    /// <inheritdoc/>
    public void Dispose() => _server.DisposeAsync().AsTask().GetAwaiter().GetResult();
}
