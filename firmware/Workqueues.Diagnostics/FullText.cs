namespace Workqueues;

/// <summary>The dump and the trace as this assembly writes them. The library finds <see cref="Instance"/> by its name.</summary>
internal sealed class FullText : DiagnosticText
{
    /// <summary>The only one.</summary>
    internal static readonly DiagnosticText Instance = new FullText();

    internal override void WriteDump() => WorkqueueDump.Write();

    internal override void WriteTrace(TraceLineHandler write) => TraceText.Write(write);
}
