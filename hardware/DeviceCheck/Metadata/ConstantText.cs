using System.Collections.Immutable;
using System.Globalization;
using System.Reflection.Metadata;
using System.Text;

namespace Hardware.DeviceCheck.Metadata;

/// <summary>Text form of constants (<c>int 5</c>, <c>string "x"</c>) and of custom attributes.</summary>
internal static class ConstantText
{
    private static readonly CultureInfo s_invariant = CultureInfo.InvariantCulture;

    public static string Quote(string s)
    {
        var sb = new StringBuilder("\"");
        foreach (char c in s) sb.Append(c is '"' or '\\' ? "\\" + c : c < ' ' || c > '~' ? $"\\u{(int)c:x4}" : c.ToString());
        return sb.Append('"').ToString();
    }

    private static string ReadQuoted(string text, ref int pos)
    {
        var sb = new StringBuilder();
        for (pos++; text[pos] != '"'; pos++)
        {
            if (text[pos] != '\\') sb.Append(text[pos]);
            else if (text[++pos] == 'u')
            {
                sb.Append((char)int.Parse(text.AsSpan(pos + 1, 4), NumberStyles.HexNumber, s_invariant));
                pos += 4;
            }
            else sb.Append(text[pos]);
        }

        pos++;
        return sb.ToString();
    }

    public static string Constant(MetadataReader md, ConstantHandle handle)
    {
        var constant = md.GetConstant(handle);
        object? value = md.GetBlobReader(constant.Value).ReadConstant(constant.TypeCode);
        return value == null ? "null" : Keyword(value) + " " + Scalar(value);
    }

    public static object? ParseConstant(string text)
    {
        if (text == "null") return null;
        int space = text.IndexOf(' '), pos = 0;
        return ParseScalar(text[..space], text[(space + 1)..], ref pos);
    }

    private static string Keyword(object value) => SignatureText.Primitives[Enum.Parse<PrimitiveTypeCode>(value.GetType().Name)];

    private static string Scalar(object value) => value switch
    {
        string s => Quote(s),
        bool b => b ? "true" : "false",
        char c => ((int)c).ToString(s_invariant),
        float f => f.ToString("R", s_invariant),
        double d => d.ToString("R", s_invariant),
        _ => Convert.ToString(value, s_invariant)!,
    };

    private static object? ParseScalar(string keyword, string text, ref int pos)
    {
        if (text[pos] == '"') return ReadQuoted(text, ref pos);
        int start = pos;
        while (pos < text.Length && ",)]".IndexOf(text[pos]) < 0) pos++;
        string token = text[start..pos];
        if (token == "null") return null;
        return keyword switch
        {
            "bool" => token == "true",
            "char" => (char)int.Parse(token, s_invariant),
            "sbyte" => sbyte.Parse(token, s_invariant),
            "byte" => byte.Parse(token, s_invariant),
            "short" => short.Parse(token, s_invariant),
            "ushort" => ushort.Parse(token, s_invariant),
            "int" => int.Parse(token, s_invariant),
            "uint" => uint.Parse(token, s_invariant),
            "long" => long.Parse(token, s_invariant),
            "ulong" => ulong.Parse(token, s_invariant),
            "float" => float.Parse(token, s_invariant),
            "double" => double.Parse(token, s_invariant),
            // enum: always based on int here
            _ when keyword.StartsWith("valuetype ", StringComparison.Ordinal) => int.Parse(token, s_invariant),
            _ => throw new FormatException($"cannot parse a value of type '{keyword}'"),
        };
    }

    /// <summary><c>Type{ctor parameter types}(values, prop Name:type=value)</c></summary>
    public static string Attribute(string type, IEnumerable<string> ctorTypes, CustomAttributeValue<string> value)
    {
        var args = value.FixedArguments.Select(a => AttributeValue(a.Value))
            .Concat(value.NamedArguments.Select(a =>
                (a.Kind == CustomAttributeNamedArgumentKind.Field ? "field" : "prop")
                    + $" {a.Name}:{a.Type}={AttributeValue(a.Value)}"));
        return $"{type}{{{string.Join(",", ctorTypes)}}}({string.Join(",", args)})";
    }

    private static string AttributeValue(object? value) => value switch
    {
        null => "null",
        ImmutableArray<CustomAttributeTypedArgument<string>> array =>
            "[" + string.Join(",", array.Select(a => AttributeValue(a.Value))) + "]",
        _ => Scalar(value),
    };

    /// <summary>Splits attribute text into its type, its constructor's parameter types and the value blob.</summary>
    public static (string Type, string[] CtorTypes, BlobBuilder Blob) ParseAttribute(string text)
    {
        int brace = text.IndexOf('{'), close = text.IndexOf("}(", brace, StringComparison.Ordinal);
        string[] ctorTypes = text[(brace + 1)..close].Split(',', StringSplitOptions.RemoveEmptyEntries);
        var blob = new BlobBuilder();
        blob.WriteUInt16(1);
        int pos = close + 2;
        foreach (string type in ctorTypes)
        {
            WriteValue(blob, type, text, ref pos);
            Skip(text, ref pos, ',');
        }

        var named = new BlobBuilder();
        ushort count = 0;
        while (text[pos] != ')')
        {
            int space = text.IndexOf(' ', pos), colon = text.IndexOf(':', space), equal = text.IndexOf('=', colon);
            string type = text[(colon + 1)..equal];
            named.WriteByte((byte)(text[pos..space] == "field"
                ? CustomAttributeNamedArgumentKind.Field
                : CustomAttributeNamedArgumentKind.Property));
            named.WriteByte((byte)SerializationType(type));
            named.WriteSerializedString(text[(space + 1)..colon]);
            pos = equal + 1;
            WriteValue(named, type, text, ref pos);
            Skip(text, ref pos, ',');
            count++;
        }

        blob.WriteUInt16(count);
        blob.WriteBytes(named.ToArray());
        return (text[..brace], ctorTypes, blob);
    }

    private static void Skip(string text, ref int pos, char c)
    {
        if (text[pos] == c) pos++;
    }

    private static SerializationTypeCode SerializationType(string type) => type switch
    {
        "bool" => SerializationTypeCode.Boolean,
        "int" => SerializationTypeCode.Int32,
        "string" => SerializationTypeCode.String,
        _ when type.EndsWith("System.Type", StringComparison.Ordinal) => SerializationTypeCode.Type,
        _ => throw new FormatException($"named attribute argument of type '{type}' is not supported"),
    };

    private static void WriteValue(BlobBuilder blob, string type, string text, ref int pos)
    {
        if (type.EndsWith("[]", StringComparison.Ordinal))
        {
            if (string.CompareOrdinal(text, pos, "null", 0, 4) == 0)
            {
                blob.WriteUInt32(uint.MaxValue);
                pos += 4;
                return;
            }

            var items = new BlobBuilder();
            int count = 0;
            for (pos++; text[pos] != ']'; Skip(text, ref pos, ','), count++)
                WriteValue(items, type[..^2], text, ref pos);
            pos++;
            blob.WriteInt32(count);
            blob.WriteBytes(items.ToArray());
            return;
        }

        bool isString = type == "string" || type.EndsWith("System.Type", StringComparison.Ordinal);
        object? value = ParseScalar(type, text, ref pos);
        if (isString) blob.WriteSerializedString((string?)value);
        else blob.WriteConstant(value);
    }
}
