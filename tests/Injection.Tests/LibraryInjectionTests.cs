using System.Globalization;
using NFUnitTest;
using Workqueues;

namespace Injection.Tests;

/// <summary>Rule 9: nothing that fails stops a thread of the library, loses an item or leaves a state half made.</summary>
[TestClass]
public sealed class LibraryInjectionTests
{
    private Injection _injection = null!;
    private ManualTimer _timer = null!;
    private int _lostBefore;

    public TestContext TestContext { get; set; } = null!;

    [TestInitialize]
    public void Start()
    {
        _ = Workqueue.System;
        _timer = new ManualTimer();
        Jiffies.SetTimer(_timer, 0);
        _injection = Injection.Start();
        _lostBefore = KernelLog.LostCount;
    }

    [TestCleanup]
    public void End()
    {
        _injection.End();
        Assert.AreEqual(0, _timer.Violations);
    }

    // conformance: Failures | any k-th allocation fails, once or for a while | any call, and a press
    [TestMethod]
    [DataRow(1)]
    [DataRow(7)]
    public void Scenario_AnyPointFails_BooksBalance(int count)
    {
        int points = RunScenario(() => { });
        Assert.IsGreaterThan(80, points, "the scenario uses the library");
        int failed = 0;
        for (int k = 0; k < points; k++)
        {
            int at = k;
            RunScenario(() => _injection.FailPoints(at, count));
            failed = _injection.Failed;
        }

        TestContext.WriteLine($"{points} scenarios, {failed} points failed");
        Assert.IsGreaterThanOrEqualTo(points * 9 / 10, failed);
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(3)]
    [DataRow(1000)]
    public void Scenario_AnyLineFails_BooksBalanceAndTheLossIsSaid(int count)
    {
        RunScenario(() => { });
        int lines = _injection.Lines;
        Assert.IsGreaterThan(5, lines, "the scenario logs");
        for (int k = 0; k < lines; k++)
        {
            int at = k;
            int failed = _injection.Failed;
            int lost = KernelLog.LostCount;
            RunScenario(() => _injection.FailLines(at, count));
            Assert.IsGreaterThan(failed, _injection.Failed, "no line failed");
            Assert.IsGreaterThan(lost, KernelLog.LostCount, "a line was lost and not counted");
            _injection.Heal();
            string before = _injection.Log;
            KernelLog.Write("after");
            string after = _injection.Log[before.Length..];
            if (count == 1000) StringAssert.StartsWith(after, "** ");
            StringAssert.EndsWith(after, "after\n");
        }

        int said = 0;
        foreach (string line in _injection.Log.Split('\n'))
        {
            if (line.StartsWith("** ", StringComparison.Ordinal)) said += int.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture);
        }

        Assert.AreEqual(KernelLog.LostCount - _lostBefore, said, "each lost line is said once");
    }

    // conformance: Failures | a thread cannot be started | new Workqueue
    [TestMethod]
    public void Constructor_AThreadDoesNotStart_LeavesNothing()
    {
        Processor.Configure(2, null);
        try
        {
            for (int k = 0; k < 4; k++)
            {
                var options = new WorkqueueOptions { WorkersPerProcessor = 2 };
                _injection.FailPoint("start thread", k);
                Workqueue? before = Workqueue.FirstLocked;
                Worker? workerBefore = Worker.FirstLocked;
                Assert.ThrowsExactly<OutOfMemoryException>(() => new Workqueue("ghost", options));
                Assert.AreSame(before, Workqueue.FirstLocked);
                Assert.AreSame(workerBefore, Worker.FirstLocked);
                Workqueue.Dump();
                Assert.DoesNotContain("ghost", _injection.Log);
            }
        }
        finally
        {
            _injection.Heal();
            Processor.Configure(1, null);
        }
    }

    [TestMethod]
    public void Constructor_WrongPriority_LeavesNothing()
    {
        Workqueue? before = Workqueue.FirstLocked;
        var options = new WorkqueueOptions { Priority = (ThreadPriority)77 };
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new Workqueue("ghost", options));
        Assert.AreSame(before, Workqueue.FirstLocked);
    }

    private int RunScenario(Action inject)
    {
        int before = _injection.Points;
        var scenario = new LibraryScenario(_timer);
        inject();
        scenario.Run();
        int points = _injection.Points - before;
        _injection.Heal();
        scenario.CheckBooks();
        return points;
    }
}
