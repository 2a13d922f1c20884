using System.Threading;

namespace NFUnitTest;

/// <summary>Asked again and again until it is true.</summary>
internal delegate bool Condition();

/// <summary>Waits that end as soon as what they wait for is there, and fail when it never comes.</summary>
internal static class Wait
{
    /// <summary>For an event that somebody sets.</summary>
    internal static void For(WaitHandle signal) =>
        Assert.IsTrue(signal.WaitOne(Call.TimeoutMilliseconds, false), "the signal did not come");

    /// <summary>For a state that only the library's own lock protects: nothing could signal it.</summary>
    internal static void Until(Condition condition)
    {
        ManualResetEvent never = new ManualResetEvent(false);
        bool isReached = condition();
        for (int i = 0; i < Call.TimeoutMilliseconds && !isReached; i++)
        {
            never.WaitOne(1, false);
            isReached = condition();
        }

        Assert.IsTrue(isReached, "the state was not reached");
    }

    /// <summary>Until as many calls block in the queue's Flush, Drain, Freeze and Destroy.</summary>
    internal static void UntilBlocked(Workqueue queue, int calls) => Until(() => Stepping.CountWaiters(queue) == calls);

    /// <summary>Until as many calls block in items' Flush, CancelSync and DisableSync.</summary>
    internal static void UntilBlocked(int calls) => Until(() => Stepping.CountWaiters(null) == calls);
}
