using System.Buffers.Binary;

namespace Hardware.Serial;

/// <summary>Makes Wire Protocol packets as a board's runtime and its debugger make them.</summary>
/// <param name="hasCrcs">True: with CRCs. False: both CRC fields zero, as firmware built without them.</param>
/// <remarks>Not thread-safe: the packets are numbered.</remarks>
public sealed class WireProtocolWriter(bool hasCrcs)
{
    private const uint PingFromRuntime = 0x00010000;
    private const uint PingFromHost = 0x00010002;
    private const uint PacketsOf1024Bytes = 0x00000100;

    private ushort _sequence;

    /// <summary>Text as packets, cut into pieces of <see cref="WirePacket.MessageBytesMax"/> bytes as a board cuts it.</summary>
    /// <returns>The packets one after the other; empty for empty text.</returns>
    public byte[] Message(ReadOnlySpan<byte> text)
    {
        using var packets = new MemoryStream();
        while (!text.IsEmpty)
        {
            int pieceBytes = Math.Min(text.Length, WirePacket.MessageBytesMax);
            packets.Write(Packet(
                WirePacket.MessageCommand, WirePacket.NonCritical | WirePacket.NoCaching, replyTo: 0, text[..pieceBytes]));
            text = text[pieceBytes..];
        }

        return packets.ToArray();
    }

    /// <summary>A host's ping, with no wish: the board goes on as it would, answers, and sends its text in packets from then
    /// on.</summary>
    public byte[] Ping()
    {
        Span<byte> payload = stackalloc byte[8];
        BinaryPrimitives.WriteUInt32LittleEndian(payload, PingFromHost);
        return Packet(WirePacket.PingCommand, flags: 0, replyTo: 0, payload);
    }

    /// <summary>A board's answer to a ping.</summary>
    /// <param name="ping">What it answers.</param>
    public byte[] PingReply(WirePacket ping)
    {
        Span<byte> payload = stackalloc byte[8];
        BinaryPrimitives.WriteUInt32LittleEndian(payload, PingFromRuntime);
        BinaryPrimitives.WriteUInt32LittleEndian(payload[4..], PacketsOf1024Bytes);
        return Reply(ping, WirePacket.Acknowledged, payload);
    }

    /// <summary>A board's answer to a command that it does not know.</summary>
    /// <param name="request">What it answers.</param>
    public byte[] Refusal(WirePacket request) => Reply(request, WirePacket.NotAcknowledged, []);

    /// <summary>One packet of any kind.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The payload is larger than
    /// <see cref="WirePacket.PayloadBytesMax"/>.</exception>
    public byte[] Packet(uint command, uint flags, ushort replyTo, ReadOnlySpan<byte> payload)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(payload.Length, WirePacket.PayloadBytesMax, nameof(payload));
        var packet = new byte[WirePacket.HeaderBytes + payload.Length];
        WirePacket.Marker.CopyTo(packet);
        BinaryPrimitives.WriteUInt32LittleEndian(packet.AsSpan(16), command);
        BinaryPrimitives.WriteUInt16LittleEndian(packet.AsSpan(20), _sequence++);
        BinaryPrimitives.WriteUInt16LittleEndian(packet.AsSpan(22), replyTo);
        BinaryPrimitives.WriteUInt32LittleEndian(packet.AsSpan(24), flags);
        BinaryPrimitives.WriteUInt32LittleEndian(packet.AsSpan(28), (uint)payload.Length);
        payload.CopyTo(packet.AsSpan(WirePacket.HeaderBytes));
        if (hasCrcs)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(packet.AsSpan(12), WirePacket.ComputeCrc(payload, 0));
            BinaryPrimitives.WriteUInt32LittleEndian(packet.AsSpan(8), WirePacket.ComputeHeaderCrc(packet));
        }

        return packet;
    }

    private byte[] Reply(WirePacket request, uint flags, ReadOnlySpan<byte> payload) => Packet(request.Command,
        flags | WirePacket.Reply | WirePacket.NonCritical | (request.Flags & WirePacket.NoCaching), request.Sequence, payload);
}
