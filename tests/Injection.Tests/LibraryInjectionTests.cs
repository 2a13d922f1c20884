using System.Globalization;
using Hardware.Machine;
using NFUnitTest;
using OnMachine;
using Workqueues;

namespace Injection.Tests;

/// <summary>R9: nothing that fails stops a thread of the library, loses an item or leaves a state half made.</summary>
[TestClass]
public sealed class LibraryInjectionTests
{
    // conformance: Failures | any k-th allocation fails, once or for a while | any call, and a press
    [InjectedTest(Failing.Calls, Every = 7)]
    public void Scenario_AnyCallFails_BooksBalance() => RunScenario(hearsFaults: true);

    [InjectedTest(Failing.Allocations)]
    public void Scenario_AnyAllocationFails_BooksBalance() => RunScenario(hearsFaults: true);

    [InjectedTest(Failing.Allocations, Count = 7)]
    public void Scenario_AllocationsFail_BooksBalance() => RunScenario(hearsFaults: true);

    [InjectedTest(Failing.Lines)]
    public void Scenario_AnyLineFails_BooksBalanceAndTheLossIsSaid() => LoseLines();

    [InjectedTest(Failing.Lines, Count = 3)]
    public void Scenario_LinesFail_BooksBalanceAndTheLossIsSaid() => LoseLines();

    [InjectedTest(Failing.Lines, Count = 1000)]
    public void Scenario_AllLinesFail_BooksBalanceAndTheLossIsSaid() => LoseLines();

    // conformance: Failures | a thread cannot be started | new Workqueue
    [InjectedTest(Failing.Calls)]
    public void Constructor_AnyCallFails_LeavesNothing() => MakeQueue();

    [InjectedTest(Failing.Allocations)]
    public void Constructor_AnyAllocationFails_LeavesNothing() => MakeQueue();

    [MachineTest]
    public void Constructor_WrongPriority_LeavesNothing()
    {
        Workqueue? before = Workqueue.FirstLocked;
        var options = new WorkqueueOptions { Priority = (ThreadPriority)77 };
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new Workqueue("ghost", options));
        Assert.AreSame(before, Workqueue.FirstLocked);
    }

    // Whatever fails of it, starting a thread too: there is a queue that works, or nothing of one.
    private static void MakeQueue()
    {
        Outside.SetMayFail(false);
        _ = Workqueue.System;
        var options = new WorkqueueOptions { WorkersPerProcessor = 2 };
        Workqueue? before = Workqueue.FirstLocked;
        Worker? workerBefore = Worker.FirstLocked;
        Workqueue? made = null;
        Outside.SetMayFail(true);
        try
        {
            made = new Workqueue("ghost", options);
        }
        catch (OutOfMemoryException)
        {
        }

        Outside.SetMayFail(false);
        if (made == null)
        {
            Assert.AreSame(before, Workqueue.FirstLocked);
            Assert.AreSame(workerBefore, Worker.FirstLocked);
            Workqueue.Dump();
            Assert.DoesNotContain("ghost", string.Concat(Outside.Log.Select(line => line.Text)));
            return;
        }

        bool hasRun = false;
        Assert.IsTrue(made.Queue(new Work(_ => hasRun = true)));
        made.Flush();
        Assert.IsTrue(hasRun);
        made.Destroy();
    }

    // What a subscriber does when it is told, it would do twice.
    [InjectedTest(Failing.Calls)]
    public void Fault_AnyCallOfTheReportFails_TheSubscriberIsToldOnce()
    {
        Outside.SetMayFail(false);
        int told = 0;
        Workqueue.HandlerFaulted += (_, _, _) =>
        {
            told++;
            throw new OutOfMemoryException();
        };
        Workqueue queue = Workqueue.CreateSingleThread("faulty");
        var faulty = new Work(_ => throw new InvalidOperationException("on purpose"), "faulty");
        Outside.SetMayFail(true);
        while (!TryQueue(queue, faulty))
        {
        }

        Outside.Pass(200);
        Outside.SetMayFail(false);

        // Where it is the call of the subscriber that fails, nobody can know whether it was told; the log says that it threw.
        string log = string.Concat(Outside.Log.Select(line => line.Text));
        Assert.AreEqual(1, told == 0 && log.Contains("the HandlerFaulted subscriber threw") ? 1 : told);
        Assert.AreEqual(WorkStates.Idle, faulty.States);
        queue.Destroy();
    }

    private static bool TryQueue(Workqueue queue, Work work)
    {
        try
        {
            return queue.Queue(work);
        }
        catch (OutOfMemoryException)
        {
            return false;
        }
    }

    private static void RunScenario(bool hearsFaults)
    {
        Outside.SetMayFail(false);
        _ = Workqueue.System;
        LibraryScenario scenario = new(hearsFaults);
        Outside.SetMayFail(true);
        scenario.Run();
        Outside.SetMayFail(false);
        scenario.CheckBooks();
    }

    private static void LoseLines()
    {
        RunScenario(hearsFaults: false);
        KernelLog.Write("after");
        Assert.EndsWith("after", Outside.Log[^1].Text);
        int said = 0;
        foreach (LogLine line in Outside.Log)
        {
            if (!line.Text.StartsWith("** ", StringComparison.Ordinal)) continue;
            said += int.Parse(line.Text.Split(' ')[1], CultureInfo.InvariantCulture);
        }

        Assert.AreEqual(KernelLog.LostCount, said, "each lost line is said once");
    }
}
