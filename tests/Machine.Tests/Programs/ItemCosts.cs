using System;
using System.Threading;
using Workqueues;

/// <summary>Counts the instructions of an item, as the difference of a clock that moves 2 us with each.</summary>
public static class ItemCosts
{
    private const int Burst = 32;
    private const int Rounds = 20;

    private static readonly AutoResetEvent s_done = new AutoResetEvent(false);
    private static int s_run;
    private static long s_end;

    public static void Main()
    {
        Workqueue queue = Workqueue.Create("costs");
        Work[] items = new Work[Burst];
        for (int i = 0; i < Burst; i++) items[i] = new Work(Count, "item");
        long empty = Clock();
        empty = Clock() - empty;

        for (int round = 0; round < Rounds; round++)
        {
            s_run = 0;
            long start = Clock();
            for (int i = 0; i < Burst; i++) queue.Queue(items[i]);
            s_done.WaitOne();
            Print("burst", s_end - start - empty, Burst);
        }

        Work one = new Work(Answer, "one");
        for (int round = 0; round < Rounds; round++)
        {
            long start = Clock();
            for (int i = 0; i < Burst; i++)
            {
                queue.Queue(one);
                s_done.WaitOne();
            }

            Print("round trip", Clock() - start - empty, Burst);
        }

        queue.Destroy();
    }

    private static void Count(Work work)
    {
        if (++s_run < Burst) return;
        s_end = Clock();
        s_done.Set();
    }

    private static void Answer(Work work) => s_done.Set();

    private static long Clock() => DateTime.UtcNow.Ticks / 20;

    private static void Print(string what, long instructions, int count)
    {
        long tenths = instructions * 10 / count;
        Console.WriteLine(what + " " + (tenths / 10).ToString() + "." + (tenths % 10).ToString());
    }
}
