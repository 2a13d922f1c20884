using System;
using System.Threading;

namespace Workqueues;

/// <summary>The <see cref="IHardwareTimer"/> that every board has: one <c>System.Threading.Timer</c>, and
/// <c>Environment.TickCount64</c>. On ESP32 both step by 10 ms.</summary>
internal sealed class SystemTimer : IHardwareTimer
{
    // Never disposed: on this platform a disposed timer that is changed re-arms itself.
    private readonly Timer _timer;

    private HardwareTimerExpired? _expired; // S by Start

    internal SystemTimer()
    {
        _timer = new Timer(OnTimer, null, Timeout.Infinite, Timeout.Infinite);
    }

    public long NowMilliseconds => Environment.TickCount64;

    public void Start(HardwareTimerExpired expired) => _expired = expired;

    public void Arm(int delayMilliseconds) => _timer.Change(delayMilliseconds, Timeout.Infinite);

    private void OnTimer(object? state)
    {
        try
        {
            _expired!();
        }
        catch (Exception)
        {
            // There was no memory for the call. The timer is asked for no more than once: a worker has to stand in.
            Gate.Reserve = null;
            WorkerPool.LeaveToWorkers();
        }
    }
}
