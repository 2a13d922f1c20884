using System;

namespace Hardware.Machine.Platform;

/// <summary>nanoFramework's own collector class.</summary>
[Replaces("nanoFramework.Runtime.Native.GC")]
public static class NativeGC
{
    /// <summary>Collects, and tells the free bytes.</summary>
    public static uint Run(bool compactHeap)
    {
        Core core = Core.Current;
        core.Heap.Collect();
        return (uint)Math.Min(core.Heap.FreeBytes, uint.MaxValue);
    }

    /// <summary>Nothing is reported here.</summary>
    public static void EnableGCMessages(bool enable)
    {
    }
}

/// <summary>The board.</summary>
[Extends("nanoFramework.Runtime.Native.SystemInfo")]
public static class SystemInfoMembers
{
    /// <summary>As the profile says.</summary>
    [StaticMember]
    [Member("get_TargetName")]
    public static string TargetName() => Core.Current.Profile.TargetName;
}

/// <summary>Reboots: here the run is over.</summary>
[Extends("nanoFramework.Runtime.Native.Power")]
public static class PowerMembers
{
    /// <summary>Ends the run.</summary>
    [StaticMember]
    public static void RebootDevice(nanoFramework.Runtime.Native.RebootOption option) =>
        Core.Current.Scheduler.Finish(RunEnd.Reboot);
}
