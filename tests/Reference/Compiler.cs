using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using Hardware.Machine.Loading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Emit;
using Microsoft.CodeAnalysis.Text;

namespace Reference;

/// <summary>Compiles a program as for a board: optimised, against the board's libraries and nothing else.</summary>
internal sealed class Compiler
{
    private readonly List<MetadataReference> _references = [];

    internal Compiler()
    {
        foreach ((string _, byte[] image) in ReferenceAssemblies.Make()) _references.Add(MetadataReference.CreateFromImage(image));
    }

    /// <returns>The errors; none: the assembly and its symbols were written.</returns>
    internal IReadOnlyList<string> Compile(Case program, string output)
    {
        CSharpParseOptions parse = new(LanguageVersion.CSharp13, preprocessorSymbols: ["NANOFRAMEWORK_1_0"]);
        CSharpCompilationOptions options = new(
            OutputKind.ConsoleApplication, optimizationLevel: OptimizationLevel.Release, deterministic: true);
        SourceText text = SourceText.From(program.Text, Encoding.UTF8);
        SyntaxTree tree = CSharpSyntaxTree.ParseText(text, parse, Path.GetFullPath(program.Source));
        CSharpCompilation compilation = CSharpCompilation.Create(program.Name, [tree], _references, options);
        using FileStream code = File.Create(output);
        using FileStream symbols = File.Create(Path.ChangeExtension(output, ".pdb"));
        EmitOptions emit = new(
            debugInformationFormat: DebugInformationFormat.PortablePdb, runtimeMetadataVersion: "v4.0.30319");
        EmitResult result = compilation.Emit(code, symbols, options: emit);
        return [.. result.Diagnostics.Where(each => each.Severity == DiagnosticSeverity.Error).Select(each => each.ToString())];
    }
}
