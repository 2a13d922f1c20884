using System.CommandLine;
using System.CommandLine.Parsing;

using Hardware.Boards;
using Hardware.Cli;
using Hardware.Serial;
using Hardware.Timeline;

namespace Hardware.Monitor;

/// <summary>The command line: options, exit codes, Ctrl-C.</summary>
/// <param name="program">Its streams and messages.</param>
internal sealed class Program(CommandProgram program)
{
    private const int BaudMax = 12_000_000;

    private static readonly Option<string?> s_port =
        new("--port", "-p") { HelpName = "PATH", Description = "The board's serial port" };

    private static readonly Option<BoardFacts?> s_board = new("--board")
    {
        HelpName = "NAME",
        Description = "Which board it is, and so its speed, and whether it needs a ping [default: found out]",
        CustomParser = ParseBoard,
    };

    private static readonly Option<int?> s_baud =
        NumberOption.CreateOptional("--baud", "SPEED", 1, BaudMax, "Bits per second [default: the board's]", "-b");

    private static readonly Option<bool> s_listen = new("--listen")
    {
        Description = "Send nothing, no ping either; some boards print nothing without one",
    };

    private static readonly Option<string?> s_log = new("--log", "-l")
    {
        HelpName = "FILE",
        Description = "Write the board's text to FILE too, byte for byte, without times",
    };

    private static readonly Option<string?> s_trace = new("--trace")
    {
        HelpName = "FILE",
        Description = "Write the board's traces to FILE, as ftrace text, without the log around them",
    };

    private static readonly Option<string?> s_timeline = new("--timeline")
    {
        HelpName = "FILE.svg",
        Description = "Draw the board's newest trace: interrupts, timers and workers over time",
    };

    private static readonly Option<string?> s_vcd = new("--vcd")
    {
        HelpName = "FILE.vcd",
        Description = "Write that trace as signals, for GTKWave or PulseView",
    };

    private static readonly Option<string?> s_from = new("--from")
    {
        HelpName = "FILE",
        Description =
            "Read FILE instead of a port: a board's log, or a trace of Linux; for --trace, --timeline, --vcd and --web",
    };

    private static readonly Option<bool> s_web = new("--web")
    {
        Description = "Also serve a page on this computer, with the log and the timeline of its traces, and print its address",
    };

    private static readonly Option<bool> s_open = new("--open") { Description = "Do as --web, and open the page in a browser" };

    private static readonly Option<bool> s_noTimestamps =
        new("--no-timestamps") { Description = "Do not print the time of arrival before each line" };

    private static readonly Option<bool> s_noReconnect = new("--no-reconnect")
    {
        Description = "When the port goes away, end with exit code 1 instead of waiting for it",
    };

    private static readonly Option<bool> s_verbose =
        new("--verbose", "-v") { Description = "Name packets that are no text, and damaged ones" };

    private static readonly Option<bool> s_list = new("--list") { Description = "List this computer's serial ports and end" };

    internal static int Main(string[] arguments)
    {
        CommandProgram program = CommandProgram.Start("Monitor", isBuffered: true);
        var root = new RootCommand("Prints the log that a .NET nanoFramework board writes to its serial port. Ctrl-C ends it.\n\n"
            + "Files of --log, --trace, --timeline and --vcd are overwritten.\n\n"
            + "Exit code: 0 after Ctrl-C, or when nobody reads the output any more; 1 something cannot be written, the port went "
            + "away under --no-reconnect, no trace in the file of --from; 2 wrong use.")
        {
            s_port, s_board, s_baud, s_listen, s_log, s_trace, s_timeline, s_vcd, s_from, s_web, s_open, s_noTimestamps,
            s_noReconnect, s_verbose, s_list,
        };
        root.SetAction(new Program(program).Run);
        return program.Run(root, arguments);
    }

    private int Run(ParseResult parsed)
    {
        if (parsed.GetValue(s_list))
        {
            WritePorts(program.Output);
            return ExitCode.Success;
        }

        using var files = new OutputFiles();
        if (parsed.GetValue(s_from) is { } source)
        {
            Option[] ofAPort = [s_port, s_board, s_baud, s_listen, s_log, s_noTimestamps, s_noReconnect, s_verbose];
            foreach (Option other in ofAPort)
            {
                if (parsed.GetResult(other) is { Implicit: false })
                    throw new UsageException($"--from and {other.Name} do not go together: leave one out");
            }

            files.Protect("--from", source);
            return Read(source, parsed, files);
        }

        if (parsed.GetValue(s_port) is not { Length: > 0 } path)
        {
            program.Complain("--port is missing; choose one", ExitCode.WrongUse);
            WritePorts(program.Error);
            return ExitCode.WrongUse;
        }

        BoardFacts? facts = parsed.GetValue(s_board);
        int? speed = parsed.GetValue(s_baud) ?? facts?.SerialBaud;
        var options = new SessionOptions(
            path,
            speed is { } one ? [one] : [.. BoardFacts.All.Select(known => known.SerialBaud).Distinct().OrderDescending()],
            parsed.GetValue(s_listen) ? Pings.Forbidden
                : facts is { TextNeedsPing: false } ? Pings.NotNeeded : Pings.UntilAnswered,
            Reconnects: !parsed.GetValue(s_noReconnect),
            IsVerbose: parsed.GetValue(s_verbose));
        return Watch(options, parsed, files);
    }

    private int Read(string path, ParseResult parsed, OutputFiles files)
    {
        using var screen = new Screen(program.Output, program.Error, clock: null);
        TraceFiles made = OpenTraceFiles(parsed, files, screen);
        Pages pages = PagesOf(parsed);
        if (made.AreNone && pages == Pages.None)
            throw new UsageException(
                $"--from {path}: nothing to make of it; add --trace FILE, --timeline FILE.svg, --vcd FILE.vcd or --web");
        List<string> log = []; // for the page: a pipe is read once
        FtraceReader reader = InputFile.Read("--from", path, lines =>
        {
            var traces = new FtraceReader();
            foreach (string line in lines)
            {
                if (traces.Read(line) != FtraceLine.Other) made.Add(line);
                if (pages != Pages.None) log.Add(line);
            }

            return traces;
        });
        int count = reader.Blocks.Count;
        if (count == 0 || reader.Blocks[^1].Events.Count == 0)
        {
            return program.Complain(
                $"--from {path}: there is no trace in it: no line as trace_pipe or trace-cmd report write them");
        }

        try
        {
            using WebPage? page = OpenPage(pages, Path.GetFileName(path), screen);
            foreach (string line in log) page?.Show(line);
            made.Page = page is null ? null : page.Show;
            made.Write(reader.Blocks[^1], Path.GetFileName(path), count > 1 ? $", the last trace of {count}" : "");
            if (page is null) return ExitCode.Success;
            using var end = new StopRequest();
            end.Token.WaitHandle.WaitOne();
            return ExitCode.Success;
        }
        catch (SinkException exception)
        {
            return program.Complain(exception.Message);
        }
    }

    private int Watch(SessionOptions options, ParseResult parsed, OutputFiles files)
    {
        Pages pages = PagesOf(parsed);
        using var screen = new Screen(
            program.Output, program.Error, parsed.GetValue(s_noTimestamps) ? null : TimeProvider.System);
        OutputFile? log = files.Open("--log", parsed.GetValue(s_log));
        TraceFiles traces = OpenTraceFiles(parsed, files, screen);
        if (program.OutputFault is not null && log is null && traces.AreNone && pages == Pages.None)
            throw new UsageException(
                "standard output is closed, and there is no --log, --trace, --timeline, --vcd or --web: nothing to write to");

        List<ITextSink> others = [];
        if (log is not null) others.Add(new LogSink(log));
        if (!traces.AreNone || pages != Pages.None) others.Add(new TimelineSink(traces));
        using var end = new StopRequest();
        try
        {
            var session = new MonitorSession(
                options, new PortSource(options.Port), () => program.OutputFault, screen, others, TimeProvider.System);
            using ISerialPort port = session.Open();
            using WebPage? page = OpenPage(pages, parsed.GetValue(s_board)?.Name ?? options.Port, screen);
            if (page is not null)
            {
                traces.Page = page.Show;
                others.Add(page.Log);
            }

            return session.Run(port, end.Token) == SessionEnd.PortGone ? ExitCode.Failed : ExitCode.Success;
        }
        catch (SerialPortException exception)
        {
            program.Complain(exception.Message, ExitCode.WrongUse);
            if (exception.Fault == SerialPortFault.NotFound) WritePorts(program.Error);
            return ExitCode.WrongUse;
        }
        catch (SinkException exception)
        {
            screen.Break();
            return program.Complain(exception.Message);
        }
    }

    private static TraceFiles OpenTraceFiles(ParseResult parsed, OutputFiles files, Screen screen) => new(
        files.Open("--trace", parsed.GetValue(s_trace)),
        files.Open("--timeline", parsed.GetValue(s_timeline), ".svg"),
        files.Open("--vcd", parsed.GetValue(s_vcd), ".vcd"),
        screen.Notice);

    private static Pages PagesOf(ParseResult parsed) =>
        parsed.GetValue(s_open) ? Pages.Opened : parsed.GetValue(s_web) ? Pages.Served : Pages.None;

    private static WebPage? OpenPage(Pages pages, string name, Screen screen)
    {
        try
        {
            return pages == Pages.None ? null : WebPage.Start(name, pages == Pages.Opened, screen.Notice);
        }
        catch (IOException exception)
        {
            throw new UsageException($"--web: no page can be served: {exception.Message}");
        }
    }

    private static void WritePorts(TextWriter writer)
    {
        IReadOnlyList<SerialPortInfo> ports = SerialPortList.Find();
        if (ports.Count == 0) writer.WriteLine("This computer has no serial ports now; plug the board in.");
        int width = ports.Count == 0 ? 0 : ports.Max(port => port.Path.Length);
        foreach (SerialPortInfo port in ports) writer.WriteLine($"{port.Path.PadRight(width)}  {port.Description}".TrimEnd());
    }

    private static BoardFacts? ParseBoard(ArgumentResult result)
    {
        string name = result.Tokens[0].Value;
        BoardFacts? board = BoardFacts.Find(name);
        if (board is null)
        {
            result.AddError($"--board {name}: there is no such board; the boards are "
                + BoardFacts.Names);
        }

        return board;
    }

    /// <summary>What is done for browsers.</summary>
    private enum Pages
    {
        None,
        Served,
        Opened,
    }
}
