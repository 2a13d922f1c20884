using System;
using System.Device.Gpio;
using VirtualRuntime;

namespace Hardware.Machine.Platform;

/// <summary>One open pin.</summary>
[Replaces("System.Device.Gpio.GpioPin")]
public sealed class GpioPin : IDisposable
{
    private readonly Core _core = Core.Current;
    private PinMode _mode = PinMode.Input;
    private PinValueChangedEventHandler? _callbacks; // firmware reaches it by its name
    private TimeSpan _debounceTimeout;
    private bool _isDisposed;

    internal GpioPin(int pinNumber) => PinNumber = pinNumber;

    /// <summary>An edge of an input, or any write to an output. Adding or removing a handler configures the pin anew; an output
    /// goes low by it.</summary>
    public event PinValueChangedEventHandler? ValueChanged
    {
        add => SetCallbacks(_callbacks + value);
        remove => SetCallbacks(_callbacks - value);
    }

    // A static of the library: firmware reaches it by its name.
    private static GpioPinEventListener s_gpioPinEventManager => Core.Current.Pads.Open;

    /// <summary>The pin's number.</summary>
    public int PinNumber { get; }

    /// <summary>How long the runtime ignores an input after its first edge.</summary>
    public TimeSpan DebounceTimeout
    {
        get => _debounceTimeout;
        set
        {
            _debounceTimeout = value;
            if (_isDisposed) return;
            _core.Pads.CatchUp();
            _core.Pads[PinNumber].SetDebounce(DebounceMilliseconds());
        }
    }

    /// <summary>What drives the pin from inside.</summary>
    public PinMode GetPinMode()
    {
        ThrowIfDisposed();
        return _mode;
    }

    /// <summary>True: the pin can be set so.</summary>
    public bool IsPinModeSupported(PinMode pinMode)
    {
        ThrowIfDisposed();
        return _core.Pads[PinNumber].Supports(pinMode);
    }

    /// <summary>Makes it an input or an output; an output starts low.</summary>
    public void SetPinMode(PinMode value)
    {
        ThrowIfDisposed();
        Configure(value);
    }

    /// <summary>The level of the wire, whatever the mode.</summary>
    public PinValue Read()
    {
        ThrowIfDisposed();
        _core.Spend(_core.Profile.PinReadNanoseconds);
        return Level();
    }

    /// <summary>Writes an output; its handlers get an event, also when the level stays (37).</summary>
    public void Write(PinValue value)
    {
        ThrowIfDisposed();
        if (_mode < PinMode.Output)
        {
            throw new ArgumentException($"Pin {PinNumber} is an input ({_mode}): open it as an output to write it.");
        }

        _core.Spend(_core.Profile.PinWriteNanoseconds);
        _core.Pads.CatchUp();
        _core.Pads.Change(PinNumber, pad => pad.Write((bool)value));
        if (_callbacks != null) _core.Interrupts.Record(new InterruptRecord(PinNumber, (bool)value));
    }

    /// <summary>Writes the other value to an output; an input is left alone.</summary>
    public void Toggle()
    {
        ThrowIfDisposed();
        if (_mode < PinMode.Output) return;
        _core.Spend(_core.Profile.PinWriteNanoseconds);
        _core.Pads.CatchUp();
        _core.Pads.Change(PinNumber, pad => pad.Toggle());
        if (_callbacks != null) _core.Interrupts.Record(new InterruptRecord(PinNumber, _core.Pads[PinNumber].IsHigh));
    }

    /// <summary>Closes it.</summary>
    public void Dispose()
    {
        if (_isDisposed) return;
        _core.ThrowIfStopping();
        _core.Pads.CatchUp();
        _core.Pads.Open.Remove(this);
        _core.Pads.Change(PinNumber, pad => pad.Release());
        _isDisposed = true;
    }

    internal PinValue Level()
    {
        _core.Pads.CatchUp();
        return _core.Pads[PinNumber].IsHigh;
    }

    /// <summary>On the dispatcher's thread.</summary>
    /// <param name="isHigh">The level that it went to.</param>
    /// <param name="nanoseconds">When.</param>
    /// <returns>False: it has no handler (any more).</returns>
    internal bool Raise(bool isHigh, long nanoseconds)
    {
        if (_isDisposed || _callbacks == null) return false;
        PinEventTypes edge = isHigh ? PinEventTypes.Rising : PinEventTypes.Falling;
        _core.Heap.Allocate(LibraryCosts.PinEventBytes);
        PinValueChangedEventArgs arguments = new(edge, PinNumber);
        _core.Heap.Track(arguments, LibraryCosts.PinEventBytes);
        _core.Meter?.TopHalfBegins(PinNumber, nanoseconds);
        _callbacks(this, arguments);
        _core.Meter?.TopHalfEnds();
        return true;
    }

    private void SetCallbacks(PinValueChangedEventHandler? callbacks)
    {
        ThrowIfDisposed();
        PinValueChangedEventHandler? before = _callbacks;
        try
        {
            _callbacks = callbacks;
            Configure(_mode);
        }
        catch
        {
            _callbacks = before;
            throw;
        }
    }

    private void Configure(PinMode mode)
    {
        Pads pads = _core.Pads;
        pads.CatchUp();
        if (!pads[PinNumber].Supports(mode))
        {
            throw new ArgumentException($"Pin {PinNumber} does not support the mode {mode}; ask IsPinModeSupported first.");
        }

        bool isInterruptLost = _callbacks != null && mode < PinMode.Output && !pads.HasInterruptService;
        pads[PinNumber].Configure(mode, _callbacks != null && !isInterruptLost, DebounceMilliseconds());
        if (isInterruptLost)
        {
            throw new ArgumentException(
                $"Pin {PinNumber} cannot interrupt: GpioController.Dispose has uninstalled the interrupt service. "
                + "Keep one controller for as long as the program runs.");
        }

        _mode = mode;
        if (_callbacks != null && mode < PinMode.Output) pads.Listen();
    }

    private uint DebounceMilliseconds() => unchecked((uint)(_debounceTimeout.Ticks / TimeSpan.TicksPerMillisecond));

    private void ThrowIfDisposed()
    {
        _core.ThrowIfStopping();
        if (_isDisposed) throw new ObjectDisposedException("System.Device.Gpio.GpioPin");
    }
}
