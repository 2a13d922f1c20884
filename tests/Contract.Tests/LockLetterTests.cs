using System.Globalization;
using System.Text.RegularExpressions;
using Mono.Cecil;
using Mono.Cecil.Cil;
using Workqueues;

namespace Contract.Tests;

/// <summary>The letters behind the fields of the library are true (Gate.cs lists them), and what ends in <c>Locked</c> is only
/// called with the lock held.</summary>
/// <remarks>Read from the compiled library: a method whose name ends in <c>Locked</c> has the lock from its caller, in others it
/// is held between <c>Monitor.Enter(Gate.Lock)</c> and the <c>Exit</c> that every way leads through. A constructor may touch its
/// own object: nobody else knows it yet. In a catch block nothing is taken for held.</remarks>
[TestClass]
public partial class LockLetterTests
{
    // What this reading cannot follow.
    private static readonly string[] s_exempt =
    [
        "Worker.Finish", // holds the lock over retries, and says so in a variable
        "Worker.Start", // nobody else knows the worker
        "Workqueue.EndUnpublished", // nor the queue
        "Work.get_IsPending", "Work.get_States", // a snapshot of one word
    ];

    // Of the runtime: what neither allocates nor waits.
    private static readonly string[] s_harmless =
    [
        "Monitor.Enter", "Monitor.Exit", "Environment.get_TickCount64", "DateTime.get_UtcNow", "DateTime.get_Ticks",
        "Thread.get_IsAlive", "Thread.get_ThreadState", "Interlocked.Increment", "Object.Equals", // of delegates
        "IMicrosecondClock.get_NowMicroseconds", // bound to that
    ];

    private static readonly HashSet<TypeDefinition> s_types = Read();
    private static readonly Dictionary<string, string> s_rules = Rules();

    [TestMethod]
    public void Fields_OfTheLibrary_HaveALetter()
    {
        string[] without =
            [.. Fields().Where(field => !field.IsInitOnly && !s_rules.ContainsKey(Name(field))).Select(Name).Order()];

        Assert.IsGreaterThan(80, s_rules.Count, "the sources were not understood");
        Assert.AreEqual("", string.Join('\n', without), "a mutable field whose comment says nothing of who may touch it");
    }

    [TestMethod]
    public void Fields_WithALetter_AreTouchedAsItSays() => Assert.AreEqual("", string.Join('\n', FalseLetters(s_rules)));

    [TestMethod]
    [DataRow("Gate.MustLook", "L")]
    [DataRow("Worker.CurrentLocked", "L")]
    [DataRow("Workqueue._refused", "C")]
    [DataRow("Deadlines.IsProgramming", "R")]
    public void Letters_OneThatIsFalse_IsFound(string field, string letter)
    {
        var rules = new Dictionary<string, string>(s_rules) { [field] = letter };
        string[] wrong = FalseLetters(rules);

        Assert.IsNotEmpty(wrong);
        Assert.IsTrue(Array.TrueForAll(wrong, line => line.StartsWith($"{letter}: {field} ", StringComparison.Ordinal)));
    }

    [TestMethod]
    public void LockedMethods_OfTheLibrary_AreCalledWithTheLockHeld()
    {
        var wrong = new List<string>();
        int seen = 0;
        foreach ((MethodDefinition method, Instruction instruction, bool isLocked) in Steps())
        {
            if (instruction.Operand is not MethodReference called || !IsLockedName(called.Name)) continue;
            seen++;
            if (isLocked || s_exempt.Contains(Name(method))) continue;
            wrong.Add($"{called.DeclaringType.Name}.{called.Name} is called in {Name(method)} without the lock");
        }

        Assert.IsGreaterThan(100, seen, "the library was not understood");
        Assert.AreEqual("", string.Join('\n', wrong.Distinct().Order()));
    }

    // R8: the lock is held for a few steps, of the library alone.
    [TestMethod]
    public void LockSections_OfTheLibrary_NeitherAllocateNorCallOthers() =>
        Assert.AreEqual("", string.Join('\n', ForbiddenSteps(s_harmless)));

    [TestMethod]
    public void LockSections_ACallThatIsNotAllowed_IsFound() =>
        CollectionAssert.AreEqual(
            new[] { "WorkqueueTrace.MicrosecondsLocked: DateTime.get_UtcNow" },
            ForbiddenSteps([.. s_harmless.Where(name => name != "DateTime.get_UtcNow")]));

    private static string[] ForbiddenSteps(string[] harmless)
    {
        var open = new Queue<MethodDefinition>(Steps().Where(step => step.IsLocked && !s_exempt.Contains(Name(step.Method)))
            .Select(step => Called(step.Instruction)).OfType<MethodDefinition>());
        var reached = new HashSet<MethodDefinition>();
        while (open.TryDequeue(out MethodDefinition? method))
        {
            if (!method.HasBody || !reached.Add(method)) continue;
            foreach (Instruction at in method.Body.Instructions)
            {
                if (Called(at) is { } called) open.Enqueue(called);
            }
        }

        Assert.IsGreaterThan(20, reached.Count, "the library was not understood");
        return [.. Steps().Where(step => step.IsLocked || reached.Contains(step.Method))
            .Where(step => !s_exempt.Contains(Name(step.Method)) && IsForbidden(step.Instruction, harmless))
            .Select(step => $"{Name(step.Method)}: {What(step.Instruction)}").Distinct().Order()];
    }

    private static string What(Instruction at) => at.Operand is MethodReference called ? Name(called) : at.OpCode.Name;

    // An exception that is thrown ends the section.
    private static bool IsForbidden(Instruction at, string[] harmless) => at.Operand switch
    {
        MethodReference made when at.OpCode.Code == Code.Newobj =>
            !made.DeclaringType.Name.EndsWith("Exception", StringComparison.Ordinal),
        MethodReference called when Called(at) == null => !harmless.Contains(Name(called)),
        MethodReference called => called.Resolve().DeclaringType.IsInterface && !harmless.Contains(Name(called)),
        _ => at.OpCode.Code is Code.Newarr or Code.Box,
    };

    // The library's own method that is called; null: another's, or an object is made.
    private static MethodDefinition? Called(Instruction at) =>
        at.OpCode.Code is Code.Call or Code.Callvirt && at.Operand is MethodReference called
            && called.DeclaringType.GetElementType().Resolve() is { } type && s_types.Contains(type)
            && called.Resolve() is { } method
            && method.DeclaringType.BaseType?.Name != nameof(MulticastDelegate)
            ? method : null;

    private static string[] FalseLetters(Dictionary<string, string> rules)
    {
        var wrong = new List<string>();
        int seen = 0;
        foreach (Touch touch in Touches())
        {
            if (!rules.TryGetValue(Name(touch.Field), out string? rule) || s_exempt.Contains(Name(touch.Method))) continue;
            bool isOwn = touch.Method.IsConstructor && IsFieldOf(touch.Field, touch.Method.DeclaringType);
            bool isWorkers = touch.Method.DeclaringType.Name == nameof(Worker) && !touch.Method.IsStatic;
            bool isRight = rule switch
            {
                "L" => touch.IsLocked || isOwn,
                "R" => touch.IsLocked || isOwn || !touch.IsWrite,
                "K" => touch.IsLocked || isOwn || (isWorkers && !touch.IsWrite),
                "C" => isOwn || !touch.IsWrite,
                _ => true,
            };
            seen++;
            string what = touch.IsWrite ? "written" : "read";
            if (!isRight) wrong.Add($"{rule}: {Name(touch.Field)} {what} in {Name(touch.Method)}");
        }

        Assert.IsGreaterThan(500, seen, "the library was not understood");
        return [.. wrong.Distinct().Order()];
    }

    private static IEnumerable<FieldDefinition> Fields() =>
        Types().SelectMany(type => type.Fields).Where(field =>
            !field.HasConstant && !field.Name.StartsWith('<')
            && field.DeclaringType.Events.All(raised => raised.Name != field.Name));

    // Of the library, and of what writes its dump and its trace.
    private static HashSet<TypeDefinition> Read()
    {
        DefaultAssemblyResolver resolver = new();
        resolver.AddSearchDirectory(AppContext.BaseDirectory);
        string texts = Path.Combine(AppContext.BaseDirectory, "Workqueues.Diagnostics.dll");
        AssemblyDefinition[] assemblies =
        [
            resolver.Resolve(AssemblyNameReference.Parse(typeof(Work).Assembly.FullName)),
            AssemblyDefinition.ReadAssembly(texts, new ReaderParameters { AssemblyResolver = resolver }),
        ];
        return [.. assemblies.SelectMany(assembly => assembly.MainModule.GetTypes())];
    }

    private static IEnumerable<TypeDefinition> Types() => s_types
        .Where(type => type.IsClass && !type.IsValueType && type.BaseType?.FullName != "System.MulticastDelegate"
            && type.Namespace.Length + type.FullName.IndexOf('/') > 0);

    private static IEnumerable<Touch> Touches()
    {
        foreach ((MethodDefinition method, Instruction instruction, bool isLocked) in Steps())
        {
            if (instruction.Operand is not FieldReference field) continue;
            bool isWrite = instruction.OpCode.Code is Code.Stfld or Code.Stsfld;
            yield return new Touch(field, method, isWrite, isLocked);
        }
    }

    private static IEnumerable<(MethodDefinition Method, Instruction Instruction, bool IsLocked)> Steps()
    {
        foreach (MethodDefinition method in Types().SelectMany(type => type.Methods).Where(method => method.HasBody))
        {
            bool isLocked = IsLockedName(method.Name);
            HashSet<Instruction> held = isLocked ? [] : Held(method.Body);
            foreach (Instruction instruction in method.Body.Instructions)
            {
                yield return (method, instruction, isLocked || held.Contains(instruction));
            }
        }
    }

    // Instructions that are reached with the library's lock held, whichever way leads there. What is held is a stack: locks are
    // left in the reverse order.
    private static HashSet<Instruction> Held(MethodBody body)
    {
        var before = new Dictionary<Instruction, string[]>();
        var open = new Queue<Instruction>();
        void Reach(Instruction? to, string[] held)
        {
            if (to == null) return;
            if (before.TryGetValue(to, out string[]? known))
            {
                string[] common = [.. known.Zip(held).TakeWhile(pair => pair.First == pair.Second).Select(pair => pair.First)];
                if (common.Length == known.Length) return;
                held = common;
            }

            before[to] = held;
            open.Enqueue(to);
        }

        Reach(body.Instructions[0], []);
        foreach (ExceptionHandler handler in body.ExceptionHandlers) Reach(handler.HandlerStart, []);
        while (open.TryDequeue(out Instruction? at))
        {
            string[] held = before[at];
            if (at.Operand is MethodReference { DeclaringType.FullName: "System.Threading.Monitor" } called)
            {
                held = called.Name == "Enter" ? [.. held, EnteredLock(at)] : held.Length > 0 ? held[..^1] : held;
            }

            // Out of a lock statement: its finally block leaves the lock.
            if (at.OpCode.FlowControl == FlowControl.Branch && at.OpCode.Code is Code.Leave or Code.Leave_S)
            {
                var target = (Instruction)at.Operand;
                int left = body.ExceptionHandlers.Count(handler => handler.HandlerType == ExceptionHandlerType.Finally
                    && Contains(handler.TryStart, handler.TryEnd, at) && !Contains(handler.TryStart, handler.TryEnd, target)
                    && LeavesALock(handler));
                held = held[..Math.Max(0, held.Length - left)];
            }

            if (at.Operand is Instruction branch) Reach(branch, held);
            if (at.Operand is Instruction[] branches) Array.ForEach(branches, to => Reach(to, held));
            bool goesOn = at.OpCode.FlowControl is not (FlowControl.Branch or FlowControl.Return or FlowControl.Throw);
            if (goesOn) Reach(at.Next, held);
        }

        return [.. before.Where(entry => entry.Value.Contains("Lock")).Select(entry => entry.Key)];
    }

    private static bool Contains(Instruction start, Instruction end, Instruction instruction) =>
        instruction.Offset >= start.Offset && instruction.Offset < end.Offset;

    private static bool LeavesALock(ExceptionHandler handler)
    {
        for (Instruction at = handler.HandlerStart; at != handler.HandlerEnd; at = at.Next)
        {
            if (at.Operand is MethodReference { DeclaringType.FullName: "System.Threading.Monitor", Name: "Exit" }) return true;
        }

        return false;
    }

    // The field that the object of Monitor.Enter was read from, itself or through a variable.
    private static string EnteredLock(Instruction enter)
    {
        Instruction at = enter.Previous;
        if (at.OpCode.Code is Code.Ldloca or Code.Ldloca_S) at = at.Previous;
        if (Variable(at, "ldloc") is { } variable)
        {
            while (Variable(at, "stloc") != variable) at = at.Previous;
            while (at.OpCode.Code is not (Code.Ldsfld or Code.Ldfld)) at = at.Previous;
        }

        return ((FieldReference)at.Operand).Name;
    }

    // The number of the variable that an instruction of the kind is for: ldloc.0, ldloc.s V_4.
    private static string? Variable(Instruction at, string kind) =>
        !at.OpCode.Name.StartsWith(kind + ".", StringComparison.Ordinal) && at.OpCode.Name != kind ? null
        : at.Operand is VariableDefinition variable ? variable.Index.ToString(CultureInfo.InvariantCulture)
        : at.OpCode.Name[(kind.Length + 1)..];

    private static bool IsFieldOf(FieldReference field, TypeDefinition type)
    {
        TypeDefinition? at = type;
        while (at != null && at.FullName != field.DeclaringType.FullName) at = at.BaseType?.Resolve();
        return at != null;
    }

    private static bool IsLockedName(string name) => name.EndsWith("Locked", StringComparison.Ordinal);

    private static string Name(FieldReference field) => $"{field.DeclaringType.Name}.{field.Name}";

    private static string Name(MethodReference method) => $"{method.DeclaringType.Name}.{method.Name}";

    private static Dictionary<string, string> Rules()
    {
        var rules = new Dictionary<string, string>();
        foreach (string path in Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Library"), "*.cs",
            SearchOption.AllDirectories))
        {
            string type = "";
            foreach (string line in File.ReadLines(path))
            {
                if (TypeLine().Match(line) is { Success: true } declared) type = declared.Groups[1].Value;
                if (FieldLine().Match(line) is { Success: true } field)
                {
                    rules[$"{type}.{field.Groups["name"].Value}"] = field.Groups["rule"].Value;
                }
            }
        }

        return rules;
    }

    [GeneratedRegex(@"^ *(?:public |internal |private )?(?:static |abstract |sealed |partial )*class (\w+)")]
    private static partial Regex TypeLine();

    [GeneratedRegex(@"^ +(?:internal|private|public) [^(=;]*?(?<name>\w+)(?: = [^;]*)?; // (?<rule>[A-Z])(?![A-Za-z])")]
    private static partial Regex FieldLine();

    private sealed record Touch(FieldReference Field, MethodDefinition Method, bool IsWrite, bool IsLocked);
}
