using System;
using System.Threading;

/// <summary>Will not be stopped: swallows everything, waits in finally, never ends.</summary>
public static class Stubborn
{
    private static readonly object s_gate = new object();

    public static void Main()
    {
        new Thread(WaitInFinally).Start();
        new Thread(Compute).Start();
        while (true)
        {
            try
            {
                lock (s_gate) Thread.Sleep(1);
            }
            catch (Exception)
            {
            }
        }
    }

    private static void WaitInFinally()
    {
        try
        {
            Thread.Sleep(-1);
        }
        finally
        {
            while (true)
            {
                try
                {
                    new AutoResetEvent(false).WaitOne();
                }
                catch (Exception)
                {
                }
            }
        }
    }

    private static void Compute()
    {
        while (true)
        {
        }
    }
}
