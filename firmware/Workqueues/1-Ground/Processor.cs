using System;

namespace Workqueues;

/// <summary>Tells which processor the calling thread runs on, in 0…<see cref="Processor.Count"/>-1. MUST NOT block, throw or
/// allocate: it is asked on the queueing path.</summary>
public delegate int ProcessorLocator();

/// <summary>The processors that run threads of the program: one on every nanoFramework board, because the CLR runs on one
/// core.</summary>
public static class Processor
{
    /// <summary>Processors that an item can tell apart.</summary>
    internal const int Limit = 128;

    private static int s_count = 1; // S before the first queue is made
    private static ProcessorLocator? s_locator; // S likewise

    /// <summary>How many there are.</summary>
    /// <remarks><b>Context:</b> any. <b>Cost:</b> O(1). Linux: <c>num_online_cpus()</c>.</remarks>
    public static int Count => s_count;

    /// <summary>The one that the caller runs on, 0 or more; it may be another one a moment later.</summary>
    /// <remarks><b>Context:</b> any. <b>Cost:</b> O(1). Linux: <c>raw_smp_processor_id()</c>.</remarks>
    public static int Current
    {
        get
        {
            int processor = s_locator == null ? 0 : s_locator();
            return processor < 0 || processor >= s_count ? 0 : processor;
        }
    }

    /// <summary>For a runtime with more than one processor: says how many there are and how to find the current one. Queues
    /// made before keep the workers they have.</summary>
    /// <remarks><b>Context:</b> an ordinary thread, once at start-up.</remarks>
    /// <param name="count">1 to 128.</param>
    /// <param name="locator">Tells the calling thread's processor; null, or a number that is none: 0.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is not in 1…128.</exception>
    public static void Configure(int count, ProcessorLocator? locator)
    {
        if (count < 1 || count > Limit) throw Refusal.Range(nameof(count), count, 1, Limit);
        s_count = count;
        s_locator = locator;
    }

    /// <summary>Throws when there is no such processor.</summary>
    internal static void Check(int processor)
    {
        if (processor < 0 || processor >= s_count) throw Refusal.Range(nameof(processor), processor, 0, s_count - 1);
    }
}
