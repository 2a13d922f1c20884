namespace VirtualBoard.Tests;

/// <summary>Whole runs with the real firmware: what the hardware counts, which needs no word of the firmware's log but that
/// its module is unloaded.</summary>
[TestClass]
public class RunTests
{
    [TestMethod]
    public void Run_Default_UnloadsAndLosesNothing()
    {
        BoardRun run = BoardRun.Start("");
        Assert.AreEqual(0, run.ExitCode, run.Errors);
        StringAssert.StartsWith(run.Output, "virtual board: button on pin 0, LED on pin 2, ring of 128 records, seed 1\n");
        StringAssert.Contains(run.Log, "button_module: unloaded");
        Assert.AreEqual(Edges(new Finger(5, 300, 5, 0, 1)), run.Count("edges on the button"));
        Assert.AreEqual(run.Count("edges on the button"), run.Count("interrupts recorded"));
        Assert.AreEqual(run.Count("interrupts recorded"), run.Count("delivered"));
        Assert.AreEqual(0, run.Count("lost in the ring") + run.Count("handlers that threw") + run.Count("still waiting"));
        Assert.AreEqual(6, run.Count("LED switched on"), "five presses and the hold");
        Assert.AreEqual(run.Log.Count(character => character == '\n'), run.Count("serial log, lines"));
        Assert.AreEqual(run.Log.Length, run.Count("serial log, bytes"));
    }

    [TestMethod]
    public void Run_Storm_LosesInTheRingAndSaysSo()
    {
        string log = Path.GetTempFileName();
        try
        {
            BoardRun run = BoardRun.Start($"--presses 0 --bounce 0 --storm 2000 --ring 32 --log {log}");
            Assert.AreEqual(0, run.ExitCode, run.Errors);
            Assert.AreEqual(2002, run.Count("interrupts recorded"));
            Assert.AreEqual(1968, run.Count("lost in the ring"));
            Assert.AreEqual(34, run.Count("delivered"));
            StringAssert.Contains(run.Output,
                "The ring of 32 records was full: 1968 of 2002 edges were lost, the oldest first.");
            Assert.AreEqual(run.Log, File.ReadAllText(log), "the log file is the serial log, byte for byte");
        }
        finally
        {
            File.Delete(log);
        }
    }

    // A ring of 128 loses most of a storm; one of 65536 hands every edge to the firmware. The hold that follows is a press.
    [TestMethod]
    [DataRow(1200, 128)]
    [DataRow(10_000, 128)]
    [DataRow(1200, 65_536)]
    [DataRow(10_000, 65_536)]
    public void Run_StormThenAPress_TotalsAddUpAndThePressLightsTheLed(int edges, int ring)
    {
        BoardRun run = BoardRun.Start($"--presses 0 --bounce 0 --storm {edges} --ring {ring}");
        Assert.AreEqual(0, run.ExitCode, run.Errors);
        long lost = Math.Max(0, edges - ring);
        Assert.AreEqual(edges + 2, run.Count("interrupts recorded"), "storm, press and release");
        Assert.AreEqual(lost, run.Count("lost in the ring"));
        Assert.AreEqual(edges + 2 - lost, run.Count("delivered"));
        Assert.AreEqual(0, run.Count("handlers that threw") + run.Count("still waiting") + run.Count("without a handler"));
        Assert.AreEqual(1, run.Count("LED switched on"), "the press after the storm");

        // The release comes when the module is unloaded.
        long interrupts = run.Logged(@"interrupts=(\d+) presses=1$");
        long notAllocated = run.Logged(@"not allocated=(\d+)$");
        long queued = run.Logged(@"items queued=(\d+) run=\d+ failed=0,");
        Assert.AreEqual(edges + 1 - lost, interrupts);
        Assert.AreEqual(interrupts, queued + notAllocated);
        Assert.AreEqual(queued, run.Logged(@"items queued=\d+ run=(\d+) failed=0,"));

        // Each line of the top half is in the log, or counted as missing there.
        long lines = run.Lines(" irq_handler at jiffies=") + run.Lines("failed to allocate my_work");
        Assert.AreEqual(interrupts + notAllocated, lines + run.Dropped);
        Assert.AreEqual(queued, run.Lines("my_workqueue_function, "));
    }

    // Twenty presses, two at a time, each change with 1 to 19 edges, and the hold. Raw text at 115200 baud; and as slow as that
    // is with text in packets, where a line of 45 letters takes 77 bytes.
    [TestMethod]
    [DataRow(115_200)]
    [DataRow(115_200 * 45 / 77)]
    public void Run_BouncingDoublePressesOnASlowSerialLine_AllAreSeen(int baud)
    {
        string script = Path.GetTempFileName();
        try
        {
            File.WriteAllLines(script, BouncingDoublePresses());
            BoardRun run = BoardRun.Start($"--script {script} --bounce 0 --baud {baud}");
            Assert.AreEqual(0, run.ExitCode, run.Errors);
            Assert.AreEqual(0, run.Count("lost in the ring"));
            Assert.AreEqual(401, run.Logged(@"interrupts=(\d+) presses="));
            Assert.AreEqual(21, run.Logged(@"interrupts=\d+ presses=(\d+)$"),
                string.Join('\n', run.Log.Split('\n').Where(line => line.Contains("button: "))));
        }
        finally
        {
            File.Delete(script);
        }
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
            BoardRun run = BoardRun.Start($"--presses 1 --log {log} --trace {trace} --timeline {picture}");
            Assert.AreEqual(0, run.ExitCode, run.Errors);

            string[] taken = File.ReadAllLines(trace);
            Assert.AreEqual("# tracer: nop", taken[0]);
            Assert.AreEqual(taken.Count(line => line.Contains("irq_handler_entry: irq=0 name=button")),
                run.Log.Split('\n').Count(line => line.Contains("irq_handler at")));
            Assert.IsFalse(run.Log.Contains("workqueue_execute_start"));
            CollectionAssert.AreEquivalent(
                File.ReadAllLines(log), taken.Concat(run.Log.TrimEnd('\n').Split('\n')).ToArray());
            Assert.AreEqual(File.ReadAllLines(log).Length, run.Count("serial log, lines"));
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
            BoardRun run = BoardRun.Start($"--presses 0 --bounce 0 --storm 2000 --ring 32 --timeline {picture}");
            Assert.AreEqual(0, run.ExitCode, run.Errors);
            StringAssert.Contains(File.ReadAllText(picture), "The ring of 32 records was full: 1968 of 2002 edges were lost");
            Assert.IsFalse(run.Log.Contains("# tracer"));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [TestMethod]
    public void Run_ScriptThatUnloads_IsNotHeldAgain()
    {
        string script = Path.GetTempFileName();
        try
        {
            File.WriteAllText(script, "0 button press\n100 button release\n300 button press # and hold\n2800 button release\n");
            BoardRun run = BoardRun.Start($"--script {script}");
            Assert.AreEqual(0, run.ExitCode, run.Errors);
            Assert.AreEqual(4, run.Count("edges on the button"));
            StringAssert.Contains(run.Log, "button_module: unloaded");
        }
        finally
        {
            File.Delete(script);
        }
    }

    [TestMethod]
    public void Run_SameSeedTwice_SameTotals()
    {
        BoardRun first = BoardRun.Start("--presses 2 --seed 42");
        BoardRun second = BoardRun.Start("--presses 2 --seed 42");
        foreach (string row in new[] { "edges on the button", "interrupts recorded", "delivered", "LED switched on" })
        {
            Assert.AreEqual(first.Count(row), second.Count(row), row);
        }

        Assert.AreEqual(Edges(new Finger(2, 300, 5, 0, 42)), first.Count("edges on the button"));
    }

    // Down and up every 120 ms; the edges of a change come within 5 ms.
    private static IEnumerable<string> BouncingDoublePresses()
    {
        const int betweenChanges = 120;
        const int betweenDoublePresses = 1500;
        int start = 0;
        for (int edges = 1; edges <= 19; edges += 2, start += betweenDoublePresses)
        {
            for (int change = 0; change < 4; change++)
            {
                for (int edge = 0; edge < edges; edge++)
                {
                    string action = (change + edge) % 2 == 0 ? "press" : "release";
                    yield return $"{start + change * betweenChanges + edge * 5 / edges} button {action}";
                }
            }
        }
    }

    /// <summary>How many edges a stimulus has, hold and release included.</summary>
    private static int Edges(Finger finger)
    {
        Stimulus stimulus = Stimulus.Create(finger, Wiring.Of("VIRTUAL"));
        return stimulus.Main.Count + stimulus.Hold.Count + stimulus.Release.Count;
    }
}
