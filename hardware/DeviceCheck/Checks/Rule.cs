namespace Hardware.DeviceCheck.Checks;

/// <summary>One thing that a board cannot do, or does differently. Ids are stable.</summary>
internal sealed record Rule(string Id, string Reason, string Instead);

/// <summary>All of them.</summary>
internal static class Rules
{
    private static readonly List<Rule> s_all = [];

    // What the runtime cannot load or run.
    internal static readonly Rule GenericDefinition = Add(
        "NF0101",
        "generic types and methods cannot be defined",
        "write a class per type, or use object");
    internal static readonly Rule GenericUse = Add(
        "NF0102",
        "generic types and methods cannot be used",
        "declare a delegate or class of your own, without type parameters");
    internal static readonly Rule MultiDimensionalArray = Add(
        "NF0103",
        "multidimensional arrays do not load",
        "use an array of arrays");
    internal static readonly Rule DefaultInterfaceMethod = Add(
        "NF0104",
        "an instance method with a body in an interface fails when called",
        "use an abstract base class or an extension method");
    internal static readonly Rule Pointer = Add(
        "NF0105",
        "pointer locals and fields, and the fixed statement, are refused when the assembly is converted",
        "use array indexes or ref");
    internal static readonly Rule PointerUse = Add(
        "NF0106",
        "pointers only work by accident, and not in unoptimized builds",
        "use ref");
    internal static readonly Rule RefReadonlyReturn = Add(
        "NF0107",
        "ref readonly returns hang or give garbage",
        "return by value or by ref");
    internal static readonly Rule NoBody = Add(
        "NF0108",
        "an extern method has no code behind it and throws NotSupportedException",
        "write it in C#");
    internal static readonly Rule AttributeArgument = Add(
        "NF0109",
        "an attribute argument of type object is refused when the assembly is converted",
        "use string, bool, a number or object[]");

    // Instructions.
    internal static readonly Rule Opcode = Add(
        "NF0201",
        "the interpreter does not know this instruction",
        "do without stackalloc, function pointers, __makeref and __arglist");
    internal static readonly Rule SizeOf = Add(
        "NF0202",
        "sizeof of a struct gives the size of the runtime's own slots",
        "use a constant");
    internal static readonly Rule Checked = Add(
        "NF0203",
        "checked arithmetic and conversions never throw on the device; the result wraps",
        "compare the operands before the operation");
    internal static readonly Rule BigSwitch = Add(
        "NF0204",
        "a jump table cannot have more than 255 entries",
        "split the switch, or index an array");
    internal static readonly Rule DelegateAsync = Add(
        "NF0205",
        "BeginInvoke and EndInvoke of delegates throw NotSupportedException",
        "start a Thread");
    internal static readonly Rule EnumToString = Add(
        "NF0206",
        "ToString of an enum gives the number, not the name",
        "map the values to strings");
    internal static readonly Rule NulInLiteral = Add(
        "NF0207",
        "a string ends at its first NUL character",
        "use a char[] or a byte[]");
    internal static readonly Rule FilterCall = Add(
        "NF0208",
        "an exception raised while a filter runs brings down the whole runtime, even if it is caught",
        "test only fields and properties in the filter, or catch and rethrow");
    internal static readonly Rule CallBeforeTry = Add(
        "NF0209",
        "in optimized code an exception of the call directly before a try block is handled as if raised inside it",
        "move the call into the block, or put a statement without a call in between");

    // Limits.
    internal static readonly Rule MethodSize = Add(
        "NF0301",
        "the code of one method cannot be larger than 32767 bytes",
        "split the method");
    internal static readonly Rule AssemblySize = Add(
        "NF0302",
        "the code of one assembly cannot be larger than 65535 bytes",
        "split the assembly");
    internal static readonly Rule Locals = Add(
        "NF0303",
        "a method cannot have more than 255 locals",
        "split the method, or use an array");
    internal static readonly Rule Parameters = Add(
        "NF0304",
        "a method cannot have more than 255 parameters, counting this",
        "pass an array or an object");
    internal static readonly Rule Methods = Add(
        "NF0305",
        "a type cannot have more than 255 virtual, 255 other instance or 255 static methods",
        "split the type");
    internal static readonly Rule ArrayData = Add(
        "NF0306",
        "the constant arrays of an assembly cannot be larger than about 64000 bytes together",
        "split the assembly, or build the data at run time");
    internal static readonly Rule Strings = Add(
        "NF0307",
        "the names and string literals of an assembly cannot be larger than 65535 bytes together",
        "split the assembly");

    // Start-up order.
    internal static readonly Rule StaticOrder = Add(
        "NF0401",
        "static initializers all run once at load, in the order of the full type names, so this one sees a default value",
        "use a const, move the field into this type, or create it on first use");

    internal static IReadOnlyList<Rule> All => s_all;

    private static Rule Add(string id, string reason, string instead)
    {
        Rule rule = new(id, reason, instead);
        s_all.Add(rule);
        return rule;
    }
}
