using System;
using System.Threading;

/// <summary>A lost update, once in very many runs on a board.</summary>
public static class Counter
{
    private static int s_plain;
    private static int s_safe;

    public static void Main()
    {
        Thread first = new Thread(Add);
        Thread second = new Thread(Add);
        first.Start();
        second.Start();
        first.Join();
        second.Join();
        Console.WriteLine("plain " + s_plain.ToString() + ", interlocked " + s_safe.ToString());
    }

    private static void Add()
    {
        for (int i = 0; i < 5; i++)
        {
            s_plain++;
            Interlocked.Increment(ref s_safe);
        }
    }
}
