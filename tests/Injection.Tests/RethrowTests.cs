using Mono.Cecil;
using Mono.Cecil.Cil;

namespace Injection.Tests;

/// <summary>What the board's CLR gets wrong, and .NET does not.</summary>
[TestClass]
public sealed class RethrowTests
{
    // "throw;" behind a call that has caught an exception of its own throws a System.Exception there, and a caller that waits
    // for OutOfMemoryException does not get it: rule 9 of the contract.
    [TestMethod]
    [DataRow("Workqueues")]
    [DataRow("Workqueues.Gpio")]
    [DataRow("ButtonModule")]
    public void Firmware_ThatCatches_ThrowsTheExceptionItself(string assembly)
    {
        using ModuleDefinition module = ModuleDefinition.ReadModule(Path.Combine(AppContext.BaseDirectory, assembly + ".dll"));
        MethodDefinition[] methods = [.. module.GetTypes().SelectMany(type => type.Methods).Where(method => method.HasBody)];
        string[] wrong = [.. methods.Where(Has(Code.Rethrow)).Select(method => method.FullName)];

        Assert.AreEqual("", string.Join('\n', wrong));
        Assert.IsGreaterThan(10, methods.Length, "nothing was read");
    }

    private static Func<MethodDefinition, bool> Has(Code code) =>
        method => method.Body.Instructions.Any(instruction => instruction.OpCode.Code == code);
}
