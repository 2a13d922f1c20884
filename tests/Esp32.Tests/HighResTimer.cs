namespace nanoFramework.Hardware.Esp32;

#pragma warning disable CS1591 // the driver's own names

public delegate void HighResTimerExpiredEventHandler(HighResTimer sender, object e);

/// <summary>The ESP32 driver's timer as its sources show it: one clock in microseconds, a start replaces the one before, and an
/// expiry is an event that arrives on the interrupt thread, later. Time moves when a test says so.</summary>
public sealed class HighResTimer
{
    private static ulong s_nowMicroseconds;
    private static HighResTimer? s_only;
    private ulong? _dueMicroseconds;

    public HighResTimer() => s_only = this;

    public event HighResTimerExpiredEventHandler? OnHighResTimerExpired;

    public static int Starts { get; private set; }

    public static ulong GetCurrent() => s_nowMicroseconds;

    public void StartOneShot(ulong timeoutMicroseconds)
    {
        Starts++;
        _dueMicroseconds = s_nowMicroseconds + timeoutMicroseconds;
    }

    /// <summary>Moves the clock, and delivers an expiry that has become due.</summary>
    public static void Advance(ulong microseconds)
    {
        s_nowMicroseconds += microseconds;
        if (s_only?._dueMicroseconds is not ulong due || due > s_nowMicroseconds) return;
        s_only._dueMicroseconds = null;
        s_only.OnHighResTimerExpired?.Invoke(s_only, EventArgs.Empty);
    }
}
