using System.Diagnostics;
using Hardware.Cli;

namespace Cli.Tests;

/// <summary>A line of bash, with the programs of this repository as they were built.</summary>
internal static class ShellCommand
{
    // Only reached when something is broken.
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);

    // By the names of their projects, which are those of their assemblies.
    private static readonly Dictionary<string, string> s_folders = new()
    {
        ["VirtualBoard"] = "hardware",
        ["Monitor"] = "hardware",
        ["Flash"] = "hardware",
        ["Pages"] = "hardware",
        ["DeviceCheck"] = "hardware",
        ["Stress"] = "tests",
        ["Costs"] = "tests",
        ["Reference"] = "tests",
    };

    /// <summary>The names of all programs.</summary>
    internal static IEnumerable<string> Programs => s_folders.Keys;

    /// <summary>Where a program was built.</summary>
    internal static string Assembly(string program)
    {
        string built = AppContext.BaseDirectory.Contains("/Release/", StringComparison.Ordinal) ? "Release" : "Debug";
        return Path.Combine(Repository.Root, s_folders[program], program, "bin", built, "net10.0", program + ".dll");
    }

    /// <summary>Runs a line, in which each program's name stands for how it is started.</summary>
    /// <param name="line">The line; its exit code is that of the pipe's first program.</param>
    /// <param name="folder">Where it runs.</param>
    /// <param name="before">What bash does first.</param>
    internal static EndedProcess Run(string line, string folder, string before = "") =>
        RunBash($"{before}{Start(line)}\nexit ${{PIPESTATUS[0]}}", folder);

    /// <summary>The file in which <see cref="RunOnTerminal"/> keeps what the terminal has got so far.</summary>
    internal const string Screen = "screen";

    /// <summary>Runs a command on a terminal of its own.</summary>
    /// <param name="command">The command, for sh.</param>
    /// <param name="folder">Where it runs.</param>
    /// <param name="keyboard">Commands of bash, whose output is typed.</param>
    /// <returns>What the terminal got, and the command's exit code.</returns>
    internal static EndedProcess RunOnTerminal(string command, string folder, string keyboard = "true")
    {
        if (!RunBash("script --version", folder).Output.Contains("util-linux", StringComparison.Ordinal))
        {
            Assert.Inconclusive("needs the command script of util-linux, for a pseudo terminal");
        }

        return RunBash(
            $"{{ {keyboard}; }} 2>/dev/null | script -qefc {Shell.Quote(command)} {Screen}\nexit ${{PIPESTATUS[1]}}", folder);
    }

    /// <summary>Runs a line of bash.</summary>
    internal static EndedProcess RunBash(string line, string folder) =>
        EndedProcess.Run(new ProcessStartInfo("bash", ["-c", line]) { WorkingDirectory = folder }, s_patience);

    /// <summary>A line with how a program is started in place of its name.</summary>
    internal static string Start(string line)
    {
        string program = line.Split(' ')[0];
        string host = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        return $"{Shell.Quote(host)} {Shell.Quote(Assembly(program))}{line[program.Length..]}";
    }
}
