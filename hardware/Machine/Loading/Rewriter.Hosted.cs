using System;
using System.Collections.Generic;
using System.Linq;
using Hardware.Machine.Platform;
using Mono.Cecil;
using Mono.Cecil.Cil;
using Mono.Cecil.Rocks;

namespace Hardware.Machine.Loading;

// Hosted assemblies: code of a PC, tests above all, whose threads are the machine's. What they use beyond Surface.txt stays as it
// is, unless it has threads, time or devices in it: a method with such a thing ends the run when it is called.
internal sealed partial class Rewriter
{
    private const string HostedConstructor = "HostedConstructor$";
    private const string UseStatics = "UseStatics$";

    // The rest of these has threads, time or devices.
    private static readonly string[] s_refusedNamespaces =
        ["System.Threading", "System.Timers", "System.Net", "System.IO.Ports", "System.IO.Pipes"];

    private static readonly HashSet<string> s_refusedTypes =
    [
        "System.TimeProvider", "System.Diagnostics.Stopwatch", "System.Diagnostics.Process", "System.IO.FileSystemWatcher",
        "System.Linq.ParallelEnumerable",
    ];

    private static readonly HashSet<string> s_harmlessTypes =
    [
        "System.Threading.Volatile", "System.Threading.ThreadStart", "System.Threading.ThreadPriority",
        "System.Threading.ThreadState", "System.Threading.Timeout", "System.Threading.TimerCallback",
        "System.Threading.LazyThreadSafetyMode", "System.Threading.SynchronizationLockException",
        "System.Threading.CancellationToken",
    ];

    private static readonly HashSet<string> s_refusedMembers =
    [
        "System.DateTime.get_Now", "System.DateTime.get_Today", "System.DateTimeOffset.get_Now",
        "System.DateTimeOffset.get_UtcNow", "System.Environment.get_TickCount", "System.Environment.Exit",
        "System.Environment.FailFast",
    ];

    private IReadOnlyCollection<string> RewriteHosted()
    {
        List<TypeDefinition> types = [.. _module.GetTypes()];
        foreach (TypeDefinition type in types)
        {
            if (HasStatics(type)) DeferStatics(type);
        }

        foreach (TypeDefinition type in types)
        {
            foreach (FieldDefinition field in type.Fields)
            {
                if (field.IsStatic) field.IsInitOnly = false;
            }

            foreach (MethodDefinition method in type.Methods.ToList())
            {
                if (method.Name == UseStatics) continue;
                if (method.HasBody) AddUses(method);
                Rewrite(method);
                if (_unknown.Count > 0 && method.HasBody) Refuse(method, string.Join('\n', _unknown));
                _unknown.Clear();
            }
        }

        return [];
    }

    private bool IsKeptInHosted(string attribute) =>
        _isHosted && attribute == "System.Runtime.CompilerServices.InlineArrayAttribute";

    private bool IsLeftToDotNet(TypeReference type)
    {
        if (Surface.Instance.Find(type.FullName)?.Replacement != null) return false;
        bool isRefused = s_refusedTypes.Contains(type.FullName)
            || Array.Exists(s_refusedNamespaces, each => (type.Namespace + ".").StartsWith(each + ".", StringComparison.Ordinal));
        if (isRefused && !s_harmlessTypes.Contains(type.FullName)) _unbound.Add(type);
        return true;
    }

    // Members of .NET's own types; clocks and the board's own are the machine's.
    private static bool IsLeftToDotNet(SurfaceType type, string member)
    {
        if (type.Replacement != null) return false;
        string name = type.Name + "." + member[..member.IndexOf('(', StringComparison.Ordinal)];
        if (s_refusedMembers.Contains(name)) return false;
        bool isMachines = type.Name is "System.Environment" or "System.DateTime"
            || type.Name.StartsWith("nanoFramework.", StringComparison.Ordinal);
        return !isMachines || !type.Substitutes.ContainsKey(member);
    }

    private static void Refuse(MethodDefinition method, string members)
    {
        Mono.Cecil.Cil.MethodBody body = new(method);
        method.Body = body;
        ILProcessor il = body.GetILProcessor();
        il.Emit(OpCodes.Ldstr, members);
        il.Emit(OpCodes.Call, method.Module.ImportReference(typeof(Account).GetMethod(nameof(Account.Refuse))));
        il.Emit(OpCodes.Ldnull);
        il.Emit(OpCodes.Throw);
    }

    // A static constructor that a power-on must run again.
    private static bool HasStatics(TypeDefinition type)
    {
        for (TypeDefinition? each = type; each != null; each = each.DeclaringType)
        {
            if (each.HasGenericParameters) return false;
        }

        return type.Methods.Any(each => each.Name is ".cctor" or HostedConstructor);
    }

    // .NET runs a static constructor once. Here it runs when a static is used for the first time since power-on.
    private void DeferStatics(TypeDefinition type)
    {
        MethodDefinition constructor = type.Methods.First(each => each.Name == ".cctor");
        constructor.Name = HostedConstructor;
        constructor.IsSpecialName = constructor.IsRuntimeSpecialName = false;
        FieldDefinition isUsed = new("IsUsed$", FieldAttributes.Private | FieldAttributes.Static, _module.TypeSystem.Boolean);
        type.Fields.Add(isUsed);
        MethodDefinition use =
            new(UseStatics, MethodAttributes.Public | MethodAttributes.Static, _module.TypeSystem.Void);
        type.Methods.Add(use);
        ILProcessor il = use.Body.GetILProcessor();
        Instruction end = il.Create(OpCodes.Ret);
        il.Emit(OpCodes.Ldsfld, isUsed);
        il.Emit(OpCodes.Brtrue, end);
        il.Emit(OpCodes.Ldc_I4_1);
        il.Emit(OpCodes.Stsfld, isUsed);
        il.Emit(OpCodes.Call, Import(nameof(Account.BeginStatics)));
        Instruction tryStart = il.Create(OpCodes.Call, constructor);
        il.Append(tryStart);
        il.Emit(OpCodes.Leave, end);
        Instruction handlerStart = il.Create(OpCodes.Call, Import(nameof(Account.EndStatics)));
        il.Append(handlerStart);
        il.Emit(OpCodes.Endfinally);
        il.Append(end);
        use.Body.ExceptionHandlers.Add(new ExceptionHandler(ExceptionHandlerType.Finally)
        {
            TryStart = tryStart,
            TryEnd = handlerStart,
            HandlerStart = handlerStart,
            HandlerEnd = end,
        });
    }

    private void AddUses(MethodDefinition method)
    {
        ILProcessor il = method.Body.GetILProcessor();
        foreach (Instruction each in method.Body.Instructions.ToList())
        {
            if (each.OpCode.Code is not (Code.Ldsfld or Code.Stsfld or Code.Ldsflda)) continue;
            FieldReference field = (FieldReference)each.Operand;
            if (!IsFirmware(field.DeclaringType) || field.DeclaringType is GenericInstanceType) continue;
            TypeDefinition? owner = field.DeclaringType.Resolve();
            if (owner == null || !_hosted.Contains(owner.Module.Assembly.Name.Name) || !HasStatics(owner)) continue;
            if (owner.Name == "<>c") continue; // the object for lambdas without captured variables is made by the reset

            // Branches that lead to the access lead to the call.
            Instruction access = il.Create(OpCodes.Nop);
            access.OpCode = each.OpCode;
            access.Operand = each.Operand;
            each.OpCode = OpCodes.Call;
            each.Operand = new MethodReference(UseStatics, _module.TypeSystem.Void, field.DeclaringType);
            il.InsertAfter(each, access);
        }
    }
}
