using Hardware.Machine;
using Hardware.Page;
using VirtualBoard;

namespace Page.Tests;

/// <summary>A virtual board with its page, for one test.</summary>
internal sealed class ServedBoard : IAsyncDisposable
{
    private ServedBoard(WebBoard board, PageServer server)
    {
        Board = board;
        Server = server;
    }

    internal WebBoard Board { get; }

    internal PageServer Server { get; private set; }

    internal string Address => Server.Address;

    internal static async Task<ServedBoard> Start(string name = "VirtualBoard", params string[] wires)
    {
        Profile profile = Profiles.Find(name)!;
        var settings = new Settings
        {
            Board = profile,
            Wiring = Wiring.Of(profile, wires),
            Mode = RunMode.Web,
            Finger = new Finger(0, 300, 0, 0, false, 0, 1),
        };
        var board = new WebBoard(settings, FirmwareImage.Find(null, profile, TextWriter.Null));
        return new ServedBoard(board, await PageServer.Start(board, port: 0));
    }

    /// <summary>Starts a scenario, as fast as the board is.</summary>
    internal void Play(string scenario)
    {
        Assert.IsNull(Board.Do(new PageRequest("run", Name: scenario)));
        Assert.IsNull(Board.Do(new PageRequest("pace", Number: 1)));
    }

    /// <summary>As if the program had been stopped, and started again where it was.</summary>
    internal async Task Stop() => await Server.DisposeAsync();

    internal async Task StartAgain(int port, string token) => Server = await PageServer.Start(Board, port, token);

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        Board.Dispose();
    }
}
