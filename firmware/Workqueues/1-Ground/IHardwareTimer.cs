namespace Workqueues;

/// <summary>Called by an <see cref="IHardwareTimer"/> when the time it was armed for is over.</summary>
public delegate void HardwareTimerExpired();

/// <summary>The one timer and the one clock that all delayed work of the program shares: a counter with a compare register.
/// <c>System.Threading.Timer</c> stands behind it by default; <see cref="Jiffies.UseTimer"/> plugs in another.</summary>
/// <remarks>
/// What an implementation need not do: order deadlines, disarm, keep more than one request, or be exact. A timer that fires
/// late makes work late, and one that fires without need costs one look at the clock; neither breaks a rule.
/// </remarks>
public interface IHardwareTimer
{
    /// <summary>Milliseconds on a clock that MUST never go back and MUST NOT follow the wall clock, because a delay is measured
    /// on it. It may start anywhere and may step by more than 1 ms. MUST be callable from every context, MUST NOT block or
    /// allocate.</summary>
    long NowMilliseconds { get; }

    /// <summary>Hands over what to call on expiry. Called once, before the first <see cref="Arm"/>. The call may throw when
    /// there is no memory for it; who catches that and calls again later loses no deadline.</summary>
    void Start(HardwareTimerExpired expired);

    /// <summary>Asks for one expiry after at least the given time, 1 ms or more.</summary>
    /// <remarks>
    /// MUST replace the request before it (an expiry of the former one that is under way may still arrive).
    /// MUST fire at most once for each call.
    /// MUST accept a call from inside its own expiry, because that is where the next deadline is known.
    /// MUST NOT fire before its time has passed on <see cref="NowMilliseconds"/>; MAY fire later.
    /// MUST NOT call the expiry from inside this call, block, allocate or throw: it is called on the queueing path.
    /// The library makes one call at a time.
    /// </remarks>
    void Arm(int delayMilliseconds);
}

/// <summary>A timer whose clock is finer than its milliseconds: with it the trace has microseconds.</summary>
public interface IMicrosecondClock
{
    /// <summary>The time of <see cref="IHardwareTimer.NowMilliseconds"/>, in microseconds: that number rounded down is this one
    /// divided by 1000. What MUST hold for that one holds for this one; it is read with the library's lock held.</summary>
    long NowMicroseconds { get; }
}
