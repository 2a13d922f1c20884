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

    /// <summary>An event up to the handlers, and more for each pin that was opened before its own.</summary>
    internal const int PinEvent = 207;

    internal const int PinEventForEachPin = 23;

    /// <summary>The first text of a number in the program, beyond the others: it makes the number format.</summary>
    internal const int FirstNumberText = 48;
}
