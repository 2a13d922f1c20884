namespace DeviceCheck.Tests;

/// <summary>The repository that the tests were built in.</summary>
internal static class Repository
{
    internal static string Root { get; } = Find();

    internal static string Text(string path) => File.ReadAllText(Path.Combine(Root, path));

    private static string Find()
    {
        string folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "nf.sln"))) folder = Path.GetDirectoryName(folder)!;
        return folder;
    }
}
