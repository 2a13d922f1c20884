using System;
using nanoFramework.Runtime.Native;

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

/// <summary>The wall clock can be set.</summary>
[Extends("nanoFramework.Runtime.Native.Rtc")]
public static class RtcMembers
{
    /// <summary>From now on <c>DateTime.UtcNow</c> counts from there; the time since power-on does not change.</summary>
    [StaticMember]
    public static bool SetSystemTime(DateTime time)
    {
        Core core = Core.Current;
        core.EnterNative(Places.Clock);
        core.WallClockAtPowerOn = DateTime.SpecifyKind(time, DateTimeKind.Utc).AddTicks(-core.Now / 100);
        return true;
    }
}

/// <summary>Reboots: here the run is over.</summary>
[Extends("nanoFramework.Runtime.Native.Power")]
public static class PowerMembers
{
    /// <summary>Called before.</summary>
    [StaticMember]
    [Member("add_OnRebootEvent")]
    public static void AddOnReboot(RebootEventHandler? handler) => Core.Current.OnReboot += handler;

    /// <summary>Not any more.</summary>
    [StaticMember]
    [Member("remove_OnRebootEvent")]
    public static void RemoveOnReboot(RebootEventHandler? handler) => Core.Current.OnReboot -= handler;

    /// <summary>Ends the run.</summary>
    [StaticMember]
    public static void RebootDevice(RebootOption option) => RebootDevice(-1, option);

    /// <summary>Ends the run; the handlers may take as long as they like.</summary>
    [StaticMember]
    public static void RebootDevice(int exeConstraintTimeout, RebootOption option)
    {
        Core core = Core.Current;
        core.ThrowIfStopping();
        try
        {
            core.OnReboot?.Invoke();
        }
        catch (Exception) when (!core.IsStopping)
        {
            // As on a board: a reboot is not stopped by who wants to hear of it.
        }

        core.Scheduler.Finish(RunEnd.Reboot);
    }
}
