using System;
using System.Device.Gpio;

namespace Hardware.Machine.Platform;

/// <summary>Opens pins and finds them again by number.</summary>
[Replaces("System.Device.Gpio.GpioController")]
public sealed class GpioController : IDisposable
{
    private readonly Core _core = Core.Current;
    private bool _isDisposed;

    /// <summary>A controller.</summary>
    public GpioController()
    {
    }

    /// <summary>A controller; the scheme is looked at nowhere.</summary>
    public GpioController(PinNumberingScheme numberingScheme) => NumberingScheme = numberingScheme;

    /// <summary>What the constructor was given.</summary>
    public PinNumberingScheme NumberingScheme { get; }

    /// <summary>Pins of the chip.</summary>
    public int PinCount => _core.Profile.PinCount;

    /// <summary>Opens a pin as it is, an input.</summary>
    public GpioPin OpenPin(int pinNumber)
    {
        GpioPin pin = Open(pinNumber);
        Remember(pin);
        return pin;
    }

    /// <summary>Opens a pin in a mode.</summary>
    public GpioPin OpenPin(int pinNumber, PinMode mode)
    {
        GpioPin pin = Open(pinNumber);
        pin.SetPinMode(mode);
        Remember(pin);
        return pin;
    }

    /// <summary>Closes a pin.</summary>
    public void ClosePin(int pinNumber)
    {
        ControllerPin entry = Find(pinNumber);
        entry.Pin.Dispose();
        _core.Pads.ByControllers.Remove(entry);
    }

    /// <summary>True: the pin is open.</summary>
    public bool IsPinOpen(int pinNumber) => _core.Pads.HasPin(pinNumber) && _core.Pads[pinNumber].IsReserved;

    /// <summary>True: the pin can be set so.</summary>
    public bool IsPinModeSupported(int pinNumber, PinMode mode) =>
        _core.Pads.HasPin(pinNumber) && _core.Pads[pinNumber].Supports(mode);

    /// <summary>What drives a pin from inside.</summary>
    public PinMode GetPinMode(int pinNumber) => Find(pinNumber).Pin.GetPinMode();

    /// <summary>Makes a pin an input or an output.</summary>
    public void SetPinMode(int pinNumber, PinMode mode) => FindHere(pinNumber).Pin.SetPinMode(mode);

    /// <summary>The level of a pin's wire.</summary>
    public PinValue Read(int pinNumber) => FindHere(pinNumber).Pin.Level();

    /// <summary>Writes an output.</summary>
    public void Write(int pinNumber, PinValue value) => FindHere(pinNumber).Pin.Write(value);

    /// <summary>Calls back for some edges of a pin; a pin has room for one callback.</summary>
    public void RegisterCallbackForPinValueChangedEvent(
        int pinNumber, PinEventTypes eventTypes, PinChangeEventHandler callback)
    {
        ControllerPin entry = Find(pinNumber);
        entry.Edges = eventTypes;
        entry.Callback = callback;
        entry.Pin.ValueChanged += OnValueChanged;
    }

    /// <summary>Ends one registration.</summary>
    public void UnregisterCallbackForPinValueChangedEvent(int pinNumber, PinChangeEventHandler callback)
    {
        if (TryFind(pinNumber) is not { } entry) return;
        entry.Edges = PinEventTypes.None;
        entry.Pin.ValueChanged -= OnValueChanged;
    }

    /// <summary>Closes every pin that any controller has opened, and ends interrupts until the next reset.</summary>
    public void Dispose()
    {
        if (_isDisposed) return;
        foreach (ControllerPin entry in _core.Pads.ByControllers) entry.Pin.Dispose();
        _core.Pads.UninstallInterruptService();
        _isDisposed = true;
    }

    private GpioPin Open(int pinNumber)
    {
        _core.ThrowIfStopping();
        _core.Pads.CatchUp();
        if (!_core.Pads.HasPin(pinNumber))
        {
            throw new InvalidOperationException($"There is no pin {pinNumber}: this board has pins 0 to {PinCount - 1}.");
        }

        if (_core.Pads[pinNumber].IsReserved)
        {
            throw new InvalidOperationException(
                $"Pin {pinNumber} is open already: keep the GpioPin that OpenPin gave, or close it first.");
        }

        _core.ChargeLibrary(LibraryCosts.PinOpened);
        _core.Heap.Allocate(PinBytes);
        GpioPin pin = new(pinNumber);
        _core.Heap.Track(pin, PinBytes);
        _core.Pads[pinNumber].IsReserved = true;
        _core.Pads.Open.Add(pin);
        return pin;
    }

    // A pin, its lock and its places in two lists.
    private const int PinBytes = 12 * 8 + 12 + 12 * 6;

    private void Remember(GpioPin pin) => _core.Pads.ByControllers.Add(new ControllerPin(pin));

    private ControllerPin Find(int pinNumber) => TryFind(pinNumber)
        ?? throw new InvalidOperationException($"Pin {pinNumber} is not open: call OpenPin first.");

    private ControllerPin FindHere(int pinNumber)
    {
        if (_isDisposed) throw new ObjectDisposedException("System.Device.Gpio.GpioController");
        return Find(pinNumber);
    }

    // The first entry of that number. A pin closed by GpioPin.Dispose keeps its entry and is found until ClosePin.
    private ControllerPin? TryFind(int pinNumber) =>
        _core.Pads.ByControllers.Find(entry => entry.Pin.PinNumber == pinNumber);

    private void OnValueChanged(object sender, PinValueChangedEventArgs e)
    {
        if (TryFind(e.PinNumber) is not { } entry) return;
        if ((entry.Edges & e.ChangeType) == 0) return;
        entry.Callback!(this, new PinValueChangedEventArgs(e.ChangeType, e.PinNumber));
    }
}

/// <summary>What a controller remembers of a pin that it opened.</summary>
internal sealed class ControllerPin(GpioPin pin)
{
    internal GpioPin Pin { get; } = pin;

    internal PinEventTypes Edges { get; set; }

    internal PinChangeEventHandler? Callback { get; set; }
}
