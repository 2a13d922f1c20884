using System;
using System.Device.Gpio;
using System.Threading;

// Counts the edges of the button without a word, and tells the sum when it has been quiet for a second.
public static class Counts
{
    private static int s_edges;

    public static void Main()
    {
        GpioPin button = new GpioController().OpenPin(45, PinMode.InputPullUp);
        button.ValueChanged += (sender, e) => s_edges++;
        int before = -1;
        while (before != s_edges || before == 0)
        {
            before = s_edges;
            Thread.Sleep(1000);
        }

        Console.WriteLine(before.ToString() + " edges");
        Thread.Sleep(Timeout.Infinite);
    }
}
