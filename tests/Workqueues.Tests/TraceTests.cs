using System;
using System.Threading;

namespace NFUnitTest;

/// <summary>The trace as text: what holds while somebody writes it, and how names stand in it.</summary>
[TestClass]
public class TraceTests
{
    private const int HeaderLines = 11;
    private const int Records = 6; // of Record

    // R28: Stop while another thread is in WriteTo
    [TestMethod]
    public void WriteTo_StopMeanwhile_StaysOffAndEndsEarly()
    {
        TraceLog log = EndedBy(() => WorkqueueTrace.Stop());
        Assert.AreEqual("# ended early after 2 of 6 records", log.Last);
        Assert.IsFalse(WorkqueueTrace.IsOn);
        Assert.AreEqual(Records, RecordsOf(TraceLog.Write()), "what is recorded stays");
        WorkqueueTrace.Clear();
    }

    // R28: Clear while another thread is in WriteTo
    [TestMethod]
    public void WriteTo_ClearMeanwhile_IsEmptyAndEndsEarly()
    {
        TraceLog log = EndedBy(() => WorkqueueTrace.Clear());
        Assert.AreEqual("# ended early after 2 of 6 records", log.Last);
        Assert.IsFalse(WorkqueueTrace.IsOn);
        Assert.AreEqual(0, RecordsOf(TraceLog.Write()));
        Assert.IsTrue(WorkqueueTrace.LostCount == 0);
    }

    [TestMethod]
    public void WriteTo_StartMeanwhile_RecordsIntoTheNewRingAndEndsEarly()
    {
        TraceLog log = EndedBy(() =>
        {
            WorkqueueTrace.Start(3);
            WorkqueueTrace.IrqHandlerEntry(7, "new");
        });
        Assert.AreEqual("# ended early after 2 of 6 records", log.Last);
        Assert.IsTrue(WorkqueueTrace.IsOn);
        WorkqueueTrace.IrqHandlerExit(7);
        log = TraceLog.Write();
        Assert.AreEqual(2, RecordsOf(log));
        Assert.AreEqual("irq_handler_entry: irq=7 name=new", log.Event(0));
        WorkqueueTrace.Clear();
    }

    // Nothing is left to stop: the text is whole.
    [TestMethod]
    public void WriteTo_StopOfAStoppedTrace_IsNotCut()
    {
        Record();
        WorkqueueTrace.Stop();
        int lines = TraceLog.Write().Count;
        TraceLog log = new TraceLog();
        WorkqueueTrace.WriteTo(line =>
        {
            log.Add(line);
            Call.Outside(() => WorkqueueTrace.Stop());
        });
        Assert.AreEqual(lines, log.Count);
        WorkqueueTrace.Clear();
    }

    // The last record is out: the header's count is what followed.
    [TestMethod]
    public void WriteTo_StopAtTheLastLine_IsWhole()
    {
        Record();
        int lines = TraceLog.Write().Count;
        TraceLog log = new TraceLog();
        WorkqueueTrace.WriteTo(line =>
        {
            log.Add(line);
            if (log.Count == lines) WorkqueueTrace.Stop();
        });
        Assert.AreEqual(lines, log.Count);
        Assert.IsFalse(WorkqueueTrace.IsOn);
        WorkqueueTrace.Clear();
    }

    // R28: a line handler that throws
    [TestMethod]
    public void WriteTo_HandlerThrowsAtEachLine_RecordingIsAsBefore()
    {
        for (int on = 0; on < 2; on++)
        {
            Record();
            if (on == 0) WorkqueueTrace.Stop();
            int lines = TraceLog.Write().Count;
            Assert.AreEqual(HeaderLines + Records, lines);
            for (int k = 1; k <= lines; k++)
            {
                Exception thrown = new Exception("line " + k.ToString());
                Exception? caught = null;
                int count = 0;
                try
                {
                    WorkqueueTrace.WriteTo(line =>
                    {
                        if (++count == k) throw thrown;
                    });
                }
                catch (Exception exception)
                {
                    caught = exception;
                }

                Assert.AreSame(thrown, caught!);
                Assert.AreEqual(k, count);
                Assert.AreEqual(on == 1, WorkqueueTrace.IsOn);
                Assert.AreEqual(lines, TraceLog.Write().Count, "the ring is as it was");
            }

            WorkqueueTrace.IrqHandlerExit(1);
            Assert.AreEqual(Records + on, RecordsOf(TraceLog.Write()));
            WorkqueueTrace.Clear();
        }
    }

    // A handler that throws after a Stop: it stays off.
    [TestMethod]
    public void WriteTo_HandlerStopsAndThrows_StaysOff()
    {
        Record();
        bool isThrown = false;
        try
        {
            WorkqueueTrace.WriteTo(line =>
            {
                WorkqueueTrace.Stop();
                throw new Exception("on purpose");
            });
        }
        catch (Exception)
        {
            isThrown = true;
        }

        Assert.IsTrue(isThrown);
        Assert.IsFalse(WorkqueueTrace.IsOn);
        WorkqueueTrace.Clear();
    }

    // R6: refused before it has any effect, instead of waiting for itself
    [TestMethod]
    public void WriteTo_InItsOwnLineHandler_IsRefused()
    {
        Record();
        int refused = 0;
        int inner = 0;
        TraceLog log = new TraceLog();
        WorkqueueTrace.WriteTo(line =>
        {
            log.Add(line);
            if (Check.IsInvalid(() => WorkqueueTrace.WriteTo(other => inner++))) refused++;
            if (Check.IsInvalid(() => WorkqueueTrace.WriteToLog())) refused++;
        });
        Assert.AreEqual(0, inner);
        Assert.AreEqual(2 * log.Count, refused);
        Assert.AreEqual(Records, RecordsOf(log));
        Assert.IsTrue(WorkqueueTrace.IsOn);
        Assert.AreEqual(log.Count, TraceLog.Write().Count, "the next one is not refused");
        WorkqueueTrace.Clear();
    }

    // R6: sleeping function called from interrupt context
    [TestMethod]
    public void WriteTo_InInterruptContext_IsRefused()
    {
        Record();
        int lines = 0;
        InterruptContext.Enter();
        bool isRefused = Check.IsInvalid(() => WorkqueueTrace.WriteTo(line => lines++));
        InterruptContext.Exit();
        Assert.IsTrue(isRefused);
        Assert.AreEqual(0, lines);
        Assert.IsTrue(WorkqueueTrace.IsOn);
        Check.Null(() => WorkqueueTrace.WriteTo(null!));
        WorkqueueTrace.Clear();
    }

    // Context W: the text of a handler that writes the trace holds its own run.
    [TestMethod]
    public void WriteTo_InAHandler_IsWritten()
    {
        Bench bench = new Bench();
        TraceLog? log = null;
        WorkqueueTrace.Start(10);
        bench.Queue.Queue(new Work(w => log = TraceLog.Write(), "tracer"));
        bench.Step();
        Assert.AreEqual("workqueue_execute_start: work struct c0de0001: function tracer", log!.Event(2));
        Assert.IsTrue(WorkqueueTrace.IsOn);
        WorkqueueTrace.Clear();
        bench.End();
    }

    // The end of a run whose beginning was not traced.
    [TestMethod]
    public void Start_InAHandler_TheRunEndsOnce()
    {
        int runs = 0;
        Workqueue queue = Workqueue.CreateSingleThread("traced");
        queue.Queue(new Work(w =>
        {
            runs++;
            WorkqueueTrace.Start(10);
            throw new System.Exception("on purpose");
        }));
        queue.Flush();
        Check.Counters(queue, "queued 1 executed 1 faulted 1");
        WorkqueueTrace.Clear();
        queue.Destroy();
        Assert.AreEqual(1, runs);
    }

    [TestMethod]
    public void WriteTo_RingThatWrapped_HasTheNewestInOrderAndTheCounts()
    {
        WorkqueueTrace.Start(3);
        for (int i = 0; i < 8; i++) WorkqueueTrace.IrqHandlerEntry(i, "line");
        TraceLog log = TraceLog.Write();
        string counts = "# entries-in-buffer/entries-written: 3/8   #P:";
        Assert.AreEqual(counts, log.Line(2).Substring(0, counts.Length));
        Assert.IsTrue(WorkqueueTrace.LostCount == 5);
        Assert.AreEqual(3, RecordsOf(log));
        for (int i = 0; i < 3; i++)
        {
            Assert.AreEqual("irq_handler_entry: irq=" + (i + 5).ToString() + " name=line", log.Event(i));
        }

        WorkqueueTrace.Clear();
        Assert.IsTrue(WorkqueueTrace.LostCount == 0);
        Check.OutOfRange(() => WorkqueueTrace.Start(0));
        Assert.IsFalse(WorkqueueTrace.IsOn);
    }

    // Linux: timer_cancel. An item that is taken off its queue is no event, there neither.
    [TestMethod]
    public void WriteTo_CanceledItems_TheDelayIsAnEvent()
    {
        Bench bench = new Bench();
        Workqueue queue = bench.Add("q", 1, 1);
        DelayedWork work = new DelayedWork(w => { }, "work");
        WorkqueueTrace.Start(10);
        queue.QueueDelayed(work, 50);
        Assert.IsTrue(work.Cancel());
        queue.QueueDelayed(work, 60);
        Assert.IsTrue(work.CancelSync());
        queue.QueueDelayed(work, 70);
        Assert.IsTrue(work.Disable());
        work.Enable();
        queue.Queue(work);
        Assert.IsTrue(work.Cancel());
        Assert.IsFalse(work.Cancel());
        TraceLog log = TraceLog.Write();
        WorkqueueTrace.Clear();
        bench.End();
        for (int i = 1; i < 6; i += 2) Assert.AreEqual("timer_cancel: timer=c0de0001", log.Event(i));
        Assert.AreEqual("workqueue_activate_work: work struct c0de0001", log.Event(7));
        Assert.AreEqual(8, RecordsOf(log));
    }

    // A queueing is one record and two lines; what has been overwritten is counted in records.
    [TestMethod]
    public void WriteTo_Header_CountsTheLinesThatFollow()
    {
        Bench bench = new Bench();
        Workqueue queue = bench.Add("q", 1, 1);
        Work work = new Work(w => { }, "work");
        WorkqueueTrace.Start(4);
        for (int i = 0; i < 3; i++)
        {
            queue.Queue(work);
            queue.FindWorker(0)!.Step();
        }

        TraceLog log = TraceLog.Write();
        TraceLog part = new TraceLog();
        WorkqueueTrace.WriteTo(line =>
        {
            part.Add(line);
            if (part.Count == HeaderLines + 3) Call.Outside(() => WorkqueueTrace.Clear());
        });
        bench.End();
        string counts = "# entries-in-buffer/entries-written: 5/10   #P:";
        Assert.AreEqual(counts, log.Line(2).Substring(0, counts.Length));
        Assert.AreEqual(5, RecordsOf(log));
        Assert.AreEqual("# ended early after 3 of 5 records", part.Last);
    }

    // Names without special characters are as they are; all others are one word of printable ASCII.
    [TestMethod]
    public void WriteTo_Names_AreOneWord()
    {
        CheckWord("my_work", "my_work");
        CheckWord("a:b-c/1[x]=y'(z)", "a:b-c/1[x]=y'(z)");
        CheckWord("", "\"\"");
        CheckWord("\"\"", "\\042\\042");
        CheckWord("my work", "my\\040work");
        CheckWord("a\tb\nc\rd", "a\\011b\\012c\\015d");
        CheckWord("\x7F\\#", "\\177\\134\\043");
        CheckWord("caf\u00E9", "caf\\u00e9");
        CheckWord("\u0085\u2028\uFEFF", "\\u0085\\u2028\\ufeff");
    }

    // The limit is 1280 letters, the cut can be seen, no escape is cut in two.
    [TestMethod]
    public void WriteTo_LongNames_AreCutWhereTheyDoNotFit()
    {
        string letters = new string('n', 1280);
        CheckWord(letters, letters);
        CheckWord(letters + "n", new string('n', 1276) + "\\...");
        string escapes = "";
        for (int i = 0; i < 212; i++) escapes += "\\u00fc";
        CheckWord(new string('\u00FC', 213), escapes + "\\u00fc");
        CheckWord(new string('\u00FC', 214), escapes + "\\...");
    }

    // Three names of the greatest length, and what else a line has.
    [TestMethod]
    public void WriteTo_LongestNames_LineStaysBelow4096()
    {
        Bench bench = new Bench();
        Workqueue queue = bench.Add(new string('q', 2000), 1, 1);
        TraceLog? log = null;
        Work work = new Work(w =>
        {
            queue.Queue(w);
            log = TraceLog.Write();
        }, new string('i', 2000));
        WorkqueueTrace.Start(10);
        queue.Queue(work);
        queue.FindWorker(0)!.Step();
        WorkqueueTrace.Clear();
        work.Cancel();
        bench.End();
        int longest = 0;
        for (int i = 0; i < log!.Count; i++)
        {
            if (log.Line(i).Length > longest) longest = log.Line(i).Length;
        }

        Assert.IsTrue(longest > 3 * 1280 && longest < 4000, longest.ToString());
    }

    // One name at each place where a name stands.
    private static void CheckWord(string name, string expected)
    {
        string task = KernelLog.Pad((name.Length == 0 ? "" : expected) + "/0", 16, ' ') + "-16";
        Bench bench = new Bench();
        Workqueue queue = bench.Add(name, 1, 1);
        DelayedWork work = new DelayedWork(w => { }, name);
        WorkqueueTrace.Start(10);
        WorkqueueTrace.IrqHandlerEntry(1, name);
        queue.QueueDelayed(work, 5);
        queue.ModifyDelayed(work, 0);
        queue.FindWorker(0)!.Step();
        TraceLog log = TraceLog.Write();
        WorkqueueTrace.Clear();
        bench.End();
        Assert.AreEqual("irq_handler_entry: irq=1 name=" + expected, log.Event(0));
        Assert.AreEqual(
            "timer_start: timer=c0de0001 function=" + expected + " expires=5 [timeout=5] cpu=0 idx=0 flags=", log.Event(1));
        Assert.AreEqual(
            "workqueue_queue_work: work struct=c0de0001 function=" + expected + " workqueue=" + expected + " req_cpu=0 cpu=0",
            log.Event(2));
        Assert.AreEqual("workqueue_execute_start: work struct c0de0001: function " + expected, log.Event(4));
        Assert.AreEqual("workqueue_execute_end: work struct c0de0001: function " + expected, log.Event(5));
        Assert.AreEqual(task, log.Line(HeaderLines + 4).Substring(0, task.Length));
    }

    // The text of a trace whose third line of events is interrupted by another thread's call.
    private static TraceLog EndedBy(Action action)
    {
        Record();
        TraceLog log = new TraceLog();
        WorkqueueTrace.WriteTo(line =>
        {
            log.Add(line);
            if (log.Count == HeaderLines + 2) Call.Outside(action);
        });
        Assert.AreEqual(HeaderLines + 3, log.Count);
        return log;
    }

    // Fills a ring of more than that, and leaves the trace on.
    private static void Record()
    {
        WorkqueueTrace.Start(10);
        for (int i = 0; i < Records / 2; i++)
        {
            WorkqueueTrace.IrqHandlerEntry(1, "line");
            WorkqueueTrace.IrqHandlerExit(1);
        }
    }

    private static int RecordsOf(TraceLog log) => log.Count - HeaderLines;

    private sealed class TraceLog
    {
        private readonly string[] _lines = new string[100];

        internal int Count { get; private set; }

        internal string Last => _lines[Count - 1];

        internal static TraceLog Write()
        {
            TraceLog log = new TraceLog();
            WorkqueueTrace.WriteTo(log.Add);
            return log;
        }

        internal void Add(string line) => _lines[Count++] = line;

        internal string Line(int index) => _lines[index];

        /// <summary>What follows the time in one of the lines after the header.</summary>
        internal string Event(int index)
        {
            string line = _lines[HeaderLines + index];
            return line.Substring(line.IndexOf(": ", 36) + 2);
        }
    }
}
