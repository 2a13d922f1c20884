using System.Buffers.Binary;
using System.Text;

using Hardware.Monitor;
using Hardware.Serial;

namespace Monitor.Tests;

/// <summary>10,000 streams made from seeds: raw lines, packets, damaged packets and noise in random order.</summary>
[TestClass]
public sealed class WireProtocolFuzzTests
{
    private const int StreamsPerTest = 2_500;

    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(3)]
    public void Read_DamagedStream_KeepsEveryLineOutsideTheDamage(int part)
    {
        int damages = 0;
        int damagedFound = 0;
        for (int seed = part * StreamsPerTest; seed < (part + 1) * StreamsPerTest; seed++)
        {
            var stream = new FuzzedStream(seed);
            RecordedText recorded = ReadInRandomPieces(stream.Bytes, seed, out WireProtocolReader reader);

            stream.AssertKept(recorded.Bytes);
            CollectionAssert.AreEqual(RecordedText.Read(stream.Bytes).Bytes, recorded.Bytes, $"seed {seed}: chunking matters");
            Assert.IsLessThanOrEqualTo(stream.Bytes.Length, recorded.Bytes.Length, $"seed {seed}: more out than in");
            if (stream.Damages == 0)
            {
                Assert.AreEqual(0L, reader.DamagedCount, $"seed {seed}");
                Assert.AreEqual(stream.OtherPackets, reader.HiddenCount, $"seed {seed}");
                Assert.AreEqual(stream.Text, recorded.Text, $"seed {seed}");
            }

            if (seed % 10 == 0) AssertPrintable(recorded.Bytes, seed);
            damages += stream.Damages;
            damagedFound += recorded.DamagedCount;
        }

        // The streams must have been what they claim to be.
        Assert.IsGreaterThan(StreamsPerTest, damages);
        Assert.IsGreaterThan(StreamsPerTest / 2, damagedFound);
    }

    private static RecordedText ReadInRandomPieces(byte[] stream, int seed, out WireProtocolReader reader)
    {
        var random = new Random(seed ^ 0x5EED);
        var recorded = new RecordedText();
        reader = new WireProtocolReader(recorded);
        for (int start = 0; start < stream.Length;)
        {
            int bytes = Math.Min(stream.Length - start, random.Next(4) == 0 ? 1 : random.Next(1, 600));
            reader.Read(stream.AsSpan(start, bytes));
            start += bytes;
            Assert.IsLessThanOrEqualTo(WireProtocolReader.HeldBytesMax, reader.HeldBytes, $"seed {seed}");
        }

        reader.Flush();
        Assert.AreEqual(0, reader.HeldBytes, $"seed {seed}");
        return recorded;
    }

    private static void AssertPrintable(byte[] text, int seed)
    {
        var output = new StringWriter();
        using var screen = new Screen(output, TextWriter.Null, clock: null);
        screen.Write(text);
        screen.Break();
        foreach (char character in output.ToString())
            Assert.IsFalse(char.IsControl(character) && character is not ('\n' or '\t'), $"seed {seed}: {(int)character:X}");
    }

    private sealed class FuzzedStream
    {
        private readonly Random _random;
        private readonly int _seed;
        private readonly MemoryStream _bytes = new();
        private readonly StringBuilder _text = new();
        private readonly List<byte[]> _kept = [];
        private readonly WireProtocolWriter _writer;
        private readonly bool _hasCrcs;

        internal FuzzedStream(int seed)
        {
            _seed = seed;
            _random = new Random(seed);
            _hasCrcs = _random.Next(2) == 0;
            _writer = new WireProtocolWriter(_hasCrcs);
            bool isDamaged = _random.Next(8) != 0;
            int segments = _random.Next(1, 30);
            for (int i = 0; i < segments; i++) Add(i, isDamaged ? _random.Next(10) : _random.Next(5));
        }

        internal byte[] Bytes => _bytes.ToArray();

        /// <summary>All of the text, in a stream without damage.</summary>
        internal string Text => _text.ToString();

        internal int Damages { get; private set; }

        internal long OtherPackets { get; private set; }

        /// <summary>Each undamaged line and message is in the text, in one piece and in order.</summary>
        internal void AssertKept(ReadOnlySpan<byte> text)
        {
            foreach (byte[] kept in _kept)
            {
                int offset = text.IndexOf(kept);
                if (offset < 0) Assert.Fail($"seed {_seed}: lost {Encoding.UTF8.GetString(kept)}");
                text = text[(offset + kept.Length)..];
            }
        }

        private void Add(int number, int kind)
        {
            switch (kind)
            {
                case 0 or 1:
                    Keep(Line(number));
                    break;
                case 2 or 3:
                    byte[] message = Line(number);
                    _kept.Add(message);
                    _text.Append(Encoding.UTF8.GetString(message));
                    _bytes.Write(_writer.Message(message));
                    break;
                case 4:
                    OtherPackets++;
                    _bytes.Write(Other());
                    break;
                case 9:
                    Damages++;
                    var noise = new byte[_random.Next(1, 200)];
                    _random.NextBytes(noise);
                    _bytes.Write(noise);
                    break;
                default:
                    Damages++;
                    _bytes.Write(Damage(_random.Next(2) == 0 ? Other() : _writer.Message(Line(number))));
                    break;
            }
        }

        private void Keep(byte[] line)
        {
            _kept.Add(line);
            _text.Append(Encoding.UTF8.GetString(line));
            _bytes.Write(line);
        }

        private byte[] Line(int number)
        {
            var line = new StringBuilder($"line {_seed}.{number}: ");
            string[] words =
            [
                "NFPKTV1", "NFPK", "NFDBGV1", "N", "temperature", "21.5 °C", "\x1b[0m", "\t", "Größe", "0x00020000",
            ];
            for (int i = _random.Next(12); i > 0; i--) line.Append(words[_random.Next(words.Length)]).Append(' ');
            return Encoding.UTF8.GetBytes(line.Append(_random.Next(2) == 0 ? "\n" : "\r\n").ToString());
        }

        /// <summary>A packet that is no text. Without CRCs its payload must be one that is known to be no text.</summary>
        private byte[] Other()
        {
            var payload = new byte[_random.Next(4) == 0 ? _random.Next(1, 2048) : _random.Next(1, 64)];
            if (_hasCrcs)
            {
                // A packet that lost its last byte, followed by a line that begins with this very byte, is a whole packet.
                _random.NextBytes(payload);
                payload.AsSpan().Replace((byte)'l', (byte)0);
            }
            else for (int i = 0; i < payload.Length - 1; i++) payload[i] = (byte)(_random.Next(64) * 4 + 1);
            uint[] commands = [0x00, 0x09, 0x0E, 0x20, 0x00020007, 0x00020044];
            uint[] flags = [0x0001, 0x8002, 0x8003, 0x4003];
            return _writer.Packet(
                commands[_random.Next(commands.Length)], flags[_random.Next(flags.Length)], (ushort)_random.Next(9), payload);
        }

        private byte[] Damage(byte[] packet)
        {
            int index = _random.Next(packet.Length);
            int count = _random.Next(1, Math.Min(40, packet.Length - index + 1));
            switch (_random.Next(7))
            {
                case 0:
                    packet[index] ^= (byte)(1 << _random.Next(8));
                    return packet;
                case 1:
                    return [.. packet.AsSpan(0, index), .. packet.AsSpan(index + count)];
                case 2:
                    return [.. packet.AsSpan(0, index)];
                case 3:
                    var noise = new byte[count];
                    _random.NextBytes(noise);
                    return [.. packet.AsSpan(0, index), .. noise, .. packet.AsSpan(index)];
                case 4:
                    // A length that lies under a header CRC that is right.
                    BinaryPrimitives.WriteUInt32LittleEndian(packet.AsSpan(28), (uint)_random.Next(4096));
                    if (_hasCrcs) BinaryPrimitives.WriteUInt32LittleEndian(packet.AsSpan(8), WirePacket.ComputeHeaderCrc(packet));
                    return packet;
                case 5:
                    // Both CRCs wiped out: taken for a packet without CRCs.
                    packet.AsSpan(8, 8).Clear();
                    return [.. packet.AsSpan(0, Math.Max(index, 16))];
                default:
                    packet.AsSpan(index, count).Clear();
                    return packet;
            }
        }
    }
}
