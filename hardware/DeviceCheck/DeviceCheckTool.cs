using System.CommandLine;
using Hardware.Cli;
using Hardware.DeviceCheck.Metadata;

namespace Hardware.DeviceCheck;

/// <summary>The command line.</summary>
/// <param name="program">Its streams and messages.</param>
internal sealed class DeviceCheckTool(CommandProgram program)
{
    private readonly Argument<string[]> _projects = new("PROJECT")
    {
        Description = "Project files or their folders; none: all of the repository that have a board flavour",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly Option<bool> _listed = new("--listed")
    {
        Description = "Compile against the listing of mscorlib, without asking for its package",
    };

    private readonly Option<FileInfo> _list = new("--list")
    {
        Description = "Check nothing; print the API of a package's assembly in the form of the files in hardware/DeviceCheck/Api",
        HelpName = "DLL",
    };

    private readonly Option<string> _package = new("--package")
    {
        Description = "For --list: the name and version of the package, which the listing names",
        HelpName = "PACKAGE",
    };

    /// <summary>Does what the arguments say.</summary>
    /// <returns>The exit code: 1, a board would refuse something.</returns>
    internal int Run(string[] arguments)
    {
        RootCommand command = new("Compiles firmware as for a board, and reports what a board could not load or run.\n\n"
            + "Exit code: 0 nothing found, 1 something found, 2 wrong use, 130 Ctrl-C.")
        {
            _projects, _listed, _list, _package,
        };
        command.SetAction(Act);
        return program.Run(command, arguments);
    }

    private int Act(ParseResult parsed)
    {
        string[] projects = parsed.GetValue(_projects)!;
        string? unknown = projects.FirstOrDefault(each => each.StartsWith('-'));
        if (unknown != null) throw new UsageException($"there is no option {unknown}; --help lists the options");
        try
        {
            return parsed.GetValue(_list) is { } assembly
                ? List(assembly, parsed.GetValue(_package))
                : Check(projects, parsed.GetValue(_listed));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException
            or BadImageFormatException)
        {
            throw new UsageException(exception.Message.ReplaceLineEndings(" "));
        }
    }

    private int Check(string[] projects, bool isListed)
    {
        string root = Repository.Root;
        if (Array.Find(projects, each => !Path.Exists(each)) is { } missing)
        {
            throw new UsageException($"there is no project {missing}; name a project file or its folder");
        }

        BoardLibraries libraries = new();
        string? core = isListed ? null : CorePackage.Find(libraries.CoreVersion, root);
        if (core != null) libraries = new BoardLibraries(core);
        string package = $"{CorePackage.Name} {libraries.CoreVersion}";
        program.Output.WriteLine(core != null
            ? $"compiled against the real mscorlib of {package}, and listings of the other libraries"
            : $"compiled against listings only, mscorlib too" + (isListed ? "" : $": {package} cannot be fetched"));

        if (projects.Length == 0) projects = [.. FirmwareProject.FindAll(root)];
        int failed = 0;
        int passed = 0;
        using ProgressLine progress = program.Progress();
        foreach (bool isDebug in new[] { false, true })
        {
            ProjectCheck check = new(libraries, isDebug);
            foreach (string project in projects)
            {
                progress.Show(passed + failed, 2 * projects.Length, "checks");
                IReadOnlyList<string> messages = check.Run(project).Messages;
                progress.Clear();
                foreach (string message in messages) program.Output.WriteLine(message);
                bool isClean = messages.Count == 0;
                string configuration = isDebug ? "Debug" : "Release";
                program.Output.WriteLine($"{(isClean ? "ok  " : "FAIL")} {Name(project, root)}, {configuration}");
                if (isClean) passed++;
                else failed++;
            }
        }

        program.Output.WriteLine($"{passed} passed, {failed} failed");
        return failed == 0 ? ExitCode.Success : ExitCode.Failed;
    }

    // The folder, in the repository from its top on.
    private static string Name(string project, string root)
    {
        string path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(project));
        if (File.Exists(path)) path = Path.GetDirectoryName(path)!;
        string name = Path.GetRelativePath(root, path);
        return name.StartsWith("..", StringComparison.Ordinal) ? path : name.Replace('\\', '/');
    }

    private int List(FileInfo assembly, string? package)
    {
        if (!assembly.Exists) throw new UsageException($"there is no file {assembly}");
        try
        {
            program.Output.Write(
                ListingWriter.Write(assembly.FullName, package ?? Path.GetFileNameWithoutExtension(assembly.Name)));
            return ExitCode.Success;
        }
        catch (BadImageFormatException exception)
        {
            throw new UsageException($"--list {assembly}: this is not an assembly: {exception.Message.ReplaceLineEndings(" ")}");
        }
    }
}
