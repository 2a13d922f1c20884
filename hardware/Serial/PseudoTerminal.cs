using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Hardware.Serial;

/// <summary>A serial port made of code: one end is this object, the other a path that any terminal program can open.</summary>
/// <remarks>
/// <para>It behaves as a board's UART: what is sent while nobody listens is lost, and so is what a listener does not fetch in
/// time; both are counted. The path starts in raw mode.</para>
/// <para>Thread-safe for one writer and one reader at a time. The system's buffer takes some kilobytes; what a listener leaves
/// unread in it, the next listener gets.</para>
/// </remarks>
[UnsupportedOSPlatform("windows")]
public sealed class PseudoTerminal : IDisposable
{
    private const int NameBytesMax = 128;

    private int _fileDescriptor;

    private PseudoTerminal(int fileDescriptor, string path)
    {
        _fileDescriptor = fileDescriptor;
        Path = path;
    }

    /// <summary>What the other side opens, such as <c>/dev/pts/3</c>. It vanishes with <see cref="Dispose"/>.</summary>
    public string Path { get; }

    /// <summary>Bytes that nobody took.</summary>
    public long DroppedBytes { get; private set; }

    /// <summary>True while some program has the path open.</summary>
    public bool HasListener => (Poll(0, 0) & LibC.PollHangUp) == 0;

    internal int FileDescriptor => _fileDescriptor;

    /// <summary>Makes one.</summary>
    /// <exception cref="IOException">The system has none left, or does not know such a thing.</exception>
    public static PseudoTerminal Open()
    {
        if (OperatingSystem.IsWindows())
            throw new PlatformNotSupportedException("Windows has no pseudo terminals that look like a serial port");

        int fileDescriptor = LibC.OpenPseudoTerminal(LibC.OpenFlags);
        if (fileDescriptor < 0) throw new IOException("no pseudo terminal: " + LibC.LastErrorText);
        try
        {
            if (LibC.GrantPseudoTerminal(fileDescriptor) != 0 || LibC.UnlockPseudoTerminal(fileDescriptor) != 0)
                throw new IOException("no pseudo terminal: " + LibC.LastErrorText);
            string path = ReadName(fileDescriptor);

            // Opened and closed once, the other end counts as hung up: that is how a missing listener is seen from here.
            int other = LibC.Open(path, LibC.OpenFlags);
            if (other < 0) throw new IOException($"{path}: {LibC.LastErrorText}");
            bool isRaw = SetRaw(other);
            _ = LibC.Close(other);
            return isRaw ? new PseudoTerminal(fileDescriptor, path) : throw new IOException($"{path}: cannot be set to raw mode");
        }
        catch (IOException)
        {
            _ = LibC.Close(fileDescriptor);
            throw;
        }
    }

    /// <summary>Sends what the listener has room for, now; the rest is dropped and counted. Never waits.</summary>
    /// <returns>How many bytes were taken.</returns>
    /// <exception cref="ObjectDisposedException">It is closed.</exception>
    public int Write(ReadOnlySpan<byte> bytes)
    {
        int taken = Send(bytes);
        DroppedBytes += bytes.Length - taken;
        return taken;
    }

    /// <summary>Sends everything, and waits for the listener to make room: for programs that replay a log, not for firmware,
    /// which a UART does not stop.</summary>
    /// <param name="bytes">What to send.</param>
    /// <param name="timeoutMilliseconds">How long to wait, each time, until the listener reads on.</param>
    /// <returns>False: there is no listener, or it did not read on in time; the rest is dropped and counted.</returns>
    /// <exception cref="ObjectDisposedException">It is closed.</exception>
    public bool WriteAll(ReadOnlySpan<byte> bytes, int timeoutMilliseconds)
    {
        while (true)
        {
            bytes = bytes[Send(bytes)..];
            if (bytes.IsEmpty) return true;
            if ((Poll(LibC.PollOut, timeoutMilliseconds) & (LibC.PollOut | LibC.PollHangUp)) == LibC.PollOut) continue;
            DroppedBytes += bytes.Length;
            return false;
        }
    }

    /// <summary>Fetches what the listener has sent.</summary>
    /// <param name="buffer">Where it goes.</param>
    /// <param name="timeoutMilliseconds">How long to wait for the first byte. Returns at once while there is no listener.</param>
    /// <returns>How many bytes there are; 0: none came.</returns>
    /// <exception cref="ObjectDisposedException">It is closed.</exception>
    public unsafe int Read(Span<byte> buffer, int timeoutMilliseconds)
    {
        if ((Poll(LibC.PollIn, timeoutMilliseconds) & LibC.PollIn) == 0) return 0;
        fixed (byte* start = buffer) return (int)Math.Max(0, LibC.Read(_fileDescriptor, start, (nuint)buffer.Length));
    }

    /// <summary>Takes the path away. A listener sees its device vanish.</summary>
    public void Dispose()
    {
        int fileDescriptor = Interlocked.Exchange(ref _fileDescriptor, -1);
        if (fileDescriptor >= 0) _ = LibC.Close(fileDescriptor);
    }

    private unsafe int Send(ReadOnlySpan<byte> bytes)
    {
        int sent = 0;
        while (sent < bytes.Length && HasListener)
        {
            nint taken;
            fixed (byte* start = bytes[sent..]) taken = LibC.Write(_fileDescriptor, start, (nuint)(bytes.Length - sent));
            if (taken > 0) sent += (int)taken;
            else if (taken == 0 || LibC.LastError != LibC.Interrupted) break;
        }

        return sent;
    }

    private short Poll(short wanted, int timeoutMilliseconds)
    {
        ObjectDisposedException.ThrowIf(_fileDescriptor < 0, this);
        var request = new LibC.PollRequest { FileDescriptor = _fileDescriptor, Wanted = wanted };
        return LibC.Poll(ref request, 1, timeoutMilliseconds) > 0 ? request.Seen : (short)0;
    }

    private static bool SetRaw(int fileDescriptor)
    {
        var settings = new byte[LibC.SettingsBytes];
        if (LibC.GetSettings(fileDescriptor, settings) != 0) return false;
        LibC.MakeRaw(settings);
        return LibC.PutSettings(fileDescriptor, 0, settings) == 0;
    }

    private static unsafe string ReadName(int fileDescriptor)
    {
        byte* name = stackalloc byte[NameBytesMax];
        return LibC.PseudoTerminalName(fileDescriptor, name, NameBytesMax) == 0
            ? Marshal.PtrToStringUTF8((nint)name)!
            : throw new IOException("no pseudo terminal: " + LibC.LastErrorText);
    }
}
