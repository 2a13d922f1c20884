using System;
using System.Collections.Generic;
using System.Linq;

namespace Hardware.Machine;

/// <summary>The boards of the firmware's table.</summary>
/// <remarks>The costs of the B-L475E-IOT01A were measured on an emulated chip at 80 MHz, operation by operation; those of the
/// others are scaled by clock and core, and say so. Serial lines as with a host that listens: each text goes in a packet with a
/// header, and holds the caller.</remarks>
public static class Profiles
{
    private static readonly Profile s_l475 = new()
    {
        Name = "B-L475E-IOT01A",
        TargetName = "ST_B_L475E_IOT01A",
        Costs = new InstructionCosts
        {
            Simple = 550,
            Field = 1900,
            StaticField = 1500,
            Element = 1100,
            Cast = 3300,
            Call = 4600,
            VirtualCall = 5300,
            New = 6000,
            Throw = 26_000,
            Leave = 3200,
        },
        InstructionNanoseconds = 1300,
        NativeCallNanoseconds = 4000,
        SwitchNanoseconds = 25_000,
        AllocationByteNanoseconds = 180,
        NumberTextNanoseconds = 92_000,
        PinEventNanoseconds = 119_000,
        ChipStartNanoseconds = 170_000_000, // not measured: not 0, so that nobody takes the two clocks for one
        PinReadNanoseconds = 108_000,
        PinWriteNanoseconds = 43_000,
        LogCallNanoseconds = 15_000,
        SerialBaud = 115_200,
        PacketBytes = 31,
        HeapBytes = 69 << 10,
        PinCount = 16 * 8,
    };

    /// <summary>All boards, the measured one first.</summary>
    public static IReadOnlyList<Profile> All { get; } =
    [
        s_l475,
        Scaled("STM32F769I-DISCO", "ST_STM32F769I_DISCOVERY", 80.0 / 216, 115_200) with
        {
            HeapBytes = 350 << 10,
            PinCount = 16 * 11,
        },
        Scaled("STM32F429I-DISCO", "ST_STM32F429I_DISCOVERY", 80.0 / 180, 115_200) with
        {
            HeapBytes = 120 << 10,
            PinCount = 16 * 11,
        },
        Esp32("ESP32-DevKitC", "ESP32_PSRAM_REV0", 80.0 / 240) with { PinCount = 40, FirstInputOnlyPin = 34 },
        Esp32("ESP32-S3-DevKitC-1", "ESP32_S3_OCTAL", 80.0 / 240) with { PinCount = 49 },
        Esp32("ESP32-C3-DevKitM-1", "ESP32_C3", 80.0 / 160) with { PinCount = 22 },
        Scaled("VirtualBoard", "VIRTUAL", 80.0 / 240, 921_600) with
        {
            HeapBytes = 350 << 10,
            PinCount = 40,
            FirstInputOnlyPin = 34,
        },
    ];

    /// <summary>The board of that name; the case of letters does not matter.</summary>
    /// <returns>Null: there is none.</returns>
    public static Profile? Find(string name) =>
        All.FirstOrDefault(each => string.Equals(each.Name, name, StringComparison.OrdinalIgnoreCase));

    // The runtime's clock steps by the tick of its operating system there.
    private static Profile Esp32(string name, string target, double factor) =>
        Scaled(name, target, factor, 921_600) with { ClockStepNanoseconds = 10_000_000, HeapBytes = 100 << 10 };

    private static Profile Scaled(string name, string target, double factor, int baud)
    {
        long Scale(long nanoseconds) => (long)(nanoseconds * factor);
        return s_l475 with
        {
            Name = name,
            TargetName = target,
            IsEstimated = true,
            Costs = s_l475.Costs.Scaled(factor),
            InstructionNanoseconds = (int)Scale(s_l475.InstructionNanoseconds),
            NativeCallNanoseconds = Scale(s_l475.NativeCallNanoseconds),
            SwitchNanoseconds = Scale(s_l475.SwitchNanoseconds),
            AllocationByteNanoseconds = Scale(s_l475.AllocationByteNanoseconds),
            NumberTextNanoseconds = Scale(s_l475.NumberTextNanoseconds),
            PinEventNanoseconds = Scale(s_l475.PinEventNanoseconds),
            PinReadNanoseconds = Scale(s_l475.PinReadNanoseconds),
            PinWriteNanoseconds = Scale(s_l475.PinWriteNanoseconds),
            LogCallNanoseconds = Scale(s_l475.LogCallNanoseconds),
            SerialBaud = baud,
        };
    }
}
