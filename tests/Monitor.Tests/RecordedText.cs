using System.Text;

using Hardware.Serial;

namespace Monitor.Tests;

/// <summary>Collects what a reader finds, as a recording would.</summary>
internal sealed class RecordedText : IWireProtocolSink
{
    private readonly MemoryStream _bytes = new();

    internal List<WirePacket> Hidden { get; } = [];

    internal int DamagedCount { get; private set; }

    internal byte[] Bytes => _bytes.ToArray();

    internal string Text => Encoding.UTF8.GetString(_bytes.GetBuffer(), 0, (int)_bytes.Length);

    void IWireProtocolSink.Text(ReadOnlySpan<byte> text) => _bytes.Write(text);

    void IWireProtocolSink.PacketHidden(WirePacket packet) => Hidden.Add(packet);

    void IWireProtocolSink.PacketDamaged() => DamagedCount++;

    /// <summary>Reads the stream in pieces of the given size, and flushes at its end.</summary>
    internal static RecordedText Read(ReadOnlySpan<byte> stream, int chunkBytes, out WireProtocolReader reader)
    {
        var recorded = new RecordedText();
        reader = new WireProtocolReader(recorded);
        for (int start = 0; start < stream.Length; start += chunkBytes)
            reader.Read(stream[start..Math.Min(stream.Length, start + chunkBytes)]);
        reader.Flush();
        return recorded;
    }

    internal static RecordedText Read(ReadOnlySpan<byte> stream) => Read(stream, int.MaxValue / 2, out _);
}
