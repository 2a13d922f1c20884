using System.Diagnostics;
using System.Text.RegularExpressions;
using Hardware.Timeline;

namespace Timeline.Tests;

/// <summary>Signals over time: what is in the file, and what real readers find there.</summary>
[TestClass]
public class ValueChangeDumpTests
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("timeline-tests-");

    [TestCleanup]
    public void DeleteFolder() => _folder.Delete(recursive: true);

    [TestMethod]
    public void Of_SmallTrace_HasEveryEdgeAtItsTime()
    {
        VcdFile file = Read(TestFiles.TimelineOf(TestFiles.SmallTrace));
        Assert.AreEqual("1us", file.Unit);
        Assert.AreEqual("1001000 1, 1001300 0, 1001500 1, 1001900 0", Text(file.Changes("irq_button")));
        Assert.AreEqual("1001100 1, 1001400 0, 1001600 1, 1002600 0, 1022500 1, 1022700 0, 1023200 1, 1023201 0",
            Text(file.Changes("depth_my_queue")));
        // The first run began before the trace: what is seen of it takes no time, and is a pulse all the same.
        Assert.AreEqual("1000000 1, 1000001 0", Text(file.Changes("my_queue/0:old_work")));
        Assert.AreEqual("1001400 1, 1002400 0, 1002600 1, 1002900 0", Text(file.Changes("my_queue/0:my_work")));
        Assert.AreEqual(8, file.Changes("my_queue/0").Count);
        Assert.AreEqual("1023100 1, 1023200 0", Text(file.Changes("slow/0:report")));
    }

    [TestMethod]
    public void Wire_ChangesAtOneMoment_AreAllKept()
    {
        var dump = new ValueChangeDump("1 ns");
        for (int i = 0; i < 2000; i++) dump.Wire("pins", "button", 5, isHigh: i % 2 == 0);
        dump.Wire("pins", "button", 9, isHigh: false); // is low already
        dump.Wire("pins", "button", 5000, isHigh: true);
        VcdFile file = Read(dump);
        Assert.AreEqual(2001, file.Changes("button").Count);
        Assert.AreEqual((5000, "1"), file.Changes("button")[^1]);
        Assert.AreEqual(10_000, file.End);
    }

    [TestMethod]
    public void Begin_Level_IsThatBeforeTheFirstChange()
    {
        var dump = new ValueChangeDump("1 ns");
        dump.Begin("pins", "button", isHigh: true);
        dump.Wire("pins", "button", 7, isHigh: true);
        dump.Wire("pins", "button", 8, isHigh: false);
        Assert.AreEqual("8 0", Text(Read(dump).Changes("button")));
    }

    // A space, a dot or a bracket would end a name, or change what it means.
    [TestMethod]
    public void Names_OfAnyContent_AreWords()
    {
        var dump = new ValueChangeDump("1 ns");
        foreach (string name in new[] { "a b", "a.b", "x[3:0]", "$end", "größe", "\n" }) dump.Wire("pins", name, 1, isHigh: true);
        Assert.AreEqual("a_b a_b x_3:0_ _end gr__e _", string.Join(' ', Words(dump)));
        static IEnumerable<string> Words(ValueChangeDump dump)
        {
            var text = new StringWriter();
            dump.WriteTo(text, "any $end of it", 0, 10);
            StringAssert.StartsWith(text.ToString(), "$comment any  of it $end\n");
            return Regex.Matches(text.ToString(), @"^\$var wire 1 \S+ (\S+) \$end$", RegexOptions.Multiline)
                .Select(match => match.Groups[1].Value);
        }
    }

    [TestMethod]
    public void Identifiers_OfManySignals_Differ()
    {
        var dump = new ValueChangeDump("1 ns");
        for (int i = 0; i < 20_000; i++) dump.Wire("pins", $"wire{i}", i, isHigh: true);
        VcdFile file = Read(dump);
        for (int i = 0; i < 20_000; i += 997) Assert.AreEqual($"{i} 1", Text(file.Changes($"wire{i}")));
    }

    [TestMethod]
    public void VirtualBoard_Signals_AreWhatItCounted()
    {
        string log = RunBoard(out string path);
        var file = new VcdFile(File.ReadAllText(path));
        Assert.AreEqual("1ns", file.Unit);
        Assert.AreEqual(Counted(@"edges on the button +(\d+)"), file.Changes("button").Count);
        Assert.AreEqual(Counted(@"LED switched on +(\d+)"), Rises("led"));
        Assert.AreEqual(Counted(@"delivered +(\d+)"), Rises("irq_button"));
        Assert.AreEqual(Counted(@"my_work: handler +(\d+)"), Rises("my_queue/0:my_work"));
        Assert.AreEqual(Counted(@"hold: handler +(\d+)"), Rises("button/0:hold"));
        foreach (string queue in new[] { "depth_my_queue", "depth_button" })
        {
            Assert.AreEqual("0", file.Changes(queue)[^1].Value, queue);
        }

        // To the nanosecond, the least latency of the report is that of the signals.
        long least = file.Changes("irq_button").Where(change => change.Value == "1")
            .Min(top => top.Time - file.Changes("button").Last(edge => edge.Time < top.Time).Time);
        Assert.AreEqual(Counted(@"button: edge, top half +\d+ +(\d+) µs"), (int)((least + 500) / 1000));

        int Rises(string name) => file.Changes(name).Count(change => change.Value == "1");
        int Counted(string pattern)
        {
            Match match = Regex.Match(log, pattern);
            Assert.IsTrue(match.Success, $"{pattern} is not in\n{log}");
            return int.Parse(match.Groups[1].Value);
        }
    }

    [TestMethod]
    public void GtkWave_SignalsOfTheVirtualBoard_AreThoseOfTheFile()
    {
        Need("vcd2fst", "gtkwave");
        RunBoard(out string path);
        string converted = Path.ChangeExtension(path, ".fst");
        Run("vcd2fst", path, converted);
        var ours = new VcdFile(File.ReadAllText(path));
        Assert.AreEqual(ours.Counts(), new VcdFile(Run("fst2vcd", converted)).Counts());
    }

    // libsigrok, which is PulseView's reader too. It takes a sample each nanosecond unless it is asked for less; wires only.
    [TestMethod]
    public void Sigrok_SignalsOfTheVirtualBoard_AreThoseOfTheFile()
    {
        Need("sigrok-cli", "sigrok-cli");
        RunBoard(out string path);
        var ours = new VcdFile(File.ReadAllText(path));
        string text = Run("sigrok-cli", "-I", "vcd:downsample=1000", "-i", path, "-O", "vcd");
        var theirs = new VcdFile(text[text.IndexOf('$')..]);
        Assert.AreEqual(ours.Counts(name => !name.StartsWith("depth_", StringComparison.Ordinal)), theirs.Counts());
    }

    private string RunBoard(out string path)
    {
        path = Path.Combine(_folder.FullName, "board.vcd");
        string board = Path.Combine(AppContext.BaseDirectory, "VirtualBoard.dll");
        return Run("dotnet", board, "--presses", "2", "--bounce", "0", "--vcd", path);
    }

    private static void Need(string program, string package)
    {
        bool isThere = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Any(folder => File.Exists(Path.Combine(folder, program)));
        if (!isThere) Assert.Inconclusive($"skipped: {program} is not installed: apt-get install {package}");
    }

    private static string Run(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        Assert.IsTrue(process.WaitForExit(TimeSpan.FromSeconds(60)), $"{program} did not end");
        Assert.AreEqual(0, process.ExitCode, output.Result + errors.Result);
        return output.Result;
    }

    private static VcdFile Read(TraceTimeline timeline) => Read(ValueChangeDump.Of(timeline), timeline.Start, timeline.End);

    private static VcdFile Read(ValueChangeDump dump, long start = 0, long end = 10_000)
    {
        var text = new StringWriter();
        dump.WriteTo(text, "a test", start, end);
        return new VcdFile(text.ToString());
    }

    private static string Text(IEnumerable<(long Time, string Value)> changes) =>
        string.Join(", ", changes.Select(change => $"{change.Time} {change.Value}"));
}
