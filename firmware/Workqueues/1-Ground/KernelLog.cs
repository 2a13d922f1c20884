using System;
using System.Threading;

namespace Workqueues;

/// <summary>The serial log, with the kernel's time prefix on each line: <c>[    3.011000] text</c>.</summary>
/// <remarks>
/// <para>A top half must not wait for the serial line (4 ms for 50 letters at 115200 baud). As Linux's <c>printk</c> does in a
/// hard interrupt, a call in interrupt context only notes the line in a ring; an item of the shared queue writes it. Whoever
/// may block writes what is noted before a line of its own, so the log stays in the order of the calls, each line with the time
/// of its call.</para>
/// <para>Writing never throws. A line that finds the ring full, or that cannot be made or written (no memory, no console), is
/// counted, and the next line that can be written says so: <c>** 3 printk messages dropped **</c>.</para>
/// <para>Linux: <c>printk()</c>, <c>pr_info()</c>.</para>
/// </remarks>
public static class KernelLog
{
    // The microseconds are three digits, which change, and three that do not.
    private const string ZeroPrefix = "[    0.000000] ";
    private const int FirstMillisecondDigit = 8; // from the end
    private const int LastSecondDigit = 10; // from the end

    /// <summary>Lines that the ring holds: a bouncing press with all its edges.</summary>
    internal const int RingCapacity = 32;

    /// <summary>Held while lines are written, so that they come whole and in order. Never taken in interrupt context.</summary>
    internal static readonly object Output = new object();

    private static readonly string?[] s_texts = new string?[RingCapacity]; // L
    private static readonly bool[] s_hasNumber = new bool[RingCapacity]; // L
    private static readonly long[] s_numbers = new long[RingCapacity]; // L
    private static readonly long[] s_times = new long[RingCapacity]; // L on Clock
    private static int s_first; // L the oldest line
    private static int s_count; // R
    private static int s_lost; // A
    private static int s_lostSaid; // O lost lines that the log has told of
    private static char[] s_prefix = ZeroPrefix.ToCharArray(); // O that of the last line
    private static long s_second; // O what it says

    /// <summary>Lines are noted, and nobody is on the way to write them. The shared queue's worker does, when it has nothing else
    /// to do.</summary>
    internal static bool IsWriterAsked; // F

    /// <summary>Wakes that worker; null: there is no shared queue yet, and every worker may be the one.</summary>
    internal static AutoResetEvent? WriterWake; // S

    /// <summary>Lines and reports that were lost: no room in the ring, no memory, a console that cannot be written.</summary>
    /// <remarks><b>Context:</b> any. <b>Cost:</b> O(1). Linux: what <c>** N printk messages dropped **</c> adds up to.</remarks>
    public static int LostCount => s_lost;

    /// <summary>Writes one line.</summary>
    /// <param name="text">The line. In interrupt context use a constant that is kept in a field: on a board, each evaluation of
    /// a literal allocates 12 bytes.</param>
    /// <remarks><b>Context:</b> any; never throws. <b>Cost:</b> in interrupt context a place in the ring: no string, no
    /// allocation, no waiting. Elsewhere it allocates the line and waits for the serial port. Linux:
    /// <c>pr_info()</c>.</remarks>
    public static void Write(string text) => Write(text, false, 0);

    /// <summary>Writes one line that ends with a number.</summary>
    /// <param name="text">What stands before the number; as for <see cref="Write(string)"/>.</param>
    /// <param name="number">The number.</param>
    /// <remarks>As <see cref="Write(string)"/>; the number becomes a string when the line is written, not in the top half.
    /// Linux: <c>pr_info("…%ld")</c>.</remarks>
    public static void Write(string text, long number) => Write(text, true, number);

    /// <summary>Notes one line, as a call in interrupt context does: for work that must not wait for the serial port.</summary>
    /// <param name="text">The line.</param>
    /// <remarks><b>Context:</b> any; never throws. <b>Cost:</b> a place in the ring, no waiting. Linux:
    /// <c>printk_deferred()</c>.</remarks>
    public static void WriteDeferred(string text)
    {
        try
        {
            Note(text, false, 0);
        }
        catch (Exception)
        {
            // The line may be noted, and nobody was woken: the next worker that has nothing to do looks.
            Gate.MustLook = true;
            Gate.Leave(Gate.Lock);
            CountLost();
        }
    }

    /// <summary>Writes a line without the time, as those of a table or of a trace are. What was lost is not said between
    /// them.</summary>
    /// <remarks><b>Context:</b> an ordinary thread or a work handler; never throws.</remarks>
    internal static void WriteBare(string text)
    {
        try
        {
            lock (Output)
            {
                WriteNoted();
                Console.WriteLine(text);
            }
        }
        catch (Exception)
        {
            Gate.Leave(Gate.Lock);
            Gate.Leave(Output);
            CountLost();
        }
    }

    /// <summary>A report could not even be made.</summary>
    internal static void CountLost() => Interlocked.Increment(ref s_lost);

    /// <summary>An exception's type and message. Its own code must not harm whoever reports it.</summary>
    internal static string Describe(Exception exception)
    {
        string type = exception.GetType().FullName!;
        try
        {
            return type + ": " + exception.Message;
        }
        catch (Exception)
        {
            return type;
        }
    }

    /// <summary>Writes what is noted.</summary>
    internal static void WriteOut()
    {
        // In this order: a line that is noted after the store asks anew.
        IsWriterAsked = false;
        lock (Output)
        {
            if (s_count > 0) WriteNoted();
            if (s_lost != s_lostSaid) SayLost();
        }
    }

    // Seconds and microseconds, as printk.time shows them. From one line to the next some digits change, and a text of a number
    // takes as long as twenty of them.
    private static string Prefix(long time)
    {
        long milliseconds = time - Clock.Start;
        long second = milliseconds / 1000;
        if (second != s_second) SetSecond(second);
        int rest = (int)(milliseconds - second * 1000);
        char[] prefix = s_prefix;
        int i = prefix.Length - FirstMillisecondDigit;
        prefix[i] = (char)('0' + rest / 100);
        prefix[i + 1] = (char)('0' + rest / 10 % 10);
        prefix[i + 2] = (char)('0' + rest % 10);
        return new string(prefix);
    }

    private static void SetSecond(long second)
    {
        // What stands there would not be written over, or there is no room.
        if (second < s_second || s_second < 0 || second > 99999)
        {
            s_prefix = ("[" + Pad(second.ToString(), 5, ' ') + ".000000] ").ToCharArray();
        }

        char[] prefix = s_prefix;
        long rest = second;
        for (int i = prefix.Length - LastSecondDigit; rest > 0; i--)
        {
            prefix[i] = (char)('0' + rest % 10);
            rest /= 10;
        }

        s_second = second;
    }

    /// <summary>The text at the right of a field of the given width, as <c>%4d</c> prints it.</summary>
    public static string Pad(string text, int width, char fill) =>
        text.Length >= width ? text : new string(fill, width - text.Length) + text;

    private static void Write(string text, bool hasNumber, long number)
    {
        try
        {
            if (InterruptContext.IsActive)
            {
                Note(text, hasNumber, number);
                return;
            }

            lock (Output)
            {
                if (s_count > 0) WriteNoted();
                if (s_lost != s_lostSaid) SayLost();
                PrintTimed(Clock.Now, text, hasNumber, number);
            }
        }
        catch (Exception)
        {
            // As above. Also the end of a lock section may have failed.
            Gate.MustLook = true;
            Gate.Leave(Gate.Lock);
            Gate.Leave(Output);
            CountLost();
        }
    }

    private static void Note(string text, bool hasNumber, long number)
    {
        long now = Clock.Timer == null ? Environment.TickCount64 : Clock.Now;
        Monitor.Enter(Gate.Lock);
        AutoResetEvent? wake = null;
        if (!IsWriterAsked)
        {
            wake = WriterWake;
            if (wake == null && WorkerPool.FirstLocked != null) wake = WorkerPool.FirstLocked.Wake;
            IsWriterAsked = true;
        }

        int count = s_count;
        if (count == RingCapacity)
        {
            CountLost();
        }
        else
        {
            int i = (s_first + count) % RingCapacity;
            s_texts[i] = text;
            s_hasNumber[i] = hasNumber;
            s_numbers[i] = number;
            s_times[i] = now;
            s_count = count + 1;
        }

        Monitor.Exit(Gate.Lock);
        if (wake != null) wake.Set();
    }

    // With Output held. A line leaves the ring before it is written: one that cannot be written is lost, not tried for ever.
    private static void WriteNoted()
    {
        while (s_count > 0)
        {
            Monitor.Enter(Gate.Lock);
            int i = s_first;
            string text = s_texts[i]!;
            bool hasNumber = s_hasNumber[i];
            long number = s_numbers[i];
            long time = s_times[i];
            s_texts[i] = null;
            s_first = (i + 1) % RingCapacity;
            s_count--;
            Monitor.Exit(Gate.Lock);
            PrintTimed(time, text, hasNumber, number);
        }
    }

    // With Output held, when nothing older waits in the ring. The kernel's words; told again until they can be written.
    private static void SayLost()
    {
        int lost = s_lost;
        try
        {
            Console.WriteLine("** " + (lost - s_lostSaid).ToString() + " printk messages dropped **");
            s_lostSaid = lost;
        }
        catch (Exception)
        {
            // They stay unsaid, and the line that follows counts itself.
        }
    }

    private static void PrintTimed(long time, string text, bool hasNumber, long number)
    {
        try
        {
            Console.WriteLine(hasNumber ? Prefix(time) + text + number.ToString() : Prefix(time) + text);
        }
        catch (Exception)
        {
            CountLost();
        }
    }
}
