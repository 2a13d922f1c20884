using System;

namespace Hardware.Machine;

/// <summary>The type that firmware gets where it names the other one.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct | AttributeTargets.Delegate)]
internal sealed class ReplacesAttribute(string typeName) : Attribute
{
    internal string TypeName => typeName;
}

/// <summary>Static methods that firmware calls where it names members of the other type; an instance member has its object as
/// first parameter.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class ExtendsAttribute(string typeName) : Attribute
{
    internal string TypeName => typeName;
}

/// <summary>The member it stands for, where its own name is another one.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class MemberAttribute(string name) : Attribute
{
    internal string Name => name;
}

/// <summary>The member it stands for is static.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class StaticMemberAttribute : Attribute
{
}
