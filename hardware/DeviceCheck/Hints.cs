using System.Text.RegularExpressions;

namespace Hardware.DeviceCheck;

/// <summary>Says in plain words what a compiler error means on this platform.</summary>
internal static partial class Hints
{
    private static readonly (string Text, string Hint)[] s_known =
    [
        ("System.Nullable`1",
            "there is no Nullable<T>: int? cannot be used, nor x?.Member where that is a value type"),
        ("System.Collections.Generic",
            "there are no generic collections and no iterators (yield): use ArrayList, Hashtable, arrays and enumerator classes"),
        ("IsVolatile", "there are no volatile fields: use lock, or Interlocked on an int"),
        ("System.ValueTuple`", "there are no tuples; this includes (a, b) = (b, a) and a switch on (a, b)"),
        ("System.IEquatable`1", "there are no records: write a class or a struct"),
        ("'Tasks'", "there are no tasks and no async or await: use Thread and wait handles"),
        ("AsyncVoidMethodBuilder", "there are no tasks and no async or await: use Thread and wait handles"),
        ("System.Index'", "there is no ^ operator and there are no list patterns: count from the start"),
        ("System.Range'", "there is no .. operator: use Substring or Array.Copy"),
        ("InteropServices.InAttribute",
            "there are no ref readonly returns, and no in parameters on virtual, interface and delegate methods"),
        ("System.Decimal", "there is no decimal: use double or scaled integers"),
        ("Span<>", "there is no Span<T>: use arrays, or SpanByte for bytes"),
        ("System.ReadOnlySpan`1", "there is no Span<T>: use arrays, or SpanByte for bytes"),
        ("EqualityComparer`1", "there are no anonymous types: declare a class"),
        ("RequiredMemberAttribute",
            "there are no required members"),
        ("does not contain a definition for 'TryEnter'", "Monitor has only Enter and Exit"),
        ("does not contain a definition for 'Pulse'", "Monitor has only Enter and Exit: use AutoResetEvent to wait"),
        ("does not contain a definition for 'Wait'", "Monitor has only Enter and Exit: use AutoResetEvent to wait"),
    ];

    [GeneratedRegex(@"error CS0(?:103|234|246): .*?name '(\w+?)(?:Attribute)?'")]
    private static partial Regex MissingName { get; }

    /// <summary>Hints for the errors among these messages.</summary>
    internal static IEnumerable<string> For(IEnumerable<string> messages, BoardLibraries libraries)
    {
        string text = string.Join('\n', messages);
        List<string> hints =
            [.. s_known.Where(each => text.Contains(each.Text, StringComparison.Ordinal)).Select(each => each.Hint)];
        foreach (string name in MissingName.Matches(text).Select(match => match.Groups[1].Value).Distinct())
        {
            hints.AddRange(libraries.PackagesWith(name)
                .Select(each => $"{name} is in the package {each}: add a PackageReference"));
        }

        return hints.Distinct();
    }
}
