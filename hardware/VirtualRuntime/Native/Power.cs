using VirtualRuntime;

namespace nanoFramework.Runtime.Native;

/// <summary>Called before the board reboots.</summary>
public delegate void RebootEventHandler();

/// <summary>What to start after a reboot.</summary>
public enum RebootOption
{
    /// <summary>The whole board.</summary>
    NormalReboot = 0,

    /// <summary>The nanoFramework boot loader.</summary>
    EnterNanoBooter = 1,

    /// <summary>Only the runtime and the program.</summary>
    ClrOnly = 2,

    /// <summary>The maker's boot loader.</summary>
    EnterProprietaryBooter = 8,
}

/// <summary>Reboots the board.</summary>
public class Power
{
    /// <summary>Raised before a reboot; what a handler throws is swallowed, and ends the others.</summary>
    public static event RebootEventHandler? OnRebootEvent
    {
        add => throw NoHardware.Here;
        remove => throw NoHardware.Here;
    }

    /// <summary>Raises <see cref="OnRebootEvent"/> and reboots. Does not return.</summary>
    /// <param name="rebootOption">What to start afterwards.</param>
    public static void RebootDevice(RebootOption rebootOption = RebootOption.NormalReboot) => throw NoHardware.Here;

    /// <summary>Raises <see cref="OnRebootEvent"/> and reboots. Does not return.</summary>
    /// <param name="exeConstraintTimeout">Milliseconds that the handlers have.</param>
    /// <param name="rebootOption">What to start afterwards.</param>
    public static void RebootDevice(int exeConstraintTimeout, RebootOption rebootOption = RebootOption.NormalReboot) =>
        throw NoHardware.Here;
}
