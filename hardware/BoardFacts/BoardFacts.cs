namespace Hardware.Boards;

/// <summary>How an image reaches a board's flash memory.</summary>
public enum Connection
{
    /// <summary>Through the serial port and the loader in the chip's ROM.</summary>
    Serial,

    /// <summary>Through the ST-LINK debug probe on the board.</summary>
    StLink,
}

/// <summary>A pin as the maker prints it.</summary>
/// <param name="Label">The maker's name of the pin: GPIO0, PA0.</param>
/// <param name="Part">What is on it, by the name on the board: BOOT, LD2.</param>
/// <param name="Where">Where a wire finds the pin; null when it is on no header.</param>
/// <param name="OnBoard">True: the part is soldered to the board. False: the user adds it.</param>
public sealed record PinFact(string Label, string Part, string? Where, bool OnBoard);

/// <summary>A document that a fact was taken from.</summary>
/// <param name="Title">Its title, with the maker's number for it.</param>
/// <param name="Says">What was taken from it.</param>
public sealed record Source(string Title, string Says);

/// <summary>What firmware/SelfTest printed on somebody's board.</summary>
/// <param name="When">The day.</param>
/// <param name="How">Name and version of the runtime, what was connected, and who sent it.</param>
/// <param name="Log">The whole log, line by line.</param>
public sealed record SentFigures(string When, string How, string[] Log);

/// <summary>What the firmware need not know of a board, and whoever holds one in the hand must: names of runtimes, addresses,
/// labels. The numbers of the pins are in <c>Boards</c> of the firmware; a test joins the two tables by the name.</summary>
public sealed record BoardFacts
{
    /// <summary>The maker's name; the key, also of the firmware's table, and the name of the board's folder.</summary>
    public required string Name { get; init; }

    /// <summary>Who makes it.</summary>
    public required string Maker { get; init; }

    /// <summary>The microcontroller, or the module that holds it.</summary>
    public required string Mcu { get; init; }

    /// <summary>The nanoFramework runtimes that fit the board, by the names that nanoff takes; the first is used unless
    /// another one is asked for.</summary>
    public required string[] Targets { get; init; }

    /// <summary>How it is flashed.</summary>
    public required Connection Connection { get; init; }

    /// <summary>True: a chip of Espressif's, whose runtime has a microsecond timer.</summary>
    public bool IsEsp32 => Targets[0].StartsWith("ESP32", StringComparison.Ordinal);

    /// <summary>The project of the firmware that is made for it, from the top of the repository.</summary>
    public string Firmware => IsEsp32 ? "firmware/ButtonModule.Esp32" : "firmware/ButtonModule";

    /// <summary>Where the application goes, by the runtime's partition table or memory map.</summary>
    public required string DeployAddress { get; init; }

    /// <summary>False: nobody publishes the runtime ready-made, so nanoff cannot flash it.</summary>
    public bool RuntimeIsPublished { get; init; } = true;

    /// <summary>Which USB connector carries the log.</summary>
    public required string LogConnector { get; init; }

    /// <summary>Speed of the serial log in bits per second, 8N1.</summary>
    public required int SerialBaud { get; init; }

    /// <summary>True: the runtime sends no text until a host has pinged it over the Wire Protocol since its reset. False: it
    /// sends raw text until then.</summary>
    public required bool TextNeedsPing { get; init; }

    /// <summary>The button that the firmware reads.</summary>
    public required PinFact Button { get; init; }

    /// <summary>The LED that the firmware lights.</summary>
    public required PinFact Led { get; init; }

    /// <summary>Where a button of the user's own goes: beside the one on the board, or on a pin of its own.</summary>
    public required PinFact ExternalButton { get; init; }

    /// <summary>Where the jumper goes that asks the firmware for a trace: the other end is ground.</summary>
    public required PinFact TraceJumper { get; init; }

    /// <summary>The maker's manual where it could not be read and the pins are from others' descriptions; else null.</summary>
    public string? ManualNotRead { get; init; }

    /// <summary>What a user of this board should know before trying.</summary>
    public required string[] KnownLimits { get; init; }

    /// <summary>Where the facts come from.</summary>
    public required Source[] Sources { get; init; }

    /// <summary>When and how somebody tried it on the hardware.</summary>
    public string LastChecked { get; init; } = "never on hardware";

    /// <summary>Figures of real boards, as they were sent in. None is made up, none is taken from the virtual board.</summary>
    public SentFigures[] Figures { get; init; } = [];

    private const string MicrosecondTimer =
        "`firmware/ButtonModule.Esp32` is the common module on the chip's microsecond timer: `jiffies` and the log step by 1 ms "
        + "where the CLR's own clock steps by 10, the trace has microseconds, and no delay is shorter than asked for by any "
        + "clock. It does not make handlers more punctual: a runtime that has nothing to do looks for expiries and edges at each "
        + "tick of its operating system, every 10 ms (read in the sources of nf-interpreter, not measured). Firmware of your own "
        + "steps by 10 ms unless you add `<ProjectReference Include=\"../Workqueues.Esp32/Workqueues.Esp32.csproj\" />` and call "
        + "`Workqueues.Esp32.Esp32Timer.Use();` first in `Main`, before anything uses a queue.";

    private const string NamedAddress =
        "The command names the address of the deployment partition and looks afterwards what the board holds, because nanoff "
        + "2.5.162 does neither by itself: it deploys every ESP32 to 0x1B0000, whatever its partition table says, and reports "
        + "success (nanoframework/Home#1835). Under `Assemblies:` of the step after that, the firmware has to be listed. ";

    private static readonly Source s_partitions = new(
        "nf-interpreter, targets/ESP32/_IDF, `partitions_nanoclr_*.csv`; nanoff, Esp32Firmware.cs",
        "start of the deployment partition; the address that nanoff takes by itself");

    /// <summary>All boards, in the order of the firmware's table.</summary>
    public static IReadOnlyList<BoardFacts> All { get; } =
    [
        new()
        {
            Name = "ESP32-DevKitC",
            Maker = "Espressif",
            Mcu = "ESP32 (ESP32-WROOM-32 or ESP32-WROVER module)",
            Targets =
            [
                "ESP32_PSRAM_REV0", "ESP32_REV0", "ESP32_BLE_REV0", "ESP32_PSRAM_REV3", "ESP32_REV3", "ESP32_BLE_REV3",
            ],
            Connection = Connection.Serial,
            DeployAddress = "0x1E0000",
            LogConnector = "Micro-USB, through the USB-to-UART bridge",
            SerialBaud = 921600,
            TextNeedsPing = false,
            Button = new("GPIO0", "Boot", "J3 pin 14, IO0", OnBoard: true),
            Led = new("GPIO4", "LED", "J3 pin 13, IO4", OnBoard: false),
            ExternalButton = new("GPIO0", "button", "J3 pin 14, IO0", OnBoard: false),
            TraceJumper = new("GPIO13", "jumper", "J2 pin 15, IO13; pin 14 is GND", OnBoard: false),
            KnownLimits =
            [
                "The board has no LED for programs, only one for power: connect one as drawn. Many boards of other makers have "
                    + "one on GPIO2; for these write 2 in the row of `firmware/ButtonModule/Boards.cs`.",
                "GPIO0 is a strapping pin: held low while the chip resets, it starts the ROM's loader instead of the firmware. "
                    + "Do not press Boot during a reset.",
                "GPIO4 and GPIO13 were chosen because they are no strapping pins, carry no flash or PSRAM and no console, have a "
                    + "pull-up (34 to 39 have none) and are on the headers with every module. The chip's JTAG (12 to 15) and "
                    + "an SD card's D3 use GPIO13: without the jumper then.",
                "Early boards of version 4 carry a capacitor (C15) at GPIO0 that can make them start the loader by themselves; "
                    + "the maker's guide says to remove it.",
                MicrosecondTimer,
                NamedAddress + "Runtimes since September 2025 have the partition at "
                    + "0x1E0000: update an older one with `--runtime`.",
            ],
            Sources =
            [
                new("Espressif, ESP32-DevKitC V4, getting started guide", "button, missing LED, header blocks J2 and J3, C15"),
                new("nf-interpreter, GPIO driver and file system of the ESP32", "pins reserved for flash; SD card"),
                new("nanoff 2.5.162, README", "`ESP32_PSRAM_REV0` runs on every variant of the ESP32"),
                s_partitions,
            ],
        },
        new()
        {
            Name = "ESP32-S3-DevKitC-1",
            Maker = "Espressif",
            Mcu = "ESP32-S3 (ESP32-S3-WROOM-1 or -2 module)",
            Targets = ["ESP32_S3_OCTAL", "ESP32_S3_QUAD"],
            Connection = Connection.Serial,
            DeployAddress = "0x1B0000",
            LogConnector = "the USB-to-UART connector",
            SerialBaud = 921600,
            TextNeedsPing = false,
            Button = new("GPIO0", "Boot", "J3 pin 14, 0", OnBoard: true),
            Led = new("GPIO4", "LED", "J1 pin 4, 4", OnBoard: false),
            ExternalButton = new("GPIO0", "button", "J3 pin 14, 0", OnBoard: false),
            TraceJumper = new("GPIO5", "jumper", "J1 pin 5, 5; pin 22 is GND", OnBoard: false),
            KnownLimits =
            [
                "The LED on the board is an addressable RGB LED (GPIO48 on version 1.0, GPIO38 on 1.1). It needs a driver of its "
                    + "own and the firmware cannot light it: connect a plain LED as drawn.",
                "The runtime depends on the PSRAM: `ESP32_S3_OCTAL` is meant for modules with octal PSRAM (N8R8). For N8 and "
                    + "N8R2 add `--target ESP32_S3_QUAD`.",
                "GPIO0 is a strapping pin: held low while the chip resets, it starts the ROM's loader instead of the firmware. "
                    + "Do not press Boot during a reset.",
                "GPIO4 and GPIO5 were chosen because they are no strapping pins (0, 3, 45, 46), carry no flash or PSRAM (26 to "
                    + "37), no USB (19, 20), no console (43, 44) and no JTAG (39 to 42).",
                "The runtime looks at its start whether a PC is on the connector marked USB and then talks there, otherwise on "
                    + "the USB-to-UART connector: leave the former empty.",
                MicrosecondTimer,
                NamedAddress + "The partition of this chip is at that very address so far.",
            ],
            Sources =
            [
                new("Espressif, ESP32-S3-DevKitC-1 v1.1, user guide",
                    "button, RGB LED of both versions, header blocks J1 and J3, PSRAM pins"),
                new("nanoff 2.5.162, README and source", "runtimes for octal and quad PSRAM"),
                new("nf-interpreter, WireProtocol_HAL_Interface.c of the ESP32 targets", "which connector carries the log"),
                s_partitions,
            ],
        },
        new()
        {
            Name = "ESP32-C3-DevKitM-1",
            Maker = "Espressif",
            Mcu = "ESP32-C3 (ESP32-C3-MINI-1 module)",
            Targets = ["ESP32_C3", "ESP32_C3_BETA"],
            Connection = Connection.Serial,
            DeployAddress = "0x1B0000",
            LogConnector = "Micro-USB, through the USB-to-UART bridge",
            SerialBaud = 921600,
            TextNeedsPing = false,
            Button = new("GPIO9", "Boot", "J3 pin 5, IO9", OnBoard: true),
            Led = new("GPIO10", "LED", "J1 pin 11, IO10", OnBoard: false),
            ExternalButton = new("GPIO9", "button", "J3 pin 5, IO9", OnBoard: false),
            TraceJumper = new("GPIO3", "jumper", "J1 pin 5, IO3; pin 6 is GND", OnBoard: false),
            KnownLimits =
            [
                "The LED on the board is an addressable RGB LED (GPIO8). It needs a driver of its own and the firmware cannot "
                    + "light it: connect a plain LED as drawn.",
                "GPIO9 is a strapping pin: held low while the chip resets, it starts the ROM's loader instead of the firmware. "
                    + "Do not press Boot during a reset.",
                "GPIO10 and GPIO3 were chosen because they are no strapping pins (2, 8, 9), carry no flash (12 to 17), no USB "
                    + "(18, 19), no console (20, 21) and no JTAG (4 to 7).",
                "`ESP32_C3` is for chip revision 3 and later, `ESP32_C3_BETA` for revision 2 (add `--target ESP32_C3_BETA`).",
                MicrosecondTimer,
                NamedAddress + "The partition of this chip is at that very address so far.",
            ],
            Sources =
            [
                new("Espressif, ESP32-C3-DevKitM-1, user guide", "button, RGB LED, header blocks J1 and J3, strapping pins"),
                new("nf-interpreter, README and GPIO driver of the ESP32; nanoff 2.5.162, source",
                    "runtimes and chip revisions; pins reserved for flash"),
                s_partitions,
            ],
        },
        new()
        {
            Name = "STM32F769I-DISCO",
            Maker = "STMicroelectronics",
            Mcu = "STM32F769NI",
            Targets = ["ST_STM32F769I_DISCOVERY"],
            Connection = Connection.StLink,
            DeployAddress = "0x080C0000",
            LogConnector = "the ST-LINK connector (virtual serial port, USART1)",
            SerialBaud = 115200,
            TextNeedsPing = true,
            Button = new("PA0", "B1 USER (blue)", null, OnBoard: true),
            Led = new("PJ5", "LD2 (green)", null, OnBoard: true),
            ExternalButton = new("PJ1", "button", "ARDUINO connector, D2", OnBoard: false),
            TraceJumper = new("PJ3", "jumper", "ARDUINO connector, D7", OnBoard: false),
            ManualNotRead = "UM2033",
            KnownLimits =
            [
                "Held during a reset, B1 keeps the board in nanoBooter, and the firmware does not start.",
                "Flashing the runtime erases the whole flash memory, the application with it. The command does the two in "
                    + "the right order.",
                "The address of the application belongs to the memory map of the runtime; the README of nanoff shows others "
                    + "for this board in its examples. Should the firmware not start after a change of the runtime, look for "
                    + "the area anew, in the files named above.",
            ],
            Sources =
            [
                new("nf-interpreter, ST_STM32F769I_DISCOVERY/board.h and nanoBooter/main.c; Zephyr, stm32f769i_disco.dts and "
                    + "arduino_r3_connector.dtsi",
                    "button PA0, high when pressed; LD2 PJ5, high when lit; ARDUINO connector; D2 and D7 have no other use"),
                new("nanoFramework samples, Blinky", "LD2 is PJ5"),
                new("nf-interpreter, ST_STM32F769I_DISCOVERY/nanoCLR/STM32F76xx_CLR.ld and common/Device_BlockStorage.c",
                    "deployment area from 0x080C0000, 1280 KB; the heap is in the external memory"),
                new("nf-interpreter, ST_STM32F769I_DISCOVERY/common/serialcfg.h and README", "USART1 through the ST-LINK"),
            ],
        },
        new()
        {
            Name = "STM32F429I-DISCO",
            Maker = "STMicroelectronics",
            Mcu = "STM32F429ZI",
            Targets = ["ST_STM32F429I_DISCOVERY"],
            Connection = Connection.StLink,
            DeployAddress = "0x080A0000",
            LogConnector = "the USER USB connector (a virtual serial port of the runtime's own)",
            SerialBaud = 115200,
            TextNeedsPing = true,
            Button = new("PA0", "B1 USER (blue)", "extension header, PA0", OnBoard: true),
            Led = new("PG13", "LD3 (green)", null, OnBoard: true),
            ExternalButton = new("PA0", "button", "extension header, PA0", OnBoard: false),
            TraceJumper = new("PE4", "jumper", "extension header, PE4", OnBoard: false),
            ManualNotRead = "UM1670",
            KnownLimits =
            [
                "Two cables: the ST-LINK connector flashes the board, the USER USB connector carries the log.",
                "At a reset the PC loses the log's port and has to find it again. That is why the firmware waits longer than on "
                    + "other boards; the three seconds are an estimate.",
                "Held during a reset, B1 keeps the board in nanoBooter, and the firmware does not start.",
                "Flashing the runtime erases the whole flash memory, the application with it. The command does the two in "
                    + "the right order.",
                "Zephyr's description of the board calls the button low when pressed; nf-interpreter's booter, whose check is "
                    + "written for this button, reads it high when pressed, as here.",
                "The published runtime is made for the board revision B01 (STM32F429I-DISC1).",
            ],
            Sources =
            [
                new("Zephyr, stm32f429i_disc1.dts; nf-interpreter, ST_STM32F429I_DISCOVERY/board.h (the newest one that has it)",
                    "button PA0; LD3 PG13, high when lit; PE4 has no other use"),
                new("nf-interpreter, ST_STM32F429I_DISCOVERY/nanoBooter/main.c", "the button is high when pressed"),
                new("nf-interpreter, ST_STM32F429I_DISCOVERY/nanoCLR/STM32F429xI_CLR.ld and common/Device_BlockStorage.c",
                    "deployment area from 0x080A0000, 1408 KB; the heap is in the external memory"),
                new("nf-interpreter, ST_STM32F429I_DISCOVERY/README and common/usbcfg.h", "the log on the USB port of the chip"),
            ],
        },
        new()
        {
            Name = "B-L475E-IOT01A",
            Maker = "STMicroelectronics",
            Mcu = "STM32L475VG",
            Targets = ["ST_B_L475E_IOT01A"],
            Connection = Connection.StLink,
            DeployAddress = "0x0804F800",
            RuntimeIsPublished = false,
            LogConnector = "the ST-LINK connector (virtual serial port, USART1)",
            SerialBaud = 115200,
            TextNeedsPing = true,
            Button = new("PC13", "B2 USER (blue)", null, OnBoard: true),
            Led = new("PB14", "LD2 (green)", null, OnBoard: true),
            ExternalButton = new("PD14", "button", "ARDUINO connector, D2", OnBoard: false),
            TraceJumper = new("PA3", "jumper", "ARDUINO connector, D4", OnBoard: false),
            ManualNotRead = "UM2153",
            KnownLimits =
            [
                "The project nf-interpreter has the target, but its builds do not publish an image: nanoff cannot flash the "
                    + "runtime. Build nanoBooter and nanoCLR from nf-interpreter (preset `ST_B_L475E_IOT01A`) and flash them "
                    + "with ST's tools; after that the command above deploys the firmware.",
                "The address of the application belongs to the memory map of nf-interpreter as of July 2026; a runtime that "
                    + "you build from another state may differ.",
                "The runtime leaves about 69 KB of heap, of which a trace takes 8 KB.",
            ],
            Sources =
            [
                new("nf-interpreter, ST_B_L475E_IOT01A/board.h and nanoBooter/main.c; Zephyr, disco_l475_iot1.dts and "
                    + "arduino_r3_connector.dtsi",
                    "button PC13, low when pressed; LD2 PB14, high when lit; ARDUINO connector; D2 and D4 have no other use"),
                new("nanoFramework samples, Blinky", "LD2 is PB14"),
                new("nf-interpreter, ST_B_L475E_IOT01A/nanoCLR/STM32L475xG_CLR.ld and common/Device_BlockStorage.c",
                    "deployment area from 0x0804F800, 700 KB"),
                new("nf-interpreter, azure-pipelines.yml", "the target's build is switched off"),
            ],
        },
    ];

    /// <summary>Their names, for a message.</summary>
    public static string Names => string.Join(", ", All.Select(board => board.Name));

    /// <summary>The board of that name, upper or lower case; null when there is none.</summary>
    public static BoardFacts? Find(string name) =>
        All.FirstOrDefault(board => string.Equals(board.Name, name, StringComparison.OrdinalIgnoreCase));
}
