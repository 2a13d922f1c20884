using Hardware.Cli;
using Hardware.Page;

namespace VirtualBoard;

/// <summary>The board as a page, until Ctrl-C. Nothing else may use the page's types, but for constants: who wants no page does
/// not load them.</summary>
internal static class WebSession
{
    /// <summary>Serves it until Ctrl-C.</summary>
    /// <returns>The exit code.</returns>
    internal static int Serve(Settings settings, string firmware, CommandProgram program)
    {
        using var board = new WebBoard(settings, firmware);
        return Serve(settings, board, program).GetAwaiter().GetResult();
    }

    private static async Task<int> Serve(Settings settings, WebBoard board, CommandProgram program)
    {
        using var stop = new StopRequest();
        await using PageServer server = await PageServer.Start(board, settings.WebPort);
        if (!server.IsPortAsked) program.Output.WriteLine($"port {settings.WebPort} is taken; this is {server.Port}");
        program.Output.WriteLine(server.Address);
        program.Output.Flush();
        if (settings.OpensBrowser && server.OpenBrowser() is { } why) program.Complain(why);
        stop.Token.WaitHandle.WaitOne();
        return ExitCode.Success;
    }
}
