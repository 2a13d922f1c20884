using VirtualRuntime;

namespace nanoFramework.Runtime.Events;

/// <summary>Where the events of all categories arrive and are handed on: for each category there is room for one processor, one
/// filter and one listener, and another one replaces it.</summary>
public class EventSink : NativeEventDispatcher
{
    private EventSink()
        : base("EventSink", 0)
    {
    }

    /// <summary>Tells a listener of a category's events.</summary>
    public static void AddEventListener(EventCategory eventCategory, IEventListener eventListener) => throw NoHardware.Here;

    /// <summary>Asks a filter before the listener.</summary>
    public static void AddEventFilter(EventCategory eventCategory, IEventListener eventFilter) => throw NoHardware.Here;

    /// <summary>Lets a processor make a category's events.</summary>
    public static void AddEventProcessor(EventCategory eventCategory, IEventProcessor eventProcessor) => throw NoHardware.Here;

    /// <summary>Takes it away, if it is the one.</summary>
    public static void RemoveEventListener(EventCategory eventCategory, IEventListener eventListener) => throw NoHardware.Here;

    /// <summary>Takes it away, if it is the one.</summary>
    public static void RemoveEventFilter(EventCategory eventCategory, IEventListener eventFilter) => throw NoHardware.Here;

    /// <summary>Takes it away, if it is the one.</summary>
    public static void RemoveEventProcessor(EventCategory eventCategory, IEventProcessor eventProcessor) =>
        throw NoHardware.Here;

    /// <summary>Hands an event on as if it had come from the native side, on the calling thread.</summary>
    public static void PostManagedEvent(byte category, byte subCategory, ushort data1, uint data2) => throw NoHardware.Here;
}
