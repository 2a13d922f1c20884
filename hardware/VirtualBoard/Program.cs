using Hardware.Machine;
using Hardware.Timeline;

namespace VirtualBoard;

/// <summary>The virtual board as a command: see <c>--help</c>.</summary>
public static class Program
{
    private const int Failed = 1;
    private const int WrongUse = 2;

    /// <summary>Runs it.</summary>
    /// <returns>0 all went well, 1 something broke, 2 wrong use.</returns>
    public static int Main(string[] arguments)
    {
        try
        {
            return new CommandLine(Run).Invoke(arguments);
        }
        catch (UsageException exception)
        {
            Complain(exception.Message);
            return WrongUse;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Complain($"standard output: {exception.Message}");
            return Failed;
        }
    }

    private static bool IsTerminal =>
        !Console.IsOutputRedirected && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));

    private static int Run(Settings settings)
    {
        IReadOnlyList<PinDrive> steps = settings.Mode == RunMode.Interactive ? []
            : settings.ScriptPath is null ? Stimulus.Create(settings.Finger, settings.Wiring.Button)
            : Script.Read(settings.ScriptPath, settings.Wiring);
        if (settings.Mode == RunMode.Interactive) Keyboard.ThrowIfNoTerminal();
        string firmware = FirmwareImage.Find(settings.Firmware);
        if (settings.Mode == RunMode.Web) return Web.Serve(settings, firmware);
        if (settings.Mode is RunMode.Explore or RunMode.FailAllocations)
        {
            return RunMany(settings, () => new Bench(settings, firmware, steps));
        }

        using var bench = new Bench(settings, firmware, steps);
        return RunOnce(settings, bench);
    }

    private static int RunMany(Settings settings, Func<Bench> makeBench)
    {
        using var runs = new ManyRuns(makeBench, Console.IsErrorRedirected ? null : Console.Error);
        Console.Out.WriteLine(Introduction(settings));
        (IReadOnlyList<string> lines, bool isBroken) = settings.Mode == RunMode.Explore
            ? Exploration.Run(settings.ExploreRuns, runs, run =>
                new RunReport(run, settings.Board, settings.Wiring).LitCount(settings.Wiring.Led))
            : FailingAllocations.Run(runs, settings.Wiring);
        foreach (string line in lines) Console.Out.WriteLine(line);
        return isBroken ? Failed : 0;
    }

    private static int RunOnce(Settings settings, Bench bench)
    {
        using TimelineFile? picture = OpenResult("--timeline", settings.TimelinePath, TimelineFile.Picture);
        StreamWriter? log = OpenText("--log", settings.LogPath);
        StreamWriter? trace = OpenText("--trace", settings.TracePath);
        using TimelineFile? vcd = OpenResult("--vcd", settings.VcdPath, TimelineFile.Signals);
        using SerialLine? serialLine = settings.HasSerialPort ? SerialLine.Open(settings.TextNeedsPing) : null;
        Empty(log);
        Empty(trace);

        // From here on nothing the user did can be wrong any more.
        var screen = new LineRecorder(Console.Out);
        LineRecorder? logRecorder = log is null ? null : new LineRecorder(log);
        LineRecorder? traceRecorder = trace is null ? null : new LineRecorder(trace);
        screen.Receive(Introduction(settings));
        if (serialLine is not null) WaitForListener(serialLine, settings.TextNeedsPing, screen);

        Keyboard? keyboard = settings.Mode == RunMode.Interactive
            ? new Keyboard(Console.Out, settings.Wiring.Button, settings.Wiring.Led, settings.Finger)
            : null;
        ISerialListener front = (ISerialListener?)keyboard ?? screen;
        TraceTap? tap = settings.HasTrace ? new TraceTap(front, traceRecorder) : null;
        bool isPaced = settings.Mode != RunMode.Once;
        void Write(LogLine line)
        {
            (tap ?? front).Receive(line.Text);
            logRecorder?.Receive(line.Text);
            serialLine?.Receive(line.Text);
            if (!isPaced) return;
            screen.Flush();
            logRecorder?.Flush();
        }

        RealTime? pace = isPaced ? new RealTime(hasHands: keyboard is not null) : null;
        RunSignals? signals = vcd is null ? null : new RunSignals();
        RunOptions Watched(RunOptions options) =>
            options with { IsMetered = true, RealTime = pace, Saw = signals is null ? null : signals.Add };
        RunResult run = keyboard is null ? bench.Run(Watched, Write) : RunByHand(bench, keyboard, pace!, Watched, Write);

        var report = new RunReport(run, settings.Board, settings.Wiring);
        screen.Receive("\n" + Tables.Show(report.Tables, IsTerminal) + (report.Loss is null ? "" : "\n" + report.Loss));
        if (serialLine is { LostBytes: > 0 })
        {
            screen.Receive($"Nobody took {serialLine.LostBytes} bytes at the serial port: they are lost.");
        }

        string? failure = bench.Failure(run);
        if (failure is not null && run.UnhandledExceptions.Count == 0 && run.End == RunEnd.NothingCanHappen)
        {
            screen.Receive("\n" + run.DescribeThreads().TrimEnd());
        }

        string? noTrace = tap is null ? null : ShowTrace(settings, tap.Traces, report.Loss, picture, screen);
        string? noSignals = vcd is null ? null : WriteSignals(settings, signals!.Dump(run, settings.Wiring), run, vcd, screen);
        logRecorder?.Close();
        traceRecorder?.Close();
        screen.Flush();
        return Report(failure, noTrace, noSignals,
            screen.Failure is null ? null : $"standard output: the log is not complete: {screen.Failure}",
            logRecorder?.Failure is null ? null : $"--log {settings.LogPath}: the log is not complete: {logRecorder.Failure}",
            traceRecorder?.Failure is null
                ? null
                : $"--trace {settings.TracePath}: the trace is not complete: {traceRecorder.Failure}");
    }

    private static RunResult RunByHand(
        Bench bench, Keyboard keyboard, RealTime hands, Func<RunOptions, RunOptions> change, Action<LogLine> write)
    {
        Task<RunResult> run = Task.Run(() => bench.Run(
            options => change(options) with { AfterScriptMilliseconds = null }, write));
        keyboard.Press(hands, () => run.IsCompleted);
        hands.SwitchOff();
        return run.GetAwaiter().GetResult();
    }

    private static string Introduction(Settings settings)
    {
        Profile board = settings.Board;
        string parts = string.Join(", ", settings.Wiring.Parts.Where(part => part != settings.Wiring.Jumper || settings.HasTrace)
            .Select(part => $"{part.Name} on {settings.Wiring.PinName(part.Pin)}"));
        return $"{board.Name}: {parts}; ring of {board.RingCapacity} records, "
            + $"clock of {board.ClockStepNanoseconds / 1_000_000} ms, {board.HeapBytes >> 10} KB of heap, "
            + (board.SerialBaud == 0 ? "serial line without delay" : $"{board.SerialBaud} baud")
            + (board.IsEstimated ? ", speed estimated" : ", speed measured");
    }

    // Returns why it is not what was asked for.
    private static string? ShowTrace(Settings settings, IReadOnlyList<FtraceBlock> traces, string? loss, TimelineFile? picture,
        LineRecorder screen)
    {
        if (traces.Count == 0)
        {
            return "no trace came: the firmware writes it when it unloads its module, after two seconds of holding";
        }

        TraceTimeline timeline = TraceTimeline.Of(traces[^1]);
        screen.Receive("\n" + Tables.Show(
            NumberTable.Of(timeline).Select(table => table with { Title = "trace, " + table.Title }), IsTerminal) + "\n");
        string which = traces.Count == 1 ? "" : $", the last of {traces.Count}";
        if (settings.TracePath is not null)
        {
            screen.Receive($"trace: {settings.TracePath}, for https://ui.perfetto.dev or Chrome's chrome://tracing");
        }

        if (picture is null) return null;
        try
        {
            string[] notes = loss is null ? [] : [loss];
            string firmware = Path.GetFileNameWithoutExtension(settings.Firmware ?? "ButtonModule");
            picture.Write(TimelineSvg.Draw(timeline, $"{firmware} on {settings.Board.Name}, in virtual time", notes));
        }
        catch (IOException exception)
        {
            return $"--timeline {settings.TimelinePath}: the picture is not complete: {exception.Message}";
        }

        screen.Receive($"timeline: {settings.TimelinePath}, for a browser{which}");
        return null;
    }

    // Returns why they are not complete.
    private static string? WriteSignals(
        Settings settings, ValueChangeDump signals, RunResult run, TimelineFile file, LineRecorder screen)
    {
        var text = new StringWriter();
        signals.WriteTo(text, $"{settings.Board.Name}, in virtual time", 0, run.Nanoseconds);
        try
        {
            file.Write(text.ToString());
        }
        catch (IOException exception)
        {
            return $"--vcd {settings.VcdPath}: the signals are not complete: {exception.Message}";
        }

        screen.Receive($"{(settings.HasTrace ? "" : "\n")}signals: {settings.VcdPath}, for GTKWave or PulseView; "
            + $"changes: {signals.ChangeCount}");
        return null;
    }

    private static TimelineFile? OpenResult(string option, string? path, string ending)
    {
        if (path is null) return null;
        try
        {
            return TimelineFile.Open(path, ending);
        }
        catch (IOException exception)
        {
            throw new UsageException($"{option}: {exception.Message}");
        }
    }

    // On a board that needs a ping the firmware waits a moment before its first line. Here the board waits, for the ping itself.
    private static void WaitForListener(SerialLine serialLine, bool textNeedsPing, LineRecorder screen)
    {
        screen.Receive($"serial port: {serialLine.Path}; in another terminal: "
            + $"dotnet run --project hardware/Monitor -- --port {serialLine.Path}");
        screen.Flush();
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
