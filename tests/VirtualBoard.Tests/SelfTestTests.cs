using System.Runtime.CompilerServices;
using System.Text;
using System.Text.RegularExpressions;
using Hardware.Machine;
using Reference;

namespace VirtualBoard.Tests;

/// <summary>firmware/SelfTest on every board, compared byte for byte; and with a library that breaks a promise, which it must
/// find. UPDATE_RUNS=1 in the environment writes file and README anew.</summary>
[TestClass]
public partial class SelfTestTests
{
    private const string Context = "Workqueues/1-Ground/InterruptContext.cs";
    private const string Queue = "Workqueues/3-Core/Workqueue.cs";
    private const string Waiting = "Workqueues/3-Core/Workqueue.Waiting.cs";
    private const string Work = "Workqueues/3-Core/Work.cs";
    private const string End = "\n        if (Environment.TickCount64 >= 0) return "; // always, which the compiler does not know

    private static readonly string s_firmware = FirmwareBuild.FindFirmware();
    private static string s_folder = "";
    private static string s_program = "";

    [ClassInitialize]
    public static void Compile(TestContext context)
    {
        s_folder = Directory.CreateTempSubdirectory("self-test-").FullName;
        s_program = Compile(s_firmware, "good");
    }

    [ClassCleanup]
    public static void RemoveTheFolder() => Directory.Delete(s_folder, recursive: true);

    [TestMethod]
    public void SelfTest_OnEveryBoard_PassesAndPrintsByteForByteWhatItsFileSays()
    {
        var text = new StringBuilder();
        foreach (Profile board in Profiles.All)
        {
            Command run = Run(s_program, board.Name);
            StringAssert.EndsWith(run.Log.TrimEnd(), "SelfTest: 11 passed, 0 failed");
            text.Append($"$ VirtualBoard --board {board.Name} --firmware SelfTest\n").Append(run.Log).Append('\n');
        }

        RunTests.Compare(Path.Combine(Path.GetDirectoryName(Source())!, "Samples", "SelfTest.txt"), text.ToString());
    }

    [TestMethod]
    public void Readme_Output_IsWhatTheCommandPrints()
    {
        string file = Path.Combine(s_firmware, "SelfTest", "README.md");
        string readme = File.ReadAllText(file);
        Group shown = Block().Match(readme).Groups["output"];
        Command run = Run(s_program, "VirtualBoard");
        int end = run.Output.IndexOf("\nvirtual board, totals", StringComparison.Ordinal);
        string output = run.Output[..end].TrimEnd() + "\n...\n";
        RunTests.Compare(file, readme[..shown.Index] + output + readme[(shown.Index + shown.Length)..]);
    }

    // A check that cannot fail is none: each of these changes breaks one promise, where the library keeps it.
    [TestMethod]
    [DataRow("an_interrupt_queues_an_item", "Workqueues.Gpio/InterruptLine.Direct.cs", "line._count++;", "line._count += 2;")]
    [DataRow("an_interrupt_is_refused_to_wait", Context, "!= null) && IsActive", "!= null) && false")]
    [DataRow("a_timer_expiry_is_refused_to_wait", Context, "!= null) && IsActive", "!= null) && false")]
    [DataRow("a_delay_is_never_early", Queue, "QueueDelayed(DelayedWork work, int delayMilliseconds)\n    {",
        "QueueDelayed(DelayedWork work, int delayMilliseconds)\n    {\n        delayMilliseconds /= 2;")]
    [DataRow("cancel_takes_a_pending_item_off", Work, "public bool Cancel()\n    {",
        "public bool Cancel()\n    {" + End + "IsPending;")]
    [DataRow("cancel_sync_waits_and_ends_self_queueing", Work, "public bool CancelSync()\n    {",
        "public bool CancelSync()\n    {" + End + "Cancel();")]
    [DataRow("flush_waits_for_what_was_queued", Waiting, "public void Flush()\n    {", "public void Flush()\n    {" + End + ";")]
    [DataRow("destroy_cancels_refuses_and_ends", Waiting, "public void Destroy()\n    {",
        "public void Destroy()\n    {" + End + ";")]
    [DataRow("a_handler_is_refused_to_wait_for_itself", Waiting, "public void Flush()\n    {",
        "public void Flush()\n    {" + End + ";")]
    [DataRow("a_storm_is_survived", "Workqueues.Gpio/InterruptLine.Direct.cs", "line._count++;",
        "line._count++;\n                if (line._count == 150) throw new InvalidOperationException();")]
    [DataRow("memory_is_the_same_after_1000_rounds", Queue, "    public bool Queue(Work work)\n    {",
        "    private static object? s_leak;\n    public bool Queue(Work work)\n    {\n"
            + "        s_leak = new object?[] { s_leak };")]
    public void SelfTest_LibraryThatBreaksAPromise_SaysSo(string name, string file, string original, string broken)
    {
        string firmware = Path.Combine(s_folder, name);
        foreach (string project in new[] { "Workqueues", "Workqueues.Diagnostics", "Workqueues.Gpio" })
        {
            foreach (string source in BoardCompiler.Sources(Path.Combine(s_firmware, project)))
            {
                string copy = Path.Combine(firmware, Path.GetRelativePath(s_firmware, source));
                Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
                File.Copy(source, copy);
            }
        }

        string changed = Path.Combine(firmware, file);
        string text = File.ReadAllText(changed).ReplaceLineEndings("\n");
        Assert.HasCount(2, text.Split(original), $"{file} does not have this once: {original}");
        File.WriteAllText(changed, text.Replace(original, broken));

        Command run = Command.Run($"--firmware {Compile(firmware, name + "-built")} --board B-L475E-IOT01A");
        StringAssert.Contains(run.Log, $"\nFAIL {name}: ", run.Errors);
        Assert.IsFalse(run.Log.Contains($"PASS {name}"));
        StringAssert.Contains(run.Log, "\nSelfTest: ");
        StringAssert.DoesNotMatch(run.Log, Passed());
    }

    private static string Compile(string firmware, string name)
    {
        string[] table = Directory.GetFiles(Path.Combine(s_firmware, "ButtonModule"), "Boards*.cs");
        return FirmwareBuild.Build(firmware, Directory.CreateDirectory(Path.Combine(s_folder, name)).FullName, "SelfTest",
            [.. BoardCompiler.Sources(Path.Combine(s_firmware, "SelfTest")), .. table]);
    }

    private static Command Run(string program, string board)
    {
        Command run = Command.Run($"--firmware {program} --board {board}");
        Assert.AreEqual(0, run.ExitCode, run.Errors);
        return run;
    }

    private static string Source([CallerFilePath] string thisFile = "") => thisFile;

    [GeneratedRegex(", 0 failed")]
    private static partial Regex Passed();

    [GeneratedRegex("""
        ```console
        \$ dotnet run --project hardware/VirtualBoard -- --firmware firmware/SelfTest
        (?<output>(?:.*\n)*?)```
        """)]
    private static partial Regex Block();
}
