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

/// <summary>The wall clock: not stepped, and begun at power-on.</summary>
[Extends("System.DateTime")]
public static class DateTimeMembers
{
    private static readonly DateTime s_powerOn = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    /// <summary>Exact to 100 ns.</summary>
    [StaticMember]
    [Member("get_UtcNow")]
    public static DateTime UtcNow()
    {
        Core core = Core.Current;
        core.EnterNative(Places.Clock);
        return s_powerOn.AddTicks(core.Now / 100);
    }
}
