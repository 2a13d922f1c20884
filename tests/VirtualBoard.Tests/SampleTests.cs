using System.Runtime.CompilerServices;
using System.Text;
using System.Text.RegularExpressions;
using Hardware.Cli;
using Hardware.Flash;
using Hardware.Machine;
using Reference;

namespace VirtualBoard.Tests;

/// <summary>The programs that a README of the firmware teaches with: their logs on every board, compared with the files of
/// Samples/ byte for byte, and the README's tables, compared with the log of the virtual board. UPDATE_RUNS=1 in the environment
/// writes both anew.</summary>
[TestClass]
public partial class SampleTests
{
    private static readonly string s_root = Path.GetDirectoryName(FirmwareBuild.FindFirmware())!;
    private static readonly string s_samples = Path.Combine(s_root, "firmware", "samples");
    private static string s_folder = "";

    /// <summary>The commands of the README, and not the folders beside it: a copy of a sample needs no test.</summary>
    public static IEnumerable<object[]> Commands =>
        Block().Matches(File.ReadAllText(Path.Combine(s_samples, "README.md")))
            .Select(block => new object[] { block.Groups["name"].Value, block.Groups["options"].Value.Trim() });

    [ClassInitialize]
    public static void CompileTheSamples(TestContext context)
    {
        s_folder = Directory.CreateTempSubdirectory("samples-").FullName;
        FirmwareBuild.Build(FirmwareBuild.FindFirmware(), s_folder);
        foreach (object[] command in Commands) Compile(Path.Combine(s_samples, (string)command[0]));
    }

    [ClassCleanup]
    public static void RemoveTheFolder() => Directory.Delete(s_folder, recursive: true);

    [TestMethod]
    [DynamicData(nameof(Commands))]
    public void Sample_OnEveryBoard_PrintsByteForByteWhatItsFileSays(string name, string options)
    {
        var text = new StringBuilder();
        foreach (Profile board in Profiles.All)
        {
            Command run = Run(name, $"--board {board.Name} {options}");
            text.Append($"$ VirtualBoard --board {board.Name} --firmware {name} {options}".TrimEnd()).Append('\n');
            text.Append(run.Log).Append('\n');
        }

        RunTests.Compare(Path.Combine(Source(), "Samples", name + ".txt"), text.ToString());
    }

    [TestMethod]
    [DynamicData(nameof(Commands))]
    public void Readme_TableOfASample_IsWhatItsCommandPrints(string name, string options)
    {
        string file = Path.Combine(s_samples, "README.md");
        string readme = File.ReadAllText(file);
        Match block = Block().Matches(readme).Single(each => each.Groups["name"].Value == name);
        Group table = block.Groups["table"];
        RunTests.Compare(file, readme[..table.Index] + Table(Run(name, options).Log) + readme[(table.Index + table.Length)..]);
    }

    [TestMethod]
    public void Readme_EachSample_HasItsTableAndItsLink()
    {
        string readme = File.ReadAllText(Path.Combine(s_samples, "README.md"));
        string[] headings =
            [.. Regex.Matches(readme, @"^## (\d\d-.+)$", RegexOptions.Multiline).Select(each => each.Groups[1].Value)];
        CollectionAssert.AreEqual(headings, Commands.Select(each => (string)each[0]).ToArray());
        foreach (string name in headings) StringAssert.Contains(readme, $"| [{name}]({name}/Program.cs) |");
    }

    // In a copy of what a firmware project needs, so that nothing of the repository is touched.
    [TestMethod]
    public void CopyOfASample_Renamed_BuildsRunsAndIsFlashed()
    {
        string root = Path.Combine(s_folder, "copy");
        foreach (string file in new[] { "Directory.Build.props", "global.json", "nuget.config" }) CopyFile(file, file);
        foreach (string folder in new[] { "firmware", "hardware/VirtualRuntime" })
        {
            foreach (string path in Directory.GetFiles(Path.Combine(s_root, folder), "*", SearchOption.AllDirectories))
            {
                string name = Path.GetRelativePath(s_root, path).Replace('\\', '/');
                if (!name.Contains("/bin/") && !name.Contains("/obj/") && !name.Contains("/samples/")) CopyFile(name, name);
            }
        }

        CopyFile("firmware/samples/02-delayed-work/Program.cs", "firmware/mine/blink/Program.cs");
        CopyFile("firmware/samples/02-delayed-work/Delayed.csproj", "firmware/mine/blink/Blink.csproj");

        Command run = Command.Run($"--firmware {root}/firmware/mine/blink");
        Assert.AreEqual(0, run.ExitCode, run.Errors);
        Assert.AreEqual(Run("02-delayed-work", "").Log, run.Log);

        using var plan = new StringWriter { NewLine = "\n" };
        var flash = new FlashTool(new CommandProgram("Flash", plan, plan), () => [],
            (_, _, _, _) => throw new InvalidOperationException("it was run"), root);
        int exitCode = flash.Run(["--firmware", $"{root}/firmware/mine/blink", "--board", "STM32F769I-DISCO", "--dry-run"]);
        Assert.AreEqual(ExitCode.Success, exitCode, plan.ToString());
        StringAssert.StartsWith(plan.ToString(), "dotnet build firmware/mine/blink -c Release -p:NanoFramework=true\n");
        StringAssert.Contains(plan.ToString(), " --image firmware/mine/blink/bin/Release/netnano1.0/Blink.bin ");

        void CopyFile(string from, string to)
        {
            string copy = Path.Combine(root, to);
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(Path.Combine(s_root, from), copy);
        }
    }

    // One line for each of the log: "[    0.302000] text" is "302  text".
    private static string Table(string log)
    {
        var table = new StringBuilder("TIME IN MS  EVENT\n");
        foreach (string line in log.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (Line().Match(line) is not { Success: true, Groups: var parts })
            {
                table.Append($"{"",10}  {line}\n"); // a dump's lines have no time of their own
                continue;
            }

            int milliseconds = int.Parse(parts[1].Value) * 1000 + int.Parse(parts[2].Value);
            table.Append($"{milliseconds,10}  {parts[3].Value}\n");
        }

        return table.ToString();
    }

    private static Command Run(string name, string options)
    {
        Command run = Command.Run($"--firmware {Path.Combine(s_folder, name + ".dll")} {options}");
        Assert.AreEqual(0, run.ExitCode, run.Errors);
        return run;
    }

    private static void Compile(string sample)
    {
        string output = Path.Combine(s_folder, Path.GetFileName(sample) + ".dll");
        string[] table = Directory.GetFiles(Path.Combine(FirmwareBuild.FindFirmware(), "ButtonModule"), "Boards*.cs");
        IReadOnlyList<string> errors = new BoardCompiler().Compile([.. BoardCompiler.Sources(sample), .. table], output,
            isProgram: true, isNullable: true, Path.Combine(s_folder, "Workqueues.dll"),
            Path.Combine(s_folder, "Workqueues.Gpio.dll"));
        Assert.IsEmpty(errors, string.Join('\n', errors));
    }

    private static string Source([CallerFilePath] string thisFile = "") => Path.GetDirectoryName(thisFile)!;

    [GeneratedRegex("""
        ```console
        \$ dotnet run --project hardware/VirtualBoard -- --firmware firmware/samples/(?<name>\S+)(?<options>.*)
        ```
        ```time-event
        (?<table>(?:.*\n)*?)```
        """)]
    private static partial Regex Block();

    [GeneratedRegex(@"^\[ *(\d+)\.(\d{3})\d{3}\] (.*)$")]
    private static partial Regex Line();
}
