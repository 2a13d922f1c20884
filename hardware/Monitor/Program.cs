using System.CommandLine;
using System.CommandLine.Parsing;
using System.Runtime.InteropServices;
using System.Text;

using Hardware.Serial;
using Hardware.Timeline;

using Microsoft.Win32.SafeHandles;

namespace Hardware.Monitor;

/// <summary>The command line: options, exit codes, Ctrl-C.</summary>
internal static class Program
{
    private const int Success = 0;
    private const int Failure = 1;
    private const int BadInput = 2;

    private const int StandardOutput = 1;

    private const int BaudDefault = 921600;
    private const int BaudMax = 12_000_000;

    internal static int Main(string[] arguments)
    {
        var port = new Option<string?>("--port", "-p") { HelpName = "PATH", Description = "The board's serial port" };
        var baud = new Option<int>("--baud", "-b")
        {
            HelpName = "SPEED",
            Description = "Bits per second",
            DefaultValueFactory = _ => BaudDefault,
            CustomParser = ParseBaud,
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
        var noTimestamps = new Option<bool>("--no-timestamps") { Description = "No time of arrival before each line" };
        var noReconnect = new Option<bool>("--no-reconnect")
        {
            Description = "End when the port goes away, with exit code 1, instead of waiting for it",
        };
        var verbose = new Option<bool>("--verbose", "-v") { Description = "Name packets that are no text, and damaged ones" };
        var list = new Option<bool>("--list") { Description = "List this computer's serial ports and end" };
        var root = new RootCommand("Prints the log that a .NET nanoFramework board writes to its serial port. Ctrl-C ends it.")
        {
            port, baud, log, timeline, noTimestamps, noReconnect, verbose, list,
        };

        root.SetAction(parsed =>
        {
            if (parsed.GetValue(list)) return ListPorts();
            if (parsed.GetValue(port) is not { Length: > 0 } path) return RefuseWithoutPort();
            var options = new SessionOptions(
                path, parsed.GetValue(baud), Reconnects: !parsed.GetValue(noReconnect), IsVerbose: parsed.GetValue(verbose));
            if (parsed.GetValue(log) is { Length: > 0 } text && parsed.GetValue(timeline) is { Length: > 0 } picture
                && Path.GetFullPath(text) == Path.GetFullPath(picture))
            {
                return Refuse($"--timeline {picture}: this is the file of --log, which it would overwrite; name another one");
            }

            return Watch(options, parsed.GetValue(log), parsed.GetValue(timeline), hasTimestamps: !parsed.GetValue(noTimestamps));
        });

        ParseResult result = root.Parse(arguments);
        if (result.Errors.Count > 0) return Refuse(result.Errors[0].Message.TrimEnd('.') + "; --help lists the options");
        return result.Invoke(new InvocationConfiguration
        {
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
        });
    }

    private static int Watch(SessionOptions options, string? logPath, string? timelinePath, bool hasTimestamps)
    {
        if (OperatingSystem.IsWindows()) Console.OutputEncoding = Encoding.UTF8;
        var output = new StreamWriter(OpenOutput(), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        using var screen = new Screen(output, Console.Error, hasTimestamps ? TimeProvider.System : null);

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

        try
        {
            using SerialPort port = SerialPort.Open(options.Port, options.Baud);
            using LogFile? log = logPath is null ? null : OpenLog(logPath);
            using TimelineSink? timeline = timelinePath is null ? null : OpenTimeline(timelinePath, screen);
            var sinks = new List<ITextSink> { screen };
            if (log is not null) sinks.Add(log);
            if (timeline is not null) sinks.Add(timeline);
            return new MonitorSession(options, screen, sinks).Run(port, end.Token) ? Success : Failure;
        }
        catch (BadInputException exception)
        {
            return Refuse(exception.Message);
        }
        catch (SerialPortException exception) when (exception.Fault == SerialPortFault.NotFound)
        {
            int result = Refuse(exception.Message);
            WritePorts(Console.Error);
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
        catch (IOException)
        {
            // Who read the output has enough, as head does.
            return Success;
        }
    }

    /// <summary>Standard output, such that writing fails when its reader is gone.</summary>
    /// <remarks>The console's own stream keeps silent about a broken pipe, and the monitor would run on for nobody. In a file
    /// only the console's stream goes on where other programs stopped.</remarks>
    private static Stream OpenOutput()
    {
        if (OperatingSystem.IsWindows()) return Console.OpenStandardOutput();
        var pipe = new FileStream(new SafeFileHandle(StandardOutput, ownsHandle: false), FileAccess.Write, bufferSize: 0);
        return pipe.CanSeek ? Console.OpenStandardOutput() : pipe;
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

    private static TimelineSink OpenTimeline(string path, Screen screen)
    {
        try
        {
            return new TimelineSink(TimelineFile.Open(path), path, screen.Notice);
        }
        catch (IOException exception)
        {
            throw new BadInputException($"--timeline: {exception.Message}");
        }
    }

    private static int ListPorts()
    {
        WritePorts(Console.Out);
        return Success;
    }

    private static int RefuseWithoutPort()
    {
        int result = Refuse("no port given; choose one with --port PATH");
        WritePorts(Console.Error);
        return result;
    }

    private static void WritePorts(TextWriter writer)
    {
        IReadOnlyList<SerialPortInfo> ports = SerialPortList.Find();
        if (ports.Count == 0) writer.WriteLine("This computer has no serial ports now; plug the board in.");
        int width = ports.Count == 0 ? 0 : ports.Max(port => port.Path.Length);
        foreach (SerialPortInfo port in ports) writer.WriteLine($"{port.Path.PadRight(width)}  {port.Description}".TrimEnd());
    }

    private static int Refuse(string message)
    {
        Console.Error.WriteLine("monitor: " + message);
        return BadInput;
    }

    private static int ParseBaud(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        if (int.TryParse(text, out int baud) && baud is > 0 and <= BaudMax) return baud;
        result.AddError($"--baud {text}: not a speed; give bits per second from 1 to {BaudMax}, for instance {BaudDefault}");
        return 0;
    }

    /// <summary>The user can put this right.</summary>
    private sealed class BadInputException(string message) : Exception(message);
}
