using VirtualRuntime;

namespace System.Device.Gpio;

/// <summary>Opens pins and finds them again by number.</summary>
/// <remarks>All controllers share one list of pins. Keep one controller for as long as the program runs:
/// <see cref="Dispose"/> of any of them closes the pins of all and ends interrupts until the next reset.</remarks>
public sealed class GpioController : IDisposable
{
    /// <summary>A controller that counts pins as the chip does.</summary>
    public GpioController() => throw NoHardware.Here;

    /// <summary>A controller.</summary>
    /// <param name="numberingScheme">Stored, and looked at nowhere: pins are counted as the chip does.</param>
    public GpioController(PinNumberingScheme numberingScheme) => throw NoHardware.Here;

    /// <summary>What the constructor was given.</summary>
    public PinNumberingScheme NumberingScheme => throw NoHardware.Here;

    /// <summary>Pins of the chip; the highest number is one less.</summary>
    public int PinCount => throw NoHardware.Here;

    /// <summary>Opens a pin as it is, an input.</summary>
    /// <exception cref="InvalidOperationException">There is no such pin, or it is open already.</exception>
    public GpioPin OpenPin(int pinNumber) => throw NoHardware.Here;

    /// <summary>Opens a pin in a mode.</summary>
    /// <exception cref="InvalidOperationException">There is no such pin, or it is open already.</exception>
    /// <exception cref="ArgumentException">The pin does not support the mode. It then <b>stays open</b> and nobody can close it,
    /// as on a board: ask <see cref="IsPinModeSupported"/> first.</exception>
    public GpioPin OpenPin(int pinNumber, PinMode mode) => throw NoHardware.Here;

    /// <summary>Closes a pin.</summary>
    /// <exception cref="InvalidOperationException">No controller has opened it.</exception>
    public void ClosePin(int pinNumber) => throw NoHardware.Here;

    /// <summary>True: the pin is open. False also for a pin that does not exist, as on STM32; an ESP32 says true.</summary>
    public bool IsPinOpen(int pinNumber) => throw NoHardware.Here;

    /// <summary>True: <see cref="SetPinMode"/> will accept it. False also for a pin that does not exist.</summary>
    public bool IsPinModeSupported(int pinNumber, PinMode mode) => throw NoHardware.Here;

    /// <summary>What drives a pin from inside.</summary>
    /// <exception cref="InvalidOperationException">No controller has opened it.</exception>
    public PinMode GetPinMode(int pinNumber) => throw NoHardware.Here;

    /// <summary>As <see cref="GpioPin.SetPinMode"/>.</summary>
    /// <exception cref="InvalidOperationException">No controller has opened it.</exception>
    /// <exception cref="ArgumentException">The pin does not support the mode.</exception>
    /// <exception cref="ObjectDisposedException">This controller or the pin is closed.</exception>
    public void SetPinMode(int pinNumber, PinMode mode) => throw NoHardware.Here;

    /// <summary>The level of a pin's wire.</summary>
    /// <exception cref="InvalidOperationException">No controller has opened it.</exception>
    /// <exception cref="ObjectDisposedException">This controller is closed.</exception>
    public PinValue Read(int pinNumber) => throw NoHardware.Here;

    /// <summary>As <see cref="GpioPin.Write"/>.</summary>
    /// <exception cref="InvalidOperationException">No controller has opened it.</exception>
    /// <exception cref="ArgumentException">The pin is an input.</exception>
    /// <exception cref="ObjectDisposedException">This controller or the pin is closed.</exception>
    public void Write(int pinNumber, PinValue value) => throw NoHardware.Here;

    /// <summary>Calls back for some edges of a pin. A pin has room for one callback: another one replaces it, and is then called
    /// once for each registration.</summary>
    /// <remarks>The pad interrupts at both edges all the same; the ones not asked for are thrown away by the interrupt
    /// thread.</remarks>
    /// <exception cref="InvalidOperationException">No controller has opened the pin.</exception>
    public void RegisterCallbackForPinValueChangedEvent(
        int pinNumber, PinEventTypes eventTypes, PinChangeEventHandler callback) => throw NoHardware.Here;

    /// <summary>Ends one registration. A pin that no controller has opened is left alone, without an error.</summary>
    /// <param name="pinNumber">The pin.</param>
    /// <param name="callback">Looked at nowhere: a pin has room for one.</param>
    public void UnregisterCallbackForPinValueChangedEvent(int pinNumber, PinChangeEventHandler callback) =>
        throw NoHardware.Here;

    /// <summary>Closes every pin that any controller has opened and ends the interrupts of the chip until its next reset: a
    /// handler added afterwards throws.</summary>
    public void Dispose() => throw NoHardware.Here;
}
