using System.Diagnostics;
using System.IO.Compression;
using System.Text.Json;

namespace Boards.Tests;

/// <summary>The firmware's project files in both flavours, with the real .NET SDK and package folders that the test makes. The
/// real packages play no part: what stands in for them has their names, versions and layout.</summary>
[TestClass]
public sealed class BoardFlavourTests
{
    private readonly string _folder = Directory.CreateTempSubdirectory("flavour").FullName;

    [TestInitialize]
    public void CopyTheProjects()
    {
        string firmware = Path.Combine(Repository.Root, "firmware");
        foreach (string project in Directory.GetDirectories(firmware).Select(folder => Path.GetFileName(folder)))
        {
            string file = $"firmware/{project}/{project}.csproj";
            if (File.Exists(Path.Combine(Repository.Root, file))) Copy(file);
        }

        Copy("firmware/Device.props");
        Copy("firmware/Device.targets");
        Copy("Directory.Build.props");
        Copy("global.json");
        Directory.CreateDirectory(Path.Combine(_folder, "feed"));
        File.WriteAllText(Path.Combine(_folder, "nuget.config"),
            """<configuration><packageSources><clear/><add key="feed" value="feed"/></packageSources></configuration>""");
    }

    [TestCleanup]
    public void RemoveTheFolder() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    [DataRow("Workqueues")]
    [DataRow("ButtonModule")]
    [DataRow("Workqueues.Esp32")]
    public async Task Build_PackagesOutOfReach_IsOneHint(string project)
    {
        (int exitCode, string output) = await DotnetAsync("build", $"firmware/{project}", "-p:NanoFramework=true", "-nologo",
            "-tl:off");

        // MSBuild prints an error where it occurs and once more in its summary.
        string[] errors = output.Split('\n').Where(line => line.Contains(": error ")).Distinct().ToArray();
        Assert.AreNotEqual(0, exitCode);
        Assert.AreEqual(1, errors.Length, output);
        StringAssert.Contains(errors[0], "error WQ0001: The board flavour needs the nanoFramework packages, and they cannot be "
            + "fetched: Unable to find package nanoFramework.NET.Sdk");
        StringAssert.Contains(errors[0], "Check the network and the sources in nuget.config.");
        StringAssert.Contains(output, " 1 Error(s)");
    }

    [TestMethod]
    public async Task Restore_PackagesThere_TakesThePinnedOnesForTheBoard()
    {
        FillFeed();

        (int exitCode, string output) = await DotnetAsync("restore", "firmware/ButtonModule", "-p:NanoFramework=true");

        Assert.AreEqual(0, exitCode, output);
        Assert.IsFalse(output.Contains("NU1701"), output);
        using JsonDocument assets = JsonDocument.Parse(
            File.ReadAllText(Path.Combine(_folder, "firmware/ButtonModule/obj/project.assets.json")));
        string[] packages = assets.RootElement.GetProperty("libraries").EnumerateObject()
            .Where(library => library.Value.GetProperty("type").GetString() == "package")
            .Select(library => library.Name).ToArray();
        CollectionAssert.AreEquivalent(
            new[]
            {
                "nanoFramework.CoreLibrary/1.17.11",
                "nanoFramework.Runtime.Events/1.11.37",
                "nanoFramework.Runtime.Native/1.7.11",
                "nanoFramework.System.Device.Gpio/1.1.62",
                "nanoFramework.Tools.MetadataProcessor.MsBuildTask/3.0.100",
            },
            packages, output);
    }

    [TestMethod]
    public async Task Evaluate_ButtonModuleForTheBoard_IsAProgramForNetnanoWithTheStableMetadataProcessor()
    {
        FillFeed();

        JsonElement project = await EvaluateAsync("ButtonModule", "-p:NanoFramework=true", "-p:TargetFramework=netnano1.0");
        JsonElement properties = project.GetProperty("Properties");

        Assert.AreEqual("Exe", properties.GetProperty("OutputType").GetString());
        Assert.AreEqual("13", properties.GetProperty("LangVersion").GetString());
        Assert.AreEqual("false", properties.GetProperty("GenerateManifests").GetString());
        StringAssert.EndsWith(properties.GetProperty("NF_MDP_MSBUILDTASK_PATH").GetString(), "/lib/net6.0");
        CollectionAssert.AreEquivalent(new[] { "Workqueues.csproj", "Workqueues.Gpio.csproj" }, FileNames(project));
    }

    [TestMethod]
    [DataRow("Workqueues")]
    [DataRow("Workqueues.Gpio")]
    [DataRow("ButtonModule")]
    public async Task Evaluate_ForThePc_NeedsNoNanoFrameworkPackage(string project)
    {
        JsonElement evaluated = await EvaluateAsync(project);

        Assert.AreEqual("net10.0", evaluated.GetProperty("Properties").GetProperty("TargetFramework").GetString());
        Assert.AreEqual(0, evaluated.GetProperty("Items").GetProperty("PackageReference").GetArrayLength());
    }

    private static string[] FileNames(JsonElement project) =>
        project.GetProperty("Items").GetProperty("ProjectReference").EnumerateArray()
            .Select(item => item.GetProperty("Filename").GetString() + item.GetProperty("Extension").GetString()).ToArray();

    private async Task<JsonElement> EvaluateAsync(string project, params string[] more)
    {
        (int exitCode, string output) = await DotnetAsync(
        [
            "msbuild", $"firmware/{project}/{project}.csproj", "-nologo", .. more,
            "-getProperty:TargetFramework,TargetFrameworks,OutputType,LangVersion,GenerateManifests,NF_MDP_MSBUILDTASK_PATH",
            "-getItem:PackageReference,ProjectReference",
        ]);

        Assert.AreEqual(0, exitCode, output);
        return JsonDocument.Parse(output).RootElement.Clone();
    }

    private async Task<(int ExitCode, string Output)> DotnetAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", arguments)
        {
            WorkingDirectory = _folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["NUGET_PACKAGES"] = Path.Combine(_folder, "packages");
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output + await error);
    }

    private void Copy(string file)
    {
        string copy = Path.Combine(_folder, file);
        Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
        File.Copy(Path.Combine(Repository.Root, file), copy);
    }

    // Stand-ins: an SDK that says what the real one does of the framework, and packages with a flat lib folder.
    private void FillFeed()
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
    }

    private void Pack(string name, string version, params (string Path, string Text)[] files)
    {
        using ZipArchive package = ZipFile.Open(Path.Combine(_folder, "feed", $"{name}.{version}.nupkg"), ZipArchiveMode.Create);
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
