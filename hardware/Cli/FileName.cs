namespace Hardware.Cli;

/// <summary>The word after an option that takes a file or a folder.</summary>
public static class FileName
{
    /// <summary>Refuses one that was meant otherwise: an empty one, as an unset variable of a shell leaves, and the next option
    /// where the name was forgotten.</summary>
    /// <param name="option">The option.</param>
    /// <param name="path">The word.</param>
    /// <param name="kind">What it has to name.</param>
    /// <exception cref="UsageException">It is no name.</exception>
    public static void ThrowIfNone(string option, string path, string kind = "a file")
    {
        if (path.Length == 0) throw new UsageException($"{option}: the name of {kind} is needed");
        if (path[0] != '-') return;
        throw new UsageException($"{option} {path}: the name of {kind} is needed (./{path} for one that is called so)");
    }
}
