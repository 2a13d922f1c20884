using Hardware.Timeline;

namespace Timeline.Tests;

/// <summary>The files beside the tests.</summary>
internal static class TestFiles
{
    internal static string[] SmallTrace => File.ReadAllLines(PathOf("small-trace.txt"));

    internal static FtraceReader Read(params IEnumerable<string> lines)
    {
        var reader = new FtraceReader();
        foreach (string line in lines) reader.Read(line);
        return reader;
    }

    internal static TraceTimeline TimelineOf(params IEnumerable<string> lines) => TraceTimeline.Of(Read(lines).Blocks.Single());

    internal static string PathOf(string name) => Path.Combine(AppContext.BaseDirectory, name);
}
