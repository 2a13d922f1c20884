using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using ButtonModule;
using Hardware.Boards;
using Hardware.Cli;
using Hardware.Flash;
using Hardware.Pages;

namespace Boards.Tests;

/// <summary>The pages and pictures in the repository are those that the tables give; their commands do what they say.</summary>
[TestClass]
public sealed class BoardPageTests
{
    private const string Remedy = "run dotnet run --project hardware/Pages";

    public static IEnumerable<object[]> Names => BoardFacts.All.Select(facts => new object[] { facts.Name });

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void Page_OfABoard_IsWhatTheTablesGive(string name)
    {
        (Board board, BoardFacts facts) = BoardTableTests.Both(name);

        Assert.AreEqual(BoardPage.Write(board, facts), Page(name), Remedy);
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void Picture_OfABoard_IsWhatTheTablesGive(string name)
    {
        (Board board, BoardFacts facts) = BoardTableTests.Both(name);

        Assert.AreEqual(WiringPicture.Draw(board, facts), Picture(name), Remedy);
    }

    [TestMethod]
    public void Page_FiguresThatSomebodySent_ShowsThemWithWhenAndHow()
    {
        (Board board, BoardFacts facts) = BoardTableTests.Both(BoardFacts.All[0].Name);
        StringAssert.Contains(BoardPage.Write(board, facts), "\nNobody has sent figures of this board yet.");
        SentFigures sent = new("2030-01-31", "ESP32_PSRAM_REV0 1.12.4.1, nothing connected, by somebody",
            ["PASS a", "SelfTest: 1 passed, 0 failed"]);

        string page = BoardPage.Write(board, facts with { Figures = [sent] });

        StringAssert.Contains(page, "\n## Figures\n\n2030-01-31, ESP32_PSRAM_REV0 1.12.4.1, nothing connected, by somebody:\n\n"
            + "```\nPASS a\nSelfTest: 1 passed, 0 failed\n```\n");
        Assert.IsFalse(page.Contains("Nobody has sent"));
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void FiguresCommand_OfAPage_FlashesTheSelfTest(string name)
    {
        string block = Blocks(Section(Page(name), "Figures")).Single();

        (int exitCode, string output, string error) = DryRun(block);

        Assert.AreEqual("", error);
        Assert.AreEqual(ExitCode.Success, exitCode);
        StringAssert.Contains(output, " --image firmware/SelfTest/bin/Release/netnano1.0/SelfTest.bin");
    }

    [TestMethod]
    public void Table_OfAllBoards_IsWhatTheTablesGive()
    {
        string page = Repository.Text("hardware/README.md");

        Assert.AreEqual(HardwareTable.Replace(page, BoardPage.Table(ButtonModule.Boards.All())), page, Remedy);
    }

    [TestMethod]
    public void Folders_OfBoards_AreThoseOfTheTable()
    {
        string[] folders = Directory.GetDirectories(Path.Combine(Repository.Root, "hardware", "boards"))
            .Where(folder => File.Exists(Path.Combine(folder, "README.md"))).Select(folder => Path.GetFileName(folder)).ToArray();

        CollectionAssert.AreEquivalent(BoardFacts.All.Select(facts => facts.Name).ToArray(), folders);
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void Headings_OfAPage_AreTheFixedOnes(string name)
    {
        string[] headings = Regex.Matches(Page(name), "^## (.+)$", RegexOptions.Multiline)
            .Select(match => match.Groups[1].Value).ToArray();

        CollectionAssert.AreEqual(BoardPage.Headings.ToArray(), headings);
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void FlashCommand_OfAPage_PrintsTheCommandsBelowIt(string name)
    {
        string[] blocks = Blocks(Section(Page(name), "Flash"));
        Assert.AreEqual(2, blocks.Length);

        (int exitCode, string output, string error) = DryRun(blocks[0]);

        Assert.AreEqual("", error);
        Assert.AreEqual(ExitCode.Success, exitCode);
        Assert.AreEqual(blocks[1], output.ReplaceLineEndings("\n").TrimEnd());
    }

    [TestMethod]
    public void FlashCommand_OfTheOverview_IsUnderstood()
    {
        string[] blocks = Blocks(Section(Repository.Text("hardware/README.md"), "Flash"));

        (int exitCode, string output, _) = DryRun(blocks[0]);

        Assert.AreEqual(ExitCode.Success, exitCode);
        StringAssert.StartsWith(output, blocks[1], "the build command is the first that flash runs");
        StringAssert.Contains(Repository.Text("hardware/README.md"), FirmwareProject.Of(BoardFacts.Find("ESP32-DevKitC")!).Image);
    }

    // That the firmware prints such lines is looked at in LogPageTests.
    [TestMethod]
    [DynamicData(nameof(Names))]
    public void ExpectedOutput_OfAPage_IsTheMonitorsCommandAndLinesOfTheLog(string name)
    {
        (Board board, BoardFacts facts) = BoardTableTests.Both(name);
        string section = Section(Page(name), "Expected output");
        string[] blocks = Blocks(section);
        string[] lines = [.. blocks[1].Split('\n'), blocks[2]];
        string[] known = [.. LogPage.All.Select(line =>
            new LogLine(line.Form.Replace("{BOARD}", name).Replace("newest {K}", $"newest {board.TraceRecords}"), "").Text)];

        Assert.HasCount(3, blocks);
        Assert.AreEqual(Blocks(Section(Page(name), "Flash"))[1].Split('\n')[^1], blocks[0], "the command that flash runs last");
        StringAssert.Contains(blocks[0], $" --board {name} ");
        Assert.AreEqual($"[    T] button_module: loaded on {name}", lines[0]);
        foreach (string line in lines) CollectionAssert.Contains(known, line.Replace("[    T] ", ""));
        Assert.AreEqual(facts.TextNeedsPing, section.Contains($"waits {board.LogWaitMilliseconds} ms after a reset"));
        StringAssert.Contains(Section(Page(name), "Board"), $"; {facts.SerialBaud} 8N1");
    }

    // The row is source text on a page: what it says must be what the constructor takes.
    [TestMethod]
    [DynamicData(nameof(Names))]
    public void Row_ForAButtonOfTheUsersOwn_DiffersFromTheBoardsInTheButtonOnly(string name)
    {
        (Board board, BoardFacts facts) = BoardTableTests.Both(name);
        Match row = Regex.Match(Section(Page(name), "Wiring"), @"^new Board\((.*)\),$", RegexOptions.Multiline);

        Assert.AreEqual(facts.ExternalButton.Label != facts.Button.Label, row.Success);
        if (!row.Success) return;
        ParameterInfo[] parameters =
            typeof(Board).GetConstructors(BindingFlags.Instance | BindingFlags.NonPublic).Single().GetParameters();
        string[] values = row.Groups[1].Value.Split(", ");
        Assert.AreEqual(parameters.Length, values.Length);
        foreach ((ParameterInfo parameter, string value) in parameters.Zip(values))
        {
            string expected = parameter.Name switch
            {
                "buttonPin" => BoardPage.Number(facts.ExternalButton.Label).ToString(CultureInfo.InvariantCulture),
                "buttonMode" => "PinMode.InputPullUp",
                "buttonActiveLow" => "true",
                { } field => Source(typeof(Board).GetField(char.ToUpperInvariant(field[0]) + field[1..])!.GetValue(board)!),
                null => throw new InvalidOperationException("a parameter without a name"),
            };

            Assert.AreEqual(expected, value, parameter.Name);
        }
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void Picture_OfABoard_StandsAlone(string name)
    {
        (Board board, BoardFacts facts) = BoardTableTests.Both(name);
        XElement svg = XElement.Parse(Picture(name));
        XElement[] elements = svg.Descendants().ToArray();
        string[] texts = elements.Where(element => element.Name.LocalName == "text").Select(text => text.Value).ToArray();

        CollectionAssert.Contains(texts, $"{facts.Button.Label} (number {board.ButtonPin})");
        CollectionAssert.Contains(texts, $"{facts.Led.Label} (number {board.LedPin})");
        CollectionAssert.Contains(texts, $"{facts.TraceJumper.Label} (number {board.TracePin})");
        CollectionAssert.Contains(texts, "dashed: only if you want it");
        // Where one dashed path goes on at the end of another, half a dash is left over.
        foreach (string path in elements.Where(element => element.Attribute("class")?.Value == "wire maybe")
            .Select(element => element.Attribute("d")!.Value))
        {
            Assert.AreEqual(1, path.Count(letter => letter == 'M'), path);
        }

        Assert.IsFalse(elements.Any(element => element.Name.LocalName is "script" or "image" or "use" or "foreignObject"));
        Assert.IsFalse(svg.DescendantsAndSelf().Attributes().Any(attribute => attribute.Name.LocalName is "href" or "onload"));
        StringAssert.Contains(svg.Value, "prefers-color-scheme: dark");
        Assert.IsFalse(Regex.IsMatch(svg.Value, @"url\(|@import"));
    }

    private static string Source(object value) => value switch
    {
        string text => $"\"{text}\"",
        bool truth => truth ? "true" : "false",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    private static string Page(string name) => Repository.Text($"hardware/boards/{name}/README.md");

    private static string Picture(string name) => Repository.Text($"hardware/boards/{name}/wiring.svg");

    private static string Section(string page, string heading) =>
        Regex.Match(page, $@"^## {Regex.Escape(heading)}\n(.*?)(?=^## |\z)", RegexOptions.Multiline | RegexOptions.Singleline)
            .Groups[1].Value;

    private static string[] Blocks(string section) =>
        Regex.Matches(section, "^```\n(.*?)\n```$", RegexOptions.Multiline | RegexOptions.Singleline)
            .Select(match => match.Groups[1].Value).ToArray();

    private static (int ExitCode, string Output, string Error) DryRun(string command)
    {
        const string prefix = "dotnet run --project hardware/Flash -- ";
        StringAssert.StartsWith(command, prefix);
        using var output = new StringWriter();
        using var error = new StringWriter();
        var tool = new FlashTool(new CommandProgram("Flash", output, error), () => [],
            (_, _, _, _) => throw new InvalidOperationException("a dry run ran something"));

        int exitCode = tool.Run([.. command[prefix.Length..].Split(' '), "--dry-run"]);
        return (exitCode, output.ToString(), error.ToString());
    }
}
