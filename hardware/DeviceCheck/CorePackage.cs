using System.Diagnostics;
using Hardware.Cli;

namespace Hardware.DeviceCheck;

/// <summary>The package with the real mscorlib. Most PCs can fetch it; the listing stands in where that fails.</summary>
internal static class CorePackage
{
    internal const string Name = "nanoFramework.CoreLibrary";

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    /// <summary>Finds the package among those that NuGet keeps, or lets NuGet fetch it.</summary>
    /// <param name="version">Its version.</param>
    /// <param name="root">The repository, whose nuget.config says from where.</param>
    /// <returns>The path of mscorlib.dll; null: it cannot be had.</returns>
    internal static string? Find(string version, string root)
    {
        string packages = Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } own
            ? own
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        string path = Path.Combine(packages, Name.ToLowerInvariant(), version, "lib", "mscorlib.dll");
        if (!File.Exists(path)) Restore(version, root);
        return File.Exists(path) ? path : null;
    }

    private static void Restore(string version, string root)
    {
        string folder = Directory.CreateTempSubdirectory("device-check").FullName;
        try
        {
            string project = Path.Combine(folder, "core.csproj");
            File.WriteAllText(project, $"""
                <Project Sdk="Microsoft.NET.Sdk">
                  <PropertyGroup><TargetFramework>net{Environment.Version.Major}.0</TargetFramework></PropertyGroup>
                  <ItemGroup><PackageDownload Include="{Name}" Version="[{version}]" /></ItemGroup>
                </Project>
                """);
            ProcessStartInfo restore =
                Dotnet.Command("restore", project, "--configfile", Path.Combine(root, "nuget.config"));
            restore.WorkingDirectory = folder;
            Dotnet.Run(restore, s_patience);
        }
        catch (Exception exception) when (exception is UsageException or TimeoutException)
        {
            // Without dotnet, or a network, it cannot be had.
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
