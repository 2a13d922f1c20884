using Hardware.Machine;

namespace Machine.Tests;

/// <summary>Types that firmware finds by their names, in an assembly that no code refers to: a board has what was
/// deployed.</summary>
[TestClass]
public sealed class TypeNameTests
{
    private const string Missing = "workqueue: no text for dump and trace; add Workqueues.Diagnostics to the program";

    // What the real runtime prints.
    [TestMethod]
    public void GetType_NamesWithAndWithoutALibrary_FindsAsTheRuntimeDoes() => Assert.AreEqual(
        "Somewhere.Inside\nSomewhere.Inside\nSomewhere.Inside\nSystem.Exception\nnone\nnone\n",
        Firmware.Load("TypeNames").Run().Text);

    [TestMethod]
    public void DumpAndTrace_WithTheirTexts_AreWritten()
    {
        string text = Run(Firmware.WithLibraries("Texts")).Text;

        Assert.Contains("\nrefused\nhanded: # tracer: nop\n", text);
        Assert.Contains(": workqueue_execute_end: work struct c0de0001: function my_work\non\n# tracer: nop\n", text);
        Assert.Contains("] Showing all workqueues, their workers and items:\nworkqueue my_queue: waiting=0", text);
        Assert.DoesNotContain("Workqueues.Diagnostics", text);
        Assert.EndsWith("\nlost: 0\n", text);
    }

    // Where the lookup itself fails: tests/Injection.Tests.
    [TestMethod]
    public void DumpAndTrace_WithoutTheirTexts_AreALineThatSaysWhatToAdd()
    {
        string text = Run(WithoutTexts()).Text;

        string[] lines = text.TrimEnd().Split('\n');
        string[] expected =
            ["in a worker", "refused", "handed: # " + Missing, "on", "# " + Missing, "[ TIME ] " + Missing, "lost: 0"];
        lines[5] = "[ TIME " + lines[5][lines[5].IndexOf(']', StringComparison.Ordinal)..];
        CollectionAssert.AreEqual(expected, lines, text);
    }

    private static RunResult Run(string program)
    {
        using Hardware.Machine.Machine machine = new(Profile.Reference);
        machine.Load(program);
        return machine.Run(new RunOptions { UntilMilliseconds = 1000 });
    }

    private static string WithoutTexts()
    {
        string built = Path.GetDirectoryName(Firmware.WithLibraries("Texts"))!;
        string folder = Directory.CreateTempSubdirectory("without-texts").FullName;
        foreach (string file in Directory.GetFiles(built).Where(file => !file.Contains("Workqueues.Diagnostics")))
        {
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        }

        return Path.Combine(folder, "Texts.dll");
    }
}
