using System.CommandLine;
using Hardware.DeviceCheck.Metadata;

namespace Hardware.DeviceCheck;

/// <summary>The command line.</summary>
/// <param name="output">Where findings and totals go.</param>
/// <param name="error">Where the one line goes that says what is wrong.</param>
internal sealed class DeviceCheckTool(TextWriter output, TextWriter error)
{
    internal const int Success = 0;
    internal const int Found = 1;
    internal const int WrongUse = 2;

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
        Description = "Print the listing of a package's assembly, as it stands in Api; PACKAGE is its name and version",
        HelpName = "DLL",
    };

    private readonly Option<string> _package = new("--package") { Description = "What --list writes as the origin" };

    /// <summary>Does what the arguments say.</summary>
    /// <returns>The exit code: one of this class's constants.</returns>
    internal int Run(string[] arguments)
    {
        RootCommand command = new("Compiles firmware as for a board and says what the board could not load or run.")
        {
            _projects, _listed, _list, _package,
        };

        ParseResult parsed = command.Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Errors.Count > 0) return Refuse(parsed.Errors[0].Message.TrimEnd('.') + "; --help lists the options");
        string? unknown = parsed.GetValue(_projects)!.FirstOrDefault(each => each.StartsWith('-'));
        if (unknown != null) return Refuse($"there is no option {unknown}; --help lists the options");
        command.SetAction(Act);
        return parsed.Invoke(new InvocationConfiguration { Output = output, Error = error });
    }

    private int Act(ParseResult parsed)
    {
        try
        {
            return parsed.GetValue(_list) is { } assembly
                ? List(assembly, parsed.GetValue(_package))
                : Check(parsed.GetValue(_projects)!, parsed.GetValue(_listed));
        }
        catch (Exception exception) when (exception is UsageException or IOException or UnauthorizedAccessException
            or BadImageFormatException or System.Xml.XmlException)
        {
            return Refuse(exception.Message);
        }
    }

    private int Check(string[] projects, bool isListed)
    {
        string root = FindRoot();
        BoardLibraries libraries = new();
        string? core = isListed ? null : CorePackage.Find(libraries.CoreVersion, root);
        if (core != null) libraries = new BoardLibraries(core);
        string package = $"{CorePackage.Name} {libraries.CoreVersion}";
        output.WriteLine(core != null
            ? $"compiled against the real mscorlib of {package}, and listings of the other libraries"
            : $"compiled against listings only, mscorlib too" + (isListed ? "" : $": {package} cannot be fetched"));

        if (projects.Length == 0) projects = [.. FirmwareProject.FindAll(root)];
        int failed = 0;
        int passed = 0;
        foreach (bool isDebug in new[] { false, true })
        {
            ProjectCheck check = new(libraries, isDebug);
            foreach (string project in projects)
            {
                IReadOnlyList<string> messages = check.Run(project).Messages;
                foreach (string message in messages) output.WriteLine(message);
                bool isClean = messages.Count == 0;
                string configuration = isDebug ? "Debug" : "Release";
                output.WriteLine($"{(isClean ? "ok  " : "FAIL")} {Name(project, root)}, {configuration}");
                if (isClean) passed++;
                else failed++;
            }
        }

        output.WriteLine($"{passed} passed, {failed} failed");
        return failed == 0 ? Success : Found;
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
        output.Write(ListingWriter.Write(assembly.FullName, package ?? Path.GetFileNameWithoutExtension(assembly.Name)));
        return Success;
    }

    private static string FindRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder != null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "nf.sln"))) return folder.FullName;
        }

        throw new UsageException("run it in its repository, with dotnet run --project hardware/DeviceCheck");
    }

    private int Refuse(string reason)
    {
        error.WriteLine("device-check: " + reason);
        return WrongUse;
    }
}
