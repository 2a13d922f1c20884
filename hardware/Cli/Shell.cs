namespace Hardware.Cli;

/// <summary>Words of a command that a user pastes into a shell: bash and its like, or on Windows cmd and PowerShell.</summary>
public static class Shell
{
    /// <summary>A word that the shell takes as it stands.</summary>
    public static string Quote(string word)
    {
        if (word.Length > 0 && word.All(letter => char.IsAsciiLetterOrDigit(letter) || "-_./:=+,\\".Contains(letter))
            && (OperatingSystem.IsWindows() || !word.Contains('\\'))) return word;
        return OperatingSystem.IsWindows() ? $"\"{word}\"" : $"'{word.Replace("'", @"'\''")}'";
    }
}
