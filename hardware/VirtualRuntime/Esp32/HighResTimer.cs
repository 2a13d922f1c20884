using VirtualRuntime;

namespace nanoFramework.Hardware.Esp32;

/// <summary>Called on the interrupt thread when a <see cref="HighResTimer"/> has expired.</summary>
/// <param name="sender">The timer.</param>
/// <param name="e">Nothing.</param>
public delegate void HighResTimerExpiredEventHandler(HighResTimer sender, object e);

/// <summary>One of the ten timers that the runtime of an ESP32 offers (esp_timer): exact to the microsecond. Its expiries are
/// events, which wait for the interrupt thread like those of pins; a runtime that has nothing to do looks for them at each
/// tick of its operating system, every 10 ms.</summary>
public class HighResTimer : IDisposable
{
    /// <summary>Takes a timer.</summary>
    /// <exception cref="Exception">All ten are taken.</exception>
    public HighResTimer() => throw NoHardware.Here;

    /// <summary>It has expired.</summary>
    public event HighResTimerExpiredEventHandler? OnHighResTimerExpired
    {
        add => throw NoHardware.Here;
        remove => throw NoHardware.Here;
    }

    /// <summary>Microseconds since the chip's start.</summary>
    public static ulong GetCurrent() => throw NoHardware.Here;

    /// <summary>Starts it for one expiry; a start replaces the one before.</summary>
    /// <param name="timeout_us">In so many microseconds.</param>
    public void StartOneShot(ulong timeout_us) => throw NoHardware.Here;

    /// <summary>Starts it for one expiry after another; a start replaces the one before.</summary>
    /// <param name="period_us">Microseconds from one to the next.</param>
    public void StartOnePeriodic(ulong period_us) => throw NoHardware.Here;

    /// <summary>Stops it; an expiry that is on its way still arrives.</summary>
    public void Stop() => throw NoHardware.Here;

    /// <summary>Gives it back.</summary>
    public void Dispose() => throw NoHardware.Here;
}
