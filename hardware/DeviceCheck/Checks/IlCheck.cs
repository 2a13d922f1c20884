using System.Reflection;
using System.Reflection.Emit;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using System.Text;

using Hardware.DeviceCheck.Metadata;

namespace Hardware.DeviceCheck.Checks;

/// <summary>A rule that is broken, and where.</summary>
internal sealed record Finding(Rule Rule, string Where, string Detail)
{
    /// <summary>As a compiler writes it.</summary>
    public override string ToString() =>
        $"{Where}: error {Rule.Id}: {Rule.Reason}{(Detail.Length == 0 ? "" : $" ({Detail})")}; {Rule.Instead}";
}

/// <summary>Looks for everything in an assembly that a board cannot load or run: <see cref="Rules"/>.</summary>
internal sealed class IlCheck
{
    private const int Limit = 255, MaxMethodSize = short.MaxValue, MaxTable = ushort.MaxValue, MaxArrayData = 64000;

    private static readonly HashSet<short> s_unknownOpcodes =
    [
        .. new[] { OpCodes.Arglist, OpCodes.Calli, OpCodes.Ckfinite, OpCodes.Cpblk, OpCodes.Initblk, OpCodes.Jmp,
            OpCodes.Localloc, OpCodes.Mkrefany, OpCodes.Readonly, OpCodes.Refanytype, OpCodes.Refanyval }.Select(c => c.Value),
    ];

    // conv.ovf.i and conv.ovf.u are left out: the compiler uses them for array sizes and indexes of type long, which is fine.
    private static readonly HashSet<short> s_checkedOpcodes =
    [
        .. new[] { OpCodes.Add_Ovf, OpCodes.Add_Ovf_Un, OpCodes.Sub_Ovf, OpCodes.Sub_Ovf_Un, OpCodes.Mul_Ovf, OpCodes.Mul_Ovf_Un,
            OpCodes.Conv_Ovf_I1, OpCodes.Conv_Ovf_I1_Un, OpCodes.Conv_Ovf_I2, OpCodes.Conv_Ovf_I2_Un, OpCodes.Conv_Ovf_I4,
            OpCodes.Conv_Ovf_I4_Un, OpCodes.Conv_Ovf_I8, OpCodes.Conv_Ovf_I8_Un, OpCodes.Conv_Ovf_U1,
            OpCodes.Conv_Ovf_U1_Un, OpCodes.Conv_Ovf_U2,
            OpCodes.Conv_Ovf_U2_Un, OpCodes.Conv_Ovf_U4, OpCodes.Conv_Ovf_U4_Un, OpCodes.Conv_Ovf_U8,
            OpCodes.Conv_Ovf_U8_Un }.Select(c => c.Value),
    ];

    private static readonly HashSet<short> s_addressOpcodes =
    [
        .. new[] { OpCodes.Ldloca, OpCodes.Ldloca_S, OpCodes.Ldarga, OpCodes.Ldarga_S, OpCodes.Ldflda, OpCodes.Ldsflda,
            OpCodes.Ldelema }.Select(c => c.Value),
    ];

    private readonly string _path;
    private readonly PEReader _pe;
    private readonly MetadataReader _md;
    private readonly SourceMap _source;
    private readonly SignatureText _text = new();
    private readonly SignatureTraits _traits = new();
    private readonly List<Finding> _findings = [];
    private readonly HashSet<(string, string, string)> _reported = [];
    private readonly HashSet<string> _strings = new(StringComparer.Ordinal);
    private readonly Dictionary<MethodDefinitionHandle, List<Instruction>> _code = [];
    private readonly IReadOnlySet<string> _libraryEnums;
    private int _codeSize;

    private IlCheck(string path, PEReader pe, MetadataReader symbols, IReadOnlySet<string> libraryEnums)
    {
        (_path, _pe, _md, _libraryEnums) = (path, pe, pe.GetMetadataReader(), libraryEnums);
        _source = new SourceMap(symbols);
    }

    /// <summary>Looks at an assembly.</summary>
    /// <param name="path">What a finding names that has no place in a source.</param>
    /// <param name="image">The assembly.</param>
    /// <param name="symbols">Its portable symbols.</param>
    /// <param name="libraryEnums">Full names of the enums of the libraries.</param>
    internal static IReadOnlyList<Finding> Run(string path, byte[] image, byte[] symbols, IReadOnlySet<string> libraryEnums)
    {
        using PEReader pe = new([.. image]);
        using MetadataReaderProvider pdb = MetadataReaderProvider.FromPortablePdbImage([.. symbols]);
        var check = new IlCheck(path, pe, pdb.GetMetadataReader(), libraryEnums);
        check.CheckAssembly();
        return check._findings;
    }

    private void CheckAssembly()
    {
        foreach (var handle in _md.TypeDefinitions) CheckType(handle);
        CheckArrayData();
        if (_codeSize > MaxTable) Report(Rules.AssemblySize, _path, $"{_codeSize} bytes");
        int text = _strings.Sum(s => Encoding.UTF8.GetByteCount(s) + 1);
        if (text > MaxTable) Report(Rules.Strings, _path, $"about {text} bytes");
        foreach (var (method, offset, type, field) in new StaticOrder(_md, _code).FindEarlyReads())
            Report(Rules.StaticOrder, _source.Find(method, offset), $"'{type}' reads '{field}'");
    }

    // ---- metadata ----

    private void CheckType(TypeDefinitionHandle handle)
    {
        var type = _md.GetTypeDefinition(handle);
        string name = SignatureText.FullName(_md, type);
        string where = WhereIs(handle);
        _strings.Add(_md.GetString(type.Name));
        _strings.Add(_md.GetString(type.Namespace));

        if (type.GetGenericParameters().Count != 0)
        {
            Report(Rules.GenericDefinition, where, $"type '{name}'");
            return; // everything inside would be reported again
        }

        foreach (var implemented in type.GetInterfaceImplementations().Select(_md.GetInterfaceImplementation))
            CheckTypeHandle(implemented.Interface, where, $"interface of '{name}'");
        CheckTypeHandle(type.BaseType, where, $"base type of '{name}'");

        foreach (var field in type.GetFields().Select(_md.GetFieldDefinition))
        {
            _strings.Add(_md.GetString(field.Name));
            CheckTraits(field.DecodeSignature(_traits, null), where, $"field '{name}.{_md.GetString(field.Name)}'",
                Rules.Pointer);
        }

        int virtuals = 0, instance = 0, statics = 0;
        bool isInterface = (type.Attributes & TypeAttributes.Interface) != 0;
        foreach (var methodHandle in type.GetMethods())
        {
            var method = _md.GetMethodDefinition(methodHandle);
            _ = (method.Attributes & MethodAttributes.Virtual) != 0 ? virtuals++
                : (method.Attributes & MethodAttributes.Static) != 0 ? statics++ : instance++;
            CheckMethod(methodHandle, method, name, where, isInterface);
        }

        if (Math.Max(virtuals, Math.Max(instance, statics)) > Limit) Report(Rules.Methods, where, $"type '{name}'");

        CheckAttributes(type.GetCustomAttributes(), where);
        foreach (var member in type.GetProperties())
            CheckAttributes(_md.GetPropertyDefinition(member).GetCustomAttributes(), where);
    }

    private void CheckAttributes(CustomAttributeHandleCollection attributes, string where)
    {
        foreach (var attribute in attributes.Select(_md.GetCustomAttribute))
        {
            var ctor = attribute.Constructor.Kind == HandleKind.MethodDefinition
                ? _md.GetMethodDefinition((MethodDefinitionHandle)attribute.Constructor).DecodeSignature(_text, null)
                : _md.GetMemberReference((MemberReferenceHandle)attribute.Constructor).DecodeMethodSignature(_text, null);
            if (ctor.ParameterTypes.Contains("object")) Report(Rules.AttributeArgument, where, "");
        }
    }

    private void CheckMethod(MethodDefinitionHandle handle, MethodDefinition method, string typeName, string typeWhere,
        bool isInterface)
    {
        string shortName = _md.GetString(method.Name), name = $"'{typeName}.{shortName}'";
        string where = _source.Find(handle) ?? typeWhere;
        _strings.Add(shortName);
        CheckAttributes(method.GetCustomAttributes(), where);
        bool isStatic = (method.Attributes & MethodAttributes.Static) != 0;
        bool isAbstract = (method.Attributes & MethodAttributes.Abstract) != 0;
        if (method.GetGenericParameters().Count != 0)
        {
            Report(Rules.GenericDefinition, where, $"method {name}");
            return;
        }

        var sig = method.DecodeSignature(_traits, null);
        CheckTraits(SignatureTraits.Merge(sig.ParameterTypes) | sig.ReturnType, where, name, Rules.PointerUse);
        string returns = method.DecodeSignature(_text, null).ReturnType;
        if (returns.Contains("& modreq(", StringComparison.Ordinal)) Report(Rules.RefReadonlyReturn, where, name);
        if (sig.ParameterTypes.Length + (isStatic ? 0 : 1) > Limit) Report(Rules.Parameters, where, name);
        bool isHelper = (method.Attributes & (MethodAttributes.MemberAccessMask | MethodAttributes.Virtual))
            == MethodAttributes.Private;
        if (isInterface && !isStatic && !isAbstract && !isHelper) Report(Rules.DefaultInterfaceMethod, where, name);

        if (method.RelativeVirtualAddress == 0)
        {
            if (!isAbstract && (method.ImplAttributes & MethodImplAttributes.CodeTypeMask) != MethodImplAttributes.Runtime)
                Report(Rules.NoBody, where, name);
            return;
        }

        CheckBody(handle, name, where);
    }

    private void CheckTypeHandle(EntityHandle handle, string where, string detail)
    {
        if (!handle.IsNil && handle.Kind == HandleKind.TypeSpecification)
            CheckTraits(_md.GetTypeSpecification((TypeSpecificationHandle)handle).DecodeSignature(_traits, null), where, detail,
                Rules.Pointer);
    }

    private void CheckTraits(Traits traits, string where, string detail, Rule pointerRule)
    {
        if ((traits & Traits.Generic) != 0) Report(Rules.GenericUse, where, detail);
        if ((traits & Traits.MultiDimensional) != 0) Report(Rules.MultiDimensionalArray, where, detail);
        if ((traits & Traits.Pointer) != 0) Report(pointerRule, where, detail);
    }

    // ---- code ----

    private void CheckBody(MethodDefinitionHandle handle, string name, string where)
    {
        var body = _pe.GetMethodBody(_md.GetMethodDefinition(handle).RelativeVirtualAddress);
        var code = _code[handle] = IlReader.Read(body);
        int size = code.Sum(i => i.DeviceSize);
        _codeSize += size + (body.ExceptionRegions.Length == 0 ? 0 : 1 + 12 * body.ExceptionRegions.Length);
        if (size > MaxMethodSize) Report(Rules.MethodSize, where, $"{name} has {size}");

        if (!body.LocalSignature.IsNil)
        {
            var locals = _md.GetStandaloneSignature(body.LocalSignature).DecodeLocalSignature(_traits, null);
            if (locals.Length > Limit) Report(Rules.Locals, where, $"{name} has {locals.Length}");
            CheckTraits(SignatureTraits.Merge(locals), where, $"a local of {name}", Rules.Pointer);
        }

        for (int i = 0; i < code.Count; i++)
            CheckInstruction(handle, code, i);
        foreach (var region in body.ExceptionRegions)
        {
            if (region.Kind == ExceptionRegionKind.Filter)
                CheckFilter(handle, code.Where(i => i.Offset >= region.FilterOffset && i.Offset < region.HandlerOffset));
            CheckBeforeTry(handle, code, code.FindIndex(i => i.Offset == region.TryOffset) - 1, region.Kind);
        }
    }

    private void CheckInstruction(MethodDefinitionHandle method, List<Instruction> code, int index)
    {
        var instruction = code[index];
        short value = instruction.Code.Value;
        string where = _source.Find(method, instruction.Offset) ?? _path;
        if (s_unknownOpcodes.Contains(value)) Report(Rules.Opcode, where, instruction.Code.Name!);
        else if (s_checkedOpcodes.Contains(value)) Report(Rules.Checked, where, instruction.Code.Name!);
        else if (value == OpCodes.Sizeof.Value) Report(Rules.SizeOf, where, "");
        else if (value == OpCodes.Conv_U.Value && index > 0 && s_addressOpcodes.Contains(code[index - 1].Code.Value))
            Report(Rules.PointerUse, where, "");
        else if (value == OpCodes.Switch.Value && instruction.Targets > Limit)
            Report(Rules.BigSwitch, where, $"{instruction.Targets} entries");
        else if (value == OpCodes.Ldstr.Value)
            CheckLiteral(_md.GetUserString((UserStringHandle)MetadataTokens.Handle(instruction.Operand)), where);
        else if (instruction.HasToken) CheckToken(instruction, index == 0 ? null : code[index - 1], where);
    }

    private void CheckLiteral(string literal, string where)
    {
        _strings.Add(literal);
        if (literal.Contains('\0')) Report(Rules.NulInLiteral, where, "");
    }

    private void CheckToken(Instruction instruction, Instruction? previous, string where)
    {
        var token = instruction.Token;
        switch (token.Kind)
        {
            case HandleKind.TypeSpecification:
                CheckTypeHandle(token, where, "");
                break;
            case HandleKind.MethodSpecification:
                Report(Rules.GenericUse, where, "");
                break;
            case HandleKind.MemberReference:
                var reference = _md.GetMemberReference((MemberReferenceHandle)token);
                string name = _md.GetString(reference.Name);
                CheckTypeHandle(reference.Parent, where, "");
                if (reference.GetKind() != MemberReferenceKind.Method) break;
                var sig = reference.DecodeMethodSignature(_traits, null);
                if (sig.ReturnType.HasFlag(Traits.Generic) || SignatureTraits.Merge(sig.ParameterTypes).HasFlag(Traits.Generic))
                    Report(Rules.GenericUse, where, $"call of '{name}'");
                if (name == "ToString" && previous is { } prefix && prefix.Code.Value == OpCodes.Constrained.Value
                    && IsEnum(prefix.Token))
                    Report(Rules.EnumToString, where, "");
                CheckDelegateCall(reference.Parent, name, where);
                break;
            case HandleKind.MethodDefinition:
                var method = _md.GetMethodDefinition((MethodDefinitionHandle)token);
                CheckDelegateCall(method.GetDeclaringType(), _md.GetString(method.Name), where);
                break;
        }
    }

    private void CheckDelegateCall(EntityHandle type, string name, string where)
    {
        bool isDelegate = type.Kind == HandleKind.TypeDefinition
            ? IsBasedOn(type, "System.MulticastDelegate")
            : type.Kind == HandleKind.TypeReference; // a library type with these method names is a delegate
        if (isDelegate && name is "BeginInvoke" or "EndInvoke") Report(Rules.DelegateAsync, where, "");
    }

    private bool IsEnum(EntityHandle type) => type.Kind == HandleKind.TypeDefinition
        ? IsBasedOn(type, "System.Enum")
        : type.Kind == HandleKind.TypeReference
            && _libraryEnums.Contains(SignatureText.FullName(_md, _md.GetTypeReference((TypeReferenceHandle)type), scope: false));

    private bool IsBasedOn(EntityHandle type, string name) => _text
        .Type(_md, _md.GetTypeDefinition((TypeDefinitionHandle)type).BaseType).EndsWith(name, StringComparison.Ordinal);

    private void CheckBeforeTry(MethodDefinitionHandle method, List<Instruction> code, int index, ExceptionRegionKind kind)
    {
        // The runtime looks for handlers at the return address. The lock statement always has this form: Enter, then
        // try and finally. It is left out, because only Thread.Abort during the wait makes a difference there.
        if (index < 0 || code[index].Code.FlowControl != FlowControl.Call
            || code[index].Code.OperandType != OperandType.InlineMethod)
            return;
        string name = MethodName(code[index].Token);
        if (name != "Enter" || kind != ExceptionRegionKind.Finally)
            Report(Rules.CallBeforeTry, _source.Find(method, code[index].Offset), $"call of '{name}'");
    }

    private string MethodName(EntityHandle method) => method.Kind switch
    {
        HandleKind.MethodDefinition => _md.GetString(_md.GetMethodDefinition((MethodDefinitionHandle)method).Name),
        HandleKind.MemberReference => _md.GetString(_md.GetMemberReference((MemberReferenceHandle)method).Name),
        _ => "",
    };

    private void CheckFilter(MethodDefinitionHandle method, IEnumerable<Instruction> filter)
    {
        foreach (var instruction in filter.Where(i => i.Code.OperandType == OperandType.InlineMethod))
        {
            string name = MethodName(instruction.Token);
            if (!name.StartsWith("get_", StringComparison.Ordinal) && !name.StartsWith("op_", StringComparison.Ordinal))
                Report(Rules.FilterCall, _source.Find(method, instruction.Offset) ?? _path, $"call of '{name}'");
        }
    }

    private void CheckArrayData()
    {
        int total = 0;
        var fields = _md.FieldDefinitions.Select(h => (Handle: h, Field: _md.GetFieldDefinition(h)))
            .Where(f => (f.Field.Attributes & FieldAttributes.HasFieldRVA) != 0);
        foreach (var (_, field) in fields)
        {
            // The field's type is a struct made by the compiler whose size is the size of the data.
            var blob = _md.GetBlobReader(field.Signature);
            blob.ReadSignatureHeader();
            if (blob.ReadSignatureTypeCode() == SignatureTypeCode.TypeHandle
                && blob.ReadTypeHandle() is { Kind: HandleKind.TypeDefinition } type)
                total += _md.GetTypeDefinition((TypeDefinitionHandle)type).GetLayout().Size;
            else total += 8;
        }

        if (total > MaxArrayData) Report(Rules.ArrayData, _path, $"{total} bytes");
    }

    private string WhereIs(TypeDefinitionHandle type) =>
        _md.GetTypeDefinition(type).GetMethods().Select(m => _source.Find(m))
            .FirstOrDefault(place => place != null) ?? _source.Find(type) ?? _path;

    private void Report(Rule rule, string? where, string detail)
    {
        where ??= _path;
        if (_reported.Add((rule.Id, where, where == _path ? detail : "")))
            _findings.Add(new Finding(rule, where, detail));
    }
}
