using System;

namespace Workqueues;

/// <summary>The text form of a trace: a line for each record, as Linux's <c>trace_pipe</c> prints it,
/// <c>comm-pid [cpu] flags seconds: event: arguments</c>. The four flags are those of the older kernels, which every reader
/// knows.</summary>
internal sealed class TraceText
{
    private const int InterruptPid = 2;
    private const int TimerPid = 3;
    private const int FirstPid = 16; // of workers and other threads, in the order they appear

    // Letters of a line for one name: a line has three at most, and readers of a serial log keep 4096 bytes of a line.
    private const int NameMax = 1280;
    private const string Cut = "\\..."; // stands for the rest of a name; no escape begins like this
    private const string Hex = "0123456789abcdef";

    // The ring as it was taken: record i, oldest first, is element (_first + i) % length of each array. Nobody writes to it.
    // W: the thread that writes the text.
    private long[]? _times; // W
    private byte[]? _kinds; // W
    private object?[]? _subjects; // W
    private object?[]? _queues; // W
    private object?[]? _actors; // W
    private int[]? _numbers; // W
    private int _first; // W
    private int _count; // W
    private int _lines; // W of all records
    private int _linesWritten; // W
    private long _lost; // W records that newer ones have overwritten

    private object?[]? _who; // W threads and workers that appear, each once
    private object?[]? _works; // W items that appear, each once
    private int _whoCount; // W
    private int _workCount; // W
    private object? _interrupt; // W the thread that ran irq handlers

    /// <summary>Writes what is recorded. Meanwhile nothing is recorded; after it, recording goes on, unless somebody has stopped
    /// it.</summary>
    internal static void Write(TraceLineHandler write)
    {
        TraceText text = new TraceText();
        bool hasLeft = false; // the lock section that takes the ring
        try
        {
            lock (Gate.Lock)
            {
                if (WorkqueueTrace.Times != null) text.TakeLocked();
                WorkqueueTrace.IsOver = false;
                WorkqueueTrace.IsPaused = WorkqueueTrace.Recording != 0;
                WorkqueueTrace.Recording = 0;
            }

            hasLeft = true;
            text.WriteAll(write);
        }
        finally
        {
            // Tried until it is done, and not in a method of its own: on a board a call may throw.
            bool isDone = false;
            while (!isDone)
            {
                try
                {
                    if (!hasLeft) Gate.Leave(Gate.Lock);
                    lock (Gate.Lock)
                    {
                        if (WorkqueueTrace.IsPaused)
                        {
                            WorkqueueTrace.Recording = 1;
                            InterruptContext.IsObserved = true;
                            WorkqueueTrace.IsPaused = false;
                        }

                        isDone = true;
                    }
                }
                catch (Exception)
                {
                    Gate.Retries++;
                    Gate.Reserve = null;
                    Gate.Leave(Gate.Lock);
                }
            }
        }
    }

    // Takes the ring over: who goes on recording needs another one, or waits.
    private void TakeLocked()
    {
        long written = WorkqueueTrace.Written;
        _times = WorkqueueTrace.Times!;
        _kinds = WorkqueueTrace.Kinds;
        _subjects = WorkqueueTrace.Subjects;
        _queues = WorkqueueTrace.Queues;
        _actors = WorkqueueTrace.Actors;
        _numbers = WorkqueueTrace.Numbers;
        _count = written < _times.Length ? (int)written : _times.Length;
        _first = written < _times.Length ? 0 : WorkqueueTrace.Next;
        _lost = written - _count;
    }

    // The header and a line or two for each record, until the text is over.
    private void WriteAll(TraceLineHandler write)
    {
        FindWho();
        _lines = _count;
        for (int i = 0; i < _count; i++)
        {
            if (_kinds![i] == TraceRecord.QueueWork) _lines++;
        }

        WriteHeader(write);
        for (int i = 0; i < _count; i++)
        {
            if (WorkqueueTrace.IsOver)
            {
                write("# ended early after " + _linesWritten.ToString() + " of " + _lines.ToString() + " records");
                return;
            }

            Write(write, (_first + i) % _times!.Length);
            _linesWritten++;
        }
    }

    // Workers first: they get the low numbers, and a thread that queues is known by its worker.
    private void FindWho()
    {
        _who = new object?[_count];
        _works = new object?[_count];
        for (int i = 0; i < _count; i++)
        {
            int k = (_first + i) % _times!.Length;
            if (_kinds![k] == TraceRecord.IrqEntry) _interrupt = _actors![k];
            else if (_kinds[k] == TraceRecord.ExecuteStart) Find(_who, ref _whoCount, _actors![k]!);
        }
    }

    private void WriteHeader(TraceLineHandler write)
    {
        write("# tracer: nop");
        write("#");
        write("# entries-in-buffer/entries-written: " + _lines.ToString() + "/" + (_lines + _lost).ToString() + "   #P:"
            + Processor.Count.ToString());
        write("#");
        write("#                              _-----=> irqs-off");
        write("#                             / _----=> need-resched");
        write("#                            | / _---=> hardirq/softirq");
        write("#                            || / _--=> preempt-depth");
        write("#                            ||| /     delay");
        write("#           TASK-PID   CPU#  ||||   TIMESTAMP  FUNCTION");
        write("#              | |       |   ||||      |         |");
    }

    private void Write(TraceLineHandler write, int record)
    {
        long microseconds = _times![record];
        byte kind = _kinds![record];
        int number = _numbers![record];
        string head = Head(microseconds, _actors![record]);
        if (kind == TraceRecord.IrqEntry)
        {
            write(head + "irq_handler_entry: irq=" + number.ToString() + " name=" + Word((string?)_subjects![record]));
            return;
        }

        if (kind == TraceRecord.IrqExit)
        {
            write(head + "irq_handler_exit: irq=" + number.ToString() + " ret=handled");
            return;
        }

        object work = _subjects![record]!;
        string id = Id(work);
        string name = Word(work.ToString());
        switch (kind)
        {
            case TraceRecord.QueueWork:
            case TraceRecord.QueueFrozen:
                string queue = Word(_queues![record]!.ToString());
                write(head + "workqueue_queue_work: work struct=" + id + " function=" + name + " workqueue=" + queue
                    + " req_cpu=" + number.ToString() + " cpu=" + number.ToString());
                if (kind == TraceRecord.QueueFrozen) break;
                write(head + "workqueue_activate_work: work struct " + id);
                _linesWritten++;
                break;
            case TraceRecord.ExecuteStart:
                write(head + "workqueue_execute_start: work struct " + id + ": function " + name);
                break;
            case TraceRecord.ExecuteEnd:
                write(head + "workqueue_execute_end: work struct " + id + ": function " + name);
                break;
            case TraceRecord.TimerStart:
                long milliseconds = microseconds / 1000;
                int timeout = number - (int)milliseconds;
                write(head + "timer_start: timer=" + id + " function=" + name + " expires="
                    + (milliseconds + timeout).ToString() + " [timeout=" + timeout.ToString() + "] cpu=0 idx=0 flags=");
                break;
            case TraceRecord.TimerCancel:
                write(head + "timer_cancel: timer=" + id);
                break;
            default:
                write(head + "timer_expire_entry: timer=" + id + " function=" + name + " now="
                    + (microseconds / 1000).ToString());
                break;
        }
    }

    private string Head(long microseconds, object? actor)
    {
        string comm;
        int pid;
        string flags = "....";
        if (actor != null && actor == _interrupt)
        {
            comm = "interrupt";
            pid = InterruptPid;
            flags = "d.h1";
        }
        else if (actor == TraceRecord.Timer)
        {
            comm = "timer";
            pid = TimerPid;
            flags = "..s1";
        }
        else
        {
            Worker? worker = WorkerOf(actor);
            object? who = worker != null ? worker : actor;
            pid = who == null ? 0 : FirstPid + Find(_who!, ref _whoCount, who);
            comm = worker != null ? Escape(worker.Queue.Name) + "/" + worker.Index.ToString() : "thread";
        }

        string seconds = (microseconds / 1000000).ToString() + "."
            + KernelLog.Pad((microseconds % 1000000).ToString(), 6, '0');
        string task = KernelLog.Pad(comm, 16, ' ') + "-" + pid.ToString();
        while (task.Length < 22) task += " ";
        return task + " [000] " + flags + " " + KernelLog.Pad(seconds, 12, ' ') + ": ";
    }

    // A handler that queues is known by its thread only: the worker of that thread has run something, or is not shown.
    private Worker? WorkerOf(object? actor)
    {
        if (actor is Worker worker) return worker;
        for (int i = 0; i < _whoCount; i++)
        {
            if (_who![i] is Worker other && other.Thread == actor) return other;
        }

        return null;
    }

    private string Id(object work) => "c0de" + KernelLog.Pad((Find(_works!, ref _workCount, work) + 1).ToString(), 4, '0');

    private static int Find(object?[] table, ref int count, object what)
    {
        for (int i = 0; i < count; i++)
        {
            if (table[i] == what) return i;
        }

        table[count] = what;
        return count++;
    }

    // A name is one word to the readers of a trace, an empty one too.
    private static string Word(string? name) => name == null || name.Length == 0 ? "\"\"" : Escape(name);

    // ASCII as the kernel's seq_escape() writes the paths of /proc/mounts: \040 is a space. A line that begins with # would be a
    // comment. All else as C does: \u2028.
    private static string Escape(string name)
    {
        char[] source = name.ToCharArray();
        char[] letters = new char[source.Length < NameMax / 6 ? source.Length * 6 : NameMax];
        int length = 0;
        int kept = 0; // whole characters that leave room for the mark of a cut
        for (int i = 0; i < source.Length; i++)
        {
            char letter = source[i];
            bool isPlain = letter > ' ' && letter < '\x7F' && letter != '\\' && letter != '#' && letter != '"';
            bool isSecondHalf = letter >= '\uDC00' && letter <= '\uDFFF';
            if (!isSecondHalf && length <= NameMax - Cut.Length) kept = length;
            if (length + (isPlain ? 1 : letter < '\x80' ? 4 : 6) > NameMax) return new string(letters, 0, kept) + Cut;
            if (isPlain)
            {
                letters[length++] = letter;
                continue;
            }

            letters[length++] = '\\';
            if (letter < '\x80')
            {
                letters[length++] = Hex[letter >> 6];
                letters[length++] = Hex[letter >> 3 & 7];
                letters[length++] = Hex[letter & 7];
                continue;
            }

            letters[length++] = 'u';
            for (int shift = 12; shift >= 0; shift -= 4) letters[length++] = Hex[letter >> shift & 15];
        }

        return length == source.Length ? name : new string(letters, 0, length);
    }
}
