namespace VirtualBoard;

/// <summary>What the user asked for, checked as far as no board is needed.</summary>
/// <param name="Finger">How the button is pressed.</param>
/// <param name="RingCapacity">Interrupt records that fit into the ring.</param>
/// <param name="ScriptPath">A script instead of the presses; null: none.</param>
/// <param name="IsInteractive">True: the user presses.</param>
/// <param name="LogPath">Where the serial log is kept too; null: nowhere.</param>
/// <param name="HasSerialPort">True: the log goes to a pseudo terminal too.</param>
/// <param name="TextNeedsPing">True: there it sends no text until a host has pinged it. False: raw text until then.</param>
/// <param name="Baud">Bits per second of the serial line; 0: it takes no time.</param>
/// <param name="TracePath">Where the firmware's trace goes; null: nowhere.</param>
/// <param name="TimelinePath">Where its picture goes; null: nowhere.</param>
public sealed record Settings(
    Finger Finger, int RingCapacity, string? ScriptPath, bool IsInteractive, string? LogPath, bool HasSerialPort = false,
    bool TextNeedsPing = false, int Baud = 0, string? TracePath = null, string? TimelinePath = null)
{
    /// <summary>True: the firmware is asked for a trace.</summary>
    public bool HasTrace => TracePath is not null || TimelinePath is not null;
}
