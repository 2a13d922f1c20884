using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Text;

namespace Hardware.Machine;

/// <summary>A line of the serial log.</summary>
/// <param name="Nanoseconds">When its last byte had left, since power-on.</param>
/// <param name="Thread">Who wrote it.</param>
/// <param name="Text">Without its line end.</param>
/// <param name="Instructions">Executed until then.</param>
/// <param name="Calls">Made until then.</param>
/// <param name="AllocatedBytes">Allocated until then.</param>
public readonly record struct LogLine(
    long Nanoseconds, string Thread, string Text, long Instructions, long Calls, long AllocatedBytes);

/// <summary>An exception that nothing in the firmware caught.</summary>
/// <param name="Nanoseconds">When, since power-on.</param>
/// <param name="Thread">The thread, which it ended; a callback or an event of a system thread, which it ended.</param>
/// <param name="Exception">The exception.</param>
/// <param name="Stack">Where it was thrown, innermost first; with file and line where there are symbols.</param>
public sealed record UnhandledException(long Nanoseconds, string Thread, Exception Exception, IReadOnlyList<string> Stack);

/// <summary>What the firmware prints. Printing holds the caller until the bytes are on their way.</summary>
internal sealed class SerialLog(Action<LogLine>? written)
{
    private readonly List<LogLine> _lines = [];
    private readonly List<UnhandledException> _unhandled = [];
    private readonly StringBuilder _open = new(); // a line without its end

    internal long Writes { get; private set; }

    /// <summary>See <see cref="Outside.OnLine"/>.</summary>
    internal Action<string>? Writing { get; set; }

    /// <summary>What a write that fails throws, where the run was told otherwise than by its options.</summary>
    internal Func<Exception>? Failure { get; set; }

    internal IReadOnlyList<LogLine> Lines => _lines;

    internal IReadOnlyList<UnhandledException> UnhandledExceptions => _unhandled;

    /// <exception cref="Exception">This write shall fail: nothing of it is in the log.</exception>
    internal void Write(Core core, string text, bool isLine)
    {
        Writing?.Invoke(text);
        if (core.FailingLines.Fails(++Writes, text)) throw (Failure ?? core.Options.LogLineFailure)();
        int bytes = text.Length + (isLine ? 2 : 0);
        core.Spend(core.Profile.LogCallNanoseconds + core.Profile.SerialNanoseconds(bytes));
        _open.Append(text);
        if (isLine) _open.Append('\n');
        string open = _open.ToString();
        bool isLast = false;
        int end;
        while ((end = open.IndexOf('\n')) >= 0)
        {
            Usage usage = core.Usage;
            LogLine line = new(core.Now, core.Scheduler.Current.Name, open[..end].TrimEnd('\r'),
                usage.Instructions, usage.Calls, usage.Bytes);
            _lines.Add(line);
            core.Observer?.Printed(line);
            written?.Invoke(line);
            if (core.Options.UntilText is { } last && line.Text.Contains(last, StringComparison.Ordinal)) isLast = true;
            open = open[(end + 1)..];
        }

        _open.Clear().Append(open);
        if (isLast) core.Scheduler.Finish(RunEnd.TextCame);
    }

    internal IReadOnlyList<UnhandledException> TakeUnhandled()
    {
        UnhandledException[] taken = [.. _unhandled];
        _unhandled.Clear();
        return taken;
    }

    internal void Unhandled(FirmwareThread thread, Exception exception) =>
        _unhandled.Add(new UnhandledException(
            Core.Current.Now, thread.Name, exception, Machine.Frames(new StackTrace(exception, fNeedFileInfo: true))));
}
