using System.Globalization;
using Spectre.Console;
using VirtualRuntime;

namespace VirtualBoard;

/// <summary>What the hardware counted until power-off.</summary>
/// <param name="ButtonEdges">Changes of the level at the button's pin.</param>
/// <param name="Interrupts">The interrupt path.</param>
/// <param name="RingCapacity">Records that fit into the ring.</param>
/// <param name="LedSwitchOns">How often the LED was switched on.</param>
/// <param name="SerialLines">Lines of the serial log.</param>
/// <param name="SerialBytes">Its bytes.</param>
public sealed record Totals(
    long ButtonEdges, InterruptCounters Interrupts, int RingCapacity, long LedSwitchOns, long SerialLines, long SerialBytes)
{
    /// <summary>The table, row by row.</summary>
    public IReadOnlyList<(string Name, string Count)> Rows =>
    [
        ("edges on the button", Text(ButtonEdges)),
        ("interrupts recorded", Text(Interrupts.Recorded)),
        ("  lost in the ring", Text(Interrupts.Dropped)),
        ("  delivered", Text(Interrupts.Delivered)),
        ("  without a handler", Text(Interrupts.Unheard)),
        ("  still waiting", Text(Interrupts.Waiting)),
        ("handlers that threw", Text(Interrupts.Faulted)),
        ("LED switched on", Text(LedSwitchOns)),
        ("serial log, lines", Text(SerialLines)),
        ("serial log, bytes", Text(SerialBytes)),
    ];

    /// <summary>What must be said in words: that edges were lost. Null: none were.</summary>
    public string? Loss => Interrupts.Dropped == 0
        ? null
        : $"The ring of {Text(RingCapacity)} records was full: {Text(Interrupts.Dropped)} of {Text(Interrupts.Recorded)} "
            + "edges were lost, the oldest first. The firmware never heard of them.";

    /// <summary>The table and what must be said in words.</summary>
    /// <param name="isDrawn">True: with lines around it, for a terminal; false: plain text.</param>
    /// <returns>Lines, without an end of line after the last.</returns>
    public string Show(bool isDrawn)
    {
        string table = isDrawn ? DrawnTable() : PlainTable();
        return Loss is null ? table : table + "\n" + Loss;
    }

    /// <summary>A table as lines, without an end of line after the last.</summary>
    internal static string Render(Table table)
    {
        var text = new StringWriter { NewLine = "\n" };
        AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, Out = new AnsiConsoleOutput(text) }).Write(table);
        return text.ToString().TrimEnd('\n');
    }

    private static string Text(long count) => count.ToString(CultureInfo.InvariantCulture);

    private string PlainTable() =>
        "virtual board, totals\n" + string.Join('\n', Rows.Select(row => $"  {row.Name,-22}{row.Count,10}"));

    private string DrawnTable()
    {
        Table table = new Table().Title("virtual board, totals").Border(TableBorder.Rounded)
            .AddColumn("counted").AddColumn(new TableColumn("times").RightAligned());
        foreach ((string name, string count) in Rows) table.AddRow(Markup.Escape(name), Markup.Escape(count));
        return Render(table);
    }
}
