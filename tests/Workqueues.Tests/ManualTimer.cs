using System;

namespace NFUnitTest;

/// <summary>The hardware timer and the clock, moved by the test and by nothing else.</summary>
internal sealed class ManualTimer : IHardwareTimer
{
    private HardwareTimerExpired? _expired;
    private long _now;
    private long _due;
    private int _jumpAtRead;
    private int _jump;
    private bool _isArming;

    /// <summary>True from an Arm to its expiry.</summary>
    internal bool IsRequested { get; private set; }

    /// <summary>Calls of Arm so far.</summary>
    internal int ArmCount { get; private set; }

    /// <summary>What the last Arm asked for.</summary>
    internal int LastDelay { get; private set; }

    /// <summary>Broken promises of the library: delays below 1 ms, two calls at a time, a second Start.</summary>
    internal int Violations { get; private set; }

    /// <summary>Runs inside Arm: the test's place in an expiry and between two steps of an arming.</summary>
    internal Action? Arming { get; set; }

    public long NowMilliseconds
    {
        get
        {
            if (_jumpAtRead > 0 && --_jumpAtRead == 0) _now += _jump;
            return _now;
        }
    }

    public void Start(HardwareTimerExpired expired)
    {
        if (_expired != null) Violations++;
        _expired = expired;
    }

    public void Arm(int delayMilliseconds)
    {
        if (delayMilliseconds < 1 || _isArming) Violations++;
        _isArming = true;
        ArmCount++;
        LastDelay = delayMilliseconds;
        _due = _now + delayMilliseconds;
        IsRequested = true;
        Action? arming = Arming;
        if (arming != null) arming();
        _isArming = false;
    }

    /// <summary>Time goes by; the timer expires when it is due.</summary>
    internal void Advance(int milliseconds)
    {
        long target = _now + milliseconds;
        while (IsRequested && _due - target <= 0)
        {
            if (_due - _now > 0) _now = _due;
            Fire();
        }

        _now = target;
    }

    /// <summary>Time goes by, and the timer is late.</summary>
    internal void Skip(int milliseconds) => _now += milliseconds;

    /// <summary>The clock steps forward just before it is read for the given time from now on.</summary>
    internal void SkipAtRead(int read, int milliseconds)
    {
        _jumpAtRead = read;
        _jump = milliseconds;
    }

    /// <summary>Expires now, asked or not.</summary>
    internal void Fire()
    {
        IsRequested = false;
        _expired!();
    }
}
