using System;

namespace Workqueues;

/// <summary>The clock of the library, in milliseconds from a moment of no meaning: the runtime's own, so that one native call
/// reads it. <see cref="Jiffies"/> is the same clock, counted from the program's start.</summary>
internal static class Clock
{
    /// <summary>The timer that was plugged in; null: the runtime's.</summary>
    internal static IHardwareTimer? Timer; // S before the program has a second thread

    /// <summary>That timer, if it has microseconds.</summary>
    internal static IMicrosecondClock? Fine; // S with the timer

    /// <summary>From that timer's clock to <see cref="Now"/>.</summary>
    internal static long TimerOffset; // S with the timer

    /// <summary>What <see cref="Now"/> was when the program started.</summary>
    internal static long Start = Environment.TickCount64; // S with the timer

    /// <summary>The time. Where each call counts, the runtime's clock is read without this getter.</summary>
    internal static long Now => Timer == null ? Environment.TickCount64 : Timer.NowMilliseconds + TimerOffset;
}
