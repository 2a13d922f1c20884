using Hardware.Machine;
using NFUnitTest;
using OnMachine;
using Workqueues;

namespace Injection.Tests;

/// <summary>Steps of the trace and of the dump fail: a call that throws has changed nothing, a report that fails is lost and
/// counted.</summary>
[TestClass]
public sealed class TraceInjectionTests
{
    // R9: trace: Start, Stop, WriteTo and Clear
    [InjectedTest(Failing.Calls, Every = 3)]
    public void Trace_AnyCallFails_ACallThatThrowsHasChangedNothing() => UseTrace();

    [InjectedTest(Failing.Allocations)]
    public void Trace_AnyAllocationFails_ACallThatThrowsHasChangedNothing() => UseTrace();

    // R9: Dump
    [InjectedTest(Failing.Calls)]
    public void Dump_AnyCallFails_IsLostAndCountedAndTheOtherIsShown()
    {
        Outside.SetMayFail(false);
        Workqueue first = Stepping.CreateQueue("first_one", 1, 1);
        Workqueue second = Stepping.CreateQueue("second_one", 1, 1);
        int lost = KernelLog.LostCount;
        bool isThrown = false;
        Outside.SetMayFail(true);
        try
        {
            Workqueue.Dump();
        }
        catch (OutOfMemoryException)
        {
            isThrown = true; // it could not even be called
        }

        Outside.SetMayFail(false);
        string log = string.Concat(Outside.Log.Select(line => line.Text + "\n"));
        int shown = (log.Contains("workqueue first_one:") ? 1 : 0) + (log.Contains("workqueue second_one:") ? 1 : 0);
        bool isLost = isThrown || KernelLog.LostCount > lost;
        Assert.IsTrue(shown == 2 || isLost, "something is missing, and nobody says so:\n" + log);
        Check.NoLockIsHeld();
        first.Destroy();
        second.Destroy();
    }

    // Everything the trace can do, each call made again until it does not throw. What is off stays off, what is on stays on.
    private static void UseTrace()
    {
        Again(() => WorkqueueTrace.Start(4));
        for (int i = 0; i < 6; i++)
        {
            int irq = i;
            Again(() => WorkqueueTrace.IrqHandlerEntry(irq, "line"));
        }

        Again(() => Assert.AreEqual(15, TextLines()));
        Assert.IsTrue(WorkqueueTrace.IsOn);
        Again(() => WorkqueueTrace.IrqHandlerExit(6));
        Assert.AreEqual(3, WorkqueueTrace.LostCount);
        Again(WorkqueueTrace.Stop);
        Assert.IsFalse(WorkqueueTrace.IsOn);
        Again(() => Assert.AreEqual(15, TextLines()));
        Assert.IsFalse(WorkqueueTrace.IsOn);
        Again(() => WorkqueueTrace.Start(2));
        Again(WorkqueueTrace.Clear);
        Again(() => Assert.AreEqual(11, TextLines()));
        Check.NoLockIsHeld();
    }

    private static void Again(Action call)
    {
        while (true)
        {
            Outside.SetMayFail(false);
            bool wasOn = WorkqueueTrace.IsOn;
            long lost = WorkqueueTrace.LostCount;
            Outside.SetMayFail(true);
            try
            {
                call();
                Outside.SetMayFail(false);
                return;
            }
            catch (OutOfMemoryException)
            {
                Outside.SetMayFail(false);
                Assert.AreEqual(wasOn, WorkqueueTrace.IsOn);
                Assert.AreEqual(lost, WorkqueueTrace.LostCount);
            }
        }
    }

    private static int TextLines()
    {
        int lines = 0;
        WorkqueueTrace.WriteTo(_ => lines++);
        return lines;
    }
}
