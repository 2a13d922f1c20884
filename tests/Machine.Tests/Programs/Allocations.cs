using System;

public static class Allocations
{
    public static void Main()
    {
        object[] made = new object[10];
        for (int i = 0; i < made.Length; i++)
        {
            try
            {
                made[i] = new object();
            }
            catch (OutOfMemoryException)
            {
            }
        }

        string text = "";
        for (int i = 0; i < made.Length; i++) text = text + (made[i] == null ? "-" : "x");
        Console.WriteLine(text);
    }
}
