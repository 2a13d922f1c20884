namespace Hardware.Monitor;

/// <summary>A reader of the board's text. Everything that wants the log is one: the screen, a file, a picture of its trace
/// lines.</summary>
internal interface ITextSink
{
    /// <summary>The next bytes of the text, cut anywhere. The span is valid during the call only.</summary>
    void Write(ReadOnlySpan<byte> text);

    /// <summary>Nothing more came for the moment: what was written must now be visible outside.</summary>
    void Flush();

    /// <summary>The text breaks off here: the device went away, or the program ends.</summary>
    void Break();
}

/// <summary>A sink cannot write; the message is one line.</summary>
internal sealed class SinkException(string message) : Exception(message);
