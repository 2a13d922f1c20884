using System;
using System.Collections.Generic;
using System.Device.Gpio;
using System.Linq;
using System.Threading;
using VirtualRuntime;

namespace Hardware.Machine;

/// <summary>The chip's pads in virtual time: the script of the world outside is applied up to the moment at which somebody
/// looks, each change at its own time.</summary>
internal sealed class Pads : TimeProvider
{
    private readonly Core _core;
    private readonly IReadOnlyList<PinDrive> _script;
    private readonly IReadOnlyList<(int Pin, Drive Drive)> _tied;
    private readonly List<PinDrive> _live = []; // asked for during the run, in order of time
    private readonly Dictionary<int, Pad> _pads = [];
    private readonly List<ChipTimer> _timers = []; // debounce
    private readonly List<PinChange> _changes = [];
    private int _next; // of the script
    private long _start; // of the script
    private long _time; // of the change that is applied, or of the firmware's write

    internal Pads(Core core, Pins pins)
    {
        _core = core;
        Open = new Platform.GpioPinEventListener(core.Profile.PinCount);
        _script = pins.Script;
        if (pins.Start == Hardware.Machine.ScriptStart.Listening) _start = long.MaxValue;
        _tied = pins.Tied;
    }

    /// <summary>The wires take the levels that they are tied to.</summary>
    internal void PowerOn()
    {
        foreach ((int pin, Drive drive) in _tied) Change(pin, pad => pad.DriveFromOutside(drive));
    }

    /// <summary>When the first pin began to listen, in ns; null: none does.</summary>
    internal long? ListeningSince { get; private set; }

    /// <summary>From when the script's times count, in ns; null: they do not yet.</summary>
    internal long? ScriptStart => _start == long.MaxValue ? null : _start;

    /// <summary>When what happens now on the wires happens, in ns.</summary>
    internal long Time => _time;

    /// <summary>The firmware's open pins.</summary>
    internal Platform.GpioPinEventListener Open { get; }

    /// <summary>What controllers remember of them.</summary>
    internal List<Platform.ControllerPin> ByControllers { get; } = [];

    /// <summary>False for good after <c>GpioController.Dispose</c>.</summary>
    internal bool HasInterruptService { get; private set; } = true;

    /// <summary>Levels, as wires saw them.</summary>
    internal IReadOnlyList<PinChange> Changes => _changes;

    /// <summary>When the next change from outside comes, in ns; <see cref="long.MaxValue"/>: none.</summary>
    internal long NextChange
    {
        get
        {
            long next = NextStep;
            if (_live.Count > 0) next = Math.Min(next, _live[0].Nanoseconds);
            foreach (ChipTimer timer in _timers) next = Math.Min(next, timer.Due);
            return next;
        }
    }

    /// <summary>Changes are being applied.</summary>
    internal bool IsApplying { get; private set; }

    /// <summary>Applies what has happened on the wires.</summary>
    /// <returns>True: an interrupt was recorded.</returns>
    internal bool ApplyUntil(long nanoseconds)
    {
        long before = _core.Interrupts.Recorded;
        IsApplying = true;
        while (NextChange <= nanoseconds)
        {
            _time = NextChange;
            ChipTimer? timer = _timers.Find(each => each.Due == _time);
            if (timer != null)
            {
                timer.Expire();
                continue;
            }

            PinDrive change = NextStep <= _time ? _script[_next++] : TakeLive();
            Change(change.Pin, pad => pad.DriveFromOutside(change.Drive));
        }

        IsApplying = false;
        return _core.Interrupts.Recorded != before;
    }

    internal void ThrowIfNoPin(int pin)
    {
        if (HasPin(pin)) return;
        throw new ArgumentOutOfRangeException(
            nameof(pin), pin, $"There is no such pin: this board has pins 0 to {_core.Profile.PinCount - 1}.");
    }

    /// <summary>A pin listens from now on.</summary>
    internal void Listen()
    {
        if (ListeningSince != null) return;
        ListeningSince = _core.Now;
        if (_start == 0) return;
        _start = _core.Now;
        _core.EndAfterScript(_start, _script);
    }

    /// <summary>Somebody acts on wires during the run. What he did to them before is over, also where it still bounced.</summary>
    internal void Add(IReadOnlyList<PinDrive> steps)
    {
        _live.RemoveAll(old => steps.Any(step => step.Pin == old.Pin && step.Nanoseconds <= old.Nanoseconds));
        foreach (PinDrive step in steps)
        {
            PinDrive now = step with { Nanoseconds = Math.Max(step.Nanoseconds, _core.Now) };
            int i = _live.Count;
            while (i > 0 && _live[i - 1].Nanoseconds > now.Nanoseconds) i--;
            _live.Insert(i, now);
        }
    }

    private long NextStep =>
        _next < _script.Count && _start != long.MaxValue ? _start + _script[_next].Nanoseconds : long.MaxValue;

    private PinDrive TakeLive()
    {
        PinDrive step = _live[0];
        _live.RemoveAt(0);
        return step;
    }

    internal bool HasPin(int pin) => pin >= 0 && pin < _core.Profile.PinCount;

    internal Pad this[int pin]
    {
        get
        {
            if (_pads.TryGetValue(pin, out Pad? pad)) return pad;
            bool isInputOnly = pin >= _core.Profile.FirstInputOnlyPin;
            pad = new Pad(pin, isInputOnly, this, _core.Interrupts.Record, () => _pads[pin].DebounceExpired());
            _pads.Add(pin, pad);
            return pad;
        }
    }

    /// <summary>The firmware does something to a pad, now.</summary>
    internal void Change(int pin, Action<Pad> change)
    {
        Pad pad = this[pin];
        bool before = pad.IsHigh;
        change(pad);
        if (pad.IsHigh == before) return;
        _changes.Add(new PinChange(_time, pin, pad.IsHigh));
        _core.Observer?.PinChanged(_changes[^1]);
    }

    /// <summary>Brings the wires up to now: before the firmware reads or changes a pad.</summary>
    internal void CatchUp()
    {
        ApplyUntil(_core.Now);
        _time = _core.Now;
    }

    internal void UninstallInterruptService()
    {
        HasInterruptService = false;
        foreach (Pad pad in _pads.Values) pad.ForgetInput();
    }

    /// <summary>On the dispatcher's thread: from an event in the sink to the handlers of the pin of that number, if it has
    /// some.</summary>
    internal void Deliver(int pin, bool isHigh)
    {
        _core.Meter?.ForgetTopHalf();
        int place = Open.IndexOf(pin);
        int before = place < 0 ? Open.Count : place;
        _core.ChargeLibrary(LibraryCosts.PinEventBefore + (isHigh ? 1 : 0) + before * LibraryCosts.PinEventForEachPin);
        _core.Spend(_core.Profile.PinEventNanoseconds);
        object made = new(); // stands for the runtime's own event, which becomes the firmware's
        _core.Heap.Allocate(LibraryCosts.PinEventBytes);
        _core.Heap.Track(made, LibraryCosts.PinEventBytes);
        bool isHeard = place >= 0 && Open[place].Raise(isHigh, _core.Interrupts.EdgeNanoseconds);
        GC.KeepAlive(made);
        if (!isHeard) _core.Interrupts.IsHeard = false;
        _core.ChargeLibrary(LibraryCosts.PinEventAfter);
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ChipTimer timer = new(this, () => callback(state));
        _timers.Add(timer);
        return timer;
    }

    /// <summary>A one-shot of the chip.</summary>
    private sealed class ChipTimer(Pads pads, Action expired) : ITimer
    {
        internal long Due { get; private set; } = long.MaxValue;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            Due = dueTime < TimeSpan.Zero ? long.MaxValue : pads._time + dueTime.Ticks * 100;
            return true;
        }

        public void Dispose() => pads._timers.Remove(this);

        public System.Threading.Tasks.ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }

        internal void Expire()
        {
            Due = long.MaxValue;
            expired();
        }
    }
}
