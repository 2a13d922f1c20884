using System;

namespace Workqueues;

/// <summary>The clock behind <see cref="Jiffies"/>, where the library reads it.</summary>
internal static class Clock
{
    /// <summary>The timer that was plugged in; null: the runtime's.</summary>
    internal static IHardwareTimer? Timer; // S before the program has a second thread

    /// <summary>That timer, if it has microseconds.</summary>
    internal static IMicrosecondClock? Fine; // S with the timer

    /// <summary>From the runtime's clock to <see cref="Now"/>. With no timer plugged in that is all: where each call counts it is
    /// read so, without this class's getter.</summary>
    internal static long Offset = -Environment.TickCount64; // S with the timer

    /// <summary>Milliseconds since the program started.</summary>
    internal static long Now => (Timer == null ? Environment.TickCount64 : Timer.NowMilliseconds) + Offset;
}
