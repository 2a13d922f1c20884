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
            Console.Error.WriteLine($"VirtualBoard: {exception.Message}");
            exitCode = WrongUse;
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
        StreamWriter? log = OpenLog(settings.LogPath);
        using SerialLine? serialLine = settings.HasSerialPort ? SerialLine.Open() : null;

        // From here on the board has power and nothing the user did can be wrong any more.
        bool isTerminal = !Console.IsOutputRedirected && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));
        var screen = new LineRecorder(Console.Out);
        var keyboard = settings.IsInteractive ? new Keyboard(Console.Out, wiring, settings.Finger) : null;
        var listeners = new List<ISerialListener> { (ISerialListener?)keyboard ?? screen };
        LineRecorder? logRecorder = log is null ? null : new LineRecorder(log);
        if (logRecorder is not null) listeners.Add(logRecorder);
        if (serialLine is not null) listeners.Add(serialLine);

        screen.Receive($"virtual board: button on pin {wiring.ButtonPin}, LED on pin {wiring.LedPin}, "
            + $"ring of {settings.RingCapacity} records, seed {settings.Finger.Seed}");
        if (serialLine is not null) WaitForListener(serialLine, screen);
        Firmware.OutliveItsThreads();
        var session = new Session(settings, wiring, Firmware.In(typeof(ButtonModule.Boards).Assembly), listeners);
        if (session.WaitForBoot())
        {
            if (keyboard is null) session.Play(Stimulus.Create(settings.Finger, wiring, script));
            else keyboard.Press(session);
        }

        Outcome outcome = session.PowerOff(mustBeUnloaded: keyboard is null);
        screen.Receive("\n" + outcome.Totals.Show(isTerminal));
        if (serialLine is { DroppedBytes: > 0 })
        {
            screen.Receive($"Nobody took {serialLine.DroppedBytes} bytes at the serial port: they are lost.");
        }

        return Report(outcome.Failure,
            screen.Failure is null ? null : $"standard output: the log is not complete: {screen.Failure}",
            logRecorder?.Failure is null ? null : $"--log {settings.LogPath}: the log is not complete: {logRecorder.Failure}");
    }

    private static void WaitForListener(SerialLine serialLine, LineRecorder screen)
    {
        screen.Receive($"serial port: {serialLine.Path}; in another terminal: "
            + $"dotnet run --project hardware/Monitor -- --port {serialLine.Path}");
        if (!serialLine.WaitForListener(TimeSpan.FromMinutes(1))) screen.Receive("serial port: nobody listens; going on");
    }

    private static int Report(params string?[] failures)
    {
        foreach (string? failure in failures)
        {
            if (failure is not null) Console.Error.WriteLine($"VirtualBoard: {failure}");
        }

        return Array.TrueForAll(failures, failure => failure is null) ? 0 : Failed;
    }

    private static StreamWriter? OpenLog(string? path)
    {
        if (path is null) return null;
        try
        {
            return new StreamWriter(path) { NewLine = "\n" };
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new UsageException($"--log: cannot write {path}: {exception.Message}");
        }
    }
}
