using System.Diagnostics;
using System.Text.RegularExpressions;
using Hardware.Cli;

namespace Readme.Tests;

/// <summary>Runs every command of README.md whose output it shows, and compares. A console block is a line <c>$ command</c> and
/// the output below it; <c>...</c> stands for lines left out.</summary>
[TestClass]
public sealed partial class ReadmeTests
{
    private const string TestCommand = "dotnet test nf.sln";

    private static readonly string s_root = Repository.Root;

    [TestMethod]
    public void Readme_EveryConsoleBlock_IsWhatTheCommandPrints()
    {
        int compared = 0;
        foreach ((string command, string[] expected) in Blocks())
        {
            if (command == TestCommand) continue;
            (int exitCode, string[] actual) = Run(command);
            Assert.AreEqual(0, exitCode, $"$ {command}\n{string.Join('\n', actual)}");
            string? difference = Compare(expected, actual);
            File.Delete(Path.Combine(s_root, "button.svg"));
            Assert.IsNull(difference, $"$ {command}\n{difference}\n--- it printed:\n{string.Join('\n', actual)}");
            compared++;
        }

        Assert.IsGreaterThanOrEqualTo(2, compared, "README.md shows fewer outputs than it should");
    }

    [TestMethod]
    public void Readme_TestCommand_IsTheOneThatCiRuns()
    {
        Assert.IsTrue(Blocks().Any(block => block.Command == TestCommand), "README.md does not show the test command");
        string ci = File.ReadAllText(Path.Combine(s_root, ".ci", "run"));
        StringAssert.Contains(ci, "\n" + TestCommand + " ");
    }

    [TestMethod]
    public void Contributing_EveryCommand_NamesWhatThereIs()
    {
        string page = File.ReadAllText(Path.Combine(s_root, ".github", "CONTRIBUTING.md"));
        string[] named = [.. PathPattern().Matches(page).Select(match => match.Value)];
        CollectionAssert.Contains(named, ".ci/run");
        foreach (string each in named)
        {
            string path = Path.Combine(s_root, each);
            Assert.IsTrue(File.Exists(path) || Directory.Exists(path), $"CONTRIBUTING.md names {each}, which is not there");
        }
    }

    [TestMethod]
    public void Workflow_OnEverySystem_IsTheScript()
    {
        string workflow = File.ReadAllText(Path.Combine(s_root, ".github", "workflows", "ci.yml"));
        StringAssert.Contains(workflow, "os: [ubuntu-latest, windows-latest, macos-latest]\n");
        StringAssert.Contains(workflow, "- run: .ci/run\n        shell: bash\n");
    }

    [TestMethod]
    public void Readme_EveryLinkedFile_Exists()
    {
        string[] folders = [".github", "firmware", "hardware", "tests"];
        string[] readmes =
        [
            "README.md",
            .. folders.SelectMany(each => Directory.GetFiles(Path.Combine(s_root, each), "*.md", SearchOption.AllDirectories))
                .Where(each => !each.Replace('\\', '/').Contains("/bin/", StringComparison.Ordinal)),
        ];
        foreach (string readme in readmes)
        {
            string folder = Path.GetDirectoryName(Path.Combine(s_root, readme))!;
            foreach (Match link in LinkPattern().Matches(File.ReadAllText(Path.Combine(s_root, readme))))
            {
                string target = link.Groups[1].Value + link.Groups[2].Value;
                if (target.StartsWith("http", StringComparison.Ordinal) || target.StartsWith('#')) continue;
                string path = Path.Combine(folder, target.Split('#')[0]);
                Assert.IsTrue(File.Exists(path) || Directory.Exists(path), $"{readme} links to {target}, which is not there");
            }
        }
    }

    [TestMethod]
    public void FirmwareReadme_LinuxTable_NamesEveryFunctionOfTheSeeds()
    {
        string table = File.ReadAllText(Path.Combine(s_root, "firmware", "README.md"));
        string[] names =
        [
            "work_struct", "delayed_work", "workqueue_struct", "INIT_WORK", "INIT_DELAYED_WORK", "DECLARE_WORK",
            "DECLARE_DELAYED_WORK", "create_workqueue", "create_singlethread_workqueue", "destroy_workqueue", "queue_work",
            "queue_delayed_work", "schedule_work", "schedule_delayed_work", "schedule_delayed_work_on", "schedule_on_each_cpu",
            "cancel_work", "cancel_delayed_work", "cancel_work_sync", "cancel_delayed_work_sync", "flush_workqueue",
            "flush_scheduled_work", "container_of", "kmalloc", "kfree", "GFP_KERNEL", "jiffies", "pr_info", "pr_err",
            "irq_handler_t", "IRQ_HANDLED", "kthread_create", "module_init", "module_exit", "ps -e", "events/0",
        ];

        foreach (string name in names) StringAssert.Contains(table, name, $"firmware/README.md does not name {name}");
    }

    [TestMethod]
    public void Readme_Picture_IsTheOneThatTheCommandDraws()
    {
        const string Picture = "button.svg";
        string command = Blocks().Select(block => block.Command)
            .Single(each => each.EndsWith("--timeline " + Picture, StringComparison.Ordinal));
        Assert.AreEqual(0, Run(command).ExitCode);
        string made = Path.Combine(s_root, Picture);
        string actual = File.ReadAllText(made);
        File.Delete(made);
        Assert.AreEqual(File.ReadAllText(Path.Combine(s_root, "pictures", Picture)), actual,
            $"pictures/{Picture} is not what `{command}` draws now: put the new one there");
    }

    private static IEnumerable<(string Command, string[] Output)> Blocks()
    {
        string[] lines = File.ReadAllLines(Path.Combine(s_root, "README.md"));
        for (int i = 0; i < lines.Length; i++)
        {
            if (lines[i] != "```console") continue;
            Assert.IsTrue(lines[i + 1].StartsWith("$ ", StringComparison.Ordinal), $"README.md, line {i + 2}: no command");
            string command = lines[i + 1][2..].Split('#')[0].Trim();
            int end = Array.IndexOf(lines, "```", i);
            yield return (command, lines[(i + 2)..end]);
            i = end;
        }
    }

    // The command as it stands, but for the build, which has been done.
    private static (int ExitCode, string[] Output) Run(string command)
    {
        StringAssert.StartsWith(command, "dotnet run --project ", $"the test does not know how to run: {command}");
        string arguments = "run --no-build " + command["dotnet run ".Length..];
#if !DEBUG
        arguments = arguments.Replace("run --no-build", "run --no-build -c Release");
#endif
        EndedProcess run = EndedProcess.Run(
            new ProcessStartInfo("dotnet", arguments) { WorkingDirectory = s_root }, TimeSpan.FromMinutes(1));
        return (run.ExitCode, run.Output.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n'));
    }

    private static string? Compare(string[] expected, string[] actual)
    {
        int at = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            if (expected[i] != "...")
            {
                if (at >= actual.Length) return $"missing: {expected[i]}";
                if (actual[at] != expected[i]) return $"expected: {expected[i]}\nprinted:  {actual[at]}";
                at++;
                continue;
            }

            if (i == expected.Length - 1) return null;
            int next = Array.IndexOf(actual, expected[i + 1], at);
            if (next < 0) return $"missing after the gap: {expected[i + 1]}";
            at = next;
        }

        return at == actual.Length ? null : $"not expected: {actual[at]}";
    }

    [GeneratedRegex(@"(?<=[` (])(\.ci|firmware|hardware|tests)/[\w./]*\w")]
    private static partial Regex PathPattern();

    [GeneratedRegex(@"\]\(([^)\s]+)\)|(?:src|href)=""([^""]+)""")]
    private static partial Regex LinkPattern();
}
