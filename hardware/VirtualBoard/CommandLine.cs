using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace VirtualBoard;

/// <summary>The options: what they are called, what they may be, and which go together.</summary>
public sealed class CommandLine
{
    private readonly Option<int> _presses = Number("--presses", "N", 0, 1000, 5, "Press the button N times");
    private readonly Option<int> _interval = Number("--interval", "MS", 20, 60_000, 300,
        "From one press to the next, in milliseconds; each is held for half of it");
    private readonly Option<int> _bounce = Number("--bounce", "MS", 0, 1000, 5,
        "The contact bounces for up to so many milliseconds; less than half of --interval");
    private readonly Option<int> _storm = Number("--storm", "EDGES", 0, 1_000_000, 0,
        "Afterwards this many edges back to back, an even number; the ring loses what does not fit");
    private readonly Option<int> _ring = Number("--ring", "N", 1, 65_536, 128, "Interrupt records that the ring can hold");
    private readonly Option<int> _seed = Number("--seed", "S", 0, int.MaxValue, 1, "Same seed, same edges");
    private readonly Option<string?> _script = new("--script")
    {
        HelpName = "FILE",
        Description = "Play a file instead of the presses; its lines are <ms> <pin|button> press|release|0|1|toggle",
    };
    private readonly Option<bool> _interactive = new("--interactive")
    {
        Description = "Press the button yourself: space presses, h holds, q powers off (on a terminal only)",
        Arity = ArgumentArity.Zero,
    };
    private readonly Option<string?> _log = new("--log") { HelpName = "FILE", Description = "Keep the serial log in a file too" };
    private readonly Option<string?> _trace = new("--trace")
    {
        HelpName = "FILE",
        Description = "Close the board's trace jumper; its trace goes to FILE in ftrace text form, not to the screen",
    };
    private readonly Option<string?> _timeline = new("--timeline")
    {
        HelpName = "FILE.svg",
        Description = "The same, and draw the trace: interrupts, timers and workers over time",
    };
    private readonly Option<bool> _serialPort = new("--serial-port")
    {
        Description = "Serve the serial log on a pseudo terminal too, for hardware/Monitor; waits a minute for a listener",
        Arity = ArgumentArity.Zero,
    };
    private readonly Option<bool> _ping = new("--ping")
    {
        Description = "The serial port is as an STM32's: silent until a host pings it; without it, as an ESP32's: raw text until "
            + "then. Packets afterwards",
        Arity = ArgumentArity.Zero,
    };
    private readonly Option<int> _baud = Number("--baud", "SPEED", 0, 12_000_000, 0,
        "Bits per second of the serial line: printing holds the firmware up as long as the bytes take, and the finger does not "
        + "wait for it; 0: no time");
    private readonly RootCommand _root;

    /// <summary>The command line of the virtual board.</summary>
    /// <param name="run">Runs the board; returns the exit code.</param>
    public CommandLine(Func<Settings, int> run)
    {
        _root = new RootCommand(
            "Powers a virtual board, runs the unmodified firmware/ButtonModule on it, presses its button, shows its serial log, "
            + "holds the button until the module unloads, and prints what the hardware counted.\n\n"
            + "Exit code: 0 the module ran and unloaded, 1 it did not, 2 wrong use.")
        {
            _presses, _interval, _bounce, _storm, _ring, _seed, _script, _interactive, _log, _trace, _timeline,
            _serialPort, _ping, _baud,
        };
        _root.SetAction(result => run(Check(result)));
    }

    /// <summary>Reads the arguments and does what they say.</summary>
    /// <returns>The exit code.</returns>
    /// <exception cref="UsageException">They are wrong.</exception>
    public int Invoke(string[] arguments)
    {
        ParseResult result = _root.Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (result.Errors.Count > 0)
        {
            throw new UsageException($"{result.Errors[0].Message.TrimEnd('.')}; --help lists the options");
        }

        return result.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
    }

    private static Option<int> Number(string name, string helpName, int least, int most, int standard, string description) =>
        new(name)
        {
            HelpName = helpName,
            Description = $"{description} ({least} to {most})",
            DefaultValueFactory = _ => standard,
            CustomParser = result => ParseNumber(result, name, least, most),
        };

    private static int ParseNumber(ArgumentResult result, string name, int least, int most)
    {
        string word = result.Tokens[0].Value;
        if (int.TryParse(word, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number)
            && number >= least && number <= most) return number;
        result.AddError($"{name} {word}: a whole number from {least} to {most} is needed");
        return least;
    }

    private Settings Check(ParseResult result)
    {
        string? script = result.GetValue(_script);
        bool isInteractive = result.GetValue(_interactive);
        RefuseTogether(result, _interactive, _presses, _interval, _storm, _script);
        RefuseTogether(result, _script, _presses);
        var finger = new Finger(result.GetValue(_presses), result.GetValue(_interval), result.GetValue(_bounce),
            result.GetValue(_storm), result.GetValue(_seed));
        if (!isInteractive && finger.BounceMilliseconds * 2 >= finger.IntervalMilliseconds)
        {
            throw new UsageException($"--bounce {finger.BounceMilliseconds} with --interval {finger.IntervalMilliseconds}: "
                + "the contact must come to rest; the bounce has to be less than half of the interval");
        }

        if (finger.StormEdges % 2 != 0)
        {
            throw new UsageException($"--storm {finger.StormEdges}: an even number is needed, so that the button ends released");
        }

        if (result.GetValue(_ping) && !result.GetValue(_serialPort))
        {
            throw new UsageException("--ping: nobody can ping a board without --serial-port; add it");
        }

        string? log = result.GetValue(_log);
        string? trace = result.GetValue(_trace);
        string? timeline = result.GetValue(_timeline);
        RefuseOneFile((_script, script), (_log, log), (_trace, trace), (_timeline, timeline));
        return new Settings(finger, result.GetValue(_ring), script, isInteractive, log, result.GetValue(_serialPort),
            result.GetValue(_ping), result.GetValue(_baud), trace, timeline);
    }

    // Each but the first is written.
    private static void RefuseOneFile(params (Option Option, string? Path)[] files)
    {
        for (int i = 1; i < files.Length; i++)
        {
            for (int k = 0; k < i; k++)
            {
                if (files[i].Path is not { } path || files[k].Path is not { } other || !SamePath(path, other)) continue;
                throw new UsageException($"{files[i].Option.Name} {path}: this is the file of {files[k].Option.Name} too, "
                    + "which it would overwrite; name another one");
            }
        }
    }

    private static void RefuseTogether(ParseResult result, Option option, params Option[] others)
    {
        if (result.GetResult(option) is null or { Implicit: true }) return;
        foreach (Option other in others)
        {
            if (result.GetResult(other) is { Implicit: false })
            {
                throw new UsageException($"{option.Name} and {other.Name} do not go together: leave one out");
            }
        }
    }

    private static bool SamePath(string a, string b)
    {
        StringComparison names = OperatingSystem.IsLinux() ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase;
        return a.Length > 0 && b.Length > 0 && string.Equals(Path.GetFullPath(a), Path.GetFullPath(b), names);
    }
}
