using System;
using System.Threading;
using nanoFramework.Runtime.Events;
using VirtualRuntime;

namespace Hardware.Machine.Platform;

/// <summary>Called when a <see cref="HighResTimer"/> has expired.</summary>
[Replaces("nanoFramework.Hardware.Esp32.HighResTimerExpiredEventHandler")]
public delegate void HighResTimerExpiredEventHandler(HighResTimer sender, object? e);

/// <summary>A timer of the ESP32 (esp_timer): it expires at its exact time, and the event takes the way of an edge from there,
/// through the same ring to the same dispatcher. So a runtime that waits sees it at a step of its clock (8).</summary>
[Replaces("nanoFramework.Hardware.Esp32.HighResTimer")]
public sealed class HighResTimer : IDisposable
{
    private const int Capacity = 10;

    private readonly Core _core = Core.Current;
    private readonly ITimer _chip;
    private readonly int _number;
    private HighResTimerExpiredEventHandler? _expired;
    private TimeSpan _period = Timeout.InfiniteTimeSpan;
    private bool _isDisposed;

    /// <summary>Takes one of the ten.</summary>
    public HighResTimer()
    {
        _core.EnterNative(Places.Timer);
        HighResTimer?[] all = _core.Interrupts.Timers;
        _number = Array.IndexOf(all, null);
        if (_number < 0) throw new Exception("All ten timers are taken.");
        _chip = _core.Pads.CreateTimer(OnChip, null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        all[_number] = this;
    }

    /// <summary>It has expired: raised on the dispatcher's thread.</summary>
    public event HighResTimerExpiredEventHandler? OnHighResTimerExpired
    {
        add => _expired += value;
        remove => _expired -= value;
    }

    /// <summary>Microseconds since the chip's start.</summary>
    public static ulong GetCurrent()
    {
        Core core = Core.Current;
        core.EnterNative(Places.Clock);
        return (ulong)((core.Profile.ChipStartNanoseconds + core.Now) / 1000);
    }

    /// <summary>Once.</summary>
    public void StartOneShot(ulong timeout_us) => Start(timeout_us, false);

    /// <summary>Again and again.</summary>
    public void StartOnePeriodic(ulong period_us) => Start(period_us, true);

    /// <summary>Not any more; an expiry that is on its way arrives.</summary>
    public void Stop()
    {
        _core.EnterNative(Places.Timer);
        ThrowIfDisposed();
        Arm(Timeout.InfiniteTimeSpan);
        _period = Timeout.InfiniteTimeSpan;
    }

    /// <summary>Gives it back.</summary>
    public void Dispose()
    {
        _core.ThrowIfStopping();
        if (_isDisposed) return;
        _isDisposed = true;
        _chip.Dispose();
        _core.Interrupts.Timers[_number] = null;
    }

    internal static HighResTimer?[] NewTimers() => new HighResTimer?[Capacity];

    /// <summary>On the dispatcher's thread.</summary>
    internal void Raise() => _expired?.Invoke(this, null);

    private void Start(ulong microseconds, bool isPeriodic)
    {
        _core.EnterNative(Places.Timer);
        ThrowIfDisposed();
        TimeSpan time = TimeSpan.FromTicks(checked((long)microseconds * 10));
        _period = isPeriodic ? time : Timeout.InfiniteTimeSpan;
        Arm(time);
        _core.Point(Places.Behind);
    }

    private void Arm(TimeSpan time)
    {
        _core.Pads.CatchUp();
        _chip.Change(time, Timeout.InfiniteTimeSpan);
    }

    // In the chip, at the exact time.
    private void OnChip(object? state)
    {
        _core.Interrupts.Record(InterruptRecord.OfTimer(_number));
        if (_period != Timeout.InfiniteTimeSpan) _chip.Change(_period, Timeout.InfiniteTimeSpan);
    }

    private void ThrowIfDisposed()
    {
        if (_isDisposed) throw new ObjectDisposedException("nanoFramework.Hardware.Esp32.HighResTimer");
    }
}
