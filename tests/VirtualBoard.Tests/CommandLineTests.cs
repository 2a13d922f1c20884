namespace VirtualBoard.Tests;

/// <summary>The command line: what is refused, with which words.</summary>
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
    [DataRow("--bounce 250", "--bounce 250 with --interval 500")]
    [DataRow("--storm 3", "--storm 3: an even number")]
    [DataRow("--storm 1000002", "--storm 1000002: a whole number from 0 to 1000000")]
    [DataRow("--ring 0", "--ring 0: a whole number from 1 to 65536")]
    [DataRow("--seed -1", "--seed -1: a whole number from 0")]
    [DataRow("--seed 99999999999", "--seed 99999999999: a whole number from 0")]
    [DataRow("--baud -1", "--baud -1: a whole number from 0 to 12000000")]
    [DataRow("--ping", "'--ping'")]
    [DataRow("--board unknown", "--board unknown: there is no such board: B-L475E-IOT01A, STM32F769I-DISCO")]
    [DataRow("--hold -1", "--hold -1: a whole number from 0 to 3600000")]
    [DataRow("--for x", "--for x: a whole number from 0")]
    [DataRow("--from boot", "--from boot: 'listening' or 'power-on' is needed")]
    [DataRow("--until ''", "--until: a text is needed; the empty one is in every line")]
    [DataRow("--wire 5", "--wire 5: PIN=NAME is needed")]
    [DataRow("--wire 5=", "--wire 5=: PIN=NAME is needed")]
    [DataRow("--wire 5=a/b", "--wire 5=a/b: PIN=NAME is needed")]
    [DataRow("--wire 40=a", "--wire 40=a: '40' is not a pin: a number from 0 to 39")]
    [DataRow("--wire 2=a", "--wire 2=a: pin 2 is 'led' already")]
    [DataRow("--wire 5=button", "--wire 5=button: pin 0 is 'button' already")]
    [DataRow("--explore 0", "--explore 0: a whole number from 1")]
    [DataRow("--explore 5 --switch-seed 1", "--explore and --switch-seed do not go together")]
    [DataRow("--explore 5 --log FOLDER/log", "--explore and --log do not go together")]
    [DataRow("--fail-allocations --real-time", "--fail-allocations and --real-time do not go together")]
    [DataRow("--firmware FOLDER/none", "--firmware FOLDER/none: there is no such file or folder")]
    [DataRow("--firmware FOLDER", "--firmware FOLDER: a folder with one project is needed; this one has 0")]
    [DataRow("--firmware ''", "--firmware: the name of a project or an assembly is needed")]
    [DataRow("--firmware --double", "--firmware --double: the name of a project or an assembly is needed (./--double for one")]
    [DataRow("--firmware WORKQUEUES", "--firmware WORKQUEUES: this is a library; name a program")]
    [DataRow("--firmware /dev/null", "--firmware /dev/null: this is neither a project nor an assembly")]
    [DataRow("--unknown", "'--unknown'")]
    [DataRow("word", "'word'")]
    [DataRow("@file", "'@file'")]
    [DataRow("--interactive", "must be a terminal")]
    [DataRow("--interactive --presses 2", "--interactive and --presses do not go together")]
    [DataRow("--interactive --script FOLDER/none", "--interactive and --script do not go together")]
    [DataRow("--script FOLDER/none --presses 2", "--script and --presses do not go together")]
    [DataRow("--script FOLDER/none --double", "--script and --double do not go together")]
    [DataRow("--script FOLDER/none", "--script FOLDER/none: cannot be read: ")]
    [DataRow("--script FOLDER", "--script FOLDER: this is a folder; name a file")]
    [DataRow("--log FOLDER/none/log", "--log FOLDER/none/log: cannot be written: ")]
    [DataRow("--log FOLDER", "--log FOLDER: this is a folder; name a file")]
    [DataRow("--trace FOLDER/none/trace", "--trace FOLDER/none/trace: cannot be written: ")]
    [DataRow("--timeline FOLDER/none/a.svg", "--timeline FOLDER/none/a.svg: cannot be written: ")]
    [DataRow("--vcd FOLDER/none/a.vcd", "--vcd FOLDER/none/a.vcd: cannot be written: ")]
    [DataRow("--vcd FOLDER/trace.txt", "--vcd FOLDER/trace.txt: the file's name must end in .vcd")]
    [DataRow("--timeline FOLDER/trace.txt", "--timeline FOLDER/trace.txt: the file's name must end in .svg")]
    [DataRow("--trace FOLDER/a.svg --timeline FOLDER/a.svg", "--timeline FOLDER/a.svg: this is the file of --trace too")]
    [DataRow("--log FOLDER/a --trace FOLDER/a", "--trace FOLDER/a: this is the file of --log too")]
    public void Run_WrongUse_OneLineOnStandardErrorAndExitCode2(string arguments, string expected)
    {
        string library = Path.Combine(AppContext.BaseDirectory, "Workqueues.dll");
        AssertRefused(arguments.Replace("FOLDER", _folder).Replace("WORKQUEUES", library),
            expected.Replace("FOLDER", _folder).Replace("WORKQUEUES", library));
    }

    [TestMethod]
    public void Run_WrongScript_NamesFileAndLineAndKeepsTheOldLog()
    {
        string script = Path.Combine(_folder, "press.txt");
        string log = Path.Combine(_folder, "log");
        File.WriteAllText(script, "0 button press\n# comment\n5 button push\n");
        File.WriteAllText(log, "old\n");
        AssertRefused($"--script {script} --log {log}", $"{script}:3: 'push' is not an action: press, release, 0, 1 or toggle");
        Assert.AreEqual("old\n", File.ReadAllText(log));
    }

    [TestMethod]
    public void Run_WrongNameOfOneFile_KeepsWhatTheOthersHeld()
    {
        string log = Path.Combine(_folder, "log");
        string picture = Path.Combine(_folder, "old.svg");
        File.WriteAllText(log, "old\n");
        File.WriteAllText(picture, "old\n");
        AssertRefused($"--log {log} --timeline {picture} --trace {_folder}", "this is a folder");
        AssertRefused($"--timeline {_folder}/new.svg --trace {_folder}", "this is a folder");
        Assert.AreEqual("old\n", File.ReadAllText(log));
        Assert.AreEqual("old\n", File.ReadAllText(picture));
        Assert.IsFalse(File.Exists(Path.Combine(_folder, "new.svg")));
    }

    [TestMethod]
    public void Run_NoTraceCame_KeepsTheFormerFilesAndReplacesTheLog()
    {
        string[] files = [.. new[] { "trace", "picture.svg", "log" }.Select(name => Path.Combine(_folder, name))];
        foreach (string file in files) File.WriteAllText(file, "old\n");
        Command run = Command.Run(
            $"--presses 1 --hold 0 --trace {files[0]} --timeline {files[1]} --log {files[2]} --board ESP32-DevKitC");
        Assert.AreEqual(1, run.ExitCode);
        StringAssert.StartsWith(run.Errors, "VirtualBoard: no trace came: the firmware writes it when it unloads its module, ");
        Assert.AreEqual("old\n", File.ReadAllText(files[0]));
        Assert.AreEqual("old\n", File.ReadAllText(files[1]));
        Assert.AreEqual(run.Log, File.ReadAllText(files[2]));
    }

    [TestMethod]
    public void Run_FirmwareWithoutATrace_IsToldWhatWritesOneAndAnEmptyLogIsEmpty()
    {
        string log = Path.Combine(_folder, "log");
        File.WriteAllText(log, "old\n");
        string trace = Path.Combine(_folder, "trace");
        Command run = Command.Run(
            $"--firmware {TestFirmware.Folder}/Echo.dll --presses 0 --hold 0 --log {log} --trace {trace}");
        Assert.AreEqual((1, "VirtualBoard: no trace came: Echo wrote none to its log; a program does it with "
            + "WorkqueueTrace.Start, Stop and WriteToLog\n"), (run.ExitCode, run.Errors));
        Assert.AreEqual("", File.ReadAllText(log));
        Assert.IsFalse(File.Exists(trace));
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
    public void Run_FirmwareThatABoardCannotRun_NamesAMember() => AssertRefused(
        $"--firmware {typeof(CommandLineTests).Assembly.Location}", "VirtualBoard.Tests.dll uses what a board does not have: ");

    [TestMethod]
    public void Run_Help_ListsEveryOption()
    {
        Command run = Command.Run("--help");
        Assert.AreEqual(0, run.ExitCode);
        foreach (string option in new[]
        {
            "--board <NAME>", "--firmware <PATH>", "--presses <N>", "--interval <MS>", "--bounce <MS>", "--storm <EDGES>",
            "--double", "--hold <MS>", "--seed <S>", "--script <FILE>", "--wire <PIN=NAME>", "--from <WHEN>", "--for <MS>",
            "--until <TEXT>", "--real-time", "--interactive", "--web", "--open", "--port <N>", "--explore <N>",
            "--switch-seed <S>", "--fail-allocations", "--log <FILE>", "--trace <FILE>", "--timeline <FILE.svg>",
            "--vcd <FILE.vcd>", "--serial-port", "--ring <N>", "--baud <SPEED>", "--help",
        })
        {
            StringAssert.Contains(run.Output, option);
        }
    }

    private static void AssertRefused(string arguments, string expected)
    {
        Command run = Command.Run(arguments);
        Assert.AreEqual(2, run.ExitCode, run.Errors);
        Assert.AreEqual("", run.Output, "nothing was done");
        StringAssert.StartsWith(run.Errors, "VirtualBoard: ");
        StringAssert.Contains(run.Errors, expected);
        Assert.AreEqual(run.Errors.Length - 1, run.Errors.IndexOf('\n'), "one line");
    }
}
