using System.Diagnostics;
using Hardware.Cli;

namespace Cli.Tests;

/// <summary>A line of bash, with the programs of this repository as they were built.</summary>
internal static class ShellCommand
{
    // Only reached when something is broken.
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);

    private static readonly Dictionary<string, (string Folder, string Assembly)> s_programs = new()
    {
        ["VirtualBoard"] = ("hardware/VirtualBoard", "VirtualBoard"),
        ["Monitor"] = ("hardware/Monitor", "monitor"),
        ["Flash"] = ("hardware/Flash", "Hardware.Flash"),
        ["Pages"] = ("hardware/Pages", "Hardware.Boards.Pages"),
        ["DeviceCheck"] = ("hardware/DeviceCheck", "Hardware.DeviceCheck"),
        ["Stress"] = ("tests/Stress", "Stress"),
        ["Costs"] = ("tests/Costs", "Costs"),
        ["Reference"] = ("tests/Reference", "Reference"),
    };

    /// <summary>The names of all programs.</summary>
    internal static IEnumerable<string> Programs => s_programs.Keys;

    /// <summary>Where a program was built.</summary>
    internal static string Assembly(string program)
    {
        (string folder, string assembly) = s_programs[program];
        string built = AppContext.BaseDirectory.Contains("/Release/", StringComparison.Ordinal) ? "Release" : "Debug";
        return Path.Combine(Repository.Root, folder, "bin", built, "net10.0", assembly + ".dll");
    }

    /// <summary>Runs a line, in which each program's name stands for how it is started.</summary>
    /// <param name="line">The line; its exit code is that of the pipe's first program.</param>
    /// <param name="folder">Where it runs.</param>
    internal static EndedProcess Run(string line, string folder)
    {
        string program = line.Split(' ')[0];
        string host = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        return RunBash($"{Shell.Quote(host)} {Shell.Quote(Assembly(program))}{line[program.Length..]}\nexit ${{PIPESTATUS[0]}}", folder);
    }

    /// <summary>Runs a line of bash.</summary>
    internal static EndedProcess RunBash(string line, string folder) =>
        EndedProcess.Run(new ProcessStartInfo("bash", ["-c", line]) { WorkingDirectory = folder }, s_patience);
}
