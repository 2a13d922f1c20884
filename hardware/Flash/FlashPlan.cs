using Hardware.Boards;

namespace Hardware.Flash;

/// <summary>What the user asked for, checked.</summary>
/// <param name="Board">The board.</param>
/// <param name="Target">The nanoFramework runtime, one of the board's.</param>
/// <param name="Port">The serial port; null where no command of the plan needs one.</param>
/// <param name="Runtime">True: flash the runtime too.</param>
/// <param name="Monitor">True: read the log afterwards.</param>
public sealed record FlashRequest(BoardFacts Board, string Target, string? Port, bool Runtime, bool Monitor)
{
    /// <summary>True: the port is the way into the board, or the log is to be read from it.</summary>
    public bool NeedsPort => Board.Connection == Connection.Serial || Monitor;
}

/// <summary>One command of a plan. All of them are <c>dotnet</c>, so that they are the same on every system.</summary>
/// <param name="Purpose">What it does, for the progress line.</param>
/// <param name="WritesBoard">True: it changes what is in the board.</param>
/// <param name="Arguments">What follows <c>dotnet</c>.</param>
public sealed record FlashStep(string Purpose, bool WritesBoard, string[] Arguments)
{
    /// <summary>The command as a user types it at the top of the repository.</summary>
    public string CommandLine => "dotnet " + string.Join(' ', Arguments.Select(Quoted));

    // For the shell that the line is pasted into: what is no plain word is taken as it stands.
    private static string Quoted(string argument)
    {
        if (argument.Length > 0 && argument.All(letter => char.IsAsciiLetterOrDigit(letter) || "-_./:=+,@".Contains(letter)))
        {
            return argument;
        }

        return OperatingSystem.IsWindows() ? $"\"{argument}\"" : $"'{argument.Replace("'", @"'\''")}'";
    }
}

/// <summary>The commands that bring the firmware onto a board.</summary>
public static class FlashPlan
{
    /// <summary>The deployable image that the board flavour's build leaves, from the top of the repository.</summary>
    public const string Image = "firmware/ButtonModule/bin/Release/netnano1.0/ButtonModule.bin";

    /// <summary>The commands in their order: nothing is written to the board before the firmware has been built.</summary>
    public static IReadOnlyList<FlashStep> Make(FlashRequest request)
    {
        List<FlashStep> steps =
        [
            new("Build the firmware", false, ["build", "firmware/ButtonModule", "-c", "Release", "-p:NanoFramework=true"]),
            new("Restore nanoff", false, ["tool", "restore"]),
        ];

        if (request.Runtime)
        {
            steps.Add(Nanoff("Flash the runtime", ["--update", "--target", request.Target, .. Way(request)]));
        }

        string[] address = request.Board.DeployAddress is { } start ? ["--address", start, "--reset"] : [];
        steps.Add(Nanoff("Deploy the firmware",
            ["--target", request.Target, .. Way(request), "--deploy", "--image", Image, .. address]));

        if (request.Monitor)
        {
            steps.Add(new("Read the log", false,
                ["run", "--project", "hardware/Monitor", "--", "--board", request.Board.Name, "--port", request.Port!]));
        }

        return steps;
    }

    private static FlashStep Nanoff(string purpose, string[] arguments) =>
        new(purpose, true, ["tool", "run", "nanoff", "--", .. arguments]);

    private static string[] Way(FlashRequest request) =>
        request.Board.Connection == Connection.Serial ? ["--serialport", request.Port!] : ["--jtag"];
}
