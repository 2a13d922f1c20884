using System.Reflection;
using System.Reflection.Emit;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;

namespace Hardware.DeviceCheck.Checks;

/// <summary>One instruction of a method.</summary>
internal readonly record struct Instruction(int Offset, OpCode Code, int Operand, int Targets)
{
    public EntityHandle Token => (EntityHandle)MetadataTokens.Handle(Operand);

    public bool HasToken =>
        Code.OperandType is OperandType.InlineField or OperandType.InlineMethod
            or OperandType.InlineTok or OperandType.InlineType;

    /// <summary>Size in the device's encoding: tokens, string ids and long branches take two bytes, a jump table one plus two per
    /// entry.</summary>
    public int DeviceSize => Code.Size + Code.OperandType switch
    {
        OperandType.InlineNone => 0,
        OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
        OperandType.InlineI8 or OperandType.InlineR => 8,
        OperandType.InlineI or OperandType.ShortInlineR => 4,
        OperandType.InlineSwitch => 1 + 2 * Targets,
        _ => 2,
    };
}

/// <summary>Reads the instructions of a method.</summary>
internal static class IlReader
{
    private static readonly Dictionary<short, OpCode> s_codes = typeof(OpCodes)
        .GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(f => (OpCode)f.GetValue(null)!).ToDictionary(c => c.Value);

    public static List<Instruction> Read(MethodBodyBlock body)
    {
        var result = new List<Instruction>();
        var il = body.GetILReader();
        while (il.RemainingBytes > 0)
        {
            int offset = il.Offset, first = il.ReadByte();
            var code = s_codes[(short)(first == 0xFE ? 0xFE00 | il.ReadByte() : first)];
            int operand = 0, targets = 0;
            switch (code.OperandType)
            {
                case OperandType.InlineNone:
                    break;
                case OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar:
                    operand = il.ReadByte();
                    break;
                case OperandType.InlineVar:
                    operand = il.ReadUInt16();
                    break;
                case OperandType.InlineI8 or OperandType.InlineR:
                    il.Offset += 8;
                    break;
                case OperandType.InlineSwitch:
                    targets = il.ReadInt32();
                    il.Offset += 4 * targets;
                    break;
                default:
                    operand = il.ReadInt32();
                    break;
            }

            result.Add(new Instruction(offset, code, operand, targets));
        }

        return result;
    }
}
