using Hardware.Page;

namespace VirtualBoard;

/// <summary>The board as a page. Nothing else may name the page's types: who wants no page does not load them.</summary>
internal static class Web
{
    /// <summary>Serves it until Ctrl-C.</summary>
    /// <returns>The exit code.</returns>
    internal static int Serve(Settings settings, string firmware)
    {
        using var board = new WebBoard(settings, firmware);
        return Serve(settings, board).GetAwaiter().GetResult();
    }

    private static async Task<int> Serve(Settings settings, WebBoard board)
    {
        await using PageServer server = await PageServer.Start(board, settings.WebPort);
        if (!server.IsPortAsked) Console.Out.WriteLine($"port {settings.WebPort} is taken; this is {server.Port}");
        Console.Out.WriteLine(server.Address);
        Console.Out.Flush();
        if (settings.OpensBrowser && server.OpenBrowser() is { } why) Console.Error.WriteLine("VirtualBoard: " + why);
        await server.WaitForShutdown();
        return 0;
    }
}
