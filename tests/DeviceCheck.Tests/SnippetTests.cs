[assembly: Parallelize(Scope = ExecutionScope.MethodLevel)]

namespace DeviceCheck.Tests;

/// <summary>Small programs that were tried on the runtime, and what is said of them.</summary>
[TestClass]
public sealed class SnippetTests
{
    private const string Z =
        "class L { static int Z(int i) { return i; } static int Z(int i, int a, int b) { return i; } ";

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void Supported_Constructs_CompileWithoutFindings(bool isDebug) =>
        Assert.AreEqual("", Snippet.Findings(Snippet.Text("supported"), isDebug));

    [TestMethod]
    public void Flagged_Constructs_GiveTheirFindings()
    {
        IReadOnlyList<Snippet> snippets = Snippet.Read("flagged");
        Assert.AreEqual("", Differences(snippets, each => each.Findings()));
        Assert.IsGreaterThanOrEqualTo(60, snippets.Count);
    }

    [TestMethod]
    public void Rejected_Constructs_AreRefusedByTheCompiler()
    {
        IReadOnlyList<Snippet> snippets = Snippet.Read("rejected");
        Assert.AreEqual("", Differences(snippets, each => each.Refusals()));
        Assert.IsGreaterThanOrEqualTo(80, snippets.Count);
    }

    // The last that a board takes, and the first that it does not.
    [TestMethod]
    [DataRow("", Z + "static int F() { {255:int v# = Z(#);} {255:Z(v#);} return {255+:v#}; } }")]
    [DataRow("NF0303", Z + "static int F() { {257:int v# = Z(#);} {257:Z(v#);} return {257+:v#}; } }")]
    [DataRow("", "class L { static int F({255,:int v#}) { return v0; } }")]
    [DataRow("NF0304", "class L { static int F({256,:int v#}) { return v0; } }")]
    [DataRow("", Z + "static int F(int i) { switch (i) { {255:case #: return Z(i + #);} } return -1; } }")]
    [DataRow("NF0204", Z + "static int F(int i) { switch (i) { {256:case #: return Z(i + #);} } return -1; } }")]
    [DataRow("", "class L { {255:static void F#() { }} }")]
    [DataRow("NF0305", "class L { {256:static void F#() { }} }")]
    [DataRow("", "class L { static readonly int[] A = { {16000,:#} }; }")]
    [DataRow("NF0306", "class L { static readonly int[] A = { {16384,:#} }; }")]
    [DataRow("", Z + "static int n; static void F() { {1600:n = Z(n, 100000 + #, 2000000);} } }")]
    [DataRow("NF0301", Z + "static int n; static void F() { {1850:n = Z(n, 100000 + #, 2000000);} } }")]
    [DataRow("NF0301 NF0302", Z + "static int n; static void F() { {3700:n = Z(n, 100000 + #, 2000000);} } }")]
    public void Limit_OfATable_IsExact(string expected, string pattern) =>
        Assert.AreEqual(expected, Snippet.Findings(Repeat(pattern), isDebug: false));

    // {COUNT[SEPARATOR]:ITEM}: the item so often, with 0, 1, 2 … for #.
    private static string Repeat(string pattern) => System.Text.RegularExpressions.Regex.Replace(
        pattern,
        @"\{(\d+)([,+]?):((?:[^{}]|\{ \})*)\}",
        match => string.Join(
            match.Groups[2].Value + ' ',
            Enumerable.Range(0, int.Parse(match.Groups[1].Value))
                .Select(number => match.Groups[3].Value.Replace("#", $"{number}"))));

    private static string Differences(IReadOnlyList<Snippet> snippets, Func<Snippet, string> codes) => string.Join('\n',
        snippets.AsParallel().AsOrdered().Select(each => (each.Name, each.Codes, Got: codes(each)))
            .Where(each => each.Got != each.Codes).Select(each => $"{each.Name}: expected {each.Codes}, got {each.Got}"));
}
