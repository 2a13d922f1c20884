using Workqueues;

namespace Contract.Tests;

/// <summary>The runtime's timer and clock, plugged in where another one was.</summary>
internal sealed class RuntimeTimer : IHardwareTimer
{
    private Timer? _timer;

    public long NowMilliseconds => Environment.TickCount64;

    public void Start(HardwareTimerExpired expired) => _timer = new Timer(_ => expired());

    public void Arm(int delayMilliseconds) => _timer!.Change(delayMilliseconds, Timeout.Infinite);
}
