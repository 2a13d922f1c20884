using System.Device.Gpio;
using System.Diagnostics;

namespace VirtualRuntime;

/// <summary>How a chip is made.</summary>
public sealed class ChipOptions
{
    /// <summary>Interrupt records that fit into the ring: 128 on most boards, 64 on RP2040, 16 on the smallest.</summary>
    public int RingCapacity { get; init; } = 128;

    /// <summary>The clock that the debounce timers run on.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}

/// <summary>The hardware's own side: pads, the wires that lead to them, and the interrupt path. Firmware sees it only through
/// <see cref="GpioController"/>; this is for whoever powers the board and holds the ends of the wires.</summary>
/// <remarks>
/// <code>
///  Drive ─► wire ─► Pad ─► interrupt routine ─► InterruptRing ─► InterruptDispatcher ─► GpioPin.ValueChanged
///  (outside)               (mask held)          (drops oldest)   (one thread)           (firmware)
/// </code>
/// <b>Context:</b> every member from any thread, unless it says otherwise. <b>Lock:</b> one, the mask. It stands for "interrupts
/// are masked": no handler of the firmware and no other code that can wait runs under it.
/// </remarks>
public sealed class Chip : IDisposable
{
    /// <summary>Pins of every chip, numbered from 0, as on an ESP32.</summary>
    public const int PinCount = 40;

    /// <summary>From this number on pins are inputs only and have no pull resistors, as on an ESP32.</summary>
    public const int FirstInputOnlyPin = 34;

    private static readonly Lock s_powerSwitch = new();
    private static Chip? s_current;

    // Field rules:  C set by the constructor   M with the mask held
    private readonly object _mask = new();                  // C
    private readonly Pad[] _pads = new Pad[PinCount];       // C; contents M
    private readonly InterruptDispatcher _dispatcher;       // C
    private bool _hasInterruptService = true;               // M false for good after GpioController.Dispose
    private bool _isRebootRequested;                        // M

    private Chip(ChipOptions options)
    {
        _dispatcher = new InterruptDispatcher(_mask, options.RingCapacity);
        for (int i = 0; i < PinCount; i++)
        {
            int pin = i;
            _pads[i] = new Pad(i, i >= FirstInputOnlyPin, options.Time, _dispatcher.RecordLocked, () => DebounceExpired(pin));
        }
    }

    /// <summary>The chip that has power. Powers one with default options if there is none.</summary>
    public static Chip Current
    {
        get
        {
            lock (s_powerSwitch) return s_current ?? StartLocked(new ChipOptions());
        }
    }

    /// <summary>True: the firmware asked for a reboot and the thread that asked has stopped.</summary>
    public bool RebootRequested
    {
        get
        {
            lock (_mask) return _isRebootRequested;
        }
    }

    /// <summary>The interrupt path's counters, taken at one moment.</summary>
    public InterruptCounters Interrupts
    {
        get
        {
            lock (_mask) return _dispatcher.CountersLocked;
        }
    }

    /// <summary>Powers a new chip, all pins closed, all wires open, ring empty; the former one loses power.</summary>
    /// <param name="options">How it is made; null: as <see cref="ChipOptions"/> says.</param>
    /// <exception cref="ArgumentOutOfRangeException">The ring's capacity is below 1.</exception>
    public static Chip PowerOn(ChipOptions? options = null)
    {
        lock (s_powerSwitch)
        {
            s_current?.Dispose();
            return StartLocked(options ?? new ChipOptions());
        }
    }

    /// <summary>Takes the power away: what waits in the ring is gone. A handler that runs is not interrupted, nobody waits for
    /// it, and threads of the firmware go on: only the end of the process ends those.</summary>
    public void Dispose()
    {
        lock (_mask)
        {
            foreach (Pad pad in _pads) pad.Release();
            _dispatcher.StopLocked();
        }
    }

    /// <summary>Drives a wire from outside. An edge makes an interrupt record if the pin listens.</summary>
    /// <exception cref="ArgumentOutOfRangeException">No such pin.</exception>
    public void Drive(int pin, Drive drive) => Drive([new WireChange(pin, drive)]);

    /// <summary>Drives wires from outside, back to back: faster than the dispatcher can take one record, because an interrupt
    /// routine outruns the runtime. A burst longer than the ring therefore loses all but its last edges.</summary>
    /// <exception cref="ArgumentOutOfRangeException">No such pin; nothing was changed.</exception>
    public void Drive(ReadOnlySpan<WireChange> changes)
    {
        foreach (WireChange change in changes) ThrowIfNoPin(change.Pin);
        lock (_mask)
        {
            foreach (WireChange change in changes) _pads[change.Pin].DriveFromOutside(change.Drive);
            Monitor.PulseAll(_mask);
        }
    }

    /// <summary>What a pin looks like now.</summary>
    /// <exception cref="ArgumentOutOfRangeException">No such pin.</exception>
    public PinState GetPin(int pin)
    {
        ThrowIfNoPin(pin);
        lock (_mask) return _pads[pin].State;
    }

    /// <summary>Waits until a condition on this chip holds; it is looked at after each change of a pin and each event.</summary>
    /// <param name="condition">Must not wait; may call any member of this chip but this.</param>
    /// <param name="timeout">The longest wait.</param>
    /// <returns>False: it did not hold in time.</returns>
    public bool WaitUntil(Func<Chip, bool> condition, TimeSpan timeout)
    {
        ArgumentNullException.ThrowIfNull(condition);
        long start = Stopwatch.GetTimestamp();
        lock (_mask)
        {
            while (!condition(this))
            {
                TimeSpan left = timeout - Stopwatch.GetElapsedTime(start);
                if (left <= TimeSpan.Zero || !Monitor.Wait(_mask, left)) return condition(this);
            }

            return true;
        }
    }

    /// <summary>Waits until no record waits and no handler runs.</summary>
    /// <returns>False: the time is over first.</returns>
    /// <exception cref="InvalidOperationException">Called by a handler, which would wait for itself.</exception>
    public bool WaitUntilIdle(TimeSpan timeout)
    {
        if (_dispatcher.IsCallingThread) throw new InvalidOperationException("A handler cannot wait for its own end.");
        return WaitUntil(static chip => chip.Interrupts.Waiting == 0, timeout);
    }

    internal void SetListener(InterruptListener listener)
    {
        lock (_mask) _dispatcher.Listener = listener;
    }

    internal void RequestReboot()
    {
        lock (_mask)
        {
            _isRebootRequested = true;
            Monitor.PulseAll(_mask);
        }
    }

    internal static bool HasPin(int pin) => pin is >= 0 and < PinCount;

    internal bool TryReserve(int pin)
    {
        if (!HasPin(pin)) return false;
        lock (_mask)
        {
            if (_pads[pin].IsReserved) return false;
            return _pads[pin].IsReserved = true;
        }
    }

    internal void Release(int pin)
    {
        lock (_mask)
        {
            _pads[pin].Release();
            Monitor.PulseAll(_mask);
        }
    }

    internal bool Supports(int pin, PinMode mode) => HasPin(pin) && _pads[pin].Supports(mode);

    /// <returns>False: the mode is not supported, or it wants an interrupt and the interrupt service is gone.</returns>
    internal bool TryConfigure(int pin, PinMode mode, bool listen, uint debounceMilliseconds)
    {
        lock (_mask)
        {
            if (!_pads[pin].Supports(mode)) return false;
            bool isInterruptLost = listen && mode < PinMode.Output && !_hasInterruptService;
            _pads[pin].Configure(mode, listen && !isInterruptLost, debounceMilliseconds);
            Monitor.PulseAll(_mask);
            return !isInterruptLost;
        }
    }

    internal void SetDebounce(int pin, uint milliseconds)
    {
        lock (_mask) _pads[pin].SetDebounce(milliseconds);
    }

    internal bool Read(int pin)
    {
        lock (_mask) return _pads[pin].IsHigh;
    }

    /// <summary>Writes an output; with <paramref name="post"/> a record follows whether or not the level changed.</summary>
    internal void Write(int pin, bool isHigh, bool post)
    {
        lock (_mask)
        {
            _pads[pin].Write(isHigh);
            if (post) _dispatcher.RecordLocked(new InterruptRecord(pin, isHigh));
            Monitor.PulseAll(_mask);
        }
    }

    internal void Toggle(int pin, bool post)
    {
        lock (_mask)
        {
            _pads[pin].Toggle();
            if (post) _dispatcher.RecordLocked(new InterruptRecord(pin, _pads[pin].IsHigh));
            Monitor.PulseAll(_mask);
        }
    }

    /// <summary>No pad will ever interrupt again on this chip.</summary>
    internal void UninstallInterruptService()
    {
        lock (_mask)
        {
            _hasInterruptService = false;
            foreach (Pad pad in _pads) pad.ForgetInput();
            Monitor.PulseAll(_mask);
        }
    }

    private static Chip StartLocked(ChipOptions options)
    {
        var chip = new Chip(options);
        chip._dispatcher.Start();
        s_current = chip;
        return chip;
    }

    private static void ThrowIfNoPin(int pin)
    {
        if (!HasPin(pin)) throw new ArgumentOutOfRangeException(nameof(pin), pin, $"This chip has pins 0 to {PinCount - 1}.");
    }

    private void DebounceExpired(int pin)
    {
        lock (_mask)
        {
            _pads[pin].DebounceExpired();
            Monitor.PulseAll(_mask);
        }
    }
}
