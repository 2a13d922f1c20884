using System;
using System.Threading;

// A thread throws what nobody catches; Main goes on.
public static class Throws
{
    public static void Main()
    {
        new Thread(Fail).Start();
        Thread.Sleep(100);
        Console.WriteLine("Main goes on");
    }

    private static void Fail() => throw new InvalidOperationException("planted");
}
