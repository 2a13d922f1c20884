using System.Device.Gpio;
using System.Threading;
using Workqueues;
using Workqueues.Gpio;

/// <summary>The shortest way from an edge to a LED through the library: the wires tell how long it takes.</summary>
public static class EdgeToLed
{
    private static Workqueue s_queue;
    private static Work s_item;
    private static GpioPin s_led;
    private static bool s_isOn;

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

    private static void TopHalf(InterruptLine line, PinEventTypes edge) => s_queue.Queue(s_item);

    private static void Light(Work work)
    {
        s_isOn = !s_isOn;
        s_led.Write(s_isOn ? PinValue.High : PinValue.Low);
    }
}
