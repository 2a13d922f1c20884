using System.Runtime.InteropServices;
using System.Runtime.Versioning;

using Microsoft.Win32.SafeHandles;

namespace Hardware.Monitor;

/// <summary>Why a standard stream takes nothing any more.</summary>
/// <param name="Message">The system's words.</param>
/// <param name="IsReaderGone">True: nobody wants more, as after <c>head</c>. False: what was written is lost.</param>
internal sealed record StreamFault(string Message, bool IsReaderGone);

/// <summary>Standard output or standard error. Writing never throws: the first fault is kept, and what comes after it is dropped.
/// </summary>
/// <param name="inner">The stream behind it; null: the program was started with it closed.</param>
internal sealed partial class StandardStream(Stream? inner) : Stream
{
    private const int StandardOutput = 1;
    private const int StandardError = 2;

    private const int GetDescriptorFlags = 1;
    private const int CloseOnExecute = 1;
    private const int BrokenPipe = 32;
    private const int WindowsBrokenPipe = unchecked((int)0x8007006D);
    private const int WindowsPipeClosing = unchecked((int)0x800700E8);

    /// <summary>Why it takes nothing any more; null: it does.</summary>
    internal StreamFault? Fault { get; private set; } =
        inner is null ? new StreamFault("it is closed", IsReaderGone: true) : null;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <remarks>The console's own stream keeps silent about a broken pipe, and the monitor would run on for nobody. In a file
    /// only the console's stream goes on where other programs stopped.</remarks>
    internal static StandardStream OpenOutput()
    {
        if (OperatingSystem.IsWindows()) return new StandardStream(Console.OpenStandardOutput());
        if (IsClosed(StandardOutput)) return new StandardStream(null);
        var pipe = new FileStream(new SafeFileHandle(StandardOutput, ownsHandle: false), FileAccess.Write, bufferSize: 0);
        return new StandardStream(pipe.CanSeek ? Console.OpenStandardOutput() : pipe);
    }

    internal static StandardStream OpenError() =>
        new(!OperatingSystem.IsWindows() && IsClosed(StandardError) ? null : Console.OpenStandardError());

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (Fault is not null) return;
        try
        {
            inner!.Write(buffer);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Fault = new StreamFault(
                exception.Message, exception.HResult is BrokenPipe or WindowsBrokenPipe or WindowsPipeClosing);
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
        // Nothing is kept back here, and the streams behind it keep nothing back either.
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    /// <summary>True: the program was started without it. Its number belongs to something else by now, such as a pipe that the
    /// runtime keeps for itself, and must not be written to.</summary>
    /// <remarks>What a program inherits survives the start of a program; what the runtime opens does not.</remarks>
    [UnsupportedOSPlatform("windows")]
    private static bool IsClosed(int fileDescriptor)
    {
        int flags = Control(fileDescriptor, GetDescriptorFlags);
        return flags < 0 || (flags & CloseOnExecute) != 0;
    }

    [UnsupportedOSPlatform("windows")]
    [LibraryImport("libc", EntryPoint = "fcntl")]
    private static partial int Control(int fileDescriptor, int command);
}
