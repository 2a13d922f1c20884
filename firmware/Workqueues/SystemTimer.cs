using System;
using System.Threading;

namespace Workqueues;

/// <summary>The <see cref="IHardwareTimer"/> that every board has: one <c>System.Threading.Timer</c>, and
/// <c>Environment.TickCount64</c>. On ESP32 both step by 10 ms.</summary>
internal sealed class SystemTimer : IHardwareTimer
{
    // Never disposed: on this platform a disposed timer that is changed re-arms itself. Set by the constructor and by Renew.
    private Timer _timer;

    private HardwareTimerExpired? _expired; // C set once by Start

    internal SystemTimer()
    {
        _timer = new Timer(OnTimer, null, Timeout.Infinite, Timeout.Infinite);
    }

    public long NowMilliseconds => Environment.TickCount64;

    public void Start(HardwareTimerExpired expired) => _expired = expired;

    /// <summary>Makes another timer of the platform's; nothing is asked of it yet.</summary>
    internal void Renew() => _timer = new Timer(OnTimer, null, Timeout.Infinite, Timeout.Infinite);

    public void Arm(int delayMilliseconds) => _timer.Change(delayMilliseconds, Timeout.Infinite);

    private void OnTimer(object? state) => _expired!();
}
