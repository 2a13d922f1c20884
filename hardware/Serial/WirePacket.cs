using System.Buffers.Binary;

namespace Hardware.Serial;

/// <summary>The header of one nanoFramework Wire Protocol packet: 32 bytes, little-endian, before the payload.</summary>
/// <remarks>
/// <code>
///  0 marker       8 bytes, "NFPKTV1\0"; "NFDBGV1\0" is accepted too, as both ends of the protocol do
///  8 header CRC   of all 32 bytes, this field taken as zero
/// 12 payload CRC
/// 16 command      20 sequence (16 bit)      22 sequence of what is replied to (16 bit)
/// 24 flags        28 payload size in bytes
/// </code>
/// Firmware built without CRCs, which is the default of the public firmware's configuration, leaves both CRC fields zero.
/// </remarks>
public readonly record struct WirePacket(
    uint HeaderCrc, uint PayloadCrc, uint Command, ushort Sequence, ushort ReplyTo, uint Flags, uint PayloadBytes)
{
    /// <summary>Size of a header, marker included.</summary>
    public const int HeaderBytes = 32;

    /// <summary>A header that claims a larger payload is damaged: the debugger library of .NET nanoFramework refuses
    /// such packets too, and no board sends them.</summary>
    public const int PayloadBytesMax = 2048;

    /// <summary>A board hands over its text in pieces of at most this size.</summary>
    public const int MessageBytesMax = 127;

    /// <summary>Command by which each side tells the other that it is there. A board that has received one since its reset
    /// sends its text in packets. Payload: who asks (32 bit), wishes or abilities (32 bit); a board's own, sent at its reset, has
    /// none.</summary>
    public const uint PingCommand = 0;

    /// <summary>Command of a packet whose payload is text.</summary>
    public const uint MessageCommand = 1;

    /// <summary>Flag: the receiver need not acknowledge.</summary>
    public const uint NonCritical = 0x0001;

    /// <summary>Flag: the answer to a request.</summary>
    public const uint Reply = 0x0002;

    /// <summary>Flag of a reply: done.</summary>
    public const uint Acknowledged = 0x8000;

    /// <summary>Flag of a reply: not done.</summary>
    public const uint NotAcknowledged = 0x4000;

    /// <summary>Flag that text packets carry besides <see cref="NonCritical"/>.</summary>
    public const uint NoCaching = 0x2000;

    /// <summary>Size of the marker that a header begins with.</summary>
    public const int MarkerBytes = 8;

    private const uint KnownFlags = 0xE00F;
    private const uint DebuggingCommands = 0x00020000;
    private const uint DebuggingCommandsEnd = 0x00030000;

    private static readonly uint[] s_crcTable = MakeCrcTable();

    internal static ReadOnlySpan<byte> Marker => "NFPKTV1\0"u8;

    internal static ReadOnlySpan<byte> DebuggerMarker => "NFDBGV1\0"u8;

    /// <summary>True for text from the board.</summary>
    public bool IsMessage => Command == MessageCommand && (Flags & Reply) == 0;

    /// <summary>True for what a board says of itself when its runtime starts: a ping that wants no answer. A complaint about a
    /// bad packet looks the same but for one flag.</summary>
    public bool IsBoot => Command == PingCommand && (Flags & (NonCritical | Reply | NotAcknowledged)) == NonCritical;

    /// <summary>True when the sender computed no CRCs: nothing vouches for the header's fields or the payload.</summary>
    public bool IsUnchecked => HeaderCrc == 0 && PayloadCrc == 0;

    /// <summary>The command's name in the firmware, without the prefix that all of them share.</summary>
    public string Name => Command switch
    {
        0x00 => "Ping",
        0x01 => "Message",
        0x02 => "ReadMemory",
        0x03 => "WriteMemory",
        0x04 => "CheckMemory",
        0x05 => "EraseMemory",
        0x06 => "Execute",
        0x07 => "Reboot",
        0x08 => "MemoryMap",
        0x09 => "ProgramExit",
        0x0A => "CheckSignature",
        0x0B => "DeploymentMap",
        0x0C => "FlashSectorMap",
        0x0E => "OemInfo",
        0x0F => "QueryConfiguration",
        0x10 => "UpdateConfiguration",
        0x11 => "StorageOperation",
        0x20 => "TargetInfo",
        >= DebuggingCommands and < DebuggingCommandsEnd => $"Debugging 0x{Command:X8}",
        _ => $"0x{Command:X8}",
    };

    /// <summary>What a header without CRC must look like to be taken for one.</summary>
    /// <remarks>The upper bytes of flags and size are zero in every such header. Text holds no zero byte, so a header that
    /// lost bytes, and into which text has moved up, is never plausible.</remarks>
    internal bool IsPlausible => (Flags & ~KnownFlags) == 0 && PayloadBytes <= PayloadBytesMax
        && (Command <= 0x20 || Command is >= DebuggingCommands and < DebuggingCommandsEnd);

    internal static WirePacket Parse(ReadOnlySpan<byte> header) => new(
        BinaryPrimitives.ReadUInt32LittleEndian(header[8..]),
        BinaryPrimitives.ReadUInt32LittleEndian(header[12..]),
        BinaryPrimitives.ReadUInt32LittleEndian(header[16..]),
        BinaryPrimitives.ReadUInt16LittleEndian(header[20..]),
        BinaryPrimitives.ReadUInt16LittleEndian(header[22..]),
        BinaryPrimitives.ReadUInt32LittleEndian(header[24..]),
        BinaryPrimitives.ReadUInt32LittleEndian(header[28..]));

    /// <summary>The CRC that a header of these 32 bytes must carry.</summary>
    internal static uint ComputeHeaderCrc(ReadOnlySpan<byte> header)
    {
        ReadOnlySpan<byte> zero = [0, 0, 0, 0];
        return ComputeCrc(header[12..HeaderBytes], ComputeCrc(zero, ComputeCrc(header[..8], 0)));
    }

    /// <summary>CRC-32 with polynomial 0x04C11DB7, most significant bit first, initial value 0, result not inverted.</summary>
    /// <param name="bytes">What to add.</param>
    /// <param name="crc">The CRC of what stands before it, 0 at the beginning.</param>
    internal static uint ComputeCrc(ReadOnlySpan<byte> bytes, uint crc)
    {
        foreach (byte value in bytes) crc = s_crcTable[(crc >> 24) ^ value] ^ (crc << 8);
        return crc;
    }

    private static uint[] MakeCrcTable()
    {
        var table = new uint[256];
        for (uint i = 0; i < 256; i++)
        {
            uint crc = i << 24;
            for (int bit = 0; bit < 8; bit++) crc = (crc & 0x80000000) != 0 ? (crc << 1) ^ 0x04C11DB7 : crc << 1;
            table[i] = crc;
        }

        return table;
    }
}
