using System;

namespace Hardware.Machine.Platform;

/// <summary>The clocks.</summary>
[Extends("System.Environment")]
public static class EnvironmentMembers
{
    /// <summary>Milliseconds since power-on, in steps.</summary>
    [StaticMember]
    [Member("get_TickCount64")]
    public static long TickCount64()
    {
        Core core = Core.Current;
        core.EnterNative(Places.Clock);
        return core.SteppedClock / 1_000_000;
    }

    /// <summary>A line feed, whatever the PC has.</summary>
    [StaticMember]
    [Member("get_NewLine")]
    public static string NewLine() => "\r\n";
}

/// <summary>The wall clock: not stepped.</summary>
[Extends("System.DateTime")]
public static class DateTimeMembers
{
    /// <summary>Exact to 100 ns.</summary>
    [StaticMember]
    [Member("get_UtcNow")]
    public static DateTime UtcNow()
    {
        Core core = Core.Current;
        core.EnterNative(Places.Clock);
        return core.WallClockAtPowerOn.AddTicks(core.Now / 100);
    }
}
