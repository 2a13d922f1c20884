using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Threading;

namespace Hardware.Machine;

/// <summary>Paces a run by the wall clock, and lets somebody act on its wires meanwhile: give it as
/// <see cref="RunOptions.RealTime"/>. Members may be called from any thread.</summary>
/// <remarks>Virtual time never runs ahead of the wall clock; where the PC is slower than the board it falls behind. What falls
/// behind by more than a tenth of a second is not caught up.</remarks>
/// <param name="hasHands">True: somebody may act on the wires at any time, so the run goes on although nothing can happen by
/// itself.</param>
public sealed class RealTime(bool hasHands)
{
    private const long Patience = 100_000_000; // ns
    private const long Millisecond = 1_000_000;

    private readonly object _gate = new(); // all fields below
    private readonly List<PinDrive> _asked = [];
    private readonly Dictionary<int, bool> _levels = [];
    private int _changes; // of level, that are in _levels
    private long _recorded;
    private long _lost;
    private long _start;
    private long _now;
    private bool _isOff;

    /// <summary>Virtual time, in ns since power-on.</summary>
    public long Now
    {
        get
        {
            lock (_gate) return _now;
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

    /// <summary>Drives wires from now on.</summary>
    /// <param name="steps">In the order of time, which counts from this call.</param>
    public void Drive(IEnumerable<PinDrive> steps)
    {
        lock (_gate)
        {
            long now = Elapsed();
            foreach (PinDrive step in steps) _asked.Add(step with { Nanoseconds = step.Nanoseconds + now });
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

    internal void Begin() => _start = Stopwatch.GetTimestamp();

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
    /// <returns>The moment that it has come to, and what was done to the wires until then.</returns>
    internal (long Reached, IReadOnlyList<PinDrive> Steps) WaitUntil(long nanoseconds)
    {
        lock (_gate)
        {
            long elapsed = Elapsed();
            if (elapsed - nanoseconds > Patience) _start += (elapsed - nanoseconds) * Stopwatch.Frequency / 1_000_000_000;
            while (!_isOff && _asked.Count == 0)
            {
                long left = nanoseconds - Elapsed();
                if (left <= 0) break;
                Monitor.Wait(_gate, TimeSpan.FromMilliseconds(Math.Min((left + Millisecond - 1) / Millisecond, 1000)));
            }

            long reached = Math.Min(nanoseconds, Elapsed());
            _now = Math.Max(_now, reached);
            PinDrive[] steps = [.. _asked];
            _asked.Clear();
            return (reached, steps);
        }
    }

    private long Elapsed() => (long)Stopwatch.GetElapsedTime(_start).TotalNanoseconds;
}
