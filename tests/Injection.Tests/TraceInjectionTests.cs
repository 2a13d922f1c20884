using NFUnitTest;
using Workqueues;

namespace Injection.Tests;

/// <summary>Steps of the trace and of the dump fail: a call that throws has changed nothing, a report that fails is lost and
/// counted.</summary>
[TestClass]
public sealed class TraceInjectionTests
{
    private const int Failures = 3; // also from a step on, for a while

    private Injection _injection = null!;

    [TestInitialize]
    public void StartInjection() => _injection = Injection.Start();

    [TestCleanup]
    public void EndInjection()
    {
        _injection.End();
        WorkqueueTrace.Clear();
    }

    // contract: rule 9, for Start, Stop, WriteTo and Clear
    [TestMethod]
    [DataRow(1)]
    [DataRow(Failures)]
    public void Trace_EachPointFails_ACallThatThrowsHasChangedNothing(int count)
    {
        int points = Run(() => { }, out int whole);
        Assert.AreEqual(0, whole);
        Assert.IsGreaterThan(6, points, "the trace has points");
        for (int k = 0; k < points; k++)
        {
            int at = k;
            int failed = _injection.Failed;
            int retries = Workqueue.Retries;
            Run(() => _injection.FailPoints(at, count), out int refused);
            Assert.IsGreaterThan(failed, _injection.Failed, "no point failed");
            Assert.AreEqual(_injection.Failed - failed, refused + Workqueue.Retries - retries, "each was thrown or tried again");
        }
    }

    // Recording goes on after the text, however often the step that turns it on fails.
    [TestMethod]
    public void WriteTo_TheStepThatGoesOnFails_RecordingGoesOn()
    {
        WorkqueueTrace.Start(4);
        int retries = Workqueue.Retries;
        _injection.FailPoints(1, 5);
        WorkqueueTrace.WriteTo(_ => { });
        _injection.Heal();
        Assert.AreEqual(retries + 5, Workqueue.Retries);
        Assert.IsTrue(WorkqueueTrace.IsOn);
    }

    // contract: rule 9, for Dump
    [TestMethod]
    public void Dump_EachPointFails_IsLostAndCountedAndTheOthersAreShown()
    {
        Workqueue first = Workqueue.CreateStepped("first_one", 1, 1);
        Workqueue second = Workqueue.CreateStepped("second_one", 1, 1);
        int points = _injection.Points;
        Workqueue.Dump();
        points = _injection.Points - points;
        Assert.IsGreaterThanOrEqualTo(3, points);
        for (int k = 0; k < points; k++)
        {
            int lost = KernelLog.LostCount;
            int start = _injection.Log.Length;
            _injection.FailPoints(k, 1);
            Workqueue.Dump();
            _injection.Heal();
            string log = _injection.Log[start..];
            Assert.AreEqual(lost + 1, KernelLog.LostCount);
            Assert.IsTrue(k == 0 || log.Contains("workqueue first_one:") || log.Contains("workqueue second_one:"), log);
        }

        first.Destroy();
        second.Destroy();
    }

    // Everything the trace can do, each call made again until it does not throw. What is off stays off, what is on stays on.
    private int Run(Action inject, out int refused)
    {
        int before = _injection.Points;
        int thrown = 0;
        inject();
        void Again(Action call)
        {
            while (true)
            {
                bool wasOn = WorkqueueTrace.IsOn;
                long lost = WorkqueueTrace.LostCount;
                try
                {
                    call();
                    return;
                }
                catch (OutOfMemoryException)
                {
                    thrown++;
                    Assert.AreEqual(wasOn, WorkqueueTrace.IsOn);
                    Assert.AreEqual(lost, WorkqueueTrace.LostCount);
                }
            }
        }

        Again(() => WorkqueueTrace.Start(4));
        for (int i = 0; i < 6; i++) WorkqueueTrace.IrqHandlerEntry(i, "line");
        Again(() => Assert.AreEqual(15, TextLines()));
        Assert.IsTrue(WorkqueueTrace.IsOn);
        WorkqueueTrace.IrqHandlerExit(6);
        Assert.AreEqual(3, WorkqueueTrace.LostCount);
        Again(WorkqueueTrace.Stop);
        Assert.IsFalse(WorkqueueTrace.IsOn);
        Again(() => Assert.AreEqual(15, TextLines()));
        Assert.IsFalse(WorkqueueTrace.IsOn);
        Again(() => WorkqueueTrace.Start(2));
        Again(WorkqueueTrace.Clear);
        Again(() => Assert.AreEqual(11, TextLines()));
        int points = _injection.Points - before;
        _injection.Heal();
        refused = thrown;
        return points;
    }

    private static int TextLines()
    {
        int lines = 0;
        WorkqueueTrace.WriteTo(_ => lines++);
        return lines;
    }
}
