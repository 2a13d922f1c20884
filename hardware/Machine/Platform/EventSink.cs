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
        if (target != _own) _core.Meter?.TopHalfBegins(record.Pin, record.Nanoseconds);
        target(
            (uint)record.Pin << 16 | (uint)EventCategory.Gpio << 8,
            record.IsHigh ? 1u : 0u,
            new DateTime(FirstTick + Stamp(record.Nanoseconds)));
    }

    // In units of 100 ns, since the chip's start, in steps of the runtime's clock.
    private long Stamp(long nanoseconds)
    {
        long step = _core.Profile.ClockStepNanoseconds;
        long stepped = step == 0 ? nanoseconds : nanoseconds - nanoseconds % step;
        return (_core.Profile.ChipStartNanoseconds + stepped) / 100;
    }

    private void EventDispatchCallback(uint data1, uint data2, DateTime time)
    {
        _core.ThrowIfStopping();
        if ((EventCategory)(data1 >> 8 & 0xFF) != EventCategory.Gpio) return; // nobody listens to other events here
        _core.Pads.Deliver((int)(data1 >> 16), data2 != 0);
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
