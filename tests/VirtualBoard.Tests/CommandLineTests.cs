using System.Diagnostics;
using System.Text.RegularExpressions;

namespace VirtualBoard.Tests;

/// <summary>The command as a user types it: a process of its own.</summary>
[TestClass]
public class CommandLineTests
{
    private string _folder = "";

    [TestInitialize]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("virtual-board-").FullName;

    [TestCleanup]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    [DataRow("--presses x", "--presses x: a whole number from 0 to 1000")]
    [DataRow("--presses -1", "--presses -1: a whole number from 0 to 1000")]
    [DataRow("--presses 1001", "--presses 1001: a whole number from 0 to 1000")]
    [DataRow("--presses 1.5", "--presses 1.5: a whole number")]
    [DataRow("--presses", "missing for option: '--presses'")]
    [DataRow("--presses 1 --presses 2", "'--presses'")]
    [DataRow("--interval 19", "--interval 19: a whole number from 20 to 60000")]
    [DataRow("--bounce -1", "--bounce -1: a whole number from 0 to 1000")]
    [DataRow("--bounce 150", "--bounce 150 with --interval 300")]
    [DataRow("--storm 3", "--storm 3: an even number")]
    [DataRow("--storm 1000002", "--storm 1000002: a whole number from 0 to 1000000")]
    [DataRow("--ring 0", "--ring 0: a whole number from 1 to 65536")]
    [DataRow("--seed -1", "--seed -1: a whole number from 0")]
    [DataRow("--seed 99999999999", "--seed 99999999999: a whole number from 0")]
    [DataRow("--baud -1", "--baud -1: a whole number from 0 to 12000000")]
    [DataRow("--ping", "--ping: nobody can ping a board without --serial-port")]
    [DataRow("--unknown", "'--unknown'")]
    [DataRow("word", "'word'")]
    [DataRow("@file", "'@file'")]
    [DataRow("--interactive", "must be a terminal")]
    [DataRow("--interactive --presses 2", "--interactive and --presses do not go together")]
    [DataRow("--interactive --script FOLDER/none", "--interactive and --script do not go together")]
    [DataRow("--script FOLDER/none --presses 2", "--script and --presses do not go together")]
    [DataRow("--script FOLDER/none", "--script: cannot read FOLDER/none")]
    [DataRow("--script FOLDER", "--script: cannot read FOLDER")]
    [DataRow("--log FOLDER/none/log", "--log: cannot write FOLDER/none/log")]
    [DataRow("--log FOLDER", "--log: cannot write FOLDER")]
    [DataRow("--trace FOLDER/none/trace", "--trace: cannot write FOLDER/none/trace")]
    [DataRow("--timeline FOLDER/none/a.svg", "--timeline: cannot write FOLDER/none/a.svg")]
    [DataRow("--timeline FOLDER/trace.txt", "--timeline: FOLDER/trace.txt: a picture's file name ends in .svg")]
    [DataRow("--trace FOLDER/a.svg --timeline FOLDER/a.svg", "--timeline FOLDER/a.svg: this is the file of --trace too")]
    [DataRow("--log FOLDER/a --trace FOLDER/a", "--trace FOLDER/a: this is the file of --log too")]
    public void Run_WrongUse_OneLineOnStandardErrorAndExitCode2(string arguments, string expected)
    {
        AssertRefused(arguments.Replace("FOLDER", _folder), expected.Replace("FOLDER", _folder));
    }

    [TestMethod]
    public void Run_WrongScript_NamesFileAndLineAndKeepsTheOldLog()
    {
        string script = Path.Combine(_folder, "press.txt");
        string log = Path.Combine(_folder, "log");
        File.WriteAllText(script, "0 button press\n# comment\n5 button push\n");
        File.WriteAllText(log, "old\n");
        AssertRefused($"--script {script} --log {log}", $"{script}:3: 'push' is no action: press, release, 0, 1 or toggle");
        Assert.AreEqual("old\n", File.ReadAllText(log));
    }

    [TestMethod]
    public void Run_WrongNameOfOneFile_KeepsWhatTheOthersHeld()
    {
        string log = Path.Combine(_folder, "log");
        string picture = Path.Combine(_folder, "old.svg");
        File.WriteAllText(log, "old\n");
        File.WriteAllText(picture, "old\n");
        AssertRefused($"--log {log} --timeline {picture} --trace {_folder}", "--trace: cannot write");
        AssertRefused($"--timeline {_folder}/new.svg --trace {_folder}", "--trace: cannot write");
        Assert.AreEqual("old\n", File.ReadAllText(log));
        Assert.AreEqual("old\n", File.ReadAllText(picture));
        Assert.IsFalse(File.Exists(Path.Combine(_folder, "new.svg")));
    }

    [TestMethod]
    public void Run_LogIsTheScript_IsRefusedAndTheScriptIsKept()
    {
        string script = Path.Combine(_folder, "press.txt");
        File.WriteAllText(script, "0 button press\n");
        AssertRefused($"--script {script} --log {_folder}/../{Path.GetFileName(_folder)}/press.txt", "would overwrite");
        Assert.AreEqual("0 button press\n", File.ReadAllText(script));
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    public void Run_FilesThatAreDevices_AreWrittenAndAFullOneIsSaid()
    {
        BoardRun run = BoardRun.Start("--presses 0 --log /dev/null --trace /dev/null");
        Assert.AreEqual(2, run.ExitCode, "one file for two");
        run = BoardRun.Start("--presses 0 --log /dev/null --trace /dev/full");
        Assert.AreEqual(1, run.ExitCode);
        StringAssert.StartsWith(run.Errors, "VirtualBoard: --trace /dev/full: the trace is not complete: ");
        Assert.AreEqual(run.Errors.Length - 1, run.Errors.IndexOf('\n'), "one line");
    }

    // The shell gives the program standard streams that cannot be written.
    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    [DataRow("--presses x 2>&-", 2)]
    [DataRow("--presses x 2>/dev/full", 2)]
    [DataRow("--help >/dev/full 2>&1", 1)]
    [DataRow("--help >/dev/full 2>&-", 1)]
    [DataRow("--presses 0 >/dev/full 2>&1", 1)]
    [DataRow("--presses 0 >&- 2>&-", 1)]
    public void Run_StreamsThatCannotBeWritten_TheExitCodeSaysIt(string arguments, int exitCode)
    {
        string command = Path.Combine(AppContext.BaseDirectory, "VirtualBoard.dll");
        using var process = Process.Start("sh", ["-c", $"dotnet '{command}' {arguments}"]);
        process.WaitForExit();
        Assert.AreEqual(exitCode, process.ExitCode);
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    public void Run_NamesThatDifferInCase_AreTwoFiles()
    {
        BoardRun run = BoardRun.Start($"--presses 0 --log {_folder}/a.txt --trace {_folder}/A.txt");
        Assert.AreEqual(0, run.ExitCode, run.Errors);
        Assert.HasCount(2, Directory.GetFiles(_folder));
    }

    [TestMethod]
    public void Run_Help_ListsEveryOption()
    {
        BoardRun run = BoardRun.Start("--help");
        Assert.AreEqual(0, run.ExitCode);
        foreach (string option in new[]
        {
            "--presses <N>", "--interval <MS>", "--bounce <MS>", "--storm <EDGES>", "--ring <N>", "--seed <S>", "--script <FILE>",
            "--interactive", "--log <FILE>", "--trace <FILE>", "--timeline <FILE.svg>", "--serial-port",
            "--ping", "--baud <SPEED>", "--help",
        })
        {
            StringAssert.Contains(run.Output, option);
        }
    }

    private static void AssertRefused(string arguments, string expected)
    {
        BoardRun run = BoardRun.Start(arguments);
        Assert.AreEqual(2, run.ExitCode, run.Errors);
        Assert.AreEqual("", run.Output, "nothing was done");
        StringAssert.StartsWith(run.Errors, "VirtualBoard: ");
        StringAssert.Contains(run.Errors, expected);
        Assert.AreEqual(run.Errors.Length - 1, run.Errors.IndexOf('\n'), "one line");
    }
}

/// <summary>One run of the built command.</summary>
/// <param name="ExitCode">How it ended.</param>
/// <param name="Output">What it printed.</param>
/// <param name="Errors">What it printed on standard error.</param>
internal sealed record BoardRun(int ExitCode, string Output, string Errors)
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    /// <summary>The row of the table at the end.</summary>
    public long Count(string row)
    {
        string line = Output.Split('\n').Single(line => line.TrimStart().StartsWith(row, StringComparison.Ordinal));
        return long.Parse(line.Split(' ')[^1]);
    }

    /// <summary>The serial log: what stands between the first line and the table.</summary>
    public string Log
    {
        get
        {
            int start = Output.IndexOf('\n') + 1;
            int end = Output.IndexOf("\nvirtual board, totals", StringComparison.Ordinal);
            return Output[start..end];
        }
    }

    /// <summary>Lines of the log that the firmware says are missing there.</summary>
    public long Dropped => Regex.Matches(Log, @"^\*\* (\d+) printk messages dropped \*\*$", RegexOptions.Multiline)
        .Sum(match => long.Parse(match.Groups[1].Value));

    /// <summary>How many lines of the log hold a text.</summary>
    public int Lines(string text) => Log.Split('\n').Count(line => line.Contains(text, StringComparison.Ordinal));

    /// <summary>A number in the one line of the log that a pattern fits: its group.</summary>
    public long Logged(string pattern) => long.Parse(
        Regex.Matches(Log, pattern, RegexOptions.Multiline).Single().Groups[1].Value);

    public static BoardRun Start(string arguments)
    {
        string command = Path.Combine(AppContext.BaseDirectory, "VirtualBoard.dll");
        using var process = Process.Start(new ProcessStartInfo("dotnet", $"\"{command}\" {arguments}")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        process.StandardInput.Close();
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(s_limit))
        {
            process.Kill();
            throw new AssertFailedException($"VirtualBoard {arguments} did not end within {s_limit.TotalSeconds} s");
        }

        return new BoardRun(process.ExitCode, output.Result, errors.Result);
    }
}
