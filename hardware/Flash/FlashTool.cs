using System.CommandLine;
using System.ComponentModel;

using Hardware.Boards;

namespace Hardware.Flash;

/// <summary>Runs one command of a plan in a directory.</summary>
/// <returns>The command's exit code.</returns>
public delegate Task<int> RunStep(FlashStep step, string directory, CancellationToken stop);

/// <summary>The command line: reads it, checks it, runs the plan.</summary>
/// <param name="output">Where the plan and its progress go.</param>
/// <param name="error">Where the one line goes that says what is wrong.</param>
/// <param name="root">The top of the repository.</param>
/// <param name="ports">The serial ports of this PC.</param>
/// <param name="run">What runs a command.</param>
public sealed class FlashTool(TextWriter output, TextWriter error, string root, Func<IReadOnlyList<string>> ports, RunStep run)
{
    /// <summary>All went well.</summary>
    public const int Success = 0;

    /// <summary>A command of the plan failed.</summary>
    public const int StepFailed = 1;

    /// <summary>The command line is wrong; nothing was run.</summary>
    public const int WrongUse = 2;

    /// <summary>Stopped by Ctrl-C.</summary>
    public const int Stopped = 130;

    private readonly Option<string> _board = new("--board")
    {
        Description = "The board: " + string.Join(", ", BoardFacts.All.Select(board => board.Name)),
        HelpName = "NAME",
    };

    private readonly Option<string> _firmware = new("--firmware")
    {
        Description = "The firmware: a project, or its folder (firmware/ButtonModule without it)",
        HelpName = "PROJECT",
    };

    private readonly Option<string> _port = new("--port")
    {
        Description = "The board's serial port: /dev/ttyUSB0, COM3",
        HelpName = "PORT",
    };

    private readonly Option<string> _target = new("--target")
    {
        Description = "The nanoFramework runtime, where a board has several that fit",
        HelpName = "NAME",
    };

    private readonly Option<bool> _runtime = new("--runtime")
    {
        Description = "Flash the nanoFramework runtime first: on a new board, and to update it",
    };

    private readonly Option<bool> _monitor = new("--monitor") { Description = "Read the board's log afterwards" };

    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Print the commands, run none" };

    /// <summary>Does what the arguments say.</summary>
    /// <returns>The exit code: one of this class's constants.</returns>
    public async Task<int> RunAsync(string[] arguments)
    {
        var command = new RootCommand("Builds the firmware and puts it on a board.")
        {
            _board, _firmware, _port, _target, _runtime, _monitor, _dryRun,
        };
        command.SetAction(ActAsync);

        ParseResult parsed = command.Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Errors.Count > 0) return Refuse(parsed.Errors[0].Message.TrimEnd('.') + "; --help lists the options");
        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration
            {
                Output = output,
                Error = error,
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = TimeSpan.FromSeconds(10),
            });
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return Fail($"standard output cannot be written: {exception.Message}; no further command was run");
        }
    }

    private async Task<int> ActAsync(ParseResult parsed, CancellationToken stop)
    {
        bool dryRun = parsed.GetValue(_dryRun);
        if (Read(parsed) is not { } request) return WrongUse;

        IReadOnlyList<FlashStep> steps = FlashPlan.Make(request);
        if (dryRun)
        {
            foreach (FlashStep step in steps) output.WriteLine(step.CommandLine);
            return Success;
        }

        if (request is { NeedsPort: true, Port: { } port } && !PortExists(port))
        {
            return Refuse($"there is no serial port {port}; {PortList()}");
        }

        return await RunAsync(steps, request.Firmware.Image, stop);
    }

    // What was asked for; null when it cannot be, and the line that says why is written.
    private FlashRequest? Read(ParseResult parsed)
    {
        string boards = "the boards are " + string.Join(", ", BoardFacts.All.Select(board => board.Name));
        if (parsed.GetValue(_board) is not { } name)
        {
            Refuse("--board is missing; " + boards);
            return null;
        }

        if (BoardFacts.Find(name) is not { } board)
        {
            Refuse($"there is no board {name}; {boards}");
            return null;
        }

        string target = parsed.GetValue(_target) ?? board.Targets[0];
        if (!board.Targets.Contains(target))
        {
            Refuse($"the runtime {target} does not fit {board.Name}; these do: {string.Join(", ", board.Targets)}");
            return null;
        }

        var request = new FlashRequest(board, target, parsed.GetValue(_port), parsed.GetValue(_runtime),
            parsed.GetValue(_monitor));
        if (request.Runtime && !board.RuntimeIsPublished)
        {
            Refuse($"nobody publishes a runtime for {board.Name}, so --runtime cannot flash it; "
                + $"hardware/boards/{board.Name}/README.md says what to do instead");
            return null;
        }

        if (request is { NeedsPort: true, Port: null or "" })
        {
            Refuse("--port is missing; " + PortList());
            return null;
        }

        // An option that came to stand where the port should be.
        if (request.Port?.StartsWith('-') == true)
        {
            Refuse($"--port {request.Port}: no port; {PortList()}");
            return null;
        }

        if (parsed.GetValue(_firmware) is not { } firmware) return request;
        try
        {
            return request with { Firmware = FirmwareProject.Find(root, firmware) };
        }
        catch (ArgumentException exception)
        {
            Refuse(exception.Message);
            return null;
        }
    }

    // A name that is not in the list may be a link to one that is, such as those of /dev/serial/by-id.
    private bool PortExists(string port)
    {
        StringComparer names = OperatingSystem.IsWindows() ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal;
        IReadOnlyList<string> found = ports();
        return found.Contains(port, names)
            || (File.Exists(port) && File.ResolveLinkTarget(port, returnFinalTarget: true) is { } target
                && found.Contains(target.FullName, names));
    }

    private string PortList()
    {
        IReadOnlyList<string> found = ports();
        return found.Count > 0
            ? "the ports here are " + string.Join(", ", found)
            : "no serial port was found: connect the board with a cable that carries data";
    }

    private async Task<int> RunAsync(IReadOnlyList<FlashStep> steps, string image, CancellationToken stop)
    {
        bool boardWritten = false;
        for (int i = 0; i < steps.Count; i++)
        {
            FlashStep step = steps[i];
            string place = $"step {i + 1} of {steps.Count} ({step.CommandLine})";
            string board = boardWritten ? "the board was changed before" : "the board was not touched";
            if (step.WritesBoard && !boardWritten && !File.Exists(Path.Combine(root, image)))
            {
                return Fail($"the build left no {image}; {board}");
            }

            output.WriteLine($"[{i + 1}/{steps.Count}] {step.Purpose}: {step.CommandLine}");
            output.Flush();
            try
            {
                int exitCode = await run(step, root, stop);
                if (exitCode != 0)
                {
                    return Fail($"{place} failed with exit code {exitCode}; "
                        + (step.WritesBoard ? "the board may be half written: run it again" : board));
                }
            }
            catch (OperationCanceledException)
            {
                Complain($"stopped during {place}; "
                    + (step.WritesBoard ? "the board may be half written: run it again" : board));
                return Stopped;
            }
            catch (Win32Exception exception)
            {
                return Fail($"{place} could not be started: {exception.Message}");
            }

            boardWritten |= step.WritesBoard;
        }

        return Success;
    }

    private int Refuse(string what)
    {
        Complain(what);
        return WrongUse;
    }

    private int Fail(string what)
    {
        Complain(what);
        return StepFailed;
    }

    // Where that cannot be written either, the exit code has to say it.
    private void Complain(string what)
    {
        try
        {
            error.WriteLine("flash: " + what);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
        }
    }
}
