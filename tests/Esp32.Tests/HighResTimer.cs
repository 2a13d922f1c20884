namespace nanoFramework.Hardware.Esp32;

#pragma warning disable CS1591 // the driver's own names

public delegate void HighResTimerExpiredEventHandler(HighResTimer sender, object e);

/// <summary>The ESP32 driver's timer as its sources show it: one clock in microseconds, a start replaces the one before, and an
/// expiry is an event that arrives on the interrupt thread, later. Time moves when a test says so.</summary>
public sealed class HighResTimer
{
    private static ulong s_nowMicroseconds;
    private ulong? _dueMicroseconds;

    public HighResTimer() => Only = this;

    public event HighResTimerExpiredEventHandler? OnHighResTimerExpired;

    /// <summary>The one whose expiries arrive: the newest.</summary>
    public static HighResTimer? Only { get; set; }

    public static int Starts { get; private set; }

    public static ulong GetCurrent() => s_nowMicroseconds;

    public void StartOneShot(ulong timeoutMicroseconds)
    {
        _dueMicroseconds = s_nowMicroseconds + timeoutMicroseconds;
        Starts++;
    }

    /// <summary>Moves the clock, and delivers an expiry that has become due.</summary>
    public static void Advance(ulong microseconds)
    {
        s_nowMicroseconds += microseconds;
        if (Only?._dueMicroseconds is not ulong due || due > s_nowMicroseconds) return;
        Only._dueMicroseconds = null;
        Only.OnHighResTimerExpired?.Invoke(Only, EventArgs.Empty);
    }
}
