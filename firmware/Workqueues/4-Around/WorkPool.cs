using System;

namespace Workqueues;

/// <summary>Makes one item of a <see cref="WorkPool"/>.</summary>
public delegate Work WorkFactory();

/// <summary>Items made beforehand, for top halves: taking one allocates nothing and never waits.</summary>
/// <remarks>Linux: <c>kmalloc(GFP_ATOMIC)</c> and <c>kfree()</c>, or better <c>mempool_t</c>.</remarks>
public class WorkPool
{
    // What came of giving an item back.
    private const int NotAsked = 0;
    private const int Back = 1;
    private const int NotRented = 2;
    private const int StillPending = 3;
    private const int Disabled = 4;

    private readonly Work[] _items; // L those below _freeCount are free, the others are rented
    private int _freeCount; // L
    private int _failedCount; // R

    /// <summary>Makes the items.</summary>
    /// <param name="factory">Called <paramref name="capacity"/> times, here and never again.</param>
    /// <param name="capacity">Items, 1 or more: as many as can be in flight at once.</param>
    /// <remarks><b>Context:</b> an ordinary thread. <b>Cost:</b> allocates, 12 bytes an item besides the items on a
    /// board.</remarks>
    /// <exception cref="ArgumentNullException"><paramref name="factory"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="capacity"/> is below 1.</exception>
    /// <exception cref="InvalidOperationException">The factory returned null, an item that it had returned before, or one that
    /// is pending or disabled.</exception>
    public WorkPool(WorkFactory factory, int capacity)
    {
        if (factory == null) throw new ArgumentNullException(nameof(factory));
        if (capacity < 1) throw Refusal.Range(nameof(capacity), capacity, 1, int.MaxValue);
        _items = new Work[capacity];
        for (int i = 0; i < capacity; i++)
        {
            Work item = factory();
            if (item == null) throw NotNew("null");
            if ((item.States & (WorkStates.Queued | WorkStates.Delayed | WorkStates.Disabled)) != 0)
            {
                throw NotNew(item.Name + ", which is pending or disabled");
            }

            for (int k = 0; k < i; k++)
            {
                if (_items[k] == item) throw NotNew(item.Name + " twice");
            }

            _items[i] = item;
        }

        _freeCount = capacity;
    }

    /// <summary>How often <see cref="TryRent"/> found no item.</summary>
    /// <remarks><b>Context:</b> any. <b>Cost:</b> O(1).</remarks>
    public int FailedCount => _failedCount;

    /// <summary>Takes an item out.</summary>
    /// <returns>An item, the one returned last; it is idle, or its last run is just ending. Null: all are rented (counted in
    /// <see cref="FailedCount"/>).</returns>
    /// <remarks><b>Context:</b> any. <b>Cost:</b> O(1), no allocation. Linux: <c>kmalloc(GFP_ATOMIC)</c>.</remarks>
    public Work? TryRent()
    {
        Work? item = null;
        try
        {
            Take(ref item);
        }
        catch (Exception exception)
        {
            // The item that was taken is the caller's, whatever was thrown after that.
            Gate.Reserve = null;
            Gate.Leave(Gate.Lock);
            if (item == null) throw exception;
        }

        return item;
    }

    /// <summary>Gives an item back. A handler may return its own item, as its last use of it: it may be rented and queued at
    /// once, and then runs again after this run.</summary>
    /// <remarks><b>Context:</b> any. <b>Cost:</b> O(rented items), no allocation. Linux: <c>kfree()</c>.</remarks>
    /// <exception cref="ArgumentNullException"><paramref name="work"/> is null.</exception>
    /// <exception cref="InvalidOperationException">The item was not rented from this pool (or was returned already), or is
    /// still pending or disabled: who rented it next could not queue it. Nothing has changed then.</exception>
    public void Return(Work work)
    {
        if (work == null) throw new ArgumentNullException(nameof(work));
        int outcome = NotAsked;
        try
        {
            Put(work, ref outcome);
        }
        catch (Exception exception)
        {
            Gate.Reserve = null;
            Gate.Leave(Gate.Lock);
            if (outcome == NotAsked) throw exception;
        }

        if (outcome == Back) return;

        // The call may have been left out: see Deadlines.Done.
        if (outcome == NotAsked) throw new OutOfMemoryException();
        throw new InvalidOperationException("WorkPool.Return: " + work.Name
            + (outcome == NotRented ? " is not rented from this pool"
                : outcome == StillPending ? " is still pending; cancel it first" : " is disabled; enable it first"));
    }

    private static InvalidOperationException NotNew(string what) =>
        new InvalidOperationException("WorkPool: the factory returned " + what + "; it must make an item at each call");

    // Lock sections of their own: with them inside the try blocks, on the real CLR 3 of 113 storms of edges counted an item twice
    // or hung.
    private void Take(ref Work? item)
    {
        lock (Gate.Lock)
        {
            if (_freeCount == 0) _failedCount++;
            else item = _items[--_freeCount];
        }
    }

    private void Put(Work work, ref int outcome)
    {
        lock (Gate.Lock)
        {
            int bits = work.Bits;
            int i = _freeCount;
            while (i < _items.Length && _items[i] != work) i++;
            if (i == _items.Length)
            {
                outcome = NotRented;
            }
            else if ((bits & (Work.Pending | Work.DisableMask)) != 0)
            {
                outcome = (bits & Work.Pending) != 0 ? StillPending : Disabled;
            }
            else
            {
                _items[i] = _items[_freeCount];
                _items[_freeCount++] = work;
                outcome = Back;
            }
        }
    }
}
