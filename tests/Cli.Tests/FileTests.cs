using Hardware.Cli;

namespace Cli.Tests;

/// <summary>Files that are devices, pipes, folders, links; and that are one.</summary>
[TestClass]
[OSCondition(OperatingSystems.Linux)]
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public sealed class FileTests
{
    private readonly string _folder = Directory.CreateTempSubdirectory("cli").FullName;

    [TestCleanup]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    [DataRow("--log /dev/null --trace /dev/null", 0, "")]
    [DataRow("--log /dev/stderr", 0, "")]
    [DataRow("--log /dev/full", 1, "VirtualBoard: --log /dev/full: not complete: No space left on device\n")]
    [DataRow("--trace full", 1, "VirtualBoard: --trace full: not complete: No space left on device\n")]
    [DataRow("--timeline full.svg", 1, "VirtualBoard: --timeline full.svg: not complete: No space left on device\n")]
    [DataRow("--vcd full.vcd", 1, "VirtualBoard: --vcd full.vcd: not complete: No space left on device\n")]
    [DataRow("--timeline /dev/full", 1, "VirtualBoard: --timeline /dev/full: not complete: No space left on device\n")]
    [DataRow("--timeline /dev/null --vcd /dev/null", 0, "")]
    [DataRow("--timeline a.txt", 2, "VirtualBoard: --timeline a.txt: the file's name must end in .svg\n")]
    [DataRow("--log --double", 2,
        "VirtualBoard: --log --double: the name of a file is needed (./--double for one that is called so)\n")]
    [DataRow("--log ./--double", 0, "")]
    [DataRow("--log ''", 2, "VirtualBoard: --log: the name of a file is needed\n")]
    [DataRow("--log /dev/stdout | cat", 0, "")]
    [DataRow("--log /dev/stdout >&-", 2, "VirtualBoard: --log /dev/stdout: standard output is closed\n")]
    [DataRow("--log /dev/stdout > both.txt", 2, "VirtualBoard: --log /dev/stdout: standard output goes there, "
        + "and each would overwrite the other; leave one out\n")]
    [DataRow("--log .", 2, "VirtualBoard: --log .: this is a folder; name a file\n")]
    [DataRow("--script .", 2, "VirtualBoard: --script .: this is a folder; name a file\n")]
    [DataRow("--script ''", 2, "VirtualBoard: --script: the name of a file is needed\n")]
    [DataRow("--script --double", 2,
        "VirtualBoard: --script --double: the name of a file is needed (./--double for one that is called so)\n")]
    [DataRow("--script /dev/zero --log a.txt", 2,
        "VirtualBoard: --script /dev/zero: line 1 has more than 1048576 characters: this is no text\n")]
    [DataRow("--script <(yes '# no end' 2>/dev/null) --log a.txt", 2,
        "VirtualBoard: --script /dev/fd/63: has more than 16777216 characters, which is too long\n")]
    [DataRow("--script <(echo 0 button press) --log pipe", 0, "")]
    [DataRow("--log a.txt --trace link.txt", 2,
        "VirtualBoard: --trace link.txt: this is the file of --log too, which it would overwrite; name another one\n")]
    [DataRow("--log a.txt --trace hard.txt", 2,
        "VirtualBoard: --trace hard.txt: this is the file of --log too, which it would overwrite; name another one\n")]
    [DataRow("--log new.txt --trace dangling.txt", 2,
        "VirtualBoard: --trace dangling.txt: this is the file of --log too, which it would overwrite; name another one\n")]
    [DataRow("--log A.txt --trace a.txt", 0, "")]
    [DataRow("--script hard.txt --log a.txt", 2,
        "VirtualBoard: --log a.txt: this is the file of --script too, which it would overwrite; name another one\n")]
    public void VirtualBoard_NamesOfFiles_AreWhatTheFileSystemSays(string options, int exitCode, string errors)
    {
        File.WriteAllText(Path.Combine(_folder, "a.txt"), "0 button press\n");
        EndedProcess made = Shellout("ln a.txt hard.txt; ln -s a.txt link.txt; ln -s new.txt dangling.txt; mkfifo pipe; "
            + "ln -s /dev/full full; ln -s /dev/full full.svg; ln -s /dev/full full.vcd; cat pipe > from-pipe.txt 2>&1 &");
        Assert.AreEqual("", made.Errors);
        EndedProcess run = ShellCommand.Run(
            $"VirtualBoard {(options.Contains("--script") ? "" : "--presses 1 ")}{options}", _folder);
        Assert.AreEqual(exitCode, run.ExitCode, run.Errors);
        if (options.Contains("/dev/stderr")) Assert.Contains("button_module: unloaded\n", run.Errors);
        else Assert.AreEqual(errors, run.Errors);
        if (exitCode == ExitCode.WrongUse) Assert.AreEqual("0 button press\n", File.ReadAllText(Path.Combine(_folder, "a.txt")));
        Assert.IsFalse(exitCode == ExitCode.WrongUse && File.Exists(Path.Combine(_folder, "new.txt")), "made for nothing");
        string fromPipe = Path.Combine(_folder, "from-pipe.txt");
        if (options.EndsWith("--log pipe", StringComparison.Ordinal)) Assert.Contains("loaded on", File.ReadAllText(fromPipe));
        else Shellout("timeout 5 sh -c 'echo > pipe'");
    }

    [TestMethod]
    public void Monitor_TraceOfALog_IsTakenOutOfIt()
    {
        Assert.AreEqual(0, ShellCommand.Run("VirtualBoard --presses 1 --trace t.txt --log log.txt", _folder).ExitCode);
        EndedProcess run = ShellCommand.Run("Monitor --from log.txt --trace from-log.txt", _folder);
        Assert.AreEqual(0, run.ExitCode, run.Errors);
        Assert.AreEqual(
            File.ReadAllText(Path.Combine(_folder, "t.txt")), File.ReadAllText(Path.Combine(_folder, "from-log.txt")));
        run = ShellCommand.Run("Monitor --from log.txt --vcd x.vcd --trace log.txt", _folder);
        Assert.AreEqual(2, run.ExitCode);
        Assert.AreEqual(
            "Monitor: --trace log.txt: this is the file of --from too, which it would overwrite; name another one\n", run.Errors);
    }

    [TestMethod]
    [DataRow("--from /dev/zero --trace old.txt", "--from /dev/zero: line 1 has more than 1048576 characters: this is no text")]
    [DataRow("--from old.txt --trace --web", "--trace --web: the name of a file is needed (./--web for one that is called so)")]
    [DataRow("--from --trace old.txt", "Unrecognized command or argument 'old.txt'; --help lists the options")]
    [DataRow("--from '' --trace old.txt", "--from: the name of a file is needed")]
    public void Monitor_WhatIsNoFileOfText_IsRefused(string options, string error)
    {
        string old = Path.Combine(_folder, "old.txt");
        File.WriteAllText(old, "old\n");
        EndedProcess run = ShellCommand.Run("Monitor " + options, _folder);
        Assert.AreEqual((2, $"Monitor: {error}\n"), (run.ExitCode, run.Errors));
        Assert.AreEqual("old\n", File.ReadAllText(old));
        Assert.HasCount(1, Directory.GetFiles(_folder), "nothing was made");
    }

    private EndedProcess Shellout(string line) => ShellCommand.RunBash(line, _folder);
}
