using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;
using Hardware.Boards;
using Hardware.Flash;

namespace Boards.Tests;

/// <summary>The flash command: what it asks for, what it runs, how it ends.</summary>
[TestClass]
public sealed class FlashToolTests
{
    private static readonly string s_image = FirmwareProject.ButtonModule.Image;

    private readonly string _root = Directory.CreateTempSubdirectory("flash").FullName;
    private readonly StringWriter _output = new();
    private readonly StringWriter _error = new();
    private readonly List<string> _ran = [];
    private IReadOnlyList<string> _ports = ["/dev/board"];
    private Func<FlashStep, int> _result = _ => 0;

    [TestInitialize]
    public void LeaveAnImage()
    {
        string image = Path.Combine(_root, s_image);
        Directory.CreateDirectory(Path.GetDirectoryName(image)!);
        File.WriteAllBytes(image, [1]);
    }

    [TestCleanup]
    public void RemoveTheFolder() => Directory.Delete(_root, recursive: true);

    [TestMethod]
    public async Task Run_Esp32WithEverything_BuildsThenRestoresThenWritesThenReads()
    {
        int exitCode = await RunAsync("--board ESP32-DevKitC --port /dev/board --runtime --monitor");

        Assert.AreEqual(FlashTool.Success, exitCode);
        Assert.AreEqual("", _error.ToString());
        CollectionAssert.AreEqual(
            new[]
            {
                "dotnet build firmware/ButtonModule -c Release -p:NanoFramework=true",
                "dotnet tool restore",
                "dotnet tool run nanoff -- --update --target ESP32_PSRAM_REV0 --serialport /dev/board",
                "dotnet tool run nanoff -- --target ESP32_PSRAM_REV0 --serialport /dev/board --deploy --image " + s_image,
                "dotnet run --project hardware/Monitor -- --board ESP32-DevKitC --port /dev/board",
            },
            _ran);
    }

    [TestMethod]
    public async Task Run_Stm32_NeedsNoPortAndGivesTheAddress()
    {
        _ports = [];

        int exitCode = await RunAsync("--board stm32f429i-disco");

        Assert.AreEqual(FlashTool.Success, exitCode);
        Assert.AreEqual("dotnet tool run nanoff -- --target ST_STM32F429I_DISCOVERY --jtag --deploy --image " + s_image
            + " --address 0x080A0000 --reset", _ran[^1]);
    }

    [TestMethod]
    [DataRow("firmware/Mine", "firmware/Mine")]
    [DataRow("firmware/Mine/", "firmware/Mine")]
    [DataRow("firmware/Mine/Blink.csproj", "firmware/Mine/Blink.csproj")]
    public async Task Run_OtherFirmware_IsBuiltAndDeployed(string path, string project)
    {
        Directory.CreateDirectory(Path.Combine(_root, "firmware", "Mine"));
        File.WriteAllText(Path.Combine(_root, "firmware", "Mine", "Blink.csproj"), "");

        Assert.AreEqual(FlashTool.Success, await RunAsync(
            $"--board ESP32-DevKitC --port /dev/board --firmware {Path.Combine(_root, path)} --dry-run"), _error.ToString());
        StringAssert.StartsWith(_output.ToString(), $"dotnet build {project} -c Release -p:NanoFramework=true");
        StringAssert.Contains(_output.ToString(), " --deploy --image firmware/Mine/bin/Release/netnano1.0/Blink.bin");
        Assert.AreEqual(0, _ran.Count);
    }

    [TestMethod]
    public async Task Run_OtherFirmwareWithoutItsImage_StopsBeforeTheBoard()
    {
        File.WriteAllText(Path.Combine(_root, "Blink.csproj"), "");

        Assert.AreEqual(FlashTool.StepFailed,
            await RunAsync($"--board ESP32-DevKitC --port /dev/board --firmware {_root}"));
        StringAssert.Contains(_error.ToString(), "the build left no bin/Release/netnano1.0/Blink.bin");
    }

    [TestMethod]
    public async Task Run_FirmwareThatIsNone_IsOneLine()
    {
        string folder = Directory.CreateDirectory(Path.Combine(_root, "empty")).FullName;

        Assert.AreEqual(FlashTool.WrongUse, await RunAsync($"--board ESP32-DevKitC --port /dev/board --firmware {folder}"));
        Assert.AreEqual(FlashTool.WrongUse, await RunAsync($"--board ESP32-DevKitC --port /dev/board --firmware {folder}/none"));
        Assert.AreEqual($"flash: --firmware {folder}: a folder with one project is needed; this one has 0\n"
            + $"flash: --firmware {folder}/none: there is no such project or folder\n",
            _error.ToString().ReplaceLineEndings("\n"));
        Assert.AreEqual(0, _ran.Count);
    }

    [TestMethod]
    public async Task Run_OtherRuntimeOfTheBoard_IsUsed()
    {
        await RunAsync("--board ESP32-S3-DevKitC-1 --port /dev/board --target ESP32_S3_QUAD");

        StringAssert.Contains(_ran[^1], "--target ESP32_S3_QUAD ");
    }

    [TestMethod]
    [DataRow("", "--board is missing; the boards are ESP32-DevKitC, ")]
    [DataRow("--board Arduino", "there is no board Arduino; the boards are ESP32-DevKitC, ")]
    [DataRow("--board ESP32-DevKitC", "--port is missing; the ports here are /dev/board")]
    [DataRow("--board ESP32-DevKitC --dry-run", "--port is missing; the ports here are /dev/board")]
    [DataRow("--board STM32F769I-DISCO --monitor", "--port is missing; the ports here are /dev/board")]
    [DataRow("--board ESP32-DevKitC --port /dev/none", "there is no serial port /dev/none; the ports here are /dev/board")]
    [DataRow("--board ESP32-DevKitC --port /dev/board --target ESP32_C3",
        "the runtime ESP32_C3 does not fit ESP32-DevKitC; these do: ESP32_PSRAM_REV0, ")]
    [DataRow("--board B-L475E-IOT01A --runtime", "nobody publishes a runtime for B-L475E-IOT01A")]
    [DataRow("--board ESP32-DevKitC --port /etc/hostname", "there is no serial port /etc/hostname; the ports here are /dev/")]
    [DataRow("--board ESP32-DevKitC --port --runtime", "--port --runtime: no port; the ports here are /dev/board")]
    [DataRow("--board", "Required argument missing for option: '--board'")]
    [DataRow("--speed 9", "Unrecognized command or argument '--speed'")]
    [DataRow("@file", "Unrecognized command or argument '@file'")]
    public async Task Run_WrongUse_IsOneLineAndNothingRuns(string arguments, string line)
    {
        int exitCode = await RunAsync(arguments);

        Assert.AreEqual(FlashTool.WrongUse, exitCode);
        Assert.AreEqual("", _output.ToString());
        StringAssert.StartsWith(_error.ToString(), "flash: " + line);
        Assert.AreEqual(1, _error.ToString().Count(letter => letter == '\n'));
        Assert.AreEqual(0, _ran.Count);
    }

    [TestMethod]
    public async Task Run_NoPortAnywhere_SaysWhatToDo()
    {
        _ports = [];

        Assert.AreEqual(FlashTool.WrongUse, await RunAsync("--board ESP32-DevKitC"));
        StringAssert.Contains(_error.ToString(), "no serial port was found: connect the board");
    }

    [TestMethod]
    public async Task Run_BuildFails_StopsBeforeTheBoard()
    {
        _result = step => step.Arguments[0] == "build" ? 1 : 0;

        Assert.AreEqual(FlashTool.StepFailed, await RunAsync("--board ESP32-DevKitC --port /dev/board --runtime"));
        Assert.AreEqual(1, _ran.Count);
        Assert.AreEqual("flash: step 1 of 4 (" + _ran[0] + ") failed with exit code 1; the board was not touched",
            _error.ToString().TrimEnd());
    }

    [TestMethod]
    public async Task Run_BuildLeavesNoImage_StopsBeforeTheBoard()
    {
        File.Delete(Path.Combine(_root, s_image));

        Assert.AreEqual(FlashTool.StepFailed, await RunAsync("--board ESP32-DevKitC --port /dev/board --runtime"));
        Assert.AreEqual(2, _ran.Count);
        StringAssert.Contains(_error.ToString(), "the build left no " + s_image);
    }

    [TestMethod]
    public async Task Run_NanoffFails_SaysThatTheBoardMayBeHalfWritten()
    {
        _result = step => step.WritesBoard ? 232 : 0;

        Assert.AreEqual(FlashTool.StepFailed, await RunAsync("--board ESP32-DevKitC --port /dev/board --monitor"));
        StringAssert.Contains(_error.ToString(), "failed with exit code 232; the board may be half written");
        Assert.AreEqual(3, _ran.Count, "no log is read after a failure");
    }

    [TestMethod]
    public async Task Run_StoppedInTheBuild_SaysSoAndEndsAsShellsExpect()
    {
        _result = _ => throw new OperationCanceledException();

        Assert.AreEqual(FlashTool.Stopped, await RunAsync("--board ESP32-DevKitC --port /dev/board"));
        StringAssert.StartsWith(_error.ToString(), "flash: stopped during step 1 of 3 ");
        StringAssert.Contains(_error.ToString(), "the board was not touched");
    }

    [TestMethod]
    [DataRow("--help")]
    [DataRow("--board ESP32-DevKitC --port /dev/board --dry-run")]
    [DataRow("--board ESP32-DevKitC --port /dev/board")]
    public async Task Run_OutputCannotBeWritten_IsOneLineAndNoCommandRuns(string arguments)
    {
        var tool = new FlashTool(new FullDisk(), _error, _root, () => _ports,
            (_, _, _) => throw new InvalidOperationException("a command was run"));

        Assert.AreEqual(FlashTool.StepFailed, await tool.RunAsync(arguments.Split(' ')));
        Assert.AreEqual("flash: standard output cannot be written: the disk is full; no further command was run",
            _error.ToString().TrimEnd());
    }

    [TestMethod]
    public async Task Run_NeitherOutputNorErrorCanBeWritten_TheExitCodeSaysIt()
    {
        var tool = new FlashTool(new FullDisk(), new FullDisk(), _root, () => _ports, (_, _, _) => Task.FromResult(0));

        Assert.AreEqual(FlashTool.WrongUse, await tool.RunAsync(["--board", "Arduino"]));
        Assert.AreEqual(FlashTool.StepFailed, await tool.RunAsync(["--help"]));
    }

    [TestMethod]
    public async Task Run_NoDotnet_IsOneLine()
    {
        _result = _ => throw new Win32Exception("no such file");

        Assert.AreEqual(FlashTool.StepFailed, await RunAsync("--board ESP32-DevKitC --port /dev/board"));
        StringAssert.Contains(_error.ToString(), "could not be started: no such file");
    }

    [TestMethod]
    [DataRow("--help")]
    [DataRow("-h")]
    public async Task Run_Help_NamesEveryOptionAndBoard(string option)
    {
        Assert.AreEqual(FlashTool.Success, await RunAsync(option));
        foreach (string word in new[] { "--board", "--firmware", "--port", "--target", "--runtime", "--monitor", "--dry-run" })
        {
            StringAssert.Contains(_output.ToString(), word);
        }

        foreach (BoardFacts facts in BoardFacts.All) StringAssert.Contains(_output.ToString(), facts.Name);
    }

    [TestMethod]
    public async Task Program_NoArguments_IsOneLineOnStandardErrorAndExitCode2()
    {
        string program = Path.Combine(AppContext.BaseDirectory, "Hardware.Flash.dll");
        var start = new ProcessStartInfo("dotnet", [program]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        string error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();

        Assert.AreEqual(FlashTool.WrongUse, process.ExitCode);
        Assert.AreEqual("", await output);
        StringAssert.StartsWith(error, "flash: --board is missing; the boards are ESP32-DevKitC, ");
    }

    [TestMethod]
    public void Manifest_OfTools_PinsNanoffAndRunsItOnANewerRuntime()
    {
        using JsonDocument manifest = JsonDocument.Parse(Repository.Text(".config/dotnet-tools.json"));
        JsonElement nanoff = manifest.RootElement.GetProperty("tools").GetProperty("nanoff");

        Assert.AreEqual("2.5.162", nanoff.GetProperty("version").GetString());
        Assert.IsTrue(nanoff.GetProperty("rollForward").GetBoolean(), "nanoff is made for .NET 8, the repository needs 10 only");
    }

    [TestMethod]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    [DataRow("/dev/serial/by-id/usb-1a86_USB-if00", "/dev/serial/by-id/usb-1a86_USB-if00")]
    [DataRow("a b", "'a b'")]
    [DataRow("$HOME", "'$HOME'")]
    [DataRow("it's", @"'it'\''s'")]
    [DataRow("a\"b", "'a\"b'")]
    [DataRow("`x`", "'`x`'")]
    [DataRow("", "''")]
    public void CommandLine_Argument_CanBePasted(string argument, string expected) =>
        Assert.AreEqual("dotnet x " + expected, new FlashStep("", false, ["x", argument]).CommandLine);

    [TestMethod]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    public async Task Run_LinkToAPort_IsTakenAndOtherFilesAreNot()
    {
        string device = Path.Combine(_root, "ttyUSB0");
        string link = Path.Combine(_root, "by-id");
        string other = Path.Combine(_root, "TTYUSB0");
        File.WriteAllText(device, "");
        File.CreateSymbolicLink(link, device);
        File.WriteAllText(other, "");
        _ports = [device];

        Assert.AreEqual(FlashTool.Success, await RunAsync($"--board ESP32-DevKitC --port {link}"));
        _ran.Clear();
        Assert.AreEqual(FlashTool.WrongUse, await RunAsync($"--board ESP32-DevKitC --port {other}"));
        StringAssert.Contains(_error.ToString(), $"there is no serial port {other}; the ports here are {device}");
        Assert.AreEqual(0, _ran.Count);
    }

    private Task<int> RunAsync(string arguments)
    {
        var tool = new FlashTool(_output, _error, _root, () => _ports, (step, directory, _) =>
        {
            Assert.AreEqual(_root, directory);
            _ran.Add(step.CommandLine);
            return Task.FromResult(_result(step));
        });

        return tool.RunAsync(arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries));
    }

    private sealed class FullDisk : StringWriter
    {
        public override void Write(char value) => throw new IOException("the disk is full");

        public override void Write(char[] buffer, int index, int count) => throw new IOException("the disk is full");

        public override void Write(string? value) => throw new IOException("the disk is full");

        public override void WriteLine(string? value) => throw new IOException("the disk is full");
    }
}
