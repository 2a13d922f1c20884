using Hardware.Boards;
using Hardware.Machine;

namespace VirtualBoard.Tests;

/// <summary>firmware/ButtonModule.Esp32: the module on the microsecond timer, which boards that have one run unless another
/// firmware is asked for. What it prints there is in Runs/.</summary>
[TestClass]
public class Esp32ImageTests
{
    public static IEnumerable<object[]> Boards => Profiles.All.Select(board => new object[] { board });

    [TestMethod]
    [DynamicData(nameof(Boards))]
    public void Find_NoFirmwareAskedFor_IsThatWhichFlashTakes(Profile board)
    {
        string flashed = BoardFacts.Find(board.Name)?.Firmware ?? "firmware/ButtonModule";
        Assert.AreEqual(Path.GetFileName(flashed), Path.GetFileNameWithoutExtension(FirmwareImage.Of(board)));
    }

    // A board's runtime starts no program that refers to a library whose native half it does not have.
    [TestMethod]
    [DataRow("B-L475E-IOT01A")]
    [DataRow("VirtualBoard")]
    public void Run_OnAnotherBoard_IsRefused(string board)
    {
        Command run = Command.Run($"--board {board} --firmware {FirmwareImage.Of(Profiles.Find("ESP32-DevKitC")!)}");
        Assert.AreEqual(2, run.ExitCode);
        Assert.AreEqual("VirtualBoard: ButtonModule.Esp32.dll uses nanoFramework.Hardware.Esp32.HighResTimer, which only ESP32 "
            + $"boards have, and {board} is none; add --board ESP32-DevKitC, ESP32-S3-DevKitC-1 or ESP32-C3-DevKitM-1, or take "
            + "firmware/ButtonModule\n", run.Errors);
    }

    [TestMethod]
    public void Module_ForAllBoards_RefersToNothingOfTheFamily()
    {
        string[] references = [.. typeof(ButtonModule.Module).Assembly.GetReferencedAssemblies().Select(each => each.Name!)];
        CollectionAssert.Contains(references, "Workqueues");
        Assert.IsFalse(references.Any(each => each.Contains("Esp32")), string.Join(' ', references));
    }

    // With the CLR's clock, which steps by 10 ms, the times of a trace would too.
    [TestMethod]
    public void Trace_OfTheBoards_HasMicroseconds()
    {
        string trace = Path.Combine(TestFirmware.Folder, "esp32-trace.txt");
        Assert.AreEqual(0, Command.Run($"--board ESP32-DevKitC --presses 1 --trace {trace}").ExitCode);
        long[] times = [.. File.ReadLines(trace).Where(line => !line.StartsWith('#'))
            .Select(line => long.Parse(line.Split(": ")[0].Split(' ')[^1].Replace(".", "", StringComparison.Ordinal)))];

        Assert.IsGreaterThan(20, times.Length);
        CollectionAssert.AreEqual(times.Order().ToArray(), times);
        Assert.IsGreaterThan(times.Length / 2, times.Count(time => time % 1000 != 0));
    }
}
