using System.Device.Gpio;

namespace ButtonModule;

/// <summary>One board: where its button and its LED are. A row of <see cref="Boards"/>.</summary>
public sealed class Board
{
    /// <summary>What <c>SystemInfo.TargetName</c> begins with on this board. Where several runtimes fit it, one beginning for
    /// each, with a blank between them.</summary>
    public readonly string Target;

    /// <summary>The maker's name for it; also its folder under hardware/boards.</summary>
    public readonly string Name;

    /// <summary>Pin number of the button as <c>GpioController.OpenPin</c> takes it: on an ESP32 that of the GPIO, on an STM32
    /// port × 16 + pin with port A = 0.</summary>
    public readonly int ButtonPin;

    /// <summary>How the button's pin is opened: with the pull resistor that it needs.</summary>
    public readonly PinMode ButtonMode;

    /// <summary>True: pressed reads low.</summary>
    public readonly bool ButtonActiveLow;

    /// <summary>Pin number of the LED.</summary>
    public readonly int LedPin;

    /// <summary>True: the LED lights when its pin is low.</summary>
    public readonly bool LedActiveLow;

    /// <summary>Pin number of the trace jumper: connected to ground when the module loads, it asks for a trace.</summary>
    public readonly int TracePin;

    /// <summary>How many of the newest events a trace keeps, at 61 bytes each.</summary>
    public readonly int TraceRecords;

    /// <summary>How long the firmware waits after a reset before its first line, in milliseconds: where the runtime sends no text
    /// until a host has pinged it, what is printed before is lost. 0 where the log is heard from the start.</summary>
    public readonly int LogWaitMilliseconds;

    internal Board(string target, string name, int buttonPin, PinMode buttonMode, bool buttonActiveLow, int ledPin,
        bool ledActiveLow, int tracePin, int traceRecords, int logWaitMilliseconds)
    {
        Target = target;
        Name = name;
        ButtonPin = buttonPin;
        ButtonMode = buttonMode;
        ButtonActiveLow = buttonActiveLow;
        LedPin = ledPin;
        LedActiveLow = ledActiveLow;
        TracePin = tracePin;
        TraceRecords = traceRecords;
        LogWaitMilliseconds = logWaitMilliseconds;
    }
}

/// <summary>Every board that the firmware knows: the single source of pins for firmware, virtual board and board pages.</summary>
public static partial class Boards
{
    /// <summary>Long enough for a monitor that pings four times a second: a runtime answers from 185 ms after a reset on
    /// (measured on the B-L475E-IOT01A).</summary>
    public const int PingWaitMilliseconds = 500;

    // The log's port is the chip's own USB device, which the PC loses at a reset and has to find again. An estimate.
    private const int UsbWaitMilliseconds = 3000;

    /// <summary>All boards. Allocates: call it at start-up only.</summary>
    /// <remarks>What a row does not say (where a pin is on the board, how it is flashed) is in hardware/BoardFacts/BoardFacts.cs;
    /// pages and pictures under hardware/boards are drawn from both.</remarks>
    public static Board[] All() =>
    [
        new Board("VIRTUAL", "VirtualBoard", 0, PinMode.InputPullUp, true, 2, false, 3, 4096, 0),

        // No beginning may fit another chip's names: the pins of ESP32_S3 are not those of ESP32_REV3.
        new Board("ESP32_REV ESP32_PSRAM_REV ESP32_BLE_REV", "ESP32-DevKitC", 0, PinMode.InputPullUp, true, 4, false,
            13, 512, 0),
        new Board("ESP32_S3_", "ESP32-S3-DevKitC-1", 0, PinMode.InputPullUp, true, 4, false, 5, 512, 0),
        new Board("ESP32_C3", "ESP32-C3-DevKitM-1", 9, PinMode.InputPullUp, true, 10, false, 3, 512, 0),

        new Board("ST_STM32F769I_DISCOVERY", "STM32F769I-DISCO", Pin('A', 0), PinMode.InputPullDown, false,
            Pin('J', 5), false, Pin('J', 3), 512, PingWaitMilliseconds),
        new Board("ST_STM32F429I_DISCOVERY", "STM32F429I-DISCO", Pin('A', 0), PinMode.InputPullDown, false,
            Pin('G', 13), false, Pin('E', 4), 512, UsbWaitMilliseconds),
        new Board("ST_B_L475E_IOT01A", "B-L475E-IOT01A", Pin('C', 13), PinMode.InputPullUp, true, Pin('B', 14), false,
            Pin('A', 3), 128, PingWaitMilliseconds),
    ];

    /// <summary>The board one of whose beginnings the target name has; null when there is none.</summary>
    /// <remarks><b>Cost:</b> makes all rows and keeps one: at start-up only.</remarks>
    public static Board? Find(string targetName)
    {
        foreach (Board board in All())
        {
            int start = 0;
            for (int end = 0; end <= board.Target.Length; end++)
            {
                if (end < board.Target.Length && board.Target[end] != ' ') continue;
                if (Begins(targetName, board.Target, start, end)) return board;
                start = end + 1;
            }
        }

        return null;
    }

    // Whether the text begins with that part of the list.
    private static bool Begins(string text, string list, int start, int end)
    {
        if (text.Length < end - start) return false;
        for (int i = start; i < end; i++)
        {
            if (text[i - start] != list[i]) return false;
        }

        return true;
    }

    // An STM32 pin's number: sixteen to a port.
    private static int Pin(char port, int pin) => (port - 'A') * 16 + pin;
}
