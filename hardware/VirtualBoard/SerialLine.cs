using System.Diagnostics;
using System.Text;
using Hardware.Serial;

namespace VirtualBoard;

#pragma warning disable CA1416 // Open is the only way in, and it refuses on Windows

/// <summary>The serial cable: the log on a pseudo terminal, as a board's runtime sends it, where a monitor reads it.</summary>
/// <remarks>
/// <para>At power-on the runtime tells by one packet that it is there. Until a host has pinged it over the Wire Protocol it sends
/// text raw, as on an ESP32, or not at all, as on an STM32; from then on in packets. It answers a ping, and refuses all other
/// commands. (nf-interpreter: <c>CLR_DBG_Debugger::Monitor_Ping</c>, <c>CLR_Debug::Emit</c>.)</para>
/// <para>A line that nobody takes is lost and counted, as on a UART: the firmware never waits for a listener.</para>
/// </remarks>
public sealed class SerialLine : ISerialListener, IDisposable
{
    private const int PollMilliseconds = 20;

    // So long a board waits for the rest of a packet.
    private const int PacketMilliseconds = 2000;

    private readonly PseudoTerminal _terminal;
    private readonly bool _textNeedsPing;
    private readonly Lock _wire = new();                // all fields below, and writing to the terminal
    private readonly WireProtocolWriter _writer = new(hasCrcs: false);
    private bool _isPinged;
    private long _unsentBytes;

    private Thread? _receiver;
    private volatile bool _isOff;

    private SerialLine(PseudoTerminal terminal, bool textNeedsPing)
    {
        _terminal = terminal;
        _textNeedsPing = textNeedsPing;
    }

    /// <summary>What a monitor opens.</summary>
    public string Path => _terminal.Path;

    /// <summary>Bytes that nobody took, and text from before the first ping that was not sent.</summary>
    public long LostBytes
    {
        get
        {
            lock (_wire) return _terminal.DroppedBytes + _unsentBytes;
        }
    }

    /// <summary>True: a host has pinged.</summary>
    public bool IsPinged
    {
        get
        {
            lock (_wire) return _isPinged;
        }
    }

    /// <summary>Makes one. The board has no power yet.</summary>
    /// <param name="textNeedsPing">True: no text until a host has pinged. False: raw text until then.</param>
    /// <exception cref="UsageException">The system has none.</exception>
    public static SerialLine Open(bool textNeedsPing)
    {
        if (OperatingSystem.IsWindows()) throw new UsageException("--serial-port: Windows has no pseudo terminals; use --log");
        try
        {
            return new SerialLine(PseudoTerminal.Open(), textNeedsPing);
        }
        catch (IOException exception)
        {
            throw new UsageException($"--serial-port: {exception.Message}");
        }
    }

    /// <summary>Waits until somebody listens.</summary>
    /// <returns>False: nobody came.</returns>
    public bool WaitForListener(TimeSpan timeout) => WaitUntil(() => _terminal.HasListener, timeout);

    /// <summary>Waits until a host has pinged.</summary>
    /// <returns>False: none did.</returns>
    public bool WaitForPing(TimeSpan timeout) => WaitUntil(() => IsPinged, timeout);

    /// <summary>The runtime starts: it says that it is there, and listens.</summary>
    public void PowerOn()
    {
        const uint fromTheBoard = WirePacket.NonCritical | WirePacket.NoCaching;
        lock (_wire) _terminal.Write(_writer.Packet(WirePacket.PingCommand, fromTheBoard, replyTo: 0, []));
        _receiver = new Thread(Listen) { Name = "serial receiver", IsBackground = true };
        _receiver.Start();
    }

    /// <inheritdoc/>
    public void Receive(string line)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(line + "\n");
        lock (_wire)
        {
            if (!_isPinged && _textNeedsPing)
            {
                _unsentBytes += bytes.Length;
                return;
            }

            if (_isPinged) bytes = _writer.Message(bytes);
            _terminal.Write(bytes);
        }
    }

    /// <summary>Power is off. Leaves the listener time to fetch what is on its way (closing the terminal would discard it), then
    /// takes the port away. Ends early when the listener leaves.</summary>
    public void Dispose()
    {
        _isOff = true;
        _receiver?.Join();
        WaitUntil(() => !_terminal.HasListener, TimeSpan.FromSeconds(2));
        _terminal.Dispose();
    }

    private static bool WaitUntil(Func<bool> condition, TimeSpan timeout)
    {
        long start = Stopwatch.GetTimestamp();
        while (!condition())
        {
            if (Stopwatch.GetElapsedTime(start) > timeout) return false;
            Thread.Sleep(PollMilliseconds);
        }

        return true;
    }

    private void Listen()
    {
        var reader = new WireProtocolReader(new Commands(this));
        var buffer = new byte[256];
        int silentMilliseconds = 0;
        while (!_isOff)
        {
            int bytes = _terminal.Read(buffer, PollMilliseconds);
            if (bytes > 0)
            {
                silentMilliseconds = 0;
                reader.Read(buffer.AsSpan(0, bytes));
                continue;
            }

            if (!_terminal.HasListener) Thread.Sleep(PollMilliseconds);
            silentMilliseconds += PollMilliseconds;
            if (silentMilliseconds >= PacketMilliseconds) reader.Flush();
        }
    }

    private void Obey(WirePacket packet)
    {
        // A complaint about a packet carries the number of a ping and is none.
        if ((packet.Flags & WirePacket.NotAcknowledged) != 0) return;
        bool isPing = packet.Command == WirePacket.PingCommand;
        lock (_wire)
        {
            _isPinged |= isPing;
            if ((packet.Flags & (WirePacket.NonCritical | WirePacket.Reply)) != 0) return;
            _terminal.Write(isPing ? _writer.PingReply(packet) : _writer.Refusal(packet));
        }
    }

    // What the host sends: packets count, everything else is noise.
    private sealed class Commands(SerialLine line) : IWireProtocolSink
    {
        public void Text(ReadOnlySpan<byte> text)
        {
        }

        public void PacketHidden(WirePacket packet) => line.Obey(packet);

        public void PacketDamaged()
        {
        }
    }
}
