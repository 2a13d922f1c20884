using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Emit;
using Microsoft.CodeAnalysis.Text;

namespace Hardware.DeviceCheck;

/// <summary>What is compiled into one assembly.</summary>
internal sealed record CompilerInput(string Name, IReadOnlyList<SourceFile> Sources, IReadOnlyList<MetadataReference> References)
{
    /// <summary>One of the sources has Main.</summary>
    internal bool IsProgram { get; init; }

    /// <summary>Without optimization, and with DEBUG: some limits are met in one of the two only.</summary>
    internal bool IsDebug { get; init; }

    internal bool IsNullable { get; init; }

    internal bool IsUnsafe { get; init; }

    /// <summary>The type whose Main begins; null: there is one Main.</summary>
    internal string? StartupObject { get; init; }
}

/// <summary>A source by its path and its text.</summary>
internal sealed record SourceFile(string Path, string Text);

/// <summary>An assembly and its symbols, and what the compiler said. Without an image there were errors.</summary>
internal sealed record CompilerOutput(byte[]? Image, byte[] Symbols, IReadOnlyList<Diagnostic> Diagnostics);

/// <summary>The C# compiler as the board's SDK calls it, with nothing of .NET in reach.</summary>
internal static class BoardCompiler
{
    // Assemblies of other versions than a reference names: the board's libraries are not all of one day.
    private static readonly Dictionary<string, ReportDiagnostic> s_silent = new()
    {
        ["CS1701"] = ReportDiagnostic.Suppress,
        ["CS1702"] = ReportDiagnostic.Suppress,
    };

    internal static CompilerOutput Compile(CompilerInput input)
    {
        string[] symbols = input.IsDebug ? ["TRACE", "NANOFRAMEWORK_1_0", "DEBUG"] : ["TRACE", "NANOFRAMEWORK_1_0"];
        CSharpParseOptions parse = new(LanguageVersion.CSharp13, preprocessorSymbols: symbols);
        CSharpCompilation compilation = CSharpCompilation.Create(
            input.Name,
            input.Sources.Select(each => CSharpSyntaxTree.ParseText(SourceText.From(each.Text, Encoding.UTF8), parse, each.Path)),
            input.References,
            new CSharpCompilationOptions(
                input.IsProgram ? OutputKind.ConsoleApplication : OutputKind.DynamicallyLinkedLibrary,
                mainTypeName: input.StartupObject,
                optimizationLevel: input.IsDebug ? OptimizationLevel.Debug : OptimizationLevel.Release,
                allowUnsafe: input.IsUnsafe,
                deterministic: true,
                specificDiagnosticOptions: s_silent,
                nullableContextOptions: input.IsNullable ? NullableContextOptions.Enable : NullableContextOptions.Disable));
        using MemoryStream image = new();
        using MemoryStream pdb = new();
        EmitOptions options = new(
            debugInformationFormat: DebugInformationFormat.PortablePdb, runtimeMetadataVersion: "v4.0.30319");
        EmitResult result = compilation.Emit(image, pdb, options: options);
        return new CompilerOutput(
            result.Success ? image.ToArray() : null,
            pdb.ToArray(),
            [.. result.Diagnostics.Where(each => each.Severity >= DiagnosticSeverity.Warning && !each.IsSuppressed)]);
    }
}
