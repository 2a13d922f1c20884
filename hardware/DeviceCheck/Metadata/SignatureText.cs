using System.Collections.Immutable;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Text;

namespace Hardware.DeviceCheck.Metadata;

/// <summary>
/// Turns metadata signatures into text such as <c>valuetype [mscorlib]System.DateTime&amp;</c>.
/// Types of the assembly that is being read carry no [assembly] prefix.
/// </summary>
internal sealed class SignatureText : ISignatureTypeProvider<string, object?>, ICustomAttributeTypeProvider<string>
{
    public static readonly Dictionary<PrimitiveTypeCode, string> Primitives = new()
    {
        [PrimitiveTypeCode.Void] = "void",
        [PrimitiveTypeCode.Boolean] = "bool",
        [PrimitiveTypeCode.Char] = "char",
        [PrimitiveTypeCode.SByte] = "sbyte",
        [PrimitiveTypeCode.Byte] = "byte",
        [PrimitiveTypeCode.Int16] = "short",
        [PrimitiveTypeCode.UInt16] = "ushort",
        [PrimitiveTypeCode.Int32] = "int",
        [PrimitiveTypeCode.UInt32] = "uint",
        [PrimitiveTypeCode.Int64] = "long",
        [PrimitiveTypeCode.UInt64] = "ulong",
        [PrimitiveTypeCode.Single] = "float",
        [PrimitiveTypeCode.Double] = "double",
        [PrimitiveTypeCode.String] = "string",
        [PrimitiveTypeCode.Object] = "object",
        [PrimitiveTypeCode.IntPtr] = "nint",
        [PrimitiveTypeCode.UIntPtr] = "nuint",
        [PrimitiveTypeCode.TypedReference] = "typedref",
    };

    public static string FullName(MetadataReader md, TypeDefinition type)
    {
        string name = md.GetString(type.Name);
        if (!type.GetDeclaringType().IsNil) return FullName(md, md.GetTypeDefinition(type.GetDeclaringType())) + "+" + name;
        string ns = md.GetString(type.Namespace);
        return ns.Length == 0 ? name : ns + "." + name;
    }

    public static string FullName(MetadataReader md, TypeReference type, bool scope = true)
    {
        string ns = md.GetString(type.Namespace), name = md.GetString(type.Name);
        if (ns.Length != 0) name = ns + "." + name;
        return type.ResolutionScope.Kind switch
        {
            HandleKind.TypeReference =>
                FullName(md, md.GetTypeReference((TypeReferenceHandle)type.ResolutionScope), scope) + "+" + name,
            HandleKind.AssemblyReference when scope =>
                "[" + md.GetString(md.GetAssemblyReference((AssemblyReferenceHandle)type.ResolutionScope).Name) + "]" + name,
            _ => name,
        };
    }

    private static string WithKind(string name, byte rawTypeKind) =>
        (SignatureTypeKind)rawTypeKind == SignatureTypeKind.ValueType ? "valuetype " + name : name;

    public string GetTypeFromDefinition(MetadataReader r, TypeDefinitionHandle h, byte kind) =>
        WithKind(FullName(r, r.GetTypeDefinition(h)), kind);
    public string GetTypeFromReference(MetadataReader r, TypeReferenceHandle h, byte kind) =>
        WithKind(FullName(r, r.GetTypeReference(h)), kind);
    public string GetTypeFromSpecification(MetadataReader r, object? ctx, TypeSpecificationHandle h, byte kind) =>
        r.GetTypeSpecification(h).DecodeSignature(this, ctx);
    public string GetPrimitiveType(PrimitiveTypeCode code) => Primitives[code];
    public string GetSZArrayType(string element) => element + "[]";
    public string GetArrayType(string element, ArrayShape shape) => element + "[" + new string(',', shape.Rank - 1) + "]";
    public string GetByReferenceType(string element) => element + "&";
    public string GetPointerType(string element) => element + "*";
    public string GetPinnedType(string element) => element + " pinned";
    public string GetGenericInstantiation(string type, ImmutableArray<string> args) => type + "<" + string.Join(",", args) + ">";
    public string GetGenericTypeParameter(object? ctx, int index) => "!" + index;
    public string GetGenericMethodParameter(object? ctx, int index) => "!!" + index;
    public string GetModifiedType(string modifier, string type, bool required) =>
        type + (required ? " modreq(" : " modopt(") + modifier + ")";
    public string GetFunctionPointerType(MethodSignature<string> sig) =>
        "fnptr(" + string.Join(",", sig.ParameterTypes.Prepend(sig.ReturnType)) + ")";

    // Custom attribute values.
    public string GetSystemType() => "[mscorlib]System.Type";
    public bool IsSystemType(string type) => type.EndsWith("System.Type", StringComparison.Ordinal);
    public string GetTypeFromSerializedName(string name) => name;
    public PrimitiveTypeCode GetUnderlyingEnumType(string type) => PrimitiveTypeCode.Int32;

    /// <summary>Text of a TypeDef, TypeRef or TypeSpec handle.</summary>
    public string Type(MetadataReader md, EntityHandle handle) => handle.IsNil ? "" : handle.Kind switch
    {
        HandleKind.TypeDefinition => FullName(md, md.GetTypeDefinition((TypeDefinitionHandle)handle)),
        HandleKind.TypeReference => FullName(md, md.GetTypeReference((TypeReferenceHandle)handle)),
        HandleKind.TypeSpecification => md.GetTypeSpecification((TypeSpecificationHandle)handle).DecodeSignature(this, null),
        _ => throw new BadImageFormatException($"unexpected {handle.Kind} where a type was expected"),
    };
}

/// <summary>Parses the text made by <see cref="SignatureText"/> and encodes it again.</summary>
internal sealed class SignatureReader(Func<string, EntityHandle> resolve)
{
    private static readonly Dictionary<string, PrimitiveTypeCode> s_codes =
        SignatureText.Primitives.ToDictionary(p => p.Value, p => p.Key);

    private string _text = "";
    private int _pos;

    /// <summary>Encodes one complete type.</summary>
    public void Encode(string text, BlobBuilder blob)
    {
        (_text, _pos) = (text, 0);
        var inner = new BlobBuilder();
        ParseType(inner);
        if (_pos != text.Length) throw new FormatException($"cannot parse type '{text}' at column {_pos}");
        blob.WriteBytes(inner.ToArray());
    }

    private void ParseType(BlobBuilder blob)
    {
        var core = new BlobBuilder();
        ParseCore(core);
        // Suffixes wrap what was read so far: int[]& is "byref of array of int".
        while (true)
        {
            var prefix = new BlobBuilder();
            if (Take("[]")) prefix.WriteByte((byte)SignatureTypeCode.SZArray);
            else if (Take("&")) prefix.WriteByte((byte)SignatureTypeCode.ByReference);
            else if (Take("*")) prefix.WriteByte((byte)SignatureTypeCode.Pointer);
            else if (Take(" modreq(")) WriteModifier(prefix, SignatureTypeCode.RequiredModifier);
            else if (Take(" modopt(")) WriteModifier(prefix, SignatureTypeCode.OptionalModifier);
            else break;
            prefix.WriteBytes(core.ToArray());
            core = prefix;
        }

        blob.WriteBytes(core.ToArray());
    }

    private void WriteModifier(BlobBuilder blob, SignatureTypeCode code)
    {
        blob.WriteByte((byte)code);
        Take("valuetype ");
        blob.WriteCompressedInteger(CodedIndex.TypeDefOrRefOrSpec(resolve(ReadName())));
        Expect(")");
    }

    private void ParseCore(BlobBuilder blob)
    {
        if (Take("!!"))
        {
            blob.WriteByte((byte)SignatureTypeCode.GenericMethodParameter);
            blob.WriteCompressedInteger(ReadNumber());
            return;
        }

        if (Take("!"))
        {
            blob.WriteByte((byte)SignatureTypeCode.GenericTypeParameter);
            blob.WriteCompressedInteger(ReadNumber());
            return;
        }

        bool valueType = Take("valuetype ");
        string name = ReadName();
        if (!valueType && s_codes.TryGetValue(name, out var code))
        {
            blob.WriteByte((byte)code);
            return;
        }

        bool generic = Take("<");
        if (generic) blob.WriteByte((byte)SignatureTypeCode.GenericTypeInstance);
        blob.WriteByte((byte)(valueType ? SignatureTypeKind.ValueType : SignatureTypeKind.Class));
        blob.WriteCompressedInteger(CodedIndex.TypeDefOrRefOrSpec(resolve(name)));
        if (!generic) return;
        var args = new BlobBuilder();
        int count = 0;
        do
        {
            ParseType(args);
            count++;
        }
        while (Take(","));
        Expect(">");
        blob.WriteCompressedInteger(count);
        blob.WriteBytes(args.ToArray());
    }

    private string ReadName()
    {
        int start = _pos;
        if (_pos < _text.Length && _text[_pos] == '[') _pos = _text.IndexOf(']', _pos) + 1;
        while (_pos < _text.Length && "<>,[]&*() ".IndexOf(_text[_pos]) < 0) _pos++;
        return _text[start.._pos];
    }

    private int ReadNumber()
    {
        int start = _pos;
        while (_pos < _text.Length && char.IsAsciiDigit(_text[_pos])) _pos++;
        return int.Parse(_text.AsSpan(start, _pos - start));
    }

    private bool Take(string token)
    {
        if (string.CompareOrdinal(_text, _pos, token, 0, token.Length) != 0) return false;
        _pos += token.Length;
        return true;
    }

    private void Expect(string token)
    {
        if (!Take(token)) throw new FormatException($"'{token}' expected in '{_text}' at column {_pos}");
    }
}
