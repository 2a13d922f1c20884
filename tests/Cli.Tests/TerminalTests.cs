using System.Text.RegularExpressions;
using Hardware.Cli;

namespace Cli.Tests;

/// <summary>What only somebody at a terminal is told: how far long work is, and how to end.</summary>
[TestClass]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
public sealed class TerminalTests
{
    private const string ClearLine = "\r\u001b[K";

    // .NET's console sends it by itself, when a child process has been started.
    private const string KeypadOn = "\u001b[?1h\u001b=";

    // What Flash finds as dotnet: a build takes no time; nanoff is silent for seconds, twice, the second time in the middle of a
    // line.
    private const string Dotnet = """
        #!/bin/sh
        case "$*" in
            *nanoff*) sleep 3; echo found; printf 'flashing '; sleep 3; echo done;;
        esac

        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("terminal").FullName;

    [TestCleanup]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    // So much work that it does not end by itself. Ctrl-C is typed when the line is there.
    [TestMethod]
    [DataRow("Stress --seconds 86400", " runs, [0-9]+ of 86400 s, ")]
    [DataRow("VirtualBoard --explore 1000000", "[0-9]+ of 1000000 runs")]
    [DataRow("VirtualBoard --fail-allocations --presses 200", "[0-9]+ of [0-9]+ runs")]
    public void LongWork_OnATerminal_ShowsHowFarItIs(string line, string shown)
    {
        EndedProcess run = ShellCommand.RunOnTerminal(
            ShellCommand.Start(line), _folder,
            $"until grep -aqE {Shell.Quote(shown)} {ShellCommand.Screen}; do sleep 0.2; done; printf '\\003'");
        Assert.AreEqual(ExitCode.Stopped, run.ExitCode, run.Output + run.Errors);
        Assert.MatchesRegex($"{Regex.Escape(ClearLine)}[^\r\n]*{shown}", run.Output);
    }

    [TestMethod]
    public void LongWork_OnATerminal_TakesTheLineAwayAtItsEnd()
    {
        EndedProcess run = ShellCommand.RunOnTerminal(ShellCommand.Start("Stress --seconds 3"), _folder);
        Assert.AreEqual(0, run.ExitCode, run.Output + run.Errors);
        Assert.Contains(" runs, 2 of 3 s, ", run.Output);
        Assert.DoesNotContain(" of 3 s", run.Output[run.Output.LastIndexOf(ClearLine, StringComparison.Ordinal)..]);
    }

    // On a terminal it would have shown it for two of the three seconds.
    [TestMethod]
    public void LongWork_IntoAPipe_ShowsResultsOnly()
    {
        EndedProcess run = ShellCommand.Run("Stress --seconds 3", _folder);
        Assert.AreEqual((0, ""), (run.ExitCode, run.Errors));
        Assert.DoesNotContain("\u001b", run.Output);
    }

    [TestMethod]
    public void Flash_SilentCommandOnATerminal_SaysWhichStepAndForHowLong()
    {
        string text = Flash((command, folder) => ShellCommand.RunOnTerminal(command, folder));
        int found = text.IndexOf("found", StringComparison.Ordinal);
        int flashing = text.IndexOf("flashing ", StringComparison.Ordinal);
        Assert.MatchesRegex($@"{Regex.Escape(ClearLine)}\[3/3\] Deploy the firmware: [1-9][0-9]* s", text[..found]);
        Assert.EndsWith(ClearLine, text[..found], "the line made no room");
        Assert.StartsWith("flashing done", text[flashing..], "the line came into the middle of another one");
    }

    [TestMethod]
    public void Flash_IntoAPipe_NamesTheStepsOnly()
    {
        string text = Flash(ShellCommand.RunBash);
        Assert.DoesNotContain("\u001b", text);
        Assert.DoesNotContain(" s\n", text);
        Assert.Contains("found\nflashing done\n", text);
    }

    // A key is typed again until somebody reads it, so nobody waits for the right moment.
    [TestMethod]
    public void Interactive_WithTrace_SaysHowToEndSoThatItComes()
    {
        EndedProcess run = ShellCommand.RunOnTerminal(
            ShellCommand.Start("VirtualBoard --interactive --trace t.txt"), _folder, "while printf q; do sleep 0.2; done");
        Assert.Contains("press h, wait two seconds for \"unloaded\", then press q", run.Output);
        Assert.Contains("VirtualBoard: no trace came: ", run.Output);
        Assert.AreEqual(ExitCode.Failed, run.ExitCode);
    }

    // To a board with an ST-LINK, which needs no port.
    private string Flash(Func<string, string, EndedProcess> run)
    {
        string image = Directory.CreateDirectory(Path.Combine(_folder, "Blink/bin/Release/netnano1.0")).FullName;
        File.WriteAllText(Path.Combine(image, "Blink.bin"), "");
        File.WriteAllText(Path.Combine(_folder, "Blink/Blink.csproj"),
            "<Project><PropertyGroup><OutputType>Exe</OutputType></PropertyGroup></Project>");
        string dotnet = Path.Combine(_folder, "dotnet");
        File.WriteAllText(dotnet, Dotnet);
        Assert.AreEqual(0, ShellCommand.RunBash($"chmod +x {dotnet}", _folder).ExitCode);

        EndedProcess ended = run($"DOTNET_HOST_PATH={dotnet} "
            + ShellCommand.Start("Flash --board STM32F769I-DISCO --firmware Blink"), _folder);

        Assert.AreEqual((0, ""), (ended.ExitCode, ended.Errors), ended.Output);
        return ended.Output.Replace("\r\n", "\n").Replace(KeypadOn, "");
    }
}
