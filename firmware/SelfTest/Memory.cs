using NativeGC = nanoFramework.Runtime.Native.GC;

namespace SelfTest;

/// <summary>The board's heap.</summary>
internal static class Memory
{
    /// <summary>Bytes that are free when nothing is left to collect.</summary>
    internal static int Free() => (int)NativeGC.Run(true);
}
