using Microsoft.Win32;

namespace Workqueues.Flash;

/// <summary>The serial ports of this PC, by the names that the operating system gives them.</summary>
public static class SerialPorts
{
    /// <summary>The ports that may be a board, sorted; empty when there is none.</summary>
    public static IReadOnlyList<string> List()
    {
        IEnumerable<string> ports =
            OperatingSystem.IsWindows() ? FromRegistry()
            : OperatingSystem.IsMacOS() ? Devices("cu.*")
            : Devices("ttyUSB*").Concat(Devices("ttyACM*"));

        return ports.Order(StringComparer.OrdinalIgnoreCase).ToArray();
    }

    /// <summary>Whether there is a port of that name.</summary>
    public static bool Exists(string port) =>
        OperatingSystem.IsWindows() ? List().Contains(port, StringComparer.OrdinalIgnoreCase) : File.Exists(port);

    private static string[] Devices(string pattern) =>
        Directory.Exists("/dev") ? Directory.GetFiles("/dev", pattern) : [];

    [System.Runtime.Versioning.SupportedOSPlatform("windows")]
    private static string[] FromRegistry()
    {
        using RegistryKey? key = Registry.LocalMachine.OpenSubKey(@"HARDWARE\DEVICEMAP\SERIALCOMM");
        return key is null ? [] : key.GetValueNames().Select(name => key.GetValue(name)).OfType<string>().ToArray();
    }
}
