using System;
using System.Threading;

namespace NFUnitTest;

/// <summary>The checks that many tests make.</summary>
internal static class Check
{
    internal static void States(WorkStates expected, Work work) => Assert.AreEqual((int)expected, (int)work.States);

    /// <summary>The six counts, exact, and the sum that always holds.</summary>
    /// <param name="queue">Whose.</param>
    /// <param name="expected">As <c>queued 2 executed 1 canceled 1</c>: those that are not 0, in the order of
    /// <see cref="WorkqueueStatistics"/>.</param>
    internal static void Counters(Workqueue queue, string expected)
    {
        WorkqueueStatistics s = queue.GetStatistics();
        string actual = Text("queued", s.Queued) + Text("executed", s.Executed) + Text("coalesced", s.Coalesced)
            + Text("refused", s.Refused) + Text("faulted", s.Faulted) + Text("canceled", s.Canceled);
        Assert.AreEqual(expected == "" ? "" : " " + expected, actual);
        Balance(queue);
    }

    /// <summary>No thread has gone away with one of the library's locks: another one can take them.</summary>
    internal static void NoLockIsHeld()
    {
        int taken = 0;
        Thread other = new Thread(() =>
        {
            lock (Gate.Lock) taken++;
            lock (KernelLog.Output) taken++;
        });
        other.Start();
        other.Join();
        Assert.AreEqual(2, taken);
    }

    /// <summary>What is counted as in flight is what lies in the lists.</summary>
    internal static void Balance(Workqueue queue)
    {
        int waiting = 0;
        int armed = 0;
        lock (Gate.Lock)
        {
            for (WorkerPool? pool = WorkerPool.FirstLocked; pool != null; pool = pool.NextPool)
            {
                for (WorkLink? link = pool.Next; link != pool; link = link!.Next)
                {
                    Assert.AreSame(link, link!.Next!.Previous);
                    if (((Work)link).Home == queue) waiting++;
                }
            }

            WorkLink? before = null;
            for (WorkLink? link = Deadlines.FirstLocked; link != null; link = Deadlines.AfterLocked(link))
            {
                Assert.IsTrue(before == null || link.Stamp - before.Stamp > 0, "deadlines are not in order");
                before = link;
                if (link is Work work && work.Home == queue) armed++;
            }
        }

        Assert.AreEqual(queue.WaitingLocked, waiting);
        Assert.AreEqual(queue.ArmedLocked, armed);
    }

    internal static void Invalid(Action action) => Assert.IsTrue(IsInvalid(action), "no InvalidOperationException");

    /// <summary>True when the call is refused with an InvalidOperationException.</summary>
    internal static bool IsInvalid(Action action)
    {
        try
        {
            action();
        }
        catch (InvalidOperationException)
        {
            return true;
        }

        return false;
    }

    internal static void Null(Action action)
    {
        bool isThrown = false;
        try
        {
            action();
        }
        catch (ArgumentNullException)
        {
            isThrown = true;
        }

        Assert.IsTrue(isThrown, "no ArgumentNullException");
    }

    internal static void OutOfRange(Action action)
    {
        bool isThrown = false;
        try
        {
            action();
        }
        catch (ArgumentOutOfRangeException)
        {
            isThrown = true;
        }

        Assert.IsTrue(isThrown, "no ArgumentOutOfRangeException");
    }

    private static string Text(string name, int count) => count == 0 ? "" : " " + name + " " + count.ToString();
}
