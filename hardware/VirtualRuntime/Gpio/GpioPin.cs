using VirtualRuntime;

namespace System.Device.Gpio;

/// <summary>One open pin.</summary>
/// <remarks><b>Context:</b> any thread; every member takes the pin's lock for a moment, none waits for a handler.</remarks>
public sealed class GpioPin : IDisposable
{
    // Field rules:  C set by the constructor   L with _gate held
    private readonly Lock _gate = new();                // C
    private readonly Chip _chip;                        // C
    private PinMode _mode = PinMode.Input;              // L
    private PinValueChangedEventHandler? _callbacks;    // L
    private TimeSpan _debounceTimeout;                  // L
    private bool _isDisposed;                           // L

    internal GpioPin(Chip chip, int pinNumber)
    {
        _chip = chip;
        PinNumber = pinNumber;
    }

    /// <summary>An edge of an input, or any write to an output: called on the interrupt thread, one event at a time.</summary>
    /// <remarks>
    /// <para>Adding or removing a handler configures the pin anew. An <b>output</b> is thereby set <b>low</b>.</para>
    /// <para>A handler that throws is printed and counted; handlers after it are skipped for this event.</para>
    /// </remarks>
    /// <exception cref="ObjectDisposedException">The pin is closed.</exception>
    /// <exception cref="ArgumentException">The interrupt service is gone: a <see cref="GpioController"/> is disposed.</exception>
    public event PinValueChangedEventHandler? ValueChanged
    {
        add => SetCallbacks(callbacks => callbacks + value);
        remove => SetCallbacks(callbacks => callbacks - value);
    }

    /// <summary>The pin's number.</summary>
    public int PinNumber { get; }

    /// <summary>How long the runtime ignores an input after its first edge; zero: not at all.</summary>
    /// <value>Rounded down to 10 ms, at least 10 ms. Changing one non-zero value to another has <b>no effect</b>: set
    /// zero in between. Both are the ESP32's; better debounce in delayed work.</value>
    public TimeSpan DebounceTimeout
    {
        get
        {
            lock (_gate) return _debounceTimeout;
        }

        set
        {
            lock (_gate)
            {
                _debounceTimeout = value;
                if (!_isDisposed) _chip.SetDebounce(PinNumber, DebounceMillisecondsLocked());
            }
        }
    }

    /// <summary>What drives the pin from inside.</summary>
    /// <exception cref="ObjectDisposedException">The pin is closed.</exception>
    public PinMode GetPinMode()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            return _mode;
        }
    }

    /// <summary>True: <see cref="SetPinMode"/> will accept it.</summary>
    /// <exception cref="ObjectDisposedException">The pin is closed.</exception>
    public bool IsPinModeSupported(PinMode pinMode)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            return _chip.Supports(PinNumber, pinMode);
        }
    }

    /// <summary>Makes it an input or an output. An output starts low.</summary>
    /// <exception cref="ArgumentException">This pin does not support the mode.</exception>
    /// <exception cref="ObjectDisposedException">The pin is closed.</exception>
    public void SetPinMode(PinMode value)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            ConfigureLocked(value);
        }
    }

    /// <summary>The level of the wire, whatever the mode. (On an ESP32 an output reads low.)</summary>
    /// <exception cref="ObjectDisposedException">The pin is closed.</exception>
    public PinValue Read()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            return _chip.Read(PinNumber);
        }
    }

    /// <summary>Writes an output. Its handlers, if any, get an event with the value written, also when the level stays.
    /// </summary>
    /// <exception cref="ArgumentException">The pin is an input.</exception>
    /// <exception cref="ObjectDisposedException">The pin is closed.</exception>
    public void Write(PinValue value)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            if (_mode < PinMode.Output)
            {
                throw new ArgumentException($"Pin {PinNumber} is an input ({_mode}): open it as an output to write it.");
            }

            _chip.Write(PinNumber, (bool)value, post: _callbacks is not null);
        }
    }

    /// <summary>Writes the other value to an output; its handlers get an event with the wire's level. An input is left alone,
    /// without an error.</summary>
    /// <exception cref="ObjectDisposedException">The pin is closed.</exception>
    public void Toggle()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            if (_mode >= PinMode.Output) _chip.Toggle(PinNumber, post: _callbacks is not null);
        }
    }

    /// <summary>Closes the pin: an input without resistor, no interrupt. Records that wait are thrown away when their turn
    /// comes, unless the pin is open again by then.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_isDisposed) return;
            OpenPins.Of(_chip).Remove(PinNumber);
            _chip.Release(PinNumber);
            _isDisposed = true;
        }
    }

    /// <returns>False: it has no handler (any more).</returns>
    internal bool RaiseValueChanged(PinEventTypes edge)
    {
        PinValueChangedEventHandler? callbacks;
        lock (_gate) callbacks = _isDisposed ? null : _callbacks;
        if (callbacks is null) return false;
        callbacks(this, new PinValueChangedEventArgs(edge, PinNumber));
        return true;
    }

    internal bool ReadWire() => _chip.Read(PinNumber);

    private void SetCallbacks(Func<PinValueChangedEventHandler?, PinValueChangedEventHandler?> change)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            PinValueChangedEventHandler? before = _callbacks;
            try
            {
                _callbacks = change(before);
                ConfigureLocked(_mode);
            }
            catch
            {
                _callbacks = before;
                throw;
            }
        }
    }

    private void ConfigureLocked(PinMode mode)
    {
        if (!_chip.Supports(PinNumber, mode))
        {
            throw new ArgumentException($"Pin {PinNumber} does not support the mode {mode}; ask IsPinModeSupported first.");
        }

        if (!_chip.TryConfigure(PinNumber, mode, listen: _callbacks is not null, DebounceMillisecondsLocked()))
        {
            throw new ArgumentException($"Pin {PinNumber} cannot interrupt: GpioController.Dispose has uninstalled the interrupt "
                + "service. Keep one controller for as long as the program runs.");
        }

        _mode = mode;
    }

    private uint DebounceMillisecondsLocked() => unchecked((uint)(_debounceTimeout.Ticks / TimeSpan.TicksPerMillisecond));
}
