using System.Diagnostics;

namespace Hardware.Cli;

/// <summary>What a program printed, and how it ended. It reads nothing.</summary>
/// <param name="ExitCode">How it ended.</param>
/// <param name="Output">What came out of standard output.</param>
/// <param name="Errors">What came out of standard error.</param>
public sealed record EndedProcess(int ExitCode, string Output, string Errors)
{
    /// <summary>Runs a program to its end.</summary>
    /// <param name="start">The program; its streams are redirected here.</param>
    /// <param name="patience">How long it may take; null: as long as it wants.</param>
    /// <exception cref="TimeoutException">It took longer, and was killed.</exception>
    public static EndedProcess Run(ProcessStartInfo start, TimeSpan? patience = null)
    {
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        using Process process = Process.Start(start)!;
        process.StandardInput.Close();
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(patience ?? Timeout.InfiniteTimeSpan))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"still running: {start.FileName} {string.Join(' ', start.ArgumentList)}");
        }

        return new EndedProcess(process.ExitCode, output.Result, errors.Result);
    }
}
