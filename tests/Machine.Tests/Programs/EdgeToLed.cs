using System;
using System.Device.Gpio;
using System.Threading;
using Workqueues;
using Workqueues.Gpio;

/// <summary>The shortest way from an edge to a LED through the library: the times of its stations, in ticks of 100 ns.</summary>
public static class EdgeToLed
{
    private static Workqueue s_queue;
    private static Work s_item;
    private static GpioPin s_led;
    private static long s_topHalf;

    public static void Main()
    {
        GpioController controller = new GpioController();
        s_led = controller.OpenPin(30, PinMode.Output);
        GpioPin button = controller.OpenPin(45, PinMode.Input);
        s_queue = Workqueue.Create("led");
        s_item = new Work(Light, "light");
        new InterruptLine(button, PinEventTypes.Rising | PinEventTypes.Falling, TopHalf, "button");
        Thread.Sleep(3000);
    }

    private static void TopHalf(InterruptLine line, PinEventTypes edge)
    {
        s_topHalf = DateTime.UtcNow.Ticks;
        s_queue.Queue(s_item);
    }

    private static void Light(Work work) => s_led.Write(s_led.Read() == PinValue.High ? PinValue.Low : PinValue.High);
}
