using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Text;

namespace Hardware.DeviceCheck.Metadata;

/// <summary>Writes the API listing of one assembly. See README.md for the line format.</summary>
internal sealed class ListingWriter
{
    /// <summary>Attributes that change how the compiler treats the member they are on. All others are left out.</summary>
    private static readonly HashSet<string> s_keptAttributes =
    [
        "Microsoft.CodeAnalysis.EmbeddedAttribute", "System.AttributeUsageAttribute", "System.CLSCompliantAttribute",
        "System.FlagsAttribute", "System.ObsoleteAttribute",
        "System.ParamArrayAttribute", "System.Diagnostics.ConditionalAttribute", "System.Reflection.DefaultMemberAttribute",
        "System.Runtime.CompilerServices.CallerArgumentExpressionAttribute",
        "System.Runtime.CompilerServices.CallerFilePathAttribute", "System.Runtime.CompilerServices.CallerLineNumberAttribute",
        "System.Runtime.CompilerServices.CallerMemberNameAttribute",
        "System.Runtime.CompilerServices.CompilerFeatureRequiredAttribute",
        "System.Runtime.CompilerServices.DecimalConstantAttribute", "System.Runtime.CompilerServices.ExtensionAttribute",
        "System.Runtime.CompilerServices.IsByRefLikeAttribute", "System.Runtime.CompilerServices.IsReadOnlyAttribute",
        "System.Runtime.CompilerServices.IsUnmanagedAttribute", "System.Runtime.CompilerServices.NativeIntegerAttribute",
        "System.Runtime.CompilerServices.NullableAttribute", "System.Runtime.CompilerServices.NullableContextAttribute",
        "System.Runtime.CompilerServices.NullablePublicOnlyAttribute", "System.Runtime.CompilerServices.RefSafetyRulesAttribute",
        "System.Runtime.CompilerServices.RequiredMemberAttribute", "System.Runtime.CompilerServices.RequiresLocationAttribute",
        "System.Runtime.CompilerServices.ScopedRefAttribute", "System.Runtime.CompilerServices.TupleElementNamesAttribute",
    ];

    private readonly MetadataReader _md;
    private readonly SignatureText _sig = new();
    private readonly StringBuilder _out = new();
    private readonly HashSet<TypeDefinitionHandle> _support = [];
    private Dictionary<MethodDefinitionHandle, List<EntityHandle>> _overrides = [];

    private readonly SignatureTraits _visibility;
    private readonly SignatureTraits _require;

    private ListingWriter(MetadataReader md)
    {
        _md = md;
        _visibility = new SignatureTraits(type => !IsPublic(type));
        _require = new SignatureTraits(type =>
        {
            Require(type);
            return false;
        });
    }

    public static string Write(string path, string library)
    {
        using var pe = new PEReader(File.OpenRead(path));
        return new ListingWriter(pe.GetMetadataReader()).Run(library);
    }

    private string Run(string library)
    {
        // Non-public types join the listing only when something public depends on them; iterate until that set is stable.
        int known;
        do
        {
            known = _support.Count;
            _out.Clear();
            DumpAssembly(library);
        }
        while (_support.Count != known);
        return _out.ToString();
    }

    private void DumpAssembly(string library)
    {
        var assembly = _md.GetAssemblyDefinition();
        string key = Convert.ToHexStringLower(_md.GetBlobBytes(assembly.PublicKey));
        Line("assembly", _md.GetString(assembly.Name), assembly.Version.ToString(), key, library);
        Attributes(assembly.GetCustomAttributes());
        foreach (var reference in _md.AssemblyReferences.Select(_md.GetAssemblyReference)
            .OrderBy(r => _md.GetString(r.Name), StringComparer.Ordinal))
            Line("reference", _md.GetString(reference.Name), reference.Version.ToString(),
                Convert.ToHexStringLower(_md.GetBlobBytes(reference.PublicKeyOrToken)));
        Line("module");
        Attributes(_md.GetModuleDefinition().GetCustomAttributes());
        foreach (var (handle, _) in _md.TypeDefinitions.Select(h => (h, Name: Name(h))).Where(t => IsListed(t.h))
            .OrderBy(t => t.Name, StringComparer.Ordinal))
            DumpType(handle);
    }

    private string Name(TypeDefinitionHandle handle) => SignatureText.FullName(_md, _md.GetTypeDefinition(handle));

    private bool IsPublic(TypeDefinitionHandle handle)
    {
        var type = _md.GetTypeDefinition(handle);
        return (type.Attributes & TypeAttributes.VisibilityMask) switch
        {
            TypeAttributes.Public => true,
            TypeAttributes.NestedPublic or TypeAttributes.NestedFamily or TypeAttributes.NestedFamORAssem =>
                IsPublic(type.GetDeclaringType()),
            _ => false,
        };
    }

    private bool IsListed(TypeDefinitionHandle handle) => IsPublic(handle) || _support.Contains(handle);

    /// <summary>Adds the non-public types that a signature of the listing needs.</summary>
    private void Require(TypeDefinitionHandle handle)
    {
        if (!IsListed(handle)) _support.Add(handle);
        var outer = _md.GetTypeDefinition(handle).GetDeclaringType();
        if (!outer.IsNil) Require(outer);
    }

    private void DumpType(TypeDefinitionHandle handle)
    {
        var type = _md.GetTypeDefinition(handle);
        bool isPublic = IsPublic(handle), isInterface = (type.Attributes & TypeAttributes.Interface) != 0;
        string baseType = _sig.Type(_md, type.BaseType);
        bool isStruct = baseType.EndsWith("System.ValueType", StringComparison.Ordinal) && Name(handle) != "System.Enum";

        Line("type", Name(handle), FlagWords.Text(type.Attributes), baseType);
        Attributes(type.GetCustomAttributes());
        DumpGenericParameters(type.GetGenericParameters());
        if (isPublic)
        {
            foreach (string text in type.GetInterfaceImplementations().Select(_md.GetInterfaceImplementation)
                         .Where(i => IsVisible(i.Interface)).Select(i => _sig.Type(_md, i.Interface))
                         .Order(StringComparer.Ordinal))
                Line("implements", text);
        }

        DumpFields(type, isPublic, isStruct);

        _overrides = type.GetMethodImplementations().Select(_md.GetMethodImplementation)
            .Where(i => i.MethodBody.Kind == HandleKind.MethodDefinition && IsVisible(DeclaringType(i.MethodDeclaration)))
            .ToLookup(i => (MethodDefinitionHandle)i.MethodBody, i => i.MethodDeclaration)
            .ToDictionary(g => g.Key, g => g.ToList());

        var methods = new HashSet<MethodDefinitionHandle>(type.GetMethods().Where(m => IsListedMethod(m, isPublic, isInterface)));
        foreach (var (m, _) in methods.Select(m => (m, Key: MethodKey(m))).OrderBy(m => m.Key, StringComparer.Ordinal))
            DumpMethod(m);

        foreach (string line in type.GetProperties().Select(_md.GetPropertyDefinition)
                     .Where(p => methods.Contains(p.GetAccessors().Getter) || methods.Contains(p.GetAccessors().Setter))
                     .Select(p => Capture(() => DumpProperty(p, methods))).Order(StringComparer.Ordinal))
            _out.Append(line);
        foreach (string line in type.GetEvents().Select(_md.GetEventDefinition)
            .Where(e => methods.Contains(e.GetAccessors().Adder))
                     .Select(e => Capture(() => DumpEvent(e, methods))).Order(StringComparer.Ordinal))
            _out.Append(line);
    }

    private static bool IsAccessible(MethodAttributes access) => (access & MethodAttributes.MemberAccessMask) switch
    {
        MethodAttributes.Public => true,
        MethodAttributes.Family or MethodAttributes.FamORAssem => true,
        _ => false,
    };

    private bool IsListedMethod(MethodDefinitionHandle handle, bool isPublicType, bool isInterface)
    {
        var method = _md.GetMethodDefinition(handle);
        string name = _md.GetString(method.Name);
        if (name == ".cctor") return false;
        if (!isPublicType) // a supporting type: its constructors are all that can matter (attributes)
            return name == ".ctor" && _support.Contains(method.GetDeclaringType());
        return IsAccessible(method.Attributes) || isInterface
            || _overrides.ContainsKey(handle)
            || (method.Attributes & MethodAttributes.Abstract) != 0 // keeps outsiders from deriving
            || name == ".ctor" && UsesOnlyVisibleTypes(method);     // "inaccessible" instead of "does not exist"
    }

    private bool UsesOnlyVisibleTypes(MethodDefinition method) =>
        !SignatureTraits.Merge(method.DecodeSignature(_visibility, null).ParameterTypes).HasFlag(Traits.Hidden);

    private bool IsVisible(EntityHandle type) => type.Kind switch
    {
        HandleKind.TypeDefinition => IsPublic((TypeDefinitionHandle)type),
        HandleKind.TypeSpecification =>
            _md.GetTypeSpecification((TypeSpecificationHandle)type).DecodeSignature(_visibility, null) != Traits.Hidden,
        _ => true,
    };

    private EntityHandle DeclaringType(EntityHandle method) => method.Kind == HandleKind.MethodDefinition
        ? _md.GetMethodDefinition((MethodDefinitionHandle)method).GetDeclaringType()
        : _md.GetMemberReference((MemberReferenceHandle)method).Parent;

    private void DumpGenericParameters(GenericParameterHandleCollection parameters)
    {
        foreach (var parameter in parameters.Select(_md.GetGenericParameter))
        {
            var flags = parameter.Attributes;
            string words = string.Join(' ', new[]
            {
                (flags & GenericParameterAttributes.VarianceMask) switch
                {
                    GenericParameterAttributes.Covariant => "out",
                    GenericParameterAttributes.Contravariant => "in",
                    _ => "",
                },
                (flags & GenericParameterAttributes.ReferenceTypeConstraint) != 0 ? "class" : "",
                (flags & GenericParameterAttributes.NotNullableValueTypeConstraint) != 0 ? "struct" : "",
                (flags & GenericParameterAttributes.DefaultConstructorConstraint) != 0 ? "new" : "",
            }.Where(w => w.Length != 0));
            Line(["generic", _md.GetString(parameter.Name), words,
                .. parameter.GetConstraints().Select(c => _sig.Type(_md, _md.GetGenericParameterConstraint(c).Type))]);
            Attributes(parameter.GetCustomAttributes());
        }
    }

    private void DumpFields(TypeDefinition type, bool isPublicType, bool isStruct)
    {
        var fields = type.GetFields().Select(_md.GetFieldDefinition).ToList();
        bool IsPublicField(FieldDefinition f) => isPublicType && IsAccessible((MethodAttributes)f.Attributes);
        foreach (var field in fields.Where(IsPublicField).OrderBy(f => _md.GetString(f.Name), StringComparer.Ordinal))
            DumpField(field, _md.GetString(field.Name), FlagWords.Text(field.Attributes));

        // Private instance fields of a struct decide definite assignment and whether the struct is "unmanaged".
        // Only their types matter, so their names are replaced.
        int number = 0;
        foreach (var field in fields.Where(f => isStruct && (f.Attributes & FieldAttributes.Static) == 0 && !IsPublicField(f))
                     .OrderBy(f => f.DecodeSignature(_sig, null), StringComparer.Ordinal))
            DumpField(field, "private" + ++number, "private");
    }

    private void DumpField(FieldDefinition field, string name, string flags)
    {
        field.DecodeSignature(_require, null);
        var constant = field.GetDefaultValue();
        Line("field", name, flags, field.DecodeSignature(_sig, null), constant.IsNil ? "" : ConstantText.Constant(_md, constant));
        Attributes(field.GetCustomAttributes());
    }

    private string MethodKey(MethodDefinitionHandle handle)
    {
        var method = _md.GetMethodDefinition(handle);
        var sig = method.DecodeSignature(_sig, null);
        return $"{_md.GetString(method.Name)} ({string.Join(",", sig.ParameterTypes)}) {sig.ReturnType}";
    }

    private void DumpMethod(MethodDefinitionHandle handle)
    {
        var method = _md.GetMethodDefinition(handle);
        method.DecodeSignature(_require, null);
        var sig = method.DecodeSignature(_sig, null);
        var rows = method.GetParameters().Select(_md.GetParameter).ToDictionary(p => p.SequenceNumber);
        var columns =
            new List<string> { "method", _md.GetString(method.Name), FlagWords.Text(method.Attributes), sig.ReturnType };
        for (int i = 0; i < sig.ParameterTypes.Length; i++)
            columns.Add(ParameterText(sig.ParameterTypes[i], rows.TryGetValue(i + 1, out var row) ? row : null));
        Line([.. columns]);
        Attributes(method.GetCustomAttributes());
        DumpGenericParameters(method.GetGenericParameters());
        foreach (var (number, row) in rows.OrderBy(r => r.Key)) Attributes(row.GetCustomAttributes(), "param-attr\t" + number);
        if (_overrides.TryGetValue(handle, out var declarations))
        {
            foreach (string text in declarations.Select(OverrideText).Order(StringComparer.Ordinal)) Line("overrides", text);
        }
    }

    private string OverrideText(EntityHandle declaration)
    {
        string name = declaration.Kind == HandleKind.MethodDefinition
            ? _md.GetString(_md.GetMethodDefinition((MethodDefinitionHandle)declaration).Name)
            : _md.GetString(_md.GetMemberReference((MemberReferenceHandle)declaration).Name);
        return _sig.Type(_md, DeclaringType(declaration)) + "\t" + name;
    }

    private string ParameterText(string type, Parameter? row)
    {
        if (row is not { } p) return type + " ?";
        string flags = ((p.Attributes & ParameterAttributes.In) != 0 ? "in " : "")
            + ((p.Attributes & ParameterAttributes.Out) != 0 ? "out " : "")
            + ((p.Attributes & ParameterAttributes.Optional) != 0 ? "opt " : "");
        string value = p.GetDefaultValue().IsNil ? "" : " = " + ConstantText.Constant(_md, p.GetDefaultValue());
        return $"{flags}{type} {_md.GetString(p.Name)}{value}";
    }

    private void DumpProperty(PropertyDefinition property, HashSet<MethodDefinitionHandle> methods)
    {
        var sig = property.DecodeSignature(_sig, null);
        var accessors = property.GetAccessors();
        Line(["property", _md.GetString(property.Name), sig.Header.IsInstance ? "instance" : "static", sig.ReturnType,
            Accessor(accessors.Getter, methods), Accessor(accessors.Setter, methods), .. sig.ParameterTypes]);
        Attributes(property.GetCustomAttributes());
    }

    private void DumpEvent(EventDefinition definition, HashSet<MethodDefinitionHandle> methods)
    {
        var accessors = definition.GetAccessors();
        Line("event", _md.GetString(definition.Name), _sig.Type(_md, definition.Type), Accessor(accessors.Adder, methods),
            Accessor(accessors.Remover, methods));
        Attributes(definition.GetCustomAttributes());
    }

    private string Accessor(MethodDefinitionHandle handle, HashSet<MethodDefinitionHandle> methods) =>
        methods.Contains(handle) ? _md.GetString(_md.GetMethodDefinition(handle).Name) : "";

    private void Attributes(CustomAttributeHandleCollection handles, string keyword = "attr")
    {
        var lines = new List<string>();
        foreach (var attribute in handles.Select(_md.GetCustomAttribute))
        {
            EntityHandle type = DeclaringType(attribute.Constructor);
            string name = type.Kind == HandleKind.TypeDefinition ? Name((TypeDefinitionHandle)type)
                : type.Kind == HandleKind.TypeReference
                    ? SignatureText.FullName(_md, _md.GetTypeReference((TypeReferenceHandle)type), scope: false) : "";
            if (!s_keptAttributes.Contains(name)
                && !name.StartsWith("System.Diagnostics.CodeAnalysis.", StringComparison.Ordinal))
                continue;
            if (type.Kind == HandleKind.TypeDefinition) Require((TypeDefinitionHandle)type);
            var ctor = attribute.Constructor.Kind == HandleKind.MethodDefinition
                ? _md.GetMethodDefinition((MethodDefinitionHandle)attribute.Constructor).DecodeSignature(_sig, null)
                : _md.GetMemberReference((MemberReferenceHandle)attribute.Constructor).DecodeMethodSignature(_sig, null);
            lines.Add(ConstantText.Attribute(_sig.Type(_md, type), ctor.ParameterTypes, attribute.DecodeValue(_sig)));
        }

        foreach (string line in lines.Order(StringComparer.Ordinal)) Line(keyword, line);
    }

    private void Line(params string[] columns) => _out.Append(string.Join('\t', columns).TrimEnd('\t')).Append('\n');

    private string Capture(Action write)
    {
        int start = _out.Length;
        write();
        string text = _out.ToString(start, _out.Length - start);
        _out.Length = start;
        return text;
    }
}
