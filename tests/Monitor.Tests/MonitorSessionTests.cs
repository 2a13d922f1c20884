using System.Text;

using Hardware.Monitor;
using Hardware.Serial;

namespace Monitor.Tests;

/// <summary>Pings, speeds and silence, against a board in virtual time.</summary>
[TestClass]
public sealed class MonitorSessionTests
{
    private static readonly SessionOptions s_slow =
        new("ttyX", [115200], Pings.UntilAnswered, Reconnects: true, IsVerbose: false);

    private static readonly SessionOptions s_unknown = s_slow with { Bauds = [921600, 115200] };

    [TestMethod]
    public void Open_BoardThatNeedsAPing_IsPingedOnceAndItsLogIsWhole()
    {
        FakeBoard board = new FakeBoard().PrintAt(100, "first\n").PrintAt(4000, "second\n");
        SessionRecord record = board.Watch(s_slow, 60_000);
        Assert.AreEqual("first\nsecond\n", record.Text);
        Assert.AreEqual("first\nsecond\n", record.Log.Text);
        Assert.AreEqual("0", string.Join(' ', board.Pings));
        Assert.AreEqual(0, board.OtherWrites);
        Assert.AreEqual(
            "-- ttyX connected, 115200 8N1, Ctrl-C ends --\n-- 2 lines; 2 text packets, 1 others, 0 damaged --\n",
            record.Notices);
    }

    [TestMethod]
    public void Reset_BootPacketComes_IsPingedUntilItAnswers()
    {
        FakeBoard board = new FakeBoard()
            .PrintAt(100, "one\n").ResetAt(10_000).PrintAt(10_300, "two\n").PrintAt(20_000, "three\n");
        SessionRecord record = board.Watch(s_slow, 30_000);
        Assert.AreEqual("one\ntwo\nthree\n", record.Text);
        Assert.AreEqual("0 10185", string.Join(' ', board.Pings));
        Assert.AreEqual(0, board.OtherWrites, "a board's own ping is not answered");
    }

    [TestMethod]
    public void Open_WhileTheBoardStarts_IsPingedOftenThenRarely()
    {
        FakeBoard board = new FakeBoard { Answers = false };
        board.Watch(s_slow, 60_000);
        List<long> pauses = [.. board.Pings.Zip(board.Pings.Skip(1), (first, second) => second - first)];
        Assert.IsTrue(pauses.Take(19).All(pause => pause is >= 250 and <= 300), string.Join(' ', pauses));
        Assert.IsTrue(pauses.Skip(19).All(pause => pause is >= 2000 and <= 2050), string.Join(' ', pauses));
        Assert.IsLessThan(50, board.Pings.Count);
    }

    [TestMethod]
    public void Reset_BootPacketDamaged_IsPingedAllTheSame()
    {
        var board = new FakeBoard();
        byte[] boot = board.BootPacket;
        boot[20] ^= 0xFF;
        boot[17] ^= 0x40;
        board.PrintAt(100, "one\n").SendAt(10_000, boot);
        SessionRecord record = board.Watch(s_slow with { IsVerbose = true }, 20_000);
        Assert.Contains("damaged packet", record.Notices);
        Assert.HasCount(2, board.Pings);
    }

    [TestMethod]
    public void RawText_FromABoardThatSentPackets_IsPingedButNotForEachLine()
    {
        FakeBoard board = new FakeBoard { TextNeedsPing = false, Baud = 921600 }.PrintAt(100, "packed\n").ResetAt(10_000);
        for (int i = 0; i < 100; i++) board.SendAt(10_010 + i, Encoding.ASCII.GetBytes($"I ({i}) rom\r\n"));
        board.PrintAt(10_500, "packed again\n");

        // Lines of the IDF stay raw for ever.
        for (int i = 0; i < 1000; i++) board.SendAt(20_000 + (i * 10), "I (20000) wifi\r\n"u8.ToArray());
        SessionRecord record = board.Watch(s_slow with { Bauds = [921600] }, 40_000);
        Assert.Contains("packed again\n", record.Text);
        Assert.HasCount(1101 + 1, record.Log.Lines);
        int whileStarting = board.Pings.Count(at => at is >= 10_000 and < 11_000);
        Assert.IsTrue(whileStarting is >= 1 and <= 3, string.Join(' ', board.Pings));
        Assert.IsLessThan(10, board.Pings.Count(at => at >= 20_000));
    }

    [TestMethod]
    public void Port_GoneAndBack_IsPingedAgain()
    {
        FakeBoard board = new FakeBoard().PrintAt(100, "one\n").UnplugAt(5000).PlugAt(9000).PrintAt(10_000, "two\n");
        SessionRecord record = board.Watch(s_slow, 20_000);
        Assert.AreEqual("one\ntwo\n", record.Text);
        Assert.HasCount(2, board.Pings);
        Assert.Contains("-- ttyX disconnected, waiting --\n-- ttyX connected, 115200 8N1, Ctrl-C ends --\n", record.Notices);
        Assert.AreEqual(SessionEnd.Asked, record.End);
    }

    [TestMethod]
    public void Port_GoneWithoutReconnect_Ends()
    {
        SessionRecord record = new FakeBoard().UnplugAt(5000).Watch(s_slow with { Reconnects = false }, 20_000);
        Assert.AreEqual(SessionEnd.PortGone, record.End);
    }

    [TestMethod]
    [DataRow(false, "some boards are silent until a ping comes, and --listen sends none; ")]
    [DataRow(true, "")]
    public void NoPings_SilentBoard_NothingIsSentAndTheUserIsTold(bool isNotNeeded, string cause)
    {
        FakeBoard board = new FakeBoard().PrintAt(100, "lost\n");
        SessionOptions options = s_slow with { Pings = isNotNeeded ? Pings.NotNeeded : Pings.Forbidden };
        SessionRecord record = board.Watch(options, 60_000);
        Assert.AreEqual("", record.Text);
        Assert.HasCount(0, board.Pings);
        Assert.AreEqual(0, board.OtherWrites);
        Assert.Contains($"-- nothing sensible at 115200 baud yet: {cause}is the firmware running, and is this the port of its "
            + "log, with that speed? Still trying --\n", record.Notices);
    }

    [TestMethod]
    public void NothingAnswers_TheUserIsToldOnceAndTheBoardIsHeardWhenItComes()
    {
        var board = new FakeBoard { Answers = false };
        SessionRecord silent = board.Watch(s_unknown, 60_000);
        Assert.HasCount(2, silent.Notices.Split("nothing sensible at 921600 or 115200 baud yet"));
        Assert.Contains("at another speed (--baud)? Still trying", silent.Notices);
        Assert.IsGreaterThan(30, board.Speeds.Count, "it goes on trying");

        var late = new FakeBoard { StartsAt = 30_000 };
        late.PrintAt(40_000, "here\n");
        SessionRecord heard = late.Watch(s_unknown, 50_000);
        Assert.AreEqual("here\n", heard.Text);
        Assert.Contains("baud yet", heard.Notices);
        Assert.Contains("-- 115200 baud, ", heard.Notices);
    }

    [TestMethod]
    [DataRow(921600, true)]
    [DataRow(921600, false)]
    [DataRow(115200, true)]
    [DataRow(115200, false)]
    public void Speed_Unknown_IsFoundByThePing(int baud, bool textNeedsPing)
    {
        FakeBoard board = new FakeBoard { Baud = baud, TextNeedsPing = textNeedsPing }.PrintAt(3000, "text\n");
        SessionRecord record = board.Watch(s_unknown, 10_000);
        Assert.AreEqual("text\n", record.Text);
        Assert.AreEqual($"-- ttyX connected, its speed is being looked for, Ctrl-C ends --\n-- {baud} baud, answered a ping --\n"
            + "-- 1 lines; 1 text packets, 1 others, 0 damaged --\n", record.Notices);
        Assert.AreEqual(baud == 921600 ? "921600" : "921600 115200", string.Join(' ', board.Speeds));
        Assert.AreEqual(0, board.OtherWrites);
    }

    [TestMethod]
    [DataRow(921600)]
    [DataRow(115200)]
    public void Speed_BoardThatDoesNotAnswer_IsFoundByItsText(int baud)
    {
        var board = new FakeBoard { Baud = baud, TextNeedsPing = false, Answers = false };
        for (int i = 0; i < 200; i++) board.PrintAt(i * 50, $"[{i,6}] temperature 21.5 °C\r\n");
        SessionRecord record = board.Watch(s_unknown with { Pings = Pings.Forbidden }, 11_000);
        Assert.Contains($"-- {baud} baud, sends readable text", record.Notices);
        Assert.IsTrue(
            record.Log.Lines.All(line => line.Line.EndsWith(" temperature 21.5 °C\r", StringComparison.Ordinal)), record.Text);
        Assert.IsGreaterThan(180, record.Log.Lines.Count);
        if (baud == 921600) Assert.HasCount(200, record.Log.Lines, "at the first speed nothing is lost");
        else Assert.Contains("; left out ", record.Notices);
    }

    [TestMethod]
    public void Speed_ShortLineNowAndThen_IsNotLostAtTheRightSpeed()
    {
        FakeBoard board = new FakeBoard { Baud = 921600, TextNeedsPing = false, Answers = false }.PrintAt(200, "ok 1\n");
        SessionRecord record = board.Watch(s_unknown, 10_000);
        Assert.AreEqual("ok 1\n", record.Text);
        Assert.Contains("-- 921600 baud, sends readable text --", record.Notices);
    }

    [TestMethod]
    public void Speed_CutPacketOnly_IsFoundAndItsRemainsAreShown()
    {
        var board = new FakeBoard { Baud = 921600, Answers = false };
        board.SendAt(100, board.Writer.Packet(0x0E, 0x8003, 1, "cut off\nhere"u8)[..^2]);
        SessionRecord record = board.Watch(s_unknown, 10_000);
        Assert.AreEqual("cut off\nhe\n", record.Text);
        Assert.Contains("-- 921600 baud, sends packets --", record.Notices);
    }

    [TestMethod]
    public void Speed_FoundByTheBootRomsText_IsLookedForAgain()
    {
        // Reset while the monitor listens at the ROM's speed: the ROM can be read there, the firmware behind it cannot.
        var board = new FakeBoard { Baud = 921600, TextNeedsPing = false, Answers = false };
        byte[] rom = Encoding.ASCII.GetBytes("ets Jul 29 2019 12:21:46\r\n\r\nrst:0x1 (POWERON_RESET),boot:0x13\r\n");
        board.At(600, () => board.Send(rom, 115200));
        for (int i = 0; i < 100; i++) board.PrintAt(1000 + (i * 100), $"line {i} of the firmware\n");
        SessionRecord record = board.Watch(s_unknown, 12_000);
        Assert.Contains("-- 115200 baud, sends readable text --\n", record.Notices);
        Assert.Contains(
            "-- nothing but garbage at 115200 baud any more: looking for the speed again --\n-- 921600 baud", record.Notices);
        Assert.Contains("line 99 of the firmware\n", record.Text);
    }

    [TestMethod]
    public void Speed_Found_StaysWhenTheBootRomSpeaksAnother()
    {
        FakeBoard board = new FakeBoard { Baud = 921600, TextNeedsPing = false }.PrintAt(100, "before\n").ResetAt(10_000);
        byte[] rom = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("load:0x3fff0030,len:1344\r\n", 4)));
        for (int i = 0; i < 5; i++) board.At(10_001 + (i * 40), () => board.Send(rom, 115200));
        board.PrintAt(11_000, "after\n");
        SessionRecord record = board.Watch(s_unknown, 20_000);
        Assert.EndsWith("after\n", record.Text);
        Assert.DoesNotContain("looking", record.Notices.Replace("is being looked", "", StringComparison.Ordinal));
        Assert.AreEqual("921600", string.Join(' ', board.Speeds));
    }

    [TestMethod]
    public void Speed_GarbageAtBoth_GoesOnTryingAndSaysSo()
    {
        var board = new FakeBoard { Baud = 460800, TextNeedsPing = false, Answers = false };
        for (int i = 0; i < 1000; i++) board.PrintAt(i * 10, "this is text at another speed\n");
        SessionRecord record = board.Watch(s_unknown, 10_500);
        Assert.Contains("nothing sensible at 921600 or 115200 baud yet", record.Notices);
        Assert.AreEqual("", record.Text);
        Assert.IsTrue(board.Speeds.Count is > 10 and < 110, $"{board.Speeds.Count} speeds");
    }

    [TestMethod]
    public void Echo_OfOurOwnPings_IsNoBoard()
    {
        var board = new FakeBoard { Answers = false, Echoes = true };
        SessionRecord record = board.Watch(s_unknown, 30_000);
        Assert.DoesNotContain("115200 baud, ", record.Notices);
        Assert.Contains("nothing sensible", record.Notices);
        Assert.IsLessThan(50, board.Pings.Count);
    }

    [TestMethod]
    public void BootPackets_ForEachPing_DoNotMakeAStorm()
    {
        var board = new FakeBoard { Answers = false };
        for (int i = 0; i < 10_000; i++) board.SendAt(i, board.BootPacket);
        board.Watch(s_slow, 10_000);
        Assert.IsLessThanOrEqualTo(201, board.Pings.Count);
    }

    [TestMethod]
    public void Complaint_AboutABadPacket_IsNoAnswerAndNoStart()
    {
        var board = new FakeBoard { Answers = false };
        const uint Complaint = WirePacket.NonCritical | WirePacket.NotAcknowledged | 0x0004;
        board.SendAt(100, board.Writer.Packet(WirePacket.PingCommand, Complaint, 0, []));
        board.Watch(s_slow, 2000);
        Assert.HasCount(8, board.Pings);
    }

    [TestMethod]
    public void Write_PortTakesNothing_ReadingGoesOn()
    {
        FakeBoard board = new FakeBoard { TextNeedsPing = false, Answers = false, IsStuck = true }.PrintAt(5000, "text\n");
        Assert.AreEqual("text\n", board.Watch(s_slow, 10_000).Text);
        Assert.HasCount(1, board.Pings);
    }

    [TestMethod]
    public void CutPacket_BeforeASteadyLog_IsGivenUpTwoSecondsAfterItBegan()
    {
        var board = new FakeBoard { TextNeedsPing = false, Answers = false };
        board.SendAt(1000, board.Writer.Packet(0x0E, 0x8003, 1, new byte[1024])[..(WirePacket.HeaderBytes + 10)]);
        for (int i = 0; i < 20; i++) board.PrintAt(1100 + (i * 500), $"line {i}\n");
        SessionRecord record = board.Watch(s_slow, 12_000);
        Assert.HasCount(20, record.Log.Lines);
        for (int i = 0; i < 20; i++)
        {
            (string line, long at) = record.Log.Lines[i];
            Assert.EndsWith($"line {i}", line);
            long printed = 1100 + (i * 500);
            Assert.IsLessThanOrEqualTo(Math.Max(printed, 3000) + 50, at, line);
        }
    }

    [TestMethod]
    public void Output_DiskFullWithoutALog_Ends()
    {
        FakeBoard board = new FakeBoard().PrintAt(100, "text\n");
        SessionRecord record = board.Watch(s_slow, 10_000, new FaultyStream(28), hasLog: false);
        Assert.AreEqual(SessionEnd.OutputGone, record.End);
        Assert.IsLessThan(1000, board.Time.Milliseconds);
    }

    [TestMethod]
    [DataRow(28)]
    [DataRow(32)]
    public void Output_FailsBesideALog_TheLogGoesOn(int error)
    {
        FakeBoard board = new FakeBoard().PrintAt(100, "one\n").PrintAt(200, "two\n");
        SessionRecord record = board.Watch(s_slow, 10_000, new FaultyStream(error));
        Assert.AreEqual(SessionEnd.Asked, record.End);
        Assert.AreEqual("one\ntwo\n", record.Log.Text);
        Assert.HasCount(2, record.Notices.Split("-- standard output: no more; the files go on being written --"));
    }

    /// <summary>Takes nothing.</summary>
    private sealed class FaultyStream(int error) : MemoryStream
    {
        public override void Write(ReadOnlySpan<byte> buffer) => throw new IOException("no more", error);
    }
}
