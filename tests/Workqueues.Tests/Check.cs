using System;

namespace NFUnitTest;

/// <summary>The checks that many tests make.</summary>
internal static class Check
{
    internal static void States(WorkStates expected, Work work) => Assert.AreEqual((int)expected, (int)work.States);

    /// <summary>The six counts, exact, and the sum that always holds.</summary>
    internal static void Counters(
        Workqueue queue, int queued, int executed, int coalesced, int refused, int faulted, int canceled)
    {
        string expected = Text(queued, executed, coalesced, refused, faulted, canceled);
        WorkqueueStatistics s = queue.GetStatistics();
        string actual = Text(s.Queued, s.Executed, s.Coalesced, s.Refused, s.Faulted, s.Canceled);
        Assert.AreEqual(expected, actual);
        Balance(queue);
    }

    /// <summary>Queued = Executed + Canceled + pending + running.</summary>
    internal static void Balance(Workqueue queue)
    {
        WorkqueueStatistics s = queue.GetStatistics();
        int inFlight = queue.WaitingLocked + queue.ArmedLocked + queue.RunningLocked;
        Assert.AreEqual(s.Queued, s.Executed + s.Canceled + inFlight);
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

    private static string Text(int queued, int executed, int coalesced, int refused, int faulted, int canceled) =>
        "queued " + queued.ToString() + " executed " + executed.ToString() + " coalesced " + coalesced.ToString()
            + " refused " + refused.ToString() + " faulted " + faulted.ToString() + " canceled " + canceled.ToString();
}
