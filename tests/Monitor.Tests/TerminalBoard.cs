using System.Runtime.Versioning;
using System.Text;

using Hardware.Serial;

namespace Monitor.Tests;

/// <summary>A board on a pseudo terminal: answers pings, from then on sends packets.</summary>
[UnsupportedOSPlatform("windows")]
internal sealed class TerminalBoard : IWireProtocolSink, IDisposable
{
    private const int PatienceMilliseconds = 30_000;

    private readonly PseudoTerminal _terminal = PseudoTerminal.Open();
    private readonly WireProtocolWriter _writer = new(hasCrcs: false);
    private readonly ManualResetEventSlim _pinged = new();
    private readonly Thread _listener;
    private volatile bool _isOff;

    internal TerminalBoard()
    {
        _listener = new Thread(Listen);
        _listener.Start();
    }

    internal string Path => _terminal.Path;

    internal void WaitForPing() => Assert.IsTrue(_pinged.Wait(PatienceMilliseconds), "nobody pinged");

    internal void Print(string text)
    {
        WaitForPing();
        lock (_writer) Assert.IsTrue(_terminal.WriteAll(_writer.Message(Encoding.UTF8.GetBytes(text)), PatienceMilliseconds));
    }

    public void Dispose()
    {
        _isOff = true;
        _listener.Join();
        _terminal.Dispose();
        _pinged.Dispose();
    }

    void IWireProtocolSink.Text(ReadOnlySpan<byte> text)
    {
    }

    void IWireProtocolSink.PacketHidden(WirePacket packet)
    {
        lock (_writer) _terminal.WriteAll(_writer.PingReply(packet), PatienceMilliseconds);
        _pinged.Set();
    }

    void IWireProtocolSink.PacketDamaged()
    {
    }

    private void Listen()
    {
        var reader = new WireProtocolReader(this);
        var buffer = new byte[256];
        while (!_isOff)
        {
            int bytes = _terminal.Read(buffer, 10);
            if (bytes > 0) reader.Read(buffer.AsSpan(0, bytes));
            else if (!_terminal.HasListener) Thread.Sleep(1);
        }
    }
}
