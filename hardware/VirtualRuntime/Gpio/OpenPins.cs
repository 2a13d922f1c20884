using System.Runtime.CompilerServices;
using VirtualRuntime;

namespace System.Device.Gpio;

/// <summary>The runtime's list of open pins, one for each chip: it turns a record, which is a pin number and a level, into a
/// call of the pin's handlers.</summary>
/// <remarks>A record names a number, not an object: if a pin is closed and opened again while records wait, the new
/// <see cref="GpioPin"/> gets the old one's edges. So does a board.</remarks>
internal sealed class OpenPins
{
    private static readonly ConditionalWeakTable<Chip, OpenPins> s_ofChips = [];

    private readonly Dictionary<int, GpioPin> _pins = [];   // under its own lock

    private OpenPins(Chip chip) => chip.SetListener(Deliver);

    /// <summary>Pins opened through controllers, in the order of opening; all controllers of a chip share the list.</summary>
    public List<ControllerPin> ByControllers { get; } = [];

    public static OpenPins Of(Chip chip) => s_ofChips.GetValue(chip, static key => new OpenPins(key));

    public void Add(GpioPin pin)
    {
        lock (_pins) _pins[pin.PinNumber] = pin;
    }

    public void Remove(int pinNumber)
    {
        lock (_pins) _pins.Remove(pinNumber);
    }

    private bool Deliver(InterruptRecord record)
    {
        GpioPin? pin;
        lock (_pins) _pins.TryGetValue(record.Pin, out pin);
        return pin is not null && pin.RaiseValueChanged(record.IsHigh ? PinEventTypes.Rising : PinEventTypes.Falling);
    }
}

/// <summary>What a controller remembers of a pin that it opened.</summary>
internal sealed class ControllerPin(GpioPin pin)
{
    public GpioPin Pin { get; } = pin;

    public PinEventTypes Edges { get; set; }

    public PinChangeEventHandler? Callback { get; set; }
}
