using System;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using System.Runtime.CompilerServices;
using Hardware.Machine.Platform;
using Mono.Cecil;
using Mono.Cecil.Cil;
using Mono.Cecil.Rocks;
using MethodAttributes = Mono.Cecil.MethodAttributes;

namespace Hardware.Machine.Loading;

/// <summary>Makes a firmware assembly one that runs on the machine: every reference to the board's libraries is checked and
/// bound, every instruction charged, every object counted.</summary>
internal sealed partial class Rewriter
{
    /// <summary>What static constructors are called afterwards: the machine runs them itself, in the board's order.</summary>
    internal const string StaticConstructor = "StaticConstructor$";

    private readonly ModuleDefinition _module;
    private readonly HashSet<string> _firmware; // names of the assemblies that are rewritten
    private readonly IReadOnlyCollection<string> _hosted; // of those that are code of a PC: Rewriter.Hosted.cs
    private readonly bool _isHosted;
    private readonly InstructionCosts _costs;
    private readonly bool _isOptimized;
    private readonly bool _isProfiled;
    private readonly SortedSet<string> _unknown = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _boardNames = []; // of types that are the machine's own by now
    private readonly HashSet<TypeReference> _unbound = [];
    private readonly HashSet<string> _constants = []; // static fields that only a static constructor may write
    private readonly MethodReference _in;
    private readonly MethodReference _charge;
    private readonly MethodReference _chargeAccess;
    private readonly MethodReference _call;
    private readonly MethodReference _enter;
    private readonly MethodReference _keep;
    private readonly MethodReference _new;
    private readonly MethodReference _made;
    private readonly MethodReference _newArray;
    private readonly MethodReference _madeArray;
    private readonly MethodReference _madeString;
    private readonly MethodReference _queueBegins;
    private readonly MethodReference _queueBeginsAt;
    private readonly MethodReference _queueEnds;
    private readonly MethodReference _handlerBegins;
    private readonly MethodReference _handlerEnds;
    private readonly MethodReference _itemsMoved;
    private readonly MethodReference _poolUsed;
    private readonly MethodReference _handlerThrew;
    private readonly MethodReference _queueHas;

    internal Rewriter(
        ModuleDefinition module,
        HashSet<string> firmware,
        IReadOnlyCollection<string> hosted,
        InstructionCosts costs,
        bool isOptimized,
        bool isProfiled)
    {
        _isOptimized = isOptimized;
        _isProfiled = isProfiled;
        _module = module;
        _firmware = firmware;
        _hosted = hosted;
        _isHosted = hosted.Contains(module.Assembly.Name.Name);
        _costs = costs;
        _in = Import(nameof(Account.In));
        _charge = Import(nameof(Account.Charge));
        _chargeAccess = Import(_isHosted ? nameof(Account.ChargeHostedAccess) : nameof(Account.ChargeAccess));
        _call = Import(nameof(Account.Call));
        _enter = Import(nameof(Account.Enter));
        _keep = Import(nameof(Account.Keep));
        _new = Import(nameof(Account.New));
        _made = Import(nameof(Account.Made));
        _newArray = Import(nameof(Account.NewArray));
        _madeArray = Import(nameof(Account.MadeArray));
        _madeString = Import(nameof(Account.MadeString));
        _queueBegins = Import(nameof(Account.QueueBegins));
        _queueBeginsAt = Import(nameof(Account.QueueBeginsAt));
        _queueEnds = Import(nameof(Account.QueueEnds));
        _handlerBegins = Import(nameof(Account.HandlerBegins));
        _handlerEnds = Import(nameof(Account.HandlerEnds));
        _itemsMoved = Import(nameof(Account.ItemsMoved));
        _poolUsed = Import(nameof(Account.PoolUsed));
        _handlerThrew = Import(nameof(Account.HandlerThrew));
        _queueHas = Import(nameof(Account.QueueHas));
    }

    /// <summary>Rewrites the module in place.</summary>
    /// <returns>What it uses that the machine does not have; nothing may be run then.</returns>
    internal IReadOnlyCollection<string> Rewrite()
    {
        DropAttributes();
        BindTypes();
        if (_isHosted) return RewriteHosted();
        foreach (TypeDefinition type in _module.GetTypes())
        {
            _constants.UnionWith(type.Fields.Where(each => each.IsStatic && each.IsInitOnly).Select(each => each.FullName));
        }

        foreach (TypeDefinition type in _module.GetTypes().ToList())
        {
            if (type.BaseType != null) CheckType(type.BaseType, type.FullName);
            foreach (InterfaceImplementation each in type.Interfaces) CheckType(each.InterfaceType, type.FullName);
            foreach (FieldDefinition field in type.Fields)
            {
                CheckType(field.FieldType, field.FullName);
                if (field.IsStatic) field.IsInitOnly = false;
            }

            foreach (MethodDefinition method in type.Methods.ToList()) Rewrite(method);
        }

        return _unknown;
    }

    private MethodReference Import(string name) => _module.ImportReference(typeof(Account).GetMethod(name));

    // Attributes of the firmware name types that exist on one of the two platforms only, and nothing here asks for them.
    private void DropAttributes()
    {
        void Drop(Mono.Cecil.ICustomAttributeProvider provider)
        {
            if (!provider.HasCustomAttributes) return;
            for (int i = provider.CustomAttributes.Count - 1; i >= 0; i--)
            {
                string name = provider.CustomAttributes[i].AttributeType.FullName;
                bool isKept = name == "System.Runtime.CompilerServices.InternalsVisibleToAttribute" || IsKeptInHosted(name);
                if (!isKept) provider.CustomAttributes.RemoveAt(i);
            }
        }

        Drop(_module.Assembly);
        Drop(_module);
        foreach (TypeDefinition type in _module.GetTypes())
        {
            Drop(type);
            foreach (FieldDefinition field in type.Fields) Drop(field);
            foreach (PropertyDefinition property in type.Properties) Drop(property);
            foreach (EventDefinition each in type.Events) Drop(each);
            foreach (InterfaceImplementation each in type.Interfaces) Drop(each);
            foreach (GenericParameter each in type.GenericParameters) Drop(each);
            foreach (MethodDefinition method in type.Methods)
            {
                Drop(method);
                Drop(method.MethodReturnType);
                foreach (ParameterDefinition parameter in method.Parameters) Drop(parameter);
                foreach (GenericParameter each in method.GenericParameters) Drop(each);
            }
        }
    }

    // References to types of the board's libraries become references to what stands for them here.
    private void BindTypes()
    {
        foreach (TypeReference type in _module.GetTypeReferences().ToList())
        {
            if (type.DeclaringType != null || IsFirmware(type)) continue;
            string name = type.FullName;
            if (_isHosted && IsLeftToDotNet(type)) continue;
            Type? target = Surface.Instance.Find(name) is { } known ? known.Replacement ?? Surface.FindInDotNet(name) : null;
            if (target == null)
            {
                _unbound.Add(type); // an error where something uses it: attributes, which are gone, did too
                continue;
            }

            TypeReference bound = _module.ImportReference(target);
            type.Namespace = target.Namespace;
            type.Name = target.Name;
            type.Scope = bound.Scope;
            _boardNames[type.FullName] = name;
        }
    }

    private bool IsFirmware(TypeReference type)
    {
        TypeReference element = type.GetElementType();
        return element is GenericParameter || element.Scope is ModuleDefinition || _firmware.Contains(element.Scope.Name);
    }

    // What the type is called on a board, and its row.
    private SurfaceType? Known(TypeReference type)
    {
        TypeReference element = type.GetElementType();
        string name = element.FullName;
        if (element.DeclaringType == null) name = _boardNames.GetValueOrDefault(name, name);
        return Surface.Instance.Find(name);
    }

    // A type as something uses it: nothing that is unknown, and no array of several dimensions.
    private void CheckType(TypeReference type, string user)
    {
        if (type is ArrayType { Rank: > 1 } && !_isHosted)
        {
            _unknown.Add($"{type.FullName} in {user}: a board has only arrays of one dimension");
        }

        if (type is GenericInstanceType generic)
        {
            foreach (TypeReference argument in generic.GenericArguments) CheckType(argument, user);
        }

        TypeReference element = type.GetElementType();
        while (element.DeclaringType != null) element = element.DeclaringType;
        if (_unbound.Contains(element)) _unknown.Add($"{element.FullName} in {user}");
    }

    private void CheckSignature(MethodReference method, string user)
    {
        CheckType(method.ReturnType, user);
        foreach (ParameterDefinition parameter in method.Parameters) CheckType(parameter.ParameterType, user);
    }

    private void Rewrite(MethodDefinition method)
    {
        CheckSignature(method, method.FullName);
        if (method.Name == ".cctor" && !_isHosted)
        {
            method.Name = StaticConstructor;
            method.IsSpecialName = method.IsRuntimeSpecialName = false;
            method.IsPublic = true;
        }

        if (!method.HasBody || method.Body.Instructions.Count == 0)
        {
            if (method.IsPInvokeImpl || method.IsInternalCall) _unknown.Add($"{method.FullName}, which has no managed code");
            return;
        }

        // On a thread of .NET's own, at a moment of its choice: not in virtual time.
        if (method.Name == "Finalize" && method.IsVirtual && method.Parameters.Count == 0)
        {
            method.Name = "Finalize$";
            method.IsVirtual = false;
            method.Body = new Mono.Cecil.Cil.MethodBody(method);
            method.Body.Instructions.Add(Instruction.Create(OpCodes.Ret));
            return;
        }

        if ((method.IsAddOn || method.IsRemoveOn) && method.Body.Instructions.Any(IsExchange)) MakeBoardAccessor(method);

        // Fully optimised from its first call, never again; in stack traces by its own name.
        method.AggressiveInlining = false;
        method.NoInlining = true;
        const MethodImplOptions Optimized = MethodImplOptions.AggressiveOptimization;
        if (_isOptimized) method.ImplAttributes |= (Mono.Cecil.MethodImplAttributes)Optimized;
        method.Body.SimplifyMacros();
        new BodyRewriter(this, method).Rewrite();
        method.Body.OptimizeMacros();
        method.Body.MaxStackSize += 4;
        if (method.IsSynchronized) Synchronize(method);
    }

    private static bool IsExchange(Instruction each) => each.Operand is GenericInstanceMethod { Name: "CompareExchange" };

    // The accessor of a field-like event, compiled for a PC, loops with a generic CompareExchange. A board has none, so the
    // compiler locks there instead.
    private static void MakeBoardAccessor(MethodDefinition method)
    {
        List<Instruction> original = [.. method.Body.Instructions];
        var field = (FieldReference)original.First(each => each.Operand is FieldReference).Operand;
        var combine = (MethodReference)original
            .First(each => each.Operand is MethodReference { DeclaringType.Name: "Delegate" }).Operand;
        method.Body = new Mono.Cecil.Cil.MethodBody(method);
        ILProcessor il = method.Body.GetILProcessor();
        if (!method.IsStatic)
        {
            il.Emit(OpCodes.Ldarg_0);
            il.Emit(OpCodes.Ldarg_0);
        }

        il.Emit(method.IsStatic ? OpCodes.Ldsfld : OpCodes.Ldfld, field);
        il.Emit(OpCodes.Ldarg, method.Parameters[0]);
        il.Emit(OpCodes.Call, combine);
        il.Emit(OpCodes.Castclass, field.FieldType);
        il.Emit(method.IsStatic ? OpCodes.Stsfld : OpCodes.Stfld, field);
        il.Emit(OpCodes.Ret);
        method.IsSynchronized = true;
    }

    // .NET would lock the object itself, which all machines share.
    private void Synchronize(MethodDefinition method)
    {
        method.IsSynchronized = false;
        MethodDefinition inner = new(method.Name + "$", MethodAttributes.Private | MethodAttributes.HideBySig, method.ReturnType)
        {
            IsStatic = method.IsStatic,
            HasThis = method.HasThis,
            ImplAttributes = method.ImplAttributes,
            Body = method.Body,
        };
        foreach (ParameterDefinition parameter in method.Parameters) inner.Parameters.Add(parameter);
        method.DeclaringType.Methods.Add(inner);

        Mono.Cecil.Cil.MethodBody body = new(method);
        method.Body = body;
        ILProcessor il = body.GetILProcessor();
        MethodReference enter = _module.ImportReference(typeof(Platform.Monitor).GetMethod("Enter", [typeof(object)]));
        MethodReference exit = _module.ImportReference(typeof(Platform.Monitor).GetMethod("Exit", [typeof(object)]));
        bool isVoid = method.ReturnType.MetadataType == MetadataType.Void;
        if (!isVoid) body.Variables.Add(new VariableDefinition(method.ReturnType));
        void Target()
        {
            if (method.HasThis)
            {
                il.Emit(OpCodes.Ldarg_0);
                return;
            }

            il.Emit(OpCodes.Ldtoken, method.DeclaringType);
            il.Emit(OpCodes.Call, _module.ImportReference(typeof(Type).GetMethod(nameof(Type.GetTypeFromHandle))));
        }

        Instruction end = isVoid ? il.Create(OpCodes.Ret) : il.Create(OpCodes.Ldloc_0);
        Target();
        il.Emit(OpCodes.Call, enter);
        int tryStart = body.Instructions.Count;
        if (method.HasThis) il.Emit(OpCodes.Ldarg_0);
        foreach (ParameterDefinition parameter in method.Parameters) il.Emit(OpCodes.Ldarg, parameter);
        il.Emit(OpCodes.Call, inner);
        if (!isVoid) il.Emit(OpCodes.Stloc_0);
        il.Emit(OpCodes.Leave, end);
        int finallyStart = body.Instructions.Count;
        Target();
        il.Emit(OpCodes.Call, exit);
        il.Emit(OpCodes.Endfinally);
        il.Append(end);
        if (!isVoid) il.Emit(OpCodes.Ret);
        body.ExceptionHandlers.Add(new ExceptionHandler(ExceptionHandlerType.Finally)
        {
            TryStart = body.Instructions[tryStart],
            TryEnd = body.Instructions[finallyStart],
            HandlerStart = body.Instructions[finallyStart],
            HandlerEnd = end,
        });
    }

    // A member's name with the board's names of its parameter types.
    private string BoardNameOf(MethodReference method)
    {
        List<string> types = [];
        foreach (ParameterDefinition parameter in method.Parameters)
        {
            string name = parameter.ParameterType.FullName;
            string element = parameter.ParameterType.GetElementType().FullName;
            string board = _boardNames.GetValueOrDefault(element, element);
            if (board != element) name = name.Replace(element, board, StringComparison.Ordinal);
            types.Add(Surface.Short(name));
        }

        return method.Name + "(" + string.Join(',', types) + ")";
    }

    // 0: it is no object.
    private int ObjectBytes(TypeReference type)
    {
        if (type.IsValueType) return 0;
        if (Known(type) is { } known && !IsFirmware(type))
        {
            return Surface.FindInDotNet(known.Name)?.BaseType == typeof(MulticastDelegate) ? 36 : known.ObjectBytes;
        }

        TypeDefinition? definition = type.Resolve();
        if (definition == null) return 12;
        if (definition.IsValueType) return 0;
        if (definition.BaseType?.FullName == "System.MulticastDelegate") return 36;
        int bytes = definition.BaseType == null ? 12 : ObjectBytes(definition.BaseType);
        foreach (FieldDefinition field in definition.Fields)
        {
            if (!field.IsStatic) bytes += 12;
        }

        return bytes;
    }

    private int BoxBytes(TypeReference type)
    {
        int fields = 0;
        if (IsFirmware(type) && type.Resolve() is { IsEnum: false } definition)
        {
            foreach (FieldDefinition field in definition.Fields)
            {
                if (!field.IsStatic) fields++;
            }
        }

        return 12 + 12 * Math.Max(1, fields);
    }

    private int ElementBytes(TypeReference type)
    {
        if (IsFirmware(type) && type.Resolve() is { IsEnum: true } definition)
        {
            foreach (FieldDefinition field in definition.Fields)
            {
                if (!field.IsStatic) type = field.FieldType;
            }
        }

        return type.MetadataType switch
        {
            MetadataType.Boolean or MetadataType.Byte or MetadataType.SByte => 1,
            MetadataType.Char or MetadataType.Int16 or MetadataType.UInt16 => 2,
            MetadataType.Int32 or MetadataType.UInt32 or MetadataType.Single => 4,
            MetadataType.Int64 or MetadataType.UInt64 or MetadataType.Double => 8,
            _ => 12,
        };
    }
}
