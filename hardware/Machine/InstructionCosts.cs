using Mono.Cecil.Cil;

namespace Hardware.Machine;

/// <summary>What kinds of IL instructions take on a board, in ns.</summary>
public sealed record InstructionCosts
{
    /// <summary>Constants, locals, arguments, arithmetic, conversions, branches.</summary>
    public required int Simple { get; init; }

    /// <summary>Reading or writing an instance field.</summary>
    public required int Field { get; init; }

    /// <summary>Reading or writing a static field.</summary>
    public required int StaticField { get; init; }

    /// <summary>Reading or writing an element of an array.</summary>
    public required int Element { get; init; }

    /// <summary>A cast or a type test.</summary>
    public required int Cast { get; init; }

    /// <summary>Calling a method, with its return.</summary>
    public required int Call { get; init; }

    /// <summary>Calling one through an interface or a virtual method, with its return.</summary>
    public required int VirtualCall { get; init; }

    /// <summary>Making an object or array, or boxing.</summary>
    public required int New { get; init; }

    /// <summary>Throwing, up to the handler.</summary>
    public required int Throw { get; init; }

    /// <summary>Leaving a protected block, ending a handler.</summary>
    public required int Leave { get; init; }

    /// <summary>The same for all.</summary>
    public static InstructionCosts Uniform(int nanoseconds) => new()
    {
        Simple = nanoseconds,
        Field = nanoseconds,
        StaticField = nanoseconds,
        Element = nanoseconds,
        Cast = nanoseconds,
        Call = nanoseconds,
        VirtualCall = nanoseconds,
        New = nanoseconds,
        Throw = nanoseconds,
        Leave = nanoseconds,
    };

    /// <summary>All of them slower or faster by a factor.</summary>
    public InstructionCosts Scaled(double factor)
    {
        int Scale(int nanoseconds) => (int)(nanoseconds * factor + 0.5);
        return new()
        {
            Simple = Scale(Simple),
            Field = Scale(Field),
            StaticField = Scale(StaticField),
            Element = Scale(Element),
            Cast = Scale(Cast),
            Call = Scale(Call),
            VirtualCall = Scale(VirtualCall),
            New = Scale(New),
            Throw = Scale(Throw),
            Leave = Scale(Leave),
        };
    }

    internal int Of(OpCode code) => code.Code switch
    {
        Code.Ldfld or Code.Stfld or Code.Ldflda => Field,
        Code.Ldsfld or Code.Stsfld or Code.Ldsflda => StaticField,
        Code.Call or Code.Calli => Call,
        Code.Callvirt => VirtualCall,
        Code.Newobj or Code.Newarr or Code.Box => New,
        Code.Castclass or Code.Isinst or Code.Unbox_Any or Code.Unbox => Cast,
        Code.Throw or Code.Rethrow => Throw,
        Code.Leave or Code.Leave_S or Code.Endfinally => Leave,
        >= Code.Ldelem_I1 and <= Code.Stelem_Ref or Code.Ldelem_Any or Code.Stelem_Any or Code.Ldelema => Element,
        _ => Simple,
    };
}
