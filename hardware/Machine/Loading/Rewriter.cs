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
internal sealed class Rewriter
{
    /// <summary>What static constructors are called afterwards: the machine runs them itself, in the board's order.</summary>
    internal const string StaticConstructor = "StaticConstructor$";

    private readonly ModuleDefinition _module;
    private readonly HashSet<string> _firmware; // names of the assemblies that are rewritten
    private readonly InstructionCosts _costs;
    private readonly SortedSet<string> _unknown = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _boardNames = []; // of types that are the machine's own by now
    private readonly HashSet<TypeReference> _unbound = [];
    private readonly MethodReference _charge;
    private readonly MethodReference _enter;
    private readonly MethodReference _new;
    private readonly MethodReference _made;
    private readonly MethodReference _newArray;
    private readonly MethodReference _madeArray;
    private readonly MethodReference _madeString;

    internal Rewriter(ModuleDefinition module, HashSet<string> firmware, InstructionCosts costs)
    {
        _module = module;
        _firmware = firmware;
        _costs = costs;
        _charge = Import(nameof(Account.Charge));
        _enter = Import(nameof(Account.Enter));
        _new = Import(nameof(Account.New));
        _made = Import(nameof(Account.Made));
        _newArray = Import(nameof(Account.NewArray));
        _madeArray = Import(nameof(Account.MadeArray));
        _madeString = Import(nameof(Account.MadeString));
    }

    /// <summary>Rewrites the module in place.</summary>
    /// <returns>What it uses that the machine does not have; nothing may be run then.</returns>
    internal IReadOnlyCollection<string> Rewrite()
    {
        DropAttributes();
        BindTypes();
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
                if (name != "System.Runtime.CompilerServices.InternalsVisibleToAttribute") provider.CustomAttributes.RemoveAt(i);
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
        if (type is ArrayType { Rank: > 1 }) _unknown.Add($"{type.FullName} in {user}: a board has no arrays of several dimensions");
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
        if (method.Name == ".cctor")
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

        // Fully optimised from its first call, never again; in stack traces by its own name.
        method.AggressiveInlining = false;
        method.NoInlining = true;
        method.ImplAttributes |= (Mono.Cecil.MethodImplAttributes)MethodImplOptions.AggressiveOptimization;
        method.Body.SimplifyMacros();
        new BodyRewriter(this, method).Rewrite();
        method.Body.OptimizeMacros();
        method.Body.MaxStackSize += 4;
        if (method.IsSynchronized) Synchronize(method);
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

    /// <summary>One method.</summary>
    private sealed class BodyRewriter
    {
        private readonly Rewriter _owner;
        private readonly MethodDefinition _method;
        private readonly ILProcessor _il;
        private readonly HashSet<Instruction> _leaders = [];
        private readonly HashSet<Instruction> _free;
        private readonly bool _isEventAccessor;
        private int _instructions; // since the last charge
        private int _nanoseconds;

        internal BodyRewriter(Rewriter owner, MethodDefinition method)
        {
            _owner = owner;
            _method = method;
            _il = method.Body.GetILProcessor();
            _free = LockPattern.FreeInstructions(method.Body);
            _isEventAccessor = IsEventAccessor(method);
        }

        internal void Rewrite()
        {
            List<Instruction> original = [.. _method.Body.Instructions];
            FindLeaders(original);
            foreach (Instruction instruction in original) Visit(instruction);
            Instruction first = _method.Body.Instructions[0];
            Before(first, Instruction.Create(OpCodes.Call, _owner._enter));
            foreach (ExceptionHandler handler in _method.Body.ExceptionHandlers)
            {
                if (handler.CatchType is { } caught) CheckType(caught);
            }

            foreach (VariableDefinition variable in _method.Body.Variables) CheckType(variable.VariableType);
        }

        // A field-like event compiled for a board has no loop with a generic CompareExchange but a lock, and 8 instructions.
        private static bool IsEventAccessor(MethodDefinition method) =>
            (method.IsAddOn || method.IsRemoveOn) && method.Body.Instructions.Any(
                each => each.Operand is GenericInstanceMethod { Name: "CompareExchange" });

        private void FindLeaders(List<Instruction> instructions)
        {
            foreach (Instruction each in instructions)
            {
                if (each.Operand is Instruction target) _leaders.Add(target);
                else if (each.Operand is Instruction[] targets) _leaders.UnionWith(targets);
            }

            foreach (ExceptionHandler handler in _method.Body.ExceptionHandlers)
            {
                _leaders.Add(handler.TryStart);
                _leaders.Add(handler.HandlerStart);
                if (handler.FilterStart != null) _leaders.Add(handler.FilterStart);
            }
        }

        private void Visit(Instruction instruction)
        {
            // What falls through into a place that others jump to is charged before it.
            if (_leaders.Contains(instruction) && _instructions > 0) After(instruction.Previous, Charge());

            Count(instruction);
            switch (instruction.OpCode.FlowControl)
            {
                case FlowControl.Branch or FlowControl.Cond_Branch or FlowControl.Return or FlowControl.Throw:
                    Before(instruction, Charge());
                    return;
            }

            if (instruction.OpCode.OpCodeType == OpCodeType.Prefix) return;
            switch (instruction.OpCode.Code)
            {
                case Code.Call or Code.Callvirt:
                    VisitCall(instruction, (MethodReference)instruction.Operand);
                    break;
                case Code.Newobj:
                    VisitNew(instruction, (MethodReference)instruction.Operand);
                    break;
                case Code.Newarr:
                    VisitNewArray(instruction);
                    break;
                case Code.Box:
                    VisitBox(instruction);
                    break;
                case Code.Ldftn or Code.Ldvirtftn:
                    CheckMember((MethodReference)instruction.Operand);
                    break;
                case Code.Calli or Code.Jmp or Code.Localloc or Code.Arglist or Code.Mkrefany or Code.Refanyval:
                    _owner._unknown.Add($"{instruction.OpCode.Name} in {_method.FullName}");
                    break;
                default:
                    if (instruction.Operand is FieldReference field) CheckField(field);
                    else if (instruction.Operand is TypeReference type) CheckType(type);
                    if (IsVisible(instruction.OpCode.Code)) Before(instruction, Charge());
                    break;
            }
        }

        // Whether another thread could see that it was executed.
        private static bool IsVisible(Code code) => code is Code.Ldfld or Code.Stfld or Code.Ldsfld or Code.Stsfld
            or (>= Code.Ldelem_I1 and <= Code.Stelem_Ref) or Code.Ldelem_Any or Code.Stelem_Any
            or (>= Code.Ldind_I1 and <= Code.Stind_R8) or Code.Ldobj or Code.Stobj;

        private void Count(Instruction instruction)
        {
            if (_free.Contains(instruction) || _isEventAccessor) return;
            _instructions++;
            _nanoseconds += _owner._costs.Of(instruction.OpCode);
        }

        private void VisitCall(Instruction instruction, MethodReference callee)
        {
            TypeReference? constrained =
                instruction.Previous is { OpCode.Code: Code.Constrained } prefix ? (TypeReference)prefix.Operand : null;
            (SurfaceType Type, SurfaceMember Member)? known = CheckMember(callee);
            if (known is not { } library)
            {
                Before(instruction, Charge());
                return;
            }

            int cost = library.Member.Instructions;
            bool isOwn = false;
            Makes makes = library.Member.Makes;
            if (constrained != null && _owner.Known(constrained) is { } exact
                && exact.Members.TryGetValue(library.Member.Name, out SurfaceMember? own))
            {
                cost = own.Instructions;
                makes = own.Makes;
                isOwn = true; // .NET's or the machine's type has a member of its own for it
            }

            AddLibrary(cost);
            if (_isEventAccessor && library.Member.Name.EndsWith("e(System.Delegate,System.Delegate)", StringComparison.Ordinal)) AddLibrary(8);
            Before(instruction, Charge());
            if (!isOwn && library.Type.Substitutes.TryGetValue(library.Member.Name, out MethodInfo? substitute))
            {
                Instruction call = Instruction.Create(OpCodes.Call, _owner._module.ImportReference(substitute));
                if (constrained != null)
                {
                    // A value type without an override of its own: an enum above all. Its value is boxed for the substitute.
                    Instruction load = instruction.Previous;
                    while (load.OpCode.Code != Code.Constrained) load = load.Previous;
                    load.OpCode = OpCodes.Ldobj;
                    After(Place(instruction), Instruction.Create(OpCodes.Box, constrained), call);
                    instruction = Place(instruction);
                    instruction.OpCode = OpCodes.Nop;
                    instruction.Operand = null;
                    MakeResult(call, substitute.ReturnType == typeof(string) ? Makes.String : Makes.Nothing, callee);
                    return;
                }

                Instruction place = Place(instruction);
                place.OpCode = call.OpCode;
                place.Operand = call.Operand;
            }

            MakeResult(Place(instruction), makes, callee);
        }

        // What a library call made is counted behind it: inside, nothing of the firmware runs.
        private void MakeResult(Instruction call, Makes makes, MethodReference callee)
        {
            switch (makes)
            {
                case Makes.String:
                    After(call, Instruction.Create(OpCodes.Call, _owner._madeString));
                    break;
                case Makes.Array or Makes.Object:
                    string name = makes == Makes.Array ? nameof(Account.MadeArrayOf) : nameof(Account.MadeObject);
                    GenericInstanceMethod made = new(_owner.Import(name));
                    made.GenericArguments.Add(callee.ReturnType);
                    After(call, Instruction.Create(OpCodes.Call, made));
                    break;
            }
        }

        private void VisitNew(Instruction instruction, MethodReference constructor)
        {
            (SurfaceType Type, SurfaceMember Member)? known = CheckMember(constructor);
            AddLibrary(known?.Member.Instructions ?? 0);
            if (known is { } library && library.Type.Substitutes.TryGetValue(library.Member.Name, out MethodInfo? substitute))
            {
                Before(instruction, Charge());
                Instruction place = Place(instruction);
                place.OpCode = OpCodes.Call;
                place.Operand = _owner._module.ImportReference(substitute);
                MakeResult(place, library.Member.Makes, constructor);
                return;
            }

            if (known?.Member.Makes == Makes.String)
            {
                Before(instruction, Charge());
                MakeResult(Place(instruction), Makes.String, constructor);
                return;
            }

            int bytes = _owner.ObjectBytes(constructor.DeclaringType);
            if (bytes == 0)
            {
                Before(instruction, Charge());
                return;
            }

            Before(instruction, [.. Charge(), Instruction.Create(OpCodes.Ldc_I4, bytes), Instruction.Create(OpCodes.Call, _owner._new)]);
            Made(Place(instruction), bytes);
        }

        private void VisitNewArray(Instruction instruction)
        {
            TypeReference element = (TypeReference)instruction.Operand;
            CheckType(element);
            int bytes = _owner.ElementBytes(element);
            Before(
                instruction,
                [
                    .. Charge(), Instruction.Create(OpCodes.Ldc_I4, bytes), Instruction.Create(OpCodes.Call, _owner._newArray),
                ]);
            After(
                Place(instruction),
                Instruction.Create(OpCodes.Dup),
                Instruction.Create(OpCodes.Ldc_I4, bytes),
                Instruction.Create(OpCodes.Call, _owner._madeArray));
        }

        private void VisitBox(Instruction instruction)
        {
            TypeReference type = (TypeReference)instruction.Operand;
            CheckType(type);
            if (type is GenericParameter)
            {
                Before(instruction, Charge());
                return;
            }

            int bytes = _owner.BoxBytes(type);
            Before(instruction, [.. Charge(), Instruction.Create(OpCodes.Ldc_I4, bytes), Instruction.Create(OpCodes.Call, _owner._new)]);
            Made(Place(instruction), bytes);
        }

        private void Made(Instruction instruction, int bytes) => After(
            instruction,
            Instruction.Create(OpCodes.Dup),
            Instruction.Create(OpCodes.Ldc_I4, bytes),
            Instruction.Create(OpCodes.Call, _owner._made));

        private void AddLibrary(int instructions)
        {
            _instructions += instructions;
            _nanoseconds += instructions * _owner._costs.Simple;
        }

        private Instruction[] Charge()
        {
            if (_instructions == 0) return [];
            Instruction[] charge =
            [
                Instruction.Create(OpCodes.Ldc_I4, _instructions),
                Instruction.Create(OpCodes.Ldc_I4, _nanoseconds),
                Instruction.Create(OpCodes.Call, _owner._charge),
            ];
            _instructions = 0;
            _nanoseconds = 0;
            return charge;
        }

        // Inserts in front of an instruction and its prefixes. Branches, handlers and sequence points that point there point to
        // what is inserted afterwards: the instruction becomes the first inserted one, and a copy of it follows the last.
        private void Before(Instruction instruction, params Instruction[] inserted)
        {
            if (inserted.Length == 0) return;
            while (instruction.Previous is { OpCode.OpCodeType: OpCodeType.Prefix } prefix) instruction = prefix;
            Instruction copy = Instruction.Create(OpCodes.Nop);
            copy.OpCode = instruction.OpCode;
            copy.Operand = instruction.Operand;
            instruction.OpCode = inserted[0].OpCode;
            instruction.Operand = inserted[0].Operand;
            After(instruction, [.. inserted.AsSpan(1), copy]);
            _moved[instruction] = copy;
        }

        private readonly Dictionary<Instruction, Instruction> _moved = [];

        // Where an instruction is after something was inserted before it.
        private Instruction Place(Instruction instruction) => _moved.GetValueOrDefault(instruction, instruction);

        private void After(Instruction instruction, params Instruction[] inserted)
        {
            foreach (Instruction each in inserted)
            {
                _il.InsertAfter(instruction, each);
                instruction = each;
            }
        }

        // Null: it is the firmware's own, or unknown and noted.
        private (SurfaceType Type, SurfaceMember Member)? CheckMember(MethodReference method)
        {
            if (method is GenericInstanceMethod generic) method = generic.ElementMethod;
            CheckType(method.DeclaringType);
            if (method.DeclaringType is ArrayType || _owner.IsFirmware(method.DeclaringType)) return null;

            SurfaceType? type = _owner.Known(method.DeclaringType);
            if (type == null) return null; // noted with its type
            string name = _owner.BoardNameOf(method);
            if (type.Members.TryGetValue(name, out SurfaceMember? member)) return (type, member);
            if (IsDelegate(method.DeclaringType) && method.Name is ".ctor" or "Invoke") return null;
            _owner._unknown.Add($"{type.Name}.{name} in {_method.FullName}");
            return null;
        }

        private bool IsDelegate(TypeReference type) => Resolve(type)?.BaseType == typeof(MulticastDelegate);

        private Type? Resolve(TypeReference type) => _owner.Known(type) is { } known ? Surface.FindInDotNet(known.Name) : null;

        private void CheckField(FieldReference field)
        {
            CheckType(field.DeclaringType);
            if (_owner.IsFirmware(field.DeclaringType)) return;
            SurfaceType? type = _owner.Known(field.DeclaringType);
            if (type == null || type.Members.ContainsKey(field.Name)) return;
            _owner._unknown.Add($"{type.Name}.{field.Name} in {_method.FullName}");
        }

        private void CheckType(TypeReference type) => _owner.CheckType(type, _method.FullName);
    }

    // A member's name with the board's names of its parameter types.
    private string BoardNameOf(MethodReference method)
    {
        List<string> types = [];
        foreach (ParameterDefinition parameter in method.Parameters)
        {
            string name = parameter.ParameterType.FullName;
            string element = parameter.ParameterType.GetElementType().FullName;
            if (_boardNames.TryGetValue(element, out string? board) && board != element) name = name.Replace(element, board, StringComparison.Ordinal);
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
