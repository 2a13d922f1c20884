using System.Runtime.Versioning;

using Hardware.Serial;

namespace Monitor.Tests;

/// <summary>A serial line between a board and a monitor. Towards the monitor it adds something after each packet: noise, the
/// beginning of a packet that never ends, or what a board says when its runtime starts.</summary>
[UnsupportedOSPlatform("windows")]
internal sealed class NoisyLine : IWireProtocolSink, IDisposable
{
    private const int PatienceMilliseconds = 30_000;
    private const int PollMilliseconds = 5;

    private readonly SerialPort _board;
    private readonly PseudoTerminal _monitor = PseudoTerminal.Open();
    private readonly WireProtocolWriter _writer = new(hasCrcs: false);
    private readonly Random _random = new(1);
    private readonly Thread _carrier;
    private volatile bool _isOff;

    /// <param name="boardPath">The board's port.</param>
    internal NoisyLine(string boardPath)
    {
        _board = SerialPort.Open(boardPath, 115200);
        _carrier = new Thread(Carry);
        _carrier.Start();
    }

    /// <summary>The monitor's end.</summary>
    internal string Path => _monitor.Path;

    internal int Restarts { get; private set; }

    internal int Pings { get; private set; }

    public void Dispose()
    {
        _isOff = true;
        _carrier.Join();
        _board.Dispose();
        _monitor.Dispose();
    }

    void IWireProtocolSink.Text(ReadOnlySpan<byte> text)
    {
        Send(_writer.Message(text));
        if (text[^1] != (byte)'\n') return;
        switch (_random.Next(4))
        {
            case 0:
                var noise = new byte[_random.Next(1, 60)];
                _random.NextBytes(noise);
                noise.AsSpan().Replace((byte)'\n', (byte)0xFF);
                Send(noise);
                break;
            case 1:
                byte[] packet = _writer.Packet(0x0E, 0x8003, 1, new byte[1024]);
                Send(packet[.._random.Next(1, WirePacket.HeaderBytes + 10)]);
                break;
            case 2:
                Restarts++;
                Send(_writer.Packet(WirePacket.PingCommand, WirePacket.NonCritical | WirePacket.NoCaching, 0, []));
                break;
        }
    }

    void IWireProtocolSink.PacketHidden(WirePacket packet) =>
        Send(_writer.Packet(packet.Command, packet.Flags, packet.ReplyTo, new byte[packet.PayloadBytes]));

    void IWireProtocolSink.PacketDamaged()
    {
    }

    private void Send(byte[] bytes) => _monitor.WriteAll(bytes, PatienceMilliseconds);

    private void Carry()
    {
        var fromBoard = new WireProtocolReader(this);
        var fromMonitor = new WireProtocolReader(new PingCount(this));
        var buffer = new byte[4096];
        bool isBoardThere = true;
        while (!_isOff)
        {
            int bytes = _monitor.Read(buffer, PollMilliseconds);
            if (bytes > 0) fromMonitor.Read(buffer.AsSpan(0, bytes));
            try
            {
                if (!isBoardThere) continue;
                if (bytes > 0) _board.Write(buffer.AsSpan(0, bytes));
                bytes = _board.Read(buffer, PollMilliseconds);
                fromBoard.Read(buffer.AsSpan(0, bytes));
            }
            catch (SerialPortException)
            {
                isBoardThere = false;
            }
        }
    }

    private sealed class PingCount(NoisyLine line) : IWireProtocolSink
    {
        public void Text(ReadOnlySpan<byte> text) => Assert.Fail("the monitor sends packets only");

        public void PacketHidden(WirePacket packet) => line.Pings++;

        public void PacketDamaged()
        {
        }
    }
}
