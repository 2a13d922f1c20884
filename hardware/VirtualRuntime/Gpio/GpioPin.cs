using VirtualRuntime;

namespace System.Device.Gpio;

/// <summary>One open pin.</summary>
/// <remarks><b>Context:</b> any thread; no member waits for a handler.</remarks>
public sealed class GpioPin : IDisposable
{
    private GpioPin() => throw NoHardware.Here;

    /// <summary>An edge of an input, or any write to an output: called on the interrupt thread, one event at a time.</summary>
    /// <remarks>
    /// <para>Adding or removing a handler configures the pin anew. An <b>output</b> is thereby set <b>low</b>.</para>
    /// <para>A handler that throws ends its event; handlers after it are skipped.</para>
    /// </remarks>
    /// <exception cref="ObjectDisposedException">The pin is closed.</exception>
    /// <exception cref="ArgumentException">The interrupt service is gone: a <see cref="GpioController"/> is disposed.</exception>
    public event PinValueChangedEventHandler? ValueChanged
    {
        add => throw NoHardware.Here;
        remove => throw NoHardware.Here;
    }

    /// <summary>The pin's number.</summary>
    public int PinNumber => throw NoHardware.Here;

    /// <summary>How long the runtime ignores an input after its first edge; zero: not at all.</summary>
    /// <value>Rounded down to 10 ms, at least 10 ms. Changing one non-zero value to another has <b>no effect</b>: set
    /// zero in between. Both are the ESP32's; better debounce in delayed work.</value>
    public TimeSpan DebounceTimeout
    {
        get => throw NoHardware.Here;
        set => throw NoHardware.Here;
    }

    /// <summary>What drives the pin from inside.</summary>
    /// <exception cref="ObjectDisposedException">The pin is closed.</exception>
    public PinMode GetPinMode() => throw NoHardware.Here;

    /// <summary>True: <see cref="SetPinMode"/> will accept it.</summary>
    /// <exception cref="ObjectDisposedException">The pin is closed.</exception>
    public bool IsPinModeSupported(PinMode pinMode) => throw NoHardware.Here;

    /// <summary>Makes it an input or an output. An output starts low.</summary>
    /// <exception cref="ArgumentException">This pin does not support the mode.</exception>
    /// <exception cref="ObjectDisposedException">The pin is closed.</exception>
    public void SetPinMode(PinMode value) => throw NoHardware.Here;

    /// <summary>The level of the wire, whatever the mode. (On an ESP32 an output reads low.)</summary>
    /// <exception cref="ObjectDisposedException">The pin is closed.</exception>
    public PinValue Read() => throw NoHardware.Here;

    /// <summary>Writes an output. Its handlers, if any, get an event with the value written, also when the level stays.
    /// </summary>
    /// <exception cref="ArgumentException">The pin is an input.</exception>
    /// <exception cref="ObjectDisposedException">The pin is closed.</exception>
    public void Write(PinValue value) => throw NoHardware.Here;

    /// <summary>Writes the other value to an output; its handlers get an event with the wire's level. An input is left alone,
    /// without an error.</summary>
    /// <exception cref="ObjectDisposedException">The pin is closed.</exception>
    public void Toggle() => throw NoHardware.Here;

    /// <summary>Closes the pin: an input without resistor, no interrupt. Records that wait are thrown away when their turn
    /// comes, unless the pin is open again by then.</summary>
    public void Dispose() => throw NoHardware.Here;
}
