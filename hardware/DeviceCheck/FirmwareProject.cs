using System.Text.RegularExpressions;
using System.Xml.Linq;
using Hardware.Cli;

namespace Hardware.DeviceCheck;

/// <summary>What a project file says of its board flavour. MSBuild cannot be asked without the board's SDK.</summary>
internal sealed partial class FirmwareProject
{
    private readonly HashSet<string> _imported = [];

    private FirmwareProject(string path, XElement project)
    {
        Path = path;
        string folder = System.IO.Path.GetDirectoryName(path)!;
        Name = System.IO.Path.GetFileNameWithoutExtension(path);
        List<XElement> elements = [];
        Read(project, path, elements);
        AssemblyName = elements.LastOrDefault(each => each.Name == "AssemblyName")?.Value.Trim() ?? Name;
        StartupObject = elements.LastOrDefault(each => each.Name == "StartupObject")?.Value.Trim();
        IsProgram = elements.Any(each => each.Name == "OutputType" && each.Value.Trim() == "Exe");
        Packages = [.. Includes("PackageReference")];
        References = [.. Includes("ProjectReference").Select(each => System.IO.Path.GetFullPath(each, folder))];

        SortedSet<string> sources = new(StringComparer.Ordinal);
        if (!elements.Any(each => each.Name == "EnableDefaultCompileItems" && each.Value.Trim() == "false"))
        {
            sources.UnionWith(Matching("**/*.cs"));
        }

        foreach (XElement each in elements.Where(each => each.Name == "Compile"))
        {
            if (each.Attribute("Include")?.Value is { } include)
            {
                sources.UnionWith(Matching(include).Except(Matching(each.Attribute("Exclude")?.Value ?? "")));
            }

            if (each.Attribute("Remove")?.Value is { } remove) sources.ExceptWith(Matching(remove));
        }

        Sources = [.. sources];

        IEnumerable<string> Includes(string item) =>
            elements.Where(each => each.Name == item).Select(each => each.Attribute("Include")?.Value).OfType<string>();

        IEnumerable<string> Matching(string patterns) =>
            patterns.Split(';', StringSplitOptions.RemoveEmptyEntries).SelectMany(each => Glob.Find(folder, each));
    }

    /// <summary>The project file.</summary>
    internal string Path { get; }

    internal string Name { get; }

    internal string AssemblyName { get; }

    internal bool IsProgram { get; }

    /// <summary>The type whose Main begins; null: there is one Main.</summary>
    internal string? StartupObject { get; }

    internal IReadOnlyList<string> Packages { get; }

    /// <summary>Full paths of the projects that it uses.</summary>
    internal IReadOnlyList<string> References { get; }

    internal IReadOnlyList<string> Sources { get; }

    /// <summary>It has a board flavour: it imports Device.props.</summary>
    internal bool IsForBoards { get; private set; }

    /// <summary>Reads a project.</summary>
    /// <param name="path">Its file, or the folder that it is in.</param>
    /// <exception cref="UsageException">There is none, or it has a condition that is not known here.</exception>
    internal static FirmwareProject Read(string path)
    {
        string full = System.IO.Path.GetFullPath(path);
        if (Directory.Exists(full))
        {
            string[] found = Directory.GetFiles(full, "*.csproj");
            if (found.Length != 1) throw new UsageException($"{path} has {found.Length} project files (*.csproj), not one");
            full = found[0];
        }

        if (!File.Exists(full)) throw new UsageException($"there is no project {path}");
        return new FirmwareProject(full, InputFile.Project(path, full));
    }

    /// <summary>The projects of a repository that have a board flavour.</summary>
    internal static IEnumerable<string> FindAll(string root) =>
        from path in Glob.Find(root, "**/*.csproj")
        let project = InputFile.Project(path, path)
        where project.Attribute("Sdk") == null && new FirmwareProject(path, project).IsForBoards
        orderby path.Replace(".csproj", "", StringComparison.Ordinal)
        select path;

    // Elements that count for a board, from outside to inside, with those of imported files in their place.
    private void Read(XElement parent, string file, List<XElement> elements)
    {
        string folder = System.IO.Path.GetDirectoryName(file)!;
        foreach (XElement each in parent.Elements())
        {
            if (each.Name == "Target" || !IsTrue(each.Attribute("Condition")?.Value)) continue;
            foreach (XAttribute attribute in each.Attributes())
            {
                attribute.Value = attribute.Value.Replace("$(MSBuildThisFileDirectory)", folder + '/', StringComparison.Ordinal);
            }

            if (each.Name == "Import")
            {
                Import(each, folder, elements);
                continue;
            }

            elements.Add(each);
            Read(each, file, elements);
        }
    }

    // What Device.props and its like say is the same for all, and known here.
    private void Import(XElement import, string folder, List<XElement> elements)
    {
        string project = import.Attribute("Project")?.Value
            ?? throw new UsageException($"{Path}: an Import needs a Project");
        string name = project[(project.LastIndexOf('/') + 1)..];
        IsForBoards |= name == "Device.props";
        if (name is "Device.props" or "Device.targets" || import.Attribute("Sdk") != null) return;
        Match above = FileAbove.Match(project);
        string? path = above.Success
            ? FindAbove(folder, above.Groups["name"].Value)
            : System.IO.Path.GetFullPath(project, folder);
        if (!File.Exists(path) || project.Contains("$(", StringComparison.Ordinal) && !above.Success)
        {
            throw new UsageException($"{Path}: cannot follow this import: {project}");
        }

        if (_imported.Add(path)) Read(InputFile.Project(path, path), path, elements); // once, as MSBuild does
    }

    private static string? FindAbove(string folder, string name)
    {
        for (DirectoryInfo? each = new(folder); each != null; each = each.Parent)
        {
            string path = System.IO.Path.Combine(each.FullName, name);
            if (File.Exists(path)) return path;
        }

        return null;
    }

    private static bool IsTrue(string? condition)
    {
        if (condition == null) return true;
        Match match = Comparison.Match(condition.Trim());
        string? value = match.Groups["property"].Value switch
        {
            "TargetFramework" => "netnano1.0",
            "NanoFramework" => "true",
            _ => null,
        };

        if (value == null) throw new UsageException($"cannot tell whether this is true for a board: {condition}");
        return match.Groups["value"].Value == value == (match.Groups["operator"].Value == "==");
    }

    [GeneratedRegex(@"^\$\(\[MSBuild\]::GetPathOfFileAbove\('?(?<name>[\w.]+)'?\)\)$")]
    private static partial Regex FileAbove { get; }

    [GeneratedRegex(@"^'\$\((?<property>\w+)\)' (?<operator>==|!=) '(?<value>[^']*)'$")]
    private static partial Regex Comparison { get; }
}
