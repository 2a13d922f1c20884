using System.Reflection;

namespace Hardware.DeviceCheck.Metadata;

/// <summary>Words used in the listings for metadata flags. Flags that cannot change how a consumer compiles are left
/// out.</summary>
internal static class FlagWords
{
    private static readonly (string Word, TypeAttributes Value, TypeAttributes Mask)[] s_typeWords =
    [
        ("public", TypeAttributes.Public, TypeAttributes.VisibilityMask),
        ("internal", TypeAttributes.NotPublic, TypeAttributes.VisibilityMask),
        ("nested-public", TypeAttributes.NestedPublic, TypeAttributes.VisibilityMask),
        ("nested-protected", TypeAttributes.NestedFamily, TypeAttributes.VisibilityMask),
        ("nested-protected-internal", TypeAttributes.NestedFamORAssem, TypeAttributes.VisibilityMask),
        ("nested-internal", TypeAttributes.NestedAssembly, TypeAttributes.VisibilityMask),
        ("nested-private", TypeAttributes.NestedPrivate, TypeAttributes.VisibilityMask),
        ("interface", TypeAttributes.Interface, TypeAttributes.ClassSemanticsMask),
        ("abstract", TypeAttributes.Abstract, TypeAttributes.Abstract),
        ("sealed", TypeAttributes.Sealed, TypeAttributes.Sealed),
        ("sequential", TypeAttributes.SequentialLayout, TypeAttributes.LayoutMask),
        ("explicit", TypeAttributes.ExplicitLayout, TypeAttributes.LayoutMask),
        ("beforefieldinit", TypeAttributes.BeforeFieldInit, TypeAttributes.BeforeFieldInit),
        ("specialname", TypeAttributes.SpecialName, TypeAttributes.SpecialName),
    ];

    private static readonly (string Word, FieldAttributes Value, FieldAttributes Mask)[] s_fieldWords =
    [
        ("private", FieldAttributes.Private, FieldAttributes.FieldAccessMask),
        ("internal", FieldAttributes.Assembly, FieldAttributes.FieldAccessMask),
        ("protected", FieldAttributes.Family, FieldAttributes.FieldAccessMask),
        ("protected-internal", FieldAttributes.FamORAssem, FieldAttributes.FieldAccessMask),
        ("private-protected", FieldAttributes.FamANDAssem, FieldAttributes.FieldAccessMask),
        ("public", FieldAttributes.Public, FieldAttributes.FieldAccessMask),
        ("static", FieldAttributes.Static, FieldAttributes.Static),
        ("readonly", FieldAttributes.InitOnly, FieldAttributes.InitOnly),
        ("const", FieldAttributes.Literal, FieldAttributes.Literal),
        ("specialname", FieldAttributes.SpecialName, FieldAttributes.SpecialName),
        ("rtspecialname", FieldAttributes.RTSpecialName, FieldAttributes.RTSpecialName),
    ];

    private static readonly (string Word, MethodAttributes Value, MethodAttributes Mask)[] s_methodWords =
    [
        ("private", MethodAttributes.Private, MethodAttributes.MemberAccessMask),
        ("internal", MethodAttributes.Assembly, MethodAttributes.MemberAccessMask),
        ("protected", MethodAttributes.Family, MethodAttributes.MemberAccessMask),
        ("protected-internal", MethodAttributes.FamORAssem, MethodAttributes.MemberAccessMask),
        ("private-protected", MethodAttributes.FamANDAssem, MethodAttributes.MemberAccessMask),
        ("public", MethodAttributes.Public, MethodAttributes.MemberAccessMask),
        ("static", MethodAttributes.Static, MethodAttributes.Static),
        ("abstract", MethodAttributes.Abstract, MethodAttributes.Abstract),
        ("final", MethodAttributes.Final, MethodAttributes.Final),
        ("virtual", MethodAttributes.Virtual, MethodAttributes.Virtual),
        ("newslot", MethodAttributes.NewSlot, MethodAttributes.NewSlot),
        ("hidebysig", MethodAttributes.HideBySig, MethodAttributes.HideBySig),
        ("specialname", MethodAttributes.SpecialName, MethodAttributes.SpecialName),
        ("rtspecialname", MethodAttributes.RTSpecialName, MethodAttributes.RTSpecialName),
    ];

    public static string Text(TypeAttributes flags) => Join(s_typeWords, w => (flags & w.Mask) == w.Value, w => w.Word);
    public static string Text(FieldAttributes flags) => Join(s_fieldWords, w => (flags & w.Mask) == w.Value, w => w.Word);
    public static string Text(MethodAttributes flags) => Join(s_methodWords, w => (flags & w.Mask) == w.Value, w => w.Word);

    public static TypeAttributes ParseType(string text) =>
        Parse(text, s_typeWords, w => w.Word).Aggregate(default(TypeAttributes), (f, w) => f | w.Value);
    public static FieldAttributes ParseField(string text) =>
        Parse(text, s_fieldWords, w => w.Word).Aggregate(default(FieldAttributes), (f, w) => f | w.Value);
    public static MethodAttributes ParseMethod(string text) =>
        Parse(text, s_methodWords, w => w.Word).Aggregate(default(MethodAttributes), (f, w) => f | w.Value);

    private static string Join<T>(T[] words, Func<T, bool> isSet, Func<T, string> word) =>
        string.Join(' ', words.Where(isSet).Select(word));

    private static IEnumerable<T> Parse<T>(string text, T[] words, Func<T, string> word)
    {
        foreach (string part in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            int i = Array.FindIndex(words, w => word(w) == part);
            yield return i >= 0 ? words[i] : throw new FormatException($"unknown flag '{part}'");
        }
    }
}
