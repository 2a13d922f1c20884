using System;
using System.Threading;

public static class Deadlock
{
    private static readonly object s_left = new object();
    private static readonly object s_right = new object();

    public static void Main()
    {
        Thread other = new Thread(TakeRightThenLeft);
        lock (s_left)
        {
            other.Start();
            Thread.Sleep(5);
            lock (s_right) Console.WriteLine("never");
        }
    }

    private static void TakeRightThenLeft()
    {
        lock (s_right)
        {
            lock (s_left) Console.WriteLine("never");
        }
    }
}
