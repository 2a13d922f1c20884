using System;
using System.Threading;
using Workqueues;

namespace SelfTest;

/// <summary>Called where the library programs its timer.</summary>
internal delegate void TimerArming();

/// <summary>The runtime's timer, as the library's own is, with a look at where it is programmed.</summary>
internal sealed class ProbeTimer : IHardwareTimer
{
    internal TimerArming? Arming;
    private readonly Timer _timer; // never disposed: on this platform a disposed timer that is changed arms itself again
    private HardwareTimerExpired? _expired;

    internal ProbeTimer()
    {
        _timer = new Timer(OnTimer, null, Timeout.Infinite, Timeout.Infinite);
    }

    /// <inheritdoc/>
    public long NowMilliseconds => Environment.TickCount64;

    /// <inheritdoc/>
    public void Start(HardwareTimerExpired expired) => _expired = expired;

    /// <inheritdoc/>
    public void Arm(int delayMilliseconds)
    {
        Arming?.Invoke();
        _timer.Change(delayMilliseconds, Timeout.Infinite);
    }

    private void OnTimer(object? state) => _expired!();
}
