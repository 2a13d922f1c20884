namespace Hardware.Monitor;

/// <summary>When to ping the board: from the moment the port is open, and from every sign of a reset on, until it answers.
/// </summary>
/// <remarks>
/// <para>An STM32 board sends no text before a host has pinged it since its reset, and what it prints until then is lost: the
/// first pings follow each other fast. To whom does not answer them, they come rarely.</para>
/// <para>Signs of a reset: the packet that a starting runtime sends; raw text from a board that sends packets; a damaged packet,
/// which may have been that first one. The latter two are no proof, so they are heeded at most once in a while.</para>
/// <para>Times are milliseconds of a clock that goes on.</para>
/// </remarks>
/// <param name="isEnabled">False: never.</param>
internal sealed class PingSchedule(bool isEnabled)
{
    private const int FastMilliseconds = 250;
    private const int SlowMilliseconds = 2000;
    private const int FastPings = 20;

    // After the start of a runtime. Not at once again and again: whoever answers a ping with such a packet would never rest.
    private const int UrgentMilliseconds = 50;

    private const int DoubtMilliseconds = 2000;
    private const long LongAgo = long.MinValue / 2;

    private int _sentPings;
    private bool _isUrgent;
    private long _lastPing = LongAgo;
    private long _lastAnswer = LongAgo;

    /// <summary>True: the board sends packets, as far as one can know.</summary>
    internal bool IsAnswered { get; private set; }

    /// <summary>A port was opened: nothing is known.</summary>
    internal void Start()
    {
        Ask(isUrgent: false);
        SpeedChanged();
    }

    /// <summary>What was sent before was not understood.</summary>
    internal void SpeedChanged() => _lastPing = LongAgo;

    /// <summary>A packet came that a board sends only after a ping.</summary>
    internal void Answered(long now)
    {
        IsAnswered = true;
        _lastAnswer = now;
    }

    /// <summary>The board said that it starts.</summary>
    internal void Restarted() => Ask(isUrgent: true);

    /// <summary>The board may have been reset.</summary>
    internal void Doubt(long now)
    {
        if (IsAnswered && now - _lastAnswer >= DoubtMilliseconds) Ask(isUrgent: false);
    }

    /// <summary>Asks whether a ping should be sent now.</summary>
    internal bool IsDue(long now)
    {
        int pause = _isUrgent ? UrgentMilliseconds : _sentPings < FastPings ? FastMilliseconds : SlowMilliseconds;
        return isEnabled && !IsAnswered && now - _lastPing >= pause;
    }

    /// <summary>One was sent.</summary>
    internal void Sent(long now)
    {
        _isUrgent = false;
        _sentPings++;
        _lastPing = now;
    }

    private void Ask(bool isUrgent)
    {
        IsAnswered = false;
        _isUrgent = isUrgent;
        _sentPings = 0;
    }
}
