using System.Reflection;
using System.Runtime.ExceptionServices;
using Hardware.Machine;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace OnMachine;

/// <summary>A machine with an assembly of tests in it. Each test that runs has one of its own.</summary>
internal sealed class TestMachine : IDisposable
{
    private readonly Machine _machine;

    internal TestMachine(string assembly, Profile profile, bool isOptimized = true)
    {
        _machine = new Machine(profile) { IsOptimized = isOptimized };
        _machine.Load(assembly, [Path.GetFileNameWithoutExtension(assembly)]);
    }

    public void Dispose() => _machine.Dispose();

    /// <summary>The same test on the machine.</summary>
    internal Action Find(MethodInfo original, object?[] arguments)
    {
        const BindingFlags All = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static;
        Type here = original.ReflectedType!;
        Type type = OnMachine(here);
        MethodInfo[] before = [.. Marked<TestInitializeAttribute>(here).Reverse().Select(each => Same(each, []))];
        MethodInfo[] after = [.. Marked<TestCleanupAttribute>(here).Select(each => Same(each, []))];
        MethodInfo method = Same(original, [.. original.GetParameters().Select(each => OnMachine(each.ParameterType))]);
        object?[] given = [.. method.GetParameters().Zip(arguments, (parameter, value) => Given(parameter.ParameterType, value))];
        return () =>
        {
            object test = Activator.CreateInstance(type)!;
            try
            {
                foreach (MethodInfo each in before) Invoke(each, test, []);
                Invoke(method, test, given);
            }
            finally
            {
                foreach (MethodInfo each in after) Invoke(each, test, []);
                (test as IDisposable)?.Dispose();
            }
        };

        MethodInfo Same(MethodInfo method, Type[] parameters) =>
            OnMachine(method.DeclaringType!).GetMethod(method.Name, All, parameters)
            ?? throw new MissingMethodException(method.DeclaringType!.FullName, method.Name);
    }

    /// <summary>One run. Throws what the test threw, or says why it did not end.</summary>
    /// <param name="seen">Given the result before anything is thrown.</param>
    internal RunResult Run(Action test, RunOptions options, Action<RunResult>? seen = null)
    {
        Exception? thrown = null;
        RunResult result = _machine.Run(options, () =>
        {
            try
            {
                test();
            }
            catch (Exception exception)
            {
                thrown = exception;
            }
        });
        seen?.Invoke(result);
        if (result.End != RunEnd.ProgramEnded)
        {
            throw new AssertFailedException(
                $"The test did not end: {result.End} at {result.Nanoseconds / 1e6} ms.\n{result.DescribeThreads()}");
        }

        if (thrown != null) ExceptionDispatchInfo.Throw(thrown);
        if (result.UnhandledExceptions.Count > 0)
        {
            UnhandledException first = result.UnhandledExceptions[0];
            throw new AssertFailedException($"Nothing caught this on {first.Thread}: {first.Exception}", first.Exception);
        }

        return result;
    }

    private static void Invoke(MethodInfo method, object test, object?[] arguments) =>
        method.Invoke(method.IsStatic ? null : test, BindingFlags.DoNotWrapExceptions, null, arguments, null);

    // Of the class itself first, then of its base classes.
    private static IEnumerable<MethodInfo> Marked<T>(Type type)
        where T : Attribute
    {
        const BindingFlags Own = BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly;
        for (Type? each = type; each != null; each = each.BaseType)
        {
            foreach (MethodInfo method in each.GetMethods(Own))
            {
                if (method.IsDefined(typeof(T), inherit: false)) yield return method;
            }
        }
    }

    // What the PC calls so is called so on the machine, unless both share it.
    private Type OnMachine(Type type)
    {
        if (type.IsArray) return OnMachine(type.GetElementType()!).MakeArrayType();
        if (type.IsByRef || type.IsGenericType) return type;
        return type.Assembly.GetName().Name == _machine.Program.GetName().Name
            ? _machine.Program.GetType(type.FullName!, throwOnError: true)!
            : type;
    }

    private static object? Given(Type type, object? value)
    {
        if (value == null || type.IsInstanceOfType(value)) return value;
        if (type.IsEnum) return Enum.ToObject(type, value);
        return value is IConvertible ? Convert.ChangeType(value, type, System.Globalization.CultureInfo.InvariantCulture)
            : throw new ArgumentException($"A {value.GetType()} is another type on the machine: give the test plain values.");
    }
}
