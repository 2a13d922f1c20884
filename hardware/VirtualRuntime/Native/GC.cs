namespace nanoFramework.Runtime.Native;

/// <summary>The garbage collector.</summary>
public static class GC
{
    /// <summary>Collects now, and the calling thread waits for it.</summary>
    /// <param name="compactHeap">True: also move what lives together.</param>
    /// <returns>Bytes free afterwards. Here what the PC lets this process have, at most <see cref="uint.MaxValue"/>: a board's
    /// few kilobytes are not modelled.</returns>
    public static uint Run(bool compactHeap)
    {
        System.GC.Collect(System.GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: compactHeap);
        long usedBytes = System.GC.GetTotalMemory(forceFullCollection: false);
        return (uint)Math.Clamp(System.GC.GetGCMemoryInfo().TotalAvailableMemoryBytes - usedBytes, 0, uint.MaxValue);
    }

    /// <summary>Does nothing here; on a board each collection is reported in the log.</summary>
    /// <param name="enable">True to report.</param>
    public static void EnableGCMessages(bool enable) => _ = enable;
}
