using System.Runtime.CompilerServices;
using System.Text;
using System.Text.RegularExpressions;
using Hardware.Machine;
using Reference;
using static Reference.Nature;

namespace VirtualBoard.Tests;

/// <summary>firmware/SelfTest on every board, compared byte for byte; and with a library that breaks a promise, which it must
/// find. UPDATE_RUNS=1 in the environment writes file and README anew.</summary>
[TestClass]
public partial class SelfTestTests
{
    private const string Library = "Workqueues.dll";
    private const string Lines = "Workqueues.Gpio.dll";

    // A check that cannot fail is none: each of these mutations breaks one promise, where the library keeps it.
    private static readonly (string Check, string Assembly, Mutation[] Mutations)[] s_broken =
    [
        ("an_interrupt_queues_an_item", Lines,
            [new Mutation(Constant, "InterruptLine.OnNativeEvent", "1 after _count") { Value = 2 }]),
        ("an_interrupt_is_refused_to_wait", Library,
            [new Mutation(DropCall, "InterruptContext.ThrowIfActive", "InterruptContext.get_IsActive")]),
        ("a_timer_expiry_is_refused_to_wait", Library,
            [new Mutation(DropCall, "InterruptContext.ThrowIfActive", "InterruptContext.get_IsActive")]),
        ("a_delay_is_never_early", Library,
            [new Mutation(Negate, "Workqueue.QueueDelayed", "ArgumentNullException..ctor") { Number = 1 }]), // queued at once
        ("cancel_takes_a_pending_item_off", Library, [new Mutation(DropCall, "Work.Cancel", "Work.CancelLocked")]),
        ("cancel_sync_waits_and_ends_self_queueing", Library, [new Mutation(DropCall, "Work.CancelSync", "Work.StopRunning")]),
        ("flush_waits_for_what_was_queued", Library, [new Mutation(Negate, "Workqueue.Flush", "Workqueue.IsIdle")]),
        ("destroy_cancels_refuses_and_ends", Library, [new Mutation(DropCall, "Workqueue.Destroy", "Workqueue.Begin")]),
        ("a_handler_is_refused_to_wait_for_itself", Library, [new Mutation(Negate, "Workqueue.Flush", "Workqueue.IsIdle")]),

        // What is pending already is said to be queued once more: only edges of a storm come so fast.
        ("a_storm_is_survived", Library, [new Mutation(Constant, "Workqueue.Queue", "0 after Monitor.Exit") { Value = 1 }]),

        // The timer comes every millisecond; each expiry makes a record of its thread, and none is forgotten.
        ("memory_is_the_same_after_1000_rounds", Library,
            [new Mutation(Negate, "Deadlines.Program", "Environment.get_TickCount64") { Number = 1 },
                new Mutation(DropStore, "Deadlines.Expire", "s_entry"),
                new Mutation(DropCall, "InterruptContext.EnterThread", "InterruptContext.Find"),
                new Mutation(DropCall, "InterruptContext.EnterThread", "InterruptContext.ForgetEndedLocked")]),
    ];

    private static readonly string s_firmware = FirmwareBuild.FindFirmware();
    private static string s_folder = "";
    private static string s_program = "";

    [ClassInitialize]
    public static void Compile(TestContext context)
    {
        s_folder = Directory.CreateTempSubdirectory("self-test-").FullName;
        string[] table = Directory.GetFiles(Path.Combine(s_firmware, "ButtonModule"), "Boards*.cs");
        s_program = FirmwareBuild.Build(
            s_firmware, Directory.CreateDirectory(Path.Combine(s_folder, "good")).FullName, "SelfTest",
            [.. BoardCompiler.Sources(Path.Combine(s_firmware, "SelfTest")), .. table]);
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

    public static IEnumerable<object[]> BrokenPromises => s_broken.Select(each => new object[] { each.Check });

    [TestMethod]
    [DynamicData(nameof(BrokenPromises))]
    public void SelfTest_LibraryThatBreaksAPromise_SaysSo(string name)
    {
        (_, string assembly, Mutation[] mutations) = Array.Find(s_broken, each => each.Check == name);
        string folder = Directory.CreateDirectory(Path.Combine(s_folder, name)).FullName;
        foreach (string file in Directory.GetFiles(Path.GetDirectoryName(s_program)!))
        {
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        }

        string mutant = Path.Combine(folder, assembly);
        Mutation.Plant(mutant, mutant, mutations);

        Command run = Command.Run($"--firmware {Path.Combine(folder, Path.GetFileName(s_program))} --board B-L475E-IOT01A");
        StringAssert.Contains(run.Log, $"\nFAIL {name}: ", run.Errors);
        Assert.IsFalse(run.Log.Contains($"PASS {name}"));
        StringAssert.Contains(run.Log, "\nSelfTest: ");
        StringAssert.DoesNotMatch(run.Log, Passed());
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
