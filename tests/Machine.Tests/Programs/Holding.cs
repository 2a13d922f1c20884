using System;
using System.Threading;

/// <summary>A variable that is not used any more still holds its object; one that was overwritten does not.</summary>
public static class Holding
{
    private static int s_kept;
    private static int s_lost;

    public static void Main()
    {
        Timer kept = new Timer(Keep, null, -1, -1);
        for (int i = 6; i < 8; i++) kept.Change(i, i); // in a loop: the compiler needs a variable
        Timer lost = new Timer(Lose, null, -1, -1);
        lost.Change(7, 7);
        lost.Change(5, 5);
        lost = null;
        Thread.Sleep(12);
        nanoFramework.Runtime.Native.GC.Run(false);
        Thread.Sleep(50);
        Console.WriteLine("kept " + s_kept.ToString() + ", lost " + s_lost.ToString() + (lost == null ? "" : "?"));
    }

    private static void Keep(object state) => s_kept++;

    private static void Lose(object state) => s_lost++;
}
