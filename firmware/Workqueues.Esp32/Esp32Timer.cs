using System;
using nanoFramework.Hardware.Esp32;

namespace Workqueues.Esp32;

/// <summary>The ESP32's microsecond timer (esp_timer) behind all delayed work: <see cref="Jiffies.Now"/> then steps by 1 ms,
/// where the CLR's own clock steps by 10 ms, and a delay is a minimum to the millisecond.</summary>
/// <remarks>
/// <para>It is the clock that gets finer, and expiries are exact in the chip. But a runtime that has nothing to do looks for
/// events only at each tick of its operating system, every 10 ms: until then an expiry waits.</para>
/// <para>Of the ten timers that the hardware's driver has, it takes one. Its expiries arrive on the interrupt thread, behind the
/// GPIO events that came before; the library treats them like any other timer's.</para>
/// <para>In an assembly of its own, so that images for other boards do not carry it.</para>
/// </remarks>
public sealed class Esp32Timer : IHardwareTimer, IMicrosecondClock
{
    // Held by the library for the life of the program: a timer that nobody references is collected and stops. C
    private readonly HighResTimer _timer = new HighResTimer();

    private HardwareTimerExpired? _expired; // C set once by Start

    private Esp32Timer()
    {
        _timer.OnHighResTimerExpired += OnExpired;
    }

    /// <inheritdoc/>
    /// <remarks><b>Context:</b> any. <b>Cost:</b> one native call.</remarks>
    public long NowMilliseconds => (long)(HighResTimer.GetCurrent() / 1000);

    /// <inheritdoc/>
    /// <remarks><b>Context:</b> any. <b>Cost:</b> one native call.</remarks>
    public long NowMicroseconds => (long)HighResTimer.GetCurrent();

    /// <summary>Puts it in the place of the default timer. One call at start-up, before other threads use the library.</summary>
    /// <remarks><b>Context:</b> an ordinary thread. <b>Cost:</b> allocates; takes one of the ten timers and throws what the
    /// driver throws when none is left.</remarks>
    public static void Use() => Jiffies.UseTimer(new Esp32Timer());

    /// <inheritdoc/>
    public void Start(HardwareTimerExpired expired) => _expired = expired;

    /// <inheritdoc/>
    /// <remarks>The driver stops the timer before it starts it again, so the former request is replaced; an expiry of it that is
    /// already on its way still arrives, which the library allows.</remarks>
    public void Arm(int delayMilliseconds) => _timer.StartOneShot((ulong)delayMilliseconds * 1000);

    private void OnExpired(HighResTimer sender, object e)
    {
        try
        {
            _expired!();
        }
        catch (Exception)
        {
            // There was no memory for the call. As with the default timer, a worker has to stand in.
            Gate.Reserve = null;
            WorkerPool.LeaveToWorkers();
        }
    }
}
