extern alias Esp32Image;

using System.Diagnostics;
using System.Reflection.PortableExecutable;
using Hardware.Boards;
using Hardware.Machine;

namespace VirtualBoard;

/// <summary>The program that is put on the board.</summary>
public static class FirmwareImage
{
    /// <summary>The assembly with Main: that of the firmware in this repository, a given one, or what a project builds.</summary>
    /// <param name="path">An assembly, a project or its folder; null: the image for the board, which was built with this
    /// program.</param>
    /// <param name="board">The board.</param>
    /// <param name="messages">Where it is said that something is built.</param>
    /// <exception cref="UsageException">There is none, or it cannot be built.</exception>
    public static string Find(string? path, Profile board, TextWriter messages)
    {
        if (path is null) return Of(board);
        if (Directory.Exists(path)) return Build(InputFile.ProjectIn("--firmware", path, path), messages);
        if (!File.Exists(path)) throw new UsageException($"--firmware {path}: there is no such file or folder");
        if (path.EndsWith("proj", StringComparison.OrdinalIgnoreCase)) return Build(path, messages);
        if (HasCode(path)) return path;
        throw new UsageException($"--firmware {path}: this is neither a project nor an assembly (.dll)");
    }

    /// <summary>The image in this repository for a board.</summary>
    public static string Of(Profile board) => (BoardFacts.Find(board.Name)?.IsEsp32 == true
        ? typeof(Esp32Image::ButtonModule.Esp32.Program)
        : typeof(ButtonModule.Program)).Assembly.Location;

    // The flavour for the PC: it needs no package of the platform.
    private static string Build(string project, TextWriter messages)
    {
        messages.WriteLine($"building {project}");
        EndedProcess build = EndedProcess.Run(new ProcessStartInfo("dotnet",
            ["build", project, "-c", "Release", "--nologo", "-v", "quiet", "-t:Build", "-getProperty:TargetPath"]));
        string[] lines = build.Output.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (build.ExitCode == 0 && lines.Length > 0 && File.Exists(lines[^1])) return lines[^1];
        string why = lines.Concat(build.Errors.Split('\n'))
            .FirstOrDefault(line => line.Contains("error", StringComparison.Ordinal))
            ?? "`dotnet build` leaves no assembly; try it by hand";
        throw new UsageException($"--firmware {project}: it does not build: {why.Trim()}");
    }

    private static bool HasCode(string path)
    {
        try
        {
            using PEReader reader = new(File.OpenRead(path));
            return reader.HasMetadata;
        }
        catch (Exception exception) when (exception is BadImageFormatException or InvalidOperationException)
        {
            return false;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"--firmware {path}: cannot be read: {exception.Message}");
        }
    }
}
