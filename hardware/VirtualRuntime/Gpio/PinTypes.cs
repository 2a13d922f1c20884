using nanoFramework.Runtime.Events;

namespace System.Device.Gpio;

/// <summary>What drives a pin from inside the chip.</summary>
public enum PinMode
{
    /// <summary>Nothing: an open wire floats.</summary>
    Input = 0,

    /// <summary>A resistor to ground.</summary>
    InputPullDown = 1,

    /// <summary>A resistor to the supply.</summary>
    InputPullUp = 2,

    /// <summary>Both levels (push-pull).</summary>
    Output = 3,

    /// <summary>Low only; high lets go.</summary>
    OutputOpenDrain = 4,

    /// <summary>Low only; high lets go and a resistor pulls up.</summary>
    OutputOpenDrainPullUp = 5,

    /// <summary>High only; low lets go.</summary>
    OutputOpenSource = 6,

    /// <summary>High only; low lets go and a resistor pulls down.</summary>
    OutputOpenSourcePullDown = 7,
}

/// <summary>The edges of a signal; may be combined.</summary>
[Flags]
public enum PinEventTypes
{
    /// <summary>No edge.</summary>
    None = 0,

    /// <summary>From low to high.</summary>
    Rising = 1,

    /// <summary>From high to low.</summary>
    Falling = 2,
}

/// <summary>How pins are counted. The runtime stores it and looks at it nowhere.</summary>
public enum PinNumberingScheme
{
    /// <summary>As the chip counts.</summary>
    Logical = 0,

    /// <summary>As the board's connector counts.</summary>
    Board = 1,
}

/// <summary>Handler of <see cref="GpioPin.ValueChanged"/>; runs on the interrupt thread.</summary>
public delegate void PinValueChangedEventHandler(object sender, PinValueChangedEventArgs e);

/// <summary>Handler registered through a <see cref="GpioController"/>; runs on the interrupt thread.</summary>
public delegate void PinChangeEventHandler(object sender, PinValueChangedEventArgs pinValueChangedEventArgs);

/// <summary>One edge of one pin.</summary>
/// <param name="changeType">The edge that made the record; by now the pin may read otherwise.</param>
/// <param name="pinNumber">The pin.</param>
public class PinValueChangedEventArgs(PinEventTypes changeType, int pinNumber) : BaseEvent
{
    /// <summary>The edge that made the record; by now the pin may read otherwise.</summary>
    public PinEventTypes ChangeType { get; } = changeType;

    /// <summary>The pin.</summary>
    public int PinNumber { get; } = pinNumber;
}

/// <summary>A pin and a level.</summary>
/// <param name="pinNumber">The pin.</param>
/// <param name="pinValue">The level.</param>
public readonly struct PinValuePair(int pinNumber, PinValue pinValue)
{
    /// <summary>The pin.</summary>
    public int PinNumber { get; } = pinNumber;

    /// <summary>The level.</summary>
    public PinValue PinValue { get; } = pinValue;

    /// <summary>Takes the pair apart.</summary>
    public void Deconstruct(out int pinNumber, out PinValue pinValue)
    {
        pinNumber = PinNumber;
        pinValue = PinValue;
    }
}

/// <summary>The result of a wait for an edge. The runtime defines it and offers no such wait.</summary>
public struct WaitForEventResult
{
    /// <summary>The edge that was seen.</summary>
    public PinEventTypes EventTypes;

    /// <summary>True: none came in time.</summary>
    public bool TimedOut;
}
