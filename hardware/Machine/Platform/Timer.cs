using System;
using System.Threading;

namespace Hardware.Machine.Platform;

/// <summary>A timer; its callbacks run on the runtime's one timer thread (25 to 31).</summary>
[Replaces("System.Threading.Timer")]
public sealed class Timer : MarshalByRefObject, IDisposable
{
    private const long Never = long.MaxValue;
    private const long Millisecond = 1_000_000;

    private readonly Core _core = Core.Current;
    private readonly TimerCallback _callback;
    private readonly object? _state;
    private long _lastDue = Never;
    private long _period; // 0: one-shot

    /// <summary>A timer, armed unless the time is -1.</summary>
    public Timer(TimerCallback? callback, object? state, int dueTime, int period)
    {
        ArgumentNullException.ThrowIfNull(callback);
        _callback = callback;
        _state = state;
        _core.EnterNative(Places.Timer);
        _core.Heap.AllocateBlock(Heap.TimerBlockBytes);
        Arm(dueTime, period);
        _core.Timers.Add(this);
    }

    /// <summary>A timer, armed unless the time is -1 ms.</summary>
    public Timer(TimerCallback? callback, object? state, TimeSpan dueTime, TimeSpan period)
        : this(callback, state, Thread.Milliseconds(dueTime), Thread.Milliseconds(period))
    {
    }

    /// <summary>When it is due, in ns of the stepped clock.</summary>
    internal long Due { get; private set; } = Never;

    /// <summary>It was due, and waits for the timer thread; nothing takes that back (28).</summary>
    internal bool IsMarked { get; set; }

    /// <summary>Arms it anew.</summary>
    public bool Change(int dueTime, int period)
    {
        _core.EnterNative(Places.Timer);
        Arm(dueTime, period);
        _core.Point(Places.Behind);
        return true;
    }

    /// <summary>Arms it anew.</summary>
    public bool Change(TimeSpan dueTime, TimeSpan period) =>
        Change(Thread.Milliseconds(dueTime), Thread.Milliseconds(period));

    /// <summary>Only disarms it: a later <see cref="Change(int, int)"/> arms it again (30).</summary>
    public void Dispose()
    {
        _core.EnterNative(Places.Timer);
        Due = _lastDue = Never;
    }

    internal void HandOver()
    {
        IsMarked = false;
        _lastDue = Due;
        Due = Never;
    }

    internal void Invoke() => _callback(_state);

    /// <summary>Its callback has ended: a periodic one is due a period after it was, or the next time after that which has not
    /// passed (27).</summary>
    internal void Ended(long clock)
    {
        if (_period == 0 || _lastDue == Never) return;
        Due = _lastDue + _period;
        if (Due < clock) Due += (clock - Due + _period - 1) / _period * _period;
    }

    private void Arm(int dueTime, int period)
    {
        if (dueTime < -1) throw new ArgumentOutOfRangeException();
        if (period < -1) throw new ArgumentOutOfRangeException();
        _period = period <= 0 ? 0 : period * Millisecond;
        Due = dueTime < 0 ? Never : _core.SteppedClock + dueTime * Millisecond;
        if (dueTime < 0) _lastDue = Never;
    }
}
