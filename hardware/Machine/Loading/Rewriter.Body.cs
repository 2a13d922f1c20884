using System;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using Hardware.Machine.Platform;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace Hardware.Machine.Loading;

internal sealed partial class Rewriter
{
    /// <summary>One method.</summary>
    private sealed class BodyRewriter
    {
        private readonly Rewriter _owner;
        private readonly MethodDefinition _method;
        private readonly ILProcessor _il;
        private readonly HashSet<Instruction> _leaders = [];
        private readonly HashSet<Instruction> _free;
        private int _instructions; // since the last charge
        private int _nanoseconds;

        internal BodyRewriter(Rewriter owner, MethodDefinition method)
        {
            _owner = owner;
            _method = method;
            _il = method.Body.GetILProcessor();
            _free = LockPattern.FreeInstructions(method.Body);
        }

        internal void Rewrite()
        {
            List<Instruction> original = [.. _method.Body.Instructions];
            FindLeaders(original);
            List<Instruction> returns = [.. original.Where(each => each.OpCode.Code == Code.Ret)]; // before they are others
            foreach (Instruction instruction in original) Visit(instruction);
            MeterQueueing(returns);
            ObserveMoves(returns);
            Instruction first = _method.Body.Instructions[0];
            Before(first, [Instruction.Create(OpCodes.Call, _owner._enter), .. KeepVariables()]);
            foreach (ExceptionHandler handler in _method.Body.ExceptionHandlers)
            {
                if (handler.CatchType is { } caught) CheckType(caught);
            }

            foreach (VariableDefinition variable in _method.Body.Variables) CheckType(variable.VariableType);
        }

        // The calls of the Workqueues library that the meter follows: by the names of its public API, so that any library of that
        // contract can be measured.
        private void MeterQueueing(List<Instruction> returns)
        {
            if (_method.DeclaringType.FullName != "Workqueues.Workqueue" || !_method.IsPublic || _method.IsStatic) return;
            if (_method.Name is not ("Queue" or "QueueOn" or "QueueDelayed" or "QueueDelayedOn" or "QueueAt" or "ModifyDelayed")
                || _method.ReturnType.MetadataType != MetadataType.Boolean) return;
            ParameterDefinition? work = _method.Parameters.FirstOrDefault(
                each => each.ParameterType.FullName is "Workqueues.Work" or "Workqueues.DelayedWork");
            ParameterDefinition? delay = _method.Parameters.FirstOrDefault(
                each => each.Name is "delayMilliseconds" or "dueJiffies");
            if (work == null) return;
            foreach (Instruction each in returns)
            {
                // What ModifyDelayed returns is whether the item was pending: unless it is refused it is queued in either case.
                Before(
                    Place(each),
                    Instruction.Create(_method.Name == "ModifyDelayed" ? OpCodes.Ldc_I4_1 : OpCodes.Dup),
                    Instruction.Create(OpCodes.Ldarg, work),
                    Instruction.Create(OpCodes.Call, _owner._queueEnds));
            }

            Before(
                _method.Body.Instructions[0],
                [
                    Instruction.Create(OpCodes.Ldarg, work),
                    .. delay == null
                        ? [Instruction.Create(OpCodes.Ldc_I8, 0L)]
                        : new[] { Instruction.Create(OpCodes.Ldarg, delay), Instruction.Create(OpCodes.Conv_I8) },
                    Instruction.Create(
                        OpCodes.Call, _method.Name == "QueueAt" ? _owner._queueBeginsAt : _owner._queueBegins),
                ]);
        }

        // Other calls after which an item may be elsewhere: cancelling, the end of a delay, pools.
        private void ObserveMoves(List<Instruction> returns)
        {
            if (_method.IsStatic) return;
            bool isOfItem = _method.DeclaringType.FullName is "Workqueues.Work" or "Workqueues.DelayedWork"
                && _method.Name is "Cancel" or "CancelSync" or "Disable" or "DisableSync" or "ExpireLocked";
            bool isOfPool = _method.DeclaringType.FullName == "Workqueues.WorkPool" && _method.Name is "TryRent" or "Return";
            if (!isOfItem && !isOfPool) return;
            foreach (Instruction each in returns)
            {
                Before(Place(each), isOfPool
                    ? [Instruction.Create(OpCodes.Ldarg_0), Instruction.Create(OpCodes.Call, _owner._poolUsed)]
                    : [Instruction.Create(OpCodes.Call, _owner._itemsMoved)]);
            }
        }

        // What nobody calls: an item that joins a queue after its delay, or leaves it. Each goes through one of these fields.
        private void MeterCounter(Instruction store, FieldReference field)
        {
            if (field.DeclaringType.FullName != "Workqueues.Workqueue") return;
            if (field.Name == "FaultedLocked") Before(store, Instruction.Create(OpCodes.Call, _owner._handlerThrew));
            if (field.Name != "WaitingLocked") return;
            var depth = new VariableDefinition(field.FieldType);
            _method.Body.Variables.Add(depth);
            Before(
                store,
                Instruction.Create(OpCodes.Stloc, depth),
                Instruction.Create(OpCodes.Dup),
                Instruction.Create(OpCodes.Ldloc, depth),
                Instruction.Create(OpCodes.Call, _owner._queueHas),
                Instruction.Create(OpCodes.Ldloc, depth));
        }

        private static bool IsHandler(MethodReference callee) =>
            callee.Name == "Invoke" && callee.DeclaringType.FullName == "Workqueues.WorkHandler";

        private Instruction[] MeterHandler(MethodReference callee) => IsHandler(callee)
            ? [Instruction.Create(OpCodes.Dup), Instruction.Create(OpCodes.Call, _owner._handlerBegins)]
            : [];

        // A board's collector looks at all variables of a method, .NET's only at those that will be used.
        private List<Instruction> KeepVariables()
        {
            List<Instruction> keep = [];
            _method.Body.InitLocals = true;
            foreach (VariableDefinition variable in _method.Body.Variables)
            {
                if (_owner._isHosted) break; // what is alive is asked of the firmware alone
                TypeReference type = variable.VariableType;
                bool isReference = !type.IsValueType && !type.IsByReference && !type.IsPointer && !type.IsGenericParameter;
                if (!isReference || type.IsPinned) continue;
                keep.Add(Instruction.Create(OpCodes.Ldloca, variable));
                keep.Add(Instruction.Create(OpCodes.Conv_U));
                keep.Add(Instruction.Create(OpCodes.Call, _owner._keep));
            }

            return keep;
        }

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
            if (instruction.OpCode.FlowControl is FlowControl.Branch or FlowControl.Cond_Branch or FlowControl.Return
                or FlowControl.Throw)
            {
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
                case Code.Newarr when !_owner._isHosted:
                    VisitNewArray(instruction);
                    break;
                case Code.Box when !_owner._isHosted:
                    VisitBox(instruction);
                    break;
                case Code.Ldftn or Code.Ldvirtftn:
                    CheckMember((MethodReference)instruction.Operand);
                    break;
                case Code.Calli or Code.Jmp or Code.Localloc or Code.Arglist or Code.Mkrefany or Code.Refanyval
                    when !_owner._isHosted:
                    _owner._unknown.Add($"{instruction.OpCode.Name} in {_method.FullName}");
                    break;
                default:
                    if (instruction.Operand is FieldReference field) CheckField(field);
                    else if (instruction.Operand is TypeReference type) CheckType(type);
                    if (IsVisible(instruction.OpCode.Code)) Before(instruction, Charge(isAccess: !IsConstant(instruction)));
                    Instruction place = Place(instruction);
                    if (place.OpCode.Code == Code.Stfld) MeterCounter(place, (FieldReference)place.Operand);
                    break;
            }
        }

        // Whether another thread could see that it was executed.
        private static bool IsVisible(Code code) => code is Code.Ldfld or Code.Stfld or Code.Ldsfld or Code.Stsfld
            or (>= Code.Ldelem_I1 and <= Code.Stelem_Ref) or Code.Ldelem_Any or Code.Stelem_Any
            or (>= Code.Ldind_I1 and <= Code.Stind_R8) or Code.Ldobj or Code.Stobj;

        private void Count(Instruction instruction)
        {
            if (_free.Contains(instruction)) return;
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
                Before(instruction, [.. Charge(callee), .. MeterHandler(callee)]);
                if (IsHandler(callee)) After(Place(instruction), Instruction.Create(OpCodes.Call, _owner._handlerEnds));
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
            Before(instruction, Charge(callee));
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
                case var _ when _owner._isHosted:
                    break; // the heap is the firmware's
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
                Before(instruction, Charge(constructor));
                Instruction place = Place(instruction);
                place.OpCode = OpCodes.Call;
                place.Operand = _owner._module.ImportReference(substitute);
                MakeResult(place, library.Member.Makes, constructor);
                return;
            }

            if (known?.Member.Makes == Makes.String)
            {
                Before(instruction, Charge(constructor));
                MakeResult(Place(instruction), Makes.String, constructor);
                return;
            }

            int bytes = _owner.ObjectBytes(constructor.DeclaringType);
            if (bytes == 0 || _owner._isHosted)
            {
                Before(instruction, Charge(constructor));
                return;
            }

            // A board makes a delegate without a call.
            New(instruction, bytes, IsDelegate(constructor.DeclaringType) ? null : constructor);
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
            New(instruction, bytes, null);
        }

        // Room is asked for before the object is made, and afterwards it is known.
        private void New(Instruction instruction, int bytes, MethodReference? called)
        {
            Instruction size = Instruction.Create(OpCodes.Ldc_I4, bytes);
            Before(instruction, [.. Charge(called), size, Instruction.Create(OpCodes.Call, _owner._new)]);
            After(
                Place(instruction),
                Instruction.Create(OpCodes.Dup),
                Instruction.Create(OpCodes.Ldc_I4, bytes),
                Instruction.Create(OpCodes.Call, _owner._made));
        }

        private void AddLibrary(int instructions)
        {
            _instructions += instructions;
            _nanoseconds += instructions * _owner._costs.Simple;
        }

        // What is read there was written when its object, or the program, began.
        private bool IsConstant(Instruction instruction)
        {
            if (instruction.Operand is not FieldReference field) return false;
            if (instruction.OpCode.Code == Code.Ldsfld) return _owner._constants.Contains(field.FullName);
            return instruction.OpCode.Code == Code.Ldfld && field is FieldDefinition { IsInitOnly: true };
        }

        // Of those since the last one; the last of them may be a call.
        private Instruction[] Charge(MethodReference? called = null, bool isAccess = false)
        {
            if (_instructions == 0) return [];
            List<Instruction> charge = [];
            if (_owner._isProfiled)
            {
                int own = CalledNames.NumberOf(_method.DeclaringType.Name + "." + _method.Name);
                charge.AddRange([Instruction.Create(OpCodes.Ldc_I4, own), Instruction.Create(OpCodes.Call, _owner._in)]);
            }

            charge.Add(Instruction.Create(OpCodes.Ldc_I4, _instructions));
            charge.Add(Instruction.Create(OpCodes.Ldc_I4, _nanoseconds));
            if (called == null || _owner._isHosted)
            {
                charge.Add(Instruction.Create(OpCodes.Call, isAccess ? _owner._chargeAccess : _owner._charge));
            }
            else
            {
                int number = CalledNames.NumberOf(called.DeclaringType.Name + "." + called.Name);
                charge.Add(Instruction.Create(OpCodes.Ldc_I4, number));
                charge.Add(Instruction.Create(OpCodes.Call, _owner._call));
            }

            _instructions = 0;
            _nanoseconds = 0;
            return [.. charge];
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
            if (_owner._isHosted && IsLeftToDotNet(type, name)) return null;
            if (type.Members.TryGetValue(name, out SurfaceMember? member)) return (type, member);
            if (IsDelegate(method.DeclaringType) && method.Name is ".ctor" or "Invoke") return null;
            _owner._unknown.Add($"{type.Name}.{name} in {_method.FullName}");
            return null;
        }

        private bool IsDelegate(TypeReference type) => _owner.IsFirmware(type)
            ? type.Resolve()?.BaseType?.FullName == "System.MulticastDelegate"
            : Resolve(type)?.BaseType == typeof(MulticastDelegate);

        private Type? Resolve(TypeReference type) => _owner.Known(type) is { } known ? Surface.FindInDotNet(known.Name) : null;

        private void CheckField(FieldReference field)
        {
            CheckType(field.DeclaringType);
            if (_owner.IsFirmware(field.DeclaringType)) return;
            SurfaceType? type = _owner.Known(field.DeclaringType);
            if (_owner._isHosted && type?.Replacement == null) return;
            if (type == null || type.Members.ContainsKey(field.Name)) return;
            _owner._unknown.Add($"{type.Name}.{field.Name} in {_method.FullName}");
        }

        private void CheckType(TypeReference type) => _owner.CheckType(type, _method.FullName);
    }
}
