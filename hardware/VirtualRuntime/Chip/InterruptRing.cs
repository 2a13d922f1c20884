namespace VirtualRuntime;

/// <summary>What the pad's interrupt routine notes of one edge: all that the runtime will ever know of it.</summary>
/// <param name="Pin">The pin.</param>
/// <param name="IsHigh">The level after the edge.</param>
/// <param name="Nanoseconds">When it came, where somebody keeps the time; the runtime does not see it.</param>
public readonly record struct InterruptRecord(int Pin, bool IsHigh, long Nanoseconds = 0)
{
    /// <summary>The number of the timer whose expiry it is; below 0: it is an edge.</summary>
    public int Timer => ~Pin;

    /// <summary>An expiry: timers share ring and dispatcher with pins.</summary>
    public static InterruptRecord OfTimer(int number) => new(~number, false);
}

/// <summary>The fixed memory between the interrupt routine, which must not wait, and the dispatcher, which may be slow.
/// When it is full the <b>oldest</b> record is lost: what is left tells the newest state of the world.</summary>
/// <remarks>Takes no lock: on a chip the caller has masked interrupts.</remarks>
/// <param name="capacity">Records that fit; at least 1.</param>
public sealed class InterruptRing(int capacity)
{
    private readonly InterruptRecord[] _records = new InterruptRecord[AtLeastOne(capacity)];
    private int _oldest;

    /// <summary>Records that fit.</summary>
    public int Capacity => _records.Length;

    /// <summary>Records that wait now.</summary>
    public int Count { get; private set; }

    /// <summary>The record that has waited longest, if one waits.</summary>
    public InterruptRecord Oldest => _records[_oldest];

    /// <summary>Records lost to newer ones.</summary>
    public long Dropped { get; private set; }

    /// <summary>Adds a record; a full ring loses its oldest one, counted.</summary>
    public void Push(InterruptRecord record)
    {
        if (Count == Capacity)
        {
            TryTake(out _);
            Dropped++;
        }

        _records[(_oldest + Count) % Capacity] = record;
        Count++;
    }

    /// <summary>Takes the oldest record.</summary>
    /// <returns>False: there is none.</returns>
    public bool TryTake(out InterruptRecord record)
    {
        record = _records[_oldest];
        if (Count == 0) return false;
        _oldest = (_oldest + 1) % Capacity;
        Count--;
        return true;
    }

    private static int AtLeastOne(int capacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        return capacity;
    }
}
