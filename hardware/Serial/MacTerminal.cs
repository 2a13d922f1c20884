using System.Runtime.InteropServices;

namespace Hardware.Serial;

/// <summary>Terminal settings on macOS: termios for everything but the speed, which <c>IOSSIOSPEED</c> sets freely.</summary>
/// <remarks>Layout and numbers are those of 64-bit Darwin, x86 and ARM. Waits with <c>select</c>, because <c>poll</c> was not
/// always reliable there for terminal devices.</remarks>
internal sealed partial class MacTerminal : UnixTerminal
{
    private const uint SetAnySpeed = 0x80085402;
    private const uint ExclusiveOn = 0x2000740D;
    private const uint ExclusiveOff = 0x2000740E;

    private const ulong IgnoreBreak = 0x1;
    private const ulong EightBits = 0x300;
    private const ulong EnableReceiver = 0x800;
    private const ulong HangUpOnClose = 0x4000;
    private const ulong IgnoreModemLines = 0x8000;
    private const int MinimumBytesIndex = 16;
    private const int TimeIndex = 17;
    private const int SafeSpeed = 9600;
    private const int FileDescriptorsMax = 1024;

    private readonly int _fileDescriptor;
    private readonly Settings _found;

    private MacTerminal(int fileDescriptor, Settings found)
    {
        _fileDescriptor = fileDescriptor;
        _found = found;
    }

    internal static MacTerminal? Read(int fileDescriptor)
    {
        Settings found = default;
        return GetSettings(fileDescriptor, ref found) == 0 ? new MacTerminal(fileDescriptor, found) : null;
    }

    internal override bool SetRaw(int? baud)
    {
        Settings settings = _found;
        settings.InputFlags = IgnoreBreak;
        settings.OutputFlags = 0;
        settings.LocalFlags = 0;
        settings.ControlFlags &= HangUpOnClose;
        settings.ControlFlags |= EightBits | EnableReceiver | IgnoreModemLines;
        if (baud is not null) settings.InputSpeed = settings.OutputSpeed = SafeSpeed;
        settings.ControlCharacters[MinimumBytesIndex] = 1;
        settings.ControlCharacters[TimeIndex] = 0;
        if (PutSettings(_fileDescriptor, 0, ref settings) != 0) return false;
        if (baud is null) return true;

        // A pseudo terminal knows no speed and refuses the request as none of its own.
        ulong speed = (ulong)baud.Value;
        return ControlSpeed(ref speed) == 0 || LibC.LastError == LibC.NotATerminal;
    }

    internal override void SetExclusive(bool isExclusive) =>
        _ = Control(_fileDescriptor, isExclusive ? ExclusiveOn : ExclusiveOff);

    internal override bool WaitForInput(int timeoutMilliseconds)
    {
        ObjectDisposedException.ThrowIf(_fileDescriptor is < 0 or >= FileDescriptorsMax, this);
        FileDescriptors wanted = default;
        wanted[_fileDescriptor / 32] = 1u << (_fileDescriptor % 32);
        var time = new TimeValue { Seconds = timeoutMilliseconds / 1000, Microseconds = timeoutMilliseconds % 1000 * 1000 };
        return Select(_fileDescriptor + 1, ref wanted, 0, 0, ref time) > 0;
    }

    internal override void Restore()
    {
        Settings found = _found;
        _ = PutSettings(_fileDescriptor, 0, ref found);
    }

    /// <remarks>ioctl takes its third argument as "…", and on ARM Darwin such arguments lie on the stack: six words fill the
    /// registers before it. On x86 it is the third register.</remarks>
    private int ControlSpeed(ref ulong speed) => RuntimeInformation.ProcessArchitecture == Architecture.Arm64
        ? ControlOnStack(_fileDescriptor, SetAnySpeed, 0, 0, 0, 0, 0, 0, ref speed)
        : Control(_fileDescriptor, SetAnySpeed, ref speed);

    [LibraryImport("libc", EntryPoint = "tcgetattr", SetLastError = true)]
    private static partial int GetSettings(int fileDescriptor, ref Settings settings);

    [LibraryImport("libc", EntryPoint = "tcsetattr", SetLastError = true)]
    private static partial int PutSettings(int fileDescriptor, int when, ref Settings settings);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int Control(int fileDescriptor, nuint request);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int Control(int fileDescriptor, nuint request, ref ulong value);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int ControlOnStack(
        int fileDescriptor, nuint request, nint a, nint b, nint c, nint d, nint e, nint f, ref ulong value);

    [LibraryImport("libc", EntryPoint = "select", SetLastError = true)]
    private static partial int Select(int count, ref FileDescriptors reading, nint writing, nint failing, ref TimeValue timeout);

    [System.Runtime.CompilerServices.InlineArray(20)]
    private struct Characters
    {
        private byte _first;
    }

    [System.Runtime.CompilerServices.InlineArray(FileDescriptorsMax / 32)]
    private struct FileDescriptors
    {
        private uint _first;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Settings
    {
        public ulong InputFlags;
        public ulong OutputFlags;
        public ulong ControlFlags;
        public ulong LocalFlags;
        public Characters ControlCharacters;
        public ulong InputSpeed;
        public ulong OutputSpeed;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct TimeValue
    {
        public long Seconds;
        public int Microseconds;
    }
}
