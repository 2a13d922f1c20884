using Hardware.Machine;
using Hardware.Timeline;

namespace VirtualBoard;

/// <summary>The virtual board as a command: see <c>--help</c>.</summary>
/// <param name="program">Its streams and messages.</param>
public sealed class Program(CommandProgram program)
{
    /// <summary>Runs it.</summary>
    public static int Main(string[] arguments) => new Program(CommandProgram.Start("VirtualBoard")).Run(arguments);

    /// <summary>Does what the arguments say.</summary>
    /// <returns>The exit code: see <see cref="ExitCode"/>.</returns>
    public int Run(string[] arguments) => program.Run(new CommandLine(Run).Root, arguments);

    private bool HasDrawnTables =>
        program.OutputIsTerminal && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));

    private int Run(Settings settings)
    {
        IReadOnlyList<PinDrive> steps = settings.Mode == RunMode.Interactive ? []
            : settings.ScriptPath is null ? Stimulus.Create(settings.Finger, settings.Wiring.Button)
            : Script.Read(settings.ScriptPath, settings.Wiring);
        if (settings.Mode == RunMode.Interactive) Keyboard.ThrowIfNoTerminal(program);
        string firmware = FirmwareImage.Find(settings.Firmware, settings.Board, program.Error);
        if (settings.Mode == RunMode.Web) return WebSession.Serve(settings, firmware, program);
        if (settings.Mode is RunMode.Explore or RunMode.FailAllocations)
        {
            return RunMany(settings, () => new Bench(settings, firmware, steps));
        }

        using var bench = new Bench(settings, firmware, steps);
        return RunOnce(settings, bench);
    }

    private int RunMany(Settings settings, Func<Bench> makeBench)
    {
        using ProgressLine progress = program.Progress();
        using var runs = new ManyRuns(makeBench, progress);
        program.Output.WriteLine(Introduction(settings));
        (IReadOnlyList<string> lines, bool isBroken) = settings.Mode == RunMode.Explore
            ? Exploration.Run(settings.ExploreRuns, runs, run =>
                new RunReport(run, settings.Board, settings.Wiring).LitCount(settings.Wiring.Led))
            : FailingAllocations.Run(runs, settings.Wiring);
        progress.Dispose();
        foreach (string line in lines) program.Output.WriteLine(line);
        return isBroken ? ExitCode.Failed : ExitCode.Success;
    }

    private int RunOnce(Settings settings, Bench bench)
    {
        using var files = new OutputFiles();
        if (settings.ScriptPath is not null) files.Protect("--script", settings.ScriptPath);
        OutputFile? log = files.Open("--log", settings.LogPath);
        OutputFile? trace = files.Open("--trace", settings.TracePath);
        OutputFile? picture = files.Open("--timeline", settings.TimelinePath, ".svg");
        OutputFile? vcd = files.Open("--vcd", settings.VcdPath, ".vcd");
        using SerialLine? serialLine = settings.HasSerialPort ? SerialLine.Open(settings.TextNeedsPing) : null;

        // From here on nothing the user did can be wrong any more.
        using var stop = new StopRequest();
        var screen = new LineWriter(program.Output);
        screen.Receive(Introduction(settings));
        bool isModule = FirmwareImage.IsButtonModule(bench.Firmware);
        if (settings is { Mode: RunMode.Interactive, HasTrace: true } && isModule)
        {
            screen.Receive("trace: it comes when the module unloads: press h, wait two seconds for \"unloaded\", then press q");
        }

        if (serialLine is not null) WaitForListener(serialLine, settings.TextNeedsPing, screen);

        stop.Token.ThrowIfCancellationRequested();
        Keyboard? keyboard = settings.Mode == RunMode.Interactive
            ? new Keyboard(program.Output, settings.Wiring.Button, settings.Wiring.Led, settings.Finger)
            : null;
        ISerialListener front = (ISerialListener?)keyboard ?? screen;
        TraceTap? tap = settings.HasTrace ? new TraceTap(front, trace is null ? null : trace.WriteLine) : null;
        bool isPaced = settings.Mode != RunMode.Once;
        void Write(LogLine line)
        {
            (tap ?? front).Receive(line.Text);
            log?.WriteLine(line.Text);
            serialLine?.Receive(line.Text);
            if (isPaced) log?.Flush();
        }

        RealTime? pace = isPaced ? new RealTime(hasHands: keyboard is not null) : null;
        RunSignals? signals = vcd is null ? null : new RunSignals();
        using CancellationTokenRegistration stopPace = stop.Token.Register(() => pace?.SwitchOff());
        RunOptions Options(RunOptions options) =>
            options with { IsMetered = true, RealTime = pace, Stop = stop.Token, Saw = signals is null ? null : signals.Add };
        RunResult run = keyboard is null ? bench.Run(Options, Write) : RunByHand(bench, keyboard, pace!, Options, Write);

        var report = new RunReport(run, settings.Board, settings.Wiring);
        screen.Receive(
            "\n" + Tables.Show(report.Tables, HasDrawnTables) + (report.Loss is null ? "" : "\n" + report.Loss));
        if (serialLine is { LostBytes: > 0 })
        {
            screen.Receive($"Nobody took {serialLine.LostBytes} bytes at the serial port: they are lost.");
        }

        string? failure = bench.Failure(run);
        if (failure is not null && run.UnhandledExceptions.Count == 0 && run.End == RunEnd.NothingCanHappen)
        {
            screen.Receive("\n" + run.DescribeThreads().TrimEnd());
        }

        bool isStopped = stop.Token.IsCancellationRequested;
        if (!isStopped) log?.Begin(); // no line at all is what this run's log is
        string? noTrace = tap is null ? null : tap.Traces.Count == 0 ? NoTrace(settings, bench.Firmware) : null;
        if (tap is { Traces.Count: > 0 }) ShowTrace(settings, tap.Traces, report.Loss, picture, screen);
        if (vcd is not null) WriteSignals(settings, signals!.Dump(run, settings.Wiring), run, vcd, screen);
        trace?.Flush();
        log?.Flush();
        string[] failures = [.. new[] { failure, noTrace }.OfType<string>(), .. files.Failures];
        foreach (string each in failures) program.Complain(each);
        if (isStopped) return program.Complain("stopped; the totals are those up to then", ExitCode.Stopped);
        return failures.Length == 0 ? ExitCode.Success : ExitCode.Failed;
    }

    private static RunResult RunByHand(
        Bench bench, Keyboard keyboard, RealTime hands, Func<RunOptions, RunOptions> options, Action<LogLine> write)
    {
        Task<RunResult> run = Task.Run(() => bench.Run(each => options(each) with { AfterScriptMilliseconds = null }, write));
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

    private static string NoTrace(Settings settings, string firmware)
    {
        if (!FirmwareImage.IsButtonModule(firmware))
        {
            return $"no trace came: {Path.GetFileNameWithoutExtension(firmware)} wrote none to its log; a program does it with "
                + "WorkqueueTrace.Start, Stop and WriteToLog";
        }

        return "no trace came: the firmware writes it when it unloads its module, after two seconds of holding"
            + (settings.Mode == RunMode.Interactive ? " (press h, wait two seconds for \"unloaded\", then press q)" : "");
    }

    private void ShowTrace(Settings settings, IReadOnlyList<FtraceBlock> traces, string? loss, OutputFile? picture,
        LineWriter screen)
    {
        TraceTimeline timeline = TraceTimeline.Of(traces[^1]);
        screen.Receive("\n" + Tables.Show(
            NumberTable.Of(timeline).Select(table => table with { Title = "trace, " + table.Title }), HasDrawnTables) + "\n");
        string which = traces.Count == 1 ? "" : $", the last of {traces.Count}";
        if (settings.TracePath is not null)
        {
            screen.Receive($"trace: {settings.TracePath}, for https://ui.perfetto.dev or Chrome's chrome://tracing");
        }

        if (picture is null) return;
        string[] notes = loss is null ? [] : [loss];
        string firmware = Path.GetFileNameWithoutExtension(settings.Firmware ?? FirmwareImage.Of(settings.Board));
        picture.Replace(TimelineSvg.Draw(timeline, $"{firmware} on {settings.Board.Name}, in virtual time", notes));
        if (picture.Failure is null) screen.Receive($"timeline: {settings.TimelinePath}, for a browser{which}");
    }

    private static void WriteSignals(
        Settings settings, ValueChangeDump signals, RunResult run, OutputFile file, LineWriter screen)
    {
        var text = new StringWriter();
        signals.WriteTo(text, $"{settings.Board.Name}, in virtual time", 0, run.Nanoseconds);
        file.Replace(text.ToString());
        if (file.Failure is not null) return;
        screen.Receive($"{(settings.HasTrace ? "" : "\n")}signals: {settings.VcdPath}, for GTKWave or PulseView; "
            + $"changes: {signals.ChangeCount}");
    }

    // On a board that needs a ping the firmware waits a moment before its first line. Here the board waits, for the ping itself.
    private static void WaitForListener(SerialLine serialLine, bool textNeedsPing, LineWriter screen)
    {
        screen.Receive($"serial port: {serialLine.Path}; in another terminal: "
            + $"dotnet run --project hardware/Monitor -- --port {Shell.Quote(serialLine.Path)}");
        bool isHeard = serialLine.WaitForListener(TimeSpan.FromMinutes(1));
        serialLine.PowerOn();
        if (!isHeard) screen.Receive("serial port: nobody listens; going on");
        else if (textNeedsPing && !serialLine.WaitForPing(TimeSpan.FromSeconds(10)))
        {
            screen.Receive("serial port: nobody pings; going on, what is printed until then is lost there");
        }
    }
}
