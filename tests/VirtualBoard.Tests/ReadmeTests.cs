using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace VirtualBoard.Tests;

/// <summary>What hardware/VirtualBoard/README.md shows is what the command prints. Only times, how many bytes they take, and how
/// many items of the pool were in use at once may differ; <c>...</c> stands for lines left out.</summary>
[TestClass]
public partial class ReadmeTests
{
    private const string Command = "$ dotnet run --project hardware/VirtualBoard -- ";

    private string _folder = "";

    [TestInitialize]
    public void MakeFolder()
    {
        _folder = Directory.CreateTempSubdirectory("virtual-board-").FullName;
        File.WriteAllText(Path.Combine(_folder, "wrong.txt"), "0 button press\n5 button push\n");
    }

    [TestCleanup]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    public void Readme_EveryConsoleBlock_IsWhatTheCommandPrints()
    {
        string[] blocks = Blocks("console");
        Assert.HasCount(3, blocks);
        foreach (string block in blocks)
        {
            string[] parts = block.Split('\n', 2);
            StringAssert.StartsWith(parts[0], Command);
            BoardRun run = Run(parts[0]);
            string shown = (run.Output + run.Errors).Replace(_folder + Path.DirectorySeparatorChar, "");
            AssertShows(WithoutTimes(parts[1]), WithoutTimes(shown));
        }
    }

    [TestMethod]
    public void Readme_Picture_IsOfSuchARun()
    {
        string command = Blocks("console").Select(block => block.Split('\n')[0]).Single(line => line.Contains("--timeline"));
        BoardRun run = Run(command);
        Assert.AreEqual(0, run.ExitCode, run.Errors);
        string picture = Path.Combine(_folder, "timeline.svg");
        Assert.AreEqual(Items(picture), Items(Beside("timeline.svg")),
            "The README's picture is old. Make it anew with its command.");
    }

    private BoardRun Run(string line) =>
        BoardRun.Start(FileName().Replace(line[Command.Length..], name => Path.Combine(_folder, name.Value)));

    // From the picture's table: the items, and how often the one of the interrupts ran. What hangs on times is left out.
    private static string Items(string picture)
    {
        string[] words = [.. XElement.Load(picture).Elements().Where(element => element.Name.LocalName == "text")
            .Select(element => PoolItems().Replace(element.Value, ""))];
        int header = Array.IndexOf(words, "work items") + 1;
        int end = Array.IndexOf(words, "queues");
        Assert.IsTrue(header > 0 && end > header, $"{picture} has no such tables");
        const int columns = 9;
        string[][] rows = [.. words[(header + columns)..end].Chunk(columns)];

        // In the order of names: which item comes first is a matter of microseconds.
        return string.Join(", ", rows.Select(row => row[0] == "my_work" ? $"{row[0]} {row[1]}" : row[0]).Order());
    }

    private static void AssertShows(string expected, string actual)
    {
        string[] parts = expected.Split("\n...\n");
        if (parts.Length == 1) Assert.AreEqual(expected, actual);
        StringAssert.StartsWith(actual, parts[0]);
        StringAssert.EndsWith(actual, parts[^1]);
        int at = 0;
        foreach (string part in parts)
        {
            int found = actual.IndexOf(part, at, StringComparison.Ordinal);
            Assert.IsGreaterThanOrEqualTo(0, found, $"missing:\n{part}\nin:\n{actual}");
            at = found + part.Length;
        }
    }

    [TestMethod]
    public void Readme_Script_IsReadAsItSays()
    {
        IReadOnlyList<Step> steps = Script.Parse("README", Blocks("script").Single().Split('\n'), Wiring.Of("VIRTUAL"));
        Assert.AreEqual("0 3000 3000 100000", string.Join(' ', steps.Select(step => step.AtMicroseconds)));
    }

    private static string[] Blocks(string language) =>
        [.. Regex.Matches(File.ReadAllText(Beside("README.md")), $"```{language}\n(.*?)```", RegexOptions.Singleline)
            .Select(match => match.Groups[1].Value)];

    private static string Beside(string name, [CallerFilePath] string thisFile = "") =>
        Path.Combine(Path.GetDirectoryName(thisFile)!, "../../hardware/VirtualBoard", name);

    private static string WithoutTimes(string text)
    {
        text = BytesRow().Replace(Jiffies().Replace(Stamp().Replace(text, "[time]"), "jiffies=N"), "bytes N");
        return TableRow().Replace(text,
            row => Spaces().Replace(PoolItems().Replace(Duration().Replace(row.Value, "T"), ""), " "));
    }

    [GeneratedRegex(@"^\[ *\d+\.\d{6}\]", RegexOptions.Multiline)]
    private static partial Regex Stamp();

    [GeneratedRegex(@"jiffies=\d+")]
    private static partial Regex Jiffies();

    [GeneratedRegex(@"bytes +\d+")]
    private static partial Regex BytesRow();

    [GeneratedRegex(@"\b(?:wrong\.txt|button\.trace|timeline\.svg)")]
    private static partial Regex FileName();

    // A row of the trace's tables, or the names above it: their widths are those of the durations.
    [GeneratedRegex(@"^  .*(?: (?:µs|ms|s)|  max)\b.*$", RegexOptions.Multiline)]
    private static partial Regex TableRow();

    [GeneratedRegex(@"\d+(?:\.\d+)? (?:µs|ms|s)\b")]
    private static partial Regex Duration();

    [GeneratedRegex(" +")]
    private static partial Regex Spaces();

    [GeneratedRegex(@" \(\d+ items\)")]
    private static partial Regex PoolItems();
}
