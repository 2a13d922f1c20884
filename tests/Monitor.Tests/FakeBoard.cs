using System.Text;

using Hardware.Cli;
using Hardware.Monitor;
using Hardware.Serial;

namespace Monitor.Tests;

/// <summary>A board on a serial line, in virtual time: what it does is planned, and happens while the session waits for its port.
/// </summary>
/// <remarks>As the runtime: silent or raw until pinged, then packets; it answers a while after each reset. At a wrong speed
/// either side hears what a UART would. Not modelled: the time that bytes take.</remarks>
internal sealed class FakeBoard : IPortSource, IWireProtocolSink
{
    private const int ReadyMilliseconds = 185;

    private readonly PriorityQueue<Action, (long At, int Order)> _plan = new();
    private readonly Queue<byte> _line = new();
    private readonly WireProtocolWriter _writer = new(hasCrcs: false);
    private readonly WireProtocolReader _reader;
    private readonly CancellationTokenSource _end = new();
    private long _readyAt;
    private bool _isPinged;
    private bool _isPlugged = true;
    private int _portBaud;
    private int _planned;

    internal FakeBoard() => _reader = new WireProtocolReader(this);

    internal VirtualTime Time { get; } = new();

    internal int Baud { get; init; } = 115200;

    /// <summary>True: an STM32's runtime. False: an ESP32's.</summary>
    internal bool TextNeedsPing { get; init; } = true;

    /// <summary>False: firmware of another kind.</summary>
    internal bool Answers { get; init; } = true;

    /// <summary>It has no power until then.</summary>
    internal long StartsAt
    {
        init => _readyAt = value;
    }

    /// <summary>True: what the port sends comes back.</summary>
    internal bool Echoes { get; init; }

    /// <summary>True: the port takes one write and never gets it out.</summary>
    internal bool IsStuck { get; init; }

    /// <summary>When the host pinged, heard or not.</summary>
    internal List<long> Pings { get; } = [];

    /// <summary>Writes that were no ping as it should be.</summary>
    internal int OtherWrites { get; private set; }

    /// <summary>Speeds the port was set to, in order.</summary>
    internal List<int> Speeds { get; } = [];

    internal byte[] BootPacket => _writer.Packet(WirePacket.PingCommand, WirePacket.NonCritical | WirePacket.NoCaching, 0, []);

    internal WireProtocolWriter Writer => _writer;

    /// <summary>Plans something.</summary>
    internal FakeBoard At(long milliseconds, Action action)
    {
        _plan.Enqueue(action, (milliseconds, _planned++));
        return this;
    }

    internal FakeBoard PrintAt(long milliseconds, string text) => At(milliseconds, () => Print(text));

    internal FakeBoard SendAt(long milliseconds, byte[] bytes) => At(milliseconds, () => Send(bytes));

    /// <summary>The reset button; the runtime is there a while later.</summary>
    internal FakeBoard ResetAt(long milliseconds) => At(milliseconds, () =>
    {
        _isPinged = false;
        _readyAt = Time.Milliseconds + ReadyMilliseconds;
        if (Answers) At(_readyAt, () => Send(BootPacket));
    });

    internal FakeBoard UnplugAt(long milliseconds) => At(milliseconds, () => _isPlugged = _isPinged = false);

    internal FakeBoard PlugAt(long milliseconds) => At(milliseconds, () => _isPlugged = true);

    /// <summary>The firmware prints: what happens to the text depends on whether a host has pinged.</summary>
    internal void Print(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        if (_isPinged) Send(_writer.Message(bytes));
        else if (!TextNeedsPing) Send(bytes);
    }

    internal void Send(byte[] bytes) => Send(bytes, Baud);

    /// <summary>Sends at a speed of its own, as a boot ROM.</summary>
    internal void Send(byte[] bytes, int baud)
    {
        if (!_isPlugged) return;
        foreach (byte one in Uart.Hear(bytes, baud, _portBaud)) _line.Enqueue(one);
    }

    /// <summary>Lets a session watch the board for so long.</summary>
    internal SessionRecord Watch(SessionOptions options, long untilMilliseconds, Stream? output = null, bool hasLog = true)
    {
        At(untilMilliseconds, _end.Cancel);
        var text = new MemoryStream();
        var notices = new StringWriter { NewLine = "\n" };
        var stream = new LastingStream(output ?? text);
        using var screen = new Screen(new StreamWriter(stream), notices, clock: null);
        var log = new LogBytes(Time);
        var session = new MonitorSession(options, this, () => stream.Fault, screen, hasLog ? [log] : [], Time);
        SessionEnd end = session.Run(session.Open(), _end.Token);
        return new SessionRecord(end, Encoding.UTF8.GetString(text.ToArray()), notices.ToString(), log);
    }

    ISerialPort IPortSource.Open(int baud)
    {
        if (!_isPlugged) throw SerialPortException.NotFound("fake");
        var port = new Port(this);
        port.SetBaud(baud);
        _line.Clear();
        return port;
    }

    bool IPortSource.Wait(int milliseconds, CancellationToken end)
    {
        Pass(Time.Milliseconds + milliseconds, () => end.IsCancellationRequested);
        return !end.IsCancellationRequested;
    }

    void IWireProtocolSink.Text(ReadOnlySpan<byte> text)
    {
    }

    void IWireProtocolSink.PacketHidden(WirePacket packet)
    {
        if (packet.Command != WirePacket.PingCommand || packet.Flags != 0 || !Answers || Time.Milliseconds < _readyAt) return;
        _isPinged = true;
        byte[] reply = _writer.PingReply(packet);
        At(Time.Milliseconds + 5, () => Send(reply));
    }

    void IWireProtocolSink.PacketDamaged()
    {
    }

    /// <summary>Time goes on until then, or until something is the case.</summary>
    private void Pass(long until, Func<bool> isEnough)
    {
        while (!isEnough() && _plan.TryPeek(out _, out (long At, int) next) && next.At <= until)
        {
            Time.Milliseconds = Math.Max(Time.Milliseconds, next.At);
            _plan.Dequeue()();
        }

        if (!isEnough()) Time.Milliseconds = until;
        Assert.IsLessThan(3_600_000, Time.Milliseconds, "no end is planned");
    }

    /// <summary>The computer's end of the line.</summary>
    private sealed class Port(FakeBoard board) : ISerialPort
    {
        private bool _isSending;

        public int Read(Span<byte> buffer, int timeoutMilliseconds)
        {
            board.Pass(board.Time.Milliseconds + timeoutMilliseconds,
                () => board._line.Count > 0 || !board._isPlugged || board._end.IsCancellationRequested);
            if (!board._isPlugged) throw SerialPortException.Gone("fake");
            int count = 0;
            while (count < buffer.Length && board._line.TryDequeue(out byte one)) buffer[count++] = one;
            return count;
        }

        public bool Write(ReadOnlySpan<byte> bytes)
        {
            if (_isSending) return false;
            _isSending = board.IsStuck;
            WirePacket ping = default;
            bool isPing = bytes.Length == WirePacket.HeaderBytes + 8
                && (ping = WirePacket.Parse(bytes)) is { Command: WirePacket.PingCommand, Flags: 0, PayloadBytes: 8 }
                && bytes[(WirePacket.HeaderBytes + 4)..].IndexOfAnyExcept((byte)0) < 0;
            if (isPing) board.Pings.Add(board.Time.Milliseconds);
            else board.OtherWrites++;
            board._reader.Read(Uart.Hear(bytes.ToArray(), board._portBaud, board.Baud));
            if (board.Echoes) board.Send(bytes.ToArray(), board._portBaud);
            return true;
        }

        public void SetBaud(int baud)
        {
            board._portBaud = baud;
            board.Speeds.Add(baud);
        }

        public void Dispose()
        {
        }
    }
}

/// <summary>What came of a session.</summary>
internal sealed record SessionRecord(SessionEnd End, string Text, string Notices, LogBytes Log);

/// <summary>A log file, with the time at which each line was whole.</summary>
internal sealed class LogBytes(VirtualTime time) : ITextSink
{
    private readonly StringBuilder _text = new();

    internal string Text => _text.ToString();

    internal List<(string Line, long At)> Lines { get; } = [];

    public void Write(ReadOnlySpan<byte> text)
    {
        _text.Append(Encoding.UTF8.GetString(text));
        string[] lines = Text.Split('\n');
        for (int i = Lines.Count; i < lines.Length - 1; i++) Lines.Add((lines[i], time.Milliseconds));
    }

    public void Flush()
    {
    }

    public void Break()
    {
    }

    public void Dispose()
    {
    }
}
