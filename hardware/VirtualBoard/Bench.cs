using Hardware.Boards;
using Hardware.Machine;
using Hardware.Machine.Loading;
using VirtualRuntime;

namespace VirtualBoard;

/// <summary>A board with its firmware, its wires and what will happen on them: it can be run again and again.</summary>
public sealed class Bench : IDisposable
{
    private readonly Machine _machine;
    private readonly Settings _settings;

    /// <summary>Puts the firmware on a board.</summary>
    /// <param name="settings">Which board, and how its wires are.</param>
    /// <param name="firmware">The assembly with Main.</param>
    /// <param name="steps">What happens on the wires.</param>
    /// <exception cref="UsageException">The board cannot run it.</exception>
    public Bench(Settings settings, string firmware, IReadOnlyList<PinDrive> steps)
    {
        _settings = settings;
        Firmware = firmware;
        Steps = steps;
        _machine = new Machine(settings.Board);
        try
        {
            _machine.Load(firmware);
        }
        catch (UnknownMemberException exception)
        {
            ThrowIfOfEsp32(exception.Members[0]);
            string more = exception.Members.Count == 1 ? "" : $", and {exception.Members.Count - 1} more";
            throw new UsageException(
                $"{Path.GetFileName(firmware)} uses what a board does not have: {exception.Members[0]}{more}");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or BadImageFormatException)
        {
            throw new UsageException($"--firmware {firmware}: cannot be loaded: {exception.Message}");
        }

        _machine.Pins.Start = settings.From;
        if (settings.HasTrace) _machine.Pins.Tie(settings.Wiring.Jumper.Pin, Drive.Low);
        _machine.Pins.Add(steps);
    }

    /// <inheritdoc/>
    public void Dispose() => _machine.Dispose();

    /// <summary>The assembly with Main.</summary>
    public string Firmware { get; }

    /// <summary>What happens on the wires.</summary>
    public IReadOnlyList<PinDrive> Steps { get; }

    /// <summary>Gives it power until the run is over.</summary>
    /// <param name="change">What this run has of its own.</param>
    /// <param name="lineWritten">Gets each line of the log as it is written.</param>
    public RunResult Run(Func<RunOptions, RunOptions>? change = null, Action<LogLine>? lineWritten = null)
    {
        _machine.LineWritten = lineWritten;
        RunOptions options = new()
        {
            AfterScriptMilliseconds = _settings.AfterMilliseconds,
            UntilText = _settings.UntilText,
            Seed = _settings.SwitchSeed,
        };
        return _machine.Run(change is null ? options : change(options));
    }

    /// <summary>Why a run is no success, one line; null: it is one.</summary>
    public string? Failure(RunResult run)
    {
        // Where no code of the firmware ran, the runtime itself had no memory: those are edges that were lost.
        UnhandledException[] uncaught = [.. run.UnhandledExceptions.Where(each => each.Stack.Count > 0)];
        if (uncaught.Length > 0)
        {
            UnhandledException first = uncaught[0];
            string count = uncaught.Length == 1 ? "" : $" (the first of {uncaught.Length})";
            string when = FormattableString.Invariant($"{first.Nanoseconds / 1e6:F3} ms");
            return $"nobody caught an exception{count}: {when}, {first.Thread}: "
                + $"{first.Exception.GetType()}: {first.Exception.Message.ReplaceLineEndings(" ")}, at {first.Stack[0]}";
        }

        if (run.End == RunEnd.Reboot) return "the firmware asked for a reboot; the virtual board powers off instead";
        if (run.End == RunEnd.NothingCanHappen && run.Threads.Any(thread => thread.WaitsForLock))
        {
            return "deadlock: threads wait for locks that nobody will give back";
        }

        if (_settings.UntilText is { } text && run.End != RunEnd.TextCame)
        {
            return run.End == RunEnd.SwitchedOff ? null : $"no line of the log has '{text}' in it";
        }

        if (_settings.AsksForSteps && Steps.Count > 0 && run.ListeningSince is null
            && _settings.From == ScriptStart.Listening)
        {
            return "the firmware listens to no pin, so nothing was done to the wires; --from power-on does it all the same";
        }

        return null;
    }

    private void ThrowIfOfEsp32(string member)
    {
        if (!member.StartsWith("nanoFramework.Hardware.Esp32.", StringComparison.Ordinal)) return;
        string[] those = [.. BoardFacts.All.Where(board => board.IsEsp32).Select(board => board.Name)];
        throw new UsageException($"{Path.GetFileName(Firmware)} uses {member}, which only ESP32 boards have, and "
            + $"{_settings.Board.Name} is none; add --board {string.Join(", ", those[..^1])} or {those[^1]}, or take "
            + "firmware/ButtonModule");
    }
}
