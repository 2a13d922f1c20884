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
/// never take the level from the edge; read the pin. What the edge's time was is not known either, only when it was
/// dispatched.</para>
/// <para>Linux: <c>request_irq()</c>, <c>free_irq()</c>, and a row of /proc/interrupts.</para>
/// </remarks>
public class InterruptLine : IDisposable
{
    private static readonly object s_gate = new object();

    // Field rules: C constructor only   G with s_gate held
    private static InterruptLine? s_first; // G every line, newest first
    private readonly GpioPin _pin; // C
    private readonly PinEventTypes _edges; // C
    private readonly InterruptHandler _handler; // C
    private readonly string _name; // C
    private InterruptLine? _next; // G in s_first
    private AutoResetEvent? _ended; // G set when a handler ends that Dispose waits for
    private bool _isDisposed; // G
    private bool _isBusy; // G the handler runs
    private int _count; // G
    private int _faultedCount; // G
    private long _longestMilliseconds; // G

    /// <summary>Registers the handler. It may be called before the constructor has returned.</summary>
    /// <param name="pin">The pin, open; it stays the caller's.</param>
    /// <param name="edges">Which edges call the handler.</param>
    /// <param name="handler">The top half.</param>
    /// <param name="name">What logs and traces call the line; null: <c>gpio</c> and the pin's number.</param>
    /// <remarks><b>Context:</b> U. <b>Cost:</b> allocates. Linux: <c>request_irq()</c>.</remarks>
    /// <exception cref="ArgumentNullException">The pin or the handler is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">No edge, or one that there is not.</exception>
    public InterruptLine(GpioPin pin, PinEventTypes edges, InterruptHandler handler, string? name)
    {
        if (pin == null) throw new ArgumentNullException(nameof(pin));
        if (handler == null) throw new ArgumentNullException(nameof(handler));
        if (edges == PinEventTypes.None || (edges & ~(PinEventTypes.Rising | PinEventTypes.Falling)) != 0)
        {
            throw new ArgumentOutOfRangeException(nameof(edges));
        }

        _pin = pin;
        _edges = edges;
        _handler = handler;
        _name = name ?? "gpio" + pin.PinNumber.ToString();
        lock (s_gate)
        {
            _next = s_first;
            s_first = this;
        }

        pin.ValueChanged += OnValueChanged;
    }

    /// <summary>What logs and traces call the line.</summary>
    /// <remarks><b>Context:</b> all.</remarks>
    public string Name => _name;

    /// <summary>Edges that called the handler.</summary>
    /// <remarks><b>Context:</b> all. <b>Cost:</b> O(1). Linux: the count in /proc/interrupts.</remarks>
    public int Count
    {
        get
        {
            lock (s_gate)
            {
                return _count;
            }
        }
    }

    /// <summary>Calls of the handler that threw. The line lives on; the first one is logged.</summary>
    /// <remarks><b>Context:</b> all. <b>Cost:</b> O(1).</remarks>
    public int FaultedCount
    {
        get
        {
            lock (s_gate)
            {
                return _faultedCount;
            }
        }
    }

    /// <summary>The longest that one call of the handler took, in microseconds, with the resolution of
    /// <see cref="Jiffies.Now"/>. Every other pin waits that long.</summary>
    /// <remarks><b>Context:</b> all. <b>Cost:</b> O(1).</remarks>
    public long MaxHandlerMicroseconds
    {
        get
        {
            lock (s_gate)
            {
                return _longestMilliseconds * 1000;
            }
        }
    }

    /// <summary>Frees the line. On return its handler does not run and will not run again. The pin stays open.</summary>
    /// <remarks><b>Context:</b> W, U: it waits for a call that is under way. In interrupt context it does not wait, so that a
    /// handler may free its own line: that call is its last. <b>Cost:</b> allocates. A second call has no effect. Linux:
    /// <c>free_irq()</c>.</remarks>
    public void Dispose()
    {
        AutoResetEvent ended = new AutoResetEvent(false);
        bool mayWait = !InterruptContext.IsActive;
        bool mustWait;
        lock (s_gate)
        {
            if (_isDisposed) return;
            _isDisposed = true;
            mustWait = _isBusy && mayWait;
            if (mustWait) _ended = ended;
            UnlinkLocked();
        }

        _pin.ValueChanged -= OnValueChanged;
        if (mustWait) ended.WaitOne();
    }

    /// <summary>Writes a row for each line to the log: count, longest handler time, faults, name.</summary>
    /// <remarks><b>Context:</b> U: it allocates and logs. Linux: /proc/interrupts.</remarks>
    public static void Dump()
    {
        KernelLog.Write("Interrupts:      count  longest_us  faulted  line");
        InterruptLine? line;
        lock (s_gate)
        {
            line = s_first;
        }

        // A line that is freed meanwhile stays linked to those that follow it.
        for (; line != null; line = line._next)
        {
            Console.WriteLine("  gpio" + KernelLog.Pad(line._pin.PinNumber.ToString(), 3, ' ') + ":"
                + KernelLog.Pad(line.Count.ToString(), 12, ' ')
                + KernelLog.Pad(line.MaxHandlerMicroseconds.ToString(), 12, ' ')
                + KernelLog.Pad(line.FaultedCount.ToString(), 9, ' ') + "  " + line._name);
        }
    }

    // On the dispatcher, one event at a time.
    private void OnValueChanged(object sender, PinValueChangedEventArgs e)
    {
        if ((e.ChangeType & _edges) == 0) return;
        lock (s_gate)
        {
            if (_isDisposed) return;
            _isBusy = true;
            _count++;
        }

        long start = Jiffies.Now;
        WorkqueueTrace.IrqHandlerEntry(_pin.PinNumber, _name);
        InterruptContext.Enter();
        string? fault = null;
        try
        {
            _handler(this, e.ChangeType);
        }
        catch (Exception exception)
        {
            fault = exception.GetType().FullName + ": " + exception.Message;
        }

        InterruptContext.Exit();
        WorkqueueTrace.IrqHandlerExit(_pin.PinNumber);
        long milliseconds = Jiffies.Now - start;
        AutoResetEvent? ended;
        bool isFirstFault;
        lock (s_gate)
        {
            _isBusy = false;
            if (milliseconds > _longestMilliseconds) _longestMilliseconds = milliseconds;
            if (fault != null) _faultedCount++;
            isFirstFault = fault != null && _faultedCount == 1;
            ended = _ended;
        }

        if (isFirstFault) KernelLog.Write("irq " + _name + ": handler faulted: " + fault);
        if (ended != null) ended.Set();
    }

    private void UnlinkLocked()
    {
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
