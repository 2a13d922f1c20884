using Hardware.Timeline;
using nanoFramework.Runtime.Native;
using VirtualRuntime;

namespace VirtualBoard;

/// <summary>The virtual board as a command: see <c>--help</c>.</summary>
public static class Program
{
    private const int Failed = 1;
    private const int WrongUse = 2;

    /// <summary>Runs it.</summary>
    /// <returns>0 the module ran and unloaded, 1 it did not, 2 wrong use.</returns>
    public static int Main(string[] arguments)
    {
        int exitCode;
        try
        {
            exitCode = new CommandLine(Run).Invoke(arguments);
        }
        catch (UsageException exception)
        {
            Complain(exception.Message);
            exitCode = WrongUse;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Complain($"standard output: {exception.Message}");
            exitCode = Failed;
        }

        // Power is off. The firmware's threads know nothing of it: only the end of the process ends them.
        Environment.Exit(exitCode);
        return exitCode;
    }

    private static int Run(Settings settings)
    {
        Wiring wiring = Wiring.Of(SystemInfo.TargetName);
        IReadOnlyList<Step>? script = settings.ScriptPath is null ? null : Script.Read(settings.ScriptPath, wiring);
        if (settings.IsInteractive) Keyboard.ThrowIfNoTerminal();
        using TimelineFile? picture = OpenPicture(settings.TimelinePath);
        StreamWriter? log = OpenText("--log", settings.LogPath);
        StreamWriter? trace = OpenText("--trace", settings.TracePath);
        WireTime? time = settings.Baud == 0 ? null : new WireTime(settings.Baud);
        using SerialLine? serialLine = settings.HasSerialPort
            ? SerialLine.Open(settings.TextNeedsPing, time)
            : null;
        Empty(log);
        Empty(trace);

        // From here on the board has power and nothing the user did can be wrong any more.
        bool isTerminal = !Console.IsOutputRedirected && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));
        var screen = new LineRecorder(Console.Out);
        var keyboard = settings.IsInteractive ? new Keyboard(Console.Out, wiring, settings.Finger) : null;
        LineRecorder? logRecorder = log is null ? null : new LineRecorder(log);
        LineRecorder? traceRecorder = trace is null ? null : new LineRecorder(trace);
        ISerialListener front = (ISerialListener?)keyboard ?? screen;
        TraceTap? tap = settings.HasTrace ? new TraceTap(front, traceRecorder) : null;
        var listeners = new List<ISerialListener> { tap ?? front };
        if (logRecorder is not null) listeners.Add(logRecorder);
        if (serialLine is not null) listeners.Add(serialLine);
        else if (time is not null) listeners.Add(time);

        screen.Receive($"virtual board: button on pin {wiring.ButtonPin}, LED on pin {wiring.LedPin}, "
            + $"ring of {settings.RingCapacity} records, seed {settings.Finger.Seed}");
        if (serialLine is not null) WaitForListener(serialLine, settings.TextNeedsPing, screen);
        Firmware.OutliveItsThreads();
        var session = new Session(settings, wiring, Firmware.In(typeof(ButtonModule.Boards).Assembly), listeners);
        if (session.WaitForBoot())
        {
            if (keyboard is null) session.Play(Stimulus.Create(settings.Finger, wiring, script));
            else keyboard.Press(session);
        }

        Outcome outcome = session.PowerOff(mustBeUnloaded: keyboard is null);
        screen.Receive("\n" + outcome.Totals.Show(isTerminal));
        if (serialLine is { LostBytes: > 0 })
        {
            screen.Receive($"Nobody took {serialLine.LostBytes} bytes at the serial port: they are lost.");
        }

        return Report(outcome.Failure,
            tap is null ? null : ShowTrace(settings, tap.Traces, outcome.Totals, picture, screen, isTerminal),
            screen.Failure is null ? null : $"standard output: the log is not complete: {screen.Failure}",
            logRecorder?.Failure is null ? null : $"--log {settings.LogPath}: the log is not complete: {logRecorder.Failure}",
            traceRecorder?.Failure is null
                ? null
                : $"--trace {settings.TracePath}: the trace is not complete: {traceRecorder.Failure}");
    }

    // Returns why it is not what was asked for.
    private static string? ShowTrace(Settings settings, IReadOnlyList<FtraceBlock> traces, Totals totals, TimelineFile? picture,
        LineRecorder screen, bool isTerminal)
    {
        if (traces.Count == 0) return "no trace came: the firmware writes it when it unloads its module";
        TraceTimeline timeline = TraceTimeline.Of(traces[^1]);
        screen.Receive("\n" + new TraceReport(timeline).Show(isTerminal) + "\n");
        string which = traces.Count == 1 ? "" : $", the last of {traces.Count}";
        if (settings.TracePath is not null)
        {
            screen.Receive($"trace: {settings.TracePath}, for https://ui.perfetto.dev or Chrome's chrome://tracing");
        }

        if (picture is null) return null;
        try
        {
            string[] notes = totals.Loss is null ? [] : [totals.Loss];
            picture.Write(TimelineSvg.Draw(timeline, "ButtonModule on the virtual board", notes));
        }
        catch (IOException exception)
        {
            return $"--timeline {settings.TimelinePath}: the picture is not complete: {exception.Message}";
        }

        screen.Receive($"timeline: {settings.TimelinePath}, for a browser{which}");
        return null;
    }

    private static TimelineFile? OpenPicture(string? path)
    {
        if (path is null) return null;
        try
        {
            return TimelineFile.Open(path);
        }
        catch (IOException exception)
        {
            throw new UsageException($"--timeline: {exception.Message}");
        }
    }

    // On a board that needs a ping the firmware waits a moment before its first line. Here the board waits, for the ping itself.
    private static void WaitForListener(SerialLine serialLine, bool textNeedsPing, LineRecorder screen)
    {
        screen.Receive($"serial port: {serialLine.Path}; in another terminal: "
            + $"dotnet run --project hardware/Monitor -- --port {serialLine.Path}");
        bool isHeard = serialLine.WaitForListener(TimeSpan.FromMinutes(1));
        serialLine.PowerOn();
        if (!isHeard) screen.Receive("serial port: nobody listens; going on");
        else if (textNeedsPing && !serialLine.WaitForPing(TimeSpan.FromSeconds(10)))
        {
            screen.Receive("serial port: nobody pings; going on, what is printed until then is lost there");
        }
    }

    private static int Report(params string?[] failures)
    {
        foreach (string? failure in failures)
        {
            if (failure is not null) Complain(failure);
        }

        return Array.TrueForAll(failures, failure => failure is null) ? 0 : Failed;
    }

    // Where that cannot be written either, the exit code has to say it.
    private static void Complain(string what)
    {
        try
        {
            Console.Error.WriteLine($"VirtualBoard: {what}");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
        }
    }

    // Apart from opening, so that a wrong name for one file does not cost what another one held. A device has nothing to empty.
    private static void Empty(StreamWriter? file)
    {
        if (file is { BaseStream: { CanSeek: true, Length: > 0 } stream }) stream.SetLength(0);
    }

    private static StreamWriter? OpenText(string option, string? path)
    {
        if (path is null) return null;
        try
        {
            return new StreamWriter(new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.Read));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new UsageException($"{option}: cannot write {path}: {exception.Message}");
        }
    }
}
