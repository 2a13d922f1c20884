using System;
using System.Reflection;

namespace Workqueues;

/// <summary>Takes one line of a trace.</summary>
public delegate void TraceLineHandler(string line);

/// <summary>Writes a dump and a trace. Their texts are in an assembly of their own, <c>Workqueues.Diagnostics</c>, which a board
/// without a use for them does not carry. This class stands in for it, and says that it is missing.</summary>
internal class DiagnosticText
{
    private const string FullText = "Workqueues.FullText, Workqueues.Diagnostics";
    private const string Missing = "workqueue: no text for dump and trace; add Workqueues.Diagnostics to the program";

    /// <summary>What <see cref="Find"/> has found.</summary>
    internal static DiagnosticText? Found; // F

    /// <summary>Finds the one of the other assembly, where it is deployed. Looked for once.</summary>
    /// <exception cref="OutOfMemoryException">It could not be looked for.</exception>
    internal static void Find()
    {
        if (Found != null) return;
        object? type = Type.GetType(FullText);

        // As Deadlines.Done: the call may have been left out.
        if (type is string) throw new OutOfMemoryException();
        const BindingFlags Flags = BindingFlags.NonPublic | BindingFlags.Static;
        object? full = type is Type known ? known.GetField("Instance", Flags)?.GetValue(null!) : null;
        Found = full as DiagnosticText ?? new DiagnosticText();
    }

    /// <summary>Writes the dump to the log. What it throws is a lost report.</summary>
    internal virtual void WriteDump() => KernelLog.Write(Missing);

    /// <summary>Writes the trace. Its caller has taken care that it is the only one.</summary>
    internal virtual void WriteTrace(TraceLineHandler write)
    {
        string line = Missing; // not a second constant
        write("# " + line);
    }
}
