using System;
using System.Threading;

namespace Workqueues;

/// <summary>Takes one line of a trace.</summary>
public delegate void TraceLineHandler(string line);

/// <summary>A trace of what happens in the library, kept in RAM, written in the text form of Linux's ftrace: ui.perfetto.dev,
/// Chrome's trace viewer and the kernel's scripts read a board's log from the line <c># tracer</c> on.</summary>
/// <remarks>
/// <para>Events: <c>irq_handler_entry</c>, <c>irq_handler_exit</c>, <c>workqueue_queue_work</c>, <c>workqueue_activate_work</c>,
/// <c>workqueue_execute_start</c>, <c>workqueue_execute_end</c>, <c>timer_start</c>, <c>timer_expire_entry</c>. A queued item is
/// active at once (a queue has no limit but its workers), unless the queue is frozen.</para>
/// <para><b>Cost:</b> off, one test of a static field for each event. On, no allocation; the oldest records are overwritten and
/// counted. A record takes about 61 bytes on a board.</para>
/// <para><b>Time:</b> that of <see cref="Jiffies.Now"/>, with the microseconds of the wall clock in between; a wall clock that is
/// set does not matter. With a timer plugged in by <see cref="Jiffies.UseTimer"/>, milliseconds only.</para>
/// </remarks>
public static class WorkqueueTrace
{
    // Kinds of records.
    internal const byte IrqEntry = 0;
    internal const byte IrqExit = 1;
    internal const byte QueueWork = 2;
    internal const byte QueueFrozen = 3;
    internal const byte ExecuteStart = 4;
    internal const byte ExecuteEnd = 5;
    internal const byte TimerStart = 6;
    internal const byte TimerExpire = 7;

    // How far the fine clock may be from Jiffies: two steps of the coarsest clock there is, 10 ms on ESP32.
    private const long ToleranceMicroseconds = 20000;

    /// <summary>Who acts in an expiry: on a PC that is a different thread each time.</summary>
    internal static readonly object Timer = new object();

    // Field rules: L with Workqueue.Gate held. Record i of the ring is element i of each array.
    private static bool s_isOn; // L read without it by IsOn
    private static long[] s_times = new long[0]; // L microseconds
    private static byte[] s_kinds = new byte[0]; // L
    private static object?[] s_subjects = new object?[0]; // L the item, or the line's name
    private static object?[] s_queues = new object?[0]; // L the queue, where the event has one
    private static object?[] s_actors = new object?[0]; // L the worker, or the thread: held, it is not made anew at each call
    private static int[] s_numbers = new int[0]; // L irq, processor or delay in milliseconds
    private static int s_next; // L where the next record goes
    private static int s_written; // L records since Start
    private static long s_offset; // L fine clock minus wall clock, microseconds

    /// <summary>True while events are recorded.</summary>
    /// <remarks><b>Context:</b> all. <b>Cost:</b> one field.</remarks>
    public static bool IsOn => s_isOn;

    /// <summary>Records since <see cref="Start"/> that newer ones have overwritten.</summary>
    /// <remarks><b>Context:</b> all.</remarks>
    public static int LostCount
    {
        get
        {
            lock (Workqueue.Gate)
            {
                return LostLocked;
            }
        }
    }

    /// <summary>Starts with an empty ring.</summary>
    /// <param name="records">How many of the newest records are kept, 1 or more.</param>
    /// <remarks><b>Context:</b> U. <b>Cost:</b> allocates the ring, about 61 bytes a record on a board.</remarks>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="records"/> is below 1.</exception>
    public static void Start(int records)
    {
        if (records < 1) throw new ArgumentOutOfRangeException(nameof(records));
        long[] times = new long[records];
        byte[] kinds = new byte[records];
        object?[] subjects = new object?[records];
        object?[] queues = new object?[records];
        object?[] actors = new object?[records];
        int[] numbers = new int[records];
        lock (Workqueue.Gate)
        {
            s_times = times;
            s_kinds = kinds;
            s_subjects = subjects;
            s_queues = queues;
            s_actors = actors;
            s_numbers = numbers;
            s_next = 0;
            s_written = 0;
            s_isOn = true;
        }
    }

    /// <summary>Stops recording; what is recorded stays for <see cref="WriteTo"/>.</summary>
    /// <remarks><b>Context:</b> all. <b>Cost:</b> O(1).</remarks>
    public static void Stop()
    {
        lock (Workqueue.Gate)
        {
            s_isOn = false;
        }
    }

    /// <summary>Stops recording and frees the ring.</summary>
    /// <remarks><b>Context:</b> U.</remarks>
    public static void Clear()
    {
        Start(1);
        Stop();
    }

    /// <summary>For a driver with a top half of its own: its handler begins.</summary>
    /// <param name="irq">Number of the line; a pin's number for GPIO.</param>
    /// <param name="name">Name of the line.</param>
    /// <remarks><b>Context:</b> I. <b>Cost:</b> one field test when off. <c>InterruptLine</c> calls it.</remarks>
    public static void IrqHandlerEntry(int irq, string name)
    {
        if (s_isOn) AddIrq(IrqEntry, irq, name);
    }

    /// <summary>For a driver with a top half of its own: its handler has ended.</summary>
    /// <param name="irq">Number of the line.</param>
    /// <remarks><b>Context:</b> I. <b>Cost:</b> one field test when off.</remarks>
    public static void IrqHandlerExit(int irq)
    {
        if (s_isOn) AddIrq(IrqExit, irq, Timer);
    }

    /// <summary>Writes what is recorded to the serial log, without a time prefix, so that a log can be fed to a viewer as it
    /// is.</summary>
    /// <remarks><b>Context:</b> U: as <see cref="WriteTo"/>.</remarks>
    public static void WriteToLog() => WriteTo(line => Console.WriteLine(line));

    /// <summary>Writes what is recorded, oldest first, a line for each event. Meanwhile nothing is recorded; after it, recording
    /// goes on where it was.</summary>
    /// <remarks><b>Context:</b> U: it allocates. Linux: <c>cat /sys/kernel/tracing/trace</c>.</remarks>
    /// <exception cref="ArgumentNullException"><paramref name="write"/> is null.</exception>
    public static void WriteTo(TraceLineHandler write)
    {
        if (write == null) throw new ArgumentNullException(nameof(write));
        bool wasOn;
        int count;
        int first;
        int written;
        lock (Workqueue.Gate)
        {
            wasOn = s_isOn;
            s_isOn = false;
            written = s_written;
            count = written - LostLocked;
            first = s_next - count;
            if (first < 0) first += s_times.Length;
        }

        TraceText text = new TraceText(s_actors, s_kinds, first, count);
        text.WriteHeader(write, count, written);
        for (int i = 0; i < count; i++)
        {
            int k = (first + i) % s_times.Length;
            text.Write(write, s_times[k], s_kinds[k], s_subjects[k]!, (Workqueue?)s_queues[k], s_actors[k], s_numbers[k]);
        }

        if (!wasOn) return;
        lock (Workqueue.Gate)
        {
            s_isOn = true;
        }
    }

    /// <summary>The calling thread, for a record; null when nothing is recorded. Asked before the lock is taken, because it may
    /// allocate the first time.</summary>
    internal static Thread? Caller => s_isOn ? Thread.CurrentThread : null;

    /// <summary>Adds a record, overwriting the oldest when the ring is full. The caller has seen that the trace is on: by
    /// <see cref="IsOn"/>, or by a <see cref="Caller"/> that is not null.</summary>
    internal static void AddLocked(byte kind, object subject, Workqueue? queue, object actor, long nowMilliseconds, int number)
    {
        if (!s_isOn) return;
        int i = s_next;
        s_times[i] = MicrosecondsLocked(nowMilliseconds);
        s_kinds[i] = kind;
        s_subjects[i] = subject;
        s_queues[i] = queue;
        s_actors[i] = actor;
        s_numbers[i] = number;
        s_next = i + 1 == s_times.Length ? 0 : i + 1;
        s_written++;
    }

    /// <summary>An item has been queued or armed.</summary>
    internal static void PlacedLocked(Work work, Workqueue queue, object actor, long nowMilliseconds, int delayMilliseconds)
    {
        if (delayMilliseconds > 0) AddLocked(TimerStart, work, queue, actor, nowMilliseconds, delayMilliseconds);
        else AddLocked(queue.IsFrozenLocked ? QueueFrozen : QueueWork, work, queue, actor, nowMilliseconds, work.ProcessorLocked);
    }

    /// <summary>An item's timer has expired; it has been queued, unless its queue is being destroyed.</summary>
    internal static void ExpiredLocked(Work work, Workqueue queue, long nowMilliseconds)
    {
        AddLocked(TimerExpire, work, null, Timer, nowMilliseconds, 0);
        if (work.IsQueuedLocked) PlacedLocked(work, queue, Timer, nowMilliseconds, 0);
    }

    private static void AddIrq(byte kind, int irq, object name)
    {
        Thread thread = Thread.CurrentThread;
        long now = Jiffies.Now;
        lock (Workqueue.Gate)
        {
            AddLocked(kind, name, null, thread, now, irq);
        }
    }

    private static int LostLocked => s_written > s_times.Length ? s_written - s_times.Length : 0;

    // The wall clock is the only fine one that every board has, but it jumps when it is set: Jiffies keeps it honest.
    private static long MicrosecondsLocked(long nowMilliseconds)
    {
        long coarse = nowMilliseconds * 1000;
        if (!Jiffies.IsSystemTimer) return coarse;
        long wall = DateTime.UtcNow.Ticks / 10;
        long difference = wall + s_offset - coarse;
        if (difference > ToleranceMicroseconds || difference < -ToleranceMicroseconds) s_offset = coarse - wall;
        return wall + s_offset;
    }
}
