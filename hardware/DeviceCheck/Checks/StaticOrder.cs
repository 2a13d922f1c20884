using System.Reflection;
using System.Reflection.Emit;
using System.Reflection.Metadata;

using Hardware.DeviceCheck.Metadata;

namespace Hardware.DeviceCheck.Checks;

/// <summary>
/// The device runs every static constructor once when an assembly is loaded, whether or not its type is used.
/// Types are taken in the order of their full names; a type comes after the type that it is nested in, after its
/// interfaces and after the types that occur in the signatures of the methods it calls. This class finds
/// static constructors that read, directly or through calls, a field whose own initializer has not run by then.
/// </summary>
internal sealed class StaticOrder
{
    private readonly MetadataReader _md;
    private readonly Dictionary<MethodDefinitionHandle, List<Instruction>> _code;
    private readonly Dictionary<TypeDefinitionHandle, int> _position = [];
    private readonly Dictionary<TypeDefinitionHandle, MethodDefinitionHandle> _constructors = [];

    public StaticOrder(MetadataReader md, Dictionary<MethodDefinitionHandle, List<Instruction>> code)
    {
        (_md, _code) = (md, code);
        foreach (var type in md.TypeDefinitions.OrderBy(Name, StringComparer.OrdinalIgnoreCase)) Place(type);
        foreach (var method in code.Keys)
        {
            if (md.GetString(md.GetMethodDefinition(method).Name) == ".cctor")
                _constructors[md.GetMethodDefinition(method).GetDeclaringType()] = method;
        }
    }

    public IEnumerable<(MethodDefinitionHandle Method, int Offset, string Type, string Field)> FindEarlyReads()
    {
        foreach (var (type, constructor) in _constructors)
        {
            foreach (var instruction in _code[constructor])
            {
                foreach (string field in EarlyReads(type, instruction, []))
                    yield return (constructor, instruction.Offset, Name(type), field);
            }
        }
    }

    private IEnumerable<string> EarlyReads(TypeDefinitionHandle reader, Instruction instruction,
        HashSet<MethodDefinitionHandle> visited)
    {
        if (!instruction.HasToken) yield break;
        short code = instruction.Code.Value;
        if (instruction.Token.Kind == HandleKind.FieldDefinition
            && (code == OpCodes.Ldsfld.Value || code == OpCodes.Ldsflda.Value))
        {
            var handle = (FieldDefinitionHandle)instruction.Token;
            var field = _md.GetFieldDefinition(handle);
            var owner = field.GetDeclaringType();
            string name = Name(owner);
            if (!name.Contains('<') && _position[owner] > _position[reader] && IsInitialized(owner, handle))
                yield return name + "." + _md.GetString(field.Name);
        }
        else if (instruction.Token.Kind == HandleKind.MethodDefinition && code != OpCodes.Ldftn.Value
            && code != OpCodes.Ldvirtftn.Value)
        {
            var callee = (MethodDefinitionHandle)instruction.Token;
            if (!visited.Add(callee) || !_code.TryGetValue(callee, out var body)) yield break;
            foreach (string field in body.SelectMany(i => EarlyReads(reader, i, visited))) yield return field;
        }
    }

    private bool IsInitialized(TypeDefinitionHandle owner, FieldDefinitionHandle field) =>
        _constructors.TryGetValue(owner, out var constructor)
        && _code[constructor].Any(i => i.Code.Value == OpCodes.Stsfld.Value && i.Token == field);

    private void Place(TypeDefinitionHandle handle)
    {
        if (_position.ContainsKey(handle)) return;
        var type = _md.GetTypeDefinition(handle);
        if (!type.GetDeclaringType().IsNil) Place(type.GetDeclaringType());
        foreach (var implemented in type.GetInterfaceImplementations().Select(_md.GetInterfaceImplementation))
        {
            if (implemented.Interface.Kind == HandleKind.TypeDefinition) Place((TypeDefinitionHandle)implemented.Interface);
        }

        if (!_position.TryAdd(handle, int.MaxValue)) // placed on the way
            return;

        var used = new List<TypeDefinitionHandle>();
        var collect = new SignatureTraits(t =>
        {
            used.Add(t);
            return false;
        });
        foreach (var instruction in type.GetMethods().Where(_code.ContainsKey).SelectMany(m => _code[m]).Where(i => i.HasToken))
        {
            if (instruction.Token.Kind == HandleKind.MethodDefinition)
                _md.GetMethodDefinition((MethodDefinitionHandle)instruction.Token).DecodeSignature(collect, null);
        }

        foreach (var other in used) Place(other);
        _position[handle] = _placed++;
    }

    private int _placed;

    private string Name(TypeDefinitionHandle handle) => SignatureText.FullName(_md, _md.GetTypeDefinition(handle));
}
