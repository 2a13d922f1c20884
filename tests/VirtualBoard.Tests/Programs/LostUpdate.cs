using System;
using System.Threading;

// Two threads count up to 20 without a lock: right as long as nobody interrupts them.
public static class LostUpdate
{
    private static int s_count;
    private static int s_ended;

    public static void Main()
    {
        Thread[] threads = { new Thread(Count), new Thread(Count) };
        foreach (Thread each in threads) each.Start();
        foreach (Thread each in threads) each.Join();
        Console.WriteLine(s_count == 20 ? "all counted" : "lost some");
    }

    private static void Count()
    {
        for (int i = 0; i < 10; i++)
        {
            int before = s_count;
            Interlocked.Increment(ref s_ended); // where a switch may be forced
            s_count = before + 1;
        }
    }
}
