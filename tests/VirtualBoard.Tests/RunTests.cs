using System.Runtime.CompilerServices;

namespace VirtualBoard.Tests;

/// <summary>Whole runs, compared with files byte for byte: logs, times, counts and costs. A file of Runs/ begins with its
/// options; FOLDER in them is that of the tests' firmware and scripts. What the firmware or the machine does otherwise after a
/// change is seen in the difference of these files: UPDATE_RUNS=1 in the environment writes them anew.</summary>
[TestClass]
public class RunTests
{
    private const string Prompt = "$ VirtualBoard ";

    public static IEnumerable<object[]> Names => Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Runs"), "*.txt")
        .Order(StringComparer.Ordinal).Select(path => new object[] { Path.GetFileNameWithoutExtension(path) });

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void Run_IsByteForByteAsItsFileSays(string name)
    {
        string file = Path.Combine(Source(), "Runs", name + ".txt");
        string expected = File.ReadAllText(file);
        string prompt = expected.Split('\n')[0];
        StringAssert.StartsWith(prompt, Prompt);
        Command run = Command.Run(prompt[Prompt.Length..].Replace("FOLDER", TestFirmware.Folder));
        string errors = run.Errors.Length == 0 ? "" : "--- standard error\n" + run.Errors;
        Compare(file, $"{prompt}\n{run.Output}{errors}--- exit code {run.ExitCode}\n".Replace(TestFirmware.Folder, "FOLDER"));
    }

    // A process of its own, under the load of others: nothing of the PC may be seen in it.
    [TestMethod]
    public void Run_ManyProcessesAtOnce_AllPrintTheSameBytes()
    {
        string expected = Command.Run("").Output;
        Parallel.For(0, 3, _ => Assert.AreEqual(expected, Command.Start("").Output));
    }

    [TestMethod]
    public void Run_InRealTime_PrintsTheSameBytes()
    {
        const string Options = "--presses 1 --interval 100 --bounce 5 --hold 0";
        Assert.AreEqual(Command.Run(Options).Output, Command.Run(Options + " --real-time").Output);
    }

    [TestMethod]
    public void Run_FirmwareOfBothFlavours_PrintsTheSameBytes()
    {
        string board = TestFirmware.ModuleOfABoard();
        string pc = Command.Run("--presses 2 --board B-L475E-IOT01A").Output;
        Assert.AreEqual(pc, Command.Run($"--presses 2 --board B-L475E-IOT01A --firmware {board}").Output);
    }

    [TestMethod]
    public void Run_FirmwareProject_IsBuiltAndRun()
    {
        string folder = Directory.CreateDirectory(Path.Combine(TestFirmware.Folder, "project")).FullName;
        File.WriteAllText(Path.Combine(folder, "Hello.csproj"),
            "<Project Sdk=\"Microsoft.NET.Sdk\"><PropertyGroup><OutputType>Exe</OutputType>"
            + "<TargetFramework>net10.0</TargetFramework></PropertyGroup></Project>");
        File.WriteAllText(Path.Combine(folder, "Hello.cs"), "System.Console.WriteLine(\"hello\");");
        Command run = Command.Run($"--presses 0 --hold 0 --firmware {folder}");
        Assert.AreEqual(0, run.ExitCode, run.Errors);
        Assert.AreEqual("hello\n", run.Log);
        StringAssert.StartsWith(run.Errors, "building ");

        File.WriteAllText(Path.Combine(folder, "Hello.cs"), "wrong");
        run = Command.Run($"--firmware {folder}");
        Assert.AreEqual(2, run.ExitCode);
        StringAssert.Contains(run.Errors, "it does not build: ");
        StringAssert.Contains(run.Errors, "Hello.cs");
    }

    [TestMethod]
    public void Run_WithTrace_TakesItOutOfTheScreenAndLeavesTheLogWhole()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("virtual-board-");
        try
        {
            string log = Path.Combine(folder.FullName, "log");
            string trace = Path.Combine(folder.FullName, "trace");
            string picture = Path.Combine(folder.FullName, "picture.svg");
            File.WriteAllText(trace, new string('x', 1_000_000));
            Command run = Command.Run($"--presses 1 --log {log} --trace {trace} --timeline {picture}");
            Assert.AreEqual(0, run.ExitCode, run.Errors);

            string[] taken = File.ReadAllLines(trace);
            Assert.AreEqual("# tracer: nop", taken[0]);
            Assert.AreEqual(taken.Count(line => line.Contains("irq_handler_entry: irq=0 name=button")),
                run.Log.Split('\n').Count(line => line.Contains("irq_handler at")));
            Assert.IsFalse(run.Log.Contains("workqueue_execute_start"));
            CollectionAssert.AreEquivalent(
                File.ReadAllLines(log), taken.Concat(run.Log.TrimEnd('\n').Split('\n')).ToArray());
            StringAssert.StartsWith(File.ReadAllText(picture), "<svg");
            StringAssert.Contains(run.Output, $"\ntrace: {trace}, for ");
            StringAssert.Contains(run.Output, $"\ntimeline: {picture}, for ");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [TestMethod]
    public void Run_StormWithTimeline_ThePictureTellsOfTheRing()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("virtual-board-");
        try
        {
            string picture = Path.Combine(folder.FullName, "picture.svg");
            Command run = Command.Run($"--presses 0 --bounce 0 --storm 2000 --ring 32 --timeline {picture}");
            Assert.AreEqual(0, run.ExitCode, run.Errors);
            StringAssert.Contains(File.ReadAllText(picture), "The ring of 32 records was full: 1968 of 2002 edges were lost");
            Assert.IsFalse(run.Log.Contains("# tracer"));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Compares with what a file says, or writes it anew.</summary>
    internal static void Compare(string file, string actual)
    {
        if (Environment.GetEnvironmentVariable("UPDATE_RUNS") == "1") File.WriteAllText(file, actual);
        string expected = File.Exists(file) ? File.ReadAllText(file) : "";
        if (expected == actual) return;
        string[] want = expected.Split('\n');
        string[] have = actual.Split('\n');
        int line = 0;
        while (line < want.Length && line < have.Length && want[line] == have[line]) line++;
        Assert.Fail($"{file}:{line + 1}\nexpected: {want.ElementAtOrDefault(line)}\nprinted:  {have.ElementAtOrDefault(line)}\n"
            + "UPDATE_RUNS=1 in the environment writes the file anew");
    }

    private static string Source([CallerFilePath] string thisFile = "") => Path.GetDirectoryName(thisFile)!;
}
