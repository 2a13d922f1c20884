using System.Device.Gpio;
using System.Threading;
using Workqueues;
using Workqueues.Gpio;

/// <summary>The shortest way from an edge to a LED through the library: the wires tell how long it takes. Each method is a
/// program.</summary>
public static class EdgeToLed
{
    private static Workqueue s_queue;
    private static Work s_item;
    private static GpioPin s_led;
    private static AutoResetEvent s_event = new AutoResetEvent(false);
    private static bool s_isOn;

    /// <summary>An item's handler lights it.</summary>
    public static void InItem()
    {
        GpioPin button = Open();
        s_queue = Workqueue.Create("led");
        s_item = new Work(Light, "light");
        Run(button, QueueItem);
    }

    /// <summary>The top half lights it.</summary>
    public static void InTopHalf() => Run(Open(), LightAtOnce);

    /// <summary>Nobody does: the top half alone.</summary>
    public static void Nowhere() => Run(Open(), DoNothing);

    /// <summary>The platform's own handler does, without the library.</summary>
    public static void InValueChanged()
    {
        Open().ValueChanged += LightAtEdge;
        Thread.Sleep(10_000);
    }

    /// <summary>A thread does that waits for a bare event, without the library.</summary>
    public static void InThread()
    {
        Open().ValueChanged += SetEvent;
        while (true)
        {
            s_event.WaitOne();
            Light(null);
        }
    }

    private static GpioPin Open()
    {
        GpioController controller = new GpioController();
        s_led = controller.OpenPin(30, PinMode.Output);
        return controller.OpenPin(45, PinMode.Input);
    }

    private static void Run(GpioPin button, InterruptHandler handler)
    {
        new InterruptLine(button, PinEventTypes.Rising | PinEventTypes.Falling, handler, "button");
        Thread.Sleep(10_000);
    }

    private static void QueueItem(InterruptLine line, PinEventTypes edge) => s_queue.Queue(s_item);

    private static void LightAtOnce(InterruptLine line, PinEventTypes edge) => Light(null);

    private static void DoNothing(InterruptLine line, PinEventTypes edge)
    {
    }

    private static void LightAtEdge(object sender, PinValueChangedEventArgs e) => Light(null);

    private static void SetEvent(object sender, PinValueChangedEventArgs e) => s_event.Set();

    private static void Light(Work work)
    {
        s_isOn = !s_isOn;
        s_led.Write(s_isOn ? PinValue.High : PinValue.Low);
    }
}
