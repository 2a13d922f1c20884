namespace Hardware.Cli;

/// <summary>The repository that the running program was built in.</summary>
public static class Repository
{
    private static readonly Lazy<string> s_root = new(Find);

    /// <summary>Its top folder.</summary>
    /// <exception cref="UsageException">The program lies somewhere else.</exception>
    public static string Root => s_root.Value;

    /// <summary>The text of a file in it.</summary>
    /// <param name="path">From the top folder.</param>
    public static string Text(string path) => File.ReadAllText(Path.Combine(Root, path));

    private static string Find()
    {
        for (string? folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, "nf.sln"))) return Path.TrimEndingDirectorySeparator(folder);
        }

        throw new UsageException("this program reads files of its repository; start it there, with dotnet run --project");
    }
}
