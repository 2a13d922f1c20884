using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;

namespace Hardware.Machine;

/// <summary>Paces a run by the wall clock, and lets somebody act on its wires meanwhile: give it as
/// <see cref="RunOptions.RealTime"/>. Members may be called from any thread.</summary>
/// <remarks>Virtual time never runs ahead of the wall clock; where the PC is slower than the board it falls behind. What falls
/// behind by more than a tenth of a second is not caught up. Time may run slower than the wall clock, and stand still
/// (<see cref="Slowdown"/>, <see cref="Stop"/>): with <see cref="RunOptions.Saw"/> then each thing that is seen waits for its
/// moment.</remarks>
/// <param name="hasHands">True: somebody may act on the wires at any time, so the run goes on although nothing can happen by
/// itself.</param>
/// <param name="clock">The wall clock.</param>
public sealed class RealTime(bool hasHands, TimeProvider clock)
{
    private const long Patience = 100_000_000; // ns of the wall clock
    private const long Unnoticed = 4_000_000; // likewise: nobody sees that an event comes so much too early
    private const long Millisecond = 1_000_000;
    private const long LongestSpan = 60_000 * Millisecond;

    private readonly object _gate = new(); // all fields below
    private readonly List<IReadOnlyList<PinDrive>> _asked = []; // by each call of Drive
    private readonly Dictionary<int, bool> _levels = [];
    private int _changes; // of level, that are in _levels
    private long _recorded;
    private long _lost;
    private long _start; // of the wall clock's present pace
    private long _startNanoseconds; // virtual time then
    private long _slowdown = 1;
    private bool _isStopped;
    private int _steps; // things that may still be seen while it is stopped
    private long _now;
    private long _awaited; // what the machine waits for: until then nothing happens
    private bool _isOff;

    /// <summary>Paced by the PC's clock.</summary>
    public RealTime(bool hasHands)
        : this(hasHands, TimeProvider.System)
    {
    }

    /// <summary>Virtual time, in ns since power-on.</summary>
    public long Now
    {
        get
        {
            lock (_gate) return Reached();
        }
    }

    /// <summary>Interrupt records made so far.</summary>
    public long EdgesRecorded
    {
        get
        {
            lock (_gate) return _recorded;
        }
    }

    /// <summary>Of those, lost so far.</summary>
    public long EdgesLost
    {
        get
        {
            lock (_gate) return _lost;
        }
    }

    /// <summary>The level of a wire.</summary>
    public bool IsHigh(int pin)
    {
        lock (_gate) return _levels.GetValueOrDefault(pin);
    }

    /// <summary>Drives wires from now on. What an earlier call still had to do to them is dropped: a new press does not wait
    /// until the contact has bounced.</summary>
    /// <param name="steps">In the order of time, which counts from this call.</param>
    public void Drive(IEnumerable<PinDrive> steps)
    {
        lock (_gate)
        {
            long now = Reached();
            _asked.Add([.. steps.Select(step => step with { Nanoseconds = step.Nanoseconds + now })]);
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>How many times slower than the wall clock time runs; 1 or more.</summary>
    public long Slowdown
    {
        get
        {
            lock (_gate) return _slowdown;
        }

        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            lock (_gate)
            {
                Rebase(Elapsed());
                _slowdown = value;
                Monitor.PulseAll(_gate);
            }
        }
    }

    /// <summary>True: time stands still.</summary>
    public bool IsStopped
    {
        get
        {
            lock (_gate) return _isStopped;
        }
    }

    /// <summary>Lets time stand still.</summary>
    public void Stop()
    {
        lock (_gate)
        {
            Rebase(Elapsed());
            _isStopped = true;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Lets time go on.</summary>
    public void Continue()
    {
        lock (_gate)
        {
            Rebase(Math.Max(Elapsed(), _now));
            _isStopped = false;
            _steps = 0;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Time stands still, but for the next thing that is to be seen: its moment comes at once.</summary>
    public void Step()
    {
        lock (_gate)
        {
            Rebase(Elapsed());
            _isStopped = true;
            _steps++;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Takes the power away: the run is over.</summary>
    public void SwitchOff()
    {
        lock (_gate)
        {
            _isOff = true;
            Monitor.PulseAll(_gate);
        }
    }

    internal bool HasHands => hasHands;

    internal bool IsOff
    {
        get
        {
            lock (_gate) return _isOff;
        }
    }

    internal void Begin()
    {
        lock (_gate)
        {
            Rebase(0);
            _now = _awaited = 0;
        }
    }

    /// <summary>For the machine: waits until something may be seen.</summary>
    /// <returns>What was done to the wires until then.</returns>
    internal IReadOnlyList<IReadOnlyList<PinDrive>> Arrive(long nanoseconds)
    {
        lock (_gate)
        {
            _awaited = nanoseconds;
            while (!_isOff)
            {
                if (_isStopped)
                {
                    if (_steps > 0)
                    {
                        _steps--;
                        Rebase(Math.Max(_startNanoseconds, nanoseconds));
                        break;
                    }

                    Monitor.Wait(_gate);
                    continue;
                }

                long left = OnTheWall(nanoseconds - Elapsed());
                if (left <= (_slowdown == 1 ? Unnoticed : 0)) break;
                Monitor.Wait(_gate, Milliseconds(left));
            }

            _now = Math.Max(_now, nanoseconds);
            return TakeAsked();
        }
    }

    /// <summary>For the machine: what can be seen from outside.</summary>
    internal void Show(long recorded, long lost, IReadOnlyList<PinChange> changes)
    {
        lock (_gate)
        {
            _recorded = recorded;
            _lost = lost;
            for (; _changes < changes.Count; _changes++) _levels[changes[_changes].Pin] = changes[_changes].IsHigh;
        }
    }

    /// <summary>For the machine: waits until the wall clock has come to a moment of virtual time, or somebody acts.</summary>
    /// <param name="nanoseconds">The moment.</param>
    /// <param name="mayHappen">False: nothing happens any more by itself.</param>
    /// <returns>The moment that it has come to, and what was done to the wires until then.</returns>
    internal (long Reached, IReadOnlyList<IReadOnlyList<PinDrive>> Acts) WaitUntil(long nanoseconds, bool mayHappen)
    {
        lock (_gate)
        {
            long late = Elapsed() - nanoseconds;
            if (OnTheWall(late) > Patience) Rebase(nanoseconds);
            _awaited = nanoseconds;
            while (!_isOff && _asked.Count == 0)
            {
                if (_isStopped)
                {
                    if (_steps > 0 && mayHappen && nanoseconds - _startNanoseconds < LongestSpan) return (nanoseconds, []);
                    _steps = 0; // nothing is to be seen
                    Monitor.Wait(_gate);
                    continue;
                }

                long left = OnTheWall(nanoseconds - Elapsed());
                if (left <= 0) break;
                Monitor.Wait(_gate, Milliseconds(left));
            }

            long reached = Math.Min(nanoseconds, Elapsed());
            _now = Math.Max(_now, reached);
            return (reached, TakeAsked());
        }
    }

    private IReadOnlyList<PinDrive>[] TakeAsked()
    {
        if (_asked.Count == 0) return [];
        IReadOnlyList<PinDrive>[] asked = [.. _asked];
        _asked.Clear();
        return asked;
    }

    private static TimeSpan Milliseconds(long nanoseconds) =>
        TimeSpan.FromMilliseconds(Math.Min((nanoseconds + Millisecond - 1) / Millisecond, 1000));

    // A span of virtual time as the wall clock sees it; a long one is cut.
    private long OnTheWall(long nanoseconds) => Math.Clamp(nanoseconds, -LongestSpan, LongestSpan) * _slowdown;

    private void Rebase(long nanoseconds)
    {
        _start = clock.GetTimestamp();
        _startNanoseconds = nanoseconds;
    }

    // Virtual time as the wall clock has it: ahead of the board, where the PC is slower than that.
    private long Elapsed() => _startNanoseconds
        + (_isStopped ? 0 : (long)(clock.GetElapsedTime(_start).TotalNanoseconds / _slowdown));

    // Virtual time as somebody sees it. It never goes back, so what is done first happens first.
    private long Reached() => Math.Max(_now, Math.Min(_awaited, Elapsed()));
}
