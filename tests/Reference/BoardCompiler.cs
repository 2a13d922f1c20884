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

/// <summary>Compiles as for a board: optimised, against the board's libraries and nothing else. Needs no package of the
/// platform.</summary>
public sealed class BoardCompiler
{
    private readonly List<MetadataReference> _libraries = [];

    /// <summary>A compiler; making the libraries takes a tenth of a second.</summary>
    public BoardCompiler()
    {
        foreach ((string _, byte[] image) in ReferenceAssemblies.Make()) _libraries.Add(MetadataReference.CreateFromImage(image));
    }

    /// <summary>Compiles sources into an assembly with symbols beside it.</summary>
    /// <param name="sources">Source files.</param>
    /// <param name="output">The assembly; its name is that of the file.</param>
    /// <param name="isProgram">True: one of the sources has Main.</param>
    /// <param name="isNullable">True: with nullable references.</param>
    /// <param name="references">Assemblies that were compiled before.</param>
    /// <returns>The errors; none: it was written.</returns>
    public IReadOnlyList<string> Compile(
        IEnumerable<string> sources, string output, bool isProgram, bool isNullable, params string[] references)
    {
        CSharpParseOptions parse = new(LanguageVersion.CSharp13, preprocessorSymbols: ["NANOFRAMEWORK_1_0"]);
        CSharpCompilationOptions options = new(
            isProgram ? OutputKind.ConsoleApplication : OutputKind.DynamicallyLinkedLibrary,
            optimizationLevel: OptimizationLevel.Release,
            deterministic: true,
            nullableContextOptions: isNullable ? NullableContextOptions.Enable : NullableContextOptions.Disable);
        List<SyntaxTree> trees = [];
        foreach (string source in sources)
        {
            SourceText text = SourceText.From(File.ReadAllText(source), Encoding.UTF8);
            trees.Add(CSharpSyntaxTree.ParseText(text, parse, Path.GetFullPath(source)));
        }

        CSharpCompilation compilation = CSharpCompilation.Create(
            Path.GetFileNameWithoutExtension(output),
            trees,
            [.. _libraries, .. references.Select(each => MetadataReference.CreateFromFile(each))],
            options);
        using FileStream code = File.Create(output);
        using FileStream symbols = File.Create(Path.ChangeExtension(output, ".pdb"));
        EmitOptions emit = new(
            debugInformationFormat: DebugInformationFormat.PortablePdb, runtimeMetadataVersion: "v4.0.30319");
        EmitResult result = compilation.Emit(code, symbols, options: emit);
        return [.. result.Diagnostics.Where(each => each.Severity == DiagnosticSeverity.Error).Select(each => each.ToString())];
    }

    /// <summary>The sources of a project.</summary>
    public static IEnumerable<string> Sources(string project)
    {
        foreach (string file in Directory.GetFiles(project, "*.cs", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            string[] folders = Path.GetRelativePath(project, file).Split(Path.DirectorySeparatorChar);
            if (folders[0] is not ("bin" or "obj")) yield return file;
        }
    }
}
