using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Hardware.Serial;

/// <summary>The C library's calls that are the same on Linux and macOS. Numbers that differ are chosen here.</summary>
[UnsupportedOSPlatform("windows")]
internal static partial class LibC
{
    internal const int NoSuchEntry = 2;
    internal const int Interrupted = 4;
    internal const int NoSuchDeviceOrAddress = 6;
    internal const int PermissionDenied = 13;
    internal const int DeviceBusy = 16;
    internal const int NoSuchDevice = 19;
    internal const int NotADirectory = 20;
    internal const int IsADirectory = 21;

    internal const short PollIn = 0x0001;
    internal const short PollOut = 0x0004;
    internal const short PollHangUp = 0x0010;

    internal const int LockExclusive = 2;
    internal const int LockNonBlocking = 4;

    /// <summary>More than any system's <c>termios</c> takes; nothing here looks inside one.</summary>
    internal const int SettingsBytes = 256;

    /// <summary>Read and write, not as controlling terminal, never blocking, not inherited by child processes.</summary>
    internal static readonly int OpenFlags = OperatingSystem.IsMacOS()
        ? 0x2 | 0x20000 | 0x4 | 0x1000000
        : 0x2 | 0x100 | 0x800 | 0x80000;

    [StructLayout(LayoutKind.Sequential)]
    internal struct PollRequest
    {
        public int FileDescriptor;
        public short Wanted;
        public short Seen;
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    internal static partial int Close(int fileDescriptor);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    internal static unsafe partial nint Read(int fileDescriptor, byte* buffer, nuint bytes);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    internal static unsafe partial nint Write(int fileDescriptor, byte* buffer, nuint bytes);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    internal static partial int Poll(ref PollRequest request, nuint count, int timeoutMilliseconds);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    internal static partial int Lock(int fileDescriptor, int operation);

    [LibraryImport("libc", EntryPoint = "tcgetattr", SetLastError = true)]
    internal static partial int GetSettings(int fileDescriptor, [In, Out] byte[] settings);

    [LibraryImport("libc", EntryPoint = "tcsetattr", SetLastError = true)]
    internal static partial int PutSettings(int fileDescriptor, int when, byte[] settings);

    [LibraryImport("libc", EntryPoint = "cfmakeraw")]
    internal static partial void MakeRaw([In, Out] byte[] settings);

    [LibraryImport("libc", EntryPoint = "posix_openpt", SetLastError = true)]
    internal static partial int OpenPseudoTerminal(int flags);

    [LibraryImport("libc", EntryPoint = "grantpt", SetLastError = true)]
    internal static partial int GrantPseudoTerminal(int fileDescriptor);

    [LibraryImport("libc", EntryPoint = "unlockpt", SetLastError = true)]
    internal static partial int UnlockPseudoTerminal(int fileDescriptor);

    /// <returns>0, or an error number.</returns>
    [LibraryImport("libc", EntryPoint = "ptsname_r", SetLastError = true)]
    internal static unsafe partial int PseudoTerminalName(int fileDescriptor, byte* name, nuint bytes);

    /// <summary>The number of the last failed call's error.</summary>
    internal static int LastError => Marshal.GetLastPInvokeError();

    /// <summary>The system's words for the last failed call.</summary>
    internal static string LastErrorText => Marshal.GetPInvokeErrorMessage(LastError);
}
