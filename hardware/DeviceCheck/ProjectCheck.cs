using Hardware.Cli;
using Hardware.DeviceCheck.Checks;
using Microsoft.CodeAnalysis;

namespace Hardware.DeviceCheck;

/// <summary>Compiles projects after those that they use, and looks at what the compiler made of them.</summary>
internal sealed class ProjectCheck(BoardLibraries libraries, bool isDebug)
{
    private readonly Dictionary<string, ProjectResult> _done = [];
    private readonly HashSet<string> _begun = [];

    /// <summary>Checks a project, and first, once, those that it uses.</summary>
    /// <exception cref="UsageException">A project cannot be read, or needs a package that is not listed.</exception>
    internal ProjectResult Run(string path)
    {
        FirmwareProject project = FirmwareProject.Read(path);
        if (_done.TryGetValue(project.Path, out ProjectResult? done)) return done;
        if (!_begun.Add(project.Path)) throw new UsageException($"{project.Path}: projects refer to each other in a circle");
        List<MetadataReference> references = [];
        HashSet<string> packages = [.. project.Packages.Where(each => each != CorePackage.Name)];
        List<string> missing = [];
        foreach (string used in project.References)
        {
            ProjectResult result = Run(used);
            if (result.Image == null) missing.Add($"{used}: it uses this project, which does not compile");
            else references.AddRange([.. result.References, MetadataReference.CreateFromImage(result.Image)]);
            packages.UnionWith(result.Packages);
        }

        packages.RemoveWhere(each => each.Contains(".Tools.", StringComparison.Ordinal)); // of the build
        ProjectResult own = missing.Count > 0
            ? new ProjectResult(null, references, packages, missing)
            : Compile(project, references, packages);
        _done.Add(project.Path, own);
        return own;
    }

    private ProjectResult Compile(FirmwareProject project, List<MetadataReference> references, HashSet<string> packages)
    {
        CompilerOutput output = BoardCompiler.Compile(
            new CompilerInput(
                project.AssemblyName,
                [.. project.Sources.Select(each => new SourceFile(each, File.ReadAllText(each)))],
                [.. libraries.Closure(packages), .. references])
            {
                IsProgram = project.IsProgram,
                StartupObject = project.StartupObject,
                IsDebug = isDebug,
                IsNullable = true,
            });
        List<string> messages = [.. output.Diagnostics.Select(each => each.ToString())];
        if (output.Image == null)
        {
            messages.AddRange(Hints.For(messages, libraries).Select(each => "note: " + each));
        }
        else
        {
            IReadOnlyList<Finding> findings = IlCheck.Run(project.Path, output.Image, output.Symbols, libraries.Enums);
            messages.AddRange(findings.Select(each => each.ToString()));
        }

        return new ProjectResult(output.Image, references, packages, messages);
    }
}

/// <summary>What came of a project.</summary>
/// <param name="Image">The assembly; null: it does not compile.</param>
/// <param name="References">Assemblies that its users need too.</param>
/// <param name="Packages">Packages that its users need too.</param>
/// <param name="Messages">Warnings, errors and findings; none: all is well.</param>
internal sealed record ProjectResult(
    byte[]? Image, IReadOnlyList<MetadataReference> References, IReadOnlySet<string> Packages, IReadOnlyList<string> Messages);
