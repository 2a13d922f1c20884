using System;
using System.Collections;
using System.Device.Gpio;
using System.Reflection;
using nanoFramework.Runtime.Events;
using Workqueues;

namespace Workqueues.Gpio;

// The short way of an edge. The platform takes an event from the native side to its sink, there to the listener of its category,
// and there to the pin of its number: three searches, two objects and about 25 calls. Here what the native side calls looks up
// the line and calls it. It does so only where that is what the platform would do in the end: the pin is open, and the line is
// all that listens to it. Every other event goes the platform's way, as if nothing were between.
public partial class InterruptLine
{
    private const uint CategoryMask = 0xFF00;
    private const uint GpioCategory = (uint)EventCategory.Gpio << 8;
    private const BindingFlags PrivateStatic = BindingFlags.NonPublic | BindingFlags.Static;
    private const BindingFlags PrivateField = BindingFlags.NonPublic | BindingFlags.Instance;

    // The time stamp's Ticks when the chip starts: the runtime counts from the year 1601.
    private const long FirstTick = 504911232000000000;

    // So many edges are looked at for the quickest one.
    private const int CalibrationEdges = 64;

    // Field rules: as in InterruptLine.cs
    private static bool s_isDirect; // G what the native side calls is OnNativeEvent
    private static bool s_isRefused; // G the log says why it is not
    private static InterruptLine?[] s_lines = new InterruptLine?[0]; // G the newest line of each pin, by its number; read by D
    private static NativeEventHandler? s_platform; // set once, before s_isDirect: the sink's own
    private static FieldInfo? s_callbacks; // set once: of a pin, those that listen to it
    private static ArrayList? s_pins; // set once: the platform's list of open pins
    private static long s_lead = long.MinValue; // D how far the chip's clock is before Jiffies.Now, in us; MinValue: not known

    /// <summary>From now on edges come directly from the native side to the lines: without the platform's search for the pin,
    /// which takes ten times as long, and without the two objects that it makes for each edge. So a storm of edges leaves the
    /// heap alone, and <see cref="LastEdgeMicroseconds"/> is known.</summary>
    /// <returns>True: it is so, now or since an earlier call. False: this version of the platform's libraries is not known well
    /// enough; everything goes on as without the call, and a line of the log has said so.</returns>
    /// <remarks>
    /// <para><b>Context:</b> an ordinary thread, at start-up; it holds for lines that exist and for later ones, until the next
    /// reset. <b>Cost:</b> allocates: 12 bytes for each pin number up to the highest that has a line.</para>
    /// <para>Other events, and edges of pins to which something else listens too (a second line, a handler of ValueChanged), go
    /// the platform's way as before. What is replaced is the callback that the platform's event sink has at the native side,
    /// found by reflection; it is handed all that is not a line's. Linux: <c>irq_set_chained_handler()</c>.</para>
    /// </remarks>
    /// <exception cref="OutOfMemoryException">Nothing has changed; it may be called again.</exception>
    public static bool UseDirectDispatch()
    {
        if (s_isDirect) return true;
        object? sink = Value(typeof(EventSink), "s_eventSink", null);
        FieldInfo? target = typeof(NativeEventDispatcher).GetField("threadSpawn", PrivateField);
        FieldInfo? callbacks = typeof(GpioPin).GetField("_callbacks", PrivateField);
        object? listener = Value(typeof(GpioPin), "s_gpioPinEventManager", null);
        ArrayList? pins = listener == null ? null : Value(listener.GetType(), "_pinMap", listener) as ArrayList;
        bool isKnown = sink is NativeEventDispatcher && target is not null && callbacks is not null && pins != null;
        NativeEventHandler own = new NativeEventHandler(OnNativeEvent);
        try
        {
            lock (s_gate)
            {
                if (isKnown && !s_isDirect) isKnown = InstallLocked(sink!, target!, callbacks!, pins!, own);
            }
        }
        catch (Exception exception)
        {
            Gate.Leave(s_gate);
            if (!s_isDirect) throw exception;
        }

        if (!isKnown && !s_isRefused)
        {
            KernelLog.Write("irq: no direct dispatch with this version of the platform; edges go through its event sink");
            s_isRefused = true;
        }

        return s_isDirect;
    }

    /// <summary>When the edge came that called the handler last, by the time stamp of the interrupt routine, in microseconds on
    /// the clock of <see cref="Jiffies.Now"/>. What lies between two edges is exact, however long they waited for the
    /// handler.</summary>
    /// <value>-1: not known. No edge came yet, it is the very first one that any line gets, or edges come through the platform's
    /// event sink, which throws the time away: see <see cref="UseDirectDispatch"/>.</value>
    /// <remarks>
    /// <para><b>Context:</b> any. <b>Cost:</b> about five calls' time, no allocation.</para>
    /// <para><b>Resolution:</b> the stamp counts units of 100 ns on every platform, but in steps of the runtime's clock: 10 ms on
    /// ESP32, 1 ms on most STM32, 0.1 ms on the STM32F769I-DISCO, 1 us on RP2040. A mean over many edges is finer than a step.
    /// The stamp is of the chip's clock, which began before the runtime's: how long before is taken from the quickest of the
    /// first 64 edges, so a wait counts from the shortest one.</para>
    /// </remarks>
    public long LastEdgeMicroseconds
    {
        get
        {
            long ticks = _lastEdge.Ticks;
            return ticks <= FirstTick || s_lead == long.MinValue ? -1 : (ticks - FirstTick) / 10 - s_lead;
        }
    }

    /// <summary>How long that edge waited for its handler, in microseconds: the interrupt latency.</summary>
    /// <value>-1: not known, as with <see cref="LastEdgeMicroseconds"/>, or lines are not timed: see <see
    /// cref="IsTimed"/>.</value>
    /// <remarks><b>Context:</b> any; on other threads than the dispatcher, an edge that comes meanwhile may falsify it.
    /// <b>Cost</b> and <b>resolution:</b> as with <see cref="LastEdgeMicroseconds"/>; it counts from the shortest wait.</remarks>
    public long LastWaitMicroseconds
    {
        get
        {
            long edge = LastEdgeMicroseconds;
            if (edge < 0 || !s_isTimed) return -1;
            long waited = _lastStart * 1000 - edge;
            return waited < 0 ? 0 : waited;
        }
    }

    private static object? Value(Type type, string name, object? owner)
    {
        FieldInfo? field = type.GetField(name, owner == null ? PrivateStatic : PrivateField);
        return field is null ? null : field.GetValue(owner!);
    }

    // All that it needs is ready before the one store that lets the native side see it.
    private static bool InstallLocked(object sink, FieldInfo target, FieldInfo callbacks, ArrayList pins, NativeEventHandler own)
    {
        NativeEventHandler? platform = target.GetValue(sink) as NativeEventHandler;
        if (platform == null) return false;
        for (InterruptLine? line = s_first; line != null; line = line._next)
        {
            int pin = line._pin.PinNumber;
            MakeRoomLocked(pin);
            if (s_lines[pin] == null) s_lines[pin] = line;
        }

        s_platform = platform;
        s_callbacks = callbacks;
        s_pins = pins;
        target.SetValue(sink, own);
        s_firstEdges = CalibrationEdges;
        InterruptContext.IsObserved = true;
        s_isDirect = true;
        return true;
    }

    private static void MakeRoomLocked(int pin)
    {
        if (pin < s_lines.Length) return;
        InterruptLine?[] more = new InterruptLine?[pin + 1];
        for (int i = 0; i < s_lines.Length; i++) more[i] = s_lines[i];
        s_lines = more;
    }

    // A line goes: another one of its pin stands in.
    private void ForgetLocked()
    {
        int pin = _pin.PinNumber;
        if (pin >= s_lines.Length || s_lines[pin] != this) return;
        InterruptLine? other = s_first;
        while (other != null && (other == this || other._pin != _pin)) other = other._next;
        s_lines[pin] = other;
    }

    // Called by the native side, on the dispatcher, for every event of every category. Each call in it counts.
    private static void OnNativeEvent(uint data1, uint data2, DateTime time)
    {
        if ((data1 & CategoryMask) != GpioCategory)
        {
            s_platform!(data1, data2, time);
            return;
        }

        InterruptLine? line = null;
        try
        {
            int number = (int)(data1 >> 16);
            InterruptLine?[] lines = s_lines;
            if (number < lines.Length) line = lines[number];
            if (line != null)
            {
                object pin = line._pin;
                if ((s_pins![line._place] == pin || line.FindPlace())
                    && s_callbacks!.GetValue(pin) == (object)line._onValueChanged)
                {
                    // What OnValueChanged does, without its call. From the second store on the line has the edge.
                    line._lastEdge = time;
                    InterruptContext.Handling = line;
                    PinEventTypes edge = data2 == 0 ? PinEventTypes.Falling : PinEventTypes.Rising;
                    if ((edge & line._edges) != 0)
                    {
                        line._count++;
                        if (!InterruptContext.IsObserved) line._handler(line, edge);
                        else line.CallObserved(edge);
                    }

                    InterruptContext.Handling = null;
                    return;
                }

                Stamp(pin, time);
            }
        }
        catch (Exception exception)
        {
            if (InterruptContext.Handling != null)
            {
                if (exception is OutOfMemoryException) Gate.Reserve = null;
                try
                {
                    line!.Fault(exception);
                }
                finally
                {
                    InterruptContext.Handling = null;
                }

                return;
            }

            // There was no memory for a call; or so many pins were closed that the place is behind the list's end. While the
            // line does not have the edge, the platform still can.
            if (line != null) line._place = 0;
        }

        s_platform!(data1, data2, time);
    }

    // Whether the platform would find this very pin. A pin that was closed is not there any more, and another one of the same
    // number may be: opened by somebody else, or by a controller that was made anew.
    private bool FindPlace()
    {
        ArrayList pins = s_pins!;
        int count = pins.Count;
        for (int i = 0; i < count; i++)
        {
            if (pins[i] != _pin) continue;
            _place = i;
            return true;
        }

        return false;
    }

    // The platform throws the time stamp away.
    private static void Stamp(object pin, DateTime time)
    {
        for (InterruptLine? line = s_first; line != null; line = line._next)
        {
            if (line._pin == pin) line._lastEdge = time;
        }
    }

    // Of two clocks with an unknown distance, the quickest edge tells it best: no edge is handled before it comes.
    private void Calibrate()
    {
        long ticks = _lastEdge.Ticks - FirstTick;
        if (ticks <= 0) return;
        long lead = ticks / 10 - _lastStart * 1000;
        if (lead > s_lead) s_lead = lead;
        s_firstEdges--;
    }
}
