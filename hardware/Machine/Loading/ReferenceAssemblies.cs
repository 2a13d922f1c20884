using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;
using Mono.Cecil;
using FieldAttributes = Mono.Cecil.FieldAttributes;
using MethodAttributes = Mono.Cecil.MethodAttributes;
using MethodImplAttributes = Mono.Cecil.MethodImplAttributes;
using ParameterAttributes = Mono.Cecil.ParameterAttributes;
using PropertyAttributes = Mono.Cecil.PropertyAttributes;
using TypeAttributes = Mono.Cecil.TypeAttributes;

namespace Hardware.Machine.Loading;

/// <summary>The board's libraries as a compiler sees them, without code: what Surface.txt lists, and nothing a board does not
/// have. Compiled against them, a program has the very instructions that it has on a board: no generic handler for
/// interpolation, the short form of <c>lock</c>, accessors of events with a lock.</summary>
public sealed class ReferenceAssemblies
{
    private const string CoreLibrary = "mscorlib";

    // What the compiler asks for and programs hardly name: attributes with the parameters of their constructor.
    private static readonly (string Name, string[] Parameters)[] s_attributes =
    [
        ("System.ParamArrayAttribute", []),
        ("System.FlagsAttribute", []),
        ("System.SerializableAttribute", []),
        ("System.ObsoleteAttribute", ["System.String"]),
        ("System.Reflection.DefaultMemberAttribute", ["System.String"]),
        ("System.Diagnostics.ConditionalAttribute", ["System.String"]),
        ("System.Runtime.CompilerServices.CompilerGeneratedAttribute", []),
        ("System.Runtime.CompilerServices.ExtensionAttribute", []),
        ("System.Runtime.CompilerServices.InternalsVisibleToAttribute", ["System.String"]),
        ("System.Diagnostics.CodeAnalysis.NotNullWhenAttribute", ["System.Boolean"]),
        ("System.Diagnostics.CodeAnalysis.DoesNotReturnAttribute", []),
        ("System.Diagnostics.CodeAnalysis.NotNullAttribute", []),
        ("System.Diagnostics.CodeAnalysis.MaybeNullAttribute", []),
        ("System.Diagnostics.CodeAnalysis.AllowNullAttribute", []),
    ];

    private static readonly TypeSystem s_system = ModuleDefinition.CreateModule("primitives", ModuleKind.Dll).TypeSystem;

    private readonly Dictionary<string, AssemblyDefinition> _assemblies = [];
    private readonly Dictionary<string, TypeDefinition> _types = [];
    private readonly List<(SurfaceType Known, Type Source)> _sources = [];

    private ReferenceAssemblies()
    {
        foreach (SurfaceType known in Surface.Instance.Types)
        {
            if (known.IsOfPcOnly) continue;
            Type source = known.Replacement ?? Surface.FindInDotNet(known.Name)
                ?? throw new InvalidOperationException($"Surface.txt names {known.Name}, which nobody has.");
            _types.Add(known.Name, Declare(known.Name, known.Assembly, source));
            _sources.Add((known, source));
        }

        foreach ((string name, string[] parameters) in s_attributes) AddAttribute(name, parameters);
        foreach ((SurfaceType known, Type source) in _sources) Fill(known, source);
        AllowMultiple("System.Runtime.CompilerServices.InternalsVisibleToAttribute");
        AllowMultiple("System.Diagnostics.ConditionalAttribute");
    }

    /// <summary>Each library's file, by its name.</summary>
    public static IReadOnlyDictionary<string, byte[]> Make()
    {
        Dictionary<string, byte[]> images = [];
        foreach ((string name, AssemblyDefinition assembly) in new ReferenceAssemblies()._assemblies)
        {
            using MemoryStream stream = new();
            assembly.Write(stream);
            images.Add(name, stream.ToArray());
        }

        return images;
    }

    private ModuleDefinition ModuleOf(string assembly)
    {
        if (_assemblies.TryGetValue(assembly, out AssemblyDefinition? known)) return known.MainModule;
        AssemblyDefinition made = AssemblyDefinition.CreateAssembly(
            new AssemblyNameDefinition(assembly, new Version(1, 0, 0, 0)), assembly, ModuleKind.Dll);
        if (assembly != CoreLibrary)
        {
            made.MainModule.AssemblyReferences.Add(new AssemblyNameReference(CoreLibrary, new Version(1, 0, 0, 0)));
        }

        _assemblies.Add(assembly, made);
        return made.MainModule;
    }

    private TypeDefinition Declare(string name, string assembly, Type source)
    {
        TypeAttributes attributes = TypeAttributes.Public;
        if (source.IsInterface) attributes |= TypeAttributes.Interface | TypeAttributes.Abstract;
        if (source.IsAbstract) attributes |= TypeAttributes.Abstract;
        if (source.IsSealed) attributes |= TypeAttributes.Sealed;
        if (source.IsValueType) attributes |= TypeAttributes.SequentialLayout;
        int dot = name.LastIndexOf('.');
        TypeDefinition type = new(name[..dot], name[(dot + 1)..], attributes);
        ModuleOf(assembly).Types.Add(type);
        if (Primitive(s_system, source) is { } primitive && assembly == CoreLibrary) MarkPrimitive(type, primitive);
        return type;
    }

    private void AddAttribute(string name, string[] parameters)
    {
        TypeDefinition type = Declare(name, CoreLibrary, typeof(FlagsAttribute));
        type.BaseType = _types["System.Attribute"];
        MethodDefinition constructor = NewMethod(".ctor", MethodAttributes.Public, _types["System.Void"]);
        constructor.HasThis = true;
        foreach (string parameter in parameters) constructor.Parameters.Add(new ParameterDefinition(_types[parameter]));
        type.Methods.Add(constructor);
        _types.Add(name, type);
    }

    private void AllowMultiple(string name)
    {
        TypeDefinition type = _types[name];
        TypeDefinition usage = _types["System.AttributeUsageAttribute"];
        CustomAttribute attribute = new(usage.Methods.First(each => each.Name == ".ctor"));
        attribute.ConstructorArguments.Add(
            new CustomAttributeArgument(_types["System.AttributeTargets"], (int)AttributeTargets.All));
        attribute.Properties.Add(new Mono.Cecil.CustomAttributeNamedArgument(
            "AllowMultiple", new CustomAttributeArgument(_types["System.Boolean"], true)));
        type.CustomAttributes.Add(attribute);
    }

    private void Fill(SurfaceType known, Type source)
    {
        TypeDefinition type = _types[known.Name];
        if (source != typeof(object) && !source.IsInterface) type.BaseType = BaseOf(type, source);
        foreach (Type each in source.GetInterfaces())
        {
            if (Find(each) is { } found) type.Interfaces.Add(new InterfaceImplementation(Import(type, found)));
        }

        if (source.IsEnum)
        {
            type.Fields.Add(new FieldDefinition(
                "value__",
                FieldAttributes.Public | FieldAttributes.SpecialName | FieldAttributes.RTSpecialName,
                Import(type, Enum.GetUnderlyingType(source))));
        }
        else if (source.IsValueType && !source.IsPrimitive && source != typeof(void))
        {
            type.Fields.Add(new FieldDefinition("_value", FieldAttributes.Private, Import(type, typeof(int))));
        }

        foreach (SurfaceMember member in known.Members.Values)
        {
            if (member.IsOfPcOnly) continue;
            if (member.Name.Contains('(', StringComparison.Ordinal)) AddMethod(type, known, source, member);
            else AddField(type, source, member);
        }

        AddProperties(type);
    }

    // On a board some classes between are missing.
    private TypeReference? BaseOf(TypeDefinition type, Type source)
    {
        for (Type? each = source.BaseType; each != null; each = each.BaseType)
        {
            if (Find(each) is { } found) return Import(type, found);
        }

        return null;
    }

    private void AddField(TypeDefinition type, Type source, SurfaceMember member)
    {
        FieldInfo field = source.GetField(member.Name)
            ?? throw new InvalidOperationException($"Surface.txt names {type.FullName}.{member.Name}, which nobody has.");
        FieldAttributes attributes = FieldAttributes.Public;
        if (field.IsStatic) attributes |= FieldAttributes.Static;
        if (field.IsInitOnly) attributes |= FieldAttributes.InitOnly;
        FieldDefinition added = new(member.Name, attributes, Import(type, field.FieldType));
        if (field.IsLiteral)
        {
            added.IsLiteral = true;
            added.HasDefault = true;
            added.Constant = field.GetRawConstantValue();
        }

        type.Fields.Add(added);
    }

    private void AddMethod(TypeDefinition type, SurfaceType known, Type source, SurfaceMember member)
    {
        MethodBase? found = FindMethod(source, member);
        if (found == null || (found is MethodInfo { ReturnType.IsArray: false } other && Find(other.ReturnType) == null))
        {
            if (!known.Substitutes.TryGetValue(member.Name, out MethodInfo? substitute)) return;
            found = substitute;
        }

        bool isSubstitute = found.DeclaringType!.IsDefined(typeof(ExtendsAttribute));
        bool isStatic = isSubstitute ? found.IsDefined(typeof(StaticMemberAttribute)) : found.IsStatic;
        string name = member.Name[..member.Name.IndexOf('(', StringComparison.Ordinal)];
        MethodAttributes attributes = found.IsPublic ? MethodAttributes.Public : MethodAttributes.Family;
        if (!isSubstitute)
        {
            if (found.IsVirtual) attributes |= MethodAttributes.Virtual;
            if (found.IsFinal) attributes |= MethodAttributes.Final;
            if (found.IsAbstract) attributes |= MethodAttributes.Abstract;
            if (found is MethodInfo { IsVirtual: true } method && method.GetBaseDefinition() == method)
            {
                attributes |= MethodAttributes.NewSlot;
            }
        }

        if (isStatic) attributes |= MethodAttributes.Static;
        TypeReference result = Import(type, found is MethodInfo info ? info.ReturnType : typeof(void));
        MethodDefinition added = NewMethod(name, attributes, result);
        added.HasThis = !isStatic;
        foreach (ParameterInfo parameter in found.GetParameters().Skip(isSubstitute && !isStatic ? 1 : 0))
        {
            added.Parameters.Add(Parameter(type, name, found, parameter));
        }

        if (known.Name == "System.Diagnostics.Debug")
        {
            // Calls vanish from what is not compiled for debugging.
            MethodReference constructor = _types["System.Diagnostics.ConditionalAttribute"].Methods[0];
            CustomAttribute attribute = new(constructor);
            attribute.ConstructorArguments.Add(new CustomAttributeArgument(_types["System.String"], "DEBUG"));
            added.CustomAttributes.Add(attribute);
        }

        if (source.BaseType == typeof(MulticastDelegate)) added.ImplAttributes = MethodImplAttributes.Runtime;
        type.Methods.Add(added);
    }

    private ParameterDefinition Parameter(TypeDefinition type, string method, MethodBase found, ParameterInfo parameter)
    {
        ParameterDefinition added = new(parameter.Name, ParameterAttributes.None, Import(type, parameter.ParameterType));
        if (parameter.IsOut) added.IsOut = true;
        if (parameter.IsDefined(typeof(ParamArrayAttribute)))
        {
            MethodReference constructor = type.Module.ImportReference(_types["System.ParamArrayAttribute"].Methods[0]);
            added.CustomAttributes.Add(new CustomAttribute(constructor));
        }

        // Where .NET has two overloads a board has one with a default.
        object? value = parameter.Position == 1 && method is "PadLeft" or "PadRight" ? ' '
            : parameter.Position == 1 && found.DeclaringType == typeof(Convert) && parameter.Name == "fromBase" ? 10
            : found.DeclaringType!.Assembly == typeof(VirtualRuntime.Drive).Assembly && parameter.HasDefaultValue
                ? parameter.RawDefaultValue
            : null;
        if (value != null)
        {
            added.IsOptional = true;
            added.HasDefault = true;
            added.Constant = value;
        }

        return added;
    }

    private static MethodDefinition NewMethod(string name, MethodAttributes attributes, TypeReference result)
    {
        MethodDefinition method = new(name, attributes | MethodAttributes.HideBySig, result);
        if (name == ".ctor") method.Attributes |= MethodAttributes.SpecialName | MethodAttributes.RTSpecialName;
        else if (name.StartsWith("op_", StringComparison.Ordinal)) method.Attributes |= MethodAttributes.SpecialName;
        if (!method.IsAbstract) method.ImplAttributes = MethodImplAttributes.InternalCall;
        return method;
    }

    private static MethodBase? FindMethod(Type source, SurfaceMember member)
    {
        const BindingFlags All = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static;
        IEnumerable<MethodBase> candidates = member.Name.StartsWith(".ctor", StringComparison.Ordinal)
            ? source.GetConstructors(All & ~BindingFlags.Static)
            : source.GetMethods(All | BindingFlags.FlattenHierarchy);
        return candidates.FirstOrDefault(each => !each.IsPrivate && NameOf(each) == member.Name);
    }

    private static string NameOf(MethodBase method) =>
        method.Name + "("
        + string.Join(',', method.GetParameters().Select(each => Surface.Short(BoardName(each.ParameterType)))) + ")";

    private static string BoardName(Type type)
    {
        if (type.IsByRef) return BoardName(type.GetElementType()!) + "&";
        if (type.IsArray) return BoardName(type.GetElementType()!) + "[]";
        return type.GetCustomAttribute<ReplacesAttribute>()?.TypeName ?? type.FullName ?? type.Name;
    }

    private TypeDefinition? Find(Type type) => _types.GetValueOrDefault(BoardName(type));

    private TypeReference Import(TypeDefinition user, Type type)
    {
        bool isCore = user.Module.Assembly.Name.Name == CoreLibrary;
        if (!isCore && Primitive(user.Module.TypeSystem, type) is { } primitive) return primitive;
        if (type.IsByRef) return new ByReferenceType(Import(user, type.GetElementType()!));
        if (type.IsArray) return new ArrayType(Import(user, type.GetElementType()!));
        TypeDefinition found = Find(type)
            ?? throw new InvalidOperationException($"Surface.txt lacks {type}, used by {user.FullName}.");
        return Import(user, found);
    }

    private static TypeReference Import(TypeDefinition user, TypeDefinition type) =>
        user.Module == type.Module ? type : user.Module.ImportReference(type);

    // What signatures write as a number, not as a name.
    private static TypeReference? Primitive(TypeSystem system, Type type) => type.FullName switch
    {
        "System.Void" => system.Void,
        "System.Object" => system.Object,
        "System.String" => system.String,
        "System.Boolean" => system.Boolean,
        "System.Char" => system.Char,
        "System.SByte" => system.SByte,
        "System.Byte" => system.Byte,
        "System.Int16" => system.Int16,
        "System.UInt16" => system.UInt16,
        "System.Int32" => system.Int32,
        "System.UInt32" => system.UInt32,
        "System.Int64" => system.Int64,
        "System.UInt64" => system.UInt64,
        "System.Single" => system.Single,
        "System.Double" => system.Double,
        "System.IntPtr" => system.IntPtr,
        "System.UIntPtr" => system.UIntPtr,
        _ => null,
    };

    // In the core library itself Cecil takes them for ordinary types, because it has not read them from a file.
    private static void MarkPrimitive(TypeDefinition type, TypeReference primitive)
    {
        FieldInfo number = typeof(TypeReference).GetField("etype", BindingFlags.Instance | BindingFlags.NonPublic)!;
        number.SetValue(type, number.GetValue(primitive));
    }

    // Accessors become properties and events; one with parameters is the type's indexer.
    private void AddProperties(TypeDefinition type)
    {
        foreach (MethodDefinition method in type.Methods)
        {
            int cut = method.Name.IndexOf('_', StringComparison.Ordinal);
            if (cut < 0) continue;
            string kind = method.Name[..cut];
            string name = method.Name[(cut + 1)..];
            if (kind is "get" or "set") AddAccessor(type, method, kind == "get", name);
            else if (kind is "add" or "remove") AddEventAccessor(type, method, kind == "add", name);
        }
    }

    private void AddAccessor(TypeDefinition type, MethodDefinition method, bool isGetter, string name)
    {
        method.IsSpecialName = true;
        PropertyDefinition? property = type.Properties.FirstOrDefault(each => each.Name == name);
        if (property == null)
        {
            property = new PropertyDefinition(
                name, PropertyAttributes.None, isGetter ? method.ReturnType : method.Parameters[^1].ParameterType);
            property.HasThis = method.HasThis;
            type.Properties.Add(property);
            if (method.Parameters.Count > (isGetter ? 0 : 1) && type.FullName != "System.Array")
            {
                MethodReference constructor =
                    type.Module.ImportReference(_types["System.Reflection.DefaultMemberAttribute"].Methods[0]);
                CustomAttribute attribute = new(constructor);
                attribute.ConstructorArguments.Add(new CustomAttributeArgument(Import(type, typeof(string)), name));
                type.CustomAttributes.Add(attribute);
            }
        }

        if (isGetter) property.GetMethod = method;
        else property.SetMethod = method;
    }

    private static void AddEventAccessor(TypeDefinition type, MethodDefinition method, bool isAdd, string name)
    {
        method.IsSpecialName = true;
        EventDefinition? added = type.Events.FirstOrDefault(each => each.Name == name);
        if (added == null)
        {
            added = new EventDefinition(name, Mono.Cecil.EventAttributes.None, method.Parameters[0].ParameterType);
            type.Events.Add(added);
        }

        if (isAdd) added.AddMethod = method;
        else added.RemoveMethod = method;
    }
}
