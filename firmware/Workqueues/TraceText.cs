namespace Workqueues;

/// <summary>The text form of a trace: a line for each record, as Linux's <c>trace_pipe</c> prints it,
/// <c>comm-pid [cpu] flags seconds: event: arguments</c>. The four flags are those of the older kernels, which every reader
/// knows.</summary>
internal sealed class TraceText
{
    private const int InterruptPid = 2;
    private const int TimerPid = 3;
    private const int FirstPid = 16; // of workers and other threads, in the order they appear

    private readonly object?[] _actors; // threads and workers that appear, each once
    private readonly object?[] _works; // items that appear, each once
    private int _actorCount;
    private int _workCount;
    private object? _interrupt; // the thread that ran irq handlers

    internal TraceText(object?[] actors, byte[] kinds, int first, int count)
    {
        _actors = new object?[count];
        _works = new object?[count];
        for (int i = 0; i < count; i++)
        {
            int k = (first + i) % actors.Length;
            if (kinds[k] == WorkqueueTrace.IrqEntry) _interrupt = actors[k];
            else if (kinds[k] == WorkqueueTrace.ExecuteStart) Find(_actors, ref _actorCount, actors[k]!);
        }
    }

    internal void WriteHeader(TraceLineHandler write, int count, int written)
    {
        write("# tracer: nop");
        write("#");
        write("# entries-in-buffer/entries-written: " + count.ToString() + "/" + written.ToString() + "   #P:"
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

    internal void Write(
        TraceLineHandler write, long microseconds, byte kind, object subject, Workqueue? queue, object? actor, int number)
    {
        string head = Head(microseconds, actor);
        if (kind == WorkqueueTrace.IrqEntry)
        {
            write(head + "irq_handler_entry: irq=" + number.ToString() + " name=" + (string)subject);
            return;
        }

        if (kind == WorkqueueTrace.IrqExit)
        {
            write(head + "irq_handler_exit: irq=" + number.ToString() + " ret=handled");
            return;
        }

        Work work = (Work)subject;
        string id = Id(work);
        string name = Word(work.Name);
        switch (kind)
        {
            case WorkqueueTrace.QueueWork:
            case WorkqueueTrace.QueueFrozen:
                write(head + "workqueue_queue_work: work struct=" + id + " function=" + name + " workqueue=" + Word(queue!.Name)
                    + " req_cpu=" + number.ToString() + " cpu=" + number.ToString());
                if (kind == WorkqueueTrace.QueueWork) write(head + "workqueue_activate_work: work struct " + id);
                break;
            case WorkqueueTrace.ExecuteStart:
                write(head + "workqueue_execute_start: work struct " + id + ": function " + name);
                break;
            case WorkqueueTrace.ExecuteEnd:
                write(head + "workqueue_execute_end: work struct " + id + ": function " + name);
                break;
            case WorkqueueTrace.TimerStart:
                write(head + "timer_start: timer=" + id + " function=" + name + " expires="
                    + (microseconds / 1000 + number).ToString() + " [timeout=" + number.ToString() + "] cpu=0 idx=0 flags=");
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
        else if (actor == WorkqueueTrace.Timer)
        {
            comm = "timer";
            pid = TimerPid;
            flags = "..s1";
        }
        else
        {
            Worker? worker = WorkerOf(actor);
            object? who = worker != null ? worker : actor;
            pid = who == null ? 0 : FirstPid + Find(_actors, ref _actorCount, who);
            comm = worker != null ? Word(worker.Name) : "thread";
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
        for (int i = 0; i < _actorCount; i++)
        {
            if (_actors[i] is Worker other && other.Thread == actor) return other;
        }

        return null;
    }

    private string Id(Work work) => "c0de" + KernelLog.Pad((Find(_works, ref _workCount, work) + 1).ToString(), 4, '0');

    private static int Find(object?[] table, ref int count, object what)
    {
        for (int i = 0; i < count; i++)
        {
            if (table[i] == what) return i;
        }

        table[count] = what;
        return count++;
    }

    // A name is one word to the readers of a trace.
    private static string Word(string name)
    {
        char[] letters = name.ToCharArray();
        for (int i = 0; i < letters.Length; i++)
        {
            if (letters[i] <= ' ') letters[i] = '_';
        }

        return new string(letters);
    }
}
