using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using Mono.Cecil;
using Mono.Cecil.Cil;
using Mono.Cecil.Rocks;

namespace Reference;

/// <summary>What a mutation does to its place.</summary>
public enum Nature
{
    /// <summary>The store to a field is left out.</summary>
    DropStore,

    /// <summary>A call is left out; its result is 0, false or null.</summary>
    DropCall,

    /// <summary>A conditional branch, or a comparison whose result is kept, is the other way round. Its place is named by the
    /// field that was read, or the method that was called, last before it.</summary>
    Negate,

    /// <summary>A conditional branch is always taken (value 1) or never (value 0); named likewise.</summary>
    Decide,

    /// <summary>A constant is another one. Named by its value and likewise: <c>1 after Bits</c>.</summary>
    Constant,

    /// <summary>A method takes no lock.</summary>
    NoLock,

    /// <summary>A store to a field or a call of a method with one argument comes later: behind a call.</summary>
    Delay,
}

/// <summary>One small change of compiled code, by method and nature: a bug that somebody could have written.</summary>
/// <param name="Nature">What it does.</param>
/// <param name="Method">Where: <c>Worker.Take</c>, and of several with that name <c>Work.Flush(Thread,Waiter)</c>.</param>
/// <param name="Place">Which field, method, or constant, as <see cref="Nature"/> says; <see cref="Nature.NoLock"/> needs
/// none.</param>
public sealed record Mutation(Nature Nature, string Method, string Place = "")
{
    private const string Lock = "Monitor.Enter and Exit";

    /// <summary>Which of several places of that name in the method, from 1; 0: it is the only one.</summary>
    public int Number { get; init; }

    /// <summary>The other constant, or which way a branch goes.</summary>
    public int Value { get; init; }

    /// <summary>For <see cref="Nature.Delay"/>: the call that it comes behind, the first one that follows.</summary>
    public string Behind { get; init; } = "";

    /// <inheritdoc/>
    public override string ToString() =>
        $"{Method}: {Nature} {Place}"
        + (Number > 0 ? " #" + Number.ToString(CultureInfo.InvariantCulture) : "")
        + (Nature is Nature.Constant or Nature.Decide ? " becomes " + Value.ToString(CultureInfo.InvariantCulture) : "")
        + (Nature == Nature.Delay ? " behind " + Behind : "");

    /// <summary>Makes a copy of an assembly with mutations in it.</summary>
    /// <exception cref="ArgumentException">One fits nowhere, or at several places.</exception>
    public static void Plant(string assembly, string output, params Mutation[] mutations)
    {
        using ModuleDefinition module = Read(assembly);

        // All are found before one changes what the others are named by.
        List<Action> changes = [.. mutations.Select(mutation => mutation.Prepare(module))];
        foreach (Action change in changes) change();
        Write(module, output);
    }

    private static ModuleDefinition Read(string assembly)
    {
        bool hasSymbols = File.Exists(Path.ChangeExtension(assembly, ".pdb"));
        return ModuleDefinition.ReadModule(assembly, new ReaderParameters { InMemory = true, ReadSymbols = hasSymbols });
    }

    private static void Write(ModuleDefinition module, string output) =>
        module.Write(output, new WriterParameters { WriteSymbols = module.HasSymbols });

    private static MethodDefinition FindMethod(ModuleDefinition module, string name)
    {
        MethodDefinition[] found =
        [
            .. module.GetTypes().SelectMany(type => type.Methods)
                .Where(method => method.HasBody && (Short(method) == name || Short(method) + Parameters(method) == name)),
        ];
        if (found.Length != 1)
        {
            throw new ArgumentException($"{module.Name} has {found.Length} methods {name}, a mutation needs one: "
                + string.Join(", ", found.Select(Parameters)));
        }

        found[0].Body.SimplifyMacros();
        return found[0];
    }

    private static string Short(MemberReference member) => member.DeclaringType.Name + "." + member.Name;

    private static string Parameters(MethodDefinition method) =>
        "(" + string.Join(",", method.Parameters.Select(parameter => parameter.ParameterType.Name)) + ")";

    private Action Prepare(ModuleDefinition module)
    {
        MethodBody body = FindMethod(module, Method).Body;
        Nature of = Nature == Nature.Delay ? (Place.Contains('.') ? Nature.DropCall : Nature.DropStore) : Nature;
        Instruction[] found = [.. Places(body, of).Where(at => Name(at, of) == (Nature == Nature.NoLock ? Lock : Place))];
        if (found.Length == 0 || Number > found.Length || (Number == 0 && found.Length > 1 && Nature != Nature.NoLock))
        {
            throw new ArgumentException($"{this}: it fits at {found.Length} places; there are "
                + string.Join(", ", Places(body, of).Select(at => Name(at, of))));
        }

        Instruction place = found[Math.Max(Number - 1, 0)];
        return Nature switch
        {
            Nature.NoLock => () => Array.ForEach(found, each => Drop(body, each)),
            Nature.Constant => () => place.Operand = Convert.ChangeType(Value, place.Operand.GetType(), null),
            Nature.Negate => () => Negate(body, place),
            Nature.Decide => () => Decide(body, place),
            Nature.Delay => () => Delay(body, place),
            _ => () => Drop(body, place),
        };
    }

    // Where a mutation of that nature can be.
    private static IEnumerable<Instruction> Places(MethodBody body, Nature nature) => body.Instructions.Where(at => nature switch
    {
        Nature.DropStore => at.OpCode.Code is Code.Stfld or Code.Stsfld,
        Nature.DropCall => at.Operand is MethodReference && at.OpCode.Code is Code.Call or Code.Callvirt,
        Nature.NoLock => at.Operand is MethodReference { DeclaringType.Name: "Monitor", Name: "Enter" or "Exit" },
        Nature.Negate => IsBranch(at) || IsKeptComparison(at),
        Nature.Decide => IsBranch(at),
        Nature.Constant => at.OpCode.Code is Code.Ldc_I4 or Code.Ldc_I8 && !IsBeside(at),
        _ => false,
    });

    private static bool IsBranch(Instruction at) =>
        at.OpCode.FlowControl == FlowControl.Cond_Branch && at.OpCode.Code != Code.Switch;

    private static bool IsKeptComparison(Instruction at) =>
        at.OpCode.Code is Code.Ceq or Code.Cgt or Code.Cgt_Un or Code.Clt or Code.Clt_Un && at.Next.OpCode.Code != Code.Ldc_I4;

    // A variable that begins as 0 or false (but not a result on its way out of a block); the 0 that a flag is compared with,
    // which Negate is for.
    private static bool IsBeside(Instruction at) => at.Operand is 0 or 0L && (at.Next.OpCode.Code == Code.Cgt_Un
        || (at.Next.OpCode.Code == Code.Stloc && at.Next.Next.OpCode.FlowControl != FlowControl.Branch));

    private static string Name(Instruction at, Nature nature)
    {
        if (nature == Nature.NoLock) return Lock;
        if (nature is Nature.DropStore or Nature.DropCall) return ShortName(at);
        Instruction? before = at.Previous;
        while (before != null && before.Operand is not (MethodReference or FieldReference)) before = before.Previous;
        string after = before == null ? "the beginning" : ShortName(before);
        return nature == Nature.Constant ? $"{at.Operand} after {after}" : after;
    }

    // A method with its type, a field without it.
    private static string ShortName(Instruction at) =>
        at.Operand is MethodReference method ? Short(method) : ((FieldReference)at.Operand).Name;

    // The instruction object stays: whatever jumps there jumps there.
    private static void Pop(MethodBody body, Instruction at, int count)
    {
        (at.OpCode, at.Operand) = (count == 0 ? OpCodes.Nop : OpCodes.Pop, null);
        for (int i = 1; i < count; i++) body.GetILProcessor().InsertAfter(at, Instruction.Create(OpCodes.Pop));
    }

    private static void Drop(MethodBody body, Instruction at)
    {
        if (at.Operand is not MethodReference called)
        {
            Pop(body, at, at.OpCode.Code == Code.Stfld ? 2 : 1);
            return;
        }

        int count = called.Parameters.Count + (called.HasThis ? 1 : 0);
        Pop(body, at, count);
        for (int i = 1; i < count; i++) at = at.Next;
        TypeReference type = called.ReturnType;
        if (type.MetadataType == MetadataType.Void) return;
        Instruction result = type.MetadataType == MetadataType.Int64 ? Instruction.Create(OpCodes.Ldc_I8, 0L)
            : type.IsPrimitive || type.Resolve().IsEnum ? Instruction.Create(OpCodes.Ldc_I4, 0)
            : type.IsValueType ? throw new NotSupportedException($"{called} returns a struct")
            : Instruction.Create(OpCodes.Ldnull);
        body.GetILProcessor().InsertAfter(at, result);
    }

    private void Decide(MethodBody body, Instruction at)
    {
        var target = (Instruction)at.Operand;
        int count = at.OpCode.StackBehaviourPop == StackBehaviour.Popi ? 1 : 2;
        Pop(body, at, count);
        if (Value == 0) return;
        body.GetILProcessor().InsertAfter(count == 1 ? at : at.Next, Instruction.Create(OpCodes.Br, target));
    }

    private static void Negate(MethodBody body, Instruction at)
    {
        if (at.OpCode.FlowControl != FlowControl.Cond_Branch)
        {
            body.GetILProcessor().InsertAfter(at, Instruction.Create(OpCodes.Ceq));
            body.GetILProcessor().InsertAfter(at, Instruction.Create(OpCodes.Ldc_I4_0));
            return;
        }

        at.OpCode = at.OpCode.Code switch
        {
            Code.Brtrue => OpCodes.Brfalse,
            Code.Brfalse => OpCodes.Brtrue,
            Code.Beq => OpCodes.Bne_Un,
            Code.Bne_Un => OpCodes.Beq,
            Code.Bgt => OpCodes.Ble,
            Code.Ble => OpCodes.Bgt,
            Code.Blt => OpCodes.Bge,
            Code.Bge => OpCodes.Blt,
            Code.Bgt_Un => OpCodes.Ble_Un,
            Code.Ble_Un => OpCodes.Bgt_Un,
            Code.Blt_Un => OpCodes.Bge_Un,
            _ => OpCodes.Blt_Un,
        };
    }

    // What it would have used waits in variables, and the same instruction comes later, on every way that leads past the call.
    private void Delay(MethodBody body, Instruction at)
    {
        Instruction? behind = at.Next;
        while (behind != null && !(behind.Operand is MethodReference called && Short(called) == Behind)) behind = behind.Next;
        if (behind == null) throw new ArgumentException($"{this}: no such call follows");
        TypeReference[] types = at.Operand is FieldReference field
            ? at.OpCode.Code == Code.Stfld ? [field.DeclaringType, field.FieldType] : [field.FieldType]
            : [((MethodReference)at.Operand).Parameters.Single().ParameterType];
        VariableDefinition[] kept = Array.ConvertAll(types, type => new VariableDefinition(type));
        List<Instruction> later = [.. kept.Select(each => Instruction.Create(OpCodes.Ldloc, each)), Copy(at)];
        Instruction after = behind.Next;
        foreach (Instruction jump in body.Instructions.Where(each => each.Operand == after)) jump.Operand = later[0];
        ILProcessor il = body.GetILProcessor();
        foreach (Instruction each in later) il.InsertBefore(after, each);
        foreach (VariableDefinition each in kept) body.Variables.Add(each);
        (at.OpCode, at.Operand) = (OpCodes.Stloc, kept[^1]);
        if (kept.Length == 2) il.InsertAfter(at, Instruction.Create(OpCodes.Stloc, kept[0]));
    }

    private static Instruction Copy(Instruction at) => at.Operand is FieldReference field
        ? Instruction.Create(at.OpCode, field) : Instruction.Create(at.OpCode, (MethodReference)at.Operand);
}
