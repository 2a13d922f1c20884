using System;
using nanoFramework.Runtime.Native;

public static class Reboots
{
    public static void Main()
    {
        Console.WriteLine("once");
        Power.RebootDevice(RebootOption.ClrOnly);
    }
}
