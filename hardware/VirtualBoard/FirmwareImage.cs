extern alias Esp32Image;

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
        FileName.ThrowIfNone("--firmware", path, "a project or an assembly");
        string image = path;
        if (Directory.Exists(path)) image = Build(InputFile.ProjectIn("--firmware", path, path), messages);
        else if (!File.Exists(path)) throw new UsageException($"--firmware {path}: there is no such file or folder");
        else if (path.EndsWith("proj", StringComparison.OrdinalIgnoreCase)) image = Build(path, messages);
        if (HasMain(image) is not { } hasMain)
        {
            throw new UsageException($"--firmware {path}: this is neither a project nor an assembly (.dll)");
        }

        return hasMain ? image : throw new UsageException($"--firmware {path}: this is a library; name a program");
    }

    /// <summary>The image in this repository for a board.</summary>
    public static string Of(Profile board) => (BoardFacts.Find(board.Name)?.IsEsp32 == true
        ? typeof(Esp32Image::ButtonModule.Esp32.Program)
        : typeof(ButtonModule.Program)).Assembly.Location;

    /// <summary>True: it is the button module, by its name.</summary>
    public static bool IsButtonModule(string image) =>
        Path.GetFileNameWithoutExtension(image) is "ButtonModule" or "ButtonModule.Esp32";

    // The flavour for the PC: it needs no package of the platform.
    private static string Build(string project, TextWriter messages)
    {
        messages.WriteLine($"building {project}");
        EndedProcess build = Dotnet.Run(Dotnet.Command(
            "build", project, "-c", "Release", "--nologo", "-v", "quiet", "-t:Build", "-getProperty:TargetPath"));
        string[] lines = build.Output.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (build.ExitCode == 0 && lines.Length > 0 && File.Exists(lines[^1])) return lines[^1];
        string why = lines.Concat(build.Errors.Split('\n'))
            .FirstOrDefault(line => line.Contains("error", StringComparison.Ordinal))
            ?? "`dotnet build` leaves no assembly; try it by hand";
        throw new UsageException($"--firmware {project}: it does not build: {why.Trim()}");
    }

    // Null: it is no assembly.
    private static bool? HasMain(string path)
    {
        try
        {
            using PEReader reader = new(File.OpenRead(path));
            return reader.HasMetadata ? reader.PEHeaders.CorHeader!.EntryPointTokenOrRelativeVirtualAddress != 0 : null;
        }
        catch (Exception exception) when (exception is BadImageFormatException or InvalidOperationException)
        {
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"--firmware {path}: cannot be read: {exception.Message}");
        }
    }
}
