using System.Device.Gpio;
using System.Threading;
using Workqueues;

namespace ButtonModule;

/// <summary>Told on a worker that the button has come to rest in another position.</summary>
public delegate void ButtonHandler(bool isPressed, int edges);

/// <summary>Makes presses out of edges, as the kernel's gpio-keys does: each edge moves a deadline, and only when no edge has
/// come for that long is the pin read. The level tells what happened, the edges only that something did: some may be
/// lost.</summary>
public sealed class Debounce
{
    /// <summary>How long the contact must rest; gpio-keys calls it debounce-interval.</summary>
    public const int IntervalMilliseconds = 20;

    private readonly Workqueue _queue;
    private readonly GpioPin _pin;
    private readonly bool _isActiveLow;
    private readonly ButtonHandler _handler;
    private readonly DelayedWork _work;
    private bool _isPressed; // its work's handler only, one at a time
    private int _edges; // Interlocked: top half and handler
    private long _lastEdge; // top half; the handler looks
    private long _armedAt = -IntervalMilliseconds; // top half; the handler looks

    /// <summary>Takes the position that the button has now as the one at rest. Edges before the interrupt line is there are not
    /// seen: call <see cref="Look"/> after that.</summary>
    public Debounce(Workqueue queue, GpioPin pin, bool isActiveLow, ButtonHandler handler)
    {
        _queue = queue;
        _pin = pin;
        _isActiveLow = isActiveLow;
        _handler = handler;
        _work = new DelayedWork(OnRest, "debounce");
        _isPressed = Read();
    }

    /// <summary>An edge came. <b>Context:</b> an interrupt handler; it does not allocate. <b>Cost:</b> while the deadline of an
    /// earlier edge is still to come, a few stores: the handler then waits for the rest of the interval.</summary>
    /// <param name="now">The time of the edge, in jiffies.</param>
    public void OnEdge(long now)
    {
        Interlocked.Increment(ref _edges);
        _lastEdge = now;
        if (now - _armedAt < IntervalMilliseconds) return;
        _queue.ModifyDelayed(_work, IntervalMilliseconds);
        _armedAt = now;
    }

    /// <summary>Looks once at the pin: the button may have moved before edges were seen, or an edge was lost.</summary>
    /// <returns>True: it is pressed, as is known.</returns>
    public bool Look()
    {
        bool isPressed = Read();
        if (isPressed != _isPressed) _queue.QueueDelayed(_work, IntervalMilliseconds);
        return isPressed && _isPressed;
    }

    /// <summary>Ends it: on return its handler does not run.</summary>
    public void Cancel() => _work.CancelSync();

    private void OnRest(Work work)
    {
        long rested = Jiffies.Now - _lastEdge;
        if (rested < IntervalMilliseconds && _edges > 0)
        {
            _queue.QueueDelayed(_work, (int)(IntervalMilliseconds - rested));
            return;
        }

        bool isPressed = Read();
        int edges = Interlocked.Exchange(ref _edges, 0);
        if (isPressed == _isPressed) return;
        _isPressed = isPressed;
        _handler(isPressed, edges);
    }

    private bool Read() => _pin.Read() == PinValue.Low == _isActiveLow;
}
