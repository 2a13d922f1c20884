using ButtonModule;
using Hardware.Boards;
using Hardware.Cli;
using Hardware.Flash;
using Hardware.Machine;
using Hardware.Pages;

namespace Boards.Tests;

/// <summary>The firmware's table of pins and the host's table of labels say the same.</summary>
[TestClass]
public sealed class BoardTableTests
{
    private static readonly Board[] s_boards = ButtonModule.Boards.All();

    public static IEnumerable<object[]> Names => BoardFacts.All.Select(facts => new object[] { facts.Name });

    [TestMethod]
    public void Names_OfBothTables_AreTheSameInTheSameOrder()
    {
        string[] firmware = s_boards.Select(board => board.Name).Where(name => name != "VirtualBoard").ToArray();

        CollectionAssert.AreEqual(firmware, BoardFacts.All.Select(facts => facts.Name).ToArray());
        CollectionAssert.AllItemsAreUnique(firmware);
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void Label_OfAPin_GivesTheFirmwaresNumber(string name)
    {
        (Board board, BoardFacts facts) = Both(name);

        Assert.AreEqual(board.ButtonPin, BoardPage.Number(facts.Button.Label));
        Assert.AreEqual(board.LedPin, BoardPage.Number(facts.Led.Label));
        Assert.AreEqual(board.TracePin, BoardPage.Number(facts.TraceJumper.Label));
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void Pull_OfTheButton_IsAgainstItsActiveLevel(string name)
    {
        Board board = Both(name).Board;

        Assert.AreEqual(board.ButtonActiveLow ? "InputPullUp" : "InputPullDown", board.ButtonMode.ToString());
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void Find_NameOfARuntimeThatFits_IsThatBoard(string name)
    {
        foreach (string target in Both(name).Facts.Targets)
        {
            Assert.AreEqual(name, ButtonModule.Boards.Find(target)?.Name, target);
        }
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void Profile_OfABoard_HasItsTargetPinsAndSerialSpeed(string name)
    {
        (Board board, BoardFacts facts) = Both(name);
        Profile profile = Profiles.Find(name)!;

        Assert.AreEqual(name, profile.Name);
        Assert.AreEqual(name, ButtonModule.Boards.Find(profile.TargetName)!.Name);
        CollectionAssert.Contains(facts.Targets, profile.TargetName);
        Assert.AreEqual(facts.SerialBaud, profile.SerialBaud);
        int[] pins = [board.ButtonPin, board.LedPin, board.TracePin];
        Assert.IsTrue(pins.All(pin => pin < profile.PinCount));
        Assert.IsTrue(pins.Skip(1).All(pin => pin < profile.FirstInputOnlyPin), "an output and a resistor are needed");
    }

    [TestMethod]
    public void Profiles_EachIsABoardOfTheFirmware() => CollectionAssert.AreEquivalent(
        s_boards.Select(board => board.Name).ToArray(), Profiles.All.Select(profile => profile.Name).ToArray());

    [TestMethod]
    [DataRow("")]
    [DataRow("ESP32_")]
    [DataRow("ESP32_S2")]
    [DataRow("ESP32_S3")]
    [DataRow("ESP32_C6_THREAD")]
    [DataRow("ESP32_P4")]
    [DataRow("ESP32_PSRAM_XTAL26_REV0")]
    [DataRow("ESP32_PICO")]
    [DataRow("M5Core2")]
    [DataRow("ST_NUCLEO64_F091RC")]
    [DataRow("ORGPAL_PALTHREE")]
    [DataRow("REV_")]
    public void Find_NameOfAnotherBoard_IsNull(string target) => Assert.IsNull(ButtonModule.Boards.Find(target)?.Name);

    [TestMethod]
    public void Find_EachBeginningWithSomeEnd_IsItsBoard()
    {
        foreach (Board board in s_boards)
        {
            foreach (string beginning in board.Target.Split(' '))
            {
                Assert.AreNotEqual("", beginning, $"{board.Name}: an empty beginning fits every name");
                Assert.AreEqual(board.Name, ButtonModule.Boards.Find(beginning + "0")?.Name, beginning);
            }
        }
    }

    [TestMethod]
    public void Beginnings_OfTwoBoards_DoNotFitOneName()
    {
        var beginnings = s_boards.SelectMany(board => board.Target.Split(' ').Select(text => (board.Name, text))).ToArray();
        foreach ((string name, string text) in beginnings)
        {
            string[] alsoFit = beginnings.Where(other => other.Name != name)
                .Where(other => text.StartsWith(other.text, StringComparison.Ordinal)).Select(other => other.Name).ToArray();

            Assert.AreEqual(0, alsoFit.Length, $"{text} of {name} fits {string.Join(", ", alsoFit)} too");
        }
    }

    // Strapping pins, flash, PSRAM, USB and console of the chips, from the makers' guides.
    [TestMethod]
    [DataRow("ESP32-DevKitC", new[] { 0, 1, 2, 3, 5, 6, 7, 8, 9, 10, 11, 12, 15, 16, 17, 34, 35, 36, 39 })]
    [DataRow("ESP32-S3-DevKitC-1",
        new[] { 0, 3, 19, 20, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 43, 44, 45, 46, 48 })]
    [DataRow("ESP32-C3-DevKitM-1", new[] { 2, 8, 9, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21 })]
    public void Pin_ThatTheUserConnects_HasNoOtherDuty(string name, int[] taken)
    {
        (Board board, BoardFacts facts) = Both(name);

        Assert.IsFalse(facts.Led.OnBoard);
        CollectionAssert.DoesNotContain(taken, board.LedPin);
        CollectionAssert.DoesNotContain(taken, board.TracePin);
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void Pins_OfABoard_AreDifferentOnes(string name)
    {
        (Board board, BoardFacts facts) = Both(name);
        int[] pins = [board.ButtonPin, board.LedPin, board.TracePin];

        CollectionAssert.AllItemsAreUnique(pins);
        Assert.AreNotEqual(BoardPage.Number(facts.ExternalButton.Label), board.LedPin);
        Assert.AreNotEqual(BoardPage.Number(facts.ExternalButton.Label), board.TracePin, "both would be connected to ground");
    }

    // One interrupt line serves the pins of one number on all ports, and closing a pin switches its line off.
    [TestMethod]
    [DataRow("STM32F769I-DISCO")]
    [DataRow("STM32F429I-DISCO")]
    [DataRow("B-L475E-IOT01A")]
    public void TracePin_OfAnStm32_HasNotTheInterruptLineOfAButton(string name)
    {
        (Board board, BoardFacts facts) = Both(name);

        Assert.AreNotEqual(board.ButtonPin % 16, board.TracePin % 16);
        Assert.AreNotEqual(BoardPage.Number(facts.ExternalButton.Label) % 16, board.TracePin % 16);
    }

    // A ping that is repeated four times a second is answered from 185 ms after the reset on.
    [TestMethod]
    [DynamicData(nameof(Names))]
    public void LogWait_OfABoard_IsThereWhereTextNeedsAPing(string name)
    {
        (Board board, BoardFacts facts) = Both(name);

        if (facts.TextNeedsPing) Assert.IsGreaterThanOrEqualTo(185 + 250, board.LogWaitMilliseconds);
        else Assert.AreEqual(0, board.LogWaitMilliseconds);
    }

    // 69 KB were measured to be left on the B-L475E-IOT01A, whose heap is the smallest: an eighth of them there, and no more than
    // half of them anywhere.
    [TestMethod]
    [DynamicData(nameof(Names))]
    public void TraceRecords_OfABoard_LeaveRoomInTheHeap(string name)
    {
        Board board = Both(name).Board;
        int kilobytes = name == "B-L475E-IOT01A" ? 69 / 8 : 69 / 2;

        Assert.IsTrue(board.TraceRecords > 0);
        Assert.IsTrue(BoardPage.TraceKilobytes(board) <= kilobytes, $"{BoardPage.TraceKilobytes(board)} KB");
    }

    [TestMethod]
    public void RecordBytes_OfATrace_AreThoseThatTheLibraryNames() =>
        StringAssert.Contains(Repository.Text("firmware/Workqueues/2-Time/WorkqueueTrace.cs"),
            $"A record takes about {BoardPage.RecordBytes} bytes on a board.");

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void Facts_OfABoard_AreComplete(string name)
    {
        BoardFacts facts = Both(name).Facts;

        Assert.AreNotEqual(0, facts.Targets.Length);
        Assert.AreNotEqual(0, facts.Sources.Length);
        Assert.AreNotEqual(0, facts.KnownLimits.Length);
        Assert.IsTrue(facts.Led.OnBoard || facts.Led.Where is not null, "where does the LED go?");
        Assert.IsNotNull(facts.ExternalButton.Where, "where does a button of the user's own go?");
        Assert.IsNotNull(facts.TraceJumper.Where, "where does the trace jumper go?");
        Assert.IsFalse(facts.TraceJumper.OnBoard);
        Assert.AreEqual(facts.IsEsp32, facts.Connection == Connection.Serial, "Espressif's chips have a loader in their ROM");
        Assert.IsTrue(Directory.Exists(Path.Combine(Repository.Root, facts.Firmware)), facts.Firmware);
    }

    // The deployment partition of these chips is at the same place in every size of flash (nf-interpreter,
    // partitions_nanoclr_*.csv).
    [TestMethod]
    [DataRow("ESP32-DevKitC", "0x1E0000")]
    [DataRow("ESP32-S3-DevKitC-1", "0x1B0000")]
    [DataRow("ESP32-C3-DevKitM-1", "0x1B0000")]
    public void DeployAddress_OfAnEsp32_IsThatOfItsPartition(string name, string address) =>
        Assert.AreEqual(address, Both(name).Facts.DeployAddress);

    // The areas are whole blocks of the flash memory of these chips (nf-interpreter, Device_BlockStorage.c).
    [TestMethod]
    [DataRow("STM32F769I-DISCO", 0x08000000u, 2048 * 1024u, 256 * 1024u)]
    [DataRow("STM32F429I-DISCO", 0x08000000u, 2048 * 1024u, 128 * 1024u)]
    [DataRow("B-L475E-IOT01A", 0x08000000u, 1024 * 1024u, 2 * 1024u)]
    public void DeployAddress_OfAnStm32_IsTheStartOfABlock(string name, uint flash, uint size, uint block)
    {
        uint address = Convert.ToUInt32(Both(name).Facts.DeployAddress, 16);

        Assert.IsTrue(address > flash && address < flash + size);
        Assert.AreEqual(0u, (address - flash) % block);
    }

    [TestMethod]
    [DataRow("GPIO0", 0)]
    [DataRow("GPIO48", 48)]
    [DataRow("PA0", 0)]
    [DataRow("PC13", 45)]
    [DataRow("PB14", 30)]
    [DataRow("PJ5", 149)]
    public void Number_OfALabel_IsThatOfOpenPin(string label, int number) => Assert.AreEqual(number, BoardPage.Number(label));

    [TestMethod]
    [DataRow("")]
    [DataRow("P")]
    [DataRow("PA")]
    [DataRow("PA16")]
    [DataRow("PZ1")]
    [DataRow("GPIO")]
    [DataRow("LED1")]
    public void Number_OfNoLabel_Throws(string label) => Assert.ThrowsExactly<FormatException>(() => BoardPage.Number(label));

    internal static (Board Board, BoardFacts Facts) Both(string name) =>
        (s_boards.Single(board => board.Name == name), BoardFacts.Find(name)!);
}
