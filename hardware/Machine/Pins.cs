using System;
using System.Collections.Generic;
using VirtualRuntime;

namespace Hardware.Machine;

/// <summary>What the world outside does to a pin, and when.</summary>
/// <param name="Nanoseconds">Since the script's start.</param>
/// <param name="Pin">The pin, as <c>GpioController.OpenPin</c> takes it.</param>
/// <param name="Drive">What drives its wire from then on.</param>
public readonly record struct PinDrive(long Nanoseconds, int Pin, Drive Drive);

/// <summary>A change of level that a wire saw, whoever made it.</summary>
/// <param name="Nanoseconds">Since power-on.</param>
/// <param name="Pin">The pin.</param>
/// <param name="IsHigh">The level from then on.</param>
public readonly record struct PinChange(long Nanoseconds, int Pin, bool IsHigh);

/// <summary>From when the times of a script count.</summary>
public enum ScriptStart
{
    /// <summary>From power-on.</summary>
    PowerOn,

    /// <summary>From when the firmware first listens to a pin: an input with a handler.</summary>
    Listening,
}

/// <summary>The wires that lead to a machine's pins: what happens on them, at exact times. It is kept over
/// <see cref="Machine.Run"/>.</summary>
public sealed class Pins
{
    private readonly List<PinDrive> _script = [];
    private readonly List<(int Pin, Drive Drive)> _tied = [];

    /// <summary>From when the script's times count.</summary>
    public ScriptStart Start { get; set; }

    /// <summary>How wires are at power-on, before the script begins.</summary>
    public IReadOnlyList<(int Pin, Drive Drive)> Tied => _tied;

    /// <summary>The script, in order of time; what is due at the same time comes in the order in which it was added.</summary>
    public IReadOnlyList<PinDrive> Script => _script;

    /// <summary>Ties a wire before the power comes: a jumper, a switch.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A negative pin.</exception>
    public void Tie(int pin, Drive drive)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(pin);
        _tied.Add((pin, drive));
    }

    /// <summary>Drives a wire to a level.</summary>
    /// <param name="milliseconds">Since <see cref="Start"/>.</param>
    /// <param name="pin">The pin at the wire's end.</param>
    /// <param name="level">0: low; otherwise high.</param>
    public void At(double milliseconds, int pin, int level) => At(milliseconds, pin, level == 0 ? Drive.Low : Drive.High);

    /// <summary>Drives a wire, or lets go of it.</summary>
    /// <param name="milliseconds">Since <see cref="Start"/>, exact to the nanosecond.</param>
    /// <param name="pin">The pin at the wire's end.</param>
    /// <param name="drive">What drives it from then on.</param>
    /// <exception cref="ArgumentOutOfRangeException">A negative time or pin.</exception>
    public void At(double milliseconds, int pin, Drive drive)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(milliseconds);
        ArgumentOutOfRangeException.ThrowIfNegative(pin);
        Add([new PinDrive(checked((long)Math.Round(milliseconds * 1_000_000)), pin, drive)]);
    }

    /// <summary>Adds steps.</summary>
    public void Add(IEnumerable<PinDrive> steps)
    {
        foreach (PinDrive step in steps)
        {
            int i = _script.Count;
            while (i > 0 && _script[i - 1].Nanoseconds > step.Nanoseconds) i--;
            _script.Insert(i, step);
        }
    }

    /// <summary>Forgets the script and how wires are tied.</summary>
    public void Clear()
    {
        _script.Clear();
        _tied.Clear();
    }
}
