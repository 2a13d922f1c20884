using Hardware.Machine;
using Workqueues;

namespace Exploration;

/// <summary>The hardware timer of a program: one of the machine's, which fires when the schedule lets time pass. It also checks
/// the library's side of the contract of <see cref="IHardwareTimer"/>.</summary>
/// <param name="scene">Where a call is a step.</param>
/// <param name="fires">False: time never passes.</param>
/// <param name="lateMilliseconds">How much too late it fires.</param>
/// <param name="isClockStep">To read the clock is a step of its own.</param>
internal sealed class VirtualTimer(Scene scene, bool fires, int lateMilliseconds, bool isClockStep) : IHardwareTimer
{
    private HardwareTimerExpired? _expired;
    private Timer? _timer;
    private long _due;
    private long _armedAt;
    private bool _isBeingArmed;

    public long NowMilliseconds
    {
        get
        {
            if (isClockStep) scene.Step("reads the clock");
            return Environment.TickCount64;
        }
    }

    public void Start(HardwareTimerExpired expired)
    {
        _expired = expired;
        if (fires) _timer = new Timer(Expire, null, Timeout.Infinite, Timeout.Infinite);
    }

    public void Arm(int delayMilliseconds)
    {
        if (delayMilliseconds < 1) scene.Fail($"the timer was armed for {delayMilliseconds} ms; 1 is the least");
        if (_isBeingArmed) scene.Fail("two threads arm the timer at once");
        _isBeingArmed = true;
        scene.Step("arms the timer");
        _armedAt = Environment.TickCount64;
        _due = _armedAt + delayMilliseconds;
        _timer?.Change(delayMilliseconds + lateMilliseconds, Timeout.Infinite);
        _isBeingArmed = false;
    }

    private void Expire(object? state)
    {
        bool mustFit = _due > _armedAt + 1 && !Moment.IsLockHeld; // 1 ms: it had passed
        string? overslept = mustFit ? Moment.Look(() => scene.Invariants.FindOversleptDeadline(_due)) : null;
        if (overslept != null) scene.Fail(overslept);
        _expired!();
    }
}
