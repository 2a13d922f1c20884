using System.ComponentModel;
using System.Diagnostics;
using Hardware.Cli;

namespace Hardware.Flash;

/// <summary>Runs one command of a plan, on the user's own terminal.</summary>
/// <param name="program">Gets what the command prints, where a line of progress has to make room for it.</param>
public sealed class ChildProcess(CommandProgram program)
{
    // A monitor that is told to stop puts the port back as it was; that takes it a moment.
    private static readonly TimeSpan s_graceful = TimeSpan.FromSeconds(5);

    // For what a command has printed when it ends. A process that it leaves behind may keep the pipe open for ever.
    private static readonly TimeSpan s_rest = TimeSpan.FromSeconds(1);

    /// <summary>Starts <c>dotnet</c> with the step's arguments and waits for its end.</summary>
    /// <param name="step">The command.</param>
    /// <param name="directory">Where it runs.</param>
    /// <param name="progress">A line on the terminal to which the command prints; null: there is none.</param>
    /// <param name="stop">Ends the command: it got the terminal's Ctrl-C itself and has five seconds, then it is killed.</param>
    /// <returns>Its exit code.</returns>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    /// <exception cref="UsageException">There is no <c>dotnet</c>.</exception>
    /// <exception cref="Win32Exception">It cannot be started.</exception>
    public Task<int> RunAsync(FlashStep step, string directory, ProgressLine? progress, CancellationToken stop)
    {
        ProcessStartInfo command = Dotnet.Command(step.Arguments);
        command.WorkingDirectory = directory;
        return RunAsync(command, progress, s_graceful, stop);
    }

    /// <summary>The same for any program and any time to end by itself.</summary>
    internal async Task<int> RunAsync(
        ProcessStartInfo start, ProgressLine? progress, TimeSpan graceful, CancellationToken stop)
    {
        start.RedirectStandardOutput = start.RedirectStandardError = progress is not null;
        using Process process = Process.Start(start) ?? throw new Win32Exception($"{start.FileName} did not start");
        Task prints = progress is null ? Task.CompletedTask : Task.WhenAll(
            Pass(process.StandardOutput, program.Output, progress), Pass(process.StandardError, program.Error, progress));
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

        await Task.WhenAny(prints, Task.Delay(s_rest, CancellationToken.None));
        return process.ExitCode;
    }

    private static async Task Pass(StreamReader reader, TextWriter writer, ProgressLine progress)
    {
        char[] buffer = new char[1024];
        while (await reader.ReadAsync(buffer) is > 0 and int count) progress.Pass(writer, new string(buffer, 0, count));
    }
}
