using System;
using Workqueues;

public class Texts
{
    public static void Main()
    {
        Workqueue queue = Workqueue.Create("my_queue");
        WorkqueueTrace.Start(4);
        queue.Queue(new Work(work => Console.WriteLine("in a worker"), "my_work"));
        queue.Flush();
        try
        {
            WorkqueueTrace.WriteTo(null!);
        }
        catch (ArgumentNullException)
        {
            Console.WriteLine("refused");
        }

        WorkqueueTrace.WriteTo(line => Console.WriteLine("handed: " + line));
        Console.WriteLine(WorkqueueTrace.IsOn ? "on" : "off");
        WorkqueueTrace.WriteToLog();
        Workqueue.Dump();
        Console.WriteLine("lost: " + KernelLog.LostCount.ToString());
        queue.Destroy();
    }
}
