using System.Text;
using Hardware.Serial;

namespace VirtualBoard.Tests;

/// <summary>What a host sees at the other end of the virtual board's serial line, before and after it has pinged.</summary>
[TestClass]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
public sealed class SerialLineTests
{
    private const string Boot = "[Ping 0x2001]";

    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(30);

    [TestMethod]
    public void TextNeedsPing_BeforeThePing_IsSilentAfterTheBootPacket()
    {
        using var line = SerialLine.Open(textNeedsPing: true);
        using var host = new Host(line.Path);
        line.PowerOn();
        line.Receive("lost");
        host.Send(host.Packets.Ping());
        Assert.IsTrue(line.WaitForPing(s_limit));
        line.Receive("seen");

        Assert.AreEqual(Boot + "[Ping 0x8003 to 0: 00000100 00010000][seen]", host.HearUntil("seen"));
        Assert.AreEqual("lost\n".Length, line.LostBytes);
        Assert.AreEqual(1, host.TextPackets);
    }

    [TestMethod]
    public void TextNeedsNoPing_BeforeThePing_IsRawAndInPacketsAfterwards()
    {
        using var line = SerialLine.Open(textNeedsPing: false);
        using var host = new Host(line.Path);
        line.PowerOn();
        line.Receive("raw");
        Assert.AreEqual(Boot + "[raw]", host.HearUntil("raw"));
        Assert.AreEqual(0, host.TextPackets);

        host.Send(host.Packets.Ping());
        Assert.IsTrue(line.WaitForPing(s_limit));
        line.Receive("packed");
        StringAssert.EndsWith(host.HearUntil("packed"), "][packed]");
        Assert.AreEqual(1, host.TextPackets);
        Assert.AreEqual(0, line.LostBytes);
    }

    // Flags of a ping: what a host sends; what only tells that somebody is there; a complaint about a bad packet.
    [TestMethod]
    [DataRow(0x0000u, true, true)]
    [DataRow(0x2000u, true, true)]
    [DataRow(0x0001u, true, false)]
    [DataRow(0x0002u, true, false)]
    [DataRow(0x4005u, false, false)]
    public void Ping_OfEachKind_TurnsPacketsOnAndIsAnsweredAsTheRuntimeDoes(uint flags, bool counts, bool isAnswered)
    {
        using var line = SerialLine.Open(textNeedsPing: true);
        using var host = new Host(line.Path);
        line.PowerOn();
        host.Send(host.Packets.Packet(WirePacket.PingCommand, flags, replyTo: 0, []));

        // What comes next is answered after it.
        host.Send(host.Packets.Packet(command: 0x20, flags: 0, replyTo: 0, []));
        host.HearUntil("TargetInfo");
        Assert.AreEqual(counts, line.IsPinged);
        Assert.AreEqual(isAnswered, host.Heard.Contains("[Ping 0x" + (flags | 0x8003).ToString("X4") + " to 0:"), host.Heard);
    }

    [TestMethod]
    public void Command_OtherThanAPing_IsRefusedAndTurnsNothingOn()
    {
        using var line = SerialLine.Open(textNeedsPing: true);
        using var host = new Host(line.Path);
        line.PowerOn();
        host.Send(host.Packets.Packet(command: 0x20, flags: 0, replyTo: 0, []));

        Assert.AreEqual(Boot + "[TargetInfo 0x4003 to 0]", host.HearUntil("TargetInfo"));
        Assert.IsFalse(line.IsPinged);
    }

    [TestMethod]
    public void Ping_BetweenNoiseAndInPieces_IsHeard()
    {
        using var line = SerialLine.Open(textNeedsPing: true);
        using var host = new Host(line.Path);
        line.PowerOn();
        byte[] ping = host.Packets.Ping();
        host.Send(Encoding.ASCII.GetBytes("noise NFPKT and more\n"));
        foreach (byte one in ping) host.Send([one]);

        Assert.IsTrue(line.WaitForPing(s_limit));
    }

    [TestMethod]
    public void Text_LongerThanAPacket_IsCutAt127Bytes()
    {
        using var line = SerialLine.Open(textNeedsPing: true);
        using var host = new Host(line.Path);
        line.PowerOn();
        host.Send(host.Packets.Ping());
        Assert.IsTrue(line.WaitForPing(s_limit));
        string text = new('x', 300);
        line.Receive(text);

        StringAssert.EndsWith(host.HearUntil("x]"), $"[{text}]");
        Assert.AreEqual(3, host.TextPackets, "127, 127 and 47 bytes");
    }

    [TestMethod]
    public void PowerOn_NobodyListens_NothingHangsAndAllIsCounted()
    {
        using var line = SerialLine.Open(textNeedsPing: false);
        line.PowerOn();
        line.Receive("lost");
        Assert.AreEqual(WirePacket.HeaderBytes + "lost\n".Length, line.LostBytes);
    }

    /// <summary>A program that has the port open, and a record of what it heard: each packet and each line in brackets.</summary>
    private sealed class Host : IWireProtocolSink, IDisposable
    {
        private readonly FileStream _port;
        private readonly WireProtocolReader _reader;
        private readonly StringBuilder _heard = new();
        private readonly StringBuilder _line = new();
        private byte[] _bytes = [];

        internal Host(string path)
        {
            _port = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 0);
            _reader = new WireProtocolReader(this);
        }

        internal WireProtocolWriter Packets { get; } = new(hasCrcs: false);

        internal string Heard => _heard.ToString();

        internal long TextPackets => _reader.MessageCount;

        public void Dispose() => _port.Dispose();

        internal void Send(byte[] bytes) => _port.Write(bytes);

        /// <summary>Reads on until a word has come.</summary>
        internal string HearUntil(string word)
        {
            var buffer = new byte[1024];
            while (!Heard.Contains(word))
            {
                int bytes = Task.Run(() => _port.Read(buffer)).WaitAsync(s_limit).Result;
                Assert.AreNotEqual(0, bytes, "the port is gone; heard: " + Heard);
                foreach (byte one in buffer.AsSpan(0, bytes))
                {
                    _bytes = [.. _bytes, one];
                    _reader.Read([one]);
                }
            }

            return Heard;
        }

        void IWireProtocolSink.Text(ReadOnlySpan<byte> text)
        {
            foreach (byte letter in text)
            {
                if (letter != (byte)'\n') _line.Append((char)letter);
                else
                {
                    _heard.Append('[').Append(_line).Append(']');
                    _line.Clear();
                }
            }
        }

        void IWireProtocolSink.PacketHidden(WirePacket packet)
        {
            _heard.Append($"[{packet.Name} 0x{packet.Flags:X4}");
            if ((packet.Flags & WirePacket.Reply) != 0) _heard.Append($" to {packet.ReplyTo}");
            if (packet.PayloadBytes == 8)
            {
                int payload = _bytes.Length - 8;
                _heard.Append($": {BitConverter.ToUInt32(_bytes, payload + 4):X8} {BitConverter.ToUInt32(_bytes, payload):X8}");
            }

            _heard.Append(']');
        }

        void IWireProtocolSink.PacketDamaged() => _heard.Append("[damaged]");
    }
}
