using System.Runtime.InteropServices;

namespace Hardware.Cli;

/// <summary>While it lives, Ctrl-C and the signals that ask a program to end do not end it at once: they ask it to. The second
/// one is for somebody who cannot wait: the system ends the program.</summary>
public sealed class StopRequest : IDisposable
{
    private readonly CancellationTokenSource _asked = new();
    private readonly PosixSignalRegistration[] _signals;

    /// <summary>Begins to listen.</summary>
    public StopRequest() =>
        _signals =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGINT, Ask),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, Ask),
            PosixSignalRegistration.Create(PosixSignal.SIGHUP, Ask),
        ];

    /// <summary>Cancelled: the program was asked to end.</summary>
    public CancellationToken Token => _asked.Token;

    /// <summary>Listens no more.</summary>
    public void Dispose()
    {
        foreach (PosixSignalRegistration signal in _signals) signal.Dispose();
        _asked.Dispose();
    }

    private void Ask(PosixSignalContext context)
    {
        context.Cancel = !_asked.IsCancellationRequested;
        _asked.Cancel();
    }
}
