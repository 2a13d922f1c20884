using System.Diagnostics;
using VirtualRuntime;

namespace VirtualBoard;

/// <summary>Plays steps on a chip's wires, in their order, each no earlier than its time.</summary>
/// <remarks>A busy PC makes steps late, and the firmware's timers too. So that a press stays a press, the player waits in the
/// same line as they do, by timer; and a finger that is late does not hurry: a pause begins when the interrupts before it are
/// handled (or have had <see cref="s_handledLimit"/> for it), and is never shortened. Within the bouncing of a contact, which is
/// shorter than any pause, a late step is followed by the others at once. Where the firmware is to be slow, the finger does
/// not wait for it: a pause then begins when the step before it is played.</remarks>
public sealed class Player : IDisposable
{
    private const long ShortestPauseMicroseconds = 10_000;
    private const double LateMilliseconds = 10;
    private const int RestMilliseconds = 40;

    private static readonly TimeSpan s_handledLimit = TimeSpan.FromMilliseconds(200);

    private readonly Chip _chip;
    private readonly CancellationToken _stop;
    private readonly bool _waitsForFirmware;
    private readonly AutoResetEvent _tick = new(false);
    private readonly Timer _timer;
    private readonly WaitHandle[] _wakers;

    /// <summary>A player.</summary>
    /// <param name="chip">The chip.</param>
    /// <param name="stop">Ends the playing early.</param>
    /// <param name="waitsForFirmware">False: the firmware's slowness is a part of what is tried.</param>
    public Player(Chip chip, CancellationToken stop, bool waitsForFirmware = true)
    {
        _waitsForFirmware = waitsForFirmware;
        _chip = chip;
        _stop = stop;
        _timer = new Timer(_ => _tick.Set());
        _wakers = [_tick, stop.WaitHandle];
    }

    /// <summary>Plays the steps; steps of one time back to back.</summary>
    /// <param name="steps">In the order of time.</param>
    /// <param name="lengthMilliseconds">Returns so long after its start at the earliest.</param>
    /// <returns>False: stopped.</returns>
    public bool Play(IReadOnlyList<Step> steps, int lengthMilliseconds = 0)
    {
        long start = Stopwatch.GetTimestamp();
        double slipMilliseconds = 0;
        long before = 0;
        var burst = new List<WireChange>();
        for (int i = 0; i < steps.Count; i++)
        {
            burst.Add(new WireChange(steps[i].Pin, steps[i].Drive));
            long at = steps[i].AtMicroseconds;
            if (i + 1 < steps.Count && steps[i + 1].AtMicroseconds == at) continue;
            if (!WaitUntil(start, before, at, ref slipMilliseconds)) return false;
            _chip.Drive(burst.ToArray());
            burst.Clear();
            before = at;
        }

        return WaitUntil(start, before, lengthMilliseconds * 1000L, ref slipMilliseconds);
    }

    /// <summary>Releases the timer.</summary>
    public void Dispose() => _timer.Dispose();

    /// <summary>Waits from the time of one step to that of the next; a pause begins when the step before is played.</summary>
    private bool WaitUntil(long start, long beforeMicroseconds, long atMicroseconds, ref double slipMilliseconds)
    {
        bool isPause = atMicroseconds - beforeMicroseconds >= ShortestPauseMicroseconds;
        if (isPause)
        {
            if (_waitsForFirmware) _chip.WaitUntilIdle(s_handledLimit);
            slipMilliseconds = Math.Max(slipMilliseconds, Elapsed(start) - beforeMicroseconds / 1000.0);
        }

        double due = atMicroseconds / 1000.0 + slipMilliseconds;
        for (double left = due - Elapsed(start); left > 0; left = due - Elapsed(start))
        {
            if (!Wait((int)Math.Ceiling(left))) return false;
        }

        // Woken late: so were the firmware's timers, whose turn it is first.
        if (isPause && Elapsed(start) - due > LateMilliseconds) return Wait(RestMilliseconds);
        return !_stop.IsCancellationRequested;
    }

    private static double Elapsed(long start) => Stopwatch.GetElapsedTime(start).TotalMilliseconds;

    private bool Wait(int milliseconds)
    {
        _timer.Change(milliseconds, Timeout.Infinite);
        return WaitHandle.WaitAny(_wakers) == 0 && !_stop.IsCancellationRequested;
    }
}
