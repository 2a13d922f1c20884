using System.CommandLine;
using System.ComponentModel;
using System.Diagnostics;
using Hardware.Boards;
using Hardware.Cli;

namespace Hardware.Flash;

/// <summary>Runs one command of a plan in a directory.</summary>
/// <returns>The command's exit code.</returns>
public delegate Task<int> RunStep(FlashStep step, string directory, ProgressLine? progress, CancellationToken stop);

/// <summary>The command line: reads it, checks it, runs the plan.</summary>
/// <param name="program">Its streams and messages.</param>
/// <param name="ports">The serial ports of this PC.</param>
/// <param name="run">What runs a command.</param>
/// <param name="root">The top of the repository; null: of this program's.</param>
public sealed class FlashTool(
    CommandProgram program, Func<IReadOnlyList<string>> ports, RunStep run, string? root = null)
{
    private const int TickMilliseconds = 200;

    private readonly Option<string> _board = new("--board")
    {
        Description = "The board: " + BoardFacts.Names,
        HelpName = "NAME",
    };

    private readonly Option<string> _firmware = new("--firmware")
    {
        Description = "The firmware: a project, or its folder [default: firmware/ButtonModule, on ESP32 boards "
            + "firmware/ButtonModule.Esp32]",
        HelpName = "PROJECT",
    };

    private readonly Option<string> _port = new("--port")
    {
        Description = "The board's serial port: /dev/ttyUSB0, COM3",
        HelpName = "PORT",
    };

    private readonly Option<string> _target = new("--target")
    {
        Description = "Which nanoFramework runtime, for a board with several; a wrong name lists them [default: the first]",
        HelpName = "NAME",
    };

    private readonly Option<bool> _runtime = new("--runtime")
    {
        Description = "Flash the nanoFramework runtime too, before the firmware: on a new board, and to update it",
    };

    private readonly Option<bool> _monitor = new("--monitor") { Description = "Show the board's log afterwards, until Ctrl-C" };

    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Print the commands, run none" };

    private string Root => root ?? Repository.Root;

    /// <summary>Does what the arguments say.</summary>
    /// <returns>The exit code: 1, a command of the plan failed.</returns>
    public int Run(string[] arguments)
    {
        var command = new RootCommand("Builds the firmware and puts it on a board.\n\n"
            + "Exit code: 0 done, 1 a command failed (a line says which, and whether the board was changed), 2 wrong use, "
            + "130 Ctrl-C.")
        {
            _board, _firmware, _port, _target, _runtime, _monitor, _dryRun,
        };
        command.SetAction(Act);
        return program.Run(command, arguments);
    }

    private int Act(ParseResult parsed)
    {
        FlashRequest request = Read(parsed);
        IReadOnlyList<FlashStep> steps = FlashPlan.Make(request);
        if (parsed.GetValue(_dryRun))
        {
            foreach (FlashStep step in steps) program.Output.WriteLine(step.CommandLine);
            return ExitCode.Success;
        }

        if (request is { NeedsPort: true, Port: { } port }) ThrowIfNoPort(port);
        using var stop = new StopRequest();
        return RunAsync(steps, request.Firmware.Image, stop.Token).GetAwaiter().GetResult();
    }

    private FlashRequest Read(ParseResult parsed)
    {
        string boards = "the boards are " + BoardFacts.Names;
        string name = parsed.GetValue(_board) ?? throw new UsageException("--board is missing; " + boards);
        BoardFacts board = BoardFacts.Find(name)
            ?? throw new UsageException($"--board {name}: there is no such board; {boards}");
        string target = parsed.GetValue(_target) ?? board.Targets[0];
        if (!board.Targets.Contains(target))
        {
            throw new UsageException(
                $"--target {target}: does not fit {board.Name}; these do: {string.Join(", ", board.Targets)}");
        }

        var request = new FlashRequest(board, target, parsed.GetValue(_port), parsed.GetValue(_runtime),
            parsed.GetValue(_monitor));
        if (request.Runtime && !board.RuntimeIsPublished)
        {
            throw new UsageException($"--runtime: nobody publishes one for {board.Name}; "
                + $"hardware/boards/{board.Name}/README.md says what to do instead");
        }

        if (request is { NeedsPort: true, Port: null or "" }) throw new UsageException("--port is missing; " + PortList());

        // An option that came to stand where the port should be.
        if (request.Port?.StartsWith('-') == true) throw new UsageException($"--port {request.Port}: no port; {PortList()}");
        if (parsed.GetValue(_firmware) is not { } firmware) return request;
        FirmwareProject project = FirmwareProject.Find(Root, firmware);
        if (!project.NeedsEsp32 || board.IsEsp32) return request with { Firmware = project };
        throw new UsageException($"--firmware {firmware}: refers to a library that only ESP32 boards have, and {name} is none; "
            + $"take {board.Firmware}, or leave the reference out");
    }

    // By its exact name, which the tools that are run need. A name that is not in the list may be a link to one that is, such as
    // those of /dev/serial/by-id.
    private void ThrowIfNoPort(string port)
    {
        IReadOnlyList<string> found = ports();
        if (found.Contains(port)
            || (File.Exists(port) && File.ResolveLinkTarget(port, returnFinalTarget: true) is { } target
                && found.Contains(target.FullName))) return;
        string? meant = found.FirstOrDefault(each => each.Equals(port, StringComparison.OrdinalIgnoreCase)
            || each.EndsWith('/' + port.Trim(), StringComparison.OrdinalIgnoreCase));
        throw new UsageException($"--port {port}: there is no such serial port; "
            + (meant is null ? "" : $"did you mean {meant}? ") + PortList());
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
            if (step.WritesBoard && !boardWritten && !File.Exists(Path.Combine(Root, image)))
            {
                return program.Complain($"the build left no {image}; {board}");
            }

            program.Output.WriteLine($"[{i + 1}/{steps.Count}] {step.Purpose}: {step.CommandLine}");
            try
            {
                int exitCode = await RunAsync(step, $"[{i + 1}/{steps.Count}] {step.Purpose}", stop);
                if (exitCode != 0)
                {
                    return program.Complain($"{place} failed with exit code {exitCode}; "
                        + (step.WritesBoard ? "the board may be half written: run it again" : board));
                }
            }
            catch (OperationCanceledException)
            {
                return program.Complain($"stopped during {place}; "
                    + (step.WritesBoard ? "the board may be half written: run it again" : board), ExitCode.Stopped);
            }
            catch (Win32Exception exception)
            {
                return program.Complain($"{place} could not be started: {exception.Message}");
            }

            boardWritten |= step.WritesBoard;
        }

        return ExitCode.Success;
    }
    // On a terminal a command that is silent for long has a line below it: which step it is, and for how long.
    private async Task<int> RunAsync(FlashStep step, string place, CancellationToken stop)
    {
        if (!step.IsSilent || !program.ErrorIsTerminal) return await run(step, Root, null, stop);
        using ProgressLine progress = program.Progress();
        long start = Stopwatch.GetTimestamp();
        using var clock = new Timer(
            _ => progress.Show($"{place}: {(int)Stopwatch.GetElapsedTime(start).TotalSeconds} s"), null, 0, TickMilliseconds);
        return await run(step, Root, progress, stop);
    }
}
