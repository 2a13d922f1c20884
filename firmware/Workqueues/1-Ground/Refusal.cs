using System;

namespace Workqueues;

/// <summary>Why a call is refused. It is found under the lock, where no text may be made.</summary>
internal enum RefusalReason
{
    None,
    OwnHandler,
    HeldUp,
    OwnWorker,
    Shared,
    TooDeep,
}

/// <summary>The texts of refusals: each names the method, the item or queue, and the way out. Made outside the lock, and
/// only when something is refused.</summary>
internal static class Refusal
{
    private const string WayOut = "; wait on another thread, or in a handler of another queue";

    internal static InvalidOperationException Make(string method, string name, RefusalReason reason)
    {
        string text = method + ": " + name + reason switch
        {
            RefusalReason.OwnHandler => " would wait for its own handler, which makes this call",
            RefusalReason.HeldUp => " would wait for what stands behind this handler, on the only worker that could run it",
            RefusalReason.OwnWorker => " would wait for its own worker, on which this call is made",
            RefusalReason.Shared => " is the shared queue and is never destroyed; cancel or flush your own items",
            _ => " has been disabled 2047 times; each call of Disable needs one of Enable",
        };
        return new InvalidOperationException(reason < RefusalReason.Shared ? text + WayOut : text);
    }

    internal static ArgumentOutOfRangeException Range(string parameter, long value, long least, long most) =>
        new ArgumentOutOfRangeException(
            parameter, parameter + " is " + value.ToString() + "; it can be " + least.ToString() + " to " + most.ToString());
}
