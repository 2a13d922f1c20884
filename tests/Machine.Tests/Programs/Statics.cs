using System;
using System.Threading;

/// <summary>Whoever shares a static, a lock on a literal or a type with somebody would notice.</summary>
public static class Statics
{
    private static int s_count;

    public static void Main()
    {
        for (int i = 0; i < 200; i++)
        {
            lock ("a literal")
            {
                lock (typeof(string))
                {
                    s_count++;
                    Thread.Sleep(1);
                }
            }
        }

        Console.WriteLine("counted " + s_count.ToString() + " at " + Environment.TickCount64.ToString());
    }
}
