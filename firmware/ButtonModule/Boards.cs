using System.Device.Gpio;

namespace ButtonModule;

/// <summary>One board: where its button and its LED are. A row of <see cref="Boards"/>.</summary>
public sealed class Board
{
    /// <summary>What <c>SystemInfo.TargetName</c> begins with on this board.</summary>
    public readonly string Target;

    /// <summary>The maker's name for it; also its folder under hardware/boards, in lower case.</summary>
    public readonly string Name;

    /// <summary>Pin number of the button as <c>GpioController.OpenPin</c> takes it.</summary>
    public readonly int ButtonPin;

    /// <summary>How the button's pin is opened: with the pull resistor that it needs.</summary>
    public readonly PinMode ButtonMode;

    /// <summary>True: pressed reads low.</summary>
    public readonly bool ButtonActiveLow;

    /// <summary>Pin number of the LED.</summary>
    public readonly int LedPin;

    /// <summary>True: the LED lights when its pin is low.</summary>
    public readonly bool LedActiveLow;

    internal Board(string target, string name, int buttonPin, PinMode buttonMode, bool buttonActiveLow, int ledPin,
        bool ledActiveLow)
    {
        Target = target;
        Name = name;
        ButtonPin = buttonPin;
        ButtonMode = buttonMode;
        ButtonActiveLow = buttonActiveLow;
        LedPin = ledPin;
        LedActiveLow = ledActiveLow;
    }
}

/// <summary>Every board that the firmware knows: the single source of pins for firmware, virtual board and board pages.</summary>
public static class Boards
{
    /// <summary>All boards. Allocates: call it at start-up only.</summary>
    public static Board[] All() =>
    [
        new Board("VIRTUAL", "VirtualBoard", 0, PinMode.InputPullUp, true, 2, false),
    ];

    /// <summary>The board whose target name begins the given one; null when there is none.</summary>
    public static Board? Find(string targetName)
    {
        foreach (Board board in All())
        {
            if (StartsWith(targetName, board.Target)) return board;
        }

        return null;
    }

    private static bool StartsWith(string text, string start)
    {
        if (text.Length < start.Length) return false;
        for (int i = 0; i < start.Length; i++)
        {
            if (text[i] != start[i]) return false;
        }

        return true;
    }
}
