using System;
using System.Collections.Generic;

namespace Hardware.Machine;

/// <summary>Firmware uses members that the machine does not have. Thrown before anything of it runs.</summary>
public sealed class UnknownMemberException : Exception
{
    internal UnknownMemberException(IReadOnlyList<string> members)
        : base("The firmware uses what the machine does not have:" + string.Concat(Lines(members)))
    {
        Members = members;
    }

    /// <summary>Their names, and who uses them.</summary>
    public IReadOnlyList<string> Members { get; }

    private static IEnumerable<string> Lines(IReadOnlyList<string> members)
    {
        foreach (string member in members) yield return Environment.NewLine + "  " + member;
    }
}
