using System.Diagnostics;

namespace Hardware.Cli;

/// <summary>One line of a terminal that says how far long work is. Where there is no terminal it says nothing.</summary>
/// <remarks>It comes after a second and changes at most once a second. Members may be called from any thread.</remarks>
/// <param name="terminal">The terminal; null: there is none.</param>
public sealed class ProgressLine(TextWriter? terminal) : IDisposable
{
    private const string ClearLine = "\r\u001b[K";

    private static readonly TimeSpan s_every = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private long _shownAt = Stopwatch.GetTimestamp();
    private bool _isShown;
    private bool _isInLine;
    private bool _isClosed;

    /// <summary>Shows how far it is.</summary>
    public void Show(string text)
    {
        if (terminal is null) return;
        lock (_gate)
        {
            if (_isClosed || _isInLine || Stopwatch.GetElapsedTime(_shownAt) < s_every) return;
            _shownAt = Stopwatch.GetTimestamp();
            _isShown = true;
            terminal.Write($"{ClearLine}{text}");
            terminal.Flush();
        }
    }

    /// <summary>Shows how far it is.</summary>
    /// <param name="done">How many of them are done.</param>
    /// <param name="all">How many there are.</param>
    /// <param name="what">What they are.</param>
    public void Show(long done, long all, string what) => Show($"{done} of {all} {what}");

    /// <summary>Writes what another program prints. The line makes room for it, and does not come back before it has ended its
    /// own line and been silent for a second.</summary>
    /// <param name="writer">Where it goes.</param>
    /// <param name="text">Any part of what it prints.</param>
    public void Pass(TextWriter writer, string text)
    {
        if (text.Length == 0) return;
        lock (_gate)
        {
            Clear();
            writer.Write(text);
            writer.Flush();
            _isInLine = !text.EndsWith('\n');
            _shownAt = Stopwatch.GetTimestamp();
        }
    }

    /// <summary>Takes the line away, for good.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _isClosed = true;
            Clear();
        }
    }

    /// <summary>Takes the line away until the next <see cref="Show(string)"/>, so that something else can be written.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            if (!_isShown) return;
            _isShown = false;
            terminal!.Write(ClearLine);
            terminal.Flush();
        }
    }
}
