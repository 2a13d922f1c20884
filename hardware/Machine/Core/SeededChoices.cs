namespace Hardware.Machine;

/// <summary>The numbers behind forced switches: SplitMix64, because its sequence is the same on every runtime for ever.</summary>
internal sealed class SeededChoices(long seed)
{
    private ulong _state = unchecked((ulong)seed * 0x9E3779B97F4A7C15);

    internal bool Switches(int percent) => Next(100) < percent;

    /// <summary>0…count-1.</summary>
    internal int Next(int count)
    {
        ulong z = _state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return (int)((z ^ (z >> 31)) % (ulong)count);
    }
}
