using System.Runtime.InteropServices;

namespace Hardware.Serial;

/// <summary>Terminal settings on Linux, by the kernel's own <c>termios2</c>, which takes any speed.</summary>
/// <remarks>Layout and numbers are those of asm-generic: x86, ARM, ARM64, RISC-V.</remarks>
internal sealed partial class LinuxTerminal : UnixTerminal
{
    private const uint GetSettings = 0x802C542A;
    private const uint PutSettings = 0x402C542B;
    private const uint ExclusiveOn = 0x540C;
    private const uint ExclusiveOff = 0x540D;

    private const uint IgnoreBreak = 0x1;
    private const uint SpeedMask = 0x100F;
    private const uint SpeedInBitsPerSecond = 0x1000;
    private const int InputSpeedShift = 16;
    private const uint EightBits = 0x30;
    private const uint EnableReceiver = 0x80;
    private const uint HangUpOnClose = 0x400;
    private const uint IgnoreModemLines = 0x800;
    private const int MinimumBytesIndex = 6;
    private const int TimeIndex = 5;

    private readonly int _fileDescriptor;
    private readonly Settings _found;

    private LinuxTerminal(int fileDescriptor, Settings found)
    {
        _fileDescriptor = fileDescriptor;
        _found = found;
    }

    internal static LinuxTerminal? Read(int fileDescriptor)
    {
        Settings found = default;
        return Control(fileDescriptor, GetSettings, ref found) == 0 ? new LinuxTerminal(fileDescriptor, found) : null;
    }

    internal override bool SetRaw(int? baud)
    {
        Settings settings = _found;
        settings.InputFlags = IgnoreBreak;
        settings.OutputFlags = 0;
        settings.LocalFlags = 0;
        settings.ControlFlags &= SpeedMask | (SpeedMask << InputSpeedShift) | HangUpOnClose;
        settings.ControlFlags |= EightBits | EnableReceiver | IgnoreModemLines;
        if (baud is { } speed)
        {
            settings.ControlFlags &= HangUpOnClose | EightBits | EnableReceiver | IgnoreModemLines;
            settings.ControlFlags |= SpeedInBitsPerSecond | (SpeedInBitsPerSecond << InputSpeedShift);
            settings.InputSpeed = settings.OutputSpeed = (uint)speed;
        }

        settings.ControlCharacters[MinimumBytesIndex] = 1;
        settings.ControlCharacters[TimeIndex] = 0;
        if (Control(_fileDescriptor, PutSettings, ref settings) != 0) return false;
        if (baud is null) return true;

        // A driver takes the nearest speed it has and says so; a UART reads reliably within 3 percent.
        return Control(_fileDescriptor, GetSettings, ref settings) == 0
            && Math.Abs((long)settings.OutputSpeed - baud.Value) * 100 <= baud.Value * 3L;
    }

    internal override void SetExclusive(bool isExclusive) =>
        _ = Control(_fileDescriptor, isExclusive ? ExclusiveOn : ExclusiveOff);

    internal override bool WaitForInput(int timeoutMilliseconds)
    {
        var request = new LibC.PollRequest { FileDescriptor = _fileDescriptor, Wanted = LibC.PollIn };
        return LibC.Poll(ref request, 1, timeoutMilliseconds) > 0;
    }

    internal override void Restore()
    {
        Settings found = _found;
        _ = Control(_fileDescriptor, PutSettings, ref found);
    }

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int Control(int fileDescriptor, nuint request, ref Settings settings);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int Control(int fileDescriptor, nuint request);

    [System.Runtime.CompilerServices.InlineArray(19)]
    private struct Characters
    {
        private byte _first;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Settings
    {
        public uint InputFlags;
        public uint OutputFlags;
        public uint ControlFlags;
        public uint LocalFlags;
        public byte LineDiscipline;
        public Characters ControlCharacters;
        public uint InputSpeed;
        public uint OutputSpeed;
    }
}
