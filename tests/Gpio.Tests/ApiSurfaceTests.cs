using System.Reflection;
using VirtualRuntime;

namespace Gpio.Tests;

/// <summary>The virtual runtime offers what the real packages offer, no more and no less: firmware that compiles here compiles
/// for a board. ApiSurface.txt is the public surface of System.Device.Gpio 1.1.62 and Runtime.Native 1.7.11 (without
/// System.Environment, which a PC has), the types around EventSink of Runtime.Events 1.11.39, and HighResTimer of Hardware.Esp32
/// 1.6.42.</summary>
[TestClass]
public class ApiSurfaceTests
{
    private const BindingFlags Members =
        BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    [TestMethod]
    public void PublicSurface_ThreeNamespaces_IsThatOfTheRealPackages()
    {
        string[] expected = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "ApiSurface.txt"));
        string[] actual = [.. typeof(PinState).Assembly.GetExportedTypes()
            .Where(type => type.Namespace != nameof(VirtualRuntime)).SelectMany(Describe)];
        Assert.IsGreaterThan(100, expected.Length);
        Assert.AreEqual("", string.Join('\n', expected.Except(actual)), "missing");
        Assert.AreEqual("", string.Join('\n', actual.Except(expected)), "not in the real packages");
    }

    private static IEnumerable<string> Describe(Type type)
    {
        string name = type.FullName![(type.Namespace!.Length + 1)..];
        yield return $"{name} : {type.BaseType?.Name ?? "interface"}";
        if (!type.IsEnum && !type.IsSubclassOf(typeof(Delegate)))
        {
            IEnumerable<Type> own = type.GetInterfaces().Except(type.BaseType?.GetInterfaces() ?? []);
            foreach (Type contract in own) yield return $"{name} : {contract.Name}";
        }

        foreach (FieldInfo field in type.GetFields(Members).Where(field => !field.IsSpecialName))
        {
            string constant = field.IsLiteral ? $" = {Convert.ToInt32(field.GetRawConstantValue())}" : "";
            yield return $"{name}.{field.Name} {field.FieldType.Name}{constant}";
        }

        bool isDelegate = type.IsSubclassOf(typeof(Delegate));
        if (!isDelegate)
        {
            foreach (ConstructorInfo constructor in type.GetConstructors(Members))
            {
                yield return $"{name}..ctor({Arguments(constructor)}) Void";
            }
        }

        foreach (MethodInfo method in type.GetMethods(Members).Where(method => !isDelegate || method.Name == "Invoke"))
        {
            string modifier = method.IsStatic ? "static " : "";
            yield return $"{modifier}{name}.{method.Name}({Arguments(method)}) {method.ReturnType.Name}";
        }
    }

    private static string Arguments(MethodBase method) =>
        string.Join(", ", method.GetParameters().Select(parameter => parameter.ParameterType.Name));
}
