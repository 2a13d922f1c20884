namespace nanoFramework.Runtime.Native;

/// <summary>The real-time clock.</summary>
public static class Rtc
{
    /// <summary>Sets the wall clock on a board. Here it never does: the clock belongs to the PC.</summary>
    /// <param name="time">The new time.</param>
    /// <returns>False: the clock was not set.</returns>
    public static bool SetSystemTime(DateTime time)
    {
        _ = time;
        return false;
    }
}
