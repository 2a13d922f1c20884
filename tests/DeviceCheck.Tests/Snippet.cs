using Hardware.DeviceCheck;
using Hardware.DeviceCheck.Checks;
using Microsoft.CodeAnalysis;

namespace DeviceCheck.Tests;

/// <summary>A small program of Snippets, and the codes that it must give.</summary>
internal sealed record Snippet(string Codes, string Name, string Source)
{
    private const string Head = "//// ";

    private const string Usings =
        "using System; using System.Collections; using System.Diagnostics; using System.Threading; using static Out;";

    private static readonly SourceFile s_out = new(
        "Out.cs", "static class Out { public static void W(string s) { System.Console.WriteLine(s); } }");

    private static readonly BoardLibraries s_libraries = new();

    private static readonly IReadOnlyList<MetadataReference> s_core = s_libraries.Closure([]);

    private static readonly IReadOnlyList<MetadataReference> s_all = s_libraries.Closure(
    [
        "nanoFramework.System.Device.Gpio", "nanoFramework.Runtime.Native", "nanoFramework.System.Collections",
        "nanoFramework.System.Text", "nanoFramework.System.Math", "nanoFramework.System.Threading",
    ]);

    /// <summary>All of a file. Each begins with a line "//// CODE… | name".</summary>
    internal static IReadOnlyList<Snippet> Read(string file) =>
    [
        .. Text(file).Split('\n' + Head)[1..].Select(each =>
        {
            int end = each.IndexOf('\n');
            string[] head = each[..end].Split(" | ", 2);
            return new Snippet(head[0], head[1], Usings + each[end..]);
        }),
    ];

    internal static string Text(string file)
    {
        using StreamReader reader = new(typeof(Snippet).Assembly.GetManifestResourceStream(file)!);
        return reader.ReadToEnd();
    }

    /// <summary>What the compiler refuses in it: codes in alphabetical order.</summary>
    internal string Refusals() => Join(Compile(Source, s_core, false).Diagnostics.Where(IsError).Select(each => each.Id));

    /// <summary>What a board could not load or run of it: codes in alphabetical order.</summary>
    internal string Findings() => Findings(Source, isDebug: false);

    /// <summary>The same for any source.</summary>
    internal static string Findings(string source, bool isDebug)
    {
        CompilerOutput output = Compile(source, s_all, isDebug);
        string[] errors = [.. output.Diagnostics.Where(IsError).Select(each => each.ToString())];
        if (output.Image == null) return string.Join('\n', errors);
        return Join(IlCheck.Run("snippet", output.Image, output.Symbols, s_libraries.Enums).Select(each => each.Rule.Id));
    }

    private static CompilerOutput Compile(string source, IReadOnlyList<MetadataReference> references, bool isDebug)
    {
        SourceFile own = new("Snippet.cs", source);
        SourceFile[] sources = source.Contains("static class Out") ? [own] : [own, s_out];
        return BoardCompiler.Compile(new CompilerInput("Snippet", sources, references) { IsDebug = isDebug, IsUnsafe = true });
    }

    private static bool IsError(Diagnostic diagnostic) => diagnostic.Severity == DiagnosticSeverity.Error;

    private static string Join(IEnumerable<string> codes) => string.Join(' ', codes.Distinct().Order(StringComparer.Ordinal));
}
