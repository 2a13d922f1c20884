namespace Hardware.Monitor;

/// <summary>The board's text in a file: byte for byte as the board wrote it, behind what the file held before.</summary>
internal sealed class LogFile : ITextSink
{
    private readonly FileStream _file;
    private readonly string _path;

    /// <exception cref="LogFileException">The file cannot be opened.</exception>
    internal LogFile(string path)
    {
        _path = path;
        try
        {
            _file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new LogFileException(path, exception);
        }
    }

    /// <exception cref="LogFileException">The file cannot be written.</exception>
    public void Write(ReadOnlySpan<byte> text)
    {
        try
        {
            _file.Write(text);
        }
        catch (IOException exception)
        {
            throw new LogFileException(_path, exception);
        }
    }

    /// <exception cref="LogFileException">The file cannot be written.</exception>
    public void Flush()
    {
        try
        {
            _file.Flush();
        }
        catch (IOException exception)
        {
            throw new LogFileException(_path, exception);
        }
    }

    public void Break()
    {
    }

    public void Dispose()
    {
        try
        {
            _file.Dispose();
        }
        catch (IOException)
        {
            // Every Write was followed by a Flush, which has reported this.
        }
    }
}

/// <summary>The log file cannot be opened or written.</summary>
internal sealed class LogFileException(string path, Exception cause)
    : IOException($"{path}: cannot write the log: {cause.Message}", cause);
