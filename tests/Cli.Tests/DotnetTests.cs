using System.Runtime.InteropServices;
using Hardware.Cli;

namespace Cli.Tests;

/// <summary>Where programs find the dotnet that they start.</summary>
[TestClass]
public sealed class DotnetTests
{
    private static readonly string s_name = OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet";

    private readonly string _folder = Directory.CreateTempSubdirectory("cli").FullName;

    [TestInitialize]
    public void MakeInstallations()
    {
        foreach (string each in new[] { "said", "sdk-only-path", "whole", "runtime" })
        {
            Directory.CreateDirectory(Path.Combine(_folder, each));
            File.WriteAllText(Path.Combine(_folder, each, s_name), "");
        }

        Directory.CreateDirectory(Path.Combine(_folder, "whole", "sdk"));
    }

    [TestCleanup]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    [DataRow("said", "whole", "said")]
    [DataRow("none", "whole", "whole")]
    [DataRow(null, "whole", "whole")]
    [DataRow(null, "runtime", "sdk-only-path")]
    public void Find_TakesTheFirstThatCanBuild(string? said, string root, string expected) => Assert.AreEqual(
        Path.Combine(_folder, expected, s_name),
        Dotnet.Find(
            name => name == "PATH" ? string.Join(Path.PathSeparator, "", Path.Combine(_folder, "empty"),
                Path.Combine(_folder, "sdk-only-path")) : said is null ? null : Path.Combine(_folder, said, s_name),
            Path.Combine(_folder, root)));

    [TestMethod]
    public void Find_NoneAnywhere_SaysWhatToDo() => Assert.AreEqual(
        "there is no dotnet on PATH; add the folder of the .NET SDK to PATH",
        Assert.ThrowsExactly<UsageException>(() => Dotnet.Find(_ => null, Path.Combine(_folder, "runtime"))).Message);

    // As after `dotnet run` of an installation that is not on PATH: it starts the program's own host, and says nothing of itself.
    [TestMethod]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    public void VirtualBoard_NoDotnetOnPath_BuildsWithItsOwn()
    {
        File.WriteAllText(Path.Combine(_folder, "Nothing.csproj"), "<Project />");
        string board = Path.ChangeExtension(ShellCommand.Assembly("VirtualBoard"), null);
        string root = Path.GetFullPath("../../..", RuntimeEnvironment.GetRuntimeDirectory());
        EndedProcess run = ShellCommand.RunBash(
            $"unset DOTNET_HOST_PATH; PATH=/nonexistent DOTNET_ROOT={root} exec {board} --firmware Nothing.csproj", _folder);
        Assert.Contains("--firmware Nothing.csproj: it does not build: ", run.Errors);
        Assert.AreEqual(ExitCode.WrongUse, run.ExitCode);
    }

    [TestMethod]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    public void VirtualBoard_DotnetThatCannotBeStarted_IsOneLine()
    {
        File.WriteAllText(Path.Combine(_folder, "Nothing.csproj"), "<Project />");
        EndedProcess run = ShellCommand.Run("VirtualBoard --firmware Nothing.csproj", _folder,
            $"export DOTNET_HOST_PATH={_folder}/said/{s_name}; ");
        Assert.StartsWith($"building Nothing.csproj\nVirtualBoard: {_folder}/said/{s_name} cannot be started: ", run.Errors);
        Assert.HasCount(3, run.Errors.Split('\n'));
        Assert.AreEqual(ExitCode.WrongUse, run.ExitCode);
    }
}
