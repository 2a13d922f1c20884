using Microsoft.Win32;

namespace Hardware.Serial;

/// <summary>A serial port this computer has.</summary>
/// <param name="Path">What <see cref="SerialPort.Open"/> takes.</param>
/// <param name="Description">What is known about the device behind it; may be empty.</param>
public readonly record struct SerialPortInfo(string Path, string Description);

/// <summary>Finds the serial ports of this computer.</summary>
public static class SerialPortList
{
    /// <summary>The ports there are now, in order of their names. Opens none of them.</summary>
    public static IReadOnlyList<SerialPortInfo> Find()
    {
        if (OperatingSystem.IsWindows()) return FindOnWindows();
        return OperatingSystem.IsMacOS() ? FindOnMac("/dev") : FindOnLinux("/sys/class/tty", "/dev");
    }

    /// <summary>Terminals with a device behind them; of the built-in UARTs those that exist.</summary>
    internal static IReadOnlyList<SerialPortInfo> FindOnLinux(string systemFolder, string deviceFolder)
    {
        if (!Directory.Exists(systemFolder)) return [];
        Dictionary<string, string> descriptions = ReadLinks(Path.Combine(deviceFolder, "serial", "by-id"));
        return
        [
            .. from folder in Directory.EnumerateFileSystemEntries(systemFolder)
               where Directory.Exists(Path.Combine(folder, "device")) && !IsUnknownUart(folder)
               let name = Path.GetFileName(folder)
               let path = Path.Combine(deviceFolder, name)
               where File.Exists(path)
               orderby name.Length, name
               select new SerialPortInfo(path, descriptions.GetValueOrDefault(name, "")),
        ];
    }

    /// <summary>The call-out devices, without those that every Mac has.</summary>
    internal static IReadOnlyList<SerialPortInfo> FindOnMac(string deviceFolder) =>
    [
        .. from path in Directory.EnumerateFileSystemEntries(deviceFolder, "cu.*")
           where !path.EndsWith("Bluetooth-Incoming-Port", StringComparison.Ordinal)
               && !path.EndsWith("debug-console", StringComparison.Ordinal)
               && !path.EndsWith("wlan-debug", StringComparison.Ordinal)
           orderby path
           select new SerialPortInfo(path, ""),
    ];

    [System.Runtime.Versioning.SupportedOSPlatform("windows")]
    private static IReadOnlyList<SerialPortInfo> FindOnWindows()
    {
        using RegistryKey? key = Registry.LocalMachine.OpenSubKey(@"HARDWARE\DEVICEMAP\SERIALCOMM");
        if (key is null) return [];
        return
        [
            .. from device in key.GetValueNames()
               let name = key.GetValue(device) as string
               where name is not null
               orderby name.Length, name
               select new SerialPortInfo(name, device),
        ];
    }

    /// <summary>True for the placeholders the kernel keeps for UARTs a computer might have: type 0.</summary>
    private static bool IsUnknownUart(string folder)
    {
        string type = Path.Combine(folder, "type");
        return File.Exists(type) && File.ReadAllText(type).Trim() == "0";
    }

    private static Dictionary<string, string> ReadLinks(string folder)
    {
        var names = new Dictionary<string, string>();
        if (!Directory.Exists(folder)) return names;
        foreach (string link in Directory.EnumerateFileSystemEntries(folder))
        {
            if (new FileInfo(link).LinkTarget is { } target) names[Path.GetFileName(target)] = Path.GetFileName(link);
        }

        return names;
    }
}
