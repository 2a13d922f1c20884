using VirtualRuntime;

namespace nanoFramework.Runtime.Native;

/// <summary>The real-time clock.</summary>
public static class Rtc
{
    /// <summary>Sets the wall clock.</summary>
    /// <param name="time">The new time.</param>
    /// <returns>False: the clock was not set.</returns>
    public static bool SetSystemTime(DateTime time) => throw NoHardware.Here;
}
