using System;
using System.Device.Gpio;
using System.Threading;

// Prints every edge of two pins; its wires are the user's own.
public static class Echo
{
    public static void Main()
    {
        GpioController controller = new GpioController();
        GpioPin led = controller.OpenPin(4, PinMode.Output);
        for (int i = 5; i <= 6; i++)
        {
            GpioPin pin = controller.OpenPin(i, PinMode.InputPullUp);
            pin.ValueChanged += (sender, e) =>
            {
                led.Toggle();
                Console.WriteLine(Environment.TickCount64.ToString() + " ms: pin " + e.PinNumber.ToString()
                    + (e.ChangeType == PinEventTypes.Rising ? " rises" : " falls"));
            };
        }

        Thread.Sleep(Timeout.Infinite);
    }
}
