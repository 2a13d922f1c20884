using System.Device.Gpio;

namespace VirtualRuntime;

/// <summary>What the world outside does to a wire that leads to a pin.</summary>
public enum Drive
{
    /// <summary>Nothing: an open contact. The chip's own drivers and resistors decide the level.</summary>
    Open,

    /// <summary>A connection to ground.</summary>
    Low,

    /// <summary>A connection to the supply.</summary>
    High,
}

/// <summary>One change from outside: from now on this wire is driven so.</summary>
/// <param name="Pin">The pin at the wire's end.</param>
/// <param name="Drive">What drives it.</param>
public readonly record struct WireChange(int Pin, Drive Drive);

/// <summary>What a pin looked like at one moment.</summary>
/// <param name="IsOpen">True: the firmware has opened it.</param>
/// <param name="Mode">What drives it from inside.</param>
/// <param name="IsHigh">The level of the wire.</param>
/// <param name="IsListening">True: an edge from outside makes an interrupt record.</param>
/// <param name="RisingEdges">Changes to high since power-on, by whom ever; those that <c>SetPinMode</c> itself makes
/// do not count.</param>
/// <param name="FallingEdges">Changes to low, counted the same way.</param>
public readonly record struct PinState(
    bool IsOpen, PinMode Mode, bool IsHigh, bool IsListening, long RisingEdges, long FallingEdges);
