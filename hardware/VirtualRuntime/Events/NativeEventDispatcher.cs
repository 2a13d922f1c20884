using VirtualRuntime;

namespace nanoFramework.Runtime.Events;

/// <summary>A source of events in native code. The native side looks at <see cref="threadSpawn"/> when an event's turn has come,
/// and calls what stands there.</summary>
public class NativeEventDispatcher : IDisposable
{
    /// <summary>What the native side calls.</summary>
    protected NativeEventHandler? threadSpawn;

    /// <summary>Those that <see cref="OnInterrupt"/> was given.</summary>
    protected NativeEventHandler? callbacks;

    /// <summary>It is disposed.</summary>
    protected bool disposed;

    /// <summary>Connects to a driver, which has one dispatcher: the last one.</summary>
    public NativeEventDispatcher(string driverName, ulong driverData) => throw NoHardware.Here;

    /// <summary>An event; on the interrupt thread, one at a time.</summary>
    public event NativeEventHandler? OnInterrupt
    {
        add => throw NoHardware.Here;
        remove => throw NoHardware.Here;
    }

    /// <summary>Lets the driver interrupt.</summary>
    public virtual void EnableInterrupt() => throw NoHardware.Here;

    /// <summary>The opposite.</summary>
    public virtual void DisableInterrupt() => throw NoHardware.Here;

    /// <summary>Leaves the driver without a dispatcher.</summary>
    public void Dispose() => throw NoHardware.Here;

    /// <summary>The same.</summary>
    protected virtual void Dispose(bool disposing) => throw NoHardware.Here;
}
