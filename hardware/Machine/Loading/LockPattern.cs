using System.Collections.Generic;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace Hardware.Machine.Loading;

/// <summary>A <c>lock</c> compiled for the PC calls <c>Monitor.Enter(object, ref bool)</c>; a board's library has only
/// <c>Monitor.Enter(object)</c>, for which the compiler needs five instructions less.</summary>
internal static class LockPattern
{
    // PC:    x  stloc o  ldc 0  stloc t  try { ldloc o  ldloca t  call Enter … }
    //        finally { ldloc t  brfalse E  ldloc o  call Exit  E: endfinally }
    // board: x  dup  stloc o  call Enter  try { … } finally { ldloc o  call Exit  endfinally }

    /// <summary>The instructions that a board does not execute. Of a body without macros.</summary>
    internal static HashSet<Instruction> FreeInstructions(MethodBody body)
    {
        HashSet<Instruction> free = [];
        foreach (Instruction each in body.Instructions)
        {
            if (each.OpCode.Code != Code.Call || each.Operand is not MethodReference callee) continue;
            if (callee.DeclaringType.FullName != typeof(Platform.Monitor).FullName) continue;
            if (callee.Name == "Enter" && callee.Parameters.Count == 2) AddEnter(each, free);
            else if (callee.Name == "Exit") AddExit(each, free);
        }

        return free;
    }

    private static void AddEnter(Instruction enter, HashSet<Instruction> free)
    {
        Instruction taken = enter.Previous;
        if (taken?.OpCode.Code != Code.Ldloca) return;
        free.Add(taken);
        Instruction? clear = taken.Previous;
        while (clear != null && !(clear.OpCode.Code == Code.Stloc && clear.Operand == taken.Operand)) clear = clear.Previous;
        if (clear?.Previous?.OpCode.Code != Code.Ldc_I4) return;
        free.Add(clear);
        free.Add(clear.Previous);
    }

    private static void AddExit(Instruction exit, HashSet<Instruction> free)
    {
        Instruction? skip = exit.Previous?.Previous;
        if (skip?.OpCode.Code != Code.Brfalse || skip.Previous?.OpCode.Code != Code.Ldloc) return;
        free.Add(skip);
        free.Add(skip.Previous);
    }
}
