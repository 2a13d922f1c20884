namespace Hardware.Machine;

/// <summary>A board as the machine runs it: speed, clock, memory, serial line, interrupt ring.</summary>
public sealed record Profile
{
    /// <summary>The maker's name.</summary>
    public required string Name { get; init; }

    /// <summary>What <c>SystemInfo.TargetName</c> says.</summary>
    public string TargetName { get; init; } = "VIRTUAL";

    /// <summary>True: costs were not measured on this board but scaled from another one's.</summary>
    public bool IsEstimated { get; init; }

    /// <summary>What kinds of instructions take, in ns. A change needs the firmware to be loaded anew.</summary>
    public InstructionCosts Costs { get; init; } = InstructionCosts.Uniform(2000);

    /// <summary>A library instruction, whose kind is not known, in ns.</summary>
    public int InstructionNanoseconds { get; init; } = 2000;

    /// <summary>How long a thread runs before others get their turn.</summary>
    public long QuantumNanoseconds { get; init; } = 20_000_000;

    /// <summary>The step of the clock that TickCount64, Sleep, time-outs and timers use; 0: it is exact.</summary>
    public long ClockStepNanoseconds { get; init; } = 1_000_000;

    /// <summary>Interrupt records that fit into the ring.</summary>
    public int RingCapacity { get; init; } = 128;

    /// <summary>What an image leaves of the heap.</summary>
    public long HeapBytes { get; init; } = 10 << 20;

    /// <summary>Pins are numbered from 0 to one less.</summary>
    public int PinCount { get; init; } = 256;

    /// <summary>From this number on pins are inputs only and have no resistors.</summary>
    public int FirstInputOnlyPin { get; init; } = int.MaxValue;

    /// <summary>Handing the processor to a thread: another one, or the same after it has waited.</summary>
    public long SwitchNanoseconds { get; init; }

    /// <summary>Native work of a call on a lock, an event, a timer, a thread or the clock.</summary>
    public long NativeCallNanoseconds { get; init; }

    /// <summary>Making an object: each byte of it.</summary>
    public long AllocationByteNanoseconds { get; init; }

    /// <summary>Native work on the way of an event through the platform's sink to the handlers of its pin.</summary>
    public long PinEventNanoseconds { get; init; }

    /// <summary>How long the chip had run when the runtime's clock began. Edges are stamped with the chip's clock.</summary>
    public long ChipStartNanoseconds { get; init; }

    /// <summary>Native work of reading a pin.</summary>
    public long PinReadNanoseconds { get; init; }

    /// <summary>Native work of writing a pin.</summary>
    public long PinWriteNanoseconds { get; init; }

    /// <summary>Making a text of a number, beyond its instructions.</summary>
    public long NumberTextNanoseconds { get; init; }

    /// <summary>A write to the log, whatever its length: the runtime's own work.</summary>
    public long LogCallNanoseconds { get; init; }

    /// <summary>Bits per second of the serial line, which holds the caller until his bytes are sent; 0: it takes no
    /// time.</summary>
    public int SerialBaud { get; init; }

    /// <summary>Bytes that the runtime puts around each text when a host listens: a packet.</summary>
    public int PacketBytes { get; init; }

    /// <summary>How long the serial line holds the caller for a text.</summary>
    internal long SerialNanoseconds(int bytes)
    {
        const double BitsOnTheLine = 10; // of a byte
        return SerialBaud == 0 ? 0 : (long)((bytes + PacketBytes) * BitsOnTheLine * 1e9 / SerialBaud);
    }

    /// <summary>The settings under which the reference programs were measured: 2000 ns for each instruction, everything native
    /// for nothing.</summary>
    public static Profile Reference { get; } = new() { Name = "reference" };
}
