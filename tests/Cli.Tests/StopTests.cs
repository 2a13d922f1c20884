using System.Diagnostics;
using Hardware.Cli;

namespace Cli.Tests;

/// <summary>Ctrl-C.</summary>
[TestClass]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
public sealed class StopTests
{
    [TestMethod]
    public void VirtualBoard_StoppedInTheMiddle_PrintsItsTotals()
    {
        (int exitCode, string rest, string errors) = Stop();
        Assert.Contains("virtual board, totals", rest);
        Assert.AreEqual("VirtualBoard: stopped; the totals are those up to then\n", errors);
        Assert.AreEqual(ExitCode.Stopped, exitCode);
    }

    [TestMethod]
    public void VirtualBoard_StoppedBeforeItsTrace_KeepsTheFormerOne()
    {
        string trace = Path.GetTempFileName();
        File.WriteAllText(trace, "old\n");
        Assert.AreEqual(ExitCode.Stopped, Stop("--trace", trace).ExitCode);
        Assert.AreEqual("old\n", File.ReadAllText(trace));
        File.Delete(trace);
    }

    private static EndedProcess Stop(params string[] options)
    {
        using Process board = Process.Start(new ProcessStartInfo(
            "dotnet", [ShellCommand.Assembly("VirtualBoard"), "--real-time", "--presses", "1000", .. options])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        Task<string> errors = board.StandardError.ReadToEndAsync();
        string? line;
        do line = board.StandardOutput.ReadLine();
        while (line is not null && !line.Contains("loaded on", StringComparison.Ordinal));
        Assert.IsNotNull(line);
        using (Process kill = Process.Start("kill", ["-INT", $"{board.Id}"])) kill.WaitForExit();
        string rest = board.StandardOutput.ReadToEnd();
        board.WaitForExit();
        return new EndedProcess(board.ExitCode, rest, errors.Result);
    }
}
