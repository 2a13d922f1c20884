using Hardware.Cli;

namespace Hardware.Monitor;

/// <summary>The board's text in a file: byte for byte as the board wrote it.</summary>
/// <param name="file">The file. Not disposed here.</param>
internal sealed class LogSink(OutputFile file) : ITextSink
{
    public void Write(ReadOnlySpan<byte> text) => file.Write(text);

    /// <exception cref="SinkException">The file cannot be written.</exception>
    public void Flush()
    {
        file.Flush();
        if (file.Failure is { } failure) throw new SinkException(failure);
    }

    public void Break()
    {
    }
}
