using System.Threading;

namespace Hardware.Machine;

/// <summary>Lets one .NET thread go on, and then another: what a semaphore does, but without spinning before it waits. Who waits
/// here mostly waits long, and what it burnt meanwhile the other machines of the process would lack.</summary>
internal sealed class Baton
{
    private readonly object _lock = new();
    private bool _isGiven;

    internal void Release()
    {
        lock (_lock)
        {
            _isGiven = true;
            Monitor.Pulse(_lock);
        }
    }

    internal void Wait()
    {
        lock (_lock)
        {
            while (!_isGiven) Monitor.Wait(_lock);
            _isGiven = false;
        }
    }
}
