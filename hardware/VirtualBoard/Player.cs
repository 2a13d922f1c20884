using System.Diagnostics;
using VirtualRuntime;

namespace VirtualBoard;

/// <summary>Plays steps on a chip's wires, in their order, each no earlier than its time. On a PC a step may be a few
/// milliseconds late; the ones behind it do not wait longer for that.</summary>
/// <param name="chip">The chip.</param>
/// <param name="stop">Ends the playing early.</param>
public sealed class Player(Chip chip, CancellationToken stop)
{
    /// <summary>Plays the steps; steps of one time back to back.</summary>
    /// <param name="steps">In the order of time.</param>
    /// <param name="lengthMilliseconds">Returns so long after its start at the earliest.</param>
    /// <returns>False: stopped.</returns>
    public bool Play(IReadOnlyList<Step> steps, int lengthMilliseconds = 0)
    {
        long start = Stopwatch.GetTimestamp();
        var burst = new List<WireChange>();
        for (int i = 0; i < steps.Count; i++)
        {
            burst.Add(new WireChange(steps[i].Pin, steps[i].Drive));
            if (i + 1 < steps.Count && steps[i + 1].AtMicroseconds == steps[i].AtMicroseconds) continue;
            if (!WaitUntil(start, steps[i].AtMicroseconds)) return false;
            chip.Drive(burst.ToArray());
            burst.Clear();
        }

        return WaitUntil(start, lengthMilliseconds * 1000L);
    }

    private bool WaitUntil(long start, long atMicroseconds)
    {
        while (!stop.IsCancellationRequested)
        {
            double left = atMicroseconds / 1000.0 - Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            if (left <= 0) return true;
            stop.WaitHandle.WaitOne((int)Math.Ceiling(left));
        }

        return false;
    }
}
