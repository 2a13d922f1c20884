global using Workqueues;

using System;

namespace NFUnitTest;

/// <summary>The body of a test.</summary>
internal delegate void TestBody();

/// <summary>Runs all tests, one after the other; a line for each, and one for all.</summary>
internal static class Program
{
    private static int s_passed;
    private static int s_failed;

    private static void Main()
    {
        TestList.RunAll();
        Console.WriteLine(s_passed.ToString() + " passed, " + s_failed.ToString() + " failed");

        // As long as a worker waits, the program goes on. In firmware the shared queue must; here it ends with the tests.
        Workqueue? system = Workqueue.SystemIfMade;
        Workqueue.SystemIfMade = null;
        if (system != null) system.Destroy();
    }

    /// <summary>Runs a test.</summary>
    internal static void Test(string name, TestBody body)
    {
        string why;
        try
        {
            body();
            s_passed++;
            Console.WriteLine("PASS " + name);
            return;
        }
        catch (AssertFailedException exception)
        {
            why = exception.Message;
        }
        catch (Exception exception)
        {
            why = exception.GetType().FullName + ": " + exception.Message;
        }

        s_failed++;
        Console.WriteLine("FAIL " + name + ": " + why);
    }
}
