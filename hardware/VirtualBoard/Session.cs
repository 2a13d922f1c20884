using VirtualRuntime;

namespace VirtualBoard;

/// <summary>How a powered board came to its end.</summary>
/// <param name="Totals">What the hardware counted.</param>
/// <param name="Failure">Why it is no success, one line; null: it is one.</param>
public sealed record Outcome(Totals Totals, string? Failure);

/// <summary>The board between power-on and power-off.</summary>
public sealed class Session
{
    private static readonly TimeSpan s_bootLimit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_listenLimit = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_quietLimit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_silence = TimeSpan.FromMilliseconds(300);

    private readonly Chip _chip;
    private readonly Wiring _wiring;
    private readonly Firmware _firmware;
    private readonly SerialPort _serial;
    private readonly ModuleWatch _module;
    private readonly int _ringCapacity;
    private readonly bool _fingerWaits;

    /// <summary>Gives the board power; the firmware starts.</summary>
    /// <param name="settings">How the board is made.</param>
    /// <param name="wiring">What is soldered to its pins.</param>
    /// <param name="firmware">What runs on it.</param>
    /// <param name="listeners">Who reads its serial log.</param>
    public Session(Settings settings, Wiring wiring, Firmware firmware, IReadOnlyList<ISerialListener> listeners)
    {
        _wiring = wiring;
        _firmware = firmware;
        _ringCapacity = settings.RingCapacity;
        _fingerWaits = settings.Baud == 0;
        _module = new ModuleWatch();
        _serial = new SerialPort([.. listeners, _module]);
        _chip = Chip.PowerOn(new ChipOptions { RingCapacity = settings.RingCapacity });
        if (settings.HasTrace) _chip.Drive(wiring.TracePin, Drive.Low);
        Console.SetOut(_serial);
        firmware.Start();
    }

    /// <summary>How long the button is held at most.</summary>
    public TimeSpan UnloadLimit { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The chip.</summary>
    public Chip Chip => _chip;

    /// <summary>True: the firmware can go on no further.</summary>
    public bool HasFailed => _firmware.Failure is not null || _chip.RebootRequested;

    /// <summary>Waits until the firmware listens to the button and has said what it has to say.</summary>
    /// <returns>False: it does not listen.</returns>
    public bool WaitForBoot()
    {
        long start = Environment.TickCount64;
        while (!_chip.WaitUntil(chip => chip.GetPin(_wiring.ButtonPin).IsListening, TimeSpan.FromMilliseconds(50)))
        {
            if (HasFailed || _firmware.HasEnded || Environment.TickCount64 - start > s_bootLimit.TotalMilliseconds) return false;
        }

        _serial.WaitUntilSilent(s_silence, s_quietLimit);
        return true;
    }

    /// <summary>Plays a stimulus: the main part, then the button is held until the module has unloaded, unless it is unloaded
    /// already, and released.</summary>
    public void Play(Stimulus stimulus)
    {
        using var player = new Player(_chip, CancellationToken.None, _fingerWaits);
        player.Play(stimulus.Main, stimulus.MainMilliseconds);
        WaitUntilQuiet();
        if (_module.IsUnloaded || HasFailed) return;
        player.Play(stimulus.Hold);
        if (!_module.WaitUntilUnloaded(UnloadLimit)) return;

        // A firmware that wants to be loaded again listens anew; until it does, edges would be nobody's.
        _chip.WaitUntil(chip => chip.GetPin(_wiring.ButtonPin).IsListening, s_listenLimit);
        player.Play(stimulus.Release);
        WaitUntilQuiet();
    }

    /// <summary>Takes the power away and counts.</summary>
    /// <param name="mustBeUnloaded">True: a module that is still loaded is a failure.</param>
    public Outcome PowerOff(bool mustBeUnloaded)
    {
        PinState led = _chip.GetPin(_wiring.LedPin);
        PinState button = _chip.GetPin(_wiring.ButtonPin);
        InterruptCounters interrupts = _chip.Interrupts;
        string? failure = Failure(mustBeUnloaded);
        _serial.PowerOff();
        _chip.Dispose();
        return new Outcome(new Totals(button.RisingEdges + button.FallingEdges, interrupts, _ringCapacity,
            _wiring.LedSwitchOns(led), _serial.Lines, _serial.Bytes), failure);
    }

    private void WaitUntilQuiet()
    {
        _chip.WaitUntilIdle(s_quietLimit);
        _serial.WaitUntilSilent(s_silence, s_quietLimit);
    }

    private string? Failure(bool mustBeUnloaded)
    {
        if (_firmware.Failure is { } exception) return $"the firmware ended with {exception.GetType()}: {exception.Message}";
        if (_chip.RebootRequested) return "the firmware asked for a reboot; the virtual board powers off instead";
        if (!mustBeUnloaded || _module.IsUnloaded) return null;
        if (!_chip.GetPin(_wiring.ButtonPin).IsListening)
        {
            return $"the firmware does not listen to the button, pin {_wiring.ButtonPin}";
        }

        return $"the firmware did not unload its module within {UnloadLimit.TotalSeconds} s of holding the button";
    }
}
