namespace System.Device.Gpio;

/// <summary>The level of a pin: high or low.</summary>
public readonly struct PinValue
{
    private readonly byte _value;

    private PinValue(byte value) => _value = value;

    /// <summary>The supply voltage.</summary>
    public static PinValue High => new(1);

    /// <summary>Ground.</summary>
    public static PinValue Low => new(0);

    /// <summary>0 is low, everything else high.</summary>
    public static implicit operator PinValue(int value) => value == 0 ? Low : High;

    /// <summary>False is low, true high.</summary>
    public static implicit operator PinValue(bool value) => value ? High : Low;

    /// <summary>1 for high, 0 for low.</summary>
    public static explicit operator byte(PinValue value) => value._value;

    /// <summary>1 for high, 0 for low.</summary>
    public static explicit operator int(PinValue value) => value._value;

    /// <summary>True for high.</summary>
    public static explicit operator bool(PinValue value) => value._value != 0;

    /// <summary>True: the same level.</summary>
    public static bool operator ==(PinValue a, PinValue b) => a.Equals(b);

    /// <summary>True: different levels.</summary>
    public static bool operator !=(PinValue a, PinValue b) => !a.Equals(b);

    /// <summary>True: the same level.</summary>
    public bool Equals(PinValue other) => other._value == _value;

    /// <summary>True: a <see cref="PinValue"/> of the same level.</summary>
    public override bool Equals(object? obj) => obj is PinValue other && Equals(other);

    /// <summary>1 for high, 0 for low.</summary>
    public override int GetHashCode() => _value;

    /// <summary>"High" or "Low".</summary>
    public override string ToString() => _value == 0 ? "Low" : "High";
}
