using System.Buffers.Binary;
using System.Text;

using Hardware.Monitor;
using Hardware.Serial;

namespace Monitor.Tests;

/// <summary>Nothing is held back for longer than the patience, whatever comes.</summary>
[TestClass]
public sealed class PatientReaderTests
{
    private const int Baud = 115200;
    private const int Patience = PatientReader.PatienceMilliseconds;

    [TestMethod]
    public void Read_HeadersInHeaders_AreGivenUpTogether()
    {
        // Each claims more than there is. Given up one after the other with two seconds for each they would cost a minute.
        var writer = new WireProtocolWriter(hasCrcs: false);
        byte[] header = writer.Packet(0x0E, 0x8003, 1, new byte[2000])[..WirePacket.HeaderBytes];
        var recorded = new RecordedText();
        var reader = new PatientReader(recorded);
        for (int i = 0; i < 30; i++) reader.Read(header, now: i);
        reader.Read("text\n"u8, now: 30);
        reader.GiveUpLate(Patience - 1, Baud);
        Assert.AreEqual("", recorded.Text);
        reader.GiveUpLate(Patience + 30, Baud);
        Assert.AreEqual("text\n", recorded.Text);
        Assert.AreEqual(30, recorded.DamagedCount);
    }

    [TestMethod]
    public void GiveUpLate_WholePacketBehindTheCutOne_StaysWhole()
    {
        var writer = new WireProtocolWriter(hasCrcs: true);
        byte[] cut = writer.Packet(0x0E, 0x8003, 1, new byte[1000])[..50];
        byte[] whole = writer.Packet(0x0E, 0x8003, 1, new byte[100]);
        var recorded = new RecordedText();
        var reader = new PatientReader(recorded);
        reader.Read(cut, now: 0);
        reader.Read(whole.AsSpan(0, 60), now: Patience - 5);
        reader.GiveUpLate(Patience, Baud);
        Assert.AreEqual(60, reader.Packets.HeldBytes, "the second packet is on its way");
        reader.Read(whole.AsSpan(60), now: Patience + 5);
        Assert.HasCount(1, recorded.Hidden);
        Assert.AreEqual(1, recorded.DamagedCount);
        Assert.AreEqual(0, reader.Packets.HeldBytes);
    }

    [TestMethod]
    public void GiveUpLate_LargePacketOnASlowLine_IsWaitedFor()
    {
        byte[] packet = new WireProtocolWriter(hasCrcs: true).Packet(0x0E, 0x8003, 1, new byte[WirePacket.PayloadBytesMax]);
        var recorded = new RecordedText();
        var reader = new PatientReader(recorded);
        for (int i = 0; i < packet.Length; i++)
        {
            long now = i * 10_000L / 4800;
            reader.Read([packet[i]], now);
            reader.GiveUpLate(now, 4800);
        }

        Assert.HasCount(1, recorded.Hidden);
        Assert.AreEqual(0, recorded.DamagedCount);
    }

    /// <summary>Streams of every kind of piece in any order, with any pauses: what is held is never older than the patience, and
    /// no line is lost.</summary>
    [TestMethod]
    public void GiveUpLate_AnyStream_NothingIsOlderThanThePatience()
    {
        int held = 0;
        int givenUp = 0;
        for (int seed = 0; seed < 3000; seed++)
        {
            var random = new Random(seed);
            var writer = new WireProtocolWriter(hasCrcs: random.Next(2) == 0);
            var recorded = new RecordedText();
            var reader = new PatientReader(recorded);
            var arrivals = new List<long>();
            long now = 0;
            int lines = 0;
            for (int piece = random.Next(5, 40); piece > 0; piece--)
            {
                byte[] bytes = random.Next(6) == 0 ? Encoding.UTF8.GetBytes($"<line {lines++}>\n") : Piece(random, writer);
                for (int start = 0; start < bytes.Length;)
                {
                    int count = Math.Min(bytes.Length - start, random.Next(1, 200));
                    now += random.Next(4) == 0 ? random.Next(700) : random.Next(20);
                    reader.GiveUpLate(now, Baud);
                    reader.Read(bytes.AsSpan(start, count), now);
                    arrivals.AddRange(Enumerable.Repeat(now, count));
                    start += count;
                    held += reader.Packets.HeldBytes > 0 ? 1 : 0;
                }
            }

            for (long last = now; now <= last + Patience; now += 50)
            {
                long damaged = reader.Packets.DamagedCount;
                reader.GiveUpLate(now, Baud);
                givenUp += (int)(reader.Packets.DamagedCount - damaged);
                if (reader.Packets.HeldBytes == 0) continue;
                long age = now - arrivals[(int)reader.Packets.DecidedBytes];
                Assert.IsLessThan(Patience, age, $"seed {seed}");
            }

            Assert.AreEqual(0, reader.Packets.HeldBytes, $"seed {seed}");
            Assert.AreEqual(arrivals.Count, reader.Packets.DecidedBytes, $"seed {seed}");
            for (int line = 0; line < lines; line++) Assert.Contains($"<line {line}>\n", recorded.Text, $"seed {seed}");
        }

        Assert.IsGreaterThan(10_000, held, "hardly anything was ever held: the streams do not show what they should");
        Assert.IsGreaterThan(500, givenUp);
    }

    [TestMethod]
    public void Text_RawAndOfPackets_IsToldApart()
    {
        var kinds = new Kinds();
        var reader = new WireProtocolReader(kinds);
        byte[] message = new WireProtocolWriter(hasCrcs: false).Message("packed"u8);
        reader.Read("raw"u8);
        reader.Read(message.AsSpan(0, message.Length - 2));
        reader.Read([.. message.AsSpan(message.Length - 2), .. "raw"u8]);
        reader.Read(new WireProtocolWriter(hasCrcs: true).Message("packed"u8));
        Assert.AreEqual("<raw>pack|ed|<raw>packed|", kinds.Text.ToString());
    }

    private static byte[] Piece(Random random, WireProtocolWriter writer)
    {
        byte[] packet = random.Next(3) switch
        {
            0 => writer.Message(Encoding.UTF8.GetBytes($"message {random.Next(1000)}\n")),
            1 => writer.Packet(0x0E, 0x8003, 1, new byte[random.Next(1, 1024)]),
            _ => writer.Packet(0, 0x8003, 1, new byte[8]),
        };
        switch (random.Next(5))
        {
            case 0:
                return packet[..random.Next(1, packet.Length)];
            case 1:
                BinaryPrimitives.WriteUInt32LittleEndian(packet.AsSpan(28), (uint)random.Next(WirePacket.PayloadBytesMax));
                return packet;
            case 2:
                packet[random.Next(packet.Length)] ^= 0x55;
                return packet;
            case 3:
                return "NFPKTV1\0"u8[..random.Next(1, 8)].ToArray();
            default:
                return packet;
        }
    }

    /// <summary>Marks raw text.</summary>
    private sealed class Kinds : IWireProtocolSink
    {
        internal StringBuilder Text { get; } = new();

        void IWireProtocolSink.Text(ReadOnlySpan<byte> text, bool isRaw)
        {
            string letters = Encoding.UTF8.GetString(text);
            Text.Append(isRaw ? $"<{letters}>" : $"{letters}|");
        }

        void IWireProtocolSink.Text(ReadOnlySpan<byte> text) => Assert.Fail("the reader tells the kind");

        public void PacketHidden(WirePacket packet)
        {
        }

        public void PacketDamaged()
        {
        }
    }
}
