namespace VirtualRuntime;

/// <summary>Counts of the interrupt path since power-on. Always:
/// <c>Recorded = Dropped + Delivered + Unheard + Waiting</c>.</summary>
/// <param name="Recorded">Records that interrupt routines and writes to outputs made.</param>
/// <param name="Dropped">Lost in the full ring, oldest first.</param>
/// <param name="Delivered">Reached a handler; <paramref name="Faulted"/> ones included.</param>
/// <param name="Unheard">Taken from the ring when the pin had no handler any more.</param>
/// <param name="Waiting">In the ring, or in the dispatcher's hand.</param>
/// <param name="Faulted">A handler threw.</param>
public readonly record struct InterruptCounters(
    long Recorded, long Dropped, long Delivered, long Unheard, int Waiting, long Faulted);

/// <summary>Takes an interrupt record to the firmware's handlers.</summary>
/// <returns>False: there is no handler any more.</returns>
internal delegate bool InterruptListener(InterruptRecord record);

/// <summary>The ring's other end: ONE thread that takes records, oldest first, and calls the firmware's handlers, one event at
/// a time. A handler that waits holds up every pin's events; a handler that throws ends its own event only.</summary>
internal sealed class InterruptDispatcher
{
    // Field rules:  C set by the constructor   M with the mask held
    private readonly object _mask;          // C the chip's
    private readonly InterruptRing _ring;   // C; contents M
    private readonly Thread _thread;        // C
    private bool _isOff;                    // M
    private bool _isDelivering;             // M a record is in the dispatcher's hand
    private long _recorded;                 // M
    private long _delivered;                // M
    private long _unheard;                  // M
    private long _faulted;                  // M

    public InterruptDispatcher(object mask, int ringCapacity)
    {
        _mask = mask;
        _ring = new InterruptRing(ringCapacity);
        _thread = new Thread(Loop) { Name = "interrupt", IsBackground = true, Priority = ThreadPriority.Highest };
    }

    /// <summary>Who gets the records; null: nobody. M</summary>
    public InterruptListener? Listener { get; set; }

    public bool IsCallingThread => Thread.CurrentThread == _thread;

    public InterruptCounters CountersLocked =>
        new(_recorded, _ring.Dropped, _delivered, _unheard, _ring.Count + (_isDelivering ? 1 : 0), _faulted);

    public void Start() => _thread.Start();

    public void RecordLocked(InterruptRecord record)
    {
        _recorded++;
        _ring.Push(record);
        Monitor.PulseAll(_mask);
    }

    public void StopLocked()
    {
        _isOff = true;
        Monitor.PulseAll(_mask);
    }

    private void Loop()
    {
        while (Take(out InterruptRecord record, out InterruptListener? listener))
        {
            bool isHeard = true;
            bool isFaulted = false;
            try
            {
                isHeard = listener is not null && listener(record);
            }
            catch (Exception exception)
            {
                isFaulted = true;
                Console.WriteLine($"interrupt: a handler of pin {record.Pin} threw {exception.GetType()}: {exception.Message}");
            }

            Finish(isHeard, isFaulted);
        }
    }

    private bool Take(out InterruptRecord record, out InterruptListener? listener)
    {
        lock (_mask)
        {
            while (!_isOff && _ring.Count == 0) Monitor.Wait(_mask);
            listener = Listener;
            _isDelivering = _ring.TryTake(out record) && !_isOff;
            return _isDelivering;
        }
    }

    private void Finish(bool isHeard, bool isFaulted)
    {
        lock (_mask)
        {
            _isDelivering = false;
            if (isHeard) _delivered++;
            else _unheard++;
            if (isFaulted) _faulted++;
            Monitor.PulseAll(_mask);
        }
    }
}
