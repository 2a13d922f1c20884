using System.Text.RegularExpressions;

namespace Contract.Tests;

/// <summary>Every row of the conformance table, and every rule of the contract, has a test that names it; and every name is a row
/// or a rule.</summary>
[TestClass]
public partial class ConformanceTests
{
    [TestMethod]
    public void Rows_TestSources_EachHasATestAndEachTagIsARow()
    {
        var rows = File.ReadLines(Path.Combine(AppContext.BaseDirectory, "conformance-rows.txt"))
            .Where(line => line.Length > 0 && line[0] != '#').ToList();
        var shown = Sources().SelectMany(ShownIn).ToList();

        Assert.AreEqual(55, rows.Count);
        CollectionAssert.AllItemsAreUnique(rows);
        Assert.AreEqual("", string.Join('\n', rows.Except(shown.Select(s => s.Row))), "rows without a test");
        Assert.AreEqual("", string.Join('\n', shown.Select(s => s.Row).Except(rows)), "tags that are no row");
    }

    [TestMethod]
    public void Tags_TestSources_EachStandsAboveATest()
    {
        foreach (string source in Sources())
        {
            int tags = Tag().Count(source);
            Assert.AreEqual(tags, ShownIn(source).Count(), "a tag is not followed by [TestMethod] and a method");
        }
    }

    [TestMethod]
    public void Rules_TestSources_EachIsCitedAndEachCitationIsARule()
    {
        string contract = Read(Path.Combine(AppContext.BaseDirectory, "CONTRACT.md"));
        var rules = Rule().Matches(contract).Select(match => match.Groups["rule"].Value).ToList();
        var cited = Sources().SelectMany(source => Citation().Matches(source))
            .Select(match => match.Groups["rule"].Value).ToList();

        CollectionAssert.AreEqual(Enumerable.Range(1, rules.Count).Select(i => "R" + i).ToList(), rules, "numbered in order");
        Assert.IsGreaterThan(30, rules.Count);
        Assert.AreEqual("", string.Join('\n', rules.Except(cited)), "rules that no test cites");
        Assert.AreEqual("", string.Join('\n', cited.Except(rules)), "citations that are no rule");
    }

    [TestMethod]
    public void TestNames_TestSources_AreMethodStateOutcome()
    {
        var names = Sources().SelectMany(source => TestMethod().Matches(source)).Select(m => m.Groups["name"].Value);
        int count = 0;
        foreach (string name in names)
        {
            count++;
            Assert.MatchesRegex("^[A-Z][A-Za-z0-9]*_[A-Z][A-Za-z0-9]*_[A-Z][A-Za-z0-9]*$", name);
        }

        Assert.IsGreaterThan(150, count);
    }

    private static IEnumerable<string> Sources() =>
        Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Sources"), "*.cs", SearchOption.AllDirectories).Select(Read);

    // As git keeps it, whatever the checkout made of the line ends.
    private static string Read(string path) => File.ReadAllText(path).ReplaceLineEndings("\n");

    private static IEnumerable<(string Row, string Test)> ShownIn(string source) =>
        Tagged().Matches(source).Select(match => (match.Groups["row"].Value, match.Groups["name"].Value));

    [GeneratedRegex(@"^- \*\*(?<rule>R\d+)\*\* ", RegexOptions.Multiline)]
    private static partial Regex Rule();

    [GeneratedRegex(
        @"^    // (?<rule>R\d+)(: .*)?\n(    //.*\n)*    \[(TestMethod|MachineTest|InjectedTest|BoardTest)",
        RegexOptions.Multiline)]
    private static partial Regex Citation();

    [GeneratedRegex(@"^    // conformance: ", RegexOptions.Multiline)]
    private static partial Regex Tag();

    [GeneratedRegex(
        @"^    // conformance: (?<row>.+)\n(    //.*\n)*    \[(TestMethod|MachineTest|InjectedTest|BoardTest)(\(.*\))?\]\n"
        + @"(    \[DataRow\(.*\)\]\n)*    public void (?<name>\w+)\(",
        RegexOptions.Multiline)]
    private static partial Regex Tagged();

    [GeneratedRegex(@"\[(TestMethod|MachineTest|InjectedTest|BoardTest)(\(.*\))?\]\n(    \[DataRow\(.*\)\]\n)*"
        + @"    public void (?<name>\w+)\(")]
    private static partial Regex TestMethod();
}
