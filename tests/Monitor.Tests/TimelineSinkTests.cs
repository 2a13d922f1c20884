using System.Text;

using Hardware.Cli;
using Hardware.Monitor;
using Hardware.Timeline;

namespace Monitor.Tests;

/// <summary>Traces in a text that comes cut anywhere.</summary>
[TestClass]
public sealed class TimelineSinkTests
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("monitor");
    private readonly OutputFiles _files = new();
    private readonly List<string> _notices = [];

    private string PicturePath => Path.Combine(_folder.FullName, "board.svg");

    /// <summary>A trace of three records, in which an item of this name is queued and runs.</summary>
    internal static string Trace(string item) => $"""
        # tracer: nop
        #
        # entries-in-buffer/entries-written: 3/3   #P:1
        #           TASK-PID   CPU#  ||||   TIMESTAMP  FUNCTION
        irq-2   [000] d.h1     1.000100: workqueue_queue_work: work struct=c0de01 function={item} workqueue=q req_cpu=0 cpu=0
        q/0-16  [000] ....     1.000200: workqueue_execute_start: work struct c0de01: function {item}
        q/0-16  [000] ....     1.000300: workqueue_execute_end: work struct c0de01: function {item}

        """.ReplaceLineEndings("\n");

    [TestCleanup]
    public void DeleteFolder()
    {
        _files.Dispose();
        _folder.Delete(recursive: true);
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(7)]
    [DataRow(100_000)]
    public void Write_TraceInPieces_IsDrawnOnceWhenItIsWhole(int pieceBytes)
    {
        string trace = Trace("first").Replace("\n", "\r\n");
        byte[] text = Encoding.UTF8.GetBytes("boot\r\n" + trace + "[    1.000400] text after it\n");
        TimelineSink sink = Open();
        for (int at = 0; at < text.Length; at += pieceBytes)
        {
            sink.Write(text.AsSpan(at, Math.Min(pieceBytes, text.Length - at)));
            sink.Flush();
        }

        Assert.AreEqual($"timeline: 3 events drawn to {PicturePath}", _notices.Single());
        sink.Break();
        Assert.HasCount(1, _notices);
        Assert.AreEqual(TimelineSvg.Draw(TraceTimeline.Of(FtraceReader.ReadAll(new StringReader(Trace("first"))).Blocks.Single()),
            "Trace of the board"), File.ReadAllText(PicturePath));
    }

    [TestMethod]
    public void Write_TwoTraces_TheNewestStays()
    {
        TimelineSink sink = Open();
        foreach (string item in new[] { "a_much_longer_name_for_the_first_one", "second" })
        {
            sink.Write(Encoding.UTF8.GetBytes(Trace(item)));
            sink.Flush();
        }

        Assert.HasCount(2, _notices);
        string picture = File.ReadAllText(PicturePath);
        Assert.Contains("second", picture);
        Assert.DoesNotContain("first", picture);
        Assert.EndsWith("</svg>\n", picture);
    }

    [TestMethod]
    public void Write_TraceCutByTheNextOne_BothAreDrawn()
    {
        TimelineSink sink = Open();
        sink.Write(Encoding.UTF8.GetBytes(string.Join('\n', Trace("first").Split('\n')[..^2]) + "\n" + Trace("second")));
        sink.Flush();
        Assert.AreEqual(
            $"timeline: 2 events drawn to {PicturePath}, some lines are missing|timeline: 3 events drawn to {PicturePath}",
            string.Join('|', _notices));
    }

    [TestMethod]
    public void Write_FirstLineDamaged_IsDrawnAllTheSame()
    {
        TimelineSink sink = Open();
        sink.Write(Encoding.UTF8.GetBytes(Trace("only").Replace("# tracer", "# trac?r", StringComparison.Ordinal)));
        sink.Flush();
        Assert.AreEqual($"timeline: 3 events drawn to {PicturePath}, some lines are missing", _notices.Single());
        Assert.Contains("only", File.ReadAllText(PicturePath));
    }

    [TestMethod]
    public void Write_SecondTraceWithItsFirstLineDamaged_IsThePicture()
    {
        byte[] log = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "two-traces-second-header-damaged.log"));
        TimelineSink sink = Open();
        sink.Write(log);
        sink.Flush();
        Assert.AreEqual(
            $"timeline: 4 events drawn to {PicturePath}|timeline: 4 events drawn to {PicturePath}, some lines are missing",
            string.Join('|', _notices));
        string picture = File.ReadAllText(PicturePath);
        Assert.Contains("second_one", picture);
        Assert.DoesNotContain("first_one", picture);
        Assert.Contains("some lines are missing", picture);
    }

    [TestMethod]
    public void Write_CountDamaged_AllEventsAreInTheLastPicture()
    {
        TimelineSink sink = Open();
        foreach (string line in Trace("item").Replace("3/3", "1/3", StringComparison.Ordinal).Split('\n'))
        {
            sink.Write(Encoding.UTF8.GetBytes(line + "\n"));
            sink.Flush();
        }

        sink.Break();
        Assert.AreEqual($"timeline: 1 events drawn to {PicturePath}|timeline: 3 events drawn to {PicturePath}",
            string.Join('|', _notices));
    }

    [TestMethod]
    public void Write_NoTrace_LeavesAnExistingFileAlone()
    {
        File.WriteAllText(PicturePath, "old");
        TimelineSink sink = Open();
        sink.Write("text\n"u8);
        sink.Flush();
        sink.Break();
        Assert.AreEqual("old", File.ReadAllText(PicturePath));
    }

    [TestMethod]
    public void Write_LineWithoutEnd_IsNotKept()
    {
        TimelineSink sink = Open();
        byte[] noise = new byte[1_000_000];
        Array.Fill(noise, (byte)'x');
        for (int i = 0; i < 20; i++) sink.Write(noise);
        sink.Write(Encoding.UTF8.GetBytes("\n" + Trace("after")));
        sink.Flush();
        Assert.HasCount(1, _notices);
    }

    private TimelineSink Open() =>
        new(new TraceFiles(lines: null, _files.Open("--timeline", PicturePath), signals: null, _notices.Add));
}
