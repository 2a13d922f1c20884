using Hardware.Timeline;
using Spectre.Console;

namespace VirtualBoard;

/// <summary>Numbers in rows, for a terminal or as plain text.</summary>
internal static class Tables
{
    /// <summary>Writes tables out.</summary>
    /// <param name="tables">Each with a name for each row and numbers.</param>
    /// <param name="isDrawn">True: with lines around them, for a terminal, where they fit; false: plain text.</param>
    /// <returns>Lines, without an end of line after the last.</returns>
    internal static string Show(IEnumerable<NumberTable> tables, bool isDrawn) => string.Join(
        isDrawn ? "\n" : "\n\n",
        tables.Where(table => table.Rows.Count > 0)
            .Select(table => isDrawn && DrawnWidth(table) <= Console.WindowWidth ? Drawn(table) : Plain(table)));

    private static int[] Widths(NumberTable table)
    {
        IReadOnlyList<string>[] lines = [table.Columns, .. table.Rows];
        return [.. Enumerable.Range(0, table.Columns.Count).Select(column => lines.Max(line => line[column].Length))];
    }

    // A line and two blanks for each column, and the last line.
    private static int DrawnWidth(NumberTable table) => Widths(table).Sum(width => width + 3) + 1;

    private static string Plain(NumberTable table)
    {
        IReadOnlyList<string>[] lines = [table.Columns, .. table.Rows];
        int[] widths = Widths(table);
        return table.Title + "\n" + string.Join('\n', lines.Where(line => line.Any(cell => cell.Length > 0)).Select(line =>
            "  " + string.Join("  ", line.Select((cell, i) => i == 0 ? cell.PadRight(widths[i]) : cell.PadLeft(widths[i])))))
            + (table.Note is null ? "" : $"\n  ({table.Note})");
    }

    private static string Drawn(NumberTable table)
    {
        Table drawn = new Table().Title(Markup.Escape(table.Title)).Border(TableBorder.Rounded);
        for (int i = 0; i < table.Columns.Count; i++)
        {
            var column = new TableColumn(Markup.Escape(table.Columns[i]));
            drawn.AddColumn(i == 0 ? column : column.RightAligned());
        }

        if (table.Columns.All(name => name.Length == 0)) drawn.HideHeaders();
        foreach (IReadOnlyList<string> row in table.Rows) drawn.AddRow([.. row.Select(cell => Markup.Escape(cell))]);
        if (table.Note is not null) drawn.Caption(Markup.Escape(table.Note));
        var text = new StringWriter { NewLine = "\n" };
        AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, Out = new AnsiConsoleOutput(text) }).Write(drawn);
        return text.ToString().TrimEnd('\n');
    }
}
