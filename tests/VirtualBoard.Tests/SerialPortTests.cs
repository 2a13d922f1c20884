using VirtualRuntime;

namespace VirtualBoard.Tests;

/// <summary>The serial port and who listens to it, and the table at the end.</summary>
[TestClass]
public class SerialPortTests
{
    [TestMethod]
    public void Write_PiecesOfLines_ListenersGetWholeLines()
    {
        var heard = new Heard();
        using var port = new SerialPort(heard);
        port.Write('a');
        port.Write("b\r\nc");
        Assert.AreEqual("ab", heard.Text);
        port.WriteLine();
        port.WriteLine("ü");
        port.WriteLine((string?)null);
        port.WriteLine(12);
        port.WriteLine("{0}-{1}", 1, 2);
        Assert.AreEqual("ab|c|ü||12|1-2", heard.Text);
        Assert.AreEqual(6, port.Lines);
        Assert.AreEqual("ab\nc\nü\n\n12\n1-2\n"u8.Length, port.Bytes);
    }

    [TestMethod]
    public void PowerOff_LineHasBegun_ItIsSentAndTheRestIsLost()
    {
        var heard = new Heard();
        using var port = new SerialPort(heard);
        port.Write("half");
        port.PowerOff();
        port.WriteLine(" a line");
        Assert.AreEqual("half", heard.Text);
        Assert.AreEqual(1, port.Lines);
    }

    [TestMethod]
    public void WriteLine_ManyThreads_LinesStayWhole()
    {
        var heard = new Heard();
        using var port = new SerialPort(heard);
        Parallel.For(0, 8, writer =>
        {
            for (int i = 0; i < 200; i++) port.WriteLine(new string((char)('a' + writer), 20));
        });
        string[] lines = heard.Text.Split('|');
        Assert.HasCount(1600, lines);
        Assert.IsTrue(lines.All(line => line.Length == 20 && line.Distinct().Count() == 1));
    }

    [TestMethod]
    public void LineRecorder_WriterFails_StopsAndRemembersWhy()
    {
        var recorder = new LineRecorder(new FullDisk());
        recorder.Receive("one");
        recorder.Receive("two");
        Assert.AreEqual("the disk is full", recorder.Failure);
    }

    [TestMethod]
    public void ModuleWatch_Log_KnowsTheLastState()
    {
        var watch = new ModuleWatch();
        Assert.IsFalse(watch.WaitUntilUnloaded(TimeSpan.Zero));
        watch.Receive("[    3.011000] button_module: unloaded");
        watch.Receive("[    3.012000] irq_handler at jiffies=3012");
        Assert.IsTrue(watch.WaitUntilUnloaded(TimeSpan.Zero));
        watch.Receive("[    4.011000] button_module: loaded");
        Assert.IsFalse(watch.IsUnloaded);
    }

    [TestMethod]
    public void Totals_EdgesLost_SaysHowManyInWords()
    {
        var totals = new Totals(2000, new InterruptCounters(2000, 1872, 128, 0, 0, 3), 128, 5, 70, 4000);
        foreach (bool isDrawn in new[] { false, true })
        {
            string text = totals.Show(isDrawn);
            StringAssert.Contains(text, "1872 of 2000 edges were lost");
            foreach ((string name, string count) in totals.Rows)
            {
                Assert.IsTrue(text.Split('\n').Any(line => line.Contains(name.Trim()) && line.Contains(count)), name);
            }
        }

        StringAssert.Contains(totals.Show(true), "╭");
        Assert.IsTrue(totals.Show(false).All(character => character < 128), "plain text");
        Assert.IsNull((totals with { Interrupts = new InterruptCounters(9, 0, 9, 0, 0, 0) }).Loss);
    }

    private sealed class Heard : ISerialListener
    {
        private readonly List<string> _lines = [];

        public string Text => string.Join('|', _lines);

        public void Receive(string line) => _lines.Add(line);
    }

    private sealed class FullDisk : StringWriter
    {
        public override void Flush() => throw new IOException("the disk is full");
    }
}
