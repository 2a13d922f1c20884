using Workqueues;

namespace Exploration.Tests;

/// <summary>The hardware timer of a program: time stands still until the schedule lets it pass, and then it is the time that was
/// asked for. It also checks the library's side of the contract of <see cref="IHardwareTimer"/>.</summary>
internal sealed class VirtualTimer : IHardwareTimer
{
    private readonly Execution _execution;
    private readonly int _lateMilliseconds;
    private readonly bool _isClockStep;
    private HardwareTimerExpired? _expired;
    private long _now;
    private long _due;
    private long _armedAt;
    private bool _isBeingArmed;

    /// <param name="execution">Where a call is a step.</param>
    /// <param name="lateMilliseconds">How much too late it fires.</param>
    /// <param name="isClockStep">To read the clock is a step of its own.</param>
    internal VirtualTimer(Execution execution, int lateMilliseconds, bool isClockStep)
    {
        _execution = execution;
        _lateMilliseconds = lateMilliseconds;
        _isClockStep = isClockStep;
    }

    internal bool IsArmed { get; private set; }

    /// <summary>The time, read without a step.</summary>
    internal long NowUnseen => _now;

    public long NowMilliseconds
    {
        get
        {
            if (_isClockStep) _execution.Step("reads the clock");
            return _now;
        }
    }

    public void Start(HardwareTimerExpired expired) => _expired = expired;

    public void Arm(int delayMilliseconds)
    {
        if (delayMilliseconds < 1) _execution.Fail($"the timer was armed for {delayMilliseconds} ms; 1 is the least");
        if (_isBeingArmed) _execution.Fail("two threads arm the timer at once");
        _isBeingArmed = true;
        _execution.Step("arms the timer");
        _armedAt = _now;
        _due = _now + delayMilliseconds;
        IsArmed = true;
        _isBeingArmed = false;
    }

    /// <summary>The thread on which it fires, while the program runs.</summary>
    internal void Run()
    {
        do
        {
            _now = Math.Max(_now, _due + _lateMilliseconds);
            IsArmed = false;
            string? overslept = _due > _armedAt + 1 ? Invariants.FindOversleptDeadline(_due) : null; // 1 ms: it had passed
            if (overslept != null) _execution.Fail(overslept);
            _expired!();
        }
        while (_execution.UntilTime(() => IsArmed));
    }
}
