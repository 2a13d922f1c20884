using System.Reflection;
using System.Runtime.Loader;
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

/// <summary>The library with changes in its sources, compiled in memory, and the explorer and its programs once more, bound to
/// it: the same test assembly, loaded into a context of its own in which the library is the changed one.</summary>
internal sealed class PlantedLibrary : AssemblyLoadContext
{
    private const string SourcePrefix = "library/";

    private static readonly CSharpCompilation s_unchanged = Parse();

    private readonly Assembly _library;
    private readonly Assembly _explorer;

    /// <exception cref="InvalidOperationException">A change does not fit the sources (any more), or the result does not
    /// compile.</exception>
    internal PlantedLibrary(params SourceChange[] changes)
        : base("planted library")
    {
        _library = LoadFromStream(Compile(changes));
        _explorer = LoadFromAssemblyPath(typeof(PlantedLibrary).Assembly.Location);
    }

    /// <summary><see cref="Explorer.ExploreDeepening"/> on this library.</summary>
    internal ExplorationResult Explore(string program)
    {
        object?[] result = (object?[])Call(nameof(PlantedEntry.Explore), program)!;
        return new ExplorationResult(
            (int[])result[0]!, (long)result[1]!, (TimeSpan)result[2]!, (string?)result[3], (string?)result[4]);
    }

    /// <summary><see cref="Explorer.Replay"/> on this library.</summary>
    internal string? Replay(string program, string schedule) => (string?)Call(nameof(PlantedEntry.Replay), program, schedule);

    protected override Assembly? Load(AssemblyName assemblyName) =>
        assemblyName.Name == _library.GetName().Name ? _library : null;

    private object? Call(string method, params object[] arguments)
    {
        Type entry = _explorer.GetType(typeof(PlantedEntry).FullName!, throwOnError: true)!;
        MethodInfo call = entry.GetMethod(method, BindingFlags.Static | BindingFlags.NonPublic)!;
        return call.Invoke(null, BindingFlags.DoNotWrapExceptions, null, arguments, null);
    }

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
            compilation = compilation.ReplaceSyntaxTree(tree, tree.WithChangedText(SourceText.From(text)));
        }

        MemoryStream image = new();
        EmitResult result = compilation.Emit(image);
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
        CSharpParseOptions options = new(LanguageVersion.CSharp13, preprocessorSymbols: ["WORKQUEUES_INTERLEAVING"]);
        List<SyntaxTree> trees = [];
        Assembly assembly = typeof(PlantedLibrary).Assembly;
        foreach (string name in assembly.GetManifestResourceNames())
        {
            if (!name.StartsWith(SourcePrefix, StringComparison.Ordinal)) continue;
            using StreamReader reader = new(assembly.GetManifestResourceStream(name)!);
            string file = name[SourcePrefix.Length..].Replace('\\', '/');
            trees.Add(CSharpSyntaxTree.ParseText(SourceText.From(reader.ReadToEnd().ReplaceLineEndings("\n")), options, file));
        }

        // The version that whoever uses the library was compiled against.
        AssemblyName library = typeof(Workqueues.Workqueue).Assembly.GetName();
        string version = $"[assembly: System.Reflection.AssemblyVersion(\"{library.Version}\")]";
        trees.Add(CSharpSyntaxTree.ParseText(version, options));
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

/// <summary>What <see cref="PlantedLibrary"/> calls in the other context: only types of the runtime cross over.</summary>
internal static class PlantedEntry
{
    internal static object?[] Explore(string program)
    {
        ExplorationResult result = Explorer.ExploreDeepening(Programs.Find(program));
        return [result.Schedules, result.StepCount, result.Elapsed, result.Failure, result.FailedSchedule];
    }

    internal static string? Replay(string program, string schedule) => Explorer.Replay(Programs.Find(program), schedule);
}
