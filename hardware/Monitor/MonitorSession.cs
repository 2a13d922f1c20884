using System.Runtime.InteropServices;

using Hardware.Cli;
using Hardware.Serial;

namespace Hardware.Monitor;

/// <summary>Carries a board's text from its port to the sinks, over disconnections, until it is told to end.</summary>
/// <remarks><c>port ─► SpeedSearch, until the speed is known ─► PatientReader ─► this ─► sinks</c>; back to the port go pings
/// only. One thread does everything.</remarks>
internal sealed class MonitorSession : IWireProtocolSink
{
    /// <summary>The longest that a request to end, or a ping that is due, may wait for the port.</summary>
    private const int ReadMilliseconds = 50;

    private const int RetryMilliseconds = 250;

    /// <summary>A port that is there again but does not open: so many tries until the user is told. Some systems need a
    /// moment to set a new device's permissions.</summary>
    private const int QuietRetries = 12;

    /// <summary>So long nothing sensible may come until the user is told.</summary>
    private const int QuietMilliseconds = 5000;

    /// <summary>Garbage for so long: the speed that was found is not the board's. An ESP32's boot ROM speaks at another one for a
    /// fraction of that.</summary>
    private const int GarbageMilliseconds = 2000;

    private const int JudgedBytes = 16;

    private readonly SessionOptions _options;
    private readonly IPortSource _source;
    private readonly Func<StreamFault?> _outputFault;
    private readonly Screen _screen;
    private readonly IReadOnlyList<ITextSink> _others;
    private readonly TimeProvider _clock;
    private readonly long _clockStart;
    private readonly SpeedSearch _search;
    private readonly PatientReader _reader;
    private readonly PingSchedule _pings;
    private readonly WireProtocolWriter _writer = new(hasCrcs: true);
    private readonly byte[] _buffer = new byte[4096];
    private readonly List<byte> _recent = [];
    private long _now;
    private long _openedAt;
    private long? _garbageSince;
    private long _leftOutBytes;
    private long _lineCount;
    private bool _isInsideLine;
    private bool _isSearching;
    private bool _isHeard;
    private bool _isToldQuiet;
    private bool _isToldOutput;

    /// <param name="options">How to behave.</param>
    /// <param name="source">Opens the port.</param>
    /// <param name="outputFault">Why the screen's text reaches nobody any more; null while it does.</param>
    /// <param name="screen">Shows notices, and the text.</param>
    /// <param name="others">Get the text too, in this order; complete when <see cref="Run"/> begins.</param>
    /// <param name="clock">Tells how long things take.</param>
    internal MonitorSession(SessionOptions options, IPortSource source, Func<StreamFault?> outputFault, Screen screen,
        IReadOnlyList<ITextSink> others, TimeProvider clock)
    {
        _options = options;
        _source = source;
        _outputFault = outputFault;
        _screen = screen;
        _others = others;
        _clock = clock;
        _clockStart = clock.GetTimestamp();
        _search = new SpeedSearch(options.Bauds);
        _reader = new PatientReader(this);
        _pings = new PingSchedule(options.Pings == Pings.UntilAnswered);
    }

    /// <summary>Reads until asked to end.</summary>
    /// <param name="port">The open port; closed, with its settings restored, on return and on every exception.</param>
    /// <param name="end">Asks to end; heard within a fraction of a second.</param>
    /// <exception cref="SinkException">A sink cannot write.</exception>
    internal SessionEnd Run(ISerialPort port, CancellationToken end)
    {
        ISerialPort? open = port;
        while (open is not null)
        {
            SessionEnd? reason;
            using (open)
            {
                Start();
                reason = Watch(open, end);
                Break();
            }

            if (reason == SessionEnd.PortGone)
                _screen.Notice($"{_options.Port} disconnected{(_options.Reconnects ? ", waiting" : "")}");
            if (reason != SessionEnd.PortGone || !_options.Reconnects) return Finish(reason.Value);
            open = WaitForPort(end);
        }

        return Finish(SessionEnd.Asked);
    }

    /// <summary>Opens the port at the first speed that it can run at.</summary>
    /// <exception cref="SerialPortException">It cannot be opened.</exception>
    internal ISerialPort Open()
    {
        for (int tries = 1; ; tries++)
        {
            try
            {
                return _source.Open(_search.Baud);
            }
            catch (SerialPortException exception)
                when (exception.Fault == SerialPortFault.BadBaudRate && tries < _options.Bauds.Count)
            {
                _search.Next(_now);
            }
        }
    }

    void IWireProtocolSink.Text(ReadOnlySpan<byte> text)
    {
        _lineCount += text.Count((byte)'\n');
        if (!text.IsEmpty) _isInsideLine = text[^1] != (byte)'\n';
        _screen.Write(text);
        foreach (ITextSink sink in _others) sink.Write(text);
    }

    void IWireProtocolSink.Text(ReadOnlySpan<byte> text, bool isRaw)
    {
        if (isRaw) _pings.Doubt(_now);
        else _pings.Answered(_now);
        ((IWireProtocolSink)this).Text(text);
    }

    void IWireProtocolSink.PacketHidden(WirePacket packet)
    {
        if (packet.IsBoot) _pings.Restarted();
        else if ((packet.Flags & WirePacket.Reply) != 0) _pings.Answered(_now);
        if (!_options.IsVerbose) return;
        string kind = (packet.Flags & WirePacket.Reply) != 0 ? " reply" : "";
        _screen.Notice($"packet {packet.Name}{kind}, {packet.PayloadBytes} bytes");
    }

    void IWireProtocolSink.PacketDamaged()
    {
        _pings.Doubt(_now);
        if (_options.IsVerbose) _screen.Notice("damaged packet, its remains follow");
    }

    private void Start()
    {
        _now = Milliseconds();
        _openedAt = _now;
        _isHeard = false;
        _isToldQuiet = false;
        Begin();
        string speed = _isSearching ? "its speed is being looked for" : $"{_search.Baud} 8N1";
        _screen.Notice($"{_options.Port} connected, {speed}, Ctrl-C ends");
    }

    /// <summary>Nothing is known of the board, the speed neither if there are several.</summary>
    private void Begin()
    {
        _isSearching = _options.Bauds.Count > 1;
        _recent.Clear();
        _garbageSince = null;
        _leftOutBytes = 0;
        _search.Start(_now);
        _pings.Start();
    }

    /// <returns>Why it reads no further.</returns>
    private SessionEnd Watch(ISerialPort port, CancellationToken end)
    {
        try
        {
            while (!end.IsCancellationRequested)
            {
                if (!IsOutputWanted()) return SessionEnd.OutputGone;
                if (_pings.IsDue(_now) && port.Write(_writer.Ping())) _pings.Sent(_now);
                int bytes = port.Read(_buffer, ReadMilliseconds);
                _now = Milliseconds();
                if (_isSearching) Search(port, _buffer.AsSpan(0, bytes));
                else if (bytes > 0) Read(port, _buffer.AsSpan(0, bytes));
                _reader.GiveUpLate(_now, _search.Baud);
                FlushSinks();
                TellIfQuiet();
            }

            return SessionEnd.Asked;
        }
        catch (SerialPortException exception) when (exception.Fault == SerialPortFault.Gone)
        {
            return SessionEnd.PortGone;
        }
    }

    private void Search(ISerialPort port, ReadOnlySpan<byte> bytes)
    {
        SpeedVerdict verdict = _search.Judge(bytes, _now);
        if (verdict == SpeedVerdict.Wait) return;
        if (verdict == SpeedVerdict.Next)
        {
            NextSpeed(port);
            return;
        }

        _isSearching = false;
        _isHeard = true;
        string found = verdict switch
        {
            SpeedVerdict.Answer => "answered a ping",
            SpeedVerdict.Packet => "sends packets",
            _ => "sends readable text",
        };
        string leftOut = _leftOutBytes == 0 ? "" : $"; left out {_leftOutBytes} bytes of garbage heard at other speeds";
        _screen.Notice($"{_search.Baud} baud, {found}{leftOut}");
        _reader.Read(_search.Kept, _now);
    }

    private void NextSpeed(ISerialPort port)
    {
        _leftOutBytes += _search.Kept.Length;
        for (int tries = 0; tries < _options.Bauds.Count; tries++)
        {
            _search.Next(_now);
            try
            {
                port.SetBaud(_search.Baud);
                break;
            }
            catch (SerialPortException exception) when (exception.Fault == SerialPortFault.BadBaudRate)
            {
                // One of them it runs at: it is open.
            }
        }

        _pings.SpeedChanged();
    }

    private void Read(ISerialPort port, ReadOnlySpan<byte> bytes)
    {
        long packets = _reader.Packets.MessageCount + _reader.Packets.HiddenCount;
        _reader.Read(bytes, _now);
        bool isPacket = _reader.Packets.MessageCount + _reader.Packets.HiddenCount > packets;
        _recent.AddRange(bytes);
        if (!isPacket && _recent.Count < JudgedBytes) return;

        bool isSensible = isPacket || SpeedSearch.IsReadable(CollectionsMarshal.AsSpan(_recent));
        _recent.Clear();
        _isHeard |= isSensible;
        _garbageSince = isSensible ? null : _garbageSince ?? _now;
        if (_options.Bauds.Count == 1 || _garbageSince is not { } since || _now - since < GarbageMilliseconds) return;
        _screen.Notice($"nothing but garbage at {_search.Baud} baud any more: looking for the speed again");
        Begin();
        NextSpeed(port);
    }

    private void TellIfQuiet()
    {
        if (_isHeard || _isToldQuiet || _now - _openedAt < QuietMilliseconds) return;
        if (_recent.Count > 0 && SpeedSearch.IsReadable(CollectionsMarshal.AsSpan(_recent))) return;
        _isToldQuiet = true;
        string cause = _options.Pings == Pings.Forbidden
            ? "some boards are silent until a ping comes, and --listen sends none; " : "";
        string speed = _options.Bauds.Count == 1 ? "with that speed" : "at another speed (--baud)";
        _screen.Notice($"nothing sensible at {string.Join(" or ", _options.Bauds)} baud yet: {cause}is the firmware running, "
            + $"and is this the port of its log, {speed}? Still trying");
    }

    /// <returns>False: nobody is left to write for.</returns>
    private bool IsOutputWanted()
    {
        if (_outputFault() is not { } fault || _isToldOutput) return true;
        _isToldOutput = true;
        if (_others.Count == 0) return false;
        _screen.Notice($"standard output: {fault.Message}; the files go on being written");
        return true;
    }

    /// <returns>The port, open again; null: asked to end.</returns>
    private ISerialPort? WaitForPort(CancellationToken end)
    {
        int refusals = 0;
        while (_source.Wait(RetryMilliseconds, end))
        {
            try
            {
                return Open();
            }
            catch (SerialPortException exception)
            {
                bool isRefusal = exception.Fault != SerialPortFault.NotFound;
                refusals = isRefusal ? refusals + 1 : 0;
                if (refusals == QuietRetries) _screen.Notice($"{exception.Message}; waiting");
            }
        }

        return null;
    }

    private SessionEnd Finish(SessionEnd reason)
    {
        WireProtocolReader packets = _reader.Packets;
        _screen.Notice($"{_lineCount} lines; {packets.MessageCount} text packets, {packets.HiddenCount} others, "
            + $"{packets.DamagedCount} damaged");
        return reason;
    }

    private void Break()
    {
        if (_isSearching && SpeedSearch.IsReadable(_search.Kept)) _reader.Read(_search.Kept, _now);
        _reader.Flush();
        if (_isInsideLine) _lineCount++;
        _isInsideLine = false;
        _screen.Break();
        foreach (ITextSink sink in _others) sink.Break();
        FlushSinks();
    }

    private void FlushSinks()
    {
        _screen.Flush();
        foreach (ITextSink sink in _others) sink.Flush();
    }

    private long Milliseconds() => (long)_clock.GetElapsedTime(_clockStart).TotalMilliseconds;
}
