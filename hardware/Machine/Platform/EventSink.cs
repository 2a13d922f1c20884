using System;
using nanoFramework.Runtime.Events;

namespace Hardware.Machine.Platform;

/// <summary>A source of events in native code, which calls what stands in <see cref="threadSpawn"/>.</summary>
[Replaces("nanoFramework.Runtime.Events.NativeEventDispatcher")]
public class NativeEventDispatcher
{
    /// <summary>What an event is given to. Firmware reaches it by its name.</summary>
    protected NativeEventHandler? threadSpawn;

    internal NativeEventDispatcher()
    {
    }
}

/// <summary>Where the events of all categories arrive; here those of pins.</summary>
[Replaces("nanoFramework.Runtime.Events.EventSink")]
public sealed class EventSink : NativeEventDispatcher
{
    // DateTime.Ticks of the year 1601, from which the runtime counts.
    private const long FirstTick = 504_911_232_000_000_000;

    private readonly Core _core;
    private readonly NativeEventHandler _own;

    internal EventSink(Core core)
    {
        _core = core;
        _own = EventDispatchCallback;
        threadSpawn = _own;
    }

    // A static of the library: firmware reaches it by its name.
    private static EventSink s_eventSink => Core.Current.Interrupts.Sink;

    /// <summary>On the dispatcher's thread: gives an edge to what stands there.</summary>
    internal void Dispatch(VirtualRuntime.InterruptRecord record)
    {
        NativeEventHandler? target = threadSpawn;
        if (target == null) return; // the native side drops it
        if (record.Timer >= 0)
        {
            target((uint)EventCategory.HighResolutionTimer << 8, (uint)record.Timer, Time(record));
            return;
        }

        if (target != _own) _core.Meter?.TopHalfBegins(record.Pin, record.Nanoseconds);
        target(
            (uint)record.Pin << 16 | (uint)EventCategory.Gpio << 8,
            record.IsHigh ? 1u : 0u,
            Time(record));
    }

    // In units of 100 ns, since the chip's start, in steps of the runtime's clock.
    private DateTime Time(VirtualRuntime.InterruptRecord record)
    {
        long nanoseconds = record.Nanoseconds;
        long step = _core.Profile.ClockStepNanoseconds;
        long stepped = step == 0 ? nanoseconds : nanoseconds - nanoseconds % step;
        return new DateTime(FirstTick + (_core.Profile.ChipStartNanoseconds + stepped) / 100);
    }

    // The costs are those of a pin's event: a timer's were not measured.
    private void Expire(int timer)
    {
        _core.ChargeLibrary(LibraryCosts.PinEventBefore);
        _core.Spend(_core.Profile.PinEventNanoseconds);
        _core.Heap.Allocate(LibraryCosts.PinEventBytes);
        object made = new(); // stands for the event that the library makes
        _core.Heap.Track(made, LibraryCosts.PinEventBytes);
        _core.Interrupts.Timers[timer]?.Raise();
        GC.KeepAlive(made);
        _core.ChargeLibrary(LibraryCosts.PinEventAfter);
    }

    private void EventDispatchCallback(uint data1, uint data2, DateTime time)
    {
        _core.ThrowIfStopping();
        EventCategory category = (EventCategory)(data1 >> 8 & 0xFF);
        if (category == EventCategory.Gpio) _core.Pads.Deliver((int)(data1 >> 16), data2 != 0);
        else if (category == EventCategory.HighResolutionTimer) Expire((int)data2);
    }
}

/// <summary>Between the sink and the pins: knows the open ones, in the order of opening.</summary>
internal sealed class GpioPinEventListener(int pinCount)
{
    private readonly ArrayList _pinMap = new(pinCount); // firmware reaches it by its name

    internal int Count => _pinMap.Count;

    internal void Add(GpioPin pin) => _pinMap.Add(pin);

    internal void Remove(GpioPin pin) => _pinMap.Remove(pin);

    /// <summary>Where the pin of that number is; -1: it is not open.</summary>
    internal int IndexOf(int pinNumber)
    {
        for (int i = 0; i < _pinMap.Count; i++)
        {
            if (this[i].PinNumber == pinNumber) return i;
        }

        return -1;
    }

    internal GpioPin this[int index] => (GpioPin)_pinMap[index]!;
}
