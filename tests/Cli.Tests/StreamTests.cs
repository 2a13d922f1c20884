using System.Text.RegularExpressions;
using Hardware.Cli;

namespace Cli.Tests;

/// <summary>Every program with standard streams that are closed, full, or read by nobody: the exit code is the documented one,
/// and nothing looks like a crash.</summary>
[TestClass]
[OSCondition(OperatingSystems.Linux)]
public sealed class StreamTests
{
    private readonly string _folder = Directory.CreateTempSubdirectory("cli").FullName;

    [TestInitialize]
    public void WriteFiles()
    {
        File.WriteAllText(Path.Combine(_folder, "Hello.cs"),
            "public static class Hello { public static void Main() { System.Console.WriteLine(\"hello\"); } }\n");
        File.WriteAllText(Path.Combine(_folder, "Hello.expected.txt"), "hello\n");
        File.WriteAllText(Path.Combine(_folder, "press.txt"), "0 button press\n100 button release\n");
    }

    [TestCleanup]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    // What each program prints with its usual answer, and how it ends; and one wrong use of each.
    public static IEnumerable<object[]> Rows =>
        from command in new[]
        {
            ("VirtualBoard --presses 1", ExitCode.Success),
            ("VirtualBoard --script press.txt --log log.txt --vcd run.vcd", ExitCode.Success),
            ("VirtualBoard --presses x", ExitCode.WrongUse),
            ("Monitor --list", ExitCode.Success),
            ("Monitor --port none", ExitCode.WrongUse),
            ("Flash --board ESP32-DevKitC --port /dev/ttyUSB0 --dry-run", ExitCode.Success),
            ("Flash --board none", ExitCode.WrongUse),
            ("Pages --check", ExitCode.Success),
            ("Pages --none", ExitCode.WrongUse),
            ("DeviceCheck --help", ExitCode.Success), // what it checks takes seconds
            ("DeviceCheck none", ExitCode.WrongUse),
            ("Stress --items 2000", ExitCode.Success),
            ("Stress --items x", ExitCode.WrongUse),
            ("Costs --help", ExitCode.Success),
            ("Costs none", ExitCode.WrongUse),
            ("Reference .", ExitCode.Success),
            ("Reference none", ExitCode.WrongUse),
        }
        from streams in new[] { "", ">&-", "2>&-", ">&- 2>&-", ">/dev/full", "2>/dev/full", "| head -1" }
        select new object[] { command.Item1, command.Item2, streams };

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public void Run_WithStreamsAsTheyAre_EndsAsDocumented(string command, int exitCode, string streams)
    {
        EndedProcess run = ShellCommand.Run($"{command.Replace("ROOT", Repository.Root)} {streams}", _folder);

        // What is lost in a full output is a failure. Pages --check has nothing to say.
        bool isLost = streams.StartsWith(">/dev/full", StringComparison.Ordinal) && exitCode == ExitCode.Success
            && !command.StartsWith("Pages", StringComparison.Ordinal);
        Assert.AreEqual(isLost ? ExitCode.Failed : exitCode, run.ExitCode, run.Output + run.Errors);
        string all = run.Output + run.Errors;
        Assert.DoesNotContain("Unhandled exception", all);
        Assert.DoesNotMatchRegex(new Regex(@"^\s+at \w", RegexOptions.Multiline), all);
        string program = command.Split(' ')[0];
        if (isLost && streams == ">/dev/full")
        {
            Assert.AreEqual($"{program}: standard output: No space left on device\n", run.Errors);
        }

        if (exitCode != ExitCode.WrongUse || streams.Contains('2')) return;
        Assert.StartsWith(program + ": ", run.Errors);
        Assert.AreEqual("", run.Output);
    }

    [TestMethod]
    public void Programs_InTheRepository_AreAllInTheTable()
    {
        string[] programs =
        [
            .. new[] { "hardware", "tests" }.SelectMany(folder => Directory.GetFiles(
                Path.Combine(Repository.Root, folder), "*.csproj", SearchOption.AllDirectories))
                .Where(project => File.ReadAllText(project) is { } text && text.Contains("<OutputType>Exe<")
                    && !text.Contains("netnano1.0"))
                .Select(project => Path.GetFileName(Path.GetDirectoryName(project)!)),
        ];
        string[] table = [.. Rows.Select(row => ((string)row[0]).Split(' ')[0]).Distinct()];
        CollectionAssert.AreEquivalent(programs, table);
        CollectionAssert.AreEquivalent(programs, ShellCommand.Programs.ToArray());
    }

    [TestMethod]
    [DataRow("VirtualBoard")]
    [DataRow("Monitor")]
    [DataRow("Flash")]
    [DataRow("Pages")]
    [DataRow("DeviceCheck")]
    [DataRow("Stress")]
    [DataRow("Costs")]
    [DataRow("Reference")]
    public void Help_OfEveryProgram_SaysItsExitCodesAndAtWordsAreNoFiles(string program)
    {
        Assert.Contains("Exit code: 0 ", ShellCommand.Run($"{program} --help", _folder).Output);
        EndedProcess run = ShellCommand.Run($"{program} --none @press.txt", _folder);
        Assert.AreEqual(ExitCode.WrongUse, run.ExitCode);
        Assert.DoesNotContain("'0'", run.Errors, "the words of the file");
    }
}
