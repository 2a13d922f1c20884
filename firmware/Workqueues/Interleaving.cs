using System.Diagnostics;
using System.Threading;

namespace Workqueues;

/// <summary>What an explorer of schedules sees of a thread: where it stands between two lock sections, and which signals it
/// gives and awaits.</summary>
internal interface IInterleaving
{
    /// <summary>The thread stands outside the lock, about to enter the section that is named.</summary>
    void Point(string name);

    /// <summary>The thread is about to set the signal.</summary>
    void Set(AutoResetEvent signal);

    /// <summary>The thread is about to wait for the signal; returns when the signal has been set.</summary>
    void Wait(AutoResetEvent signal);

    /// <summary>The thread is about to wait for another one's end.</summary>
    void Join(Thread thread);
}

/// <summary>The points where another thread's step may change what follows: one before every lock section, named. An explorer
/// on a PC takes control there. In the board flavour the symbol is not defined and no call is compiled.</summary>
internal static class Interleaving
{
    internal static IInterleaving? Explorer { get; set; }

    /// <summary>True while an explorer ends its threads with an exception: what the library would try again then, it lets
    /// through. Not by an exception filter, whose frame a board may have no memory for.</summary>
    internal static bool IsAborting;

    [Conditional("WORKQUEUES_INTERLEAVING")]
    internal static void Point(string name) => Explorer?.Point(name);

    [Conditional("WORKQUEUES_INTERLEAVING")]
    internal static void Set(AutoResetEvent signal) => Explorer?.Set(signal);

    [Conditional("WORKQUEUES_INTERLEAVING")]
    internal static void Wait(AutoResetEvent signal) => Explorer?.Wait(signal);

    [Conditional("WORKQUEUES_INTERLEAVING")]
    internal static void Join(Thread thread) => Explorer?.Join(thread);
}
