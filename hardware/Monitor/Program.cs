using System.CommandLine;
using System.CommandLine.Parsing;
using System.Runtime.InteropServices;
using System.Text;

using Hardware.Boards;
using Hardware.Serial;
using Hardware.Timeline;

namespace Hardware.Monitor;

/// <summary>The command line: options, exit codes, Ctrl-C.</summary>
internal sealed class Program
{
    private const int Success = 0;
    private const int Failure = 1;
    private const int BadInput = 2;

    private const int BaudMax = 12_000_000;

    private readonly StandardStream _output = StandardStream.OpenOutput();
    private readonly StreamWriter _text;
    private readonly StreamWriter _errors;

    private Program()
    {
        var encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        _text = new StreamWriter(_output, encoding);
        _errors = new StreamWriter(StandardStream.OpenError(), encoding) { AutoFlush = true };
    }

    internal static int Main(string[] arguments)
    {
        if (OperatingSystem.IsWindows()) Console.OutputEncoding = Encoding.UTF8;
        return new Program().Run(arguments);
    }

    private int Run(string[] arguments)
    {
        var port = new Option<string?>("--port", "-p") { HelpName = "PATH", Description = "The board's serial port" };
        var board = new Option<BoardFacts?>("--board")
        {
            HelpName = "NAME",
            Description = "Which board it is; this says the speed, and whether it must be pinged [default: found out]",
            CustomParser = ParseBoard,
        };
        var baud = new Option<int?>("--baud", "-b")
        {
            HelpName = "SPEED",
            Description = "Bits per second [default: the board's]",
            CustomParser = ParseBaud,
        };
        var listen = new Option<bool>("--listen")
        {
            Description = "Send nothing: no ping, without which some boards are silent",
        };
        var log = new Option<string?>("--log", "-l")
        {
            HelpName = "FILE",
            Description = "Also append the board's text to this file, byte for byte, without times",
        };
        var timeline = new Option<string?>("--timeline")
        {
            HelpName = "FILE.svg",
            Description = "Also draw the board's newest trace: interrupts, timers and workers over time",
        };
        var vcd = new Option<string?>("--vcd")
        {
            HelpName = "FILE.vcd",
            Description = "Also keep that trace as signals, for GTKWave or PulseView",
        };
        var from = new Option<string?>("--from")
        {
            HelpName = "FILE",
            Description =
                "Read a trace from a file instead of a port, such as a log or a trace of Linux; for --timeline, --vcd, --web",
        };
        var web = new Option<bool>("--web")
        {
            Description = "Also serve a page on this computer with the log and, when a trace comes, its timeline; prints its address",
        };
        var open = new Option<bool>("--open") { Description = "The same, and start a browser with it" };
        var noTimestamps = new Option<bool>("--no-timestamps") { Description = "No time of arrival before each line" };
        var noReconnect = new Option<bool>("--no-reconnect")
        {
            Description = "End when the port goes away, with exit code 1, instead of waiting for it",
        };
        var verbose = new Option<bool>("--verbose", "-v") { Description = "Name packets that are no text, and damaged ones" };
        var list = new Option<bool>("--list") { Description = "List this computer's serial ports and end" };
        var root = new RootCommand("Prints the log that a .NET nanoFramework board writes to its serial port. Ctrl-C ends it.")
        {
            port, board, baud, listen, log, timeline, vcd, from, web, open, noTimestamps, noReconnect, verbose, list,
        };

        root.SetAction(parsed =>
        {
            if (parsed.GetValue(list)) return ListPorts();
            if (FindOneFile(parsed, log, timeline, vcd, from) is { } clash) return Refuse(clash);
            Pages pages = parsed.GetValue(open) ? Pages.Opened : parsed.GetValue(web) ? Pages.Served : Pages.None;
            if (parsed.GetValue(from) is { } source)
            {
                foreach (Option other in new Option[] { port, board, baud, listen, log, noTimestamps, noReconnect, verbose })
                {
                    if (parsed.GetResult(other) is { Implicit: false })
                        return Refuse($"--from and {other.Name} do not go together: leave one out");
                }

                return Draw(source, parsed.GetValue(timeline), parsed.GetValue(vcd), pages);
            }

            if (parsed.GetValue(port) is not { Length: > 0 } path) return RefuseWithoutPort();
            BoardFacts? facts = parsed.GetValue(board);
            int? speed = parsed.GetValue(baud) ?? facts?.SerialBaud;
            var options = new SessionOptions(
                path,
                speed is { } one ? [one] : [.. BoardFacts.All.Select(known => known.SerialBaud).Distinct().OrderDescending()],
                parsed.GetValue(listen) ? Pings.Forbidden
                    : facts is { TextNeedsPing: false } ? Pings.NotNeeded : Pings.UntilAnswered,
                Reconnects: !parsed.GetValue(noReconnect),
                IsVerbose: parsed.GetValue(verbose));
            return Watch(options, parsed.GetValue(log), parsed.GetValue(timeline), parsed.GetValue(vcd), pages, facts?.Name,
                hasTimestamps: !parsed.GetValue(noTimestamps));
        });

        ParseResult result = root.Parse(arguments);
        if (result.Errors.Count > 0) return Refuse(result.Errors[0].Message.TrimEnd('.') + "; --help lists the options");
        int exitCode = result.Invoke(new InvocationConfiguration
        {
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
            Output = _text,
            Error = _errors,
        });
        _text.Flush();
        if (exitCode != Success || _output.Fault is not { IsReaderGone: false } fault) return exitCode;
        _errors.WriteLine($"monitor: standard output: {fault.Message}");
        return Failure;
    }

    // A file that is read or written is not written for something else too. Null: none is.
    private static string? FindOneFile(ParseResult parsed, params Option<string?>[] files)
    {
        for (int i = 1; i < files.Length; i++)
        {
            for (int k = 0; k < i; k++)
            {
                if (parsed.GetValue(files[i]) is { Length: > 0 } path && parsed.GetValue(files[k]) is { Length: > 0 } other
                    && Path.GetFullPath(path) == Path.GetFullPath(other))
                    return $"{files[i].Name} {path}: this is the file of {files[k].Name}, which would be overwritten; "
                        + "name another one";
            }
        }

        return null;
    }

    private int Draw(string path, string? timelinePath, string? vcdPath, Pages pages)
    {
        if (timelinePath is null && vcdPath is null && pages == Pages.None)
            return Refuse($"--from {path}: nothing to make of it; add --timeline FILE.svg, --vcd FILE.vcd or --web");
        if (Directory.Exists(path)) return Refuse($"--from: {path} is a folder");
        FtraceReader reader;
        try
        {
            using StreamReader log = File.OpenText(path);
            reader = FtraceReader.ReadAll(log);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return Refuse($"--from: cannot read {path}: {exception.Message.ReplaceLineEndings(" ")}");
        }

        int count = reader.Blocks.Count;
        if (count == 0 || reader.Blocks[^1].Events.Count == 0)
        {
            _errors.WriteLine(
                $"monitor: --from {path}: there is no trace in it: no line as trace_pipe or trace-cmd report write them");
            return Failure;
        }

        using var screen = new Screen(_text, _errors, clock: null);
        try
        {
            using WebPage? page = OpenPage(pages, Path.GetFileName(path), screen);
            using TraceFiles files = OpenTraceFiles(timelinePath, vcdPath, page, screen);
            if (page is not null) ShowLog(path, page.Log);
            files.Write(reader.Blocks[^1], Path.GetFileName(path), count > 1 ? $", the last trace of {count}" : "");
            page?.Wait();
            return Success;
        }
        catch (BadInputException exception)
        {
            return Refuse(exception.Message);
        }
        catch (TimelineException exception)
        {
            _errors.WriteLine($"monitor: {exception.Message}");
            return Failure;
        }
    }

    // The rest of the file: it was read before, so it can be.
    private static void ShowLog(string path, ITextSink log)
    {
        log.Write(File.ReadAllBytes(path));
        log.Break();
    }

    private int Watch(SessionOptions options, string? logPath, string? timelinePath, string? vcdPath, Pages pages, string? name,
        bool hasTimestamps)
    {
        bool hasTrace = timelinePath is not null || vcdPath is not null || pages != Pages.None;
        if (_output.Fault is not null && logPath is null && !hasTrace)
            return Refuse("standard output is closed, and there is no --log, --timeline, --vcd or --web: nothing to write to");
        using var screen = new Screen(_text, _errors, hasTimestamps ? TimeProvider.System : null);

        using var end = new CancellationTokenSource();
        void EndGently(PosixSignalContext context)
        {
            // The second request is for someone who cannot wait: the system ends the program.
            context.Cancel = !end.IsCancellationRequested;
            end.Cancel();
        }

        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, EndGently);
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, EndGently);
        using PosixSignalRegistration hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, EndGently);

        var others = new List<ITextSink>();
        try
        {
            var session = new MonitorSession(
                options, new PortSource(options.Port), _output, screen, others, TimeProvider.System);
            using ISerialPort port = session.Open();
            using LogFile? log = logPath is null ? null : OpenLog(logPath);
            using WebPage? page = OpenPage(pages, name ?? options.Port, screen);
            using TimelineSink? timeline =
                hasTrace ? new TimelineSink(OpenTraceFiles(timelinePath, vcdPath, page, screen)) : null;
            if (log is not null) others.Add(log);
            if (page is not null) others.Add(page.Log);
            if (timeline is not null) others.Add(timeline);
            return session.Run(port, end.Token) == SessionEnd.PortGone ? Failure : Success;
        }
        catch (BadInputException exception)
        {
            return Refuse(exception.Message);
        }
        catch (SerialPortException exception) when (exception.Fault == SerialPortFault.NotFound)
        {
            int result = Refuse(exception.Message);
            WritePorts(_errors);
            return result;
        }
        catch (SerialPortException exception)
        {
            return Refuse(exception.Message);
        }
        catch (IOException exception) when (exception is LogFileException or TimelineException)
        {
            screen.Notice(exception.Message);
            return Failure;
        }
    }

    private static LogFile OpenLog(string path)
    {
        try
        {
            return new LogFile(path);
        }
        catch (LogFileException exception)
        {
            throw new BadInputException(exception.Message);
        }
    }

    private static WebPage? OpenPage(Pages pages, string name, Screen screen)
    {
        try
        {
            return pages == Pages.None ? null : WebPage.Start(name, pages == Pages.Opened, screen.Notice);
        }
        catch (IOException exception)
        {
            throw new BadInputException($"--web: no page can be served: {exception.Message}");
        }
    }

    private static TraceFiles OpenTraceFiles(string? picturePath, string? signalsPath, WebPage? page, Screen screen)
    {
        try
        {
            return new TraceFiles(picturePath, signalsPath, page is null ? null : page.Show, screen.Notice);
        }
        catch (IOException exception)
        {
            throw new BadInputException(exception.Message);
        }
    }

    private int ListPorts()
    {
        WritePorts(_text);
        return Success;
    }

    private int RefuseWithoutPort()
    {
        int result = Refuse("no port given; choose one with --port PATH");
        WritePorts(_errors);
        return result;
    }

    private static void WritePorts(TextWriter writer)
    {
        IReadOnlyList<SerialPortInfo> ports = SerialPortList.Find();
        if (ports.Count == 0) writer.WriteLine("This computer has no serial ports now; plug the board in.");
        int width = ports.Count == 0 ? 0 : ports.Max(port => port.Path.Length);
        foreach (SerialPortInfo port in ports) writer.WriteLine($"{port.Path.PadRight(width)}  {port.Description}".TrimEnd());
    }

    private int Refuse(string message)
    {
        _errors.WriteLine("monitor: " + message);
        return BadInput;
    }

    private static BoardFacts? ParseBoard(ArgumentResult result)
    {
        string name = result.Tokens[0].Value;
        BoardFacts? board = BoardFacts.Find(name);
        if (board is null)
        {
            result.AddError($"--board {name}: no such board; there are "
                + string.Join(", ", BoardFacts.All.Select(known => known.Name)));
        }

        return board;
    }

    private static int? ParseBaud(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        if (int.TryParse(text, out int baud) && baud is > 0 and <= BaudMax) return baud;
        result.AddError($"--baud {text}: not a speed; give bits per second from 1 to {BaudMax}, for instance 115200");
        return null;
    }

    /// <summary>What is done for browsers.</summary>
    private enum Pages
    {
        None,
        Served,
        Opened,
    }

    /// <summary>The user can put this right.</summary>
    private sealed class BadInputException(string message) : Exception(message);
}
