using System.Text;

using Hardware.Monitor;

namespace Monitor.Tests;

[TestClass]
public sealed class ScreenTests
{
    private readonly StringWriter _text = new() { NewLine = "\n" };
    private readonly StringWriter _notices = new() { NewLine = "\n" };

    [TestMethod]
    public void Write_LineEndings_BecomeLineFeeds()
    {
        Assert.AreEqual("a\nb\n\nc^M^M\nd^Me\n", Show("a\r\nb\n\nc\r\r\r\nd\re\n"u8.ToArray()));
    }

    [TestMethod]
    public void Write_ControlCharacters_AreVisible()
    {
        Assert.AreEqual(
            "^@ ^G ^[[0;32mgreen^[[0m ^? \\x85 tab\t.\n", Show("\0 \a \x1b[0;32mgreen\x1b[0m \x7f \u0085 tab\t.\n"u8.ToArray()));
    }

    [TestMethod]
    public void Write_AnyChunking_GivesTheSameText()
    {
        byte[] bytes = [.. "Grüße €5 \U0001F600\r\n"u8, 0xFF, 0xC3, .. "x\r\nend\r"u8, 0xE2, 0x82];
        const string Expected = "Grüße €5 \U0001F600\n\uFFFD\uFFFDx\nend^M\uFFFD\n";
        for (int boundary = 0; boundary <= bytes.Length; boundary++)
        {
            var output = new StringWriter();
            using var screen = new Screen(output, TextWriter.Null, clock: null);
            screen.Write(bytes.AsSpan(0, boundary));
            screen.Write(bytes.AsSpan(boundary));
            screen.Break();
            Assert.AreEqual(Expected, output.ToString(), $"cut at {boundary}");
        }
    }

    [TestMethod]
    public void Write_Clock_GivesTheTimeOfEachLinesBeginning()
    {
        var clock = new SetClock();
        using var screen = new Screen(_text, _notices, clock);
        screen.Write("first "u8);
        clock.Now += TimeSpan.FromMilliseconds(1500);
        screen.Write("line\n\nthird\n"u8);

        Assert.AreEqual("12:34:56.789  first line\n12:34:58.289  \n12:34:58.289  third\n", _text.ToString());
    }

    [TestMethod]
    public void Write_PartOfALine_IsShownAtOnce()
    {
        using var screen = new Screen(_text, _notices, clock: null);
        screen.Write("no end"u8);
        Assert.AreEqual("no end", _text.ToString());
    }

    [TestMethod]
    public void Notice_InsideALine_EndsTheLineFirst()
    {
        using var screen = new Screen(_text, _notices, clock: null);
        screen.Write("half"u8);
        screen.Notice("gone");
        screen.Write("other half\n"u8);

        Assert.AreEqual("half\nother half\n", _text.ToString());
        Assert.AreEqual("-- gone --\n", _notices.ToString());
    }

    private string Show(byte[] bytes)
    {
        using var screen = new Screen(_text, _notices, clock: null);
        screen.Write(bytes);
        screen.Break();
        return _text.ToString();
    }

    private sealed class SetClock : TimeProvider
    {
        internal DateTimeOffset Now { get; set; } = new(2026, 5, 4, 12, 34, 56, 789, TimeSpan.Zero);

        public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
