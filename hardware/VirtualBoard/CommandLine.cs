using System.CommandLine;
using Hardware.Boards;
using Hardware.Machine;
using Hardware.Page;

namespace VirtualBoard;

/// <summary>The options: what they are called, what they may be, and which go together.</summary>
public sealed class CommandLine
{
    private readonly Option<string> _board = new("--board")
    {
        HelpName = "NAME",
        Description = "The board: pins, speed, clock, heap, ring and serial line are its own ("
            + Names + ")",
        DefaultValueFactory = _ => "VirtualBoard",
    };
    private readonly Option<string?> _firmware = new("--firmware")
    {
        HelpName = "PATH",
        Description = "Run this instead of firmware/ButtonModule (on ESP32 boards ButtonModule.Esp32): a project, which is built, "
            + "or an assembly, for a PC or a board",
    };
    private readonly Option<int> _presses = NumberOption.Create("--presses", "N", 0, 1000, 5, "Press the button N times");
    private readonly Option<int> _interval = NumberOption.Create("--interval", "MS", 20, 60_000, 500,
        "From one press to the next, in milliseconds; each is held for half of it");
    private readonly Option<int> _bounce = NumberOption.Create("--bounce", "MS", 0, 1000, 5,
        "The contact bounces for up to so many milliseconds; less than half of --interval");
    private readonly Option<int> _storm = NumberOption.Create("--storm", "EDGES", 0, 1_000_000, 0,
        "Afterwards this many edges at one moment, an even number; the ring loses what does not fit");
    private readonly Option<bool> _double = Switch("--double",
        "Then press twice in a row, 200 ms apart: the firmware prints what its queues and workers are doing");
    private readonly Option<int> _hold = NumberOption.Create("--hold", "MS", 0, 3_600_000, 2500,
        "At last hold the button for so long: two seconds unload the module");
    private readonly Option<int> _seed = NumberOption.Create("--seed", "S", 0, int.MaxValue, 1, "Same seed, same edges");
    private readonly Option<string?> _script = new("--script")
    {
        HelpName = "FILE",
        Description = "Play a file instead of presses and hold; its lines are <ms> <pin|part> press|release|0|1|toggle",
    };
    private readonly Option<string[]> _wire = new("--wire")
    {
        HelpName = "PIN=NAME",
        Description = "Connect a part to a pin, for scripts and totals: button… is a push button to ground, led… an LED, anything "
            + "else a wire; may be given more than once",
    };
    private readonly Option<string> _from = new("--from")
    {
        HelpName = "WHEN",
        Description = "From when the times of presses and script count: listening, when the firmware first listens to a pin; or "
            + "power-on",
        DefaultValueFactory = _ => "listening",
    };
    private readonly Option<int> _for = NumberOption.Create("--for", "MS", 0, 1_000_000_000, 10_000,
        "End the run so many milliseconds after the last step, if nothing ends it before");
    private readonly Option<string?> _until = new("--until")
    {
        HelpName = "TEXT",
        Description = "End the run when a line of the log has TEXT in it; a run in which none has fails",
    };
    private readonly Option<bool> _realTime = Switch("--real-time", "As fast as a real board, not as the PC can");
    private readonly Option<bool> _interactive = Switch("--interactive",
        "Press the button yourself: space presses, h holds, q powers off (on a terminal only); in real time");
    private readonly Option<bool> _web = Switch("--web",
        "Serve a page on this computer, on which you press the button and watch what an interrupt leaves behind; prints its "
        + "address");
    private readonly Option<bool> _open = Switch("--open", "The same, and start a browser with it");
    private readonly Option<int> _port = NumberOption.Create("--port", "N", 1, 65_535, PageServer.UsualPort,
        "Where the page is served; taken: another one");
    private readonly Option<int> _explore = NumberOption.Create("--explore", "N", 1, 1_000_000, 0,
        "Run it N times, each under another seed of forced thread switches, and say what broke");
    private readonly Option<int?> _switchSeed = NumberOption.CreateOptional("--switch-seed", "S", 0, int.MaxValue,
        "Force thread switches by this seed, as --explore does in its run S");
    private readonly Option<bool> _failAllocations = Switch("--fail-allocations",
        "Run it once for each object that the firmware makes, with that one failing for want of memory, and say after which of "
        + "them a press was not seen");
    private readonly Option<string?> _log = new("--log") { HelpName = "FILE", Description = "Keep the serial log in FILE too" };
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
    private readonly Option<string?> _vcd = new("--vcd")
    {
        HelpName = "FILE.vcd",
        Description =
            "Keep pins, interrupts, queues and workers as signals over time, to the nanosecond, for GTKWave or PulseView",
    };
    private readonly Option<bool> _serialPort = Switch("--serial-port",
        "Serve the serial log on a pseudo terminal too, for hardware/Monitor, in real time; waits a minute for a listener");
    private readonly Option<int?> _ring = NumberOption.CreateOptional("--ring", "N", 1, 65_536,
        "Interrupt records that the ring holds (1 to 65536; the board's own without it)");
    private readonly Option<int?> _baud = NumberOption.CreateOptional("--baud", "SPEED", 0, 12_000_000,
        "Bits per second of the serial line: printing holds the firmware up as long as the bytes take; 0: no time "
        + "(0 to 12000000; the board's own without it)");

    /// <summary>The command line of the virtual board.</summary>
    /// <param name="run">Runs the board; returns the exit code.</param>
    public CommandLine(Func<Settings, int> run)
    {
        Root = new RootCommand(
            "Runs firmware on a virtual board, in virtual time: presses its button, shows its serial log, and prints what the "
            + "hardware counted. The same options give the same bytes, on every PC.\n\n"
            + "Files of --log, --trace, --timeline and --vcd are overwritten.\n\n"
            + "Exit code: 0 all went well, 1 something broke (a line says what), 2 wrong use, 130 Ctrl-C.")
        {
            _board, _firmware, _presses, _interval, _bounce, _storm, _double, _hold, _seed, _script, _wire, _from, _for, _until,
            _realTime, _interactive, _web, _open, _port, _explore, _switchSeed, _failAllocations, _log, _trace, _timeline, _vcd,
            _serialPort, _ring, _baud,
        };
        Root.SetAction(result => run(Check(result)));
    }

    /// <summary>The options. A <see cref="UsageException"/> comes when they do not go together.</summary>
    public RootCommand Root { get; }

    private static Option<bool> Switch(string name, string description) =>
        new(name) { Description = description, Arity = ArgumentArity.Zero };

    private static string Names => string.Join(", ", Profiles.All.Select(each => each.Name));

    private Settings Check(ParseResult result)
    {
        RefuseTogether(result, _interactive, _presses, _interval, _storm, _double, _hold, _script, _from, _for);
        RefuseTogether(result, _script, _presses, _double, _hold);
        bool isWeb = result.GetValue(_web) || result.GetValue(_open);
        foreach (Option web in new[] { _web, _open })
        {
            RefuseTogether(result, web, _interactive, _presses, _interval, _storm, _double, _hold, _script, _from, _for, _until,
                _explore, _failAllocations, _realTime, _serialPort, _log, _trace, _timeline, _vcd);
        }

        Option[] ofOneRun = [_realTime, _interactive, _switchSeed, _serialPort, _log, _trace, _timeline, _vcd];
        RefuseTogether(result, _explore, [_failAllocations, .. ofOneRun]);
        RefuseTogether(result, _failAllocations, ofOneRun);
        if (!isWeb && result.GetResult(_port) is { Implicit: false })
        {
            throw new UsageException("--port goes with --web: it says where the page is served");
        }

        var finger = new Finger(result.GetValue(_presses), result.GetValue(_interval), result.GetValue(_bounce),
            result.GetValue(_storm), result.GetValue(_double), result.GetValue(_hold), result.GetValue(_seed));
        if (!result.GetValue(_interactive) && !isWeb && finger.BounceMilliseconds * 2 >= finger.IntervalMilliseconds)
        {
            throw new UsageException($"--bounce {finger.BounceMilliseconds} with --interval {finger.IntervalMilliseconds}: "
                + "the contact must come to rest; the bounce has to be less than half of the interval");
        }

        if (finger.StormEdges % 2 != 0)
        {
            throw new UsageException($"--storm {finger.StormEdges}: an even number is needed, so that the button ends released");
        }

        string name = result.GetValue(_board)!;
        Profile board = Profiles.Find(name)
            ?? throw new UsageException($"--board {name}: there is no such board: {Names}");
        if (result.GetValue(_ring) is { } ring) board = board with { RingCapacity = ring };
        if (result.GetValue(_baud) is { } baud) board = board with { SerialBaud = baud };
        string from = result.GetValue(_from)!;
        bool hasSerialPort = result.GetValue(_serialPort);
        return new Settings
        {
            Board = board,
            Wiring = Wiring.Of(board, result.GetValue(_wire) ?? []),
            TextNeedsPing = BoardFacts.Find(board.Name)?.TextNeedsPing ?? false,
            Firmware = result.GetValue(_firmware),
            Mode = isWeb ? RunMode.Web : result.GetValue(_interactive) ? RunMode.Interactive
                : result.GetValue(_explore) > 0 ? RunMode.Explore
                : result.GetValue(_failAllocations) ? RunMode.FailAllocations
                : result.GetValue(_realTime) || hasSerialPort ? RunMode.RealTime : RunMode.Once,
            Finger = finger,
            AsksForSteps = result.GetValue(_firmware) is null || IsGiven(result, _script, _presses, _storm, _double, _hold),
            ScriptPath = result.GetValue(_script),
            From = from switch
            {
                "listening" => ScriptStart.Listening,
                "power-on" => ScriptStart.PowerOn,
                _ => throw new UsageException($"--from {from}: 'listening' or 'power-on' is needed"),
            },
            AfterMilliseconds = result.GetValue(_for),
            UntilText = result.GetValue(_until),
            SwitchSeed = result.GetValue(_switchSeed),
            ExploreRuns = result.GetValue(_explore),
            HasSerialPort = hasSerialPort,
            WebPort = result.GetValue(_port),
            OpensBrowser = result.GetValue(_open),
            LogPath = result.GetValue(_log),
            TracePath = result.GetValue(_trace),
            TimelinePath = result.GetValue(_timeline),
            VcdPath = result.GetValue(_vcd),
        };
    }

    private static void RefuseTogether(ParseResult result, Option option, params Option[] others)
    {
        if (!IsGiven(result, option)) return;
        foreach (Option other in others)
        {
            if (IsGiven(result, other))
            {
                throw new UsageException($"{option.Name} and {other.Name} do not go together: leave one out");
            }
        }
    }

    private static bool IsGiven(ParseResult result, params Option[] options) =>
        Array.Exists(options, option => result.GetResult(option) is { Implicit: false });
}
