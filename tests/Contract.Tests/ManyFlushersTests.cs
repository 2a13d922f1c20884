using NFUnitTest;
using Workqueues;

namespace Contract.Tests;

/// <summary>More callers in Flush at once than an item's few bits can tell apart. A board has no memory for so many
/// threads.</summary>
[TestClass]
public class ManyFlushersTests
{
    private const int Flushers = 300;

    [TestMethod]
    public void Flush_ThreeHundredCallers_EachReturnsNotBeforeItsItems()
    {
        var bench = new Bench();
        var calls = new Call[Flushers];
        int runs = 0;
        int early = 0;
        for (int i = 0; i < Flushers; i++)
        {
            int caller = i;
            bench.Queue.Queue(new Work(w => runs++));
            calls[i] = new Call(() =>
            {
                bench.Queue.Flush();
                if (Volatile.Read(ref runs) <= caller) Interlocked.Increment(ref early);
            });
            Wait.UntilBlocked(bench.Queue, i + 1);
        }

        bench.StepAll();
        foreach (Call call in calls) call.End();
        Assert.AreEqual(Flushers, runs);
        Assert.AreEqual(0, early);
        bench.End();
    }
}
