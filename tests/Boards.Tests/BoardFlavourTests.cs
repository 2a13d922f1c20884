using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Hardware.Cli;

// Most of the time is spent in processes of their own.
[assembly: Parallelize(Workers = 2, Scope = ExecutionScope.MethodLevel)]

namespace Boards.Tests;

/// <summary>The project files of the firmware, and of the tests that run on the CLR, in both flavours.</summary>
[TestClass]
public sealed class BoardFlavourTests
{
    private const string Hint = "error WQ0001: The board flavour needs the nanoFramework packages, and they cannot be fetched: "
        + "Unable to find package nanoFramework.NET.Sdk";

    // What several tests look at, made once: the first that asks starts it.
    private static readonly Lazy<Task<ProjectCopy>> s_pc = new(() => MakeAsync("Pc", withPackages: false));
    private static readonly Lazy<Task<ProjectCopy>> s_board = new(() => MakeAsync("Board", withPackages: true));

    [ClassCleanup]
    public static async Task RemoveTheCopies()
    {
        foreach (Lazy<Task<ProjectCopy>> copy in new[] { s_pc, s_board })
        {
            if (copy.IsValueCreated && copy.Value.IsCompletedSuccessfully) (await copy.Value).Dispose();
        }
    }

    [TestMethod]
    public async Task Build_PackagesOutOfReach_IsOneHint()
    {
        using var copy = new ProjectCopy();

        (int exitCode, string output) = await copy.DotnetAsync(
            "build", "firmware/ButtonModule", "-p:NanoFramework=true", "-nologo", "-tl:off");

        string[] errors = Errors(output);
        Assert.AreNotEqual(0, exitCode);
        Assert.AreEqual(1, errors.Length, output);
        StringAssert.Contains(errors[0], Hint);
        StringAssert.Contains(errors[0], "Check the network and the sources in nuget.config.");
        StringAssert.Contains(output, " 1 Error(s)");
    }

    [TestMethod]
    public async Task Build_OfASolutionPackagesOutOfReach_IsOneHint()
    {
        using var copy = new ProjectCopy();
        (int made, string output) = await copy.DotnetAsync("new", "sln", "-n", "board", "-f", "sln");
        Assert.AreEqual(0, made, output);
        (made, output) = await copy.DotnetAsync("sln", "add", "firmware/Workqueues", "firmware/ButtonModule");
        Assert.AreEqual(0, made, output);

        (int exitCode, output) = await copy.DotnetAsync("build", "board.sln", "-p:NanoFramework=true", "-nologo", "-tl:off");

        Assert.AreNotEqual(0, exitCode);
        StringAssert.Contains(Errors(output).Single(), Hint);
    }

    [TestMethod]
    public async Task Build_OfTheEsp32LibraryPackagesOutOfReach_IsOneHint()
    {
        using var copy = new ProjectCopy();

        (int exitCode, string output) = await copy.DotnetAsync(
            "build", "firmware/Workqueues.Esp32", "-p:NanoFramework=true", "-nologo", "-tl:off");

        Assert.AreNotEqual(0, exitCode);
        StringAssert.Contains(Errors(output).Single(), Hint);
    }

    // What a build does first, for every project and in one process.
    [TestMethod]
    public async Task Restore_PackagesOutOfReach_IsOneHintForEachProject()
    {
        using var copy = new ProjectCopy();

        (int exitCode, string output) = await copy.DotnetAsync("msbuild", "all.proj", "-nologo", "-tl:off", "-t:Unreachable");

        string[] errors = Errors(output);
        Assert.AreNotEqual(0, exitCode);
        foreach (string error in errors) StringAssert.Contains(error, Hint);
        CollectionAssert.Contains(copy.FirmwareProjects, "ButtonModule");
        CollectionAssert.AreEquivalent(copy.FirmwareProjects.Append("Workqueues.Tests").Append("Workqueues.OnBoard").ToArray(),
            errors.Select(error => Path.GetFileNameWithoutExtension(error.Split(": error ")[0].Trim())).ToArray(), output);
    }

    [TestMethod]
    [DataRow("firmware/ButtonModule", new[] { "Runtime.Events/1.11.37", "System.Device.Gpio/1.1.62" })]
    [DataRow("firmware/mine/blink", new[] { "Runtime.Events/1.11.37", "System.Device.Gpio/1.1.62" })]
    [DataRow("tests/Workqueues.Tests", new[] { "TestFramework/3.0.80" })]
    public async Task Restore_PackagesThere_TakesThePinnedOnesForTheBoard(string project, string[] own)
    {
        using JsonDocument assets = await AssetsAsync(project);

        string[] packages = assets.RootElement.GetProperty("libraries").EnumerateObject()
            .Where(library => library.Value.GetProperty("type").GetString() == "package")
            .Select(library => library.Name).ToArray();
        string[] all =
        [
            "CoreLibrary/1.17.11", "Runtime.Native/1.7.11", "Tools.MetadataProcessor.MsBuildTask/3.0.100", .. own,
        ];
        CollectionAssert.AreEquivalent(all.Select(name => "nanoFramework." + name).ToArray(), packages);
    }

    [TestMethod]
    public async Task Restore_TestFramework_GivesTheCompilerTheBoardsAssembliesAndNotTheAdapter()
    {
        using JsonDocument assets = await AssetsAsync("tests/Workqueues.Tests");

        JsonElement target = assets.RootElement.GetProperty("targets").EnumerateObject().Single().Value;
        string[] compiled = target.GetProperty("nanoFramework.TestFramework/3.0.80").GetProperty("compile").EnumerateObject()
            .Select(file => file.Name).ToArray();
        CollectionAssert.AreEquivalent(
            new[] { "lib/nanoFramework.TestFramework.dll", "lib/nanoFramework.UnitTestLauncher.exe" }, compiled);
    }

    [TestMethod]
    [DataRow("ButtonModule", "Exe", "ButtonModule", new[] { "Workqueues", "Workqueues.Diagnostics", "Workqueues.Gpio" })]
    [DataRow("Blink", "Exe", "Blink", new[] { "Workqueues", "Workqueues.Diagnostics", "Workqueues.Gpio" })]
    [DataRow("Workqueues.Tests", "Library", "NFUnitTest", new[] { "Workqueues", "Workqueues.Diagnostics" })]
    [DataRow("Workqueues.OnBoard", "Exe", "NFUnitTest", new[] { "Workqueues", "Workqueues.Diagnostics" })]
    public async Task Evaluate_ForTheBoard_IsForNetnanoWithTheStableMetadataProcessor(
        string project, string outputType, string assembly, string[] references)
    {
        ILookup<string, string> values = (await s_board.Value).Values(project);

        Assert.AreEqual("netnano1.0", values["TargetFramework"].Single());
        Assert.AreEqual(outputType, values["OutputType"].Single());
        Assert.AreEqual(assembly, values["AssemblyName"].Single());
        Assert.AreEqual("13", values["LangVersion"].Single());
        Assert.AreEqual("false", values["GenerateManifests"].Single());
        string processor = values["NF_MDP_MSBUILDTASK_PATH"].Single();
        Assert.IsTrue(File.Exists(Path.Combine(processor, "Task.dll")), processor);
        CollectionAssert.AreEquivalent(references, values["ProjectReference"].ToArray());
    }

    [TestMethod]
    [DataRow("Workqueues", "Library", "Workqueues")]
    [DataRow("Workqueues.Diagnostics", "Library", "Workqueues.Diagnostics")]
    [DataRow("Workqueues.Gpio", "Library", "Workqueues.Gpio")]
    [DataRow("Workqueues.Esp32", "Library", "Workqueues.Esp32")]
    [DataRow("ButtonModule", "Exe", "ButtonModule")]
    [DataRow("ButtonModule.Esp32", "Exe", "ButtonModule.Esp32")]
    [DataRow("Workqueues.OnBoard", "Exe", "NFUnitTest")]
    [DataRow("Workqueues.Tests", null, "Workqueues.Tests")]
    public async Task Evaluate_ForThePc_NeedsNoNanoFrameworkPackage(string project, string? outputType, string assembly)
    {
        ILookup<string, string> values = (await s_pc.Value).Values(project);

        Assert.AreEqual("net10.0", values["TargetFramework"].Single());
        Assert.AreEqual(assembly, values["AssemblyName"].Single());
        if (outputType != null) Assert.AreEqual(outputType, values["OutputType"].Single());
        string[] packages = values["PackageReference"].ToArray();
        Assert.AreEqual(outputType == null, packages.Length > 0, "tests take MSTest, firmware nothing");
        Assert.IsFalse(packages.Any(name => name.StartsWith("nanoFramework.", StringComparison.Ordinal)));
    }

    [TestMethod]
    public async Task Sources_OfTheTests_AreTheSameInBothFlavoursButForTheUsings()
    {
        string[] pc = (await s_pc.Value).Values("Workqueues.Tests")["Compile"].ToArray();
        string[] board = (await s_board.Value).Values("Workqueues.Tests")["Compile"].ToArray();

        CollectionAssert.AreEquivalent(new[] { "Usings.Mstest.cs" }, pc.Except(board).ToArray());
        CollectionAssert.AreEquivalent(new[] { "Usings.Nano.cs" }, board.Except(pc).ToArray());
        Assert.AreNotEqual(0, pc.Intersect(board).Count());
    }

    // With C# 11 and later the metadata processor loses the attributes of the types that sort after
    // System.Runtime.CompilerServices.RefSafetyRulesAttribute: a test class there is not found, and nothing says so.
    [TestMethod]
    public async Task Namespaces_OfTheTests_AreWhereTheClrFindsThem()
    {
        string[] board = (await s_board.Value).Values("Workqueues.Tests")["Compile"].ToArray();
        int classes = 0;
        foreach (string file in board)
        {
            string source = Repository.Text("tests/Workqueues.Tests/" + file);
            string[] names = Captured(source, @"^\s*namespace\s+([\w.]+)");
            bool declares = Regex.IsMatch(source, @"\b(class|struct|enum|interface|delegate)\s");
            classes += Regex.Count(source, @"^\[TestClass\]", RegexOptions.Multiline);

            CollectionAssert.AreEqual(declares ? new[] { "NFUnitTest" } : [], names, file);
        }

        Assert.AreNotEqual(0, classes);
    }

    // The adapter's own way of reading: every .nfproj beside or above the assembly, for this pattern.
    [TestMethod]
    public async Task AdapterProject_BesideTheAssembly_NamesTheSources()
    {
        ProjectCopy copy = await s_board.Value;
        string text = File.ReadAllText(copy.PathOf("tests/Workqueues.Tests/bin/Debug/netnano1.0/NFUnitTest.nfproj"));

        string[] named = Regex.Matches(text, "<Compile Include=\"(?<source_file>[^\"]+)\"")
            .Select(match => match.Groups["source_file"].Value).ToArray();
        CollectionAssert.AreEquivalent(copy.Values("Workqueues.Tests")["Compile"].ToArray(),
            named.Select(file => Path.GetFileName(file)).ToArray());
        foreach (string file in named) Assert.IsTrue(File.Exists(file), file);
        Assert.AreEqual("Project", XElement.Parse(text).Name.LocalName);
    }

    // The names are those of the adapter's Settings class, and of the test platform's RunConfiguration.
    [TestMethod]
    public void RunSettings_OfTheTests_AreForTheVirtualClrAndRefuseAnEmptyRun()
    {
        XElement settings = XElement.Parse(Repository.Text("tests/Workqueues.Tests/nano.runsettings"));
        XElement run = settings.Element("RunConfiguration")!;
        XElement adapter = settings.Element("nanoFrameworkAdapter")!;
        string[] known =
        [
            "Logging", "IsRealHardware", "RealHardwarePort", "CLRVersion", "PathToLocalCLRInstance", "RunnerExtraArguments",
            "UsePreviewClr",
        ];

        Assert.AreEqual("true", run.Element("TreatNoTestsAsError")?.Value);
        Assert.AreEqual("net48", run.Element("TargetFrameworkVersion")?.Value);
        Assert.AreEqual("False", adapter.Element("IsRealHardware")?.Value);
        Assert.AreEqual("", adapter.Element("RealHardwarePort")?.Value);
        CollectionAssert.IsSubsetOf(adapter.Elements().Select(element => element.Name.LocalName).ToArray(), known);
    }

    // The commands need Windows or a board; what they name is looked at here.
    [TestMethod]
    public void Page_OfTheTests_NamesWhatThereIs()
    {
        string page = Repository.Text("tests/Workqueues.Tests/README.md");
        XElement versions = XElement.Parse(Repository.Text("firmware/Device.props"));
        string testFramework = versions.Descendants("TestFrameworkVersion").Single().Value;
        string[] adapters = Captured(page, @"testframework\\([\d.]+)\\lib\\net48");
        string[] overridden = Captured(page, @"nanoFrameworkAdapter\.(\w+)=");
        string[] adapterSettings = XElement.Parse(Repository.Text("tests/Workqueues.Tests/nano.runsettings"))
            .Element("nanoFrameworkAdapter")!.Elements().Select(element => element.Name.LocalName).ToArray();

        CollectionAssert.AreEqual(new[] { testFramework, testFramework }, adapters);
        CollectionAssert.AreEqual(new[] { "IsRealHardware", "RealHardwarePort" }, overridden);
        CollectionAssert.IsSubsetOf(overridden, adapterSettings);
        foreach (Match path in Regex.Matches(page, @"\b(tests|hardware|firmware)[/\\][\w./\\]*\w"))
        {
            string name = path.Value.Replace('\\', '/');
            if (name.Contains("/bin/")) name = name[..name.IndexOf("/bin/", StringComparison.Ordinal)];
            string full = Path.Combine(Repository.Root, name);
            Assert.IsTrue(File.Exists(full) || Directory.Exists(full), path.Value);
        }
    }

    private static string[] Captured(string text, string pattern) =>
        Regex.Matches(text, pattern, RegexOptions.Multiline).Select(match => match.Groups[1].Value).ToArray();

    // MSBuild prints an error where it occurs and may do so once more in a summary.
    private static string[] Errors(string output) =>
        output.Split('\n').Where(line => line.Contains(": error ")).Distinct().ToArray();

    private static async Task<JsonDocument> AssetsAsync(string project) =>
        JsonDocument.Parse(File.ReadAllText((await s_board.Value).PathOf($"{project}/obj/project.assets.json")));

    private static async Task<ProjectCopy> MakeAsync(string target, bool withPackages)
    {
        var copy = new ProjectCopy();
        if (withPackages) copy.FillFeed();
        (int exitCode, string output) = await copy.DotnetAsync("msbuild", "all.proj", "-nologo", "-t:" + target);

        Assert.AreEqual(0, exitCode, output);
        Assert.IsFalse(output.Contains("warning"), output);
        return copy;
    }
}
