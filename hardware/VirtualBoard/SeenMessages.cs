using System.Globalization;
using Hardware.Machine;
using Hardware.Page;
using Hardware.Timeline;

namespace VirtualBoard;

/// <summary>What was seen on the machine, in the words of others: of a page, and of a trace.</summary>
public static class SeenMessages
{
    /// <summary>As pages are told of it.</summary>
    /// <param name="seen">What was seen.</param>
    /// <param name="where">Where in the firmware's source.</param>
    public static PageEvent Event(Seen seen, string where) => new(seen.Kind.ToString(), seen.Nanoseconds)
    {
        Instructions = seen.Kind == SeenKind.QueueCounted ? 0 : seen.Instructions,
        Edge = seen.Edge,
        PinAndOne = seen.Pin + 1,
        IsHigh = seen.IsHigh,
        Item = seen.Item,
        Name = OrNull(seen.Name),
        Queue = OrNull(seen.Queue),
        By = seen.By,
        Due = seen.Due,
        IsFromTimer = seen.IsFromTimer,
        Thread = seen.Kind == SeenKind.ItemStarted ? seen.Thread : null,
        OwnInstructions = seen.OwnInstructions,
        HasThrown = seen.HasThrown,
        Where = OrNull(where),
        Free = seen.Free,
        Capacity = seen.Capacity,
        Statistics = seen.Counters is not { } all ? null :
        [
            all.Queued, all.Executed, all.Coalesced, all.Refused, all.Faulted, all.Canceled, all.MaxDepth,
            all.MaxLatencyMilliseconds, all.BusyMilliseconds,
        ],
        Counts = seen.Kind == SeenKind.QueueCounted ? null :
        [
            seen.Counts.Recorded, seen.Counts.LostInRing, seen.Counts.LostInHeap, seen.Counts.InRing, seen.Counts.InList,
            seen.Counts.HeapBytes, seen.Counts.IdleNanoseconds, seen.Counts.Switches, seen.Counts.Calls,
        ],
    };

    /// <summary>The events as the firmware's own trace would have them, in the text form of ftrace.</summary>
    /// <param name="all">In the order of time.</param>
    /// <param name="pinName">What a line is called that is on a pin.</param>
    public static IEnumerable<string> Trace(IEnumerable<Seen> all, Func<int, string> pinName)
    {
        string[] lines = [.. Lines(all, pinName)];
        return ["# tracer: nop", "#", $"# entries-in-buffer/entries-written: {lines.Length}/{lines.Length}   #P:1", .. lines];
    }

    private static IEnumerable<string> Lines(IEnumerable<Seen> all, Func<int, string> pinName)
    {
        foreach (Seen seen in all)
        {
            string work = "c0de" + seen.Item.ToString("x4", CultureInfo.InvariantCulture);
            string name = Word(seen.Name);
            string? text = seen.Kind switch
            {
                SeenKind.TopHalfBegins => $"irq_handler_entry: irq={seen.Pin} name={Word(pinName(seen.Pin))}",
                SeenKind.TopHalfEnds => $"irq_handler_exit: irq={seen.Pin} ret=handled",
                SeenKind.ItemArmed => $"timer_start: timer={work} function={name} expires={seen.Due / 1_000_000} "
                    + $"[timeout={(seen.Due - seen.Nanoseconds + 999_999) / 1_000_000}] cpu=0 idx=0 flags=",
                SeenKind.ItemQueued =>
                    $"workqueue_queue_work: work struct={work} function={name} workqueue={Word(seen.Queue)} req_cpu=0 cpu=0",
                SeenKind.ItemStarted => $"workqueue_execute_start: work struct {work}: function {name}",
                SeenKind.ItemEnded => $"workqueue_execute_end: work struct {work}: function {name}",
                SeenKind.ItemCanceled when seen.IsFromTimer => $"timer_cancel: timer={work}",
                _ => null,
            };
            if (text is null) continue;
            if (seen is { Kind: SeenKind.ItemQueued, IsFromTimer: true })
            {
                yield return Head(seen) + $"timer_expire_entry: timer={work} function={name} now={seen.Nanoseconds / 1_000_000}";
            }

            yield return Head(seen) + text;
        }
    }

    private static string Head(Seen seen)
    {
        bool isIrq = seen.Kind is SeenKind.TopHalfBegins or SeenKind.TopHalfEnds;
        bool isRun = seen.Kind is SeenKind.ItemStarted or SeenKind.ItemEnded;
        string who = isIrq ? "interrupt-1" : isRun ? $"{Word(seen.Worker)}-{Number(seen.Thread)}" : "thread-9";
        long microseconds = seen.Nanoseconds / 1000;
        return FormattableString.Invariant(
            $"{who,22} [000] {(isIrq ? "d.h1" : "....")} {microseconds / 1_000_000}.{microseconds % 1_000_000:D6}: ");
    }

    private static int Number(string thread) =>
        int.TryParse(thread.AsSpan(thread.LastIndexOf(' ') + 1), CultureInfo.InvariantCulture, out int number) ? 10 + number : 10;

    private static string Word(string name) => name.Length == 0 ? "\"\"" : name.Replace(' ', '_');

    private static string? OrNull(string text) => text.Length == 0 ? null : text;
}
