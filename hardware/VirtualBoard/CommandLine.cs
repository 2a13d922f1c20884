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
        Description = "The board, with its own pins, speed, clock, heap, interrupt ring and serial line: " + Names,
        DefaultValueFactory = _ => "VirtualBoard",
    };
    private readonly Option<string?> _firmware = new("--firmware")
    {
        HelpName = "PATH",
        Description = "The firmware: a project, which is built first, or an assembly, for a PC or a board [default: "
            + "firmware/ButtonModule, on ESP32 boards firmware/ButtonModule.Esp32]",
    };
    private readonly Option<int> _presses = NumberOption.Create("--presses", "N", 0, 1000, 5, "Press the button N times");
    private readonly Option<int> _interval = NumberOption.Create("--interval", "MS", 20, 60_000, 500,
        "Time from one press to the next; each is held for half of it");
    private readonly Option<int> _bounce = NumberOption.Create("--bounce", "MS", 0, 1000, 5,
        "How long the contact bounces at most; less than half of --interval");
    private readonly Option<int> _storm = NumberOption.Create("--storm", "EDGES", 0, 1_000_000, 0,
        "Then make this many edges at one moment (an even number); those that do not fit into the interrupt ring are lost");
    private readonly Option<bool> _double = Switch("--double",
        "Then press twice within 200 ms: the firmware prints what its queues and workers are doing");
    private readonly Option<int> _hold = NumberOption.Create("--hold", "MS", 0, 3_600_000, 2500,
        "At the end hold the button this long; two seconds unload the module");
    private readonly Option<int> _seed = NumberOption.Create("--seed", "S", 0, int.MaxValue, 1,
        "Chooses how the contact bounces; the same seed gives the same edges");
    private readonly Option<string?> _script = new("--script")
    {
        HelpName = "FILE",
        Description = "Take presses and releases from FILE; its lines are <ms> <pin|part> press|release|0|1|toggle",
    };
    private readonly Option<string[]> _wire = new("--wire")
    {
        HelpName = "PIN=NAME",
        Description = "Connect a part to a pin, for scripts and totals; may be given more than once. A NAME that begins with "
            + "button is a push button to ground, one with led an LED, any other a wire",
    };
    private readonly Option<string> _from = new("--from")
    {
        HelpName = "WHEN",
        Description = "The moment from which the times of presses and script count: power-on, or listening, when the firmware "
            + "first listens to a pin",
        DefaultValueFactory = _ => "listening",
    };
    private readonly Option<int> _for = NumberOption.Create("--for", "MS", 0, 1_000_000_000, 10_000,
        "End the run this long after the last press or line of the script, if nothing ends it before");
    private readonly Option<string?> _until = new("--until")
    {
        HelpName = "TEXT",
        Description = "End the run when a line of the log contains TEXT; a run without such a line fails",
    };
    private readonly Option<bool> _realTime = Switch("--real-time", "Run as fast as a real board, not as fast as the PC can");
    private readonly Option<bool> _interactive = Switch("--interactive",
        "Press the button on the keyboard of a terminal, in real time: space presses, h holds, q powers off");
    private readonly Option<bool> _web = Switch("--web",
        "Serve a page on this computer and print its address; there you press the button and follow its interrupts");
    private readonly Option<bool> _open = Switch("--open", "Do as --web, and open the page in a browser");
    private readonly Option<int> _port = NumberOption.Create("--port", "N", 1, 65_535, PageServer.UsualPort,
        "The page's port; if it is taken, another one is used");
    private readonly Option<int?> _explore = NumberOption.CreateOptional("--explore", "N", 1, 1_000_000,
        "Run N times, each time with other forced thread switches, and say what broke (1 to 1000000)");
    private readonly Option<int?> _switchSeed = NumberOption.CreateOptional("--switch-seed", "S", 0, int.MaxValue,
        "Run once with the forced thread switches of run S of --explore");
    private readonly Option<bool> _failAllocations = Switch("--fail-allocations",
        "Run once for each object that the firmware makes, let that allocation fail, and say after which of them a press was "
        + "not seen");
    private readonly Option<string?> _log = new("--log") { HelpName = "FILE", Description = "Write the serial log to FILE too" };
    private readonly Option<string?> _trace = new("--trace")
    {
        HelpName = "FILE",
        Description = "Close the board's trace jumper, and write its trace to FILE (Linux's ftrace text) instead of the screen",
    };
    private readonly Option<string?> _timeline = new("--timeline")
    {
        HelpName = "FILE.svg",
        Description = "Close the board's trace jumper, and draw its trace: interrupts, timers and workers over time",
    };
    private readonly Option<string?> _vcd = new("--vcd")
    {
        HelpName = "FILE.vcd",
        Description =
            "Write pins, interrupts, queues and workers as signals, to the nanosecond, for GTKWave or PulseView",
    };
    private readonly Option<bool> _serialPort = Switch("--serial-port",
        "Serve the serial log on a pseudo terminal too, for hardware/Monitor, in real time; wait a minute for a reader first");
    private readonly Option<int?> _ring = NumberOption.CreateOptional("--ring", "N", 1, 65_536,
        "How many interrupts the interrupt ring holds (1 to 65536) [default: the board's]");
    private readonly Option<int?> _baud = NumberOption.CreateOptional("--baud", "SPEED", 0, 12_000_000,
        "Bits per second of the serial line; the firmware waits while its bytes are sent. 0: it does not wait "
        + "(0 to 12000000) [default: the board's]");

    /// <summary>The command line of the virtual board.</summary>
    /// <param name="run">Runs the board; returns the exit code.</param>
    public CommandLine(Func<Settings, int> run)
    {
        Root = new RootCommand(
            "Runs firmware on a virtual board: presses its button, shows its serial log, and prints what the hardware counted. "
            + "Time is virtual, so the same options print the same bytes on every PC. Times (MS) are in milliseconds.\n\n"
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
        if (result.GetValue(_until) is "")
        {
            throw new UsageException("--until: a text is needed; the empty one is in every line");
        }

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
            ExploreRuns = result.GetValue(_explore) ?? 0,
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
