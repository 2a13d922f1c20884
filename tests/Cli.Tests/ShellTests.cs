using Hardware.Cli;

namespace Cli.Tests;

/// <summary>Words of printed commands, as the shells take them.</summary>
[TestClass]
public sealed class ShellTests
{
    [TestMethod]
    [DataRow("/dev/serial/by-id/usb-1a86_USB-if00", "/dev/serial/by-id/usb-1a86_USB-if00")]
    [DataRow("-p:NanoFramework=true", "-p:NanoFramework=true")]
    [DataRow("", "''")]
    [DataRow("a b", "'a b'")]
    [DataRow("$HOME", "'$HOME'")]
    [DataRow("it's", @"'it'\''s'")]
    [DataRow("a\"b", "'a\"b'")]
    [DataRow("`x`", "'`x`'")]
    [DataRow(@"a\b", @"'a\b'")]
    [DataRow("=ls", "'=ls'")]
    [DataRow("~", "'~'")]
    public void QuoteForPosix_Word_IsInSingleQuotesIfItMustBe(string word, string expected) =>
        Assert.AreEqual(expected, Shell.QuoteForPosix(word));

    // Double quotes wherever they are right for both; single quotes are PowerShell's.
    [TestMethod]
    [DataRow("COM3", "COM3")]
    [DataRow(@"C:\work\blink\Blink.csproj", @"C:\work\blink\Blink.csproj")]
    [DataRow("firmware/ButtonModule", "firmware/ButtonModule")]
    [DataRow("-p:NanoFramework=true", "-p:NanoFramework=true")]
    [DataRow("--serialport", "--serialport")]
    [DataRow("-p:Version=1.0", "\"-p:Version=1.0\"")]
    [DataRow("", "\"\"")]
    [DataRow(@"C:\My Work\Blink.csproj", "\"C:\\My Work\\Blink.csproj\"")]
    [DataRow(@"C:\My Work\", "\"C:\\My Work\\\\\"")]
    [DataRow("a,b", "\"a,b\"")]
    [DataRow("a&b", "\"a&b\"")]
    [DataRow("(a);b|c<d>e^f", "\"(a);b|c<d>e^f\"")]
    [DataRow("@file", "\"@file\"")]
    [DataRow("it's", "\"it's\"")]
    [DataRow("$HOME", "'$HOME'")]
    [DataRow("`it's`", "'`it''s`'")]
    [DataRow("\u201Ca\u201D it\u2019s", "'\u201Ca\u201D it\u2019\u2019s'")]
    public void QuoteForWindows_Word_IsRightForPowerShellAndForCmdWherePossible(string word, string expected) =>
        Assert.AreEqual(expected, Shell.QuoteForWindows(word));

    [TestMethod]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    [DataRow("a b")]
    [DataRow("$HOME")]
    [DataRow("it's `x` \"y\" \\n")]
    [DataRow("plain-word_1./:=+,")]
    [DataRow("")]
    [DataRow("*?[]{}()<>|&;!#~")]
    public void Quote_AnyWord_IsThatWordToBash(string word) =>
        Assert.AreEqual(word, ShellCommand.RunBash($"printf %s {Shell.Quote(word)}", ".").Output);
}
