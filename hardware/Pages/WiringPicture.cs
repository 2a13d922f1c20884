using System.Globalization;
using System.Xml.Linq;
using ButtonModule;
using Hardware.Boards;

namespace Hardware.Pages;

/// <summary>A board's wiring as an SVG picture: what is on the board inside its frame, what the user adds to its right.</summary>
/// <remarks>Self-contained, without script; its colours follow the reader's light or dark scheme.</remarks>
public static class WiringPicture
{
    private const int Width = 720;
    private const int BoardLeft = 24;
    private const int BoardRight = 380;
    private const int RowHeight = 96;

    private const string Style = """

            .paper { fill: #ffffff } .board { fill: #eef5f0; stroke: #2f6f4f; stroke-width: 2 }
            .part { fill: #ffffff; stroke: #1f2328; stroke-width: 1.6 } .wire { fill: none; stroke: #1f2328; stroke-width: 1.6 }
            .maybe { stroke-dasharray: 6 4 } .pad { fill: #b8860b } .lit { fill: #2da44e }
            text { fill: #1f2328; font: 14px sans-serif } .name { font-weight: bold; font-size: 17px } .note { font-size: 12px }
            @media (prefers-color-scheme: dark) {
              .paper { fill: #0d1117 } .board { fill: #16251d; stroke: #5fb98a } .part { fill: #0d1117; stroke: #e6edf3 }
              .wire { stroke: #e6edf3 } .pad { fill: #e3b341 } .lit { fill: #3fb950 } text { fill: #e6edf3 }
            }

        """;

    private static readonly XNamespace s_svg = "http://www.w3.org/2000/svg";

    /// <summary>The picture's text.</summary>
    /// <param name="board">The pins.</param>
    /// <param name="facts">The labels.</param>
    public static string Draw(Board board, BoardFacts facts)
    {
        string rail = board.ButtonActiveLow ? "GND" : "3V3";
        string externalRail = OwnPin(facts) ? "GND" : rail;
        const int rows = 4;
        int height = 64 + rows * RowHeight + 40;

        var svg = new XElement(s_svg + "svg", At("viewBox", $"0 0 {Width} {height}"), At("role", "img"),
            new XElement(s_svg + "title", $"Wiring of the {facts.Name}"),
            new XElement(s_svg + "desc", $"{BoardPage.Wiring(board, facts)} {BoardPage.TraceWiring(facts)}"),
            new XElement(s_svg + "style", Style),
            Box("paper", 0, 0, Width, height, 0),
            Box("board", BoardLeft, 16, BoardRight - BoardLeft, height - 32, 10),
            Text(BoardLeft + 16, 44, "name", facts.Name));

        int y = 84;
        svg.Add(OnBoard(y, $"{facts.Button.Label} (number {board.ButtonPin})", facts.Button.Part, rail, Switch));
        y += RowHeight;
        string led = $"{facts.Led.Label} (number {board.LedPin})";
        string ledRail = board.LedActiveLow ? "3V3" : "GND";
        object[] Lamp(int x, int top, Wire wire) => LampOf(x, top, wire, board.LedActiveLow, !facts.Led.OnBoard);
        svg.Add(facts.Led.OnBoard
            ? OnBoard(y, led, facts.Led.Part, ledRail, Lamp)
            : Outside(y, led, facts.Led.Where!, $"LED, {BoardPage.NearLeg(board)} leg to the resistor", ledRail, Lamp, "wire"));
        y += RowHeight;
        string external = $"{facts.ExternalButton.Label} (number {BoardPage.Number(facts.ExternalButton.Label)})";
        svg.Add(Outside(y, external, facts.ExternalButton.Where!, "or a button of your own", externalRail, Switch, "wire maybe"));
        y += RowHeight;
        string trace = $"{facts.TraceJumper.Label} (number {board.TracePin})";
        svg.Add(Outside(y, trace, facts.TraceJumper.Where!, "jumper, for a trace", "GND", Jumper, "wire maybe"));

        svg.Add(
            Path("wire maybe", $"M{BoardRight + 16} {height - 36} h48"),
            Text(BoardRight + 74, height - 32, "note", "dashed: only if you want it"));

        return svg.ToString().ReplaceLineEndings("\n") + "\n";
    }

    /// <summary>Whether a button of the user's own sits on another pin than the one on the board.</summary>
    internal static bool OwnPin(BoardFacts facts) => facts.ExternalButton.Label != facts.Button.Label;

    // Pin, part and rail in a line inside the board's frame.
    private static object[] OnBoard(int y, string pin, string part, string rail, Func<int, int, Wire, object[]> symbol) =>
    [
        Text(BoardLeft + 16, y + 5, "", pin),
        .. symbol(BoardLeft + 180, y, new Wire("wire", BoardLeft + 150, $"H{BoardLeft + 300}")),
        Text(BoardLeft + 306, y + 5, "", rail),
        Text(BoardLeft + 130, y + 38, "note", part + ", on the board"),
    ];

    // From the pin's pad at the board's edge through the part and back to the rail's pad.
    private static object[] Outside(int y, string pin, string where, string note, string rail,
        Func<int, int, Wire, object[]> symbol, string wire) =>
    [
        Text(BoardRight - 16, y + 5, "", pin, "end"),
        Text(BoardRight - 16, y + 22, "note", where, "end"),
        Text(BoardRight - 16, y + 49, "", rail, "end"),
        .. symbol(BoardRight + 60, y, new Wire(wire, BoardRight, $"H{Width - 40} V{y + 44} H{BoardRight}")),
        Box("pad", BoardRight - 6, y - 6, 12, 12, 2),
        Box("pad", BoardRight - 6, y + 38, 12, 12, 2),
        Text(BoardRight + 16, y + 38, "note", note),
    ];

    // A push button, 92 wide.
    private static object[] Switch(int x, int y, Wire wire) =>
    [
        Path(wire.Style, $"M{wire.From} {y} H{x + 26}"),
        Path(wire.Style, $"M{x + 66} {y} {wire.Onwards}"),
        Path("wire", $"M{x + 22} {y - 14} H{x + 70} M{x + 46} {y - 14} V{y - 24}"),
        Dot("part", x + 28, y, 3),
        Dot("part", x + 64, y, 3),
    ];

    // A plug over two posts, 92 wide.
    private static object[] Jumper(int x, int y, Wire wire) =>
    [
        Path(wire.Style, $"M{wire.From} {y} {wire.Onwards}"),
        Box("part", x + 24, y - 12, 44, 24, 4),
        Dot("pad", x + 36, y, 4),
        Dot("pad", x + 56, y, 4),
    ];

    // A resistor and an LED, 92 wide; the current flows from the pin, or towards it where low lights the LED.
    private static object[] LampOf(int x, int y, Wire wire, bool towardsPin, bool nameResistor)
    {
        (int back, int tip) = towardsPin ? (74, 52) : (52, 74);
        return
        [
            Path(wire.Style, $"M{wire.From} {y} H{x}"),
            Box("part", x, y - 7, 34, 14, 0),
            .. nameResistor ? [Text(x + 17, y - 13, "note", "330 Ω", "middle")] : Array.Empty<XElement>(),
            Path(wire.Style, $"M{x + 34} {y} H{x + 52}"),
            Path(wire.Style, $"M{x + 74} {y} {wire.Onwards}"),
            Path("part lit", $"M{x + back} {y - 11} L{x + tip} {y} L{x + back} {y + 11} Z"),
            Path("wire", $"M{x + tip} {y - 11} V{y + 11} M{x + 62} {y - 16} l8 -8 M{x + 70} {y - 14} l8 -8"),
        ];
    }

    // Each side of a symbol is one path: where two dashed ones meet, half a dash is left over.
    private sealed record Wire(string Style, int From, string Onwards);

    private static XElement Text(int x, int y, string style, string text, string anchor = "start") =>
        new(s_svg + "text", At("x", x), At("y", y), style.Length > 0 ? At("class", style) : null,
            anchor != "start" ? At("text-anchor", anchor) : null, text);

    private static XElement Path(string style, string path) => new(s_svg + "path", At("class", style), At("d", path));

    private static XElement Dot(string style, int x, int y, int radius) =>
        new(s_svg + "circle", At("class", style), At("cx", x), At("cy", y), At("r", radius));

    private static XElement Box(string style, int x, int y, int width, int height, int round) =>
        new(s_svg + "rect", At("class", style), At("x", x), At("y", y), At("width", width), At("height", height),
            round > 0 ? At("rx", round) : null);

    private static XAttribute At(string name, object value) =>
        new(name, Convert.ToString(value, CultureInfo.InvariantCulture)!);
}
