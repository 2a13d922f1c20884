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
        using Process board = Process.Start(new ProcessStartInfo(
            "dotnet", [ShellCommand.Assembly("VirtualBoard"), "--real-time", "--presses", "1000"])
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
        Assert.Contains("virtual board, totals", rest);
        Assert.AreEqual("VirtualBoard: stopped; the totals are those up to then\n", errors.Result);
        Assert.AreEqual(ExitCode.Stopped, board.ExitCode);
    }
}
