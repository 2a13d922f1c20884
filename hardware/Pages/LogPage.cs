namespace Hardware.Pages;

/// <summary>A line of the firmware's log.</summary>
/// <param name="Form">Its text. What differs from time to time is named in braces; one of several, or none, stands in square
/// brackets.</param>
/// <param name="Meaning">What it tells, and what to do where something is wrong.</param>
public sealed record LogLine(string Form, string Meaning)
{
    /// <summary>The text as a page shows it: without the braces.</summary>
    public string Text => Form.Replace("{", "").Replace("}", "");
}

/// <summary>hardware/boards/LOG.md: every line that the firmware prints. A test compares it with the sources.</summary>
public static class LogPage
{
    /// <summary>The module at work.</summary>
    public static IReadOnlyList<LogLine> Module { get; } =
    [
        new("button_module: trace on, newest {K} events",
            "The trace jumper is closed: the newest K events are kept until unload."),
        new("button_module: loaded on {BOARD}", "Button and LED are ready."),
        new(" irq_handler at jiffies={N}", "The top half: an edge of the button's contact raised an interrupt."),
        new("my_workqueue_function, my_irq_counter={   C}, my_jiffies={N}",
            "The bottom half: a worker handles interrupt C, which came at N."),
        new("button: press #{P} ({E} edges)", "The contact has come to rest, closed, after E edges. The LED lights for 200 ms."),
        new("button: release ({E} edges)", "The same, open."),
        new("button_module: interrupts={C} presses={P}", "Totals since load, once the button was held for two seconds."),
        new("button_module: items queued={K} run={K} failed={K}, not allocated={K}",
            "The same for the items: all that were queued have run or failed; not allocated are the interrupts that found "
                + "none."),
        new("button_module: unloaded", "All is released. The next press loads the module again."),
    ];

    /// <summary>What a double press shows.</summary>
    public static IReadOnlyList<LogLine> Dump { get; } =
    [
        new("Showing all workqueues, their workers and items:", "Heading; for each queue the lines below follow."),
        new("workqueue {QUEUE}: waiting={K} running={K} armed={K}[, being destroyed|, draining|, frozen]",
            "Items that wait for a worker, run, and wait for their time."),
        new("  {WORKER}: [idle|running {ITEM} for {N} ms[ (an item of {QUEUE})]]",
            "A worker, and what it does; the queue where the item is another one's."),
        new("  waiting: {ITEM}", "An item that waits for a worker."),
        new("  armed: {ITEM} in {N} ms", "An item that waits for its time."),
        new("  queued={K} executed={K} coalesced={K} refused={K} faulted={K} canceled={K}",
            "Counted since the queue was made; coalesced are calls that found the item queued already."),
        new("  max_depth={K} max_latency_us={K} busy_us={K}",
            "The longest queue, the longest wait for a worker, the time spent in handlers."),
        new("log lines and reports lost: {K}", "Shown when some are missing: what `** … **` adds up to."),
        new("steps done again, for want of memory: {K}",
            "Shown when there were some: the library ran out of memory in the middle of a step and did it again."),
        new("Interrupts:      count   waited_us  longest_us  faulted  line", "Heading; a row for each interrupt line follows."),
        new("  gpio{PIN}:{COUNT WAITED LONGEST FAULTED}  {LINE}",
            "Interrupts, how long the last edge waited for its top half beyond the quickest one (-: not known), the longest top "
                + "half, and how many of them threw."),
        new("WorkPool my_work: capacity={K} failed={K}", "The items for interrupts, and how often none was free."),
    ];

    /// <summary>What should not happen.</summary>
    public static IReadOnlyList<LogLine> Trouble { get; } =
    [
        new("failed to allocate my_work",
            "Edges came faster than the worker handles them, and all 16 items were in use. The interrupt gets none; it is "
                + "counted, and the press is seen all the same."),
        new("** {K} printk messages dropped **",
            "So many lines are missing here: top halves logged more than the memory for their lines holds, or a line could "
                + "not be written."),
        new("button_module: out of memory, trying again",
            "The module could not be loaded, or unloaded, for lack of memory. What was half made is undone; it goes on in a "
                + "moment."),
        new("workqueue: {ITEM} hogged CPU for >{MS}000us {K} times, consider splitting it or calling Thread.Sleep(0) in it",
            "A handler keeps the processor for itself, and everything else waits for it."),
        new("BUG: workqueue lockup - {WORKER} stuck for {N} ms in {ITEM} of {QUEUE}, {K} waiting",
            "A handler has not ended within its queue's `WatchdogMilliseconds`, and others wait behind it."),
        new("workqueue {QUEUE}: work {ITEM} faulted: {EXCEPTION}", "A handler threw. The run is counted, the worker goes on."),
        new("workqueue {QUEUE}: the HandlerFaulted subscriber threw: {EXCEPTION}; work {ITEM} had faulted: {EXCEPTION}",
            "Code that was told of a fault threw in its turn."),
        new("workqueue: no text for dump and trace; add Workqueues.Diagnostics to the program",
            "The program does not refer to that library, or was deployed without it."),
        new("irq: no direct dispatch with this version of the platform; edges go through its event sink",
            "The runtime's libraries are of a version that is not known here. Each edge takes four tenths of a millisecond "
                + "longer on an STM32L475, and a storm of edges fills the heap."),
        new("irq {LINE}: handler faulted: {EXCEPTION}",
            "A top half threw. Said once for each interrupt line; the dump counts all."),
        new("button_module: the microsecond timer is not to be had, delays step by 10 ms",
            "Of `ButtonModule.Esp32` only: all timers of the driver are taken, or there is no memory for one."),
        new("unknown board {TARGET}; the table knows those that begin with:{ TARGETS}",
            "The runtime's name fits no row of `firmware/ButtonModule/Boards.cs`. The firmware ends: add a row."),
    ];

    /// <summary>All of them.</summary>
    public static IEnumerable<LogLine> All => [.. Module, .. Dump, .. Trouble];

    /// <summary>The page's text.</summary>
    public static string Write() => $"""
        <!-- Written by `dotnet run --project hardware/Pages` from hardware/Pages/LogPage.cs: change that, then
             run it again. -->
        # Every line of the firmware's log

        The lines of `ButtonModule` and the library, on every board and on the virtual one. In front of each stands the time
        since start, `[    3.011000] `, but not in front of the dump's rows, of a trace and of `** … **`. Words in capital
        letters stand for what differs: N is a time in milliseconds since start (`jiffies`), or a duration; C a number of
        interrupts, P of presses, E of edges, K of something else. Of `[a|b]` one stands there, or none. What the board's runtime
        prints by itself is not listed.

        The queues are `my_queue`, `button` and `events`, their workers `my_queue/0` and so on; the items are `my_work`,
        `debounce`, `led_off` and `hold`; the interrupt lines are `button`, and `loader` while the module is unloaded.

        ## At work

        {Table(Module)}

        ## A double press

        {Table(Dump)}

        ## What should not happen

        {Table(Trouble)}

        ## A trace

        Before `unloaded`, from `# tracer: nop` on, as Linux's ftrace writes it; the
        [monitor](../Monitor/README.md#seeing-a-trace) draws it.

        """.ReplaceLineEndings("\n");

    private static string Table(IReadOnlyList<LogLine> lines) => "| line | meaning |\n|---|---|\n"
        + string.Join('\n', lines.Select(line => $"| `{line.Text.Replace("|", "\\|")}` | {line.Meaning} |"));
}
