namespace Hardware.Cli;

/// <summary>Words of a command that a user pastes into a shell.</summary>
public static class Shell
{
    private const string SingleQuotes = "'\u2018\u2019\u201A\u201B";
    private const string DoubleQuotes = "\"\u201C\u201D\u201E";

    /// <summary>A word that this system's shells take as it stands.</summary>
    public static string Quote(string word) => OperatingSystem.IsWindows() ? QuoteForWindows(word) : QuoteForPosix(word);

    /// <summary>For sh, bash and zsh.</summary>
    internal static string QuoteForPosix(string word) =>
        IsPlain(word, ",") && word[0] != '=' ? word : $"'{word.Replace("'", @"'\''")}'";

    /// <summary>For PowerShell and cmd.</summary>
    /// <remarks>
    /// <para>Both take double quotes. A word with letters that PowerShell replaces in them gets PowerShell's single quotes, which
    /// cmd does not know: no form is right for both. cmd replaces %NAME% in any form.</para>
    /// <para>The program that is started would take a backslash before the closing quote as one that escapes it.</para>
    /// </remarks>
    internal static string QuoteForWindows(string word)
    {
        // PowerShell makes two words of -a.b.
        if (IsPlain(word, "\\") && !(word[0] == '-' && word.Contains('.'))) return word;
        string text = word + new string('\\', word.Length - word.TrimEnd('\\').Length);
        if (!text.Any(letter => letter is '$' or '`' || DoubleQuotes.Contains(letter))) return $"\"{text}\"";
        return $"'{string.Concat(text.Select(letter => new string(letter, SingleQuotes.Contains(letter) ? 2 : 1)))}'";
    }

    private static bool IsPlain(string word, string others) =>
        word.Length > 0 && word.All(letter => char.IsAsciiLetterOrDigit(letter) || ("-_./:=+" + others).Contains(letter));
}
