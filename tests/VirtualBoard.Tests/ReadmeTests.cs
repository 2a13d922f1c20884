using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace VirtualBoard.Tests;

/// <summary>What hardware/VirtualBoard/README.md shows is what the command prints. Only times, and how many bytes they take, may
/// differ.</summary>
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
        Assert.HasCount(2, blocks);
        foreach (string block in blocks)
        {
            string[] parts = block.Split('\n', 2);
            StringAssert.StartsWith(parts[0], Command);
            BoardRun run = BoardRun.Start(parts[0][Command.Length..].Replace("wrong.txt", Path.Combine(_folder, "wrong.txt")));
            string shown = (run.Output + run.Errors).Replace(_folder + Path.DirectorySeparatorChar, "");
            Assert.AreEqual(WithoutTimes(parts[1]), WithoutTimes(shown));
        }
    }

    [TestMethod]
    public void Readme_Script_IsReadAsItSays()
    {
        IReadOnlyList<Step> steps = Script.Parse("README", Blocks("script").Single().Split('\n'), Wiring.Of("VIRTUAL"));
        Assert.AreEqual("0 3000 3000 100000", string.Join(' ', steps.Select(step => step.AtMicroseconds)));
    }

    private static string[] Blocks(string language, [CallerFilePath] string thisFile = "")
    {
        string readme = Path.Combine(Path.GetDirectoryName(thisFile)!, "../../hardware/VirtualBoard/README.md");
        return [.. Regex.Matches(File.ReadAllText(readme), $"```{language}\n(.*?)```", RegexOptions.Singleline)
            .Select(match => match.Groups[1].Value)];
    }

    private static string WithoutTimes(string text) =>
        BytesRow().Replace(Jiffies().Replace(Stamp().Replace(text, "[time]"), "jiffies=N"), "bytes N");

    [GeneratedRegex(@"^\[ *\d+\.\d{6}\]", RegexOptions.Multiline)]
    private static partial Regex Stamp();

    [GeneratedRegex(@"jiffies=\d+")]
    private static partial Regex Jiffies();

    [GeneratedRegex(@"bytes +\d+")]
    private static partial Regex BytesRow();
}
