using Hardware.Machine;

namespace VirtualBoard;

/// <summary>What is run: once for the eye, or many times to find what breaks.</summary>
public enum RunMode
{
    /// <summary>One run with its log.</summary>
    Once,

    /// <summary>One run, paced by the wall clock.</summary>
    RealTime,

    /// <summary>The same, and the user presses the button.</summary>
    Interactive,

    /// <summary>A page, on which the user presses and watches.</summary>
    Web,

    /// <summary>Many runs, each under another seed of forced thread switches.</summary>
    Explore,

    /// <summary>One run for each allocation of the firmware, which fails.</summary>
    FailAllocations,
}

/// <summary>What the user asked for, checked as far as no firmware is needed.</summary>
public sealed record Settings
{
    /// <summary>The board.</summary>
    public required Profile Board { get; init; }

    /// <summary>What is connected to its pins.</summary>
    public required Wiring Wiring { get; init; }

    /// <summary>True: its serial port sends no text until a host has pinged it. False: raw text until then.</summary>
    public bool TextNeedsPing { get; init; }

    /// <summary>A project or an assembly; null: the image for the board.</summary>
    public string? Firmware { get; init; }

    /// <summary>How it is run.</summary>
    public RunMode Mode { get; init; }

    /// <summary>How the button is pressed.</summary>
    public required Finger Finger { get; init; }

    /// <summary>True: the user asked for something on the wires. False: the button is pressed because nothing else was said,
    /// and firmware that has no use for it need not listen.</summary>
    public bool AsksForSteps { get; init; }

    /// <summary>A script instead of that; null: none.</summary>
    public string? ScriptPath { get; init; }

    /// <summary>From when the times of presses and script count.</summary>
    public ScriptStart From { get; init; }

    /// <summary>The run ends so long after the last step, at the latest.</summary>
    public int AfterMilliseconds { get; init; }

    /// <summary>It ends when a line with this text came; null: no such end.</summary>
    public string? UntilText { get; init; }

    /// <summary>Forced thread switches; null: none.</summary>
    public int? SwitchSeed { get; init; }

    /// <summary>Runs of <see cref="RunMode.Explore"/>.</summary>
    public int ExploreRuns { get; init; }

    /// <summary>True: the log goes to a pseudo terminal too.</summary>
    public bool HasSerialPort { get; init; }

    /// <summary>Where the page is served.</summary>
    public int WebPort { get; init; }

    /// <summary>True: a browser is started with the page.</summary>
    public bool OpensBrowser { get; init; }

    /// <summary>Where the serial log is kept too; null: nowhere.</summary>
    public string? LogPath { get; init; }

    /// <summary>Where the firmware's trace goes; null: nowhere.</summary>
    public string? TracePath { get; init; }

    /// <summary>Where its picture goes; null: nowhere.</summary>
    public string? TimelinePath { get; init; }

    /// <summary>Where its signals go; null: nowhere.</summary>
    public string? VcdPath { get; init; }

    /// <summary>True: the firmware is asked for a trace.</summary>
    public bool HasTrace => TracePath is not null || TimelinePath is not null;
}
