using System.Reflection;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Emit;
using Microsoft.CodeAnalysis.Text;

namespace Exploration.Tests;

/// <summary>One place of the library's sources, and what a bug makes of it.</summary>
/// <param name="File">The source file.</param>
/// <param name="Original">Text that stands there exactly once.</param>
/// <param name="Replacement">What stands there instead.</param>
internal sealed record SourceChange(string File, string Original, string Replacement);

/// <summary>The library with changes in its sources, compiled in memory, and the programs once more, bound to it.</summary>
internal sealed class PlantedLibrary : IDisposable
{
    private const string SourcePrefix = "library/";

    private static readonly CSharpCompilation s_unchanged = Parse();

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("planted");

    /// <exception cref="InvalidOperationException">A change does not fit the sources (any more), or the result does not
    /// compile.</exception>
    internal PlantedLibrary(params SourceChange[] changes)
    {
        string programs = typeof(Entry).Assembly.Location;
        foreach (string file in new[] { programs, Path.ChangeExtension(programs, ".pdb") })
        {
            File.Copy(file, Path.Combine(_folder.FullName, Path.GetFileName(file)));
        }

        using MemoryStream library = Compile(changes);
        File.WriteAllBytes(Path.Combine(_folder.FullName, "Workqueues.dll"), library.ToArray());
        Explorer = new Explorer(_folder.FullName, isForMany: false);
    }

    /// <summary>Explores programs with this library.</summary>
    internal Explorer Explorer { get; }

    public void Dispose() => _folder.Delete(recursive: true);

    /// <summary>The library with the changes, as the content of a dll.</summary>
    /// <exception cref="InvalidOperationException">As the constructor.</exception>
    internal static MemoryStream Compile(params SourceChange[] changes)
    {
        CSharpCompilation compilation = s_unchanged;
        foreach (IGrouping<string, SourceChange> file in changes.GroupBy(change => change.File))
        {
            SyntaxTree tree = s_unchanged.SyntaxTrees.SingleOrDefault(tree => tree.FilePath == file.Key)
                ?? throw new InvalidOperationException($"the library has no source file {file.Key} (any more)");
            string text = file.Aggregate(tree.ToString(), Apply);
            compilation = compilation.ReplaceSyntaxTree(tree, tree.WithChangedText(SourceText.From(text, Encoding.UTF8)));
        }

        MemoryStream image = new();
        EmitOptions options = new(debugInformationFormat: DebugInformationFormat.Embedded);
        EmitResult result = compilation.Emit(image, options: options);
        if (!result.Success)
        {
            throw new InvalidOperationException("the planted library does not compile: "
                + string.Join(Environment.NewLine, result.Diagnostics.Where(d => d.Severity == DiagnosticSeverity.Error)));
        }

        image.Position = 0;
        return image;
    }

    private static string Apply(string text, SourceChange change)
    {
        int count = text.Split(change.Original).Length - 1;
        if (count == 1) return text.Replace(change.Original, change.Replacement, StringComparison.Ordinal);
        throw new InvalidOperationException(
            $"{change.File} has this text {count} times, a planted bug needs it once:{Environment.NewLine}{change.Original}");
    }

    private static CSharpCompilation Parse()
    {
        CSharpParseOptions options = new(LanguageVersion.CSharp13);
        List<SyntaxTree> trees = [];
        Assembly assembly = typeof(PlantedLibrary).Assembly;
        foreach (string name in assembly.GetManifestResourceNames())
        {
            if (!name.StartsWith(SourcePrefix, StringComparison.Ordinal)) continue;
            using StreamReader reader = new(assembly.GetManifestResourceStream(name)!);
            string file = name[SourcePrefix.Length..].Replace('\\', '/');
            SourceText text = SourceText.From(reader.ReadToEnd().ReplaceLineEndings("\n"), Encoding.UTF8);
            trees.Add(CSharpSyntaxTree.ParseText(text, options, file));
        }

        // The version that whoever uses the library was compiled against.
        AssemblyName library = typeof(Workqueues.Workqueue).Assembly.GetName();
        string version = $"[assembly: System.Reflection.AssemblyVersion(\"{library.Version}\")]";
        trees.Add(CSharpSyntaxTree.ParseText(SourceText.From(version, Encoding.UTF8), options, "Version.cs"));
        return CSharpCompilation.Create(
            library.Name,
            trees,
            References(),
            new CSharpCompilationOptions(
                OutputKind.DynamicallyLinkedLibrary,
                optimizationLevel: OptimizationLevel.Release,
                nullableContextOptions: NullableContextOptions.Enable));
    }

    // The assemblies of the runtime that the tests run on, as far as the library needs them.
    private static IEnumerable<MetadataReference> References() =>
        ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => Path.GetFileName(path) is "System.Private.CoreLib.dll" or "System.Runtime.dll" or "System.Console.dll")
            .Select(path => MetadataReference.CreateFromFile(path));
}
