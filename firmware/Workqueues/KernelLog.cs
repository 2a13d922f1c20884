using System;

namespace Workqueues;

/// <summary>The serial log, with the kernel's time prefix on each line: <c>[    3.011000] text</c>.</summary>
/// <remarks>Linux: <c>printk()</c>, <c>pr_info()</c>.</remarks>
public static class KernelLog
{
    /// <summary>Writes one line.</summary>
    /// <remarks><b>Context:</b> all. It writes to the serial port and waits for it, and it allocates the line: in an interrupt
    /// handler keep it rare, every other interrupt waits. Linux: <c>pr_info()</c>.</remarks>
    public static void Write(string text) => Console.WriteLine(Prefix(Jiffies.Now) + text);

    /// <summary>Seconds and microseconds, as <c>printk.time</c> shows them: <c>[    3.011000] </c>.</summary>
    internal static string Prefix(long milliseconds)
    {
        string seconds = (milliseconds / 1000).ToString();
        return "[" + Pad(seconds, 5, ' ') + "." + Pad((milliseconds % 1000).ToString(), 3, '0') + "000] ";
    }

    /// <summary>The text at the right of a field of the given width, as <c>%4d</c> prints it.</summary>
    public static string Pad(string text, int width, char fill)
    {
        while (text.Length < width) text = fill + text;
        return text;
    }
}
