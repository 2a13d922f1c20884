namespace Hardware.Serial;

/// <summary>Receives what a <see cref="WireProtocolReader"/> finds, in the order of the stream.</summary>
public interface IWireProtocolSink
{
    /// <summary>Bytes of the board's text: raw ones, and the payload of text packets. Cut anywhere, also inside a character.
    /// The span is valid during the call only.</summary>
    void Text(ReadOnlySpan<byte> text);

    /// <summary>The same, for who must know whether the bytes came in a text packet. The reader calls only this one.</summary>
    void Text(ReadOnlySpan<byte> text, bool isRaw) => Text(text);

    /// <summary>A packet that is no text was left out.</summary>
    void PacketHidden(WirePacket packet);

    /// <summary>A marker was found, but what follows it is no whole packet.</summary>
    void PacketDamaged();
}

/// <summary>Takes a board's serial stream apart: raw text and Wire Protocol packets, mixed and possibly damaged.</summary>
/// <remarks>
/// <para>The rule: whatever is not proven to be packet is text. Left out of the text are
/// (1) packets whose two CRCs are right; of text packets the payload stays;
/// (2) the header, 32 bytes, of a packet whose header is right and whose payload is not;
/// (3) the marker, 8 bytes, where no right header follows it;
/// (4) of a packet sent without CRCs the header, if its fields are plausible, and the payload only if no text can be in it:
/// no text packet, no marker and no line feed inside, and a zero byte at its end.
/// So a damaged packet costs at most itself, a lying length costs nothing, and a line of text is never lost, unless
/// it holds zero bytes itself, or has six bytes or fewer and stands between two packets without CRCs that are both cut off
/// where its bytes pass for those that are missing. The price is that the remains of a damaged packet appear in the
/// text.</para>
/// <para>Bytes in, calls out: no clock, no thread, the same text for every chunking. At most one packet is held back
/// (<see cref="HeldBytesMax"/> bytes), and while it waits for its end so does the text behind it: a caller with a clock
/// calls <see cref="GiveUp"/> when it has waited for too long.</para>
/// <para>Not thread-safe. Allocates nothing after construction.</para>
/// </remarks>
public sealed class WireProtocolReader(IWireProtocolSink sink)
{
    /// <summary>The most that is ever held back, in bytes.</summary>
    public const int HeldBytesMax = WirePacket.HeaderBytes + WirePacket.PayloadBytesMax;

    private readonly byte[] _held = new byte[HeldBytesMax];
    private int _heldBytes;
    private uint _messageBytes;

    /// <summary>What the examination of a marker's surroundings says about the bytes at its beginning.</summary>
    private enum Verdict
    {
        Incomplete,
        Hide,
        HideHeader,
        HideMarker,
    }

    /// <summary>Text packets seen so far.</summary>
    public long MessageCount { get; private set; }

    /// <summary>Other packets, left out of the text.</summary>
    public long HiddenCount { get; private set; }

    /// <summary>Markers without a whole packet, and packets without CRCs whose payload might be text.</summary>
    public long DamagedCount { get; private set; }

    /// <summary>Bytes held back now.</summary>
    public int HeldBytes => _heldBytes;

    /// <summary>Bytes that are done with: where in the stream the held packet begins.</summary>
    public long DecidedBytes { get; private set; }

    /// <summary>Reads on; calls the sink for everything that is decided by now.</summary>
    /// <remarks><b>Cost:</b> linear in the input, except that a packet with a right header and a wrong payload is read again
    /// from the end of its header on.</remarks>
    public void Read(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            int taken = Math.Min(bytes.Length, _held.Length - _heldBytes);
            bytes[..taken].CopyTo(_held.AsSpan(_heldBytes));
            _heldBytes += taken;
            bytes = bytes[taken..];
            Decide(givenUpMax: 0);
        }
    }

    /// <summary>Gives up waiting for the rest of the packet that is held: what came of it is a damaged packet, and what stands
    /// behind it is read as ever, a packet that began there may still be whole.</summary>
    public void GiveUp() => Decide(givenUpMax: 1);

    /// <summary>Gives up waiting for anything: what is held back becomes text. The next byte may be anything.</summary>
    /// <remarks>For a line that was cut, or is closed.</remarks>
    public void Flush()
    {
        Decide(givenUpMax: int.MaxValue);
        _messageBytes = 0;
    }

    private void Decide(int givenUpMax)
    {
        int start = 0;
        while (start < _heldBytes)
        {
            ReadOnlySpan<byte> rest = _held.AsSpan(start, _heldBytes - start);
            int textBytes = FindMarker(rest);
            if (textBytes > 0)
            {
                PutText(rest[..textBytes]);
                start += textBytes;
                continue;
            }

            Verdict verdict = Examine(rest, out WirePacket packet);
            if (verdict == Verdict.Incomplete)
            {
                if (givenUpMax-- == 0) break;
                if (rest.Length < WirePacket.MarkerBytes)
                {
                    PutText(rest);
                    start += rest.Length;
                    continue;
                }

                verdict = rest.Length < WirePacket.HeaderBytes ? Verdict.HideMarker : Verdict.HideHeader;
            }

            start += Report(verdict, packet, rest);
        }

        _held.AsSpan(start, _heldBytes - start).CopyTo(_held);
        _heldBytes -= start;
        DecidedBytes += start;
    }

    /// <summary>Text of no whole packet. What follows the header of a text packet without CRCs is that packet's, as far as it
    /// goes.</summary>
    private void PutText(ReadOnlySpan<byte> text)
    {
        int packetBytes = (int)Math.Min(text.Length, _messageBytes);
        _messageBytes -= (uint)packetBytes;
        if (packetBytes > 0) sink.Text(text[..packetBytes], isRaw: false);
        if (packetBytes < text.Length) sink.Text(text[packetBytes..], isRaw: true);
    }

    /// <summary>Tells the sink about the packet, or what is left of one, at the beginning of <paramref name="rest"/>.</summary>
    /// <returns>The bytes that are done with.</returns>
    private int Report(Verdict verdict, WirePacket packet, ReadOnlySpan<byte> rest)
    {
        _messageBytes = 0;
        if (verdict == Verdict.Hide)
        {
            int packetBytes = WirePacket.HeaderBytes + (int)packet.PayloadBytes;
            if (packet.IsMessage)
            {
                MessageCount++;
                sink.Text(rest[WirePacket.HeaderBytes..packetBytes], isRaw: false);
            }
            else
            {
                HiddenCount++;
                sink.PacketHidden(packet);
            }

            return packetBytes;
        }

        if (verdict == Verdict.HideHeader && packet.IsUnchecked && packet.IsMessage)
        {
            MessageCount++;
            _messageBytes = packet.PayloadBytes;
        }
        else
        {
            DamagedCount++;
            sink.PacketDamaged();
        }

        return verdict == Verdict.HideHeader ? WirePacket.HeaderBytes : WirePacket.MarkerBytes;
    }

    private static Verdict Examine(ReadOnlySpan<byte> rest, out WirePacket packet)
    {
        packet = default;
        if (rest.Length < WirePacket.HeaderBytes) return Verdict.Incomplete;

        packet = WirePacket.Parse(rest);
        bool isUnchecked = packet.IsUnchecked;
        bool isRight = isUnchecked
            ? packet.IsPlausible
            : packet.PayloadBytes <= WirePacket.PayloadBytesMax && WirePacket.ComputeHeaderCrc(rest) == packet.HeaderCrc;
        if (!isRight) return Verdict.HideMarker;

        // Without CRCs a text packet's payload needs no end: it is text as the raw text behind it.
        if (isUnchecked && packet.IsMessage) return Verdict.HideHeader;

        int packetBytes = WirePacket.HeaderBytes + (int)packet.PayloadBytes;
        if (rest.Length < packetBytes) return Verdict.Incomplete;

        ReadOnlySpan<byte> payload = rest[WirePacket.HeaderBytes..packetBytes];
        bool isWhole = isUnchecked ? HoldsNoText(payload) : WirePacket.ComputeCrc(payload, 0) == packet.PayloadCrc;
        return isWhole ? Verdict.Hide : Verdict.HideHeader;
    }

    private static bool HoldsNoText(ReadOnlySpan<byte> payload) => payload.IsEmpty
        || (payload[^1] == 0 && !payload.Contains((byte)'\n')
            && payload.IndexOf(WirePacket.Marker) < 0 && payload.IndexOf(WirePacket.DebuggerMarker) < 0);

    /// <summary>Where a marker begins, or could begin if it is cut by the end; the length if nowhere.</summary>
    private static int FindMarker(ReadOnlySpan<byte> bytes)
    {
        int start = 0;
        while (true)
        {
            int offset = bytes[start..].IndexOf(WirePacket.Marker[0]);
            if (offset < 0) return bytes.Length;
            start += offset;
            ReadOnlySpan<byte> candidate = bytes[start..Math.Min(bytes.Length, start + WirePacket.MarkerBytes)];
            if (WirePacket.Marker.StartsWith(candidate) || WirePacket.DebuggerMarker.StartsWith(candidate)) return start;
            start++;
        }
    }
}
