using Hardware.Serial;

namespace Hardware.Monitor;

/// <summary>A <see cref="WireProtocolReader"/> with a clock: a packet whose end does not come in time is given up, however much
/// comes behind it.</summary>
/// <remarks>A reset in the middle of a packet leaves a header that claims bytes which nobody will send. Without a limit it would
/// swallow a slow log, silent times or not, until as many bytes have come.</remarks>
/// <param name="sink">Gets what is read.</param>
internal sealed class PatientReader(IWireProtocolSink sink)
{
    /// <summary>A packet is whole so long after its first byte, or never: the firmware waits as long for the rest of a header.
    /// </summary>
    internal const int PatienceMilliseconds = 2000;

    private const int BitsPerByte = 10;

    // When the bytes came that are not decided yet: for each piece its end, as a position in the stream.
    private readonly Queue<(long End, long Milliseconds)> _arrivals = new();
    private long _readBytes;

    /// <summary>What it counts and decides.</summary>
    internal WireProtocolReader Packets { get; } = new(sink);

    /// <summary>Reads on.</summary>
    /// <param name="bytes">What came.</param>
    /// <param name="now">Milliseconds of any clock that goes on.</param>
    internal void Read(ReadOnlySpan<byte> bytes, long now)
    {
        _readBytes += bytes.Length;
        _arrivals.Enqueue((_readBytes, now));
        Packets.Read(bytes);
        Forget();
    }

    /// <summary>Gives up every packet that began too long ago. To be called often, whether bytes come or not.</summary>
    /// <param name="now">Milliseconds of the same clock.</param>
    /// <param name="baud">The speed of the line: on a slow one a large packet takes longer.</param>
    internal void GiveUpLate(long now, int baud)
    {
        int wireMilliseconds = (int)(WireProtocolReader.HeldBytesMax * BitsPerByte * 1000L / baud);
        int patience = Math.Max(PatienceMilliseconds, 2 * wireMilliseconds);
        while (Packets.HeldBytes > 0 && now - _arrivals.Peek().Milliseconds >= patience)
        {
            Packets.GiveUp();
            Forget();
        }
    }

    /// <summary>Nothing more comes on this line: what is held becomes text.</summary>
    internal void Flush()
    {
        Packets.Flush();
        Forget();
    }

    private void Forget()
    {
        while (_arrivals.TryPeek(out (long End, long) arrival) && arrival.End <= Packets.DecidedBytes) _arrivals.Dequeue();
    }
}
