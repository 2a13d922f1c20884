using System.Threading;

// Two threads take two locks in different orders.
public static class Deadlock
{
    private static readonly object s_left = new object();
    private static readonly object s_right = new object();

    public static void Main()
    {
        new Thread(TakeRightThenLeft).Start();
        lock (s_left)
        {
            Thread.Sleep(10);
            lock (s_right)
            {
            }
        }
    }

    private static void TakeRightThenLeft()
    {
        lock (s_right)
        {
            Thread.Sleep(10);
            lock (s_left)
            {
            }
        }
    }
}
