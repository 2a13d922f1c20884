using System.Text.RegularExpressions;
using Hardware.Cli;
using Hardware.Pages;

namespace Boards.Tests;

/// <summary>The page of the log's lines names every line that the firmware's sources print, and no other.</summary>
[TestClass]
public sealed partial class LogPageTests
{
    // A trace is lines of its own form, which Timeline reads; what a refusal says is an exception's message.
    private static readonly string[] s_otherTexts = ["TraceText.cs", "Refusal.cs"];

    [TestMethod]
    public void Page_OfTheLog_IsWhatTheListGives() => Assert.AreEqual(
        LogPage.Write(), Repository.Text("hardware/boards/LOG.md"), "run dotnet run --project hardware/Pages");

    [TestMethod]
    public void Text_ThatTheFirmwarePrints_IsOnThePage()
    {
        string[] forms = [.. LogPage.All.Select(line => line.Form)];
        (string Place, string[] Texts)[] printed = [.. Sources().SelectMany(source => Printed(source.Name, source.Text))];

        Assert.IsGreaterThan(20, printed.Length, "the sources were not understood");
        string[] missing = [.. printed.Where(line => !Array.Exists(forms, form => HoldsInOrder(form, line.Texts)))
            .Select(line => $"{line.Place} prints \"{string.Join("\" … \"", line.Texts)}\"")];
        Assert.IsEmpty(missing, $"{string.Join('\n', missing)}: put it into hardware/Pages/LogPage.cs");
    }

    [TestMethod]
    public void Line_OnThePage_IsOneThatTheFirmwarePrints()
    {
        string texts = string.Join('\n',
            Sources().SelectMany(source => Literals(source.Text)).Select(literal => literal.Text));
        foreach (LogLine line in LogPage.All)
        {
            foreach (string part in Variable().Split(line.Form).Select(part => part.Trim(' ', ':', ',', '(', ')', '*')))
            {
                if (HasWord(part)) StringAssert.Contains(texts, part, $"no source prints '{part}' of: {line.Text}");
            }
        }
    }

    // The reading of the sources, tried on what the next line of somebody else may look like.
    [TestMethod]
    [DataRow("KernelLog.Write(\"new line\");", "new line")]
    [DataRow("KernelLog.Note(\"word\", n);", "word")]
    [DataRow("KernelLog.Write(\"a b \" + n.ToString() + \" c \\\"d\\\"\"); f(\"other\");", "a b | c \"d\"")]
    [DataRow("private static readonly string s_text = \"word\"; void M() { KernelLog.Write(s_text, 1); }", "word")]
    [DataRow("private const string Text = \"no line\"; void M() { throw new Exception(Text); }", "")]
    [DataRow("string state = x ? \", being late\" : \"\";", ", being late")]
    [DataRow("throw new ArgumentException(\"no line\", \"queue\");", "")]
    [DataRow("// KernelLog.Write(\"no line\");", "")]
    [DataRow("new Work(handler, \"name\");", "")]
    [DataRow("return type + \": \" + message;", "")]
    public void Printed_OfASource_AreItsTextsInTheirOrder(string source, string expected) =>
        Assert.AreEqual(expected, string.Join('|', Printed("x.cs", source).SelectMany(line => line.Texts)));

    private static IEnumerable<(string Name, string Text)> Sources() =>
        from project in Projects("ButtonModule").Append("ButtonModule.Esp32").Distinct()
        let folder = Path.Combine(Repository.Root, "firmware", project)
        from path in Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
        let name = Path.GetRelativePath(Repository.Root, path).Replace('\\', '/')
        where !name.Contains("/obj/") && !name.Contains("/bin/") && !s_otherTexts.Contains(Path.GetFileName(path))
        select (name, File.ReadAllText(path));

    // A project of the firmware and those that it refers to.
    private static IEnumerable<string> Projects(string name) =>
        Reference().Matches(Repository.Text($"firmware/{name}/{name}.csproj"))
            .SelectMany(match => Projects(match.Groups[1].Value)).Prepend(name);

    // The texts that may reach the log, for each statement. What is no message of an exception, no name and no attribute counts:
    // rather a line too many than one that is forgotten.
    private static IEnumerable<(string Place, string[] Texts)> Printed(string name, string source)
    {
        string[] logged = [.. LogCall().Matches(Comment().Replace(source, "")).Select(call => call.Value)];
        return from literal in Literals(source)
               let declared = Declaration().Match(literal.Statement)
               let isLogged = declared.Success
                   ? Array.Exists(logged, call => Regex.IsMatch(call, $@"\b{declared.Groups[1].Value}\b"))
                   : LogCall().IsMatch(literal.Statement)
               where HasWord(literal.Text) && !NoLine().IsMatch(literal.Statement)
               where isLogged || (!declared.Success && !OneWord().IsMatch(literal.Text))
               group literal by literal.Start into statement
               select ($"{name}:{statement.First().Line}", statement.Select(literal => literal.Text).ToArray());
    }

    private static IEnumerable<(string Text, string Statement, int Start, int Line)> Literals(string source)
    {
        string code = Comment().Replace(source, "");
        string blank = Literal().Replace(code, match => new string('_', match.Length));
        foreach (Match match in Literal().Matches(code))
        {
            int start = blank.LastIndexOfAny([';', '{', '}'], match.Index) + 1;
            int end = blank.IndexOfAny([';', '{', '}'], match.Index);
            string statement = code[start..(end < 0 ? code.Length : end)];
            int line = code[..match.Index].Count(letter => letter == '\n') + 1;
            yield return (Regex.Unescape(match.Value[1..^1]), statement, start, line);
        }
    }

    private static bool HoldsInOrder(string form, string[] texts)
    {
        int at = 0;
        foreach (string text in texts)
        {
            at = form.IndexOf(text, at, StringComparison.Ordinal);
            if (at < 0) return false;
            at += text.Length;
        }

        return true;
    }

    private static bool HasWord(string text) => text.Any(char.IsLetter);

    [GeneratedRegex("\"(?:\\\\.|[^\"\\\\])*\"")]
    private static partial Regex Literal();

    [GeneratedRegex(@"<ProjectReference Include=""\.\./(\w[\w.]*)/")]
    private static partial Regex Reference();

    [GeneratedRegex("//[^\n]*")]
    private static partial Regex Comment();

    [GeneratedRegex(@"\b(?:KernelLog|Console)\.(?!Pad\b|Prefix\b)\w+\([^;]*|\bLog\([^;]*")]
    private static partial Regex LogCall();

    [GeneratedRegex(@"\b(?:const|readonly)\s+string\s+(\w+)\s*=")]
    private static partial Regex Declaration();

    [GeneratedRegex(@"\bthrow\b|Exception\(|ThrowIfActive|\bnew Board\(|\[assembly:")]
    private static partial Regex NoLine();

    [GeneratedRegex(@"^[\w./]*$")]
    private static partial Regex OneWord();

    [GeneratedRegex(@"\{[^}]*\}|[\[\]|]")]
    private static partial Regex Variable();
}
