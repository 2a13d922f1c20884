using System.Threading;

namespace Workqueues;

/// <summary>What makes an object a member of one of the library's lists: a place in a queue, or among the deadlines. A base
/// class, because a list that took memory of its own could not be joined where memory has run out.</summary>
/// <remarks>Linux: <c>struct list_head</c> and <c>struct timerqueue_node</c> inside <c>struct work_struct</c>.</remarks>
public abstract class WorkLink
{
    // A waiting item uses the first two, in a ring that its pool closes; so it can be taken out without knowing where it is. An
    // armed one uses all, in the tree of Deadlines.
    internal WorkLink? Next; // L
    internal WorkLink? Previous; // L
    internal WorkLink? Above; // L null outside the tree
    internal long Stamp; // L waiting: when it joined, on Clock; armed: see Deadlines

    internal WorkLink()
    {
    }

    /// <summary>Its deadline has passed, and it is on its way out of the tree: it changes its state and its place in lists.
    /// It throws before it has changed anything, or not at all.</summary>
    /// <returns>What to set after the lock is left, or null.</returns>
    internal virtual AutoResetEvent? ExpireLocked(long now) => null;
}
