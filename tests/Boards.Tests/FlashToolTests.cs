using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;
using Hardware.Boards;
using Hardware.Cli;
using Hardware.Flash;

namespace Boards.Tests;

/// <summary>The flash command: what it asks for, what it runs, how it ends.</summary>
[TestClass]
public sealed class FlashToolTests
{
    private const string Program = "<Project><PropertyGroup><OutputType>Exe</OutputType></PropertyGroup></Project>";

    private static readonly string s_image = FirmwareProject.Of(BoardFacts.Find("ESP32-DevKitC")!).Image;

    private readonly string _root = Directory.CreateTempSubdirectory("flash").FullName;
    private readonly StringWriter _output = new();
    private readonly StringWriter _error = new();
    private readonly List<string> _ran = [];
    private IReadOnlyList<string> _ports = ["/dev/board"];
    private Func<FlashStep, int> _result = _ => 0;

    [TestInitialize]
    public void LeaveAnImage()
    {
        foreach (string each in new[] { s_image, FirmwareProject.Of(BoardFacts.Find("STM32F429I-DISCO")!).Image })
        {
            string image = Path.Combine(_root, each);
            Directory.CreateDirectory(Path.GetDirectoryName(image)!);
            File.WriteAllBytes(image, [1]);
        }
    }

    [TestCleanup]
    public void RemoveTheFolder() => Directory.Delete(_root, recursive: true);

    [TestMethod]
    public void Run_Esp32WithEverything_BuildsThenRestoresThenWritesThenReads()
    {
        int exitCode = Run("--board ESP32-DevKitC --port /dev/board --runtime --monitor");

        Assert.AreEqual(ExitCode.Success, exitCode);
        Assert.AreEqual("", _error.ToString());
        CollectionAssert.AreEqual(
            new[]
            {
                "dotnet build firmware/ButtonModule.Esp32 -c Release -p:NanoFramework=true",
                "dotnet tool restore",
                "dotnet tool run nanoff -- --update --target ESP32_PSRAM_REV0 --serialport /dev/board",
                "dotnet tool run nanoff -- --target ESP32_PSRAM_REV0 --serialport /dev/board --deploy --image " + s_image
                    + " --address 0x1E0000",
                "dotnet tool run nanoff -- --nanodevice --devicedetails --serialport /dev/board",
                "dotnet run --project hardware/Monitor -- --board ESP32-DevKitC --port /dev/board",
            },
            _ran);
    }

    [TestMethod]
    public void Run_Stm32_NeedsNoPortAndGivesTheAddress()
    {
        _ports = [];

        int exitCode = Run("--board stm32f429i-disco");

        Assert.AreEqual(ExitCode.Success, exitCode);
        Assert.AreEqual("dotnet tool run nanoff -- --target ST_STM32F429I_DISCOVERY --jtag --deploy "
            + "--image firmware/ButtonModule/bin/Release/netnano1.0/ButtonModule.bin --address 0x080A0000 --reset", _ran[^1]);
    }

    [TestMethod]
    [DataRow("""ProjectReference Include="../Workqueues.Esp32/Workqueues.Esp32.csproj" """)]
    [DataRow("""PackageReference Include="nanoFramework.Hardware.Esp32" Version="1" """)]
    public void Run_FirmwareOfEsp32ForAnotherBoard_IsRefused(string reference)
    {
        string project = Program.Replace("</Project>", $"<ItemGroup><{reference}/></ItemGroup></Project>");
        string path = Path.Combine(_root, "Blink.csproj");
        File.WriteAllText(path, project);

        Assert.AreEqual(ExitCode.WrongUse, Run($"--board STM32F769I-DISCO --firmware {path}"));
        Assert.AreEqual(
            $"Flash: --firmware {path}: refers to a library that only ESP32 boards have, and STM32F769I-DISCO is none; "
            + "take firmware/ButtonModule, or leave the reference out\n",
            _error.ToString().ReplaceLineEndings("\n"));
        Assert.AreEqual(ExitCode.Success, Run($"--board ESP32-C3-DevKitM-1 --port /dev/board --firmware {path} --dry-run"));
    }

    [TestMethod]
    public void Run_FirmwareThatIsNoProject_IsRefused()
    {
        string path = Path.Combine(_root, "Blink.csproj");
        File.WriteAllText(path, "");

        Assert.AreEqual(ExitCode.WrongUse, Run($"--board STM32F769I-DISCO --firmware {path}"));
        StringAssert.StartsWith(_error.ToString(), $"Flash: --firmware {path}: this is not a project: ");
    }

    [TestMethod]
    [DataRow("firmware/Mine", "firmware/Mine")]
    [DataRow("firmware/Mine/", "firmware/Mine")]
    [DataRow("firmware/Mine/Blink.csproj", "firmware/Mine/Blink.csproj")]
    public void Run_OtherFirmware_IsBuiltAndDeployed(string path, string project)
    {
        Directory.CreateDirectory(Path.Combine(_root, "firmware", "Mine"));
        File.WriteAllText(Path.Combine(_root, "firmware", "Mine", "Blink.csproj"), Program);

        Assert.AreEqual(ExitCode.Success, Run(
            $"--board ESP32-DevKitC --port /dev/board --firmware {Path.Combine(_root, path)} --dry-run"), _error.ToString());
        StringAssert.StartsWith(_output.ToString(), $"dotnet build {project} -c Release -p:NanoFramework=true");
        StringAssert.Contains(_output.ToString(), " --deploy --image firmware/Mine/bin/Release/netnano1.0/Blink.bin");
        Assert.AreEqual(0, _ran.Count);
    }

    [TestMethod]
    public void Run_OtherFirmwareWithoutItsImage_StopsBeforeTheBoard()
    {
        File.WriteAllText(Path.Combine(_root, "Blink.csproj"), Program);

        Assert.AreEqual(ExitCode.Failed,
            Run($"--board ESP32-DevKitC --port /dev/board --firmware {_root}"));
        StringAssert.Contains(_error.ToString(), "the build left no bin/Release/netnano1.0/Blink.bin");
    }

    [TestMethod]
    public void Run_FirmwareThatIsNone_IsOneLine()
    {
        string folder = Directory.CreateDirectory(Path.Combine(_root, "empty")).FullName;

        Assert.AreEqual(ExitCode.WrongUse, Run($"--board ESP32-DevKitC --port /dev/board --firmware {folder}"));
        Assert.AreEqual(ExitCode.WrongUse, Run($"--board ESP32-DevKitC --port /dev/board --firmware {folder}/none"));
        Assert.AreEqual($"Flash: --firmware {folder}: a folder with one project is needed; this one has 0\n"
            + $"Flash: --firmware {folder}/none: there is no such project or folder\n",
            _error.ToString().ReplaceLineEndings("\n"));
        Assert.AreEqual(0, _ran.Count);
    }

    [TestMethod]
    [DataRow("firmware/Workqueues")]
    [DataRow("firmware/Workqueues.Gpio/Workqueues.Gpio.csproj")]
    [DataRow("hardware/Cli")]
    public void Run_Library_IsRefused(string project)
    {
        string path = Path.Combine(Repository.Root, project);
        Assert.AreEqual(ExitCode.WrongUse, Run($"--board ESP32-DevKitC --port /dev/board --dry-run --firmware {path}"));
        Assert.AreEqual($"Flash: --firmware {path}: this is a library; name a program\n",
            _error.ToString().ReplaceLineEndings("\n"));
        Assert.AreEqual("", _output.ToString());
    }

    public static IEnumerable<object[]> Programs => new[] { "ButtonModule", "ButtonModule.Esp32", "SelfTest" }
        .Select(name => Path.Combine(Repository.Root, "firmware", name))
        .Concat(Directory.GetDirectories(Path.Combine(Repository.Root, "firmware", "samples")))
        .Select(path => new object[] { path });

    [TestMethod]
    [DynamicData(nameof(Programs))]
    public void Run_ProgramOfTheRepository_IsTaken(string path) => Assert.AreEqual(
        ExitCode.Success, Run($"--board ESP32-DevKitC --port /dev/board --dry-run --firmware {path}"), _error.ToString());

    [TestMethod]
    [DataRow("")]
    [DataRow("--runtime")]
    public void Run_FirmwareWithoutAName_IsRefused(string path)
    {
        Assert.AreEqual(
            ExitCode.WrongUse, Run(["--board", "ESP32-DevKitC", "--port", "/dev/board", "--dry-run", "--firmware", path]));
        StringAssert.Contains(_error.ToString(), ": the name of a project is needed");
        Assert.AreEqual(1, _error.ToString().Count(letter => letter == '\n'));
    }

    [TestMethod]
    public void Run_OtherRuntimeOfTheBoard_IsUsed()
    {
        Run("--board ESP32-S3-DevKitC-1 --port /dev/board --target ESP32_S3_QUAD");

        StringAssert.Contains(string.Join('\n', _ran), "--deploy", "it was flashed");
        StringAssert.Contains(string.Join('\n', _ran), "--target ESP32_S3_QUAD ");
    }

    [TestMethod]
    [DataRow("", "--board is missing; the boards are ESP32-DevKitC, ")]
    [DataRow("--board Arduino", "--board Arduino: there is no such board; the boards are ESP32-DevKitC, ")]
    [DataRow("--board ESP32-DevKitC", "--port is missing; the ports here are /dev/board")]
    [DataRow("--board ESP32-DevKitC --dry-run", "--port is missing; the ports here are /dev/board")]
    [DataRow("--board STM32F769I-DISCO --monitor", "--port is missing; the ports here are /dev/board")]
    [DataRow("--board ESP32-DevKitC --port /dev/none",
        "--port /dev/none: there is no such serial port; the ports here are /dev/board")]
    [DataRow("--board ESP32-DevKitC --port /dev/board --target ESP32_C3",
        "--target ESP32_C3: does not fit ESP32-DevKitC; these do: ESP32_PSRAM_REV0, ")]
    [DataRow("--board B-L475E-IOT01A --runtime", "--runtime: nobody publishes one for B-L475E-IOT01A")]
    [DataRow("--board ESP32-DevKitC --port /etc/hostname",
        "--port /etc/hostname: there is no such serial port; the ports here are /dev/")]
    [DataRow("--board ESP32-DevKitC --port board",
        "--port board: there is no such serial port; did you mean /dev/board? the ports")]
    [DataRow("--board ESP32-DevKitC --port /dev/Board",
        "--port /dev/Board: there is no such serial port; did you mean /dev/board?")]
    [DataRow("--board ESP32-DevKitC --port /dev/board/", "--port /dev/board/: there is no such serial port; the ports here are")]
    [DataRow("--board ESP32-DevKitC --port --runtime", "--port --runtime: no port; the ports here are /dev/board")]
    [DataRow("--board", "Required argument missing for option: '--board'")]
    [DataRow("--speed 9", "Unrecognized command or argument '--speed'")]
    [DataRow("@file", "Unrecognized command or argument '@file'")]
    public void Run_WrongUse_IsOneLineAndNothingRuns(string arguments, string line)
    {
        int exitCode = Run(arguments);

        Assert.AreEqual(ExitCode.WrongUse, exitCode);
        Assert.AreEqual("", _output.ToString());
        StringAssert.StartsWith(_error.ToString(), "Flash: " + line);
        Assert.AreEqual(1, _error.ToString().Count(letter => letter == '\n'));
        Assert.AreEqual(0, _ran.Count);
    }

    [TestMethod]
    public void Run_NoPortAnywhere_SaysWhatToDo()
    {
        _ports = [];

        Assert.AreEqual(ExitCode.WrongUse, Run("--board ESP32-DevKitC"));
        StringAssert.Contains(_error.ToString(), "no serial port was found: connect the board");
    }

    [TestMethod]
    public void Run_BuildFails_StopsBeforeTheBoard()
    {
        _result = step => step.Arguments[0] == "build" ? 1 : 0;

        Assert.AreEqual(ExitCode.Failed, Run("--board ESP32-DevKitC --port /dev/board --runtime"));
        Assert.AreEqual(1, _ran.Count);
        Assert.AreEqual("Flash: step 1 of 5 (" + _ran[0] + ") failed with exit code 1; the board was not touched",
            _error.ToString().TrimEnd());
    }

    [TestMethod]
    public void Run_BuildLeavesNoImage_StopsBeforeTheBoard()
    {
        File.Delete(Path.Combine(_root, s_image));

        Assert.AreEqual(ExitCode.Failed, Run("--board ESP32-DevKitC --port /dev/board --runtime"));
        Assert.AreEqual(2, _ran.Count);
        StringAssert.Contains(_error.ToString(), "the build left no " + s_image);
    }

    [TestMethod]
    public void Run_NanoffFails_SaysThatTheBoardMayBeHalfWritten()
    {
        _result = step => step.WritesBoard ? 232 : 0;

        Assert.AreEqual(ExitCode.Failed, Run("--board ESP32-DevKitC --port /dev/board --monitor"));
        StringAssert.Contains(_error.ToString(), "failed with exit code 232; the board may be half written");
        Assert.AreEqual(3, _ran.Count, "no log is read after a failure");
    }

    [TestMethod]
    public void Run_StoppedInTheBuild_SaysSoAndEndsAsShellsExpect()
    {
        _result = _ => throw new OperationCanceledException();

        Assert.AreEqual(ExitCode.Stopped, Run("--board ESP32-DevKitC --port /dev/board"));
        StringAssert.StartsWith(_error.ToString(), "Flash: stopped during step 1 of 4 ");
        StringAssert.Contains(_error.ToString(), "the board was not touched");
    }

    [TestMethod]
    public void Run_NoDotnet_IsOneLine()
    {
        _result = _ => throw new Win32Exception("no such file");

        Assert.AreEqual(ExitCode.Failed, Run("--board ESP32-DevKitC --port /dev/board"));
        StringAssert.Contains(_error.ToString(), "could not be started: no such file");
    }

    [TestMethod]
    [DataRow("--help")]
    [DataRow("-h")]
    public void Run_Help_NamesEveryOptionAndBoard(string option)
    {
        Assert.AreEqual(ExitCode.Success, Run(option));
        foreach (string word in new[] { "--board", "--firmware", "--port", "--target", "--runtime", "--monitor", "--dry-run" })
        {
            StringAssert.Contains(_output.ToString(), word);
        }

        foreach (BoardFacts facts in BoardFacts.All) StringAssert.Contains(_output.ToString(), facts.Name);
    }

    [TestMethod]
    public async Task Program_NoArguments_IsOneLineOnStandardErrorAndExitCode2()
    {
        string program = Path.Combine(AppContext.BaseDirectory, "Flash.dll");
        var start = new ProcessStartInfo("dotnet", [program]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        string error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();

        Assert.AreEqual(ExitCode.WrongUse, process.ExitCode);
        Assert.AreEqual("", await output);
        StringAssert.StartsWith(error, "Flash: --board is missing; the boards are ESP32-DevKitC, ");
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
    public void CommandLine_OfAStep_IsMadeOfWordsForAShell() =>
        Assert.AreEqual($"dotnet x {Shell.Quote("a b")} y", new FlashStep("", false, ["x", "a b", "y"]).CommandLine);

    [TestMethod]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    public void Run_LinkToAPort_IsTakenAndOtherFilesAreNot()
    {
        string device = Path.Combine(_root, "ttyUSB0");
        string link = Path.Combine(_root, "by-id");
        string other = Path.Combine(_root, "TTYUSB0");
        File.WriteAllText(device, "");
        File.CreateSymbolicLink(link, device);
        File.WriteAllText(other, "");
        _ports = [device];

        Assert.AreEqual(ExitCode.Success, Run($"--board ESP32-DevKitC --port {link}"));
        _ran.Clear();
        Assert.AreEqual(ExitCode.WrongUse, Run($"--board ESP32-DevKitC --port {other}"));
        StringAssert.Contains(_error.ToString(),
            $"--port {other}: there is no such serial port; did you mean {device}? the ports here are {device}");
        Assert.AreEqual(0, _ran.Count);
    }

    private int Run(string arguments) => Run(arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries));

    private int Run(string[] arguments)
    {
        var tool = new FlashTool(new CommandProgram("Flash", _output, _error), () => _ports, (step, directory, _, _) =>
        {
            Assert.AreEqual(_root, directory);
            _ran.Add(step.CommandLine);
            return Task.FromResult(_result(step));
        }, _root);

        return tool.Run(arguments);
    }
}
