namespace Hardware.Cli;

/// <summary>Why a stream takes nothing any more.</summary>
/// <param name="Message">The system's words.</param>
/// <param name="IsReaderGone">True: nobody wants more, as after <c>head</c>. False: what was written is lost.</param>
public sealed record StreamFault(string Message, bool IsReaderGone);

/// <summary>A stream to which writing never throws: the first fault is kept, and what comes after it is dropped. So who writes
/// need not care in the middle of its work, and what became of it is said once, at the end.</summary>
/// <param name="inner">The stream behind it, which keeps nothing back; null: there is none, the program was started with it
/// closed.</param>
public sealed class LastingStream(Stream? inner) : Stream
{
    private const int BrokenPipe = 32;
    private const int WindowsBrokenPipe = unchecked((int)0x8007006D);
    private const int WindowsPipeClosing = unchecked((int)0x800700E8);

    /// <summary>Why it takes nothing any more; null: it does.</summary>
    public StreamFault? Fault { get; private set; } =
        inner is null ? new StreamFault("it is closed", IsReaderGone: true) : null;

    /// <inheritdoc/>
    public override bool CanRead => false;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (Fault is not null) return;
        try
        {
            inner!.Write(buffer);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The runtime names the file behind the system's words; who says this has named it before.
            Fault = new StreamFault(exception.Message.ReplaceLineEndings(" ").Split(" : '")[0],
                exception.HResult is BrokenPipe or WindowsBrokenPipe or WindowsPipeClosing);
        }
    }

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override void Flush()
    {
        // Nothing is kept back here.
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing) inner?.Dispose();
        base.Dispose(disposing);
    }
}
