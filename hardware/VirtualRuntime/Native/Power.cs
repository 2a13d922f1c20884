using VirtualRuntime;

namespace nanoFramework.Runtime.Native;

/// <summary>Called before the board reboots.</summary>
public delegate void RebootEventHandler();

/// <summary>What to start after a reboot. The virtual board starts nothing: it powers off.</summary>
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
    /// <summary>Raised before a reboot; what a handler throws is swallowed, as on a board, and ends the others.</summary>
    public static event RebootEventHandler? OnRebootEvent;

    /// <summary>Raises <see cref="OnRebootEvent"/> and reboots. Does not return.</summary>
    /// <param name="rebootOption">What to start afterwards; not looked at here.</param>
    public static void RebootDevice(RebootOption rebootOption = RebootOption.NormalReboot) => RebootDevice(-1, rebootOption);

    /// <summary>Raises <see cref="OnRebootEvent"/> and reboots. Does not return.</summary>
    /// <param name="exeConstraintTimeout">Milliseconds that the handlers have; not enforced here.</param>
    /// <param name="rebootOption">What to start afterwards; not looked at here.</param>
    /// <remarks><b>Context:</b> any thread of the firmware; it stops for ever. Whoever powers the board sees
    /// <see cref="Chip.RebootRequested"/> and may power on a new one: statics of the firmware are not made anew.</remarks>
    public static void RebootDevice(int exeConstraintTimeout, RebootOption rebootOption = RebootOption.NormalReboot)
    {
        try
        {
            OnRebootEvent?.Invoke();
        }
        catch (Exception)
        {
            // As on a board: a reboot is not stopped by who wants to hear of it.
        }

        Chip.Current.RequestReboot();
        Thread.Sleep(Timeout.Infinite);
    }
}
