using System.Buffers;
using System.Text;

namespace Hardware.Page;

/// <summary>Events as they travel to a page: in few bytes, since a day of a board is a hundred thousand of them. <c>unpack</c> in
/// <c>world.js</c> is the other end.</summary>
/// <remarks>All numbers are varints (7 bits in a byte, the lowest first; the highest bit: more follow). An event is
/// <list type="number">
/// <item>the names that no event before it had: how many, then each with its length in UTF-8; from then on their number, from 1,
/// stands for them;</item>
/// <item>the fields that are not 0, one bit for each, then those fields: kind, time, instructions, counts, item, name, queue,
/// edge, pin + 1, flags, thread, where, own instructions, by, due, free, capacity, statistics.</item>
/// </list>
/// Time and instructions are what they are above the event before, as a signed number (its bits shifted up by one, and inverted
/// when it is negative). Counts are a bit that is always set and one for each that has changed, then by how much, signed.
/// Statistics are a number of numbers and those.</remarks>
internal sealed class PackedEvents
{
    private const int CountsMax = 9;

    private readonly Dictionary<string, int> _names = [];
    private readonly ArrayBufferWriter<byte> _newNames = new();
    private readonly ArrayBufferWriter<byte> _fields = new();
    private readonly long[] _counts = new long[CountsMax];
    private int _newNameCount;
    private int _field;
    private uint _present;
    private long _nanoseconds;
    private long _instructions;

    private PackedEvents()
    {
    }

    internal static void Write(IBufferWriter<byte> to, ReadOnlySpan<PageEvent> events)
    {
        var packed = new PackedEvents();
        foreach (PageEvent each in events) packed.Add(to, each);
    }

    private void Add(IBufferWriter<byte> to, PageEvent each)
    {
        long instructions = each.Instructions == 0 ? _instructions : each.Instructions; // not told with every event
        _newNames.ResetWrittenCount();
        _fields.ResetWrittenCount();
        _newNameCount = _field = 0;
        _present = 0;
        Field(NumberOf(each.Kind));
        Field(Signed(each.Nanoseconds - _nanoseconds));
        Field(Signed(instructions - _instructions));
        Counts(each.Counts);
        Field(each.Item);
        Field(NumberOf(each.Name));
        Field(NumberOf(each.Queue));
        Field(each.Edge);
        Field(each.PinAndOne);
        Field((each.IsHigh ? 1 : 0) + (each.IsFromTimer ? 2 : 0) + (each.HasThrown ? 4 : 0));
        Field(NumberOf(each.Thread));
        Field(NumberOf(each.Where));
        Field(each.OwnInstructions);
        Field(each.By);
        Field(each.Due);
        Field(each.Free);
        Field(each.Capacity);
        Field(each.Statistics?.Length ?? 0);
        foreach (long number in each.Statistics ?? []) Number(_fields, number);
        Number(to, _newNameCount);
        to.Write(_newNames.WrittenSpan);
        Number(to, _present);
        to.Write(_fields.WrittenSpan);
        _nanoseconds = each.Nanoseconds;
        _instructions = instructions;
    }

    private void Counts(long[]? counts)
    {
        long changed = counts is null ? 0 : 1;
        for (int i = 0; i < counts?.Length; i++) if (counts[i] != _counts[i]) changed |= 2L << i;
        Field(changed);
        for (int i = 0; i < counts?.Length; i++)
        {
            if (counts[i] != _counts[i]) Number(_fields, Signed(counts[i] - _counts[i]));
            _counts[i] = counts[i];
        }
    }

    private void Field(long value)
    {
        if (value != 0)
        {
            _present |= 1u << _field;
            Number(_fields, value);
        }

        _field++;
    }

    private int NumberOf(string? name)
    {
        if (string.IsNullOrEmpty(name)) return 0;
        if (_names.TryGetValue(name, out int number)) return number;
        _names.Add(name, number = _names.Count + 1);
        _newNameCount++;
        Number(_newNames, Encoding.UTF8.GetByteCount(name));
        Encoding.UTF8.GetBytes(name, _newNames);
        return number;
    }

    private static long Signed(long value) => (value << 1) ^ (value >> 63);

    private static void Number(IBufferWriter<byte> to, long value)
    {
        Span<byte> bytes = to.GetSpan(10);
        int count = 0;
        for (var left = (ulong)value; ; left >>= 7)
        {
            bytes[count++] = (byte)(left > 127 ? left | 128 : left);
            if (left <= 127) break;
        }

        to.Advance(count);
    }
}
