using System.Reflection;
using Workqueues;

namespace Contract.Tests;

/// <summary>The public API, member for member: other programs are compiled against it.</summary>
[TestClass]
public class ApiTests
{
    // Parameter names too: callers may name them. A reference may be annotated as nullable, which no caller's build needs.
    private static readonly string[] s_members =
    [
        "delegate void WorkHandler(Work work)",

        "class Work : WorkLink",
        "Work(WorkHandler handler)",
        "Work(WorkHandler handler, String name)",
        "String Work.Name { get }",
        "Boolean Work.IsPending { get }",
        "WorkStates Work.States { get }",
        "Boolean Work.Schedule()",
        "Boolean Work.Cancel()",
        "Boolean Work.CancelSync()",
        "Boolean Work.Flush()",
        "Boolean Work.Disable()",
        "Boolean Work.DisableSync()",
        "Boolean Work.Enable()",
        "static Work Work.Current { get }",

        "class DelayedWork : Work",
        "DelayedWork(WorkHandler handler)",
        "DelayedWork(WorkHandler handler, String name)",
        "Boolean DelayedWork.Schedule(Int32 delayMilliseconds)",
        "Boolean DelayedWork.ScheduleOn(Int32 processor, Int32 delayMilliseconds)",
        "Int32 DelayedWork.RemainingMilliseconds { get }",

        "flags WorkStates Idle=0 Delayed=1 Queued=2 Running=4 Canceling=8 Disabled=16",

        "class Workqueue : Object, IDisposable",
        "Workqueue(String name, WorkqueueOptions options)",
        "static Workqueue Workqueue.Create(String name)",
        "static Workqueue Workqueue.CreateSingleThread(String name)",
        "static Workqueue Workqueue.System { get }",
        "Boolean Workqueue.Queue(Work work)",
        "Boolean Workqueue.QueueOn(Int32 processor, Work work)",
        "Boolean Workqueue.QueueDelayed(DelayedWork work, Int32 delayMilliseconds)",
        "Boolean Workqueue.QueueDelayedOn(Int32 processor, DelayedWork work, Int32 delayMilliseconds)",
        "Boolean Workqueue.QueueAt(DelayedWork work, Int64 dueJiffies)",
        "Boolean Workqueue.ModifyDelayed(DelayedWork work, Int32 delayMilliseconds)",
        "Void Workqueue.Flush()",
        "Void Workqueue.Drain()",
        "Void Workqueue.Freeze()",
        "Void Workqueue.Thaw()",
        "Void Workqueue.Destroy()",
        "Void Workqueue.Dispose()",
        "static Void Workqueue.FlushScheduled()",
        "static Void Workqueue.ScheduleOnEachProcessor(WorkHandler handler)",
        "String Workqueue.Name { get }",
        "WorkqueueStatistics Workqueue.GetStatistics()",
        "static Void Workqueue.Dump()",
        "static event WorkFaultedHandler Workqueue.HandlerFaulted",
        "delegate void WorkFaultedHandler(Workqueue queue, Work work, Exception exception)",

        "class WorkqueueOptions : Object",
        "WorkqueueOptions()",
        "ThreadPriority WorkqueueOptions.Priority { get set }",
        "Int32 WorkqueueOptions.WorkersPerProcessor { get set }",
        "Int32 WorkqueueOptions.WatchdogMilliseconds { get set }",

        "class WorkqueueStatistics : Object",
        "Int32 WorkqueueStatistics.Queued { get }",
        "Int32 WorkqueueStatistics.Executed { get }",
        "Int32 WorkqueueStatistics.Coalesced { get }",
        "Int32 WorkqueueStatistics.Refused { get }",
        "Int32 WorkqueueStatistics.Faulted { get }",
        "Int32 WorkqueueStatistics.Canceled { get }",
        "Int32 WorkqueueStatistics.MaxDepth { get }",
        "Int64 WorkqueueStatistics.MaxLatencyMicroseconds { get }",
        "Int64 WorkqueueStatistics.BusyMicroseconds { get }",

        "static class Jiffies",
        "static Int64 Jiffies.Now { get }",
        "const Int32 Jiffies.PerSecond = 1000",

        "static class Processor",
        "static Int32 Processor.Count { get }",
        "static Int32 Processor.Current { get }",

        "static class InterruptContext",
        "static Boolean InterruptContext.IsActive { get }",
        "static Void InterruptContext.Enter()",
        "static Void InterruptContext.Exit()",

        "delegate Work WorkFactory()",
        "class WorkPool : Object",
        "WorkPool(WorkFactory factory, Int32 capacity)",
        "Work WorkPool.TryRent()",
        "Void WorkPool.Return(Work work)",
        "Int32 WorkPool.FailedCount { get }",
    ];

    [TestMethod]
    public void PublicApi_EveryMember_HasExactlyThatSignature()
    {
        var present = typeof(Work).Assembly.GetExportedTypes().SelectMany(Describe).ToHashSet();
        Assert.AreEqual("", string.Join('\n', s_members.Where(member => !present.Contains(member))));
    }

    // Subclasses carry data: a program derives from Work and DelayedWork.
    [TestMethod]
    public void Work_Subclassed_IsOpen()
    {
        Assert.IsFalse(typeof(Work).IsSealed || typeof(Work).IsAbstract);
        Assert.IsFalse(typeof(DelayedWork).IsSealed || typeof(DelayedWork).IsAbstract);
    }

    [TestMethod]
    public void Library_References_NoGpioAndNoBoard()
    {
        string[] references = [.. typeof(Work).Assembly.GetReferencedAssemblies().Select(name => name.Name!)];
        var foreign = references.Where(name => !name.StartsWith("System.", StringComparison.Ordinal) || name.Contains("Gpio"));
        Assert.AreEqual("", string.Join(' ', foreign));
    }

    private static IEnumerable<string> Describe(Type type)
    {
        if (type.IsEnum)
        {
            string kind = type.IsDefined(typeof(FlagsAttribute), false) ? "flags" : "enum";
            var values = Enum.GetNames(type).Select(name => $"{name}={Convert.ToInt32(Enum.Parse(type, name))}");
            yield return $"{kind} {type.Name} {string.Join(' ', values)}";
            yield break;
        }

        if (type.IsSubclassOf(typeof(Delegate)))
        {
            MethodInfo invoke = type.GetMethod("Invoke")!;
            string returned = invoke.ReturnType == typeof(void) ? "void" : invoke.ReturnType.Name;
            yield return $"delegate {returned} {type.Name}({Parameters(invoke)})";
            yield break;
        }

        string bases = string.Join(", ", type.GetInterfaces().Select(i => i.Name).Prepend(type.BaseType?.Name));
        yield return type.IsAbstract && type.IsSealed ? $"static class {type.Name}" : $"class {type.Name} : {bases}";

        const BindingFlags Declared =
            BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
        foreach (ConstructorInfo constructor in type.GetConstructors()) yield return $"{type.Name}({Parameters(constructor)})";
        foreach (MethodInfo method in type.GetMethods(Declared).Where(method => !method.IsSpecialName))
        {
            string prefix = method.IsStatic ? "static " : "";
            yield return $"{prefix}{method.ReturnType.Name} {type.Name}.{method.Name}({Parameters(method)})";
        }

        foreach (PropertyInfo property in type.GetProperties(Declared))
        {
            string prefix = property.GetMethod!.IsStatic ? "static " : "";
            string accessors = property.SetMethod is { IsPublic: true } ? "get set" : "get";
            yield return $"{prefix}{property.PropertyType.Name} {type.Name}.{property.Name} {{ {accessors} }}";
        }

        foreach (FieldInfo field in type.GetFields(Declared).Where(field => field.IsLiteral))
        {
            yield return $"const {field.FieldType.Name} {type.Name}.{field.Name} = {field.GetRawConstantValue()}";
        }

        foreach (EventInfo raised in type.GetEvents(Declared))
        {
            string prefix = raised.AddMethod!.IsStatic ? "static " : "";
            yield return $"{prefix}event {raised.EventHandlerType!.Name} {type.Name}.{raised.Name}";
        }
    }

    private static string Parameters(MethodBase method) =>
        string.Join(", ", method.GetParameters().Select(parameter => $"{parameter.ParameterType.Name} {parameter.Name}"));
}
