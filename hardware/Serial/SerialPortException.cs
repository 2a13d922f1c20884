namespace Hardware.Serial;

/// <summary>What is wrong with a port, as far as a user can do something about it.</summary>
public enum SerialPortFault
{
    /// <summary>Nothing has this name.</summary>
    NotFound,

    /// <summary>The user may not open it.</summary>
    NoPermission,

    /// <summary>Another program has it open.</summary>
    Busy,

    /// <summary>The name belongs to something else, a file for instance.</summary>
    NotASerialPort,

    /// <summary>The port cannot run at this speed.</summary>
    BadBaudRate,

    /// <summary>It was open, and the device went away.</summary>
    Gone,

    /// <summary>Anything else; the message has the system's words.</summary>
    Other,
}

/// <summary>A serial port cannot be opened, or went away.</summary>
/// <param name="fault">The cause.</param>
/// <param name="message">One line: what is wrong and what to do.</param>
public sealed class SerialPortException(SerialPortFault fault, string message) : IOException(message)
{
    /// <summary>The cause.</summary>
    public SerialPortFault Fault => fault;

    internal static SerialPortException NotFound(string path) =>
        new(SerialPortFault.NotFound, $"{path}: no such port; is the board plugged in?");

    internal static SerialPortException NoPermission(string path) => new(SerialPortFault.NoPermission, OperatingSystem.IsLinux()
        ? $"{path}: no permission; join the group that owns it, `sudo usermod -aG dialout $USER` (Arch: uucp), and log in again"
        : $"{path}: no permission to open it");

    internal static SerialPortException Busy(string path) =>
        new(SerialPortFault.Busy, $"{path}: in use by another program; close its monitor, flasher or debugger and try again");

    internal static SerialPortException NotASerialPort(string path) =>
        new(SerialPortFault.NotASerialPort, $"{path}: not a serial port");

    internal static SerialPortException BadBaudRate(string path, int baud) =>
        new(SerialPortFault.BadBaudRate, $"{path}: cannot run at {baud} baud; try another speed");

    internal static SerialPortException Gone(string path) => new(SerialPortFault.Gone, $"{path}: the device went away");

    internal static SerialPortException Other(string path, string reason) => new(SerialPortFault.Other, $"{path}: {reason}");
}
