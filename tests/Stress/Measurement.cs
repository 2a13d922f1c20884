using System.Diagnostics;
using System.Globalization;
using Hardware.Cli;
using NFUnitTest;
using Workqueues;

namespace Stress;

/// <summary>Measures on the machine that it runs on. It promises nothing about another one, and nothing about a board.</summary>
internal static class Measurement
{
    private const int CallsPerSample = 10_000;
    private const int DelayMaxMilliseconds = 20;

    /// <summary>Measures and prints.</summary>
    /// <returns>The exit code: 0; 1 when a handler started before its delay was over on <see cref="Jiffies.Now"/>.</returns>
    internal static int Run(CommandProgram program, int samples, int seed)
    {
        Console.WriteLine($"measure: {samples} samples, seed {seed}, {Environment.ProcessorCount} processors");
        Console.WriteLine($"{"",-36}{"min",10}{"median",10}{"p99",10}{"max",10}");
        Print("Queue and Cancel, ns a pair", MeasureCalls(samples));
        Print("Queue to handler, worker idle, us", MeasureWakeUp(samples));
        Print("lateness of a delay, us", MeasureLateness(samples, seed, out int earlyCount));
        if (earlyCount == 0) return ExitCode.Success;
        return program.Complain($"{earlyCount} handlers started before their delay was over on Jiffies.Now");
    }

    // On a queue without threads, so that only the two calls are in it.
    private static double[] MeasureCalls(int samples)
    {
        Workqueue queue = Stepping.CreateQueue("calls", 1, 1);
        Work work = new(_ => { });
        double[] nanoseconds = new double[Math.Min(samples, 200)];
        for (int i = -1; i < nanoseconds.Length; i++)
        {
            long start = Stopwatch.GetTimestamp();
            for (int k = 0; k < CallsPerSample; k++)
            {
                queue.Queue(work);
                work.Cancel();
            }

            // The first sample is the compiler's.
            if (i >= 0) nanoseconds[i] = Stopwatch.GetElapsedTime(start).TotalNanoseconds / CallsPerSample;
        }

        queue.Destroy();
        return nanoseconds;
    }

    private static double[] MeasureWakeUp(int samples)
    {
        Workqueue queue = Workqueue.CreateSingleThread("wake");
        double[] microseconds = new double[samples];
        long queued = 0;
        int sample = 0;
        Work work = new(_ => microseconds[sample] = Stopwatch.GetElapsedTime(queued).TotalMicroseconds);
        for (sample = 0; sample < samples; sample++)
        {
            queued = Stopwatch.GetTimestamp();
            queue.Queue(work);
            work.Flush();
        }

        queue.Destroy();
        return microseconds;
    }

    // From the moment the delay is over to the handler's start.
    private static double[] MeasureLateness(int samples, int seed, out int earlyCount)
    {
        Workqueue queue = Workqueue.CreateSingleThread("delays");
        Random random = new(seed);
        double[] microseconds = new double[samples];
        int early = 0;
        using AutoResetEvent ran = new(false);
        int delay = 0;
        long armed = 0;
        long armedJiffies = 0;
        int sample = 0;
        DelayedWork work = new(_ =>
        {
            microseconds[sample] = Stopwatch.GetElapsedTime(armed).TotalMicroseconds - delay * 1000.0;
            if (Jiffies.Now < armedJiffies + delay) early++;
            ran.Set();
        });
        for (sample = 0; sample < samples; sample++)
        {
            delay = random.Next(1, DelayMaxMilliseconds + 1);
            armed = Stopwatch.GetTimestamp();
            armedJiffies = Jiffies.Now;
            queue.QueueDelayed(work, delay);
            ran.WaitOne();
        }

        queue.Destroy();
        earlyCount = early;
        return microseconds;
    }

    private static void Print(string what, double[] values)
    {
        Array.Sort(values);
        string[] columns =
        [
            Format(values[0]), Format(values[values.Length / 2]), Format(values[values.Length * 99 / 100]), Format(values[^1]),
        ];
        Console.WriteLine($"{what,-36}{columns[0],10}{columns[1],10}{columns[2],10}{columns[3],10}");
    }

    private static string Format(double value) => value.ToString("N1", CultureInfo.InvariantCulture);
}
