namespace VirtualRuntime;

/// <summary>The runtime's own debounce of one input, as the ESP32 does it: the first edge starts a one-shot timer, edges
/// meanwhile are ignored, and at expiry the pin counts as changed if it then reads the opposite of before.</summary>
/// <remarks>
/// Its quirks are those of the ESP32's sources, kept on purpose:
/// <list type="bullet">
/// <item>the timer runs in ticks of 10 ms, rounded down, at least one;</item>
/// <item>changing one non-zero timeout to another changes nothing: the timer keeps its first length;</item>
/// <item>removing the last handler sets the timeout to 0; the next handler sets it anew from <c>DebounceTimeout</c>.</item>
/// </list>
/// </remarks>
/// <param name="time">Where timers come from.</param>
/// <param name="expired">Called when the timer is over.</param>
internal sealed class Debounce(TimeProvider time, Action expired)
{
    private const uint TickMilliseconds = 10;

    private ITimer? _timer;
    private uint _timeoutMilliseconds;
    private uint _timerMilliseconds;

    /// <summary>True: an edge starts the timer instead of an interrupt.</summary>
    public bool IsOn => _timeoutMilliseconds > 0;

    /// <summary>True: the timer runs, edges are ignored.</summary>
    public bool IsWaiting { get; private set; }

    /// <summary>Sets the timeout, with the quirks above.</summary>
    public void Set(uint timeoutMilliseconds)
    {
        if (_timeoutMilliseconds == 0 && timeoutMilliseconds > 0)
        {
            _timerMilliseconds = Math.Max(timeoutMilliseconds / TickMilliseconds, 1) * TickMilliseconds;
        }

        _timeoutMilliseconds = timeoutMilliseconds;
    }

    /// <summary>The first edge: the one-shot starts.</summary>
    public void Start()
    {
        IsWaiting = true;
        _timer ??= time.CreateTimer(_ => expired(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _timer.Change(TimeSpan.FromMilliseconds(_timerMilliseconds), Timeout.InfiniteTimeSpan);
    }

    /// <summary>The one-shot ended.</summary>
    public void End() => IsWaiting = false;

    /// <summary>The pin is no input any more: timer and timeout are gone.</summary>
    public void Delete()
    {
        _timer?.Dispose();
        _timer = null;
        _timeoutMilliseconds = 0;
        IsWaiting = false;
    }
}
