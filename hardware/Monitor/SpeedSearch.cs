using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;

using Hardware.Serial;

namespace Hardware.Monitor;

/// <summary>What the bytes at one speed say about it.</summary>
internal enum SpeedVerdict
{
    /// <summary>Nothing yet.</summary>
    Wait,

    /// <summary>Another speed is to be tried.</summary>
    Next,

    /// <summary>This is it: the board answered a ping.</summary>
    Answer,

    /// <summary>This is it: a packet came.</summary>
    Packet,

    /// <summary>This is it: what came can be read.</summary>
    Text,
}

/// <summary>Finds a board's speed: listens at one after the other until something sensible comes.</summary>
/// <remarks>At a wrong speed a UART sees bytes, but not those that were sent: no packet, and mostly nothing that is a letter. The
/// bytes are kept until the verdict, so that none is lost that came at the right speed. Times are milliseconds of a clock that
/// goes on.</remarks>
/// <param name="bauds">The speeds, the likeliest first.</param>
internal sealed class SpeedSearch(IReadOnlyList<int> bauds) : IWireProtocolSink
{
    /// <summary>So long it listens at one speed: time for two pings. Where nobody answered so far, it has time.</summary>
    private const int DwellMilliseconds = 500;

    private const int LongDwellMilliseconds = 2000;
    private const int ShortDwells = 10;

    /// <summary>Bytes of the former speed may still be on their way through an adapter.</summary>
    private const int StaleMilliseconds = 100;

    /// <summary>Longer gaps are none within a line of text or a packet.</summary>
    private const int GapMilliseconds = 100;

    private const int KeptBytesMax = 16 * 1024;
    private const int JudgedBytes = 64;
    private const int TextBytesMin = 16;
    private const int ShortTextBytesMin = 4;
    private const int GarbageBytesMin = 32;

    private readonly List<byte> _kept = [];
    private int _index;
    private int _dwells;
    private long _start;
    private long _lastByte;
    private SpeedVerdict _packets;

    /// <summary>The speed of now.</summary>
    internal int Baud => bauds[_index];

    /// <summary>What came at this speed.</summary>
    internal ReadOnlySpan<byte> Kept => CollectionsMarshal.AsSpan(_kept);

    /// <summary>Begins to listen, at the speed of now.</summary>
    internal void Start(long now)
    {
        _dwells = 0;
        Listen(now);
    }


    /// <summary>Goes on to the next speed.</summary>
    internal void Next(long now)
    {
        _index = (_index + 1) % bauds.Count;
        _dwells++;
        Listen(now);
    }

    /// <summary>Takes what came, if anything did.</summary>
    internal SpeedVerdict Judge(ReadOnlySpan<byte> bytes, long now)
    {
        if (!bytes.IsEmpty)
        {
            _lastByte = now;
            _kept.AddRange(bytes);
        }

        var reader = new WireProtocolReader(this);
        _packets = SpeedVerdict.Wait;
        reader.Read(Kept);
        if (reader.MessageCount > 0 && _packets == SpeedVerdict.Wait) _packets = SpeedVerdict.Packet;
        if (_packets != SpeedVerdict.Wait) return _packets;

        int dwell = _dwells < ShortDwells ? DwellMilliseconds : LongDwellMilliseconds;
        bool isOver = now - _start >= dwell && now - _lastByte >= GapMilliseconds;
        bool isReadable = IsReadable(Kept[Math.Max(0, Kept.Length - JudgedBytes)..]);

        // Not whole, but no noise looks like a marker.
        if (isOver && (reader.DamagedCount > 0 || reader.HeldBytes >= WirePacket.MarkerBytes)) return SpeedVerdict.Packet;
        if (isReadable && Kept.Length >= (isOver ? ShortTextBytesMin : TextBytesMin)) return SpeedVerdict.Text;

        bool isPacket = reader.HiddenCount > 0 || reader.HeldBytes >= WirePacket.MarkerBytes;
        bool isGarbage = Kept.Length >= GarbageBytesMin && !isReadable && !isPacket
            && now - _start >= StaleMilliseconds;
        return isOver || isGarbage || Kept.Length > KeptBytesMax ? SpeedVerdict.Next : SpeedVerdict.Wait;
    }

    private void Listen(long now)
    {
        _kept.Clear();
        _start = now;
        _lastByte = now;
    }

    /// <summary>True: at least seven in eight of the bytes are letters, digits and the like, or line ends.</summary>
    internal static bool IsReadable(ReadOnlySpan<byte> bytes)
    {
        int readable = 0;
        int count = 0;
        while (!bytes.IsEmpty)
        {
            bool isWhole = Rune.DecodeFromUtf8(bytes, out Rune letter, out int length) == OperationStatus.Done;
            if (isWhole && (!Rune.IsControl(letter) || letter.Value is '\r' or '\n' or '\t' or '\x1b')) readable += length;
            count += length;
            bytes = bytes[length..];
        }

        return readable * 8 >= count * 7;
    }

    void IWireProtocolSink.Text(ReadOnlySpan<byte> text)
    {
    }

    void IWireProtocolSink.PacketHidden(WirePacket packet)
    {
        bool isReply = (packet.Flags & WirePacket.Reply) != 0;
        if (packet.Command == WirePacket.PingCommand && isReply) _packets = SpeedVerdict.Answer;

        // A host's request, such as the echo of our own, says nothing about a board.
        else if (_packets == SpeedVerdict.Wait && (isReply || (packet.Flags & WirePacket.NonCritical) != 0))
            _packets = SpeedVerdict.Packet;
    }

    void IWireProtocolSink.PacketDamaged()
    {
    }
}
