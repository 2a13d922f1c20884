namespace Monitor.Tests;

/// <summary>Board and monitor, joined by a pseudo terminal.</summary>
[TestClass]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
public sealed class VirtualBoardTests
{
    [TestMethod]
    public void SerialPort_MonitorListens_LogArrivesByteForByte()
    {
        string sent = Path.GetTempFileName();
        string received = Path.GetTempFileName();
        using MonitorProcess board = MonitorProcess.StartVirtualBoard("--serial-port", "--presses", "2", "--log", sent);
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
}
