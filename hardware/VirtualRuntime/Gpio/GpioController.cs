using VirtualRuntime;

namespace System.Device.Gpio;

/// <summary>Opens pins and finds them again by number.</summary>
/// <remarks>All controllers share one list of pins. Keep one controller for as long as the program runs:
/// <see cref="Dispose"/> of any of them closes the pins of all and ends interrupts until the next reset.</remarks>
public sealed class GpioController : IDisposable
{
    private readonly Chip _chip = Chip.Current;
    private readonly List<ControllerPin> _pins;     // shared by all controllers; under its own lock
    private bool _isDisposed;

    /// <summary>A controller that counts pins as the chip does.</summary>
    public GpioController() => _pins = OpenPins.Of(_chip).ByControllers;

    /// <summary>A controller.</summary>
    /// <param name="numberingScheme">Stored, and looked at nowhere: pins are counted as the chip does.</param>
    public GpioController(PinNumberingScheme numberingScheme) : this() => NumberingScheme = numberingScheme;

    /// <summary>What the constructor was given.</summary>
    public PinNumberingScheme NumberingScheme { get; }

    /// <summary>Pins of the chip; the highest number is one less.</summary>
    public int PinCount => Chip.PinCount;

    /// <summary>Opens a pin as it is, an input.</summary>
    /// <exception cref="InvalidOperationException">There is no such pin, or it is open already.</exception>
    public GpioPin OpenPin(int pinNumber)
    {
        GpioPin pin = Open(pinNumber);
        Remember(pin);
        return pin;
    }

    /// <summary>Opens a pin in a mode.</summary>
    /// <exception cref="InvalidOperationException">There is no such pin, or it is open already.</exception>
    /// <exception cref="ArgumentException">The pin does not support the mode. It then <b>stays open</b> and nobody can close it,
    /// as on a board: ask <see cref="IsPinModeSupported"/> first.</exception>
    public GpioPin OpenPin(int pinNumber, PinMode mode)
    {
        GpioPin pin = Open(pinNumber);
        pin.SetPinMode(mode);
        Remember(pin);
        return pin;
    }

    /// <summary>Closes a pin.</summary>
    /// <exception cref="InvalidOperationException">No controller has opened it.</exception>
    public void ClosePin(int pinNumber)
    {
        lock (_pins)
        {
            ControllerPin entry = Find(pinNumber);
            entry.Pin.Dispose();
            _pins.Remove(entry);
        }
    }

    /// <summary>True: the pin is open. False also for a pin that does not exist, as on STM32; an ESP32 says true.</summary>
    public bool IsPinOpen(int pinNumber) => Chip.HasPin(pinNumber) && _chip.GetPin(pinNumber).IsOpen;

    /// <summary>True: <see cref="SetPinMode"/> will accept it. False also for a pin that does not exist.</summary>
    public bool IsPinModeSupported(int pinNumber, PinMode mode) => _chip.Supports(pinNumber, mode);

    /// <summary>What drives a pin from inside.</summary>
    /// <exception cref="InvalidOperationException">No controller has opened it.</exception>
    public PinMode GetPinMode(int pinNumber) => Find(pinNumber).Pin.GetPinMode();

    /// <summary>As <see cref="GpioPin.SetPinMode"/>.</summary>
    /// <exception cref="InvalidOperationException">No controller has opened it.</exception>
    /// <exception cref="ArgumentException">The pin does not support the mode.</exception>
    /// <exception cref="ObjectDisposedException">This controller or the pin is closed.</exception>
    public void SetPinMode(int pinNumber, PinMode mode)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        Find(pinNumber).Pin.SetPinMode(mode);
    }

    /// <summary>The level of a pin's wire.</summary>
    /// <exception cref="InvalidOperationException">No controller has opened it.</exception>
    /// <exception cref="ObjectDisposedException">This controller is closed.</exception>
    public PinValue Read(int pinNumber)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        return Find(pinNumber).Pin.ReadWire();
    }

    /// <summary>As <see cref="GpioPin.Write"/>.</summary>
    /// <exception cref="InvalidOperationException">No controller has opened it.</exception>
    /// <exception cref="ArgumentException">The pin is an input.</exception>
    /// <exception cref="ObjectDisposedException">This controller or the pin is closed.</exception>
    public void Write(int pinNumber, PinValue value)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        Find(pinNumber).Pin.Write(value);
    }

    /// <summary>Calls back for some edges of a pin. A pin has room for one callback: another one replaces it, and is then called
    /// once for each registration.</summary>
    /// <remarks>The pad interrupts at both edges all the same; the ones not asked for are thrown away by the interrupt
    /// thread.</remarks>
    /// <exception cref="InvalidOperationException">No controller has opened the pin.</exception>
    public void RegisterCallbackForPinValueChangedEvent(
        int pinNumber, PinEventTypes eventTypes, PinChangeEventHandler callback)
    {
        ControllerPin entry = Find(pinNumber);
        entry.Edges = eventTypes;
        entry.Callback = callback;
        entry.Pin.ValueChanged += OnValueChanged;
    }

    /// <summary>Ends one registration. A pin that no controller has opened is left alone, without an error.</summary>
    /// <param name="pinNumber">The pin.</param>
    /// <param name="callback">Looked at nowhere: a pin has room for one.</param>
    public void UnregisterCallbackForPinValueChangedEvent(int pinNumber, PinChangeEventHandler callback)
    {
        if (TryFind(pinNumber) is not { } entry) return;
        entry.Edges = PinEventTypes.None;
        entry.Pin.ValueChanged -= OnValueChanged;
    }

    /// <summary>Closes every pin that any controller has opened and ends the interrupts of the chip until its next reset: a
    /// handler added afterwards throws.</summary>
    public void Dispose()
    {
        lock (_pins)
        {
            if (_isDisposed) return;
            foreach (ControllerPin entry in _pins) entry.Pin.Dispose();
            _chip.UninstallInterruptService();
            _isDisposed = true;
        }
    }

    private GpioPin Open(int pinNumber)
    {
        if (!_chip.TryReserve(pinNumber))
        {
            throw new InvalidOperationException(Chip.HasPin(pinNumber)
                ? $"Pin {pinNumber} is open already: keep the GpioPin that OpenPin gave, or close it first."
                : $"There is no pin {pinNumber}: this board has pins 0 to {Chip.PinCount - 1}.");
        }

        var pin = new GpioPin(_chip, pinNumber);
        OpenPins.Of(_chip).Add(pin);
        return pin;
    }

    private void Remember(GpioPin pin)
    {
        lock (_pins) _pins.Add(new ControllerPin(pin));
    }

    private ControllerPin Find(int pinNumber) => TryFind(pinNumber)
        ?? throw new InvalidOperationException($"Pin {pinNumber} is not open: call OpenPin first.");

    /// <summary>The first entry of that number. A pin closed by <see cref="GpioPin.Dispose"/> keeps its entry and is found
    /// until <see cref="ClosePin"/>.</summary>
    private ControllerPin? TryFind(int pinNumber)
    {
        lock (_pins) return _pins.Find(entry => entry.Pin.PinNumber == pinNumber);
    }

    private void OnValueChanged(object sender, PinValueChangedEventArgs e)
    {
        if (TryFind(e.PinNumber) is not { } entry) return;
        if ((entry.Edges & e.ChangeType) == 0) return;
        entry.Callback!(this, new PinValueChangedEventArgs(e.ChangeType, e.PinNumber));
    }
}
