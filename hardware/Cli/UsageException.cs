namespace Hardware.Cli;

/// <summary>The user asked for something that cannot be done. The message is the one line that is shown: what is wrong, and what
/// to do. Thrown before anything is done.</summary>
public sealed class UsageException(string message) : Exception(message);
