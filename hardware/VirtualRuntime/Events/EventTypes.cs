namespace nanoFramework.Runtime.Events;

/// <summary>Who raises an event: bits 8 to 15 of its first data word.</summary>
public enum EventCategory
{
    /// <summary>Nobody that is known.</summary>
    Unknown = 0,

    /// <summary>The program itself.</summary>
    Custom = 10,

    /// <summary>A pin.</summary>
    Gpio = 20,

    /// <summary>A serial port.</summary>
    SerialDevice = 30,

    /// <summary>A network interface.</summary>
    Network = 40,

    /// <summary>A WiFi adapter.</summary>
    WiFi = 50,

    /// <summary>A CAN bus.</summary>
    Can = 60,

    /// <summary>A storage device.</summary>
    Storage = 70,

    /// <summary>A radio.</summary>
    Radio = 80,

    /// <summary>The ESP32's microsecond timer.</summary>
    HighResolutionTimer = 90,

    /// <summary>A Bluetooth adapter.</summary>
    Bluetooth = 100,

    /// <summary>A USB device.</summary>
    Usb = 110,

    /// <summary>A touch panel.</summary>
    Touch = 120,

    /// <summary>A gesture on a touch panel.</summary>
    Gesture = 130,

    /// <summary>An OpenThread network.</summary>
    OpenThread = 140,

    /// <summary>An ESP-NOW peer.</summary>
    EspNow = 150,
}

/// <summary>Takes events of the native side, on the interrupt thread.</summary>
/// <param name="data1">Bits 0 to 7: what happened, in the words of the category; 8 to 15: the category; 16 to 31: a number, for
/// GPIO that of the pin.</param>
/// <param name="data2">More of it; for GPIO 0 when the pin went low, otherwise it went high.</param>
/// <param name="time">When the interrupt routine noted it: units of 100 ns since the chip's start, in steps of the runtime's
/// clock, counted from the year 1601.</param>
public delegate void NativeEventHandler(uint data1, uint data2, DateTime time);

/// <summary>Is told of the events of a category.</summary>
public interface IEventListener
{
    /// <summary>It has been added to the sink.</summary>
    void InitializeForEventSource();

    /// <summary>An event. Of a filter: false keeps it from the listener.</summary>
    bool OnEvent(BaseEvent ev);
}

/// <summary>Makes an event of a category from the native side's words.</summary>
public interface IEventProcessor
{
    /// <summary>As <see cref="NativeEventHandler"/>.</summary>
    BaseEvent ProcessEvent(uint data1, uint data2, DateTime time);
}
