using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Hardware.Cli;

/// <summary>The command <c>dotnet</c>, for programs that build something.</summary>
public static class Dotnet
{
    /// <summary>It with arguments, to be started.</summary>
    /// <exception cref="UsageException">There is none on this computer.</exception>
    public static ProcessStartInfo Command(params IEnumerable<string> arguments) => new(
        Find(Environment.GetEnvironmentVariable, Path.GetFullPath("../../..", RuntimeEnvironment.GetRuntimeDirectory())),
        arguments);

    /// <summary>Runs it to its end.</summary>
    /// <exception cref="UsageException">There is none on this computer, or it cannot be started.</exception>
    /// <exception cref="TimeoutException">It took longer than it may, and was killed.</exception>
    public static EndedProcess Run(ProcessStartInfo command, TimeSpan? patience = null)
    {
        try
        {
            return EndedProcess.Run(command, patience);
        }
        catch (Win32Exception exception)
        {
            throw new UsageException($"{command.FileName} cannot be started: {exception.Message.ReplaceLineEndings(" ")}");
        }
    }

    /// <summary>Where it is. First what it says itself to programs that it starts; then the one whose runtime runs this program,
    /// since its installer's script puts none on PATH, and the one there may be too old; then PATH.</summary>
    /// <param name="variable">The environment's variables.</param>
    /// <param name="root">The folder of the installation whose runtime runs this program.</param>
    internal static string Find(Func<string, string?> variable, string root)
    {
        string[] folders = (variable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        if (Directory.Exists(Path.Combine(root, "sdk"))) folders = [root, .. folders]; // a runtime alone cannot build
        string name = OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet";
        return folders.Select(folder => Path.Combine(folder, name)).Prepend(variable("DOTNET_HOST_PATH"))
            .FirstOrDefault(File.Exists)
            ?? throw new UsageException("there is no dotnet on PATH; add the folder of the .NET SDK to PATH");
    }
}
