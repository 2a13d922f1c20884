using System.Globalization;
using System.Text;

namespace Hardware.Monitor;

/// <summary>The board's text for people: lenient UTF-8, a time before each line, control characters visible.</summary>
/// <remarks>Text appears as it comes, whole line or not. Notices of
/// the program itself go to another writer, and never into the middle of a line of the text. Holds at most one unfinished
/// character and one carriage return.</remarks>
/// <param name="text">Where the text goes.</param>
/// <param name="notices">Where notices go.</param>
/// <param name="clock">Gives the times; null: no times.</param>
internal sealed class Screen(TextWriter text, TextWriter notices, TimeProvider? clock) : ITextSink, IDisposable
{
    private const int BytesPerStep = 1024;
    private const char CarriageReturn = '\r';
    private const char LineFeed = '\n';
    private const char Delete = '\x7f';
    private const char FirstPrintable = ' ';
    private const char LastControl = '\x9f';

    private readonly Decoder _decoder = Encoding.UTF8.GetDecoder();
    private readonly char[] _characters = new char[Encoding.UTF8.GetMaxCharCount(BytesPerStep)];
    private bool _isInsideLine;
    private bool _hasCarriageReturn;

    public void Write(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            int stepBytes = Math.Min(bytes.Length, BytesPerStep);
            int count = _decoder.GetChars(bytes[..stepBytes], _characters, flush: false);
            foreach (char character in _characters.AsSpan(0, count)) Put(character);
            bytes = bytes[stepBytes..];
        }
    }

    public void Flush() => text.Flush();

    public void Break()
    {
        int count = _decoder.GetChars([], _characters, flush: true);
        foreach (char character in _characters.AsSpan(0, count)) Put(character);
        if (_hasCarriageReturn) PutCarriageReturn();
        EndLine();
        text.Flush();
    }

    /// <summary>Says something that is not the board's, on a line of its own.</summary>
    internal void Notice(string message)
    {
        EndLine();
        text.Flush();
        notices.WriteLine($"-- {message} --");
        notices.Flush();
    }

    public void Dispose() => text.Flush();

    private void Put(char character)
    {
        if (character == LineFeed)
        {
            _hasCarriageReturn = false;
            BeginLine();
            EndLine();
            return;
        }

        if (_hasCarriageReturn) PutCarriageReturn();
        if (character == CarriageReturn)
        {
            _hasCarriageReturn = true;
            return;
        }

        BeginLine();
        if (character is >= FirstPrintable and < Delete or > LastControl or '\t') text.Write(character);
        else if (character <= Delete) PutCaret(character);
        else text.Write($"\\x{(int)character:X2}");
    }

    private void PutCarriageReturn()
    {
        _hasCarriageReturn = false;
        BeginLine();
        PutCaret(CarriageReturn);
    }

    /// <summary>The notation of <c>cat -v</c>: ^@ for 0, ^[ for escape, ^? for delete.</summary>
    private void PutCaret(char character)
    {
        text.Write('^');
        text.Write((char)(character ^ 0x40));
    }

    private void BeginLine()
    {
        if (_isInsideLine) return;
        _isInsideLine = true;
        if (clock is null) return;
        text.Write(clock.GetLocalNow().ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture));
        text.Write("  ");
    }

    private void EndLine()
    {
        if (!_isInsideLine) return;
        _isInsideLine = false;
        text.Write(LineFeed);
    }
}
