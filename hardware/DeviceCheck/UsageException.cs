namespace Hardware.DeviceCheck;

/// <summary>The program cannot do what it was asked to; the message is the one line that says why.</summary>
internal sealed class UsageException(string message) : Exception(message);
