using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Hardware.Machine;

namespace VirtualBoard.Tests;

/// <summary>README.md of the virtual board: every command that it shows prints just that, and its picture is the one that the
/// command draws.</summary>
[TestClass]
public class ReadmeTests
{
    private const string Prompt = "$ dotnet run --project hardware/VirtualBoard --";

    [TestMethod]
    public void Readme_EveryCommand_PrintsWhatItShows()
    {
        string here = Environment.CurrentDirectory;
        DirectoryInfo folder = Directory.CreateTempSubdirectory("virtual-board-");
        Environment.CurrentDirectory = folder.FullName;
        try
        {
            File.WriteAllText("wrong.txt", "0 button press\n5 button push\n");
            int count = 0;
            foreach (string block in Blocks("console"))
            {
                int end = block.IndexOf('\n');
                StringAssert.StartsWith(block, Prompt);
                Command run = Command.Run(block[Prompt.Length..end]);
                AssertShows(block[(end + 1)..], run.Output + run.Errors);
                count++;
            }

            Assert.IsGreaterThan(5, count);
            Assert.AreEqual(File.ReadAllText(Beside("../../pictures/timeline.svg")), File.ReadAllText("timeline.svg"),
                "pictures/timeline.svg is not what the command draws now: put the new one there");
        }
        finally
        {
            Environment.CurrentDirectory = here;
            folder.Delete(recursive: true);
        }
    }

    [TestMethod]
    public void Readme_Script_IsReadAsItSays()
    {
        IReadOnlyList<PinDrive> steps =
            Script.Parse("README", Blocks("script").Single().Split('\n'), Wiring.Of(Profiles.Find("VirtualBoard")!));
        Assert.AreEqual("0 3000 3000 100500", string.Join(' ', steps.Select(step => step.Nanoseconds / 1000)));
    }

    // "..." stands for lines left out.
    private static void AssertShows(string expected, string actual)
    {
        string[] parts = ("\n" + expected).Split("\n...\n");
        string text = "\n" + actual;
        if (parts.Length == 1) Assert.AreEqual(parts[0], text);
        StringAssert.StartsWith(text, parts[0]);
        StringAssert.EndsWith(text, parts[^1]);
        int at = 0;
        foreach (string part in parts)
        {
            int found = text.IndexOf(part, at, StringComparison.Ordinal);
            Assert.IsGreaterThanOrEqualTo(0, found, $"missing:\n{part}\nin:\n{text}");
            at = found + part.Length;
        }
    }

    private static string[] Blocks(string language) =>
        [.. Regex.Matches(File.ReadAllText(Beside("README.md")), $"```{language}\n(.*?)```", RegexOptions.Singleline)
            .Select(match => match.Groups[1].Value)];

    private static string Beside(string name, [CallerFilePath] string thisFile = "") =>
        Path.Combine(Path.GetDirectoryName(thisFile)!, "../../hardware/VirtualBoard", name);
}
