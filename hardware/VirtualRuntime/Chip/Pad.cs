using System.Device.Gpio;

namespace VirtualRuntime;

/// <summary>One pin of the chip: what drives its wire, the level that results, and the interrupt routine.</summary>
/// <remarks>Takes no lock: who calls, a machine above all, does so on one thread at a time.</remarks>
internal sealed class Pad
{
    private readonly int _number;                       // the pin
    private readonly bool _isInputOnly;                 // no driver, no pull resistors
    private readonly Action<InterruptRecord> _record;   // into the ring
    private readonly Debounce _debounce;

    private Drive _outside;
    private bool _isInput;          // configured as one, not only closed: remembers a debounce timeout
    private bool _latch;            // what an output drives
    private bool _lastReported;     // what the interrupt routine saw last; an edge that leads back to it is none
    private bool _expected;         // what a debounced pin must read to count as changed
    private long _risingEdges;
    private long _fallingEdges;

    public Pad(int number, bool isInputOnly, TimeProvider time, Action<InterruptRecord> record, Action debounceExpired)
    {
        _number = number;
        _isInputOnly = isInputOnly;
        _record = record;
        _debounce = new Debounce(time, debounceExpired);
    }

    /// <summary>True: the firmware has opened it.</summary>
    public bool IsReserved { get; set; }

    public PinMode Mode { get; private set; }

    public bool IsHigh { get; private set; }

    /// <summary>True: edges from outside make records.</summary>
    public bool IsListening { get; private set; }

    public PinState State => new(IsReserved, Mode, IsHigh, IsListening, _risingEdges, _fallingEdges);

    public bool Supports(PinMode mode) =>
        mode >= PinMode.Input && mode <= (_isInputOnly ? PinMode.InputPullUp : PinMode.OutputOpenSourcePullDown);

    /// <summary>Makes it an input or an output. An output starts low. The interrupt is off meanwhile: a level that changes
    /// because of the new mode makes no record and is no edge.</summary>
    public void Configure(PinMode mode, bool listen, uint debounceMilliseconds)
    {
        Mode = mode;
        if (mode >= PinMode.Output)
        {
            ForgetInput();
            _latch = false;
            IsHigh = ResultingLevel();
            return;
        }

        _isInput = true;
        IsHigh = ResultingLevel();
        if (listen && !IsListening)
        {
            _debounce.Set(debounceMilliseconds);
            _lastReported = IsHigh;
            _expected = !IsHigh;
            IsListening = true;
        }
        else if (!listen && IsListening)
        {
            IsListening = false;
            _debounce.Set(0);
        }
    }

    /// <summary>Closes it: an input without resistor, nobody listens.</summary>
    public void Release()
    {
        Configure(PinMode.Input, listen: false, debounceMilliseconds: 0);
        ForgetInput();
        IsReserved = false;
    }

    public void SetDebounce(uint milliseconds)
    {
        if (_isInput) _debounce.Set(milliseconds);
    }

    /// <summary>The firmware writes an output. No pad interrupt follows: an output's interrupt is off.</summary>
    public void Write(bool isHigh)
    {
        _latch = isHigh;
        Settle();
    }

    public void Toggle() => Write(!_latch);

    /// <summary>The world outside changes its mind.</summary>
    public void DriveFromOutside(Drive drive)
    {
        _outside = drive;
        if (Settle() && IsListening) Interrupt();
    }

    public void DebounceExpired()
    {
        _debounce.End();
        if (!IsListening || IsHigh != _expected) return;
        _lastReported = IsHigh;
        _expected = !IsHigh;
        _record(new InterruptRecord(_number, IsHigh));
    }

    /// <summary>Nobody listens and no debounce timer runs any more.</summary>
    public void ForgetInput()
    {
        _isInput = false;
        IsListening = false;
        _debounce.Delete();
    }

    /// <summary>The interrupt routine of the pad, short as it must be: read the level, note it, out.</summary>
    private void Interrupt()
    {
        if (_debounce.IsWaiting) return;
        if (_debounce.IsOn)
        {
            _expected = !_lastReported;
            _debounce.Start();
        }
        else if (IsHigh != _lastReported)
        {
            _lastReported = IsHigh;
            _record(new InterruptRecord(_number, IsHigh));
        }
    }

    /// <summary>Lets the wire take its level.</summary>
    /// <returns>True: an edge.</returns>
    private bool Settle()
    {
        bool before = IsHigh;
        IsHigh = ResultingLevel();
        if (IsHigh == before) return false;
        if (IsHigh) _risingEdges++;
        else _fallingEdges++;
        return true;
    }

    /// <summary>The strongest driver wins: the outside, then the chip's driver, then its resistor. Without any the wire floats;
    /// this one keeps its level, a real one may read anything.</summary>
    private bool ResultingLevel()
    {
        if (_outside != Drive.Open) return _outside == Drive.High;
        return Mode switch
        {
            PinMode.Output => _latch,
            PinMode.OutputOpenDrain => _latch && IsHigh,
            PinMode.OutputOpenDrainPullUp => _latch,
            PinMode.OutputOpenSource => _latch || IsHigh,
            PinMode.OutputOpenSourcePullDown => _latch,
            PinMode.InputPullUp when !_isInputOnly => true,
            PinMode.InputPullDown when !_isInputOnly => false,
            _ => IsHigh,
        };
    }
}
