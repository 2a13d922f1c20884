using System.Reflection;
using NFUnitTest;
using Workqueues;

namespace Contract.Tests;

/// <summary>What only a PC can see of the trace: threads that wait, a count beyond 2^31, memory that is not there.</summary>
[TestClass]
public class TraceTests
{
    [TestCleanup]
    public void Clear() => WorkqueueTrace.Clear();

    [TestMethod]
    public void WriteTo_SecondThread_WaitsForTheFirst()
    {
        WorkqueueTrace.Start(4);
        WorkqueueTrace.IrqHandlerEntry(1, "line");
        var lines = new List<string>();
        Thread? second = null;
        WorkqueueTrace.WriteTo(line =>
        {
            lines.Add("first: " + line);
            if (second != null) return;
            second = new Thread(() => WorkqueueTrace.WriteTo(other => lines.Add("second: " + other))) { IsBackground = true };
            second.Start();
            // It blocks, or it has written: then the order shows it.
            Wait.Until(() => (second.ThreadState & ThreadState.WaitSleepJoin) != 0 || !second.IsAlive);
        });
        Assert.IsTrue(second!.Join(Call.TimeoutMilliseconds));
        int half = lines.Count / 2;
        Assert.AreEqual(half, lines.Take(half).Count(line => line.StartsWith("first: ", StringComparison.Ordinal)));
        CollectionAssert.AreEqual(
            lines.Take(half).Select(line => line.Replace("first: ", "second: ")).ToArray(), lines.Skip(half).ToArray());
        Assert.IsTrue(WorkqueueTrace.IsOn);
    }

    // The first writer's handler throws: the second gets its turn, and recording goes on after it.
    [TestMethod]
    public void WriteTo_FirstThrowsWhileASecondWaits_TheSecondIsWhole()
    {
        WorkqueueTrace.Start(4);
        WorkqueueTrace.IrqHandlerEntry(1, "line");
        int lines = 0;
        Thread? second = null;
        Assert.ThrowsExactly<InvalidDataException>(() => WorkqueueTrace.WriteTo(line =>
        {
            second = new Thread(() => WorkqueueTrace.WriteTo(other => lines++)) { IsBackground = true };
            second.Start();
            Wait.Until(() => (second.ThreadState & ThreadState.WaitSleepJoin) != 0 || !second.IsAlive);
            throw new InvalidDataException("on purpose");
        }));
        Assert.IsTrue(second!.Join(Call.TimeoutMilliseconds));
        Assert.AreEqual(12, lines);
        Assert.IsTrue(WorkqueueTrace.IsOn);
    }

    [TestMethod]
    public void LostCount_Beyond32Bits_IsExact()
    {
        WorkqueueTrace.Start(2);
        WorkqueueTrace.IrqHandlerEntry(1, "line");
        WorkqueueTrace.IrqHandlerExit(1);
        FieldInfo written = typeof(WorkqueueTrace).GetField("Written", BindingFlags.NonPublic | BindingFlags.Static)!;
        written.SetValue(null, 2L * int.MaxValue);
        for (int i = 0; i < 10; i++) WorkqueueTrace.IrqHandlerEntry(i, "line");
        Assert.AreEqual(4_294_967_302, WorkqueueTrace.LostCount);
        List<string> lines = Text();
        Assert.StartsWith("# entries-in-buffer/entries-written: 2/4294967304 ", lines[2]);
        Assert.EndsWith("irq_handler_entry: irq=8 name=line", lines[11]);
        Assert.EndsWith("irq_handler_entry: irq=9 name=line", lines[12]);
        Assert.HasCount(13, lines);
    }

    // No runtime has an array of this length: the allocation fails, whatever memory there is.
    [TestMethod]
    public void Start_NoRoomForTheRing_TheFormerTraceIsAsItWas()
    {
        WorkqueueTrace.Start(4);
        for (int i = 0; i < 6; i++) WorkqueueTrace.IrqHandlerEntry(i, "line");
        List<string> before = Text();
        Assert.ThrowsExactly<OutOfMemoryException>(() => WorkqueueTrace.Start(int.MaxValue));
        Assert.IsTrue(WorkqueueTrace.IsOn);
        CollectionAssert.AreEqual(before, Text());

        WorkqueueTrace.Stop();
        Assert.ThrowsExactly<OutOfMemoryException>(() => WorkqueueTrace.Start(int.MaxValue));
        Assert.IsFalse(WorkqueueTrace.IsOn);
        CollectionAssert.AreEqual(before, Text());
        Assert.AreEqual(2, WorkqueueTrace.LostCount);
    }

    // A new ring that cannot be had does not end the text of the one there is.
    [TestMethod]
    public void Start_NoRoomForTheRingDuringWriteTo_TheTextIsWhole()
    {
        WorkqueueTrace.Start(4);
        WorkqueueTrace.IrqHandlerEntry(1, "line");
        var lines = new List<string>();
        WorkqueueTrace.WriteTo(line =>
        {
            lines.Add(line);
            Assert.ThrowsExactly<OutOfMemoryException>(() => WorkqueueTrace.Start(int.MaxValue));
        });
        CollectionAssert.AreEqual(lines, Text());
        Assert.IsTrue(WorkqueueTrace.IsOn);
    }

    // R8: no user code, and no line, under the library's lock.
    [TestMethod]
    public void WriteTo_LineHandler_RunsWithoutTheLock()
    {
        WorkqueueTrace.Start(4);
        WorkqueueTrace.IrqHandlerEntry(1, "line");
        bool isHeld = false;
        WorkqueueTrace.WriteTo(line => isHeld |= Monitor.IsEntered(Gate.Lock));
        Assert.IsFalse(isHeld);
    }

    // R9: a trace that cannot be written is a lost report; what can be written is.
    [TestMethod]
    public void WriteToLog_ConsoleThatFailsOnce_LosesThatLineOnly()
    {
        WorkqueueTrace.Start(4);
        WorkqueueTrace.IrqHandlerEntry(1, "line");
        List<string> whole = Text();
        for (int k = 0; k < whole.Count; k++)
        {
            var console = new FailingConsole(k, 1);
            int lost = KernelLog.LostCount;
            console.Use(WorkqueueTrace.WriteToLog);
            Assert.AreEqual(lost + 1, KernelLog.LostCount);
            string[] lines = [.. console.Lines.Where(line => !line.StartsWith("** ", StringComparison.Ordinal))];
            CollectionAssert.AreEqual(whole.Where((_, i) => i != k).ToArray(), lines);
            Assert.IsTrue(WorkqueueTrace.IsOn);
        }
    }

    // R9: for every line of a dump: once, and from then on.
    [TestMethod]
    public void Dump_ConsoleThatFails_ChangesNothingButTheText()
    {
        var bench = new Bench();
        Workqueue other = bench.Add("other", 1, 1);
        DelayedWork armed = bench.Delayed("a");
        bench.Queue.QueueDelayed(armed, 50);
        other.Queue(bench.Item("q"));
        var quiet = new FailingConsole(int.MaxValue, 0);
        quiet.Use(Workqueue.Dump);
        int lines = quiet.Lines.Count;
        Assert.IsGreaterThan(10, lines);
        for (int k = 0; k < lines; k++)
        {
            foreach (int failures in new[] { 1, int.MaxValue })
            {
                var console = new FailingConsole(k, failures);
                int lost = KernelLog.LostCount;
                console.Use(Workqueue.Dump);
                Assert.IsGreaterThan(lost, KernelLog.LostCount);
                Assert.IsGreaterThanOrEqualTo(failures == 1 ? 1 : k, console.Lines.Count);
                Assert.IsFalse(Monitor.IsEntered(Gate.Lock));
            }
        }

        // The others are shown when one cannot be.
        var title = new FailingConsole(0, 1);
        title.Use(Workqueue.Dump);
        Assert.Contains("workqueue bench: waiting=0 running=0 armed=1", title.Lines);
        Assert.Contains("workqueue other: waiting=1 running=0 armed=0", title.Lines);

        bench.Live(50);
        Assert.AreEqual("qa", bench.Log);
        bench.End();
    }

    private static List<string> Text()
    {
        var lines = new List<string>();
        WorkqueueTrace.WriteTo(lines.Add);
        return lines;
    }

    // A console that cannot be written for a while, from its k-th line on.
    private sealed class FailingConsole(int first, int count) : StringWriter
    {
        private int _asked;

        internal List<string> Lines { get; } = [];

        public override void WriteLine(string? value)
        {
            int line = _asked++;
            if (line >= first && line - first < count) throw new IOException("No space left on device");
            Lines.Add(value!);
        }

        internal void Use(Action action)
        {
            TextWriter console = Console.Out;
            Console.SetOut(TextWriter.Null);
            try
            {
                // What was lost before is said now.
                KernelLog.WriteBare("before");
                Console.SetOut(this);
                action();
            }
            finally
            {
                Console.SetOut(console);
            }
        }
    }
}
