using System;

public static class Calls
{
    private static readonly bool[] s_done = new bool[10];

    public static void Main()
    {
        for (int i = 0; i < s_done.Length; i++)
        {
            try
            {
                Do(i);
            }
            catch (OutOfMemoryException)
            {
            }
        }

        string text = "";
        for (int i = 0; i < s_done.Length; i++) text = text + (s_done[i] ? "x" : "-");
        for (int i = 0; i < 4; i++)
        {
            try
            {
                Console.WriteLine(text);
            }
            catch (ArgumentException exception)
            {
                text = exception.Message;
            }
        }
    }

    private static void Do(int i)
    {
        s_done[i] = true;
    }
}
