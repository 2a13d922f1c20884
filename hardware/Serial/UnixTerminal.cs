namespace Hardware.Serial;

/// <summary>The terminal settings (termios) of an open file: remembers what it found and can put it back.</summary>
/// <remarks>Linux and macOS lay the settings out differently and set unusual speeds differently: a class for each.</remarks>
internal abstract class UnixTerminal
{
    /// <summary>Reads the settings as they are.</summary>
    /// <returns>Null: the file is no terminal.</returns>
    internal static UnixTerminal? Of(int fileDescriptor) =>
        OperatingSystem.IsMacOS() ? MacTerminal.Read(fileDescriptor) : LinuxTerminal.Read(fileDescriptor);

    /// <summary>8N1, no flow control, no translation, no echo, no signals from characters.</summary>
    /// <param name="baud">Bits per second, or null to leave the speed alone.</param>
    /// <returns>False: the device refuses these settings.</returns>
    internal abstract bool SetRaw(int? baud);

    /// <summary>Makes the system refuse further opens, or lets it accept them again.</summary>
    internal abstract void SetExclusive(bool isExclusive);

    /// <summary>Waits until there is something to read, or the other side hung up.</summary>
    /// <returns>False: the time is over, or a signal came.</returns>
    internal abstract bool WaitForInput(int timeoutMilliseconds);

    /// <summary>Puts back the settings found by <see cref="Of"/>. A device that is gone is nobody's fault.</summary>
    internal abstract void Restore();
}
