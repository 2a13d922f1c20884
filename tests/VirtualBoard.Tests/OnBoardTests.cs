using System.Text;
using System.Text.RegularExpressions;
using Hardware.Cli;

namespace VirtualBoard.Tests;

/// <summary>The program that runs the library's tests on a board.</summary>
[TestClass]
public class OnBoardTests
{
    private const string Prompt = "$ dotnet run --project hardware/VirtualBoard -- ";

    // A board's reflection finds no attributes: the program has a list.
    [TestMethod]
    public void List_OfTheTests_IsThatOfTheSources()
    {
        string path = Path.Combine(Repository.Root, "tests", "Workqueues.OnBoard", "TestList.cs");
        string expected = Write();
        if (Environment.GetEnvironmentVariable("WRITE_TEST_LIST") == "1") File.WriteAllText(path, expected);
        Assert.AreEqual(
            expected, File.ReadAllText(path), "WRITE_TEST_LIST=1 dotnet test tests/VirtualBoard.Tests writes the list anew");
    }

    // The command that the README shows: as there, and each test of the list passes, in its order.
    [TestMethod]
    public void Program_OfTheReadme_RunsAllTestsAndEnds()
    {
        string readme = File.ReadAllText(Path.Combine(Repository.Root, "tests", "Workqueues.Tests", "README.md"));
        int start = readme.IndexOf(Prompt, StringComparison.Ordinal) + Prompt.Length;
        int end = readme.IndexOf('\n', start);
        string shown = readme[(end + 1)..readme.IndexOf("...\n", end, StringComparison.Ordinal)];
        string project = Path.Combine(Repository.Root, "tests", "Workqueues.OnBoard");

        Command run = Command.Run(readme[start..end].Replace("tests/Workqueues.OnBoard", project));

        Assert.AreEqual(0, run.ExitCode, run.Errors + run.Output);
        StringAssert.StartsWith(run.Output, shown);
        string[] all = [.. Tests().SelectMany(each => each.Methods.Select(method => $"{each.Class}.{method}"))];
        string[] lines = run.Log.Split('\n');
        CollectionAssert.AreEqual(
            all.Select(each => "PASS " + each).ToArray(),
            lines.Where(line => Regex.IsMatch(line, "^(PASS|FAIL) ")).ToArray());
        Assert.AreEqual($"{all.Length} passed, 0 failed", lines[^1].Length > 0 ? lines[^1] : lines[^2]);
    }

    private static string Write()
    {
        StringBuilder calls = new();
        StringBuilder bodies = new();
        foreach ((string name, string[] methods) in Tests())
        {
            calls.Append($"        Run{name}();\n");
            bodies.Append($"\n    private static void Run{name}()\n    {{\n        {name} tests = new {name}();\n");
            foreach (string method in methods)
            {
                string line = $"        Program.Test(\"{name}.{method}\", tests.{method});\n";
                string lines = line.Replace("Test(", "Test(\n            ").Replace("\", ", "\",\n            ");
                bodies.Append(line.Length <= 131 ? line : lines);
            }

            bodies.Append("    }\n");
        }

        return $$"""
            namespace NFUnitTest;

            /// <summary>All tests of tests/Workqueues.Tests; tests/VirtualBoard.Tests writes it with WRITE_TEST_LIST=1.</summary>
            internal static class TestList
            {
                internal static void RunAll()
                {
            {{calls}}    }
            {{bodies}}}

            """.ReplaceLineEndings("\n");
    }

    private static IEnumerable<(string Class, string[] Methods)> Tests()
    {
        string folder = Path.Combine(Repository.Root, "tests", "Workqueues.Tests");
        foreach (string file in Directory.GetFiles(folder, "*.cs").Order(StringComparer.Ordinal))
        {
            string source = File.ReadAllText(file);
            Match type = Regex.Match(source, @"^\[TestClass\]\npublic class (\w+)", RegexOptions.Multiline);
            if (!type.Success) continue;
            MatchCollection methods = Regex.Matches(source, @"\[TestMethod\][^\n]*\n\s*public void (\w+)\(\)");
            yield return (type.Groups[1].Value, [.. methods.Select(method => method.Groups[1].Value)]);
        }
    }

}
