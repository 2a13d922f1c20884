namespace Monitor.Tests;

/// <summary>Board and monitor, joined by a pseudo terminal.</summary>
[TestClass]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
public sealed class VirtualBoardTests
{
    // A pseudo terminal holds 12 KB: at this speed that is a second in which a busy PC need not run the monitor.
    private const string WireSpeed = "115200";

    [TestMethod]
    public void SerialPort_MonitorListens_LogArrivesByteForByte()
    {
        string sent = Path.GetTempFileName();
        string received = Path.GetTempFileName();
        using MonitorProcess board = MonitorProcess.StartVirtualBoard("--serial-port", "--baud", WireSpeed, "--presses", "2", "--log", sent);
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

    [TestMethod]
    public void SerialPort_BoardWithTrace_MonitorDrawsTheSamePicture()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("monitor");
        try
        {
            string drawnByBoard = Path.Combine(folder.FullName, "board.svg");
            string drawnByMonitor = Path.Combine(folder.FullName, "monitor.svg");
            using MonitorProcess board =
                MonitorProcess.StartVirtualBoard("--serial-port", "--baud", WireSpeed, "--presses", "1", "--timeline", drawnByBoard);
            board.WaitForOutput("--port ");
            string path = board.Output.Split("--port ")[1].Split('\n')[0];
            using var monitor = new MonitorProcess("--port", path, "--timeline", drawnByMonitor, "--no-reconnect");
            monitor.WaitForErrors("-- timeline: ");
            Assert.AreEqual(0, board.WaitForExit(), board.Errors);
            monitor.WaitForExit();
            Assert.DoesNotContain("are lost", board.Output);
            Assert.DoesNotContain("some are missing", monitor.Errors);
            Assert.AreEqual(
                File.ReadAllText(drawnByBoard).Replace("ButtonModule on the virtual board", "Trace of the board"),
                File.ReadAllText(drawnByMonitor));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
