namespace Hardware.Pages;

/// <summary>The written part of hardware/README.md, between two marks; the rest of that page is by hand.</summary>
public static class HardwareTable
{
    private const string Begin = "<!-- boards: written by `dotnet run --project hardware/Pages` -->\n";
    private const string End = "<!-- end of boards -->\n";

    /// <summary>The page with another table between its marks.</summary>
    /// <exception cref="FormatException">It has no marks.</exception>
    public static string Replace(string page, string table)
    {
        int begin = page.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length;
        int end = page.IndexOf(End, StringComparison.Ordinal);
        if (begin < Begin.Length || end < begin)
        {
            throw new FormatException("hardware/README.md has lost the marks around its table");
        }

        return page[..begin] + "\n" + table + "\n" + page[end..];
    }
}
