namespace Hardware.Machine;

/// <summary>Instructions of managed library code that no call of the firmware names: measured on the real runtime.</summary>
internal static class LibraryCosts
{
    /// <summary>Static constructors of the base libraries, and their instructions.</summary>
    internal const int BaseConstructors = 9;

    internal const int BaseConstructorInstructions = 331;

    /// <summary>Those of the libraries for pins and events.</summary>
    internal const int PinConstructors = 4;

    internal const int PinConstructorInstructions = 312;

    /// <summary>An event up to the handlers, and behind them; a rising edge takes one more, and each pin that was opened before
    /// its own some.</summary>
    internal const int PinEventBefore = 200;

    internal const int PinEventAfter = 6;

    internal const int PinEventForEachPin = 23;

    /// <summary>An event, in the runtime's shape and in that of the handlers.</summary>
    internal const int PinEventBytes = 60;

    /// <summary>Opening a pin, after it was found free.</summary>
    internal const int PinOpened = 39;

    /// <summary>What the libraries themselves have in the heap when Main begins, and those for pins and events.</summary>
    internal const int BaseHeapBytes = 5900;

    internal const int PinHeapBytes = 4600;

    /// <summary>The first text of a number in the program, beyond the others: it makes the number format.</summary>
    internal const int FirstNumberText = 48;
}
