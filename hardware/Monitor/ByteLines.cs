using System.Text;

namespace Hardware.Monitor;

/// <summary>Puts the bytes of a text together to its lines.</summary>
/// <param name="line">Called with each, without its end.</param>
internal sealed class ByteLines(Action<string> line)
{
    // Longer lines are cut: they are no trace's.
    private const int LineBytesMax = 4096;

    private readonly List<byte> _bytes = [];

    /// <summary>The next bytes, cut anywhere.</summary>
    internal void Write(ReadOnlySpan<byte> text)
    {
        foreach (byte letter in text)
        {
            if (letter == (byte)'\n') End();
            else if (_bytes.Count < LineBytesMax) _bytes.Add(letter);
        }
    }

    /// <summary>True: a line has begun.</summary>
    internal bool IsInside => _bytes.Count > 0;

    /// <summary>The text breaks off: what there is of a line is one, also nothing.</summary>
    internal void End()
    {
        string text = Encoding.UTF8.GetString([.. _bytes]).TrimEnd('\r');
        _bytes.Clear();
        line(text);
    }
}
