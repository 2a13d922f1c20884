using System.Globalization;
using Hardware.Machine;
using NFUnitTest;
using OnMachine;
using Workqueues;

namespace Injection.Tests;

/// <summary>Rule 9: nothing that fails stops a thread of the library, loses an item or leaves a state half made.</summary>
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
            if (line.Text.StartsWith("** ", StringComparison.Ordinal)) said += int.Parse(line.Text.Split(' ')[1], CultureInfo.InvariantCulture);
        }

        Assert.AreEqual(KernelLog.LostCount, said, "each lost line is said once");
    }
}
