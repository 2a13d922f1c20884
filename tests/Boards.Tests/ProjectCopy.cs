using System.Diagnostics;
using System.IO.Compression;
using System.Text;
using Hardware.Cli;
using Hardware.DeviceCheck;

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
          <Target Name="Pack">
            <ItemGroup><Library Include="firmware/Workqueues*/*.csproj" /></ItemGroup>
            <PropertyGroup><Here>$(MSBuildThisFileDirectory)</Here></PropertyGroup>
            <MSBuild Projects="@(Library)" Targets="Restore" Properties="NanoFramework=true;MSBuildRestoreSessionId=once" />
            <MSBuild Projects="@(Library)" Targets="Pack"
                     Properties="NanoFramework=true;Configuration=Release;PackageOutputPath=$(Here)packages-made" />
          </Target>
          <Target Name="Board">
            <ItemGroup>
              <Leaf Include="firmware/ButtonModule/*.csproj;firmware/mine/*/*.csproj;tests/Workqueues.*/*.csproj" />
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
        "Directory.Build.props", "Directory.Solution.targets", "global.json", "firmware/BoardSdk.targets",
        "firmware/Device.props", "firmware/Device.targets", "firmware/Package.targets", "firmware/Program.props",
        "tests/Directory.Build.props",
    ];

    private readonly string _folder = Directory.CreateTempSubdirectory("projects").FullName;

    /// <summary>Copies the firmware's projects and those of the tests that run on a board and on the CLR.</summary>
    internal ProjectCopy()
    {
        string firmware = Path.Combine(Repository.Root, "firmware");
        FirmwareProjects = Directory.GetDirectories(firmware).Select(folder => Path.GetFileName(folder)!)
            .Where(name => File.Exists(Path.Combine(firmware, name, name + ".csproj"))).ToArray();
        IEnumerable<string> projects = FirmwareProjects.Select(name => $"firmware/{name}/{name}.csproj");
        string[] folders = ["tests/Workqueues.Tests", "tests/Workqueues.OnBoard"];
        string[] tests = folders.SelectMany(folder => Directory.GetFiles(Path.Combine(Repository.Root, folder))
            .Select(file => folder + "/" + Path.GetFileName(file))).ToArray();
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

    /// <summary>Copies all of some projects, and the licence.</summary>
    internal void AddSources(params string[] projects)
    {
        File.Copy(Path.Combine(Repository.Root, "LICENSE"), PathOf("LICENSE"));
        foreach (string project in projects)
        {
            string folder = Path.Combine(Repository.Root, project);
            foreach (string file in Directory.GetFiles(folder, "*.*", SearchOption.AllDirectories))
            {
                string name = Path.GetRelativePath(folder, file);
                if (name.Split(Path.DirectorySeparatorChar)[0] is "bin" or "obj") continue;
                string copy = PathOf(Path.Combine(project, name));
                Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
                File.Copy(file, copy, overwrite: true);
            }
        }
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

    /// <summary>Puts the stand-ins into the package source: an SDK that says what the real one does of the framework and of the
    /// compiler, and leaves files where the real one leaves what it makes of the assembly; and packages with a flat lib folder,
    /// one of them with a folder for the .NET Framework in it. The libraries are what hardware/DeviceCheck makes of its listings:
    /// the compiler sees the real ones' API.</summary>
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
              <NoStdLib>true</NoStdLib>
              <NoCompilerStandardLib>true</NoCompilerStandardLib>
              <AddAdditionalExplicitAssemblyReferences>false</AddAdditionalExplicitAssemblyReferences>
              <DisableHandlePackageFileConflicts>true</DisableHandlePackageFileConflicts>
              <_TargetFrameworkDirectories>$(MSBuildThisFileDirectory)</_TargetFrameworkDirectories>
              <_FullFrameworkReferenceAssemblyPaths>$(MSBuildThisFileDirectory)</_FullFrameworkReferenceAssemblyPaths>
              <GenerateTargetFrameworkAttribute>false</GenerateTargetFrameworkAttribute>
            </PropertyGroup>
            """;
        const string convert = """
            <Target Name="MetaDataProcessor" AfterTargets="CopyFilesToOutputDirectory">
              <WriteLinesToFile File="$(OutDir)$(TargetName).pe" Lines="stands in" Overwrite="true" />
              <WriteLinesToFile File="$(OutDir)$(TargetName).pdbx" Lines="stands in" Overwrite="true" />
            </Target>
            """;
        const string previewProcessor = """
            <ItemGroup Condition="'$(NF_MDP_MSBUILDTASK_PATH)' == ''">
              <PackageReference Include="nanoFramework.Tools.MetadataProcessor.MsBuildTask" Version="4.0.0-preview.98" />
            </ItemGroup>
            """;
        Pack("nanoFramework.NET.Sdk", "1.0.0-preview.11",
            ("Sdk/Sdk.props", $"""<Project><Import Sdk="Microsoft.NET.Sdk" Project="Sdk.props" />{identity}</Project>"""),
            ("Sdk/Sdk.targets",
                $"""<Project>{previewProcessor}<Import Sdk="Microsoft.NET.Sdk" Project="Sdk.targets" />{convert}</Project>"""));
        BoardLibraries libraries = new();
        PackLibrary("nanoFramework.CoreLibrary", "1.17.11", "mscorlib");
        PackLibrary("nanoFramework.Hardware.Esp32", "1.6.42", "nanoFramework.Hardware.Esp32");
        PackLibrary("nanoFramework.Runtime.Events", "1.11.37", "nanoFramework.Runtime.Events");
        PackLibrary("nanoFramework.Runtime.Native", "1.7.11", "nanoFramework.Runtime.Native");
        PackLibrary("nanoFramework.System.Device.Gpio", "1.1.62", "System.Device.Gpio");
        Pack("nanoFramework.Tools.MetadataProcessor.MsBuildTask", "3.0.100", ("lib/net6.0/Task.dll", ""));
        Pack("nanoFramework.TestFramework", "3.0.80", ("lib/nanoFramework.TestFramework.dll", ""),
            ("lib/nanoFramework.UnitTestLauncher.exe", ""), ("lib/net48/nanoFramework.TestAdapter.dll", ""));

        void PackLibrary(string name, string version, string assembly) =>
            Pack(name, version, ($"lib/{assembly}.dll", libraries.Make(assembly)));
    }

    private void Pack(string name, string version, params (string Path, string Text)[] files) =>
        Pack(name, version, [.. files.Select(file => (file.Path, Encoding.UTF8.GetBytes(file.Text)))]);

    private void Pack(string name, string version, params (string Path, byte[] Content)[] files)
    {
        using ZipArchive package = ZipFile.Open(PathOf($"feed/{name}.{version}.nupkg"), ZipArchiveMode.Create);
        string description = $"""
            <package xmlns="http://schemas.microsoft.com/packaging/2013/05/nuspec.xsd"><metadata><id>{name}</id>
            <version>{version}</version><authors>test</authors><description>stands in</description></metadata></package>
            """;
        foreach ((string path, byte[] content) in files.Append((name + ".nuspec", Encoding.UTF8.GetBytes(description))))
        {
            using Stream stream = package.CreateEntry(path).Open();
            stream.Write(content);
        }
    }
}
