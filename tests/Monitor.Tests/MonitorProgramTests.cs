using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Text;
using System.Text.RegularExpressions;

using Hardware.Cli;
using Hardware.Serial;

namespace Monitor.Tests;

/// <summary>The built program against a pseudo terminal.</summary>
[TestClass]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
[UnsupportedOSPlatform("windows")]
public sealed partial class MonitorProgramTests
{
    private const int BadInput = 2;
    private const int PatienceMilliseconds = 30_000;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("monitor");

    private string LogPath => Path.Combine(_folder.FullName, "board.log");

    private string PicturePath => Path.Combine(_folder.FullName, "board.svg");

    [TestCleanup]
    public void DeleteFolder() => _folder.Delete(recursive: true);

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void Log_RawTextAndPackets_IsByteForByte(bool hasCrcs)
    {
        using PseudoTerminal board = PseudoTerminal.Open();
        using var monitor = new MonitorProcess("--port", board.Path, "--log", LogPath, "--no-timestamps", "--verbose");
        monitor.WaitForErrors("connected");
        byte[] boot = WireProtocolReaderTests.RecordedBoot(hasCrcs, out string text);
        var expected = new StringBuilder();
        for (int i = 0; i < 200; i++)
        {
            Assert.IsTrue(board.WriteAll(boot, PatienceMilliseconds));
            expected.Append(text);
        }

        Assert.IsTrue(board.WriteAll("THE END\n"u8, PatienceMilliseconds));
        expected.Append("THE END\n");
        monitor.WaitForOutput("THE END");
        monitor.Send(MonitorProcess.Interrupt);

        Assert.AreEqual(0, monitor.WaitForExit());
        Assert.AreEqual(expected.ToString(), File.ReadAllText(LogPath));
        Assert.AreEqual(
            expected.ToString().Replace("\r\n", "\n", StringComparison.Ordinal).Replace("\x1b", "^[", StringComparison.Ordinal),
            monitor.Output);
        Assert.Contains("-- packet ProgramExit, 0 bytes --", monitor.Errors);
        int lines = expected.ToString().Count(letter => letter == '\n');
        Assert.Contains($"-- {lines} lines; 1000 text packets, 400 others, 0 damaged --", monitor.Errors);
    }

    [TestMethod]
    public void Log_ExistingFile_IsReplaced()
    {
        File.WriteAllText(LogPath, "yesterday\n");
        using PseudoTerminal board = PseudoTerminal.Open();
        using var monitor = new MonitorProcess("-p", board.Path, "-l", LogPath);
        monitor.WaitForErrors("connected");
        board.Write("today\n"u8);
        monitor.WaitForOutput("  today");
        monitor.Send(MonitorProcess.Interrupt);

        Assert.AreEqual(0, monitor.WaitForExit());
        Assert.AreEqual("today\n", File.ReadAllText(LogPath));
        StringAssert.Matches(monitor.Output, TimeAndToday());
    }

    [TestMethod]
    public void Packet_NeverFinished_AppearsAfterSilence()
    {
        using PseudoTerminal board = PseudoTerminal.Open();
        using var monitor = new MonitorProcess("--port", board.Path, "--no-timestamps");
        monitor.WaitForErrors("connected");
        byte[] packet = new WireProtocolWriter(hasCrcs: true).Message("cut off\nhere"u8);
        board.Write(packet.AsSpan(0, packet.Length - 2));

        monitor.WaitForOutput("cut off");
    }

    [TestMethod]
    public void Port_GoesAndComesBackAtTheSamePath_IsOpenedAgain()
    {
        string link = Path.Combine(_folder.FullName, "ttyBoard");
        PseudoTerminal first = PseudoTerminal.Open();
        File.CreateSymbolicLink(link, first.Path);
        using var monitor = new MonitorProcess("--port", link, "--baud", "921600", "--log", LogPath, "--no-timestamps");
        monitor.WaitForErrors("connected");
        first.Write("before the reset\nhalf a li"u8);
        monitor.WaitForOutput("before the reset");
        File.Delete(link); // first: another test may get the terminal's number at once
        first.Dispose();
        monitor.WaitForErrors($"-- {link} disconnected, waiting --");

        using PseudoTerminal second = PseudoTerminal.Open();
        File.CreateSymbolicLink(link, second.Path);
        monitor.WaitForErrors($"-- {link} connected, 921600 8N1, Ctrl-C ends --", times: 2);
        second.Write("after the reset\n"u8);
        monitor.WaitForOutput("after the reset");
        monitor.Send(MonitorProcess.Interrupt);

        Assert.AreEqual(0, monitor.WaitForExit());
        Assert.AreEqual("before the reset\nhalf a li\nafter the reset\n", monitor.Output);
        Assert.AreEqual("before the reset\nhalf a liafter the reset\n", File.ReadAllText(LogPath));
    }

    [TestMethod]
    public void Interrupt_WhileWaitingForThePort_Ends()
    {
        PseudoTerminal board = PseudoTerminal.Open();
        using var monitor = new MonitorProcess("--port", board.Path);
        monitor.WaitForErrors("connected");
        board.Dispose();
        monitor.WaitForErrors("waiting");
        monitor.Send(MonitorProcess.Interrupt);
        Assert.AreEqual(0, monitor.WaitForExit());
    }

    [TestMethod]
    public void NoReconnect_PortGoes_EndsWithOne()
    {
        PseudoTerminal board = PseudoTerminal.Open();
        using var monitor = new MonitorProcess("--port", board.Path, "--no-reconnect");
        monitor.WaitForErrors("connected");
        board.Dispose();
        Assert.AreEqual(1, monitor.WaitForExit());
        Assert.Contains("disconnected --", monitor.Errors);
    }

    [TestMethod]
    [DataRow(MonitorProcess.Interrupt)]
    [DataRow(MonitorProcess.Terminate)]
    public void Signal_WhileReading_LeavesThePortAsItWas(int signal)
    {
        using PseudoTerminal board = PseudoTerminal.Open();
        byte[] before = PutCookedSettings(board);
        using var monitor = new MonitorProcess("--port", board.Path);
        monitor.WaitForErrors("connected");
        CollectionAssert.AreNotEqual(before, ReadSettings(board), "the monitor changed nothing, so this test shows nothing");

        monitor.Send(signal);

        Assert.AreEqual(0, monitor.WaitForExit());
        CollectionAssert.AreEqual(before, ReadSettings(board));
    }

    [TestMethod]
    public void Port_InUse_IsRefused()
    {
        using PseudoTerminal board = PseudoTerminal.Open();
        using var first = new MonitorProcess("--port", board.Path);
        first.WaitForErrors("connected");
        AssertRefused("in use by another program", "--port", board.Path);
    }

    [TestMethod]
    public void Arguments_Bad_GetOneLineAndExitCodeTwo()
    {
        AssertRefused("no such port", "--port", "/dev/ttyNowhere");
        AssertRefused("--port is missing; choose one");
        AssertRefused("--port is missing; choose one", "--port", "");
        AssertRefused("not a serial port", "--port", "/dev/null");
        AssertRefused("not a serial port", "--port", _folder.FullName);
        AssertRefused("--baud fast: a whole number from 1 to 12000000 is needed", "--port", "/dev/null", "--baud", "fast");
        AssertRefused("'--baud'", "--port", "/dev/null", "--baud");
        AssertRefused("--baud 0: a whole number from 1 to", "--baud", "0");
        AssertRefused("'--prot'", "--prot", "/dev/null");
        AssertRefused("--board ESP33: there is no such board; the boards are ESP32-DevKitC, ",
            "--port", "/dev/null", "--board", "ESP33");
        AssertRefused(", B-L475E-IOT01A", "--board", "ESP33");
        using PseudoTerminal board = PseudoTerminal.Open();
        byte[] before = PutCookedSettings(board);
        AssertRefused("cannot be written: ", "--port", board.Path, "--log", Path.Combine(_folder.FullName, "none", "x"));
        AssertRefused("--log: the name of a file is needed", "--port", board.Path, "--log", "");
        AssertRefused("this is a folder; name a file", "--port", board.Path, "--log", _folder.FullName);
        string nowhere = Path.Combine(_folder.FullName, "none", "x.svg");
        AssertRefused($"--timeline {nowhere}: cannot be written: ", "--port", board.Path, "--timeline", nowhere);
        AssertRefused("the file's name must end in .svg", "--port", board.Path, "--timeline", LogPath);
        AssertRefused("this is the file of --log too", "--port", board.Path, "--timeline", PicturePath, "--log", PicturePath);
        AssertRefused(".vcd: cannot be written: ", "--port", board.Path, "--vcd", Path.ChangeExtension(nowhere, ".vcd"));
        AssertRefused("must end in .vcd", "--port", board.Path, "--vcd", LogPath);
        CollectionAssert.AreEqual(before, ReadSettings(board));
    }

    [TestMethod]
    public void Timeline_TraceEnds_IsDrawnAtOnce()
    {
        using PseudoTerminal board = PseudoTerminal.Open();
        using var monitor = new MonitorProcess("--port", board.Path, "--timeline", PicturePath);
        monitor.WaitForErrors("connected");
        Assert.IsTrue(board.WriteAll(Encoding.UTF8.GetBytes(TimelineSinkTests.Trace("my_work")), PatienceMilliseconds));
        monitor.WaitForErrors($"-- timeline: 3 events drawn to {PicturePath} --");
        Assert.Contains("my_work", File.ReadAllText(PicturePath));
        monitor.Send(MonitorProcess.Interrupt);
        Assert.AreEqual(0, monitor.WaitForExit());
        Assert.Contains("workqueue_execute_end", monitor.Output, "the screen shows all");
    }

    [TestMethod]
    public void Timeline_ProgramEndsWithinATrace_WhatCameIsDrawn()
    {
        using PseudoTerminal board = PseudoTerminal.Open();
        using var monitor = new MonitorProcess("--port", board.Path, "--timeline", PicturePath);
        monitor.WaitForErrors("connected");
        string[] lines = TimelineSinkTests.Trace("my_work").Split('\n');
        Assert.IsTrue(board.WriteAll(Encoding.UTF8.GetBytes(string.Join('\n', lines[..^2]) + "\n"), PatienceMilliseconds));
        monitor.WaitForOutput("workqueue_execute_start");
        monitor.Send(MonitorProcess.Interrupt);
        Assert.AreEqual(0, monitor.WaitForExit());
        Assert.Contains($"-- timeline: 2 events drawn to {PicturePath}, some lines are missing --", monitor.Errors);
        Assert.Contains("my_work", File.ReadAllText(PicturePath));
    }

    [TestMethod]
    public void Timeline_NoTrace_LeavesNoFile()
    {
        using PseudoTerminal board = PseudoTerminal.Open();
        using var monitor = new MonitorProcess("--port", board.Path, "--timeline", PicturePath);
        monitor.WaitForErrors("connected");
        board.Write("text\n"u8);
        monitor.WaitForOutput("text");
        monitor.Send(MonitorProcess.Interrupt);
        Assert.AreEqual(0, monitor.WaitForExit());
        Assert.IsFalse(File.Exists(PicturePath));
    }

    [TestMethod]
    public void Files_NothingCame_HoldWhatTheyHeld()
    {
        string trace = Path.Combine(_folder.FullName, "trace.txt");
        File.WriteAllText(trace, "old");
        File.WriteAllText(LogPath, "old");
        using PseudoTerminal board = PseudoTerminal.Open();
        using var monitor = new MonitorProcess("--port", board.Path, "--log", LogPath, "--trace", trace);
        monitor.WaitForErrors("connected");
        monitor.Send(MonitorProcess.Interrupt);
        Assert.AreEqual(0, monitor.WaitForExit());
        Assert.AreEqual("old", File.ReadAllText(trace));
        Assert.AreEqual("old", File.ReadAllText(LogPath));
    }

    // A trace that a computer with Linux wrote; the command is the README's.
    [TestMethod]
    public void From_TraceOfLinux_IsDrawnAndKeptAsSignals()
    {
        string trace = Path.Combine(AppContext.BaseDirectory, "linux-workqueue.txt");
        string signalsPath = Path.ChangeExtension(PicturePath, ".vcd");
        (int exitCode, string output, string errors) =
            MonitorProcess.Run("--from", trace, "--timeline", PicturePath, "--vcd", signalsPath);
        Assert.AreEqual((0, ""), (exitCode, output), errors);
        Assert.AreEqual(ReadmeBlock("--from trace.txt --timeline out.svg --vcd out.vcd"),
            errors.Replace(PicturePath, "out.svg", StringComparison.Ordinal)
                .Replace(signalsPath, "out.vcd", StringComparison.Ordinal));
        Assert.Contains("kworker/u4:2", File.ReadAllText(PicturePath));
        Assert.Contains(" depth_uart_wq ", File.ReadAllText(signalsPath));
    }

    [TestMethod]
    public void From_WrongUse_GetsOneLineAndLeavesNoFile()
    {
        string trace = Path.Combine(AppContext.BaseDirectory, "linux-workqueue.txt");
        File.WriteAllText(LogPath, "[    0.100000] no trace\n");
        AssertRefused($"--from {trace}: nothing to make of it", "--from", trace);
        AssertRefused("is a folder", "--from", _folder.FullName, "--timeline", PicturePath);
        AssertRefused("there is no such file", "--from", LogPath + "x", "--timeline", PicturePath);
        AssertRefused("--from and --port do not go together", "--from", trace, "--port", "p", "--timeline", PicturePath);
        AssertRefused("must end in .vcd", "--from", trace, "--timeline", PicturePath, "--vcd", LogPath);
        File.Copy(trace, PicturePath);
        AssertRefused("this is the file of --from too", "--from", PicturePath, "--timeline", PicturePath);
        CollectionAssert.AreEqual(File.ReadAllBytes(trace), File.ReadAllBytes(PicturePath));
        File.Delete(PicturePath);
        (int exitCode, string _, string errors) = MonitorProcess.Run("--from", LogPath, "--timeline", PicturePath);
        Assert.AreEqual(1, exitCode);
        Assert.Contains("there is no trace in it", errors);
        Assert.IsFalse(File.Exists(PicturePath));
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    public void Log_DiskFull_EndsWithOneLine()
    {
        using PseudoTerminal board = PseudoTerminal.Open();
        using var monitor = new MonitorProcess("--port", board.Path, "--log", "/dev/full");
        monitor.WaitForErrors("connected");
        board.Write("text\n"u8);

        Assert.AreEqual(1, monitor.WaitForExit());
        Assert.Contains("Monitor: --log /dev/full: not complete: ", monitor.Errors);
        Assert.DoesNotContain("   at ", monitor.Errors);
    }

    [TestMethod]
    public void Output_NobodyReadsIt_Ends()
    {
        using PseudoTerminal board = PseudoTerminal.Open();
        using Process monitor = MonitorProcess.Start("--port", board.Path);
        Assert.Contains("connected", monitor.StandardError.ReadLine() ?? "");
        board.Write("first\n"u8);
        Assert.Contains("first", monitor.StandardOutput.ReadLine() ?? "");
        monitor.StandardOutput.Close();
        board.Write("second\n"u8);

        bool hasEnded = monitor.WaitForExit(PatienceMilliseconds);
        if (!hasEnded) monitor.Kill(); // it would take the terminal of a later test, which has the same name
        Assert.IsTrue(hasEnded);
        Assert.AreEqual(0, monitor.ExitCode);
        Assert.IsFalse(board.HasListener);
    }

    [TestMethod]
    public void List_Always_EndsWithZero()
    {
        (int exitCode, string output, string errors) = MonitorProcess.Run("--list");
        Assert.AreEqual(0, exitCode);
        Assert.AreNotEqual("", output);
        Assert.AreEqual("", errors);
    }

    [TestMethod]
    public void Readme_Help_IsTheProgramsOwn()
    {
        (int exitCode, string output, string _) = MonitorProcess.Run("--help");
        Assert.AreEqual(0, exitCode);
        Assert.AreEqual(ReadmeBlock("--help"), output.TrimEnd('\n') + "\n");
    }

    [TestMethod]
    public void Readme_Session_IsWhatTheProgramPrints()
    {
        string link = Path.Combine(_folder.FullName, "ttyUSB0");
        var board = new TerminalBoard();
        File.CreateSymbolicLink(link, board.Path);
        using var monitor = new MonitorProcess("--port", link);
        board.Print("button: ready\r\n");
        board.Print("button: pressed 1\r\n");
        monitor.WaitForOutput("pressed 1");
        File.Delete(link);
        board.Dispose();
        monitor.WaitForErrors("waiting");
        using var again = new TerminalBoard();
        File.CreateSymbolicLink(link, again.Path);
        again.Print("button: ready\r\n");
        monitor.WaitForOutput("button: ready\n", times: 2);
        AssertReadmeShows("--port /dev/ttyUSB0", monitor, link);
    }

    [TestMethod]
    public void Readme_SessionWithABoardsName_IsWhatTheProgramPrints()
    {
        string link = Path.Combine(_folder.FullName, "ttyACM0");
        using var board = new TerminalBoard();
        File.CreateSymbolicLink(link, board.Path);
        using var monitor = new MonitorProcess("--port", link, "--board", "B-L475E-IOT01A");
        board.Print("button: ready\r\n");
        monitor.WaitForOutput("ready");
        AssertReadmeShows("--port /dev/ttyACM0 --board B-L475E-IOT01A", monitor, link);
    }

    [TestMethod]
    public void Readme_SilentPort_IsWhatTheProgramPrints()
    {
        string link = Path.Combine(_folder.FullName, "ttyUSB1");
        using PseudoTerminal board = PseudoTerminal.Open();
        File.CreateSymbolicLink(link, board.Path);
        using var monitor = new MonitorProcess("--port", link);
        monitor.WaitForErrors("Still trying");
        AssertReadmeShows("--port /dev/ttyUSB1", monitor, link);
    }

    [TestMethod]
    public void Board_ThatNeedsNoPing_GetsNone()
    {
        using PseudoTerminal board = PseudoTerminal.Open();
        using var monitor = new MonitorProcess("--port", board.Path, "--board", "esp32-devkitc");
        monitor.WaitForErrors("connected, 921600 8N1");
        Assert.IsTrue(board.WriteAll("text\n"u8, PatienceMilliseconds));
        monitor.WaitForOutput("text");
        monitor.Send(MonitorProcess.Interrupt);
        Assert.AreEqual(0, monitor.WaitForExit());
        Assert.AreEqual(0, board.Read(new byte[1], 0));
    }

    /// <summary>Ends the monitor; what it printed is the README's example, but for the times and the port's name.</summary>
    private static void AssertReadmeShows(string command, MonitorProcess monitor, string link)
    {
        monitor.Send(MonitorProcess.Interrupt);
        Assert.AreEqual(0, monitor.WaitForExit());
        string[] lines = ReadmeBlock(command).TrimEnd('\n').Split('\n');
        string errors = monitor.Errors.Replace(link, "/dev/" + Path.GetFileName(link), StringComparison.Ordinal);
        Assert.AreEqual(string.Join('\n', lines.Where(line => line.StartsWith("--", StringComparison.Ordinal))) + "\n", errors);
        Assert.AreEqual(
            string.Concat(
                lines.Where(line => !line.StartsWith("--", StringComparison.Ordinal)).Select(line => WithoutTime(line) + "\n")),
            string.Join('\n', monitor.Output.Split('\n').Select(WithoutTime)));
    }

    private static void AssertRefused(string reason, params string[] arguments)
    {
        (int exitCode, string output, string errors) = MonitorProcess.Run(arguments);
        Assert.AreEqual(BadInput, exitCode, errors);
        Assert.AreEqual("", output);
        Assert.StartsWith("Monitor: ", errors);
        Assert.Contains(reason, errors.Split('\n')[0]);
        Assert.DoesNotContain("   at ", errors);
    }

    private static string WithoutTime(string line) => Regex.Replace(line, "^[0-9:.]{12}  ", "<time>");

    /// <summary>What the README shows as output of the command that ends so.</summary>
    private static string ReadmeBlock(string command)
    {
        string readme = Repository.Text("hardware/Monitor/README.md");
        string start = $"$ dotnet run --project hardware/Monitor -- {command}\n";
        int index = readme.IndexOf(start, StringComparison.Ordinal);
        Assert.AreNotEqual(-1, index, start);
        string rest = readme[(index + start.Length)..];
        return rest[..rest.IndexOf("```", StringComparison.Ordinal)];
    }

    [GeneratedRegex(@"^\d\d:\d\d:\d\d\.\d\d\d  today\n$")]
    private static partial Regex TimeAndToday();

    /// <summary>Settings as different from the monitor's as can be: what a login terminal has.</summary>
    private static byte[] PutCookedSettings(PseudoTerminal board)
    {
        byte[] settings = ReadSettings(board);
        int flagBytes = OperatingSystem.IsMacOS() ? 8 : 4;
        settings[0] |= 0x02;
        settings[flagBytes] |= 0x01;
        settings[3 * flagBytes] |= 0x0A;
        Assert.AreEqual(0, PutSettings(board.FileDescriptor, 0, settings));
        byte[] put = ReadSettings(board);
        Assert.AreNotEqual(0, put[3 * flagBytes] & 0x0A);
        return put;
    }

    /// <summary>By the C library's tcgetattr, into more room than any system's termios takes.</summary>
    private static byte[] ReadSettings(PseudoTerminal board)
    {
        var settings = new byte[256];
        Assert.AreEqual(0, GetSettings(board.FileDescriptor, settings));
        return settings;
    }

    [LibraryImport("libc", EntryPoint = "tcgetattr", SetLastError = true)]
    private static partial int GetSettings(int fileDescriptor, [In, Out] byte[] settings);

    [LibraryImport("libc", EntryPoint = "tcsetattr", SetLastError = true)]
    private static partial int PutSettings(int fileDescriptor, int when, byte[] settings);
}
