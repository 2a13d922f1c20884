using System;
using System.Collections.Generic;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Hardware.Machine;

/// <summary>The board's heap, counted in the sizes of its runtime; the objects themselves live in .NET's.</summary>
/// <remarks>
/// <para>What is still alive is asked of .NET's collector, and only when the board's would run (the heap is full, or the
/// firmware asks): until then everything counts and nothing disappears, whenever .NET collects by itself. The firmware is
/// compiled at once and fully optimised, never again by the PC's load, so its answer is always the same.</para>
/// <para>As on a board, a variable holds its object until the method returns or it is overwritten: the loader sees to that.
/// What it cannot do: .NET lets go of an argument, and of a value that is only computed with, after its last use, where a board
/// waits a little longer. Neither does it know of the board's fragments.</para>
/// </remarks>
internal sealed class Heap
{
    internal const int WaitBlockBytes = 36;
    internal const int TimerBlockBytes = 84;
    internal const int SubThreadBlockBytes = 60;
    internal const int ThreadBlockBytes = 756;

    private const int EventBytes = 36;

    private readonly Core _core;
    private readonly SortedDictionary<int, int> _cache = []; // the runtime's own blocks that were given back: size, count
    private readonly List<Platform.WeakReference> _weakReferences = [];
    private GCHandle[] _handles = new GCHandle[256];
    private int[] _sizes = new int[256];
    private int _count;
    private long _collectedAt = -1; // instructions that had been executed when .NET's collector was asked last

    internal Heap(Core core, long limitBytes, long usedBytes, RunOptions options)
    {
        _core = core;
        LimitBytes = limitBytes;
        Failing = new FailingSteps(core, options.FailAllocation, options.FailAllocationCount);
        UsedBytes = FullestBytes = usedBytes;
    }

    ~Heap() => Release();

    internal long LimitBytes { get; }

    internal long UsedBytes { get; private set; }

    internal long FullestBytes { get; private set; }

    internal long FreeBytes => LimitBytes - UsedBytes;

    /// <summary>Objects and bytes that the firmware has allocated since power-on.</summary>
    internal long Allocations { get; private set; }

    internal FailingSteps Failing { get; }

    internal long AllocatedBytes { get; private set; }

    internal int Collections { get; private set; }

    /// <summary>The size of a block of the board's heap, which come in twelve bytes.</summary>
    internal static int Round(int bytes) => (bytes + 11) / 12 * 12;

    internal static int StringBytes(int length) => 12 + Round(length + 1);

    internal static int ArrayBytes(int length, int elementBytes) => Round(20 + length * elementBytes);

    /// <summary>Before an object of the firmware is made.</summary>
    /// <exception cref="OutOfMemoryException">There is no room, or this one shall fail.</exception>
    internal void Allocate(int bytes)
    {
        bool mustFail = ++Allocations >= Failing.First && Failing.Fails(Allocations, bytes + " bytes");
        if (mustFail || !TryTake(bytes)) throw new OutOfMemoryException();
        AllocatedBytes += bytes;
        _core.Spend(bytes * _core.Profile.AllocationByteNanoseconds);
    }

    /// <summary>After it was made: from now on a collection asks whether it is alive.</summary>
    internal void Track(object made, int bytes)
    {
        if (_count == _handles.Length)
        {
            Array.Resize(ref _handles, _count * 2);
            Array.Resize(ref _sizes, _count * 2);
        }

        ref GCHandle handle = ref _handles[_count];
        if (handle.IsAllocated) handle.Target = made;
        else handle = GCHandle.Alloc(made, GCHandleType.Weak);
        _sizes[_count++] = bytes;
    }

    internal void Track(Platform.WeakReference reference) => _weakReferences.Add(reference);

    /// <summary>A block of the runtime itself: it is kept for the next one when it is given back.</summary>
    /// <returns>The size of the block; give that back.</returns>
    /// <exception cref="OutOfMemoryException">There is no room.</exception>
    internal int AllocateBlock(int bytes)
    {
        foreach (int cached in _cache.Keys)
        {
            if (cached < bytes) continue;
            if (--_cache[cached] == 0) _cache.Remove(cached);
            return cached;
        }

        if (!TryTake(bytes)) throw new OutOfMemoryException();
        return bytes;
    }

    internal void FreeBlock(int bytes) => _cache[bytes] = _cache.GetValueOrDefault(bytes) + 1;

    internal bool TryAllocateEvent() => TryTake(EventBytes);

    internal void FreeEvent() => UsedBytes -= EventBytes;

    /// <summary>What the board's collector does.</summary>
    /// <remarks>Only an instruction of the firmware lets go of an object. So .NET's collector, which takes some milliseconds, is
    /// not asked again for each of the edges that come in a row while the heap is full: all that was found alive still
    /// is.</remarks>
    internal void Collect()
    {
        Collections++;
        if (_core.Instructions == _collectedAt) return;
        _collectedAt = _core.Instructions;
        Weak weak = Weaken();
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true);
        Strengthen(weak);
        Sweep();
    }

    // In a method of its own, so that no variable of it holds anything during the collection.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private Weak Weaken()
    {
        List<WeakReference<object>?> threads = [];
        foreach (FirmwareThread thread in _core.Scheduler.Threads)
        {
            threads.Add(thread.ThreadObject == null || thread.Id != 0 ? null : new WeakReference<object>(thread.ThreadObject));
            if (thread.Id == 0) thread.ThreadObject = null;
        }

        foreach (Platform.WeakReference reference in _weakReferences) reference.Weaken();
        return new Weak(threads, Weaken(_core.Timers.All), Weaken(_weakReferences));
    }

    private void Strengthen(Weak weak)
    {
        Strengthen(weak.References, _weakReferences);
        foreach (Platform.WeakReference reference in _weakReferences) reference.Strengthen();
        Strengthen(weak.Timers, _core.Timers.All);
        for (int i = _core.Timers.All.Count; i < weak.Timers.Count; i++) FreeBlock(TimerBlockBytes);
        for (int i = 0; i < weak.Threads.Count; i++)
        {
            if (weak.Threads[i] != null && weak.Threads[i]!.TryGetTarget(out object? alive))
            {
                _core.Scheduler.Threads[i].ThreadObject = alive;
            }
        }
    }

    /// <summary>The run is over: the handles go back to .NET.</summary>
    internal void Release()
    {
        for (int i = 0; i < _handles.Length && _handles[i].IsAllocated; i++) _handles[i].Free();
        _handles = [];
        _count = 0;
        GC.SuppressFinalize(this);
    }

    private static List<WeakReference<T>> Weaken<T>(List<T> strong)
        where T : class
    {
        List<WeakReference<T>> weak = [];
        foreach (T each in strong) weak.Add(new WeakReference<T>(each));
        strong.Clear();
        return weak;
    }

    private static void Strengthen<T>(List<WeakReference<T>> weak, List<T> strong)
        where T : class
    {
        foreach (WeakReference<T> each in weak)
        {
            if (each.TryGetTarget(out T? alive)) strong.Add(alive);
        }
    }

    private bool TryTake(int bytes)
    {
        if (UsedBytes + bytes > LimitBytes)
        {
            // Hopeless ones are not worth a collection: the board collects too, but nothing comes of it.
            if (bytes <= LimitBytes) Collect();
            if (UsedBytes + bytes > LimitBytes) return false;
        }

        UsedBytes += bytes;
        if (UsedBytes > FullestBytes) FullestBytes = UsedBytes;
        return true;
    }

    // Handles of the dead move behind those of the living, to be used again.
    private void Sweep()
    {
        int alive = 0;
        for (int i = 0; i < _count; i++)
        {
            if (_handles[i].Target == null)
            {
                UsedBytes -= _sizes[i];
                continue;
            }

            (_handles[alive], _handles[i]) = (_handles[i], _handles[alive]);
            _sizes[alive++] = _sizes[i];
        }

        _count = alive;
    }

    // What the machine itself holds, held weakly during a collection.
    private sealed record Weak(
        List<WeakReference<object>?> Threads,
        List<WeakReference<Platform.Timer>> Timers,
        List<WeakReference<Platform.WeakReference>> References);
}
