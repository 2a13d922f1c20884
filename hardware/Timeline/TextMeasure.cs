namespace Hardware.Timeline;

/// <summary>How wide words are, as nobody can ask the reader's fonts: estimated for DejaVu Sans, the widest of those that the
/// picture names.</summary>
internal static class TextMeasure
{
    /// <summary>Width in pixels.</summary>
    internal static double Width(string words, double sizePixels) => sizePixels * words.Sum(Ems);

    /// <summary>The words, or as many of their letters as fit with an ellipsis.</summary>
    internal static string Fit(string words, double sizePixels, double widthPixels)
    {
        if (Width(words, sizePixels) <= widthPixels) return words;
        double left = widthPixels - (sizePixels * Ems('…'));
        int length = 0;
        while (length < words.Length && (left -= sizePixels * Ems(words[length])) >= 0) length++;
        return words[..length] + "…";
    }

    private static double Ems(char letter) => letter switch
    {
        'i' or 'j' or 'l' or 'I' or '|' or '\'' or '.' or ',' or ':' or ';' or ' ' or '/' => 0.36,
        'f' or 't' or 'r' or '(' or ')' or '[' or ']' or '-' => 0.43,
        'm' or '%' or 'W' or '@' or '…' => 1.03,
        'w' or 'M' or '#' or '<' or '>' or '=' or '+' or '×' or '~' => 0.88,
        'O' or 'Q' or 'G' or 'N' or 'H' or 'D' or 'U' => 0.8,
        >= 'A' and <= 'Z' => 0.72,
        >= '\u1100' => 1.05,
        _ => 0.65,
    };
}
