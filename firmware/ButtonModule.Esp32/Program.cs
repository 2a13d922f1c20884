using System;
using Workqueues;
using Workqueues.Esp32;

namespace ButtonModule.Esp32;

/// <summary>The firmware on an ESP32: all delayed work runs on the chip's microsecond timer.</summary>
public static class Program
{
    /// <summary>Plugs the timer in, then does what the common Main does. Without the timer the runtime's own stays in its
    /// place.</summary>
    public static void Main()
    {
        try
        {
            Esp32Timer.Use();
        }
        catch (Exception)
        {
            KernelLog.Write("button_module: the microsecond timer is not to be had, delays step by 10 ms");
        }

        ButtonModule.Program.Main();
    }
}
