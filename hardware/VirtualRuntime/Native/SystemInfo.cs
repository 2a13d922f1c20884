namespace nanoFramework.Runtime.Native;

/// <summary>Which board and which runtime this is.</summary>
/// <remarks><b>Context:</b> any. <b>Cost:</b> O(1).</remarks>
public static class SystemInfo
{
    /// <summary>How the processor calculates with floating point numbers.</summary>
    public enum FloatingPoint
    {
        /// <summary>It does not.</summary>
        None = 0,

        /// <summary>32 bits, in software.</summary>
        SinglePrecisionSoftware = 1,

        /// <summary>32 bits, in hardware.</summary>
        SinglePrecisionHardware = 2,

        /// <summary>64 bits, in software.</summary>
        DoublePrecisionSoftware = 3,

        /// <summary>64 bits, in hardware.</summary>
        DoublePrecisionHardware = 4,
    }

    /// <summary>"VIRTUAL": the name by which firmware recognises the virtual board.</summary>
    public static string TargetName => "VIRTUAL";

    /// <summary>"VIRTUAL"; a real board says "ESP32" or "STM32".</summary>
    public static string Platform => "VIRTUAL";

    /// <summary>Who made the runtime, in words.</summary>
    public static string OEMString => "Workqueues virtual board";

    /// <summary>0: no maker's number is assigned.</summary>
    public static byte OEM => 0;

    /// <summary>0: no model number is assigned.</summary>
    public static byte Model => 0;

    /// <summary>0: no product number is assigned.</summary>
    public static ushort SKU => 0;

    /// <summary>The version of this assembly; on a board that of its firmware.</summary>
    public static Version Version => typeof(SystemInfo).Assembly.GetName().Version ?? new Version(0, 0, 0, 0);

    /// <summary>Always <see cref="FloatingPoint.DoublePrecisionHardware"/>: a PC.</summary>
    public static FloatingPoint FloatingPointSupport => FloatingPoint.DoublePrecisionHardware;
}
