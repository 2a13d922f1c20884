using System.Collections.Immutable;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using System.Security.Cryptography;

namespace Hardware.DeviceCheck.Metadata;

/// <summary>Builds a reference assembly (metadata, no code) from an API listing.</summary>
internal sealed class ReferenceWriter
{
    private readonly Listing _api;
    private readonly MetadataBuilder _md = new();
    private readonly SignatureReader _sig;
    private readonly Dictionary<string, TypeDefinitionHandle> _types = [];
    private readonly Dictionary<Listing.Item, MethodDefinitionHandle> _methods = [];
    private readonly Dictionary<string, EntityHandle> _references = [];
    private readonly Dictionary<string, AssemblyReferenceHandle> _assemblies = [];
    private readonly List<(int Owner, EntityHandle Handle, Listing.Item Item)> _generics = [];

    private ReferenceWriter(Listing api)
    {
        _api = api;
        _sig = new SignatureReader(ResolveName);
    }

    /// <summary>The bytes of the reference assembly for <paramref name="api"/>.</summary>
    public static byte[] Write(Listing api) => new ReferenceWriter(api).Run();

    private byte[] Run()
    {
        var assembly = _api.Assembly;
        byte[] key = Convert.FromHexString(assembly[3]);
        var assemblyHandle = _md.AddAssembly(_md.GetOrAddString(_api.Name), Version.Parse(assembly[2]), default,
            Blob(key), key.Length == 0 ? 0 : AssemblyFlags.PublicKey, AssemblyHashAlgorithm.Sha1);
        foreach (var reference in _api.References)
        {
            byte[] token = Convert.FromHexString(reference[3]);
            _assemblies[reference.Name] = _md.AddAssemblyReference(
                _md.GetOrAddString(reference.Name), Version.Parse(reference[2]), default, Blob(token), 0, default);
        }

        var mvid = _md.ReserveGuid();
        var module = _md.AddModule(0, _md.GetOrAddString(_api.Name + ".dll"), mvid.Handle, default, default);
        _md.AddTypeDefinition(0, default, _md.GetOrAddString("<Module>"), default, MetadataTokens.FieldDefinitionHandle(1),
            MetadataTokens.MethodDefinitionHandle(1));

        // Row numbers are known before rows are written, so that types and methods can refer to each other freely.
        int typeRow = 2, methodRow = 1;
        foreach (var type in _api.Types)
        {
            _types[type.Head.Name] = MetadataTokens.TypeDefinitionHandle(typeRow++);
            foreach (var method in type.Methods) _methods[method] = MetadataTokens.MethodDefinitionHandle(methodRow++);
        }

        var il = new BlobBuilder();
        var code = new InstructionEncoder(new BlobBuilder());
        code.OpCode(ILOpCode.Ldnull);
        code.OpCode(ILOpCode.Throw);
        int bodyOffset = new MethodBodyStreamEncoder(il).AddMethodBody(code);

        AddAttributes(EntityHandle.AssemblyDefinition, assembly.Attributes);
        AddAttributes(module, _api.Module.Attributes);
        foreach (var type in _api.Types) AddType(type, bodyOffset);
        AddGenericParameters();

        byte[] hash = SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(_api.Name + assembly[2]));
        mvid.CreateWriter().WriteGuid(new Guid(hash.AsSpan(0, 16)));
        var image = new BlobBuilder();
        new ManagedPEBuilder(
            new PEHeaderBuilder(imageCharacteristics: Characteristics.ExecutableImage | Characteristics.Dll,
                dllCharacteristics: DllCharacteristics.NxCompatible | DllCharacteristics.NoSeh | DllCharacteristics.DynamicBase),
            new MetadataRootBuilder(_md, "v4.0.30319"), il,
            deterministicIdProvider: _ => new BlobContentId(new Guid("6b0c9c2f-6cf6-4a0c-8f6d-0a5f1f4f8d11"), 0x12345678))
                .Serialize(image);
        return image.ToArray();
    }

    private BlobHandle Blob(byte[] bytes) => bytes.Length == 0 ? default : _md.GetOrAddBlob(bytes);

    private StringHandle Namespace(string name, int dot) => dot < 0 ? default : _md.GetOrAddString(name[..dot]);

    private void AddType(Listing.TypeItem type, int bodyOffset)
    {
        var head = type.Head;
        string name = head.Name;
        int plus = name.LastIndexOf('+'), dot = plus < 0 ? name.LastIndexOf('.') : -1;
        var handle = _types[name];
        _md.AddTypeDefinition(
            FlagWords.ParseType(head[2]),
            Namespace(name, dot),
            _md.GetOrAddString(name[(Math.Max(plus, dot) + 1)..]),
            head[3].Length == 0 ? default : ResolveType(head[3]),
            MetadataTokens.FieldDefinitionHandle(_md.GetRowCount(TableIndex.Field) + 1),
            MetadataTokens.MethodDefinitionHandle(_md.GetRowCount(TableIndex.MethodDef) + 1));
        if (plus >= 0) _md.AddNestedType(handle, _types[name[..plus]]);
        AddAttributes(handle, head.Attributes);
        foreach (var generic in head.Generics) _generics.Add((CodedIndex.TypeOrMethodDef(handle), handle, generic));
        // The table of implemented interfaces is ordered by class, then by interface.
        foreach (var implemented in type.Interfaces.Select(ResolveType).OrderBy(CodedIndex.TypeDefOrRefOrSpec))
            _md.AddInterfaceImplementation(handle, implemented);

        foreach (var field in type.Fields) AddField(field);
        bool isDelegate = head[3].EndsWith("System.MulticastDelegate", StringComparison.Ordinal);
        foreach (var method in type.Methods) AddMethod(handle, method, isDelegate, bodyOffset);
        AddProperties(handle, type);
        AddEvents(handle, type);
    }

    private void AddField(Listing.Item field)
    {
        var blob = new BlobBuilder();
        blob.WriteByte((byte)SignatureKind.Field);
        _sig.Encode(field[3], blob);
        var flags = FlagWords.ParseField(field[2]);
        if (field[4].Length != 0) flags |= FieldAttributes.HasDefault;
        var handle = _md.AddFieldDefinition(flags, _md.GetOrAddString(field.Name), _md.GetOrAddBlob(blob));
        if (field[4].Length != 0) _md.AddConstant(handle, ConstantText.ParseConstant(field[4]));
        AddAttributes(handle, field.Attributes);
    }

    private void AddMethod(TypeDefinitionHandle type, Listing.Item method, bool isDelegate, int bodyOffset)
    {
        var flags = FlagWords.ParseMethod(method[2]);
        var parameters = method.From(4).Select(ParameterText.Parse).ToArray();
        var blob = new BlobBuilder();
        blob.WriteByte((byte)(((flags & MethodAttributes.Static) == 0 ? SignatureAttributes.Instance : 0)
            | (method.Generics.Count != 0 ? SignatureAttributes.Generic : 0)));
        if (method.Generics.Count != 0) blob.WriteCompressedInteger(method.Generics.Count);
        blob.WriteCompressedInteger(parameters.Length);
        _sig.Encode(method[3], blob);
        foreach (var parameter in parameters) _sig.Encode(parameter.Type, blob);

        bool noBody = isDelegate || (flags & MethodAttributes.Abstract) != 0;
        var handle = _md.AddMethodDefinition(flags, isDelegate ? MethodImplAttributes.Runtime : MethodImplAttributes.IL,
            _md.GetOrAddString(method.Name), _md.GetOrAddBlob(blob), noBody ? -1 : bodyOffset,
            MetadataTokens.ParameterHandle(_md.GetRowCount(TableIndex.Param) + 1));
        if (handle != _methods[method]) throw new InvalidOperationException("method rows are out of step");

        var attributes = method.ParameterAttributes.ToLookup(a => a.Parameter, a => a.Text);
        if (attributes.Contains(0)) AddAttributes(_md.AddParameter(0, default, 0), attributes[0]);
        for (int i = 0; i < parameters.Length; i++)
        {
            if (parameters[i].Name == "?") continue;
            var (parameterFlags, _, name, value) = parameters[i];
            if (value != null) parameterFlags |= ParameterAttributes.HasDefault;
            var row = _md.AddParameter(parameterFlags, _md.GetOrAddString(name), i + 1);
            if (value != null) _md.AddConstant(row, ConstantText.ParseConstant(value));
            AddAttributes(row, attributes[i + 1]);
        }

        AddAttributes(handle, method.Attributes);
        foreach (var generic in method.Generics) _generics.Add((CodedIndex.TypeOrMethodDef(handle), handle, generic));
        foreach (var (overriddenType, overriddenName) in method.Overrides)
            _md.AddMethodImplementation(type, handle,
                _md.AddMemberReference(ResolveType(overriddenType), _md.GetOrAddString(overriddenName), _md.GetOrAddBlob(blob)));
    }

    private void AddProperties(TypeDefinitionHandle handle, Listing.TypeItem type)
    {
        bool first = true;
        foreach (var property in type.Properties)
        {
            string[] indexes = property.From(6).ToArray();
            var blob = new BlobBuilder();
            blob.WriteByte((byte)((byte)SignatureKind.Property
                | (property[2] == "instance" ? (byte)SignatureAttributes.Instance : 0)));
            blob.WriteCompressedInteger(indexes.Length);
            _sig.Encode(property[3], blob);
            foreach (string index in indexes) _sig.Encode(index, blob);
            var row = _md.AddProperty(0, _md.GetOrAddString(property.Name), _md.GetOrAddBlob(blob));
            if (first) _md.AddPropertyMap(handle, row);
            first = false;
            AddAccessor(row, MethodSemanticsAttributes.Getter, type, property[4], indexes);
            AddAccessor(row, MethodSemanticsAttributes.Setter, type, property[5], [.. indexes, property[3]]);
            AddAttributes(row, property.Attributes);
        }
    }

    private void AddEvents(TypeDefinitionHandle handle, Listing.TypeItem type)
    {
        bool first = true;
        foreach (var definition in type.Events)
        {
            var row = _md.AddEvent(0, _md.GetOrAddString(definition.Name), ResolveType(definition[2]));
            if (first) _md.AddEventMap(handle, row);
            first = false;
            AddAccessor(row, MethodSemanticsAttributes.Adder, type, definition[3], [definition[2]]);
            AddAccessor(row, MethodSemanticsAttributes.Remover, type, definition[4], [definition[2]]);
            AddAttributes(row, definition.Attributes);
        }
    }

    private void AddAccessor(EntityHandle owner, MethodSemanticsAttributes kind, Listing.TypeItem type, string name,
        string[] parameterTypes)
    {
        if (name.Length == 0) return;
        var method = type.Methods
            .First(m => m.Name == name && m.From(4).Select(p => ParameterText.Parse(p).Type).SequenceEqual(parameterTypes));
        _md.AddMethodSemantics(owner, kind, _methods[method]);
    }

    private void AddGenericParameters()
    {
        foreach (var group in _generics.GroupBy(g => g.Owner).OrderBy(g => g.Key))
        {
            int index = 0;
            foreach (var (_, owner, item) in group)
            {
                var flags = item[2].Split(' ', StringSplitOptions.RemoveEmptyEntries)
                    .Aggregate(GenericParameterAttributes.None, (f, word) => f | word switch
                    {
                        "out" => GenericParameterAttributes.Covariant,
                        "in" => GenericParameterAttributes.Contravariant,
                        "class" => GenericParameterAttributes.ReferenceTypeConstraint,
                        "struct" => GenericParameterAttributes.NotNullableValueTypeConstraint,
                        "new" => GenericParameterAttributes.DefaultConstructorConstraint,
                        _ => throw new FormatException($"unknown generic parameter flag '{word}'"),
                    });
                var row = _md.AddGenericParameter(owner, flags, _md.GetOrAddString(item.Name), index++);
                foreach (string constraint in item.From(3)) _md.AddGenericParameterConstraint(row, ResolveType(constraint));
                AddAttributes(row, item.Attributes);
            }
        }
    }

    private void AddAttributes(EntityHandle parent, IEnumerable<string> attributes)
    {
        foreach (string text in attributes)
        {
            var (type, ctorTypes, value) = ConstantText.ParseAttribute(text);
            var signature = new BlobBuilder();
            signature.WriteByte((byte)SignatureAttributes.Instance);
            signature.WriteCompressedInteger(ctorTypes.Length);
            _sig.Encode("void", signature);
            foreach (string ctorType in ctorTypes) _sig.Encode(ctorType, signature);
            EntityHandle ctor = _types.ContainsKey(type)
                ? _methods[_api.Types.First(t => t.Head.Name == type).Methods
                    .First(m => m.Name == ".ctor" && m.From(4).Select(p => ParameterText.Parse(p).Type).SequenceEqual(ctorTypes))]
                : _md.AddMemberReference(ResolveName(type), _md.GetOrAddString(".ctor"), _md.GetOrAddBlob(signature));
            _md.AddCustomAttribute(parent, ctor, _md.GetOrAddBlob(value));
        }
    }

    /// <summary>A plain name gives a TypeDef or TypeRef; constructed types need a TypeSpec.</summary>
    private EntityHandle ResolveType(string text)
    {
        if (text.IndexOfAny(['<', '!']) < 0 && !text.EndsWith(']')) return ResolveName(text);
        if (_references.TryGetValue(text, out var known)) return known;
        var blob = new BlobBuilder();
        _sig.Encode(text, blob);
        return _references[text] = _md.AddTypeSpecification(_md.GetOrAddBlob(blob));
    }

    private EntityHandle ResolveName(string name)
    {
        if (_types.TryGetValue(name, out var definition)) return definition;
        if (_references.TryGetValue(name, out var known)) return known;
        if (name.Length == 0 || name[0] != '[') throw new FormatException($"{_api.Name}: type '{name}' is not in the listing");
        int close = name.IndexOf(']'), plus = name.LastIndexOf('+');
        EntityHandle scope = plus >= 0 ? ResolveName(name[..plus]) : _assemblies[name[1..close]];
        string simple = plus >= 0 ? name[(plus + 1)..] : name[(close + 1)..];
        int dot = plus >= 0 ? -1 : simple.LastIndexOf('.');
        return _references[name] =
            _md.AddTypeReference(scope, Namespace(simple, dot), _md.GetOrAddString(simple[(dot + 1)..]));
    }
}

/// <summary>One parameter column: <c>[in ][out ][opt ]type name[ = constant]</c>.</summary>
internal readonly record struct ParameterText(ParameterAttributes Flags, string Type, string Name, string? Value)
{
    public static ParameterText Parse(string text)
    {
        string? value = null;
        int equal = text.IndexOf(" = ", StringComparison.Ordinal);
        if (equal >= 0) (text, value) = (text[..equal], text[(equal + 3)..]);
        var flags = ParameterAttributes.None;
        foreach (var (word, flag) in new[] { ("in ", ParameterAttributes.In), ("out ", ParameterAttributes.Out),
            ("opt ", ParameterAttributes.Optional) })
        {
            if (text.StartsWith(word, StringComparison.Ordinal)) (text, flags) = (text[word.Length..], flags | flag);
        }

        int space = text.LastIndexOf(' ');
        return new ParameterText(flags, text[..space], text[(space + 1)..], value);
    }
}
