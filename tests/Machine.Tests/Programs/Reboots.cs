using System;
using System.Threading;
using nanoFramework.Runtime.Native;

// Asks for a reboot: who wants to hear of it does, whatever an earlier one throws ends only the telling.
public static class Reboots
{
    public static void Main()
    {
        Power.OnRebootEvent += Tell;
        Power.OnRebootEvent += Tell;
        Power.OnRebootEvent += Throw;
        Power.OnRebootEvent += Tell;
        Power.OnRebootEvent -= Tell;
        new Thread(Other).Start();
        Thread.Sleep(10);
        Power.RebootDevice();
        Console.WriteLine("went on");
    }

    private static void Tell() => Console.WriteLine("rebooting");

    private static void Throw() => throw new InvalidOperationException("on purpose");

    private static void Other()
    {
        while (true) Thread.Sleep(1);
    }
}
