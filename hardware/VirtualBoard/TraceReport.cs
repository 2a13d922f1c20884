using Hardware.Timeline;
using Spectre.Console;

namespace VirtualBoard;

/// <summary>What a trace tells, for the end of the run: latency of each item, and what the queues, timers and interrupt lines
/// did.</summary>
/// <param name="timeline">The trace.</param>
public sealed class TraceReport(TraceTimeline timeline)
{
    /// <summary>The tables.</summary>
    /// <param name="isDrawn">True: with lines around them, for a terminal; false: plain text.</param>
    /// <returns>Lines, without an end of line after the last.</returns>
    public string Show(bool isDrawn) => string.Join(isDrawn ? "\n" : "\n\n",
        NumberTable.Of(timeline).Select(table => isDrawn ? Drawn(table) : Plain(table)));

    private static string Title(NumberTable table) => $"trace, {table.Title}";

    private static string Plain(NumberTable table)
    {
        IReadOnlyList<string>[] lines = [table.Columns, .. table.Rows];
        int[] widths = [.. Enumerable.Range(0, table.Columns.Count).Select(column => lines.Max(line => line[column].Length))];
        return Title(table) + "\n" + string.Join('\n', lines.Select(line =>
            "  " + string.Join("  ", line.Select((cell, i) => i == 0 ? cell.PadRight(widths[i]) : cell.PadLeft(widths[i])))));
    }

    private static string Drawn(NumberTable table)
    {
        Table drawn = new Table().Title(Title(table)).Border(TableBorder.Rounded);
        for (int i = 0; i < table.Columns.Count; i++)
        {
            var column = new TableColumn(Markup.Escape(table.Columns[i]));
            drawn.AddColumn(i == 0 ? column : column.RightAligned());
        }

        foreach (IReadOnlyList<string> row in table.Rows) drawn.AddRow([.. row.Select(cell => Markup.Escape(cell))]);
        return Totals.Render(drawn);
    }
}
