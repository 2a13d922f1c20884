using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Hardware.Cli;

/// <summary>What only the system knows of files and descriptors. Asked on Linux by its own calls; elsewhere as well as it can be
/// told from names.</summary>
internal static partial class FileSystem
{
    private const int StandardOutput = 1;
    private const int StandardError = 2;

    private const int CurrentFolder = -100;
    private const int EmptyPath = 0x1000;
    private const uint BasicStatus = 0x7FF;
    private const int FileKindMask = 0xF000;
    private const int RegularFile = 0x8000;

    private const int GetDescriptorFlags = 1;
    private const int CloseOnExecute = 1;

    // What was closed when the program started: later the runtime may have opened something of its own there.
    private static readonly bool[] s_isClosed = [false, IsClosed(StandardOutput), IsClosed(StandardError)];

    /// <summary>Which file it is, whatever names and links lead there: two that are equal are one file.</summary>
    /// <returns>Null: there is none.</returns>
    internal static string? Identity(string path)
    {
        if (OperatingSystem.IsLinux()) return Ask(CurrentFolder, path, 0) is { } status ? Identity(status) : null;
        if (!File.Exists(path)) return null;
        string real = File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? Path.GetFullPath(path);
        return real.ToUpperInvariant();
    }

    /// <summary>Which file standard output goes to. Null: none, or one that more than one may write to, such as a
    /// terminal.</summary>
    internal static string? OutputIdentity() =>
        OperatingSystem.IsLinux() && !s_isClosed[StandardOutput] && Ask(StandardOutput, "", EmptyPath) is { } status
            && IsRegular(status) ? Identity(status) : null;

    /// <summary>False: a device or a pipe.</summary>
    internal static bool IsRegular(string path) =>
        OperatingSystem.IsLinux() ? Ask(CurrentFolder, path, 0) is { } status && IsRegular(status)
            : !path.StartsWith("/dev/", StringComparison.Ordinal);

    /// <summary>The name of a standard stream that was closed when the program started, and leads to something else by now; null:
    /// it is none.</summary>
    internal static string? ClosedStream(string path)
    {
        foreach ((int number, string name) in new[] { (StandardOutput, "stdout"), (StandardError, "stderr") })
        {
            string[] paths = ["/dev/" + name, $"/dev/fd/{number}", $"/proc/self/fd/{number}"];
            if (s_isClosed[number] && paths.Contains(path))
            {
                return name == "stdout" ? "standard output" : "standard error";
            }
        }

        return null;
    }

    /// <summary>Standard output.</summary>
    /// <remarks>The console's own stream keeps silent about a broken pipe, and a program would run on for nobody. In a file only
    /// the console's stream goes on where other programs stopped.</remarks>
    internal static LastingStream OpenOutput()
    {
        if (OperatingSystem.IsWindows()) return new LastingStream(Console.OpenStandardOutput());
        if (s_isClosed[StandardOutput]) return new LastingStream(null);
        var pipe = new FileStream(
            new Microsoft.Win32.SafeHandles.SafeFileHandle(StandardOutput, ownsHandle: false), FileAccess.Write, bufferSize: 0);
        return new LastingStream(pipe.CanSeek ? Console.OpenStandardOutput() : pipe);
    }

    /// <summary>Standard error.</summary>
    internal static LastingStream OpenError() => new(s_isClosed[StandardError] ? null : Console.OpenStandardError());

    /// <summary>True: the program was started without it. Its number belongs to something else by now, such as a pipe that the
    /// runtime keeps for itself, and must not be written to.</summary>
    /// <remarks>What a program inherits survives the start of a program; what the runtime opens does not.</remarks>
    private static bool IsClosed(int fileDescriptor)
    {
        if (OperatingSystem.IsWindows()) return false;
        int flags = Control(fileDescriptor, GetDescriptorFlags);
        return flags < 0 || (flags & CloseOnExecute) != 0;
    }

    private static bool IsRegular(in Status status) => (status.Mode & FileKindMask) == RegularFile;

    private static string Identity(in Status status) => $"{status.DeviceMajor}:{status.DeviceMinor}:{status.Number}";

    [SupportedOSPlatform("linux")]
    private static Status? Ask(int folder, string path, int flags) =>
        ExtendedStatus(folder, path, flags, BasicStatus, out Status status) == 0 ? status : null;

    [UnsupportedOSPlatform("windows")]
    [LibraryImport("libc", EntryPoint = "fcntl")]
    private static partial int Control(int fileDescriptor, int command);

    [SupportedOSPlatform("linux")]
    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int ExtendedStatus(int folder, string path, int flags, uint mask, out Status status);

    // struct statx: the same on every processor, other than struct stat.
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct Status
    {
        [FieldOffset(28)] public ushort Mode;
        [FieldOffset(32)] public ulong Number;
        [FieldOffset(136)] public uint DeviceMajor;
        [FieldOffset(140)] public uint DeviceMinor;
    }
}
