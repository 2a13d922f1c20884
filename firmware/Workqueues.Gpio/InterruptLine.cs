using System;
using System.Device.Gpio;
using System.Threading;

namespace Workqueues.Gpio;

/// <summary>A top half: called on the interrupt dispatcher for an edge of the line's pin. It must not block: note what happened,
/// queue a work item, return.</summary>
/// <remarks>Linux: <c>irq_handler_t</c>.</remarks>
public delegate void InterruptHandler(InterruptLine line, PinEventTypes edge);

/// <summary>A GPIO pin as an interrupt line: calls its handler for each edge, in interrupt context, and keeps count.</summary>
/// <remarks>
/// <para>Edges can be lost before they arrive here (the runtime's ring keeps the newest 128): never count presses by edges, and
/// never take the level from the edge; read the pin. What the edge's time was is not known either, only when it was dispatched,
/// unless <see cref="UseDirectDispatch"/> is called at start-up.</para>
/// <para>Linux: <c>request_irq()</c>, <c>free_irq()</c>, and a row of /proc/interrupts.</para>
/// </remarks>
public partial class InterruptLine : IDisposable
{
    private static readonly object s_gate = new object();

    // Field rules: C constructor only   G with s_gate held   D written by the dispatcher only, read by all
    private static InterruptLine? s_first; // G every line, newest first
    private static bool s_isTimed; // F
    private static int s_firstEdges = 1; // D not 0: the dispatcher is not known yet, or Calibrate wants more edges
    private readonly GpioPin _pin; // C
    private readonly InterruptHandler _handler; // C
    private readonly string _name; // C
    private readonly PinValueChangedEventHandler _onValueChanged; // C the same object for ever: it can be recognised
    private InterruptLine? _next; // G in s_first
    private PinEventTypes _edges; // Dispose only, which leaves none; read by the dispatcher
    private int _count; // D
    private int _faultedCount; // D
    private long _longestMilliseconds; // D
    private DateTime _lastEdge; // D the time stamp of the edge that called the handler last
    private long _lastStart; // D when that was, in jiffies; while times are taken
    private int _place; // D where the platform's list of open pins had the pin last

    /// <summary>Registers the handler. It may be called before the constructor has returned.</summary>
    /// <param name="pin">The pin, open; it stays the caller's.</param>
    /// <param name="edges">Which edges call the handler.</param>
    /// <param name="handler">The top half.</param>
    /// <param name="name">What logs and traces call the line; null: <c>gpio</c> and the pin's number.</param>
    /// <remarks><b>Context:</b> an ordinary thread. <b>Cost:</b> allocates. Linux: <c>request_irq()</c>.</remarks>
    /// <exception cref="ArgumentNullException">The pin or the handler is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">No edge, or one that there is not.</exception>
    /// <exception cref="ObjectDisposedException">The pin is closed. Nothing of the line is left then, nor after any other
    /// exception.</exception>
    public InterruptLine(GpioPin pin, PinEventTypes edges, InterruptHandler handler, string? name)
    {
        if (pin == null) throw new ArgumentNullException(nameof(pin));
        if (handler == null) throw new ArgumentNullException(nameof(handler));
        if (edges == PinEventTypes.None || (edges & ~(PinEventTypes.Rising | PinEventTypes.Falling)) != 0)
        {
            throw new ArgumentOutOfRangeException(nameof(edges),
                "edges is " + ((int)edges).ToString() + "; it can be Rising, Falling or both");
        }

        _pin = pin;
        _edges = edges;
        _handler = handler;
        int number = pin.PinNumber;
        _name = name ?? "gpio" + number.ToString();
        _onValueChanged = OnValueChanged;
        bool isRegistered = false;
        try
        {
            Link(number);
            pin.ValueChanged += _onValueChanged;
            isRegistered = true;
        }
        finally
        {
            if (!isRegistered) Unlink();
        }
    }

    /// <summary>What logs and traces call the line.</summary>
    /// <remarks><b>Context:</b> any.</remarks>
    public string Name => _name;

    /// <summary>Edges that called the handler.</summary>
    /// <remarks><b>Context:</b> any. <b>Cost:</b> one field. Linux: the count in /proc/interrupts.</remarks>
    public int Count => _count;

    /// <summary>Calls of the handler that threw, or that there was no memory for. The line lives on; the first one is
    /// logged.</summary>
    /// <remarks><b>Context:</b> any. <b>Cost:</b> one field.</remarks>
    public int FaultedCount => _faultedCount;

    /// <summary>Whether lines take the times of their handlers: two readings of the clock for each edge, about 40 us on an 80 MHz
    /// board. Off at first.</summary>
    /// <remarks><b>Context:</b> any. <b>Cost:</b> one field.</remarks>
    public static bool IsTimed
    {
        get => s_isTimed;
        set
        {
            s_isTimed = value;
            InterruptContext.IsObserved = true;
        }
    }

    /// <summary>The longest that one call of the handler took while <see cref="IsTimed"/>, in microseconds, with the resolution
    /// of <see cref="Jiffies.Now"/>; 0: none was timed, or none took a step of the clock. Every other pin waits that
    /// long.</summary>
    /// <remarks><b>Context:</b> any. <b>Cost:</b> one field.</remarks>
    public long MaxHandlerMicroseconds => _longestMilliseconds * 1000;

    /// <summary>Frees the line. On return its handler does not run and will not run again, for every caller. The pin stays open;
    /// one that was closed before makes no difference.</summary>
    /// <remarks><b>Context:</b> any. Outside interrupt context it waits for a call that is under way. In interrupt context it
    /// does not, so that a handler may free its own line: that call is its last. <b>Cost:</b> O(lines), no allocation. Linux:
    /// <c>free_irq()</c>.</remarks>
    public void Dispose()
    {
        bool mayWait = !InterruptContext.IsActive;
        try
        {
            _edges = PinEventTypes.None;
            Unlink();
            _pin.ValueChanged -= _onValueChanged;
        }
        catch (ObjectDisposedException)
        {
            // A closed pin calls nobody.
        }

        // A top half takes less than a millisecond, and nearly never is one under way: not worth an event in each line.
        while (mayWait && InterruptContext.Handling == this) Thread.Sleep(1);
    }

    /// <summary>Writes a row for each line to the log: count, how long the last edge waited for its handler, longest handler time
    /// (<c>-</c>: not known, see <see cref="IsTimed"/>), faults, name.</summary>
    /// <remarks><b>Context:</b> an ordinary thread; it allocates and logs; a row that cannot be made or written is counted as
    /// lost. Linux: /proc/interrupts.</remarks>
    public static void Dump()
    {
        KernelLog.Write("Interrupts:      count   waited_us  longest_us  faulted  line");
        InterruptLine? line;
        lock (s_gate)
        {
            line = s_first;
        }

        // A line that is freed meanwhile stays linked to those that follow it.
        for (; line != null; line = line._next) line.WriteRow();
    }

    private void WriteRow()
    {
        try
        {
            long waited = LastWaitMicroseconds;
            string longest = s_isTimed ? MaxHandlerMicroseconds.ToString() : "-";
            KernelLog.WriteBare("  gpio" + KernelLog.Pad(_pin.PinNumber.ToString(), 3, ' ') + ":"
                + KernelLog.Pad(_count.ToString(), 12, ' ') + KernelLog.Pad(waited < 0 ? "-" : waited.ToString(), 12, ' ')
                + KernelLog.Pad(longest, 12, ' ')
                + KernelLog.Pad(_faultedCount.ToString(), 9, ' ') + "  " + _name);
        }
        catch (Exception)
        {
            KernelLog.CountLost();
        }
    }

    // On the dispatcher, one event at a time, and in one piece, as in OnNativeEvent: on a board each call takes as long as ten
    // fields. No lock: who handles is set before the edges are read, and Dispose does it the other way round, so that one of the
    // two sees the other.
    private void OnValueChanged(object sender, PinValueChangedEventArgs e)
    {
        try
        {
            InterruptContext.Handling = this;
            PinEventTypes edge = e.ChangeType;
            if ((edge & _edges) != 0)
            {
                _count++;
                if (!InterruptContext.IsObserved) _handler(this, edge);
                else CallObserved(edge);
            }
        }
        catch (Exception exception)
        {
            if (exception is OutOfMemoryException) Gate.Reserve = null;
            try
            {
                Fault(exception);
            }
            finally
            {
                InterruptContext.Handling = null;
            }
        }

        InterruptContext.Handling = null;
    }

    // The handler, with what is not done for each edge: the trace, the times, and what the first edges tell.
    private void CallObserved(PinEventTypes edge)
    {
        // In this order: whoever wants something from now on sets it anew.
        InterruptContext.IsObserved = false;
        bool isTraced = WorkqueueTrace.Recording != 0;
        if (isTraced || s_isTimed || s_firstEdges != 0) InterruptContext.IsObserved = true;
        if (InterruptContext.Dispatcher == null) InterruptContext.Dispatcher = Thread.CurrentThread;
        long start = Jiffies.Now;
        _lastStart = start;
        if (isTraced) WorkqueueTrace.IrqHandlerEntry(_pin.PinNumber, _name);
        try
        {
            _handler(this, edge);
        }
        finally
        {
            if (isTraced) WorkqueueTrace.IrqHandlerExit(_pin.PinNumber);
        }

        if (s_isTimed)
        {
            long milliseconds = Jiffies.Now - start;
            if (milliseconds > _longestMilliseconds) _longestMilliseconds = milliseconds;
        }

        if (s_firstEdges == 0) return;
        if (s_isDirect) Calibrate();
        else s_firstEdges = 0;
    }

    // The handler threw, or there was no memory for what stands around it. The first time is said.
    private void Fault(Exception exception)
    {
        // Whatever it is: thrown again where memory is short, an OutOfMemoryException was seen to arrive as another one.
        Gate.Leave(Gate.Lock);
        _faultedCount++;
        if (_faultedCount > 1) return;
        try
        {
            KernelLog.Write("irq " + _name + ": handler faulted: " + KernelLog.Describe(exception));
        }
        catch (Exception)
        {
            KernelLog.CountLost();
        }
    }

    private void Link(int number)
    {
        try
        {
            lock (s_gate)
            {
                if (s_isDirect)
                {
                    MakeRoomLocked(number);
                    s_lines[number] = this;
                }

                _next = s_first;
                s_first = this;
            }
        }
        catch (Exception exception)
        {
            Gate.Leave(s_gate);
            throw exception;
        }
    }

    private void Unlink()
    {
        try
        {
            lock (s_gate)
            {
                ForgetLocked();
                InterruptLine? previous = null;
                for (InterruptLine? line = s_first; line != null; line = line._next)
                {
                    if (line == this)
                    {
                        if (previous == null) s_first = _next;
                        else previous._next = _next;
                        return;
                    }

                    previous = line;
                }
            }
        }
        catch (Exception exception)
        {
            Gate.Leave(s_gate);
            throw exception;
        }
    }
}
