using Hardware.Serial;

namespace Hardware.Monitor;

/// <summary>How a session behaves.</summary>
/// <param name="Port">The port's path.</param>
/// <param name="Baud">Its speed in bits per second.</param>
/// <param name="Reconnects">True: waits for the port when it goes away. False: ends then.</param>
/// <param name="IsVerbose">True: names packets that are no text.</param>
internal sealed record SessionOptions(string Port, int Baud, bool Reconnects, bool IsVerbose);

/// <summary>Carries a board's text from its port to the sinks, over disconnections, until it is told to end.</summary>
/// <remarks><c>port ─► WireProtocolReader ─► this ─► sinks</c>. One thread does everything.</remarks>
internal sealed class MonitorSession : IWireProtocolSink
{
    /// <summary>The longest a request to end may wait for the port.</summary>
    private const int ReadMilliseconds = 100;

    /// <summary>A packet whose rest does not come for so long will not come: the firmware waits as long for a header.</summary>
    private const int SilenceMilliseconds = 2000;

    private const int RetryMilliseconds = 250;

    /// <summary>A port that is there again but does not open: so many tries until the user is told. Some systems need a
    /// moment to set a new device's permissions.</summary>
    private const int QuietRetries = 12;

    private readonly SessionOptions _options;
    private readonly Screen _screen;
    private readonly IReadOnlyList<ITextSink> _sinks;
    private readonly WireProtocolReader _reader;
    private readonly byte[] _buffer = new byte[4096];

    /// <param name="options">How to behave.</param>
    /// <param name="screen">Shows notices; gets the text if it is among the sinks.</param>
    /// <param name="sinks">Get the text, in this order. The caller disposes them.</param>
    internal MonitorSession(SessionOptions options, Screen screen, IReadOnlyList<ITextSink> sinks)
    {
        _options = options;
        _screen = screen;
        _sinks = sinks;
        _reader = new WireProtocolReader(this);
    }

    /// <summary>Reads until asked to end.</summary>
    /// <param name="port">The open port; closed, with its settings restored, on return and on every exception.</param>
    /// <param name="end">Asks to end; heard within a fraction of a second.</param>
    /// <returns>True: ended because asked to. False: the port went away, and the session does not wait for it.</returns>
    /// <exception cref="LogFileException">A sink cannot write.</exception>
    internal bool Run(SerialPort port, CancellationToken end)
    {
        SerialPort? open = port;
        while (open is not null)
        {
            bool isGone;
            using (open)
            {
                _screen.Notice($"{_options.Port} connected, {_options.Baud} 8N1, Ctrl-C ends");
                isGone = !ReadUntilGone(open, end);
                Break();
            }

            if (!isGone) break;
            _screen.Notice($"{_options.Port} disconnected{(_options.Reconnects ? ", waiting" : "")}");
            if (!_options.Reconnects) return Finish(false);
            open = WaitForPort(end);
        }

        return Finish(true);
    }

    void IWireProtocolSink.Text(ReadOnlySpan<byte> text)
    {
        foreach (ITextSink sink in _sinks) sink.Write(text);
    }

    void IWireProtocolSink.PacketHidden(WirePacket packet)
    {
        if (!_options.IsVerbose) return;
        string kind = (packet.Flags & WirePacket.Reply) != 0 ? " reply" : "";
        _screen.Notice($"packet {packet.Name}{kind}, {packet.PayloadBytes} bytes");
    }

    void IWireProtocolSink.PacketDamaged()
    {
        if (_options.IsVerbose) _screen.Notice("damaged packet, its remains follow");
    }

    /// <returns>True: asked to end. False: the device is gone.</returns>
    private bool ReadUntilGone(SerialPort port, CancellationToken end)
    {
        int silentMilliseconds = 0;
        while (!end.IsCancellationRequested)
        {
            int bytes;
            try
            {
                bytes = port.Read(_buffer, ReadMilliseconds);
            }
            catch (SerialPortException exception) when (exception.Fault == SerialPortFault.Gone)
            {
                return false;
            }

            if (bytes > 0)
            {
                silentMilliseconds = 0;
                _reader.Read(_buffer.AsSpan(0, bytes));
                FlushSinks();
            }
            else if (_reader.HeldBytes > 0 && (silentMilliseconds += ReadMilliseconds) >= SilenceMilliseconds)
            {
                silentMilliseconds = 0;
                _reader.Flush();
                FlushSinks();
            }
        }

        return true;
    }

    /// <returns>The port, open again; null: asked to end.</returns>
    private SerialPort? WaitForPort(CancellationToken end)
    {
        int refusals = 0;
        while (!end.WaitHandle.WaitOne(RetryMilliseconds))
        {
            try
            {
                return SerialPort.Open(_options.Port, _options.Baud);
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

    private bool Finish(bool result)
    {
        _screen.Notice($"{_reader.MessageCount} text packets, {_reader.HiddenCount} others, {_reader.DamagedCount} damaged");
        return result;
    }

    private void Break()
    {
        _reader.Flush();
        foreach (ITextSink sink in _sinks) sink.Break();
        FlushSinks();
    }

    private void FlushSinks()
    {
        foreach (ITextSink sink in _sinks) sink.Flush();
    }
}
