using System.Diagnostics;
using Hardware.Cli;

namespace VirtualBoard.Tests;

/// <summary>A run of the command.</summary>
/// <param name="ExitCode">How it ended.</param>
/// <param name="Output">What it printed.</param>
/// <param name="Errors">What it printed on standard error.</param>
internal sealed record Command(int ExitCode, string Output, string Errors)
{
    /// <summary>The built program.</summary>
    internal static readonly string Assembly = Path.Combine(AppContext.BaseDirectory, "VirtualBoard.dll");

    /// <summary>The serial log: what stands between the first line and the tables.</summary>
    internal string Log
    {
        get
        {
            int start = Output.IndexOf('\n') + 1;
            int end = Output.IndexOf("\nvirtual board, totals", StringComparison.Ordinal);
            return Output[start..end];
        }
    }

    /// <summary>Runs it in this process.</summary>
    /// <param name="arguments">Words with blanks in between; '' is the empty one.</param>
    internal static Command Run(string arguments)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var errors = new StringWriter { NewLine = "\n" };
        int exitCode = new Program(new CommandProgram("VirtualBoard", output, errors))
            .Run([.. arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(word => word == "''" ? "" : word)]);
        return new Command(exitCode, output.ToString(), errors.ToString());
    }

    /// <summary>Runs it in a process of its own.</summary>
    internal static Command Start(string arguments)
    {
        (int exitCode, string output, string errors) =
            EndedProcess.Run(new ProcessStartInfo("dotnet", $"\"{Assembly}\" {arguments}"));
        return new Command(exitCode, output, errors);
    }
}
