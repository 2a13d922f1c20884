using System;
using System.Threading;

namespace Workqueues;

/// <summary>A trace of what happens in the library, kept in RAM, written in the text form of Linux's ftrace: ui.perfetto.dev,
/// Chrome's trace viewer and the kernel's scripts read a board's log from the line <c># tracer</c> on.</summary>
/// <remarks>
/// <para>Events: <c>irq_handler_entry</c>, <c>irq_handler_exit</c>, <c>workqueue_queue_work</c>, <c>workqueue_activate_work</c>,
/// <c>workqueue_execute_start</c>, <c>workqueue_execute_end</c>, <c>timer_start</c>, <c>timer_expire_entry</c>,
/// <c>timer_cancel</c>. A queued item is active at once (a queue has no limit but its workers), unless the queue is frozen; both
/// events are one record. That an item is taken off its queue is no event, as in Linux.</para>
/// <para><b>Cost:</b> off, one test of a static field for each event. On, no allocation; the oldest records are overwritten and
/// counted. A record takes about 61 bytes on a board. The text is in an assembly of its own,
/// <c>Workqueues.Diagnostics</c>.</para>
/// <para><b>Time:</b> that of <see cref="Jiffies.Now"/>, with the microseconds of the wall clock in between; a wall clock that is
/// set does not matter. With a timer plugged in by <see cref="Jiffies.UseTimer"/>, those of its <see cref="IMicrosecondClock"/>;
/// milliseconds only where it is none.</para>
/// <para><b>Names</b> of items, queues and lines are one word of printable ASCII. What is not becomes an escape of C, as
/// <c>/proc/mounts</c> has them: a space, a control character, <c>\</c>, <c>#</c> and <c>"</c> three octal digits
/// (<c>my\040work</c>), all beyond ASCII <c>\u</c> and four hexadecimal digits of UTF-16 (<c>caf\u00e9</c>). An empty name is
/// <c>""</c>. A name takes at most 1280 letters of a line; one that would take more is cut and ends in <c>\...</c>.</para>
/// </remarks>
public static class WorkqueueTrace
{
    // How far the fine clock may be before Jiffies: two steps of the coarsest clock there is, 10 ms on ESP32.
    private const long ToleranceMicroseconds = 20000;

    // Who writes a text holds it, and only then takes Gate.Lock for a few steps. Line handlers run under it.
    private static readonly object s_turn = new object();

    /// <summary>1 or 0, so that hot paths test it together with the states of an item.</summary>
    internal static int Recording; // R

    // Record i of the ring is element i of each array; all are null when there is no ring.
    internal static long[]? Times; // L microseconds
    internal static byte[]? Kinds; // L
    internal static object?[]? Subjects; // L the item, or the line's name
    internal static object?[]? Queues; // L the queue, where the event has one; its text is its name, as that of an item
    internal static object?[]? Actors; // L the worker, or the thread: held, it is not made anew at each call
    internal static int[]? Numbers; // L irq, processor, or when it is due in milliseconds, as far as an int goes
    internal static int Next; // L where the next record goes
    internal static long Written; // L records since Start

    /// <summary>A text is written, after which recording goes on.</summary>
    internal static bool IsPaused; // R

    /// <summary>The text that is written shall end: its ring has been stopped, freed or replaced.</summary>
    internal static bool IsOver; // R

    private static long s_offset; // L fine clock minus wall clock, microseconds
    private static bool s_isWriting; // T

    /// <summary>True while events are recorded.</summary>
    /// <remarks><b>Context:</b> any. <b>Cost:</b> one field.</remarks>
    public static bool IsOn => Recording != 0;

    /// <summary>Records since <see cref="Start"/> that newer ones have overwritten.</summary>
    /// <remarks><b>Context:</b> any.</remarks>
    public static long LostCount
    {
        get
        {
            try
            {
                lock (Gate.Lock)
                {
                    return Times == null || Written <= Times.Length ? 0 : Written - Times.Length;
                }
            }
            catch (Exception exception)
            {
                Gate.Reserve = null;
                Gate.Leave(Gate.Lock);
                throw exception;
            }
        }
    }

    /// <summary>Starts with an empty ring. A <see cref="WriteTo"/> of the former one ends early.</summary>
    /// <param name="records">How many of the newest records are kept, 1 or more.</param>
    /// <remarks><b>Context:</b> an ordinary thread or a work handler. <b>Cost:</b> allocates the ring, about 61 bytes a record on
    /// a board.</remarks>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="records"/> is below 1.</exception>
    /// <exception cref="OutOfMemoryException">There is no room for the ring; the former one is as it was.</exception>
    public static void Start(int records)
    {
        if (records < 1) throw Refusal.Range(nameof(records), records, 1, int.MaxValue);
        long[] times = new long[records];
        byte[] kinds = new byte[records];
        object?[] subjects = new object?[records];
        object?[] queues = new object?[records];
        object?[] actors = new object?[records];
        int[] numbers = new int[records];
        bool isDone = false;
        try
        {
            lock (Gate.Lock)
            {
                Times = times;
                Kinds = kinds;
                Subjects = subjects;
                Queues = queues;
                Actors = actors;
                Numbers = numbers;
                Next = 0;
                Written = 0;
                IsPaused = false;
                IsOver = true;
                Recording = 1;
                InterruptContext.IsObserved = true;
                isDone = true;
            }
        }
        catch (Exception exception)
        {
            Gate.Reserve = null;
            Gate.Leave(Gate.Lock);
            if (!isDone) throw exception;
        }
    }

    /// <summary>Stops recording; what is recorded stays for <see cref="WriteTo"/>. Where recording would go on after a
    /// <see cref="WriteTo"/> that is under way, it does not, and the text ends early.</summary>
    /// <remarks><b>Context:</b> any. <b>Cost:</b> O(1), no allocation. Linux: <c>echo 0 > tracing_on</c>.</remarks>
    public static void Stop()
    {
        try
        {
            lock (Gate.Lock)
            {
                if (IsPaused) IsOver = true;
                IsPaused = false;
                Recording = 0;
            }
        }
        catch (Exception exception)
        {
            // Done again it does no harm: the caller may.
            Gate.Reserve = null;
            Gate.Leave(Gate.Lock);
            if (Recording != 0 || IsPaused) throw exception;
        }
    }

    /// <summary>Stops recording and frees the ring. A <see cref="WriteTo"/> that is under way ends early.</summary>
    /// <remarks><b>Context:</b> any. <b>Cost:</b> O(1), no allocation. Linux: <c>echo > trace</c>.</remarks>
    public static void Clear()
    {
        bool isDone = false;
        try
        {
            lock (Gate.Lock)
            {
                Recording = 0;
                IsPaused = false;
                IsOver = true;
                Times = null;
                Kinds = null;
                Subjects = null;
                Queues = null;
                Actors = null;
                Numbers = null;
                Next = 0;
                Written = 0;
                isDone = true;
            }
        }
        catch (Exception exception)
        {
            Gate.Reserve = null;
            Gate.Leave(Gate.Lock);
            if (!isDone) throw exception;
        }
    }

    /// <summary>For a driver with a top half of its own: its handler begins.</summary>
    /// <param name="irq">Number of the line; a pin's number for GPIO.</param>
    /// <param name="name">Name of the line.</param>
    /// <remarks><b>Context:</b> an interrupt handler. <b>Cost:</b> one field test when off. <c>InterruptLine</c> calls
    /// it.</remarks>
    public static void IrqHandlerEntry(int irq, string name)
    {
        if (Recording != 0) AddIrq(TraceRecord.IrqEntry, irq, name);
    }

    /// <summary>For a driver with a top half of its own: its handler has ended.</summary>
    /// <param name="irq">Number of the line.</param>
    /// <remarks><b>Context:</b> an interrupt handler. <b>Cost:</b> one field test when off.</remarks>
    public static void IrqHandlerExit(int irq)
    {
        if (Recording != 0) AddIrq(TraceRecord.IrqExit, irq, TraceRecord.Timer);
    }

    /// <summary>Writes what is recorded to the serial log, without a time prefix, so that a log can be fed to a viewer as it
    /// is. A line that cannot be written is lost and counted by <see cref="KernelLog.LostCount"/>; where memory for the text is
    /// missing, it ends.</summary>
    /// <remarks><b>Context:</b> an ordinary thread or a work handler, as <see cref="WriteTo"/>.</remarks>
    /// <exception cref="InvalidOperationException">As <see cref="WriteTo"/>.</exception>
    public static void WriteToLog()
    {
        try
        {
            WriteTo(KernelLog.WriteBare);
        }
        catch (OutOfMemoryException)
        {
            Gate.Reserve = null;
            Gate.Leave(Gate.Lock);
            KernelLog.CountLost();
        }
    }

    /// <summary>Writes what is recorded, oldest first, a line for each event. Meanwhile nothing is recorded; after it, recording
    /// goes on where it was.</summary>
    /// <param name="write">Called for each line, on the calling thread.</param>
    /// <remarks>
    /// <para><b>Context:</b> an ordinary thread or a work handler; it blocks while another thread writes a text. <b>Cost:</b>
    /// allocates; a line handler decides how long it takes. Linux: <c>cat /sys/kernel/tracing/trace</c>.</para>
    /// <para>The text is in the assembly <c>Workqueues.Diagnostics</c>; where that is not deployed, the only line is a comment
    /// (<c># …</c>) that says so.</para>
    /// <para>When somebody calls <see cref="Stop"/>, <see cref="Clear"/> or <see cref="Start"/> meanwhile, that holds, and the
    /// text ends with the line <c># ended early after 3 of 8 records</c>. What <paramref name="write"/> throws comes out of this
    /// call and changes nothing else: recording goes on as after a whole text.</para>
    /// </remarks>
    /// <exception cref="ArgumentNullException"><paramref name="write"/> is null.</exception>
    /// <exception cref="InvalidOperationException">Called in an interrupt handler or a timer expiry, or in the line handler of
    /// another call on this thread, which would wait for itself. Nothing has changed then.</exception>
    public static void WriteTo(TraceLineHandler write)
    {
        if (write == null) throw new ArgumentNullException(nameof(write));
        InterruptContext.ThrowIfActive("WorkqueueTrace.WriteTo", null);
        lock (s_turn)
        {
            if (s_isWriting)
            {
                throw new InvalidOperationException(
                    "WorkqueueTrace.WriteTo: would wait for the WriteTo whose line handler makes this call; call it after that");
            }

            s_isWriting = true;
            try
            {
                DiagnosticText.Find();
                DiagnosticText.Found!.WriteTrace(write);
            }
            finally
            {
                s_isWriting = false;
            }
        }
    }

    /// <summary>Adds a record, overwriting the oldest when the ring is full. The caller has seen, under
    /// the lock, that <see cref="Recording"/> is on.</summary>
    internal static void AddLocked(byte kind, object subject, object? queue, object actor, long nowMilliseconds, int number)
    {
        int i = Next;
        Times![i] = MicrosecondsLocked(nowMilliseconds);
        Kinds![i] = kind;
        Subjects![i] = subject;
        Queues![i] = queue;
        Actors![i] = actor;
        Numbers![i] = number;
        Next = i + 1 == Times.Length ? 0 : i + 1;
        Written++;
    }

    /// <summary>Who calls and when, for a record that is added under the lock, where neither may be asked for.</summary>
    internal static Thread Ask(out long now)
    {
        now = Clock.Now;
        return Thread.CurrentThread;
    }

    private static void AddIrq(byte kind, int irq, object name)
    {
        Thread thread = Thread.CurrentThread;
        long now = Clock.Now;
        bool isDone = false;
        try
        {
            lock (Gate.Lock)
            {
                if (Recording != 0) AddLocked(kind, name, null, thread, now, irq);
                isDone = true;
            }
        }
        catch (Exception exception)
        {
            Gate.Reserve = null;
            Gate.Leave(Gate.Lock);
            if (!isDone) throw exception;
        }
    }

    // The wall clock is the only fine one that every board has, but it jumps when it is set: Jiffies keeps it honest. It is never
    // behind Jiffies, or an item would expire before it is due.
    private static long MicrosecondsLocked(long nowMilliseconds)
    {
        long coarse = (nowMilliseconds - Clock.Start) * 1000;
        if (Clock.Fine != null) return Clock.Fine.NowMicroseconds + (Clock.TimerOffset - Clock.Start) * 1000;
        if (Clock.Timer != null) return coarse;
        long wall = DateTime.UtcNow.Ticks / 10;
        long difference = wall + s_offset - coarse;
        if (difference < 0 || difference > ToleranceMicroseconds) s_offset = coarse - wall;
        return wall + s_offset;
    }
}
