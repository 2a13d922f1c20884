using System;

public static class HeapLimit
{
    public static void Main()
    {
        Chain chain = null;
        int count = 0;
        try
        {
            while (true)
            {
                Chain added = new Chain();
                added.Data = new byte[1000];
                added.Next = chain;
                chain = added;
                count++;
            }
        }
        catch (OutOfMemoryException)
        {
            chain = null;
        }

        Console.WriteLine(count.ToString() + " kilobytes");
        byte[] large = new byte[20000];
        Console.WriteLine("then again " + large.Length.ToString());
    }

    private class Chain
    {
        public byte[] Data;
        public Chain Next;
    }
}
