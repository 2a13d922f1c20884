using System;
using System.Device.Gpio;
using System.Threading;

/// <summary>Computes while edges come, then tells how many are left.</summary>
public static class Edges
{
    private static int s_count;

    public static void Main()
    {
        GpioPin pin = new GpioController().OpenPin(5, PinMode.Input);
        pin.ValueChanged += OnChanged;
        Thread.Sleep(10);
        while (Environment.TickCount64 < 25)
        {
        }

        Thread.Sleep(200);
        Console.WriteLine(s_count.ToString() + " edges");
    }

    private static void OnChanged(object sender, PinValueChangedEventArgs e) => s_count++;
}
