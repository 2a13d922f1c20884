namespace VirtualBoard;

/// <summary>The user asked for something that cannot be done. The message is the one line that is shown: what is wrong, and
/// what to do. Thrown before the board has power, so nothing is half done.</summary>
public sealed class UsageException(string message) : Exception(message);
