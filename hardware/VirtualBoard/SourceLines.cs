using Mono.Cecil;
using Mono.Cecil.Cil;

namespace VirtualBoard;

/// <summary>Where methods of a firmware begin in its source: read when somebody first asks.</summary>
/// <param name="firmware">The assembly with Main; its libraries are beside it.</param>
public sealed class SourceLines(string firmware)
{
    private readonly Lazy<Dictionary<string, string>> _lines = new(() => Read(firmware));

    /// <summary>A method with its file and line, where there are symbols.</summary>
    /// <param name="method">Type and name.</param>
    public string Of(string method) => _lines.Value.TryGetValue(method, out string? line) ? $"{method} in {line}" : method;

    private static Dictionary<string, string> Read(string firmware)
    {
        var lines = new Dictionary<string, string>(StringComparer.Ordinal);
        string folder = Path.GetDirectoryName(firmware)!;
        string[] libraries = [Path.Combine(folder, "Workqueues.dll"), Path.Combine(folder, "Workqueues.Diagnostics.dll")];
        foreach (string path in libraries.Prepend(firmware).Where(File.Exists))
        {
            using ModuleDefinition module = ModuleDefinition.ReadModule(path, new ReaderParameters
            {
                ReadSymbols = true,
                SymbolReaderProvider = new DefaultSymbolReaderProvider(throwIfNoSymbol: false),
                ThrowIfSymbolsAreNotMatching = false,
            });
            foreach (MethodDefinition method in module.GetTypes().SelectMany(type => type.Methods))
            {
                SequencePoint? first = method.DebugInformation.SequencePoints.FirstOrDefault(point => !point.IsHidden);
                if (first is null) continue;
                lines.TryAdd($"{method.DeclaringType.FullName.Replace('/', '+')}.{method.Name}",
                    $"{Path.GetFileName(first.Document.Url)}:line {first.StartLine}");
            }
        }

        return lines;
    }
}
