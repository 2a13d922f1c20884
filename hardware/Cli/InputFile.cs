namespace Hardware.Cli;

/// <summary>A file that an option names, to be read.</summary>
public static class InputFile
{
    /// <summary>The project in a folder.</summary>
    /// <param name="option">The option that names the folder.</param>
    /// <param name="folder">The folder.</param>
    /// <param name="path">As the user wrote it.</param>
    /// <exception cref="UsageException">There is none, or more than one.</exception>
    public static string ProjectIn(string option, string folder, string path)
    {
        string[] projects = Directory.GetFiles(folder, "*.csproj");
        if (projects.Length == 1) return projects[0];
        throw new UsageException($"{option} {path}: a folder with one project is needed; this one has {projects.Length}");
    }

    /// <summary>Reads it.</summary>
    /// <param name="option">The option.</param>
    /// <param name="path">The file's name: also a pipe's or a device's.</param>
    /// <param name="read">What is made of its text.</param>
    /// <exception cref="UsageException">It cannot be read.</exception>
    public static T Read<T>(string option, string path, Func<TextReader, T> read)
    {
        if (Directory.Exists(path)) throw new UsageException($"{option} {path}: this is a folder; name a file");
        try
        {
            using StreamReader text = File.OpenText(path);
            return read(text);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException
            or NotSupportedException)
        {
            throw new UsageException($"{option} {path}: cannot be read: {exception.Message.ReplaceLineEndings(" ")}");
        }
    }
}
