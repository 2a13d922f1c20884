using System.Diagnostics;
using Hardware.Cli;
using Hardware.Flash;

namespace Boards.Tests;

/// <summary>Commands that flash starts: what they print, and how they end, by themselves and by force.</summary>
[TestClass]
public sealed class ChildProcessTests
{
    private readonly StringWriter _output = new();
    private readonly StringWriter _error = new();

    private ChildProcess Child => new(new CommandProgram("Flash", _output, _error));

    [TestMethod]
    public async Task Run_CommandEnds_GivesItsExitCode()
    {
        int good = await Child.RunAsync(
            new FlashStep("", false, ["--version"]), Repository.Root, null, CancellationToken.None);
        int bad = await Child.RunAsync(
            new FlashStep("", false, ["exec", "none.dll"]), Repository.Root, null, CancellationToken.None);

        Assert.AreEqual(0, good);
        Assert.AreNotEqual(0, bad);
        Assert.AreEqual("", _output.ToString() + _error);
    }

    [TestMethod]
    public async Task Run_WithALineOfProgress_PassesOnWhatTheCommandPrints()
    {
        using var progress = new ProgressLine(null);

        int exitCode = await Child.RunAsync(
            new FlashStep("", false, ["exec", "none.dll"]), Repository.Root, progress, CancellationToken.None);

        Assert.AreNotEqual(0, exitCode);
        StringAssert.Contains(_output.ToString() + _error, "none.dll");
    }

    [TestMethod]
    public async Task Run_StoppedWhileTheCommandGoesOn_KillsItAndThrows()
    {
        (string program, string[] arguments) = OperatingSystem.IsWindows()
            ? ("ping", new[] { "-n", "600", "127.0.0.1" })
            : ("tail", ["-f", "/dev/null"]);
        using var stop = new CancellationTokenSource();

        Task<int> running = Child.RunAsync(new ProcessStartInfo(program, arguments), null, TimeSpan.Zero, stop.Token);
        Assert.IsFalse(running.IsCompleted);
        await stop.CancelAsync();

        // Comes back only when the process has ended.
        await Assert.ThrowsAsync<OperationCanceledException>(() => running);
    }
}
