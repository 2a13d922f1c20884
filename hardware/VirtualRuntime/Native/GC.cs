using VirtualRuntime;

namespace nanoFramework.Runtime.Native;

/// <summary>The garbage collector.</summary>
public static class GC
{
    /// <summary>Collects now, and the calling thread waits for it.</summary>
    /// <param name="compactHeap">True: also move what lives together.</param>
    /// <returns>Bytes free afterwards.</returns>
    public static uint Run(bool compactHeap) => throw NoHardware.Here;

    /// <summary>Each collection is reported in the log.</summary>
    /// <param name="enable">True to report.</param>
    public static void EnableGCMessages(bool enable) => throw NoHardware.Here;
}
