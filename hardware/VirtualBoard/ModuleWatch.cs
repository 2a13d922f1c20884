namespace VirtualBoard;

/// <summary>Reads in the log whether the firmware's module is unloaded.</summary>
public sealed class ModuleWatch : ISerialListener
{
    private const string Module = "button_module:";
    private const string Unloaded = "button_module: unloaded";

    private readonly object _gate = new();
    private bool _isUnloaded;

    /// <summary>True: the last that the log says of the module is that it is unloaded.</summary>
    public bool IsUnloaded
    {
        get
        {
            lock (_gate) return _isUnloaded;
        }
    }

    /// <inheritdoc/>
    public void Receive(string line)
    {
        if (!line.Contains(Module, StringComparison.Ordinal)) return;
        lock (_gate)
        {
            _isUnloaded = line.Contains(Unloaded, StringComparison.Ordinal);
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Waits until it is unloaded.</summary>
    /// <returns>False: not in time.</returns>
    public bool WaitUntilUnloaded(TimeSpan timeout)
    {
        long start = Environment.TickCount64;
        lock (_gate)
        {
            while (!_isUnloaded)
            {
                TimeSpan left = timeout - TimeSpan.FromMilliseconds(Environment.TickCount64 - start);
                if (left <= TimeSpan.Zero || !Monitor.Wait(_gate, left)) return _isUnloaded;
            }

            return true;
        }
    }
}
