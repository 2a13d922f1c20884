using System.ComponentModel;
using System.Diagnostics;

namespace Hardware.Flash;

/// <summary>Runs one command of a plan, on the user's own terminal.</summary>
public static class ChildProcess
{
    // A monitor that is told to stop puts the port back as it was; that takes it a moment.
    private static readonly TimeSpan s_graceful = TimeSpan.FromSeconds(5);

    /// <summary>Starts <c>dotnet</c> with the step's arguments and waits for its end.</summary>
    /// <param name="step">The command.</param>
    /// <param name="directory">Where it runs.</param>
    /// <param name="stop">Ends the command: it got the terminal's Ctrl-C itself and has five seconds, then it is killed.</param>
    /// <returns>Its exit code.</returns>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    /// <exception cref="Win32Exception">There is no <c>dotnet</c> to start.</exception>
    public static Task<int> RunAsync(FlashStep step, string directory, CancellationToken stop) =>
        RunAsync("dotnet", step.Arguments, directory, s_graceful, stop);

    /// <summary>The same for any program and any time to end by itself.</summary>
    internal static async Task<int> RunAsync(string program, string[] arguments, string directory, TimeSpan graceful,
        CancellationToken stop)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = directory, UseShellExecute = false };
        using Process process = Process.Start(start) ?? throw new Win32Exception($"{program} did not start");
        try
        {
            await process.WaitForExitAsync(stop);
        }
        catch (OperationCanceledException)
        {
            using var late = new CancellationTokenSource(graceful);
            try
            {
                await process.WaitForExitAsync(late.Token);
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
                await process.WaitForExitAsync(CancellationToken.None);
            }

            throw;
        }

        return process.ExitCode;
    }
}
