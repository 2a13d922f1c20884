using Hardware.Cli;
using Hardware.Machine;
using VirtualRuntime;

namespace VirtualBoard.Tests;

/// <summary>Scripts: what they mean, and that a wrong line is named.</summary>
[TestClass]
public class ScriptTests
{
    private static readonly Wiring s_wiring = Wiring.Of(Profiles.Find("VirtualBoard")!);

    [TestMethod]
    public void Parse_EveryAction_BecomesItsDrive()
    {
        Assert.AreEqual(
            "0:0:Low 1000:0:Open 1000:0:Low 2000:0:Open 3000:7:High 3000:7:Low 4000:7:High 5000:7:Low 6000:7:Open 7000:7:Low",
            Parse("0 button press", "1 0 release", "1\tbutton  toggle # bounce", "2 button toggle", "",
                "# other pins", "3 7 1", "3 7 toggle", "4 7 toggle", "5 7 press", "6 7 toggle", "  7 7 press"));
    }

    [TestMethod]
    public void Parse_ActiveHighButton_PressesToTheSupply()
    {
        Wiring wiring = Wiring.Of(Profiles.Find("STM32F769I-DISCO")!);
        IReadOnlyList<PinDrive> steps = Script.Parse("s", ["0 button press", "0 3 press"], wiring);
        Assert.AreEqual((Drive.High, Drive.Low), (steps[0].Drive, steps[1].Drive));
    }

    [TestMethod]
    public void Parse_TimesWithDecimals_AreExactToTheNanosecond() => CollectionAssert.AreEqual(
        new[] { 500_001L, 1_250_000L },
        Script.Parse("s", ["0.500001 button press", "1.25 button release"], s_wiring).Select(step => step.Nanoseconds).ToArray());

    [TestMethod]
    [DataRow("PC13", 45)]
    [DataRow("PA0", 0)]
    [DataRow("45", 45)]
    [DataRow("jumper", 3)]
    public void Parse_PinOfAnStm32_ByPortOrNumberOrPart(string word, int pin) => Assert.AreEqual(
        pin, Script.Parse("s", [$"0 {word} 0"], Wiring.Of(Profiles.Find("B-L475E-IOT01A")!))[0].Pin);

    [TestMethod]
    [DataRow("PC16")]
    [DataRow("PZ1")]
    [DataRow("P1")]
    [DataRow("PC")]
    public void Parse_WhatIsNoPinOfAnStm32_SaysHowPinsAreWritten(string word)
    {
        UsageException exception = Assert.ThrowsExactly<UsageException>(
            () => Script.Parse("s", [$"0 {word} 0"], Wiring.Of(Profiles.Find("B-L475E-IOT01A")!)));
        StringAssert.EndsWith(exception.Message, "or a number from 0 to 127, or port and number, such as PC13");
    }

    // Firmware may use the pin of the board's LED for something else.
    [TestMethod]
    public void Parse_PinOfAnLedByItsNumber_IsDriven() => Assert.AreEqual("0:2:High", Parse("0 2 1"));

    [TestMethod]
    public void Parse_Nothing_IsNothing() => Assert.AreEqual("", Parse("", "   ", "# only words"));

    [TestMethod]
    [DataRow("0 button", "2 words", "<ms> <pin|part> press|release|0|1|toggle")]
    [DataRow("0 button press now", "4 words", "<ms> <pin|part>")]
    [DataRow("x button press", "'x' is not a time", "0 to 604800000")]
    [DataRow("-1 button press", "'-1' is not a time", "0 to 604800000")]
    [DataRow("1,5 button press", "'1,5' is not a time", "0 to 604800000")]
    [DataRow("604800001 button press", "'604800001' is not a time", "0 to 604800000")]
    [DataRow("99999999999 button press", "'99999999999' is not a time", "0 to 604800000")]
    [DataRow("9 button press", "9 ms is before 10 ms", "must not go back")]
    [DataRow("10 lamp press", "'lamp' is not a pin", "'button', 'led', 'jumper', or a number from 0 to 39")]
    [DataRow("10 40 press", "'40' is not a pin", "0 to 39")]
    [DataRow("10 -1 press", "'-1' is not a pin", "0 to 39")]
    [DataRow("10 led press", "'led' is an LED, which the firmware switches", "name 'button', 'jumper', or a pin by its number")]
    [DataRow("10 button push", "'push' is not an action", "press, release, 0, 1 or toggle")]
    [DataRow("10 button 2", "'2' is not an action", "press, release, 0, 1 or toggle")]
    public void Parse_WrongLine_NamesTheLineAndWhatIsAllowed(string line, string wrong, string allowed)
    {
        UsageException exception = Assert.ThrowsExactly<UsageException>(() => Parse("10 button press", "# comment", line));
        StringAssert.StartsWith(exception.Message, "press.txt:3: ");
        StringAssert.Contains(exception.Message, wrong);
        StringAssert.Contains(exception.Message, allowed);
        Assert.DoesNotContain("\n", exception.Message);
    }

    private static string Parse(params string[] lines) => string.Join(' ',
        Script.Parse("press.txt", lines, s_wiring).Select(step => $"{step.Nanoseconds / 1000}:{step.Pin}:{step.Drive}"));
}
