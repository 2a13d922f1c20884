using System.Text.RegularExpressions;
using Hardware.Cli;
using Hardware.DeviceCheck;
using Hardware.DeviceCheck.Checks;

namespace DeviceCheck.Tests;

/// <summary>The command line, on projects of the repository and of the tests.</summary>
[TestClass]
public sealed class ToolTests
{
    private const string Project = """
        <Project>
          <PropertyGroup><TargetFrameworks>netnano1.0</TargetFrameworks><OutputType>Library</OutputType></PropertyGroup>
          <Import Project="Device.props" />
          <ItemGroup Condition="'$(TargetFramework)' == 'netnano1.0'">
            <PackageReference Include="nanoFramework.Runtime.Native" Version="1" />
          </ItemGroup>
          <ItemGroup Condition="'$(TargetFramework)' != 'netnano1.0'"><PackageReference Include="OfAPc" Version="1" /></ItemGroup>
          <ItemGroup><Compile Remove="Pc/**" /></ItemGroup>
        </Project>
        """;

    [TestMethod]
    public void Project_OfTheReadme_PrintsWhatTheReadmeShows()
    {
        string readme = Repository.Text("hardware/DeviceCheck/README.md");
        Match block = Regex.Match(readme, @"\$ dotnet run --project hardware/DeviceCheck -- (\S+)\n(.*?)\n([\s\S]*?)```");
        string project = Path.Combine(Repository.Root, block.Groups[1].Value);

        (int exitCode, string output, string error) = Run(project, "--listed");

        Assert.AreEqual("", error);
        Assert.AreEqual(0, exitCode, output);
        Assert.AreEqual("compiled against listings only, mscorlib too\n" + block.Groups[3].Value, output);
        string version = new BoardLibraries().CoreVersion;
        if (CorePackage.Find(version, Repository.Root) == null) Assert.Inconclusive($"mscorlib {version} cannot be fetched here");
        StringAssert.StartsWith(Run(project).Output, block.Groups[2].Value + '\n');
    }

    [TestMethod]
    public void Projects_WithABoardFlavour_AreFoundAndClean()
    {
        (int exitCode, string output, _) = Run("--listed");

        Assert.AreEqual(0, exitCode, output);
        foreach (string project in new[] { "firmware/Workqueues", "firmware/Workqueues.Esp32", "tests/Workqueues.Tests" })
        {
            StringAssert.Contains(output, $"ok   {project}, Release\n");
            StringAssert.Contains(output, $"ok   {project}, Debug\n");
        }

        StringAssert.Matches(output, new Regex(@"\n\d+ passed, 0 failed\n$"));
    }

    [TestMethod]
    public void Project_WithAGenericDelegate_IsReportedWithItsPlace()
    {
        using Folder folder = new(Project, "class A { static System.Action<int>? s_f; static void F() => s_f!(1); }");

        (int exitCode, string output, _) = Run(folder.Path, "--listed");

        Assert.AreEqual(1, exitCode);
        StringAssert.Matches(output, new Regex(@"A\.cs\(1,62\): error NF0102: generic types .* \(field 'A.s_f'\)"));
        StringAssert.Contains(output, "0 passed, 2 failed");
    }

    [TestMethod]
    public void Project_ThatTheLibrariesRefuse_SaysWhatThatMeans()
    {
        using Folder folder = new(Project, "class A { volatile int _f; int F() => _f; }");

        (int exitCode, string output, _) = Run(folder.Path, "--listed");

        Assert.AreEqual(1, exitCode);
        StringAssert.Contains(output, "error CS0518: Predefined type 'System.Runtime.CompilerServices.IsVolatile'");
        StringAssert.Contains(output, "note: there are no volatile fields");
    }

    [TestMethod]
    public void Project_WithoutAPackage_SaysWhichOneIsMissing()
    {
        using Folder folder = new(Project, "class A { GpioPin? _pin; } namespace B { using System.Device.Gpio; }");

        StringAssert.Contains(
            Run(folder.Path, "--listed").Output,
            "note: GpioPin is in the package nanoFramework.System.Device.Gpio: add a PackageReference");
    }

    [TestMethod]
    public void Project_WithPackages_TakesThoseOfTheBoardOnly()
    {
        using Folder folder = new(Project, "class A { static long F() => nanoFramework.Runtime.Native.GC.Run(true); }");

        Assert.AreEqual(0, Run(folder.Path, "--listed").ExitCode, Run(folder.Path, "--listed").Output);
    }

    [TestMethod]
    public void Project_WithAnImport_HasWhatIsInIt()
    {
        const string Own = """<Project><Import Project="$([MSBuild]::GetPathOfFileAbove(Program.props))" /></Project>""";
        const string Shared =
            """<ItemGroup><Compile Include="$(MSBuildThisFileDirectory)shared/S*.cs" /></ItemGroup></Project>""";
        using Folder folder = new(Own, "class A { static long F() => nanoFramework.Runtime.Native.GC.Run(true) + Shared.One; }");
        string above = Directory.CreateDirectory(Path.Combine(folder.Path, "inner")).FullName;
        File.Move(Path.Combine(folder.Path, "A.csproj"), Path.Combine(above, "A.csproj"));
        File.Move(Path.Combine(folder.Path, "A.cs"), Path.Combine(above, "A.cs"));
        Directory.CreateDirectory(Path.Combine(folder.Path, "shared"));
        string shared = Path.Combine(folder.Path, "shared", "Shared.cs");
        File.WriteAllText(shared, "static class Shared { internal const int One = 1; }");
        File.WriteAllText(Path.Combine(folder.Path, "Program.props"), Project.Replace("</Project>", Shared));

        (int exitCode, string output, string error) = Run(above, "--listed");

        Assert.AreEqual(0, exitCode, output + error);
    }

    [TestMethod]
    [DataRow("\"Device.props\"", "\"Other.props\"", "cannot follow this import: Other.props")]
    [DataRow("Runtime.Native", "Json", "there is no listing of the package nanoFramework.Json")]
    [DataRow("'$(TargetFramework)' != ", "'$(OS)' != ", "cannot tell whether this is true for a board: '$(OS)' != 'netnano1.0'")]
    public void Project_NotUnderstood_IsRefusedInOneLine(string text, string other, string reason)
    {
        using Folder folder = new(Project.Replace(text, other), "class A { }");

        (int exitCode, _, string error) = Run(folder.Path, "--listed");

        Assert.AreEqual(2, exitCode);
        StringAssert.Contains(error, reason);
        Assert.HasCount(2, error.Split('\n'));
    }

    [TestMethod]
    [DataRow("\0\u0001\u0002\u00ff", "this is not a project: '.', hexadecimal value 0x00, is an invalid character.")]
    [DataRow("root:x:0:0", "this is not a project: Data at the root level is invalid.")]
    [DataRow("<Project>", "this is not a project: Unexpected end of file has occurred.")]
    [DataRow("<html />", "this is not a project: its outermost element is html")]
    [DataRow("<Project><Import /></Project>", "an Import needs a Project")]
    [DataRow("""<Project><ItemGroup><ProjectReference Include="A.csproj" /></ItemGroup></Project>""",
        "projects refer to each other in a circle")]
    public void Project_ThatIsNone_IsNamed(string text, string reason)
    {
        using Folder folder = new(text, "class A { }");
        string path = Path.Combine(folder.Path, "A.csproj");

        (int exitCode, _, string error) = Run(path, "--listed");

        Assert.AreEqual(2, exitCode);
        StringAssert.StartsWith(error, $"DeviceCheck: {path}: {reason}");
        Assert.HasCount(2, error.Split('\n'));
    }

    [TestMethod]
    public void Project_ThatImportsItself_IsReadOnce()
    {
        using Folder folder = new(
            Project.Replace("<Import", """<Import Project="A.csproj" /><Import"""), "class A { }");

        Assert.AreEqual(0, Run(folder.Path, "--listed").ExitCode);
    }

    [TestMethod]
    [DataRow(new[] { "nowhere" }, "there is no project nowhere")]
    [DataRow(new[] { "--list", "nowhere.dll" }, "there is no file nowhere.dll")]
    [DataRow(new[] { "--listing" }, "--help lists the options")]
    public void Arguments_Wrong_AreRefusedInOneLine(string[] arguments, string reason)
    {
        (int exitCode, _, string error) = Run(arguments);

        Assert.AreEqual(2, exitCode);
        StringAssert.Contains(error, reason);
        Assert.HasCount(2, error.Split('\n'));
    }

    [TestMethod]
    public void List_OfAFileThatIsNoAssembly_NamesIt()
    {
        using TemporaryFile text = new("root:x:0:0"u8.ToArray());

        (int exitCode, _, string error) = Run("--list", text.Path);

        Assert.AreEqual(2, exitCode);
        StringAssert.StartsWith(error, $"DeviceCheck: --list {text.Path}: this is not an assembly: ");
    }

    [TestMethod]
    public void List_OfAnAssembly_PrintsItsListing()
    {
        using TemporaryFile assembly = new(new BoardLibraries().Make("System.Math"));

        (int exitCode, string output, _) = Run("--list", assembly.Path, "--package", "nanoFramework.System.Math 1.5.116");

        Assert.AreEqual(0, exitCode);
        Assert.AreEqual(Repository.Text("hardware/DeviceCheck/Api/System.Math.tsv"), output);
    }

    [TestMethod]
    public void Readme_Table_HasAllRules()
    {
        string table = Regex.Match(
            Repository.Text("hardware/DeviceCheck/README.md"),
            @"<!-- rules -->\n\n([\s\S]*?)\n\n<!-- end of rules -->").Groups[1].Value;
        string[] lines =
        [
            "| | what is reported | instead |", "|---|---|---|",
            .. Rules.All.Select(rule => $"| {rule.Id} | {rule.Reason} | {rule.Instead} |"),
        ];
        Assert.AreEqual(string.Join('\n', lines), table);
    }

    // Constructs of the snippets stand in the table with the rules that find them.
    [TestMethod]
    public void Supported_Table_HasTheSnippetsAndOnlyRulesThatThereAre()
    {
        string page = Repository.Text("hardware/DeviceCheck/SUPPORTED.md");
        Dictionary<string, string> rows = [];
        foreach (string line in page.Split('\n').Where(each => each.StartsWith("| ", StringComparison.Ordinal)))
        {
            rows.TryAdd(line[2..].Split(" | ")[0].Trim().Replace("&lt;", "<").Replace("\\`", "`"), line);
        }

        foreach (Snippet each in Snippet.Read("flagged"))
        {
            Assert.IsTrue(rows.TryGetValue(each.Name, out string? row), each.Name);
            // What directly follows a call in the snippet's own try block is no property of the construct.
            foreach (string code in each.Codes.Split(' ').Where(code => code != "NF0209")) StringAssert.Contains(row, code);
        }

        foreach (Snippet each in Snippet.Read("rejected")) Assert.IsTrue(rows.ContainsKey(each.Name), each.Name);
        string[] known = [.. Rules.All.Select(rule => rule.Id)];
        CollectionAssert.AreEquivalent(known, Regex.Matches(page, @"NF\d+").Select(match => match.Value).Distinct().ToArray());
    }

    private static (int ExitCode, string Output, string Error) Run(params string[] arguments)
    {
        using StringWriter output = new() { NewLine = "\n" };
        using StringWriter error = new() { NewLine = "\n" };
        int exitCode = new DeviceCheckTool(new CommandProgram("DeviceCheck", output, error)).Run(arguments);
        return (exitCode, output.ToString(), error.ToString());
    }

    private sealed class Folder : IDisposable
    {
        internal Folder(string project, string source)
        {
            Path = Directory.CreateTempSubdirectory("device-check-tests").FullName;
            File.WriteAllText(System.IO.Path.Combine(Path, "A.csproj"), project);
            File.WriteAllText(System.IO.Path.Combine(Path, "A.cs"), source);
            Directory.CreateDirectory(System.IO.Path.Combine(Path, "Pc"));
            File.WriteAllText(System.IO.Path.Combine(Path, "Pc", "B.cs"), "not C#");
        }

        internal string Path { get; }

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}
