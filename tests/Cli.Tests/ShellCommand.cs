using System.Diagnostics;
using Hardware.Cli;

namespace Cli.Tests;

/// <summary>A line of bash, with the programs of this repository as they were built.</summary>
/// <param name="ExitCode">How the program ended.</param>
/// <param name="Output">What came out of standard output.</param>
/// <param name="Errors">What came out of standard error.</param>
internal sealed record ShellCommand(int ExitCode, string Output, string Errors)
{
    // Only reached when something is broken.
    private const int PatienceMilliseconds = 120_000;

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
    internal static ShellCommand Run(string line, string folder)
    {
        string program = line.Split(' ')[0];
        string host = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        return RunBash($"{Shell.Quote(host)} {Shell.Quote(Assembly(program))}{line[program.Length..]}\nexit ${{PIPESTATUS[0]}}", folder);
    }

    /// <summary>Runs a line of bash.</summary>
    internal static ShellCommand RunBash(string line, string folder)
    {
        using Process process = Process.Start(new ProcessStartInfo("bash", ["-c", line])
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        process.StandardInput.Close();
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(PatienceMilliseconds))
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"still running: {line}");
        }

        return new ShellCommand(process.ExitCode, output.Result, errors.Result);
    }
}
