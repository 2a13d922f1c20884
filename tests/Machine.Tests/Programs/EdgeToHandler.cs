using System.Device.Gpio;
using System.Threading;

/// <summary>Lights the LED in the handler of the edge itself.</summary>
public static class EdgeToHandler
{
    private static GpioPin s_led;
    private static bool s_isOn;

    public static void Main()
    {
        GpioController controller = new GpioController();
        s_led = controller.OpenPin(30, PinMode.Output);
        GpioPin button = controller.OpenPin(45, PinMode.Input);
        button.ValueChanged += OnChanged;
        Thread.Sleep(3000);
    }

    private static void OnChanged(object sender, PinValueChangedEventArgs e)
    {
        s_isOn = !s_isOn;
        s_led.Write(s_isOn ? PinValue.High : PinValue.Low);
    }
}
