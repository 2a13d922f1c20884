using System.IO.Compression;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Hardware.Cli;
using Hardware.DeviceCheck;
using Microsoft.CodeAnalysis;

namespace Boards.Tests;

/// <summary>The packages of the libraries, packed by the real .NET SDK against the API of the real packages. What a board's build
/// makes of the assembly (.pe, .pdbx) is a stand-in.</summary>
[TestClass]
public sealed class PackageTests
{
    private static readonly string[] s_libraries =
        ["Workqueues", "Workqueues.Diagnostics", "Workqueues.Gpio", "Workqueues.Esp32"];

    // Made once: the first that asks starts it.
    private static readonly Lazy<Task<ProjectCopy>> s_packed = new(PackAsync);

    [ClassCleanup]
    public static async Task RemoveTheCopy()
    {
        if (s_packed.IsValueCreated && s_packed.Value.IsCompletedSuccessfully) (await s_packed.Value).Dispose();
    }

    [TestMethod]
    [DataRow("Workqueues", new[] { "nanoFramework.CoreLibrary 1.17.11", "nanoFramework.Runtime.Native 1.7.11" })]
    [DataRow("Workqueues.Diagnostics", new[] { "Workqueues VERSION", "nanoFramework.CoreLibrary 1.17.11" })]
    [DataRow("Workqueues.Gpio",
        new[]
        {
            "Workqueues VERSION", "nanoFramework.CoreLibrary 1.17.11", "nanoFramework.Runtime.Events 1.11.37",
            "nanoFramework.System.Device.Gpio 1.1.62",
        })]
    [DataRow("Workqueues.Esp32",
        new[]
        {
            "Workqueues VERSION", "nanoFramework.CoreLibrary 1.17.11", "nanoFramework.Hardware.Esp32 1.6.42",
            "nanoFramework.Runtime.Events 1.11.37",
        })]
    public async Task Nuspec_OfALibrary_SaysWhatThePlatformsOwnSay(string library, string[] dependencies)
    {
        using ZipArchive package = await OpenAsync(library);
        using Stream text = package.GetEntry(library + ".nuspec")!.Open();
        XElement metadata = XElement.Load(text).Elements().Single(element => element.Name.LocalName == "metadata");

        Assert.AreEqual(library, Value("id"));
        Assert.AreEqual(Version, Value("version"));
        Assert.AreEqual("The Workqueues authors", Value("authors"));
        Assert.AreEqual("LICENSE", Value("license"));
        Assert.AreEqual("README.md", Value("readme"));
        StringAssert.Contains(Value("description"), "for .NET nanoFramework");
        StringAssert.StartsWith(Value("tags"), "nanoFramework C# csharp netmf netnf workqueue");
        XElement group = Descendants("group").Single();
        Assert.AreEqual(".NETnanoFramework1.0", group.Attribute("targetFramework")!.Value);
        CollectionAssert.AreEquivalent(
            dependencies.Select(each => each.Replace("VERSION", Version)).ToArray(),
            Descendants("dependency")
                .Select(each => each.Attribute("id")!.Value + " " + each.Attribute("version")!.Value).ToArray());

        string Value(string name) => Descendants(name).Single().Value;

        IEnumerable<XElement> Descendants(string name) => metadata.Descendants().Where(each => each.Name.LocalName == name);
    }

    [TestMethod]
    [DataRow("Workqueues")]
    [DataRow("Workqueues.Diagnostics")]
    [DataRow("Workqueues.Gpio")]
    [DataRow("Workqueues.Esp32")]
    public async Task Files_OfALibrary_AreForTheBoardOnly(string library)
    {
        using ZipArchive package = await OpenAsync(library);

        string[] names =
        [
            .. package.Entries.Select(each => each.FullName).Where(each => !each.StartsWith("_rels/", StringComparison.Ordinal)
                && !each.StartsWith("package/", StringComparison.Ordinal)),
        ];
        string[] expected =
        [
            "LICENSE", "README.md", "[Content_Types].xml", library + ".nuspec",
            .. new[] { "dll", "pdb", "pdbx", "pe", "xml" }.Select(ending => $"lib/netnano1.0/{library}.{ending}"),
        ];
        CollectionAssert.AreEquivalent(expected, names);
    }

    [TestMethod]
    [DataRow("Workqueues")]
    [DataRow("Workqueues.Diagnostics")]
    [DataRow("Workqueues.Gpio")]
    [DataRow("Workqueues.Esp32")]
    public async Task Assembly_OfALibrary_HasTheVersionAndNeedsTheBoardsMscorlib(string library)
    {
        using ZipArchive package = await OpenAsync(library);
        using PEReader image = new([.. Read(package, $"lib/netnano1.0/{library}.dll")]);
        MetadataReader metadata = image.GetMetadataReader();

        Assert.AreEqual(Version + ".0", metadata.GetAssemblyDefinition().Version.ToString());
        string[] attributes =
        [
            .. metadata.GetAssemblyDefinition().GetCustomAttributes().Select(metadata.GetCustomAttribute)
                .Select(each => metadata.GetMemberReference((MemberReferenceHandle)each.Constructor).Parent)
                .Select(each => metadata.GetString(metadata.GetTypeReference((TypeReferenceHandle)each).Name)),
        ];
        Assert.AreEqual("", string.Join(' ', attributes.Where(each => each.StartsWith("Assembly", StringComparison.Ordinal))));
        AssemblyReference core = metadata.AssemblyReferences.Select(metadata.GetAssemblyReference)
            .Single(each => metadata.GetString(each.Name) == "mscorlib");
        Assert.AreEqual("1.17.11.0", core.Version.ToString());
    }

    [TestMethod]
    [DataRow("Workqueues")]
    [DataRow("Workqueues.Diagnostics")]
    [DataRow("Workqueues.Gpio")]
    [DataRow("Workqueues.Esp32")]
    public async Task Readme_OfALibrary_HasAProgramThatCompiles(string library)
    {
        List<MetadataReference> references =
        [
            .. new BoardLibraries().Closure(
            [
                "nanoFramework.Runtime.Native", "nanoFramework.System.Device.Gpio", "nanoFramework.Hardware.Esp32",
            ]),
        ];
        foreach (string each in s_libraries)
        {
            using ZipArchive package = await OpenAsync(each);
            references.Add(MetadataReference.CreateFromImage(Read(package, $"lib/netnano1.0/{each}.dll")));
        }

        MatchCollection programs = Regex.Matches(Repository.Text($"firmware/{library}/README.md"), "```csharp\n([\\s\\S]*?)```");

        Assert.HasCount(1, programs);
        CompilerOutput output = BoardCompiler.Compile(
            new CompilerInput("Program", [new SourceFile("README.md", programs[0].Groups[1].Value)], references)
            {
                IsProgram = true,
                IsNullable = true,
            });
        Assert.AreEqual("", string.Join('\n', output.Diagnostics));
    }

    [TestMethod]
    public void Commands_OfThePage_AreForThePackagesThatThereAre()
    {
        string[] shown =
        [
            .. Regex.Matches(
                Repository.Text("firmware/README.md"),
                @"^dotnet pack firmware/(\S+) -c Release -p:NanoFramework=true$",
                RegexOptions.Multiline).Select(match => match.Groups[1].Value),
        ];
        string[] packable =
        [
            .. Directory.GetFiles(Repository.Root, "*.csproj", SearchOption.AllDirectories)
                .Where(each => Regex.IsMatch(File.ReadAllText(each), "<IsPackable[^>]*>true<"))
                .Select(each => Path.GetFileNameWithoutExtension(each)),
        ];

        CollectionAssert.AreEquivalent(s_libraries, shown);
        CollectionAssert.AreEquivalent(s_libraries, packable);
    }

    [TestMethod]
    public void Version_OfEverything_IsSaidOnceAndInTheChangelog()
    {
        string[] others =
        [
            .. Directory.GetFiles(Repository.Root, "*.*proj", SearchOption.AllDirectories)
                .Where(each => Regex.IsMatch(File.ReadAllText(each), "<(Assembly|File|Package)?Version>")),
        ];

        Assert.AreEqual("", string.Join('\n', others));
        StringAssert.Contains(Repository.Text(".github/CHANGELOG.md"), $"\n## {Version}\n");
    }

    private static string Version =>
        Regex.Match(Repository.Text("Directory.Build.props"), "<Version>(.*)</Version>").Groups[1].Value;

    private static async Task<ZipArchive> OpenAsync(string library) =>
        ZipFile.OpenRead((await s_packed.Value).PathOf($"packages-made/{library}.{Version}.nupkg"));

    private static byte[] Read(ZipArchive package, string name)
    {
        using Stream stream = package.GetEntry(name)!.Open();
        using MemoryStream copy = new();
        stream.CopyTo(copy);
        return copy.ToArray();
    }

    private static async Task<ProjectCopy> PackAsync()
    {
        ProjectCopy copy = new();
        copy.FillFeed();
        copy.AddSources([.. s_libraries.Select(each => "firmware/" + each), "hardware/VirtualRuntime"]);
        (int exitCode, string output) = await copy.DotnetAsync("msbuild", "all.proj", "-nologo", "-tl:off", "-t:Pack");
        Assert.AreEqual(0, exitCode, output);
        Assert.IsFalse(output.Contains("warning"), output);
        return copy;
    }
}
