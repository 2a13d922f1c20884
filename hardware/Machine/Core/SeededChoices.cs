namespace Hardware.Machine;

/// <summary>Choices by chance: the same seed makes the same ones.</summary>
internal sealed class SeededChoices(long seed, int switchPercent, bool switchesAtAccesses) : Choices
{
    private readonly SplitMix64 _numbers = new(seed);

    /// <inheritdoc/>
    protected internal override Places Places =>
        Places.Operations | Places.Behind
        | (switchesAtAccesses ? Places.Access | Places.LockedAccess | Places.HostedAccess : Places.None);

    /// <inheritdoc/>
    protected internal override bool Leaves(Moment moment, Places place) =>
        _numbers.Next(100) < switchPercent && moment.ReadyCount > 1;

    /// <inheritdoc/>
    protected internal override int Next(Moment moment) =>
        moment.ReadyCount == 0 ? Moment.TimePasses : moment.Ready[_numbers.Next(moment.ReadyCount)];
}

/// <summary>The numbers behind chance: SplitMix64, because its sequence is the same on every runtime for ever.</summary>
internal sealed class SplitMix64(long seed)
{
    private ulong _state = unchecked((ulong)seed * 0x9E3779B97F4A7C15);

    /// <summary>0…count-1.</summary>
    internal int Next(int count)
    {
        ulong z = _state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return (int)((z ^ (z >> 31)) % (ulong)count);
    }
}
