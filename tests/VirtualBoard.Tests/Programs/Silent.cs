using System;
using System.Threading;

// Prints a line every 250 ms, for ever, and listens to nothing.
public static class Silent
{
    public static void Main()
    {
        for (int i = 0; true; i++)
        {
            Console.WriteLine("line " + i.ToString());
            Thread.Sleep(250);
        }
    }
}
