using System.Diagnostics;
using System.IO.Compression;

namespace Boards.Tests;

/// <summary>The project files that a board's build reads, in a folder with a package source of its own. The real .NET SDK works
/// on them; the real packages play no part: what stands in for them has their names, versions and layout.</summary>
internal sealed class ProjectCopy : IDisposable
{
    // Imported by every project: writes what the evaluation gave, a line for each value.
    private const string Report = """
        <Project>
          <Target Name="Report">
            <ItemGroup>
              <_Line Include="TargetFramework=$(TargetFramework)" />
              <_Line Include="OutputType=$(OutputType)" />
              <_Line Include="AssemblyName=$(AssemblyName)" />
              <_Line Include="LangVersion=$(LangVersion)" />
              <_Line Include="GenerateManifests=$(GenerateManifests)" />
              <_Line Include="NF_MDP_MSBUILDTASK_PATH=$(NF_MDP_MSBUILDTASK_PATH)" />
              <_Line Include="@(PackageReference->'PackageReference=%(Identity)/%(Version)')" />
              <_Line Include="@(ProjectReference->'ProjectReference=%(Filename)')" />
              <_Line Include="@(Compile->'Compile=%(Filename)%(Extension)')" />
            </ItemGroup>
            <WriteLinesToFile File="$(MSBuildThisFileDirectory)reports/$(MSBuildProjectName).txt" Lines="@(_Line)" />
          </Target>
        </Project>
        """;

    // One process for all projects: starting MSBuild takes longer than what it does here.
    private const string Driver = """
        <Project>
          <Target Name="Pc">
            <ItemGroup><Both Include="firmware/*/*.csproj;tests/*/*.csproj" /></ItemGroup>
            <MSBuild Projects="@(Both)" Targets="Report" />
          </Target>
          <Target Name="Unreachable">
            <ItemGroup><Each Include="firmware/*/*.csproj;tests/*/*.csproj" /></ItemGroup>
            <MSBuild Projects="%(Each.Identity)" Targets="Restore" Properties="NanoFramework=true"
                     ContinueOnError="ErrorAndContinue" />
          </Target>
          <Target Name="Board">
            <ItemGroup>
              <Leaf Include="firmware/ButtonModule/*.csproj;firmware/mine/*/*.csproj;tests/Workqueues.Tests/*.csproj" />
            </ItemGroup>
            <MSBuild Projects="@(Leaf)" Targets="Restore" Properties="NanoFramework=true;MSBuildRestoreSessionId=once" />
            <MSBuild Projects="@(Leaf)" Targets="Report" Properties="NanoFramework=true;TargetFramework=netnano1.0" />
            <MSBuild Projects="tests/Workqueues.Tests/Workqueues.Tests.csproj" Targets="WriteAdapterProject"
                     Properties="NanoFramework=true;TargetFramework=netnano1.0" />
          </Target>
        </Project>
        """;

    private static readonly string[] s_files =
    [
        "Directory.Build.props", "global.json", "firmware/Device.props", "firmware/Device.targets", "firmware/Program.props",
        "tests/Directory.Build.props",
    ];

    private readonly string _folder = Directory.CreateTempSubdirectory("projects").FullName;

    /// <summary>Copies the firmware's projects and that of the tests that run on the CLR.</summary>
    internal ProjectCopy()
    {
        string firmware = Path.Combine(Repository.Root, "firmware");
        FirmwareProjects = Directory.GetDirectories(firmware).Select(folder => Path.GetFileName(folder)!)
            .Where(name => File.Exists(Path.Combine(firmware, name, name + ".csproj"))).ToArray();
        IEnumerable<string> projects = FirmwareProjects.Select(name => $"firmware/{name}/{name}.csproj");
        string[] tests = Directory.GetFiles(Path.Combine(Repository.Root, "tests/Workqueues.Tests"))
            .Select(file => "tests/Workqueues.Tests/" + Path.GetFileName(file)).ToArray();
        foreach (string file in s_files.Concat(projects).Concat(tests))
        {
            string copy = PathOf(file);
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(Path.Combine(Repository.Root, file), copy);
        }

        // A sample that somebody copied, and called otherwise.
        Directory.CreateDirectory(PathOf("firmware/mine/blink"));
        File.Copy(Path.Combine(Repository.Root, "firmware/samples/01-queue-work/QueueWork.csproj"),
            PathOf("firmware/mine/blink/Blink.csproj"));
        Directory.CreateDirectory(PathOf("feed"));
        File.WriteAllText(PathOf("Directory.Build.targets"), Report);
        File.WriteAllText(PathOf("all.proj"), Driver);
        File.WriteAllText(PathOf("nuget.config"),
            """<configuration><packageSources><clear/><add key="feed" value="feed"/></packageSources></configuration>""");
    }

    /// <summary>Those of the repository, and of whoever added a module of his own.</summary>
    internal string[] FirmwareProjects { get; }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    internal string PathOf(string file) => Path.Combine(_folder, file);

    /// <summary>The values that the evaluation of a project gave.</summary>
    internal ILookup<string, string> Values(string project) =>
        File.ReadLines(PathOf($"reports/{project}.txt")).Select(line => line.Split('=', 2))
            .ToLookup(pair => pair[0], pair => pair[1]);

    /// <summary>Runs <c>dotnet</c> there, with a package folder of its own.</summary>
    internal async Task<(int ExitCode, string Output)> DotnetAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", arguments)
        {
            WorkingDirectory = _folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["NUGET_PACKAGES"] = PathOf("packages");
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output + await error);
    }

    /// <summary>Puts the stand-ins into the package source: an SDK that says what the real one does of the framework, and
    /// packages with a flat lib folder, one of them with a folder for the .NET Framework in it.</summary>
    internal void FillFeed()
    {
        const string identity = """
            <PropertyGroup>
              <TargetFrameworkIdentifier>.NETnanoFramework</TargetFrameworkIdentifier>
              <TargetFrameworkVersion>v1.0</TargetFrameworkVersion>
              <TargetFrameworkMoniker>.NETnanoFramework,Version=v1.0</TargetFrameworkMoniker>
              <NuGetTargetMoniker>.NETnanoFramework,Version=v1.0</NuGetTargetMoniker>
              <DisableImplicitFrameworkReferences>true</DisableImplicitFrameworkReferences>
              <AssetTargetFallback>net</AssetTargetFallback>
              <GenerateManifests>true</GenerateManifests>
            </PropertyGroup>
            """;
        const string previewProcessor = """
            <ItemGroup Condition="'$(NF_MDP_MSBUILDTASK_PATH)' == ''">
              <PackageReference Include="nanoFramework.Tools.MetadataProcessor.MsBuildTask" Version="4.0.0-preview.98" />
            </ItemGroup>
            """;
        Pack("nanoFramework.NET.Sdk", "1.0.0-preview.11",
            ("Sdk/Sdk.props", $"""<Project><Import Sdk="Microsoft.NET.Sdk" Project="Sdk.props" />{identity}</Project>"""),
            ("Sdk/Sdk.targets",
                $"""<Project>{previewProcessor}<Import Sdk="Microsoft.NET.Sdk" Project="Sdk.targets" /></Project>"""));
        Pack("nanoFramework.CoreLibrary", "1.17.11", ("lib/mscorlib.dll", ""));
        Pack("nanoFramework.Runtime.Events", "1.11.37", ("lib/nanoFramework.Runtime.Events.dll", ""));
        Pack("nanoFramework.Runtime.Native", "1.7.11", ("lib/nanoFramework.Runtime.Native.dll", ""));
        Pack("nanoFramework.System.Device.Gpio", "1.1.62", ("lib/System.Device.Gpio.dll", ""));
        Pack("nanoFramework.Tools.MetadataProcessor.MsBuildTask", "3.0.100", ("lib/net6.0/Task.dll", ""));
        Pack("nanoFramework.TestFramework", "3.0.80", ("lib/nanoFramework.TestFramework.dll", ""),
            ("lib/nanoFramework.UnitTestLauncher.exe", ""), ("lib/net48/nanoFramework.TestAdapter.dll", ""));
    }

    private void Pack(string name, string version, params (string Path, string Text)[] files)
    {
        using ZipArchive package = ZipFile.Open(PathOf($"feed/{name}.{version}.nupkg"), ZipArchiveMode.Create);
        string description = $"""
            <package xmlns="http://schemas.microsoft.com/packaging/2013/05/nuspec.xsd"><metadata><id>{name}</id>
            <version>{version}</version><authors>test</authors><description>stands in</description></metadata></package>
            """;
        foreach ((string path, string text) in files.Append((name + ".nuspec", description)))
        {
            using var writer = new StreamWriter(package.CreateEntry(path).Open());
            writer.Write(text);
        }
    }
}
