using System;

namespace Workqueues;

/// <summary>The program's clock: milliseconds since start, monotonic, never the wall clock.</summary>
/// <remarks>Linux: <c>jiffies</c> with <c>HZ = 1000</c>.</remarks>
public static class Jiffies
{
    /// <summary>Jiffies in one second: a jiffy is a millisecond.</summary>
    public const int PerSecond = 1000;

    /// <summary>Milliseconds since the program started.</summary>
    /// <remarks><b>Context:</b> any. <b>Cost:</b> one native call, no allocation. <b>Resolution:</b> that of the board's clock:
    /// 10 ms on ESP32 with the default timer.</remarks>
    public static long Now => (Clock.Timer == null ? Environment.TickCount64 : Clock.Now) - Clock.Start;

    /// <summary>Plugs in the timer that all delayed work shares, and its clock. <see cref="Now"/> goes on from where it is. With
    /// one that is an <see cref="IMicrosecondClock"/> too, the trace has microseconds.</summary>
    /// <remarks><b>Context:</b> an ordinary thread, once at start-up, before other threads use the library. <b>Cost:</b>
    /// O(1).</remarks>
    /// <exception cref="ArgumentNullException"><paramref name="timer"/> is null.</exception>
    public static void UseTimer(IHardwareTimer timer)
    {
        if (timer == null) throw new ArgumentNullException(nameof(timer));
        SetTimer(timer, Clock.Now - timer.NowMilliseconds, Clock.Start);
    }

    /// <summary>The same, with the clock set: tests stand it just before a wrap.</summary>
    internal static void SetTimer(IHardwareTimer timer, long offset, long start)
    {
        timer.Start(Deadlines.OnTimer);
        Clock.Timer = timer;
        Clock.Fine = timer as IMicrosecondClock;
        Clock.TimerOffset = offset;
        Clock.Start = start;
        Deadlines.MoveToTimer();
    }
}
