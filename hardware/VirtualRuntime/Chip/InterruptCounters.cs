namespace VirtualRuntime;

/// <summary>Counts of the interrupt path since power-on. Always:
/// <c>Recorded = Dropped + Delivered + Unheard + Waiting</c>.</summary>
/// <param name="Recorded">Records that interrupt routines and writes to outputs made.</param>
/// <param name="Dropped">Lost in the full ring, oldest first, or because the heap had no room for them.</param>
/// <param name="Delivered">Reached a handler; <paramref name="Faulted"/> ones included.</param>
/// <param name="Unheard">Taken from the ring when the pin had no handler any more.</param>
/// <param name="Waiting">In the ring, in the list behind it, or in the dispatcher's hand.</param>
/// <param name="Faulted">A handler threw.</param>
public readonly record struct InterruptCounters(
    long Recorded, long Dropped, long Delivered, long Unheard, int Waiting, long Faulted);
