using System;

namespace Hardware.Machine.Platform;

/// <summary>Numbers that look like chance. Without a seed it takes the time since power-on: the same in each run.</summary>
[Replaces("System.Random")]
public class Random
{
    private readonly SplitMix64 _numbers;

    /// <summary>Seeded by the time since power-on.</summary>
    public Random()
        : this(unchecked((int)Core.Current.Now))
    {
    }

    /// <summary>Seeded.</summary>
    public Random(int seed) => _numbers = new SplitMix64(seed);

    /// <summary>Not negative.</summary>
    public virtual int Next() => _numbers.Next(int.MaxValue);

    /// <summary>0…maxValue-1.</summary>
    public virtual int Next(int maxValue) => _numbers.Next(Math.Max(1, maxValue));

    /// <summary>From 0 to less than 1.</summary>
    public virtual double NextDouble() => _numbers.Next(int.MaxValue) / (double)int.MaxValue;

    /// <summary>Fills an array.</summary>
    public virtual void NextBytes(byte[] buffer)
    {
        for (int i = 0; i < buffer.Length; i++) buffer[i] = (byte)_numbers.Next(256);
    }
}
