using System.Device.Gpio;
using System.Globalization;
using ButtonModule;
using Hardware.Boards;
using Hardware.Flash;
using Hardware.Machine;

namespace Hardware.Pages;

/// <summary>A board's page, and the table of all boards, as Markdown.</summary>
public static class BoardPage
{
    /// <summary>The headings of every page, in their order.</summary>
    public static IReadOnlyList<string> Headings { get; } =
        ["Board", "Pins", "Wiring", "Flash", "Expected output", "Figures", "Known limits"];

    /// <summary>What one event of a trace takes on a board; the library says so in <c>WorkqueueTrace</c>.</summary>
    public const int RecordBytes = 61;

    /// <summary>The page's text.</summary>
    /// <param name="board">The pins.</param>
    /// <param name="facts">All else.</param>
    public static string Write(Board board, BoardFacts facts)
    {
        string port = facts.Connection == Connection.Serial ? "/dev/ttyUSB0" : "/dev/ttyACM0";
        bool runtime = facts.RuntimeIsPublished;
        var request = new FlashRequest(facts, facts.Targets[0], port, runtime, Monitor: true);
        string command = $"dotnet run --project hardware/Flash -- --board {facts.Name} --port {port}"
            + (runtime ? " --runtime" : "") + " --monitor";
        string others = facts.Targets.Length > 1
            ? "; also " + string.Join(", ", facts.Targets[1..].Select(target => $"`{target}`")) + " (`--target`)"
            : "";

        string formula = facts.Connection == Connection.StLink ? ": port × 16 + pin, port A is 0" : "";
        string manual = facts.ManualNotRead is { } number
            ? $"\n\nST's own manual is {number}; it was not at hand when this page was written."
            : "";
        string runtimeHint = runtime
            ? "`--runtime` is for a new board and for an update; without it only the firmware is built and deployed.\n"
            : "";

        bool isEstimated = Profiles.Find(facts.Name)!.IsEstimated;
        string times = isEstimated ? " that are estimated from another board's" : " from measured costs";
        string before = facts.TextNeedsPing ? "the runtime" : "the boot ROM and the runtime";
        return $"""
            <!-- Written by `dotnet run --project hardware/Pages` from firmware/ButtonModule/Boards.cs and
                 hardware/BoardFacts/BoardFacts.cs: change those, then run it again. -->
            # {facts.Name}

            ## Board

            | | |
            |---|---|
            | Maker | {facts.Maker} |
            | MCU | {facts.Mcu} |
            | Runtime | `{facts.Targets[0]}`{others} |
            | Flashed through | {Way(facts)} |
            | Log | {facts.LogConnector}; {facts.SerialBaud} 8N1{(facts.TextNeedsPing ? "; no text before a ping" : "")} |
            | Last checked | {facts.LastChecked} |

            ## Pins

            | part | pin | number | mode | meaning | where |
            |---|---|---|---|---|---|
            {PinRow("Button", facts.Button, board.ButtonPin, board.ButtonMode, Meaning("pressed", board.ButtonActiveLow))}
            {PinRow("LED", facts.Led, board.LedPin, PinMode.Output, Meaning("lit", board.LedActiveLow))}
            {PinRow("Trace jumper", facts.TraceJumper, board.TracePin, PinMode.InputPullUp, "closed is low")}

            The number is what `GpioController.OpenPin` takes{formula}. Taken from:

            {string.Join('\n', facts.Sources.Select(source => $"- {source.Title}: {source.Says}."))}{manual}

            ## Wiring

            ![Wiring of the {facts.Name}](wiring.svg)

            {Wiring(board, facts)} {TraceWiring(facts)}
            {ExternalRow(board, facts)}
            ## Flash

            {Prepare(facts)}

            ```
            {command}
            ```

            {runtimeHint}On Windows the port is `COM3` or the like; without `--port` the ports are listed. These are the commands
            that it runs (`--dry-run` prints them):

            ```
            {string.Join('\n', FlashPlan.Make(request).Select(step => step.CommandLine))}
            ```

            ## Expected output

            {Log(board, facts)}

            ```
            {FlashPlan.Make(request)[^1].CommandLine}
            ```

            Flash with `--monitor` runs it too, but only after the firmware has started. Press the board's reset button while the
            monitor is open, and the log begins as below; lines of {before} may come first.

            ```
            {string.Join('\n', ExpectedLines(facts.Name).Select(line => "[    T] " + line))}
            ```

            T is the time since start in seconds, N the same in milliseconds. C is a number of interrupts, P of presses, E of
            edges of the contact (few if the button is good), K of items. Without a board,
            `dotnet run --project hardware/VirtualBoard -- --board {facts.Name}` prints such a log in virtual time, with
            times{times}.

            The LED lights with a press and goes out 200 ms later. A double press prints what the queues and the interrupt lines
            are doing. A press of two seconds unloads the module, the next one loads it again. [Every line that the firmware can
            print](../LOG.md) is explained on a page of its own.

            If the trace jumper is closed when the module loads, the log says so before `loaded`:

            ```
            [    T] {TraceLine(board)}
            ```

            The events come before `unloaded`, as text in the form of Linux's ftrace, without the log's time in front. Older
            events are only counted. The trace takes {TraceKilobytes(board)} KB of heap. To switch it off, open the jumper before
            the next load.

            ## Figures

            {Figures(facts)}

            [The self-test](../../../firmware/SelfTest/README.md) measures them, and explains each:

            ```
            {FiguresCommand(facts, port)}
            ```

            ## Known limits

            - Last checked: {facts.LastChecked}. Pins, runtime and addresses are from the documents named above.
            {string.Join('\n', facts.KnownLimits.Select(limit => "- " + limit))}

            """.ReplaceLineEndings("\n");
    }

    /// <summary>The log of a press and of the long one, without the times; capital letters stand for numbers.</summary>
    /// <param name="name">The board's name.</param>
    public static IReadOnlyList<string> ExpectedLines(string name) =>
        [.. LogPage.Module.Skip(1).Select(line => new LogLine(line.Form.Replace("{BOARD}", name), line.Meaning).Text)];

    /// <summary>What the log says of a trace while the module loads.</summary>
    public static string TraceLine(Board board) =>
        LogPage.Module[0].Form.Replace("{K}", board.TraceRecords.ToString(CultureInfo.InvariantCulture));

    /// <summary>The table of hardware/README.md.</summary>
    /// <param name="boards">The pins.</param>
    public static string Table(IReadOnlyList<Board> boards)
    {
        IEnumerable<string> rows = BoardFacts.All.Select(facts =>
        {
            Board board = boards.Single(row => row.Name == facts.Name);
            return $"| [{facts.Name}](boards/{facts.Name}/README.md) | {facts.Mcu} | `{facts.Targets[0]}` | "
                + $"{facts.Button.Label}, {facts.Button.Part}, {Meaning("pressed", board.ButtonActiveLow)} | "
                + $"{facts.Led.Label}, {(facts.Led.OnBoard ? facts.Led.Part : "external")}, "
                + $"{Meaning("lit", board.LedActiveLow)} | {facts.SerialBaud}{(facts.TextNeedsPing ? ", after a ping" : "")} | "
                + $"{facts.LastChecked} |";
        });

        return "| board | MCU | firmware target | button | LED | log, baud | last checked |\n|---|---|---|---|---|---|---|\n"
            + string.Join('\n', rows) + "\n";
    }

    /// <summary>The number of a pin by its label, as <c>GpioController.OpenPin</c> takes it.</summary>
    /// <param name="label">GPIO and a number, or P, a port's letter and a number.</param>
    /// <exception cref="FormatException">It is neither.</exception>
    public static int Number(string label)
    {
        if (label.StartsWith("GPIO", StringComparison.Ordinal)) return int.Parse(label[4..], CultureInfo.InvariantCulture);
        if (label.Length >= 3 && label[0] == 'P' && label[1] is >= 'A' and <= 'K')
        {
            int pin = int.Parse(label[2..], CultureInfo.InvariantCulture);
            if (pin < 16) return (label[1] - 'A') * 16 + pin;
        }

        throw new FormatException($"{label} is no pin of an ESP32 or STM32");
    }

    /// <summary>What to connect, in words.</summary>
    internal static string Wiring(Board board, BoardFacts facts)
    {
        string rail = board.ButtonActiveLow || WiringPicture.OwnPin(facts) ? "GND" : "3V3";
        (string farLeg, string ledRail) = board.LedActiveLow ? ("long", "3V3") : ("short", "GND");
        string led = facts.Led.OnBoard
            ? "Nothing to connect: button and LED are on the board."
            : $"Connect an LED: {facts.Led.Label} ({facts.Led.Where}), a resistor of 330 Ω, the LED's {NearLeg(board)} leg, "
                + $"its {farLeg} leg, {ledRail}. The button is on the board.";
        string own = WiringPicture.OwnPin(facts)
            ? "on a pin of its own"
            : "beside the one on the board";

        return $"{led} A button of your own goes {own}: between {facts.ExternalButton.Label} "
            + $"({facts.ExternalButton.Where}) and {rail}.";
    }

    /// <summary>Which of an LED's legs the current enters from the pin's side.</summary>
    internal static string NearLeg(Board board) => board.LedActiveLow ? "short" : "long";

    /// <summary>What a board's trace takes of the heap, rounded up.</summary>
    public static int TraceKilobytes(Board board) => (board.TraceRecords * RecordBytes + 1023) / 1024;

    /// <summary>The jumper, in words.</summary>
    internal static string TraceWiring(BoardFacts facts) =>
        $"A jumper between {facts.TraceJumper.Label} ({facts.TraceJumper.Where}) and GND asks for a trace.";

    // The row that a button on a pin of its own needs.
    private static string ExternalRow(Board board, BoardFacts facts)
    {
        if (!WiringPicture.OwnPin(facts)) return "";
        int button = Number(facts.ExternalButton.Label);
        string led = board.LedActiveLow ? "true" : "false";
        string row = $"new Board(\"{board.Target}\", \"{board.Name}\", {button}, PinMode.InputPullUp, true, "
            + $"{board.LedPin}, {led}, {board.TracePin}, {board.TraceRecords}, {board.LogWaitMilliseconds}),";

        return $"""

            For a button of your own write this row in `firmware/ButtonModule/Boards.cs`:

            ```csharp
            {row}
            ```

            """;
    }

    // When the log is heard, and by whom.
    private static string Log(Board board, BoardFacts facts) => facts.TextNeedsPing
        ? "The runtime sends no text until a host has pinged it over the Wire Protocol, and what is printed before is lost. The "
            + "monitor pings when it opens the port and after each reset, until it is answered; other terminal programs show "
            + "nothing. So the firmware waits "
            + $"{board.LogWaitMilliseconds.ToString(CultureInfo.InvariantCulture)} ms after a reset, for the ping, before it "
            + "loads the module."
        : "The runtime sends plain text until a host pings it over the Wire Protocol, as debuggers and flash tools do. From then "
            + "on, until the next reset, it sends packets. The monitor reads both.";

    private static string FiguresCommand(BoardFacts facts, string port) =>
        $"dotnet run --project hardware/Flash -- --firmware firmware/SelfTest --board {facts.Name} --port {port} --monitor";

    private static string Figures(BoardFacts facts)
    {
        if (facts.Figures.Length == 0)
        {
            return "Nobody has sent figures of this board yet. If you have one, please send the self-test's whole log, the day, "
                + "the name and version of the runtime, and what was connected.";
        }

        return string.Join("\n\n", facts.Figures.Select(sent =>
            $"{sent.When}, {sent.How}:\n\n```\n{string.Join('\n', sent.Log)}\n```"));
    }

    private static string Prepare(BoardFacts facts) => facts.Connection == Connection.Serial
        ? "Once, on Linux: your user must be in the group that owns the port (`dialout` on most systems)."
        : "Once, the driver for the ST-LINK, as nanoff wants it: on Linux libusb-1.0 and a udev rule for vendor 0483; on macOS "
            + "libusb; on Windows WinUSB bound to the interface \"ST-Link Debug\" (Zadig does it).";

    private static string Way(BoardFacts facts) => facts.Connection == Connection.Serial
        ? $"the serial port; the firmware goes to {facts.DeployAddress}"
        : $"the ST-LINK connector; the firmware goes to {facts.DeployAddress}";

    private static string PinRow(string what, PinFact pin, int number, PinMode mode, string meaning) =>
        $"| {what} {Part(pin)} | {pin.Label} | {number} | `{mode}` | {meaning} | {Where(pin)} |";

    private static string Part(PinFact pin) => pin.OnBoard ? pin.Part : "(external)";

    private static string Where(PinFact pin) => (pin.OnBoard, pin.Where) switch
    {
        (true, null) => "on the board",
        (true, { } header) => $"on the board, and {header}",
        (false, { } header) => header,
        _ => throw new InvalidOperationException($"{pin.Label}: a part that the user adds needs a header"),
    };

    private static string Meaning(string state, bool activeLow) => $"{state} is {(activeLow ? "low" : "high")}";
}
