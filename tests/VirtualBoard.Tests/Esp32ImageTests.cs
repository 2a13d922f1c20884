using System.Runtime.CompilerServices;
using System.Text;
using Hardware.Machine;
using Reference;

namespace VirtualBoard.Tests;

/// <summary>firmware/ButtonModule.Esp32: the module on the microsecond timer, on the boards that have one. UPDATE_RUNS=1 in the
/// environment writes its file anew.</summary>
[TestClass]
public class Esp32ImageTests
{
    private const string Options = "--presses 1 --bounce 0";

    private static readonly string s_image = Path.Combine(
        FirmwareBuild.FindFirmware(), "ButtonModule.Esp32", "bin", Configuration(), "net10.0", "ButtonModule.Esp32.dll");

    [TestMethod]
    public void Run_OnTheBoardsOfItsFamily_PrintsByteForByteWhatItsFileSays()
    {
        var text = new StringBuilder();
        foreach (Profile board in Profiles.All.Where(board => board.TargetName.StartsWith("ESP32", StringComparison.Ordinal)))
        {
            Command run = Command.Run($"--board {board.Name} --firmware {s_image} {Options}");
            Assert.AreEqual(0, run.ExitCode, run.Errors);
            text.Append($"$ VirtualBoard --board {board.Name} --firmware ButtonModule.Esp32 {Options}\n");
            text.Append(run.Output).Append('\n');
        }

        RunTests.Compare(Path.Combine(Path.GetDirectoryName(Source())!, "Samples", "ButtonModule.Esp32.txt"), text.ToString());
    }

    // A board's runtime starts no program that refers to a library whose native half it does not have.
    [TestMethod]
    [DataRow("B-L475E-IOT01A")]
    [DataRow("VirtualBoard")]
    public void Run_OnAnotherBoard_IsRefused(string board)
    {
        Command run = Command.Run($"--board {board} --firmware {s_image}");
        Assert.AreEqual(2, run.ExitCode);
        Assert.AreEqual("VirtualBoard: ButtonModule.Esp32.dll uses what a board does not have: "
            + "nanoFramework.Hardware.Esp32.HighResTimer\n", run.Errors);
    }

    [TestMethod]
    public void Module_ForAllBoards_RefersToNothingOfTheFamily()
    {
        string[] references = [.. typeof(ButtonModule.Module).Assembly.GetReferencedAssemblies().Select(each => each.Name!)];
        CollectionAssert.Contains(references, "Workqueues");
        Assert.IsFalse(references.Any(each => each.Contains("Esp32")), string.Join(' ', references));
    }

    private static string Configuration() => new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;

    private static string Source([CallerFilePath] string thisFile = "") => thisFile;
}
