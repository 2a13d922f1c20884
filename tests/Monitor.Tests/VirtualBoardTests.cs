using System.Runtime.Versioning;

namespace Monitor.Tests;

/// <summary>Board and monitor, joined by a pseudo terminal.</summary>
[TestClass]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
[UnsupportedOSPlatform("windows")]
public sealed class VirtualBoardTests
{
    // A pseudo terminal holds 12 KB: at this speed that is a second in which a busy PC need not run the monitor.
    private const string WireSpeed = "115200";

    [TestMethod]
    public void SerialPort_MonitorListens_LogArrivesByteForByte()
    {
        string sent = Path.GetTempFileName();
        string received = Path.GetTempFileName();
        using MonitorProcess board = MonitorProcess.StartVirtualBoard(
            "--serial-port", "--baud", WireSpeed, "--presses", "2", "--log", sent);
        board.WaitForOutput("--port ");
        string path = board.Output.Split("--port ")[1].Split('\n')[0];
        using var monitor = new MonitorProcess("--port", path, "--log", received, "--no-reconnect");
        board.WaitForOutput("virtual board, totals");
        monitor.WaitForOutput("button_module: unloaded");
        Assert.AreEqual(0, board.WaitForExit(), board.Errors);
        monitor.WaitForExit();
        byte[] log = File.ReadAllBytes(sent);
        Assert.IsGreaterThan(500, log.Length);
        CollectionAssert.AreEqual(log, File.ReadAllBytes(received));
        Assert.DoesNotContain("are lost", board.Output);
        File.Delete(sent);
        File.Delete(received);
    }

    /// <summary>An STM32's serial port is silent until it is pinged: the log is whole from its first line all the same.</summary>
    [TestMethod]
    [DataRow("--board", "B-L475E-IOT01A")]
    [DataRow()]
    public void SerialPort_BoardThatNeedsAPing_LogArrivesFromItsFirstLine(params string[] options)
    {
        string sent = Path.GetTempFileName();
        string received = Path.GetTempFileName();
        using MonitorProcess board = MonitorProcess.StartVirtualBoard(
            "--serial-port", "--board", "B-L475E-IOT01A", "--baud", WireSpeed, "--presses", "2", "--log", sent);
        board.WaitForOutput("--port ");
        string path = board.Output.Split("--port ")[1].Split('\n')[0];
        using var monitor = new MonitorProcess(["--port", path, "--log", received, "--no-reconnect", .. options]);
        monitor.WaitForOutput("button_module: unloaded");
        Assert.AreEqual(0, board.WaitForExit(), board.Errors);
        monitor.WaitForExit();
        Assert.DoesNotContain("nobody pings", board.Output);
        Assert.DoesNotContain("are lost", board.Output);
        Assert.Contains("button_module: loaded", File.ReadAllText(sent).Split('\n')[0]);
        Assert.AreEqual(File.ReadAllText(sent), File.ReadAllText(received));
        Assert.DoesNotContain(" 0 text packets", monitor.Errors);
        File.Delete(sent);
        File.Delete(received);
    }

    /// <summary>The same over a line that adds noise, remains of packets, and the packet of a starting runtime.</summary>
    [TestMethod]
    public void SerialPort_NoiseCutPacketsAndRestarts_EveryLineArrives()
    {
        string sent = Path.GetTempFileName();
        string received = Path.GetTempFileName();
        using MonitorProcess board = MonitorProcess.StartVirtualBoard(
            "--serial-port", "--board", "B-L475E-IOT01A", "--baud", WireSpeed, "--presses", "4", "--log", sent);
        board.WaitForOutput("--port ");
        using var line = new NoisyLine(board.Output.Split("--port ")[1].Split('\n')[0]);
        using var monitor = new MonitorProcess("--port", line.Path, "--board", "B-L475E-IOT01A", "--log", received);
        Assert.AreEqual(0, board.WaitForExit(), board.Errors);
        monitor.WaitForOutput("button_module: unloaded");
        monitor.Send(MonitorProcess.Interrupt);
        Assert.AreEqual(0, monitor.WaitForExit());

        string log = File.ReadAllText(received);
        foreach (string text in File.ReadAllLines(sent))
        {
            int at = log.IndexOf(text + "\n", StringComparison.Ordinal);
            Assert.AreNotEqual(-1, at, $"lost: {text}\n{log}");
            log = log[(at + text.Length)..];
        }

        Assert.IsGreaterThan(3, line.Restarts);
        Assert.IsGreaterThan(3, line.Pings, "one for the open port, and for restarts");
        Assert.DoesNotContain(", 0 damaged", monitor.Errors);
        File.Delete(sent);
        File.Delete(received);
    }

    [TestMethod]
    public void SerialPort_BoardWithTrace_MonitorDrawsTheSamePicture()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("monitor");
        try
        {
            string drawnByBoard = Path.Combine(folder.FullName, "board.svg");
            string drawnByMonitor = Path.Combine(folder.FullName, "monitor.svg");
            using MonitorProcess board = MonitorProcess.StartVirtualBoard(
                "--serial-port", "--baud", WireSpeed, "--presses", "1", "--timeline", drawnByBoard);
            board.WaitForOutput("--port ");
            string path = board.Output.Split("--port ")[1].Split('\n')[0];
            using var monitor = new MonitorProcess("--port", path, "--timeline", drawnByMonitor, "--no-reconnect");
            monitor.WaitForErrors("-- timeline: ");
            Assert.AreEqual(0, board.WaitForExit(), board.Errors);
            monitor.WaitForExit();
            Assert.DoesNotContain("are lost", board.Output);
            Assert.DoesNotContain("some lines are missing", monitor.Errors);
            Assert.AreEqual(
                File.ReadAllText(drawnByBoard).Replace("ButtonModule on VirtualBoard, in virtual time", "Trace of the board"),
                File.ReadAllText(drawnByMonitor));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
