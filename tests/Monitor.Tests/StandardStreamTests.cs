using System.Diagnostics;
using System.Runtime.Versioning;

using Hardware.Serial;

namespace Monitor.Tests;

/// <summary>The built program with standard streams that are closed, full, or read by nobody.</summary>
[TestClass]
[OSCondition(OperatingSystems.Linux)]
[SupportedOSPlatform("linux")]
public sealed class StandardStreamTests
{
    private const int PatienceMilliseconds = 30_000;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("monitor");

    private string LogPath => Path.Combine(_folder.FullName, "board.log");

    [TestCleanup]
    public void DeleteFolder() => _folder.Delete(recursive: true);

    [TestMethod]
    public void Output_DiskFull_EndsWithOneAndALine()
    {
        using var board = new TerminalBoard();
        using MonitorProcess monitor = MonitorProcess.StartRedirected(">/dev/full", "--port", board.Path);
        board.Print("text\n");
        Assert.AreEqual(1, monitor.WaitForExit());
        Assert.Contains("Monitor: standard output: No space left on device\n", monitor.Errors);
        Assert.DoesNotContain("   at ", monitor.Errors);
    }

    [TestMethod]
    [DataRow(">/dev/full", 1)]
    [DataRow(">&-", 0)]
    [DataRow(">&- 2>&-", 0)]
    [DataRow("<&- >&- 2>&-", 0)]
    [DataRow("2>&-", 0)]
    [DataRow("2>/dev/full", 0)]
    [DataRow(">/dev/full 2>/dev/full", 1)]
    public void Streams_ClosedOrFull_TheLogIsWrittenAllTheSame(string redirection, int exitCode)
    {
        using var board = new TerminalBoard();
        using MonitorProcess monitor = MonitorProcess.StartRedirected(redirection, "--port", board.Path, "--log", LogPath);
        for (int i = 0; i < 100; i++) board.Print($"line {i}\n");
        Assert.IsTrue(SpinWait.SpinUntil(
            () => File.Exists(LogPath) && File.ReadAllText(LogPath).EndsWith("line 99\n", StringComparison.Ordinal),
            PatienceMilliseconds));
        monitor.Send(MonitorProcess.Interrupt);
        Assert.AreEqual(exitCode, monitor.WaitForExit());
        Assert.AreEqual(string.Concat(Enumerable.Range(0, 100).Select(i => $"line {i}\n")), File.ReadAllText(LogPath));
        Assert.DoesNotContain("   at ", monitor.Errors + monitor.Output);
        if (!redirection.StartsWith('2')) return;
        Assert.Contains("  line 99\n", monitor.Output);
        Assert.DoesNotContain("--", monitor.Output);
    }

    [TestMethod]
    public void Output_ClosedAndNoFile_IsRefused()
    {
        using PseudoTerminal board = PseudoTerminal.Open();
        using MonitorProcess monitor = MonitorProcess.StartRedirected(">&-", "--port", board.Path);
        Assert.AreEqual(2, monitor.WaitForExit());
        Assert.AreEqual(
            "Monitor: standard output is closed, and there is no --log, --trace, --timeline, --vcd or --web: nothing to "
                + "write to\n",
            monitor.Errors);
    }

    [TestMethod]
    [DataRow("--list")]
    [DataRow("--help")]
    [DataRow("--version")]
    public void Output_FullUnderAShortAnswer_EndsWithOneAndALine(string option)
    {
        using MonitorProcess full = MonitorProcess.StartRedirected(">/dev/full", option);
        Assert.AreEqual(1, full.WaitForExit());
        Assert.AreEqual("Monitor: standard output: No space left on device\n", full.Errors);
        using MonitorProcess closed = MonitorProcess.StartRedirected(">&- 2>&-", option);
        Assert.AreEqual(0, closed.WaitForExit());
    }

    [TestMethod]
    [DataRow("2>&-")]
    [DataRow("2>/dev/full")]
    public void Errors_CannotBeWritten_TheExitCodeStays(string redirection)
    {
        using MonitorProcess monitor = MonitorProcess.StartRedirected(redirection, "--port", "/dev/ttyNowhere");
        Assert.AreEqual(2, monitor.WaitForExit());
        Assert.AreEqual("", monitor.Output);
    }

    [TestMethod]
    public void Output_NobodyReadsItButThereIsALog_GoesOn()
    {
        using var board = new TerminalBoard();
        using Process monitor = MonitorProcess.Start("--port", board.Path, "--log", LogPath);
        board.Print("first\n");
        Assert.Contains("first", monitor.StandardOutput.ReadLine() ?? "");
        monitor.StandardOutput.Close();
        board.Print("second\n");
        string? line;
        do line = monitor.StandardError.ReadLine();
        while (line is not null && !line.Contains("standard output"));
        Assert.AreEqual("-- standard output: Broken pipe; the files go on being written --", line);
        board.Print("third\n");
        Assert.IsTrue(SpinWait.SpinUntil(() => File.ReadAllText(LogPath) == "first\nsecond\nthird\n", PatienceMilliseconds));
        monitor.Kill();
    }
}
