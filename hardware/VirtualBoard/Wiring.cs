using ButtonModule;
using VirtualRuntime;

namespace VirtualBoard;

/// <summary>What is soldered to the virtual board's pins.</summary>
/// <param name="ButtonPin">A push button connects this pin to a rail while it is pressed; released, the contact is open.</param>
/// <param name="Pressed">That rail.</param>
/// <param name="LedPin">An LED.</param>
/// <param name="LedActiveLow">True: it lights while its pin is low.</param>
/// <param name="TracePin">A jumper: connected to ground while the firmware loads, it asks for a trace.</param>
public sealed record Wiring(int ButtonPin, Drive Pressed, int LedPin, bool LedActiveLow, int TracePin)
{
    /// <summary>The wiring that the firmware's table of boards gives for a target name.</summary>
    /// <exception cref="InvalidOperationException">The table does not have it.</exception>
    public static Wiring Of(string targetName)
    {
        Board board = Boards.Find(targetName)
            ?? throw new InvalidOperationException($"firmware/ButtonModule/Boards.cs has no row for the target {targetName}.");
        return new Wiring(board.ButtonPin, board.ButtonActiveLow ? Drive.Low : Drive.High, board.LedPin, board.LedActiveLow,
            board.TracePin);
    }

    /// <summary>True: the button's contact touches.</summary>
    public bool IsPressed(Drive drive) => drive == Pressed;

    /// <summary>True: the LED lights.</summary>
    public bool IsLedOn(PinState led) => led.IsHigh != LedActiveLow;

    /// <summary>How often the LED was switched on.</summary>
    public long LedSwitchOns(PinState led) => LedActiveLow ? led.FallingEdges : led.RisingEdges;
}
