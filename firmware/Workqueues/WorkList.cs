namespace Workqueues;

/// <summary>The one kind of list in the library: circular, doubly linked through the items themselves, so that joining and
/// leaving take one step and no memory. A list is the reference to its first item.</summary>
/// <remarks>On a board each managed call may throw OutOfMemoryException, because its stack frame comes from the heap. That is why
/// no method here calls another one: each moves its item wholly or, when it could not even be called, not at all.</remarks>
internal static class WorkList
{
    /// <summary>Makes the item the last of the list. O(1).</summary>
    internal static void AppendLocked(ref Work? first, Work work)
    {
        if (first == null)
        {
            work.Next = work;
            work.Previous = work;
            first = work;
            return;
        }

        Work last = first.Previous!;
        work.Next = first;
        work.Previous = last;
        last.Next = work;
        first.Previous = work;
    }

    /// <summary>Takes the item out of one list and makes it the last of another, or of the same. O(1).</summary>
    internal static void MoveLocked(ref Work? from, ref Work? to, Work work)
    {
        Work next = work.Next!;
        if (next == work)
        {
            from = null;
        }
        else
        {
            Work previous = work.Previous!;
            previous.Next = next;
            next.Previous = previous;
            if (from == work) from = next;
        }

        Work? first = to;
        if (first == null)
        {
            work.Next = work;
            work.Previous = work;
            to = work;
            return;
        }

        Work last = first.Previous!;
        work.Next = first;
        work.Previous = last;
        last.Next = work;
        first.Previous = work;
    }

    /// <summary>Takes the item out of the list that it is in. O(1).</summary>
    internal static void RemoveLocked(ref Work? first, Work work)
    {
        Work next = work.Next!;
        if (next == work)
        {
            first = null;
        }
        else
        {
            Work previous = work.Previous!;
            previous.Next = next;
            next.Previous = previous;
            if (first == work) first = next;
        }

        work.Next = null;
        work.Previous = null;
    }
}
