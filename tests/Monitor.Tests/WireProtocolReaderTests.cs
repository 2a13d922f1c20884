using System.Buffers.Binary;
using System.Text;

using Hardware.Serial;

namespace Monitor.Tests;

[TestClass]
public sealed class WireProtocolReaderTests
{
    // Packets computed from the format as the firmware's WP_Packet and SUPPORT_ComputeCRC define it, by a program that shares
    // nothing with the code under test (Python: struct.pack("<IIIHHII") and a CRC bit by bit).
    private const string MessageHello = "4E46504B545631005EF65C4A5F43A6860100000000000000012000000700000048656C6C6F0D0A";
    private const string MessageHelloWithoutCrcs =
        "4E46504B5456310000000000000000000100000000000000012000000700000048656C6C6F0D0A";

    private const string PingReply =
        "4E46504B54563100DE4053A55C8CE4ED000000000100070003800000080000000000010010010000";

    private const uint Ping = 0;
    private const uint OemInfo = 0x0E;
    private const uint ReplyFlags = 0x8003;

    [TestMethod]
    public void ComputeCrc_CheckString_IsTheCatalogueValue()
    {
        // The value every catalogue gives for CRC-32/CKSUM, whose only difference is the inversion at the end.
        Assert.AreEqual(~0x765E7680u, WirePacket.ComputeCrc("123456789"u8, 0));
    }

    [TestMethod]
    public void Writer_Text_MakesTheFirmwaresPackets()
    {
        Assert.AreEqual(MessageHello, Convert.ToHexString(new WireProtocolWriter(hasCrcs: true).Message("Hello\r\n"u8)));
        Assert.AreEqual(
            MessageHelloWithoutCrcs, Convert.ToHexString(new WireProtocolWriter(hasCrcs: false).Message("Hello\r\n"u8)));
    }

    [TestMethod]
    public void Writer_LongText_IsCutAsTheBoardCutsIt()
    {
        byte[] text = Encoding.ASCII.GetBytes(new string('x', 300));
        byte[] packets = new WireProtocolWriter(hasCrcs: true).Message(text);

        RecordedText recorded = RecordedText.Read(packets, int.MaxValue, out WireProtocolReader reader);

        CollectionAssert.AreEqual(text, recorded.Bytes);
        Assert.AreEqual(3L, reader.MessageCount);
        Assert.AreEqual(300 + (3 * WirePacket.HeaderBytes), packets.Length);
        Assert.IsEmpty(new WireProtocolWriter(hasCrcs: true).Message([]));
    }

    [TestMethod]
    public void Writer_PayloadTooLarge_Throws() => Assert.ThrowsExactly<ArgumentOutOfRangeException>(
        () => new WireProtocolWriter(hasCrcs: true).Packet(Ping, 0, 0, new byte[WirePacket.PayloadBytesMax + 1]));

    [TestMethod]
    public void Read_GoldenPackets_GivesTextAndHidesTheRest()
    {
        byte[] stream = Convert.FromHexString(MessageHello + PingReply + MessageHelloWithoutCrcs);

        RecordedText recorded = RecordedText.Read(stream, int.MaxValue, out WireProtocolReader reader);

        Assert.AreEqual("Hello\r\nHello\r\n", recorded.Text);
        Assert.AreEqual(2L, reader.MessageCount);
        Assert.AreEqual(1L, reader.HiddenCount);
        Assert.AreEqual(0L, reader.DamagedCount);
        Assert.AreEqual("Ping", recorded.Hidden[0].Name);
        Assert.AreEqual(8u, recorded.Hidden[0].PayloadBytes);
        Assert.AreEqual((ushort)7, recorded.Hidden[0].ReplyTo);
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void Read_AnyChunking_GivesTheSameText(bool hasCrcs)
    {
        byte[] stream = RecordedBoot(hasCrcs, out string text);
        for (int boundary = 0; boundary <= stream.Length; boundary++)
        {
            var recorded = new RecordedText();
            var reader = new WireProtocolReader(recorded);
            reader.Read(stream.AsSpan(0, boundary));
            reader.Read(stream.AsSpan(boundary));
            Assert.AreEqual(text, recorded.Text, $"cut at {boundary}");
            Assert.AreEqual(0, reader.HeldBytes);
            Assert.AreEqual(0, recorded.DamagedCount);
        }

        Assert.AreEqual(text, RecordedText.Read(stream, 1, out _).Text);
        Assert.AreEqual(text, RecordedText.Read(stream, 3, out _).Text);
    }

    [TestMethod]
    public void Read_EveryByteOfHeaderDamaged_LosesNoTextAround()
    {
        byte[] packet = new WireProtocolWriter(hasCrcs: true).Message("inside the packet\n"u8);
        for (int index = 0; index < packet.Length; index++)
        {
            byte[] damaged = [.. packet];
            damaged[index] ^= 0x10;
            RecordedText recorded = RecordedText.Read([.. "before\n"u8, .. damaged, .. "after\n"u8]);
            Assert.StartsWith("before\n", recorded.Text, $"byte {index}");
            Assert.EndsWith("after\n", recorded.Text, $"byte {index}");
            if (index >= WirePacket.MarkerBytes) Assert.AreEqual(1, recorded.DamagedCount, $"byte {index}");
        }
    }

    [TestMethod]
    public void Read_WrongPayloadCrc_KeepsTheTextAndCountsTheDamage()
    {
        byte[] packet = new WireProtocolWriter(hasCrcs: true).Message("value 1234\n"u8);
        packet[^2] ^= 1;

        RecordedText recorded = RecordedText.Read(packet, int.MaxValue, out WireProtocolReader reader);

        Assert.AreEqual("value 1235\n", recorded.Text);
        Assert.AreEqual(1L, reader.DamagedCount);
        Assert.AreEqual(0L, reader.MessageCount);
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void Read_PacketCutAnywhere_LosesNeitherTextNorPacketBehind(bool hasCrcs)
    {
        var writer = new WireProtocolWriter(hasCrcs);
        byte[] packet = writer.Packet(OemInfo, ReplyFlags, 3, new byte[40]);
        byte[] message = writer.Message("packet behind\n"u8);
        for (int length = 0; length < packet.Length; length++)
        {
            RecordedText recorded = RecordedText.Read([.. packet.AsSpan(0, length), .. "text behind\n"u8, .. message]);
            Assert.EndsWith("text behind\npacket behind\n", recorded.Text, $"cut at {length}");
        }
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void Read_LyingLength_SwallowsNothing(bool hasCrcs)
    {
        byte[] header = new WireProtocolWriter(hasCrcs).Packet(OemInfo, ReplyFlags, 3, new byte[2000]);
        byte[] text = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, 300).Select(i => $"line {i}\n")));

        RecordedText recorded = RecordedText.Read(
            [.. header.AsSpan(0, WirePacket.HeaderBytes), .. text], 7, out WireProtocolReader reader);

        CollectionAssert.AreEqual(text, recorded.Bytes);
        Assert.AreEqual(1L, reader.DamagedCount);
    }

    [TestMethod]
    public void Read_LengthBeyondTheLimit_IsNoHeader()
    {
        byte[] header = new WireProtocolWriter(hasCrcs: false).Packet(OemInfo, ReplyFlags, 3, []);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(28), WirePacket.PayloadBytesMax + 1);
        var recorded = new RecordedText();
        var reader = new WireProtocolReader(recorded);

        reader.Read([.. header, .. "text\n"u8]);

        Assert.AreEqual(0, reader.HeldBytes);
        Assert.AreEqual(1, recorded.DamagedCount);
        Assert.EndsWith("text\n", recorded.Text);
    }

    [TestMethod]
    public void Read_UncheckedPayloadThatMightBeText_IsShown()
    {
        var writer = new WireProtocolWriter(hasCrcs: false);
        RecordedText lineInside = RecordedText.Read(writer.Packet(OemInfo, ReplyFlags, 0, "a line\nend\0"u8));
        RecordedText headInside = RecordedText.Read(writer.Packet(OemInfo, ReplyFlags, 0, "head of a li"u8));
        RecordedText noText = RecordedText.Read(writer.Packet(OemInfo, ReplyFlags, 0, "name\0\0\0\0"u8));

        Assert.AreEqual("a line\nend\0", lineInside.Text);
        Assert.AreEqual("head of a li", headInside.Text);
        Assert.AreEqual("", noText.Text);
        Assert.HasCount(1, noText.Hidden);
    }

    [TestMethod]
    public void Read_TextThatBeginsLikeAMarker_IsText()
    {
        const string Text = "NNFPKT NFPKTV1 NFDBGV1! NFPKTV2\0 NF";
        RecordedText recorded = RecordedText.Read(Encoding.ASCII.GetBytes(Text), 1, out _);
        Assert.AreEqual(Text, recorded.Text);
        Assert.AreEqual(0, recorded.DamagedCount);
    }

    [TestMethod]
    public void Read_DebuggerMarker_IsAPacketToo()
    {
        byte[] packet = new WireProtocolWriter(hasCrcs: false).Packet(Ping, ReplyFlags, 1, new byte[8]);
        "NFDBGV1\0"u8.CopyTo(packet);

        RecordedText recorded = RecordedText.Read([.. "a"u8, .. packet, .. "b"u8]);

        Assert.AreEqual("ab", recorded.Text);
        Assert.HasCount(1, recorded.Hidden);
    }

    [TestMethod]
    public void Read_ReplyToAMessage_IsNoText()
    {
        byte[] packet = new WireProtocolWriter(hasCrcs: true).Packet(WirePacket.MessageCommand, ReplyFlags, 1, "no text"u8);
        RecordedText recorded = RecordedText.Read(packet);
        Assert.AreEqual("", recorded.Text);
        Assert.HasCount(1, recorded.Hidden);
    }

    [TestMethod]
    public void Flush_HalfAPacketHeld_GivesItsBytesAndReadsOn()
    {
        byte[] packet = new WireProtocolWriter(hasCrcs: true).Message("never finished"u8);
        var recorded = new RecordedText();
        var reader = new WireProtocolReader(recorded);
        reader.Read(packet.AsSpan(0, packet.Length - 5));
        Assert.AreEqual("", recorded.Text);

        reader.Flush();
        reader.Read("next\n"u8);

        Assert.AreEqual("never finnext\n", recorded.Text);
        Assert.AreEqual(1L, reader.DamagedCount);
    }

    [TestMethod]
    public void Read_LongStream_AllocatesNothing()
    {
        byte[] stream = RecordedBoot(hasCrcs: true, out _);
        var reader = new WireProtocolReader(new NoSink());
        reader.Read(stream);

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++) reader.Read(stream);
        Assert.AreEqual(before, GC.GetAllocatedBytesForCurrentThread());
    }

    /// <summary>A boot as a board sends it: raw text until a debugger's ping, then packets; IDF's own lines stay raw.</summary>
    internal static byte[] RecordedBoot(bool hasCrcs, out string text)
    {
        string[] raw =
        [
            "ets Jul 29 2019 12:21:46\r\n\r\nrst:0x1 (POWERON_RESET),boot:0x13 (SPI_FAST_FLASH_BOOT)\r\n",
            "\x1b[0;32mI (31) boot: ESP-IDF v5.4\x1b[0m\r\n",
        ];
        string[] messages =
        [
            "Starting nanoFramework\r\n", "Taste gedrückt: 1\r\n", "a line that comes in ", "two packets\r\nand half a line",
        ];
        var writer = new WireProtocolWriter(hasCrcs);
        var stream = new MemoryStream();
        foreach (string line in raw) stream.Write(Encoding.UTF8.GetBytes(line));
        stream.Write(writer.Packet(Ping, ReplyFlags, 1, [0, 0, 1, 0, 0x10, 1, 0, 0]));
        foreach (string message in messages) stream.Write(writer.Message(Encoding.UTF8.GetBytes(message)));
        stream.Write(" E (900) raw: in between\r\n"u8);
        stream.Write(writer.Packet(0x09, WirePacket.NonCritical, 0, []));
        stream.Write(writer.Message("Program exited\r\n"u8));
        text = string.Concat(raw) + string.Concat(messages) + " E (900) raw: in between\r\nProgram exited\r\n";
        return stream.ToArray();
    }

    private sealed class NoSink : IWireProtocolSink
    {
        public void Text(ReadOnlySpan<byte> text)
        {
        }

        public void PacketHidden(WirePacket packet)
        {
        }

        public void PacketDamaged()
        {
        }
    }
}
