using Hardware.Cli;
using Hardware.Flash;

namespace Boards.Tests;

/// <summary>Commands that flash starts: how they end, by themselves and by force.</summary>
[TestClass]
public sealed class ChildProcessTests
{
    [TestMethod]
    public async Task Run_CommandEnds_GivesItsExitCode()
    {
        int good = await ChildProcess.RunAsync(new FlashStep("", false, ["--version"]), Repository.Root, CancellationToken.None);
        int bad = await ChildProcess.RunAsync(new FlashStep("", false, ["exec", "none.dll"]), Repository.Root,
            CancellationToken.None);

        Assert.AreEqual(0, good);
        Assert.AreNotEqual(0, bad);
    }

    [TestMethod]
    public async Task Run_StoppedWhileTheCommandGoesOn_KillsItAndThrows()
    {
        (string program, string[] arguments) = OperatingSystem.IsWindows()
            ? ("ping", new[] { "-n", "600", "127.0.0.1" })
            : ("tail", ["-f", "/dev/null"]);
        using var stop = new CancellationTokenSource();

        Task<int> running = ChildProcess.RunAsync(program, arguments, Repository.Root, TimeSpan.Zero, stop.Token);
        Assert.IsFalse(running.IsCompleted);
        await stop.CancelAsync();

        // Comes back only when the process has ended.
        await Assert.ThrowsAsync<OperationCanceledException>(() => running);
    }
}
