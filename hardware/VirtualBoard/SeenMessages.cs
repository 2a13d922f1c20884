using System.Globalization;
using System.Text.Json;
using Hardware.Machine;
using Hardware.Timeline;

namespace VirtualBoard;

/// <summary>What was seen on the machine, in the words of others: of a page, and of a trace.</summary>
public static class SeenMessages
{
    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingDefault,
    };

    /// <summary>A message for pages: short names, as there are many of them. What is 0 or empty is left out.</summary>
    public static string Json(Seen seen, string where) => JsonSerializer.Serialize(
        new Message(seen.Kind.ToString(), seen.Nanoseconds, seen.Instructions, seen.Edge, seen.Pin + 1, seen.IsHigh, seen.Item,
            OrNull(seen.Name), OrNull(seen.Queue), seen.By, seen.Due, seen.IsFromTimer, OrNull(seen.Thread), seen.OwnInstructions,
            OrNull(where), seen.Free, seen.Capacity,
            [
                seen.Counts.Recorded, seen.Counts.LostInRing, seen.Counts.LostInHeap, seen.Counts.InRing, seen.Counts.InList,
                seen.Counts.HeapBytes, seen.Counts.IdleNanoseconds, seen.Counts.Switches, seen.Counts.Calls,
                seen.Counts.AllocatedBytes,
            ]),
        s_json);

    /// <summary>The events as the firmware's own trace would have them, in the text form of ftrace.</summary>
    /// <param name="all">In the order of time.</param>
    /// <param name="pinName">What a line is called that is on a pin.</param>
    public static IEnumerable<string> Trace(IEnumerable<Seen> all, Func<int, string> pinName)
    {
        yield return "# tracer: nop";
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

    private sealed record Message(string K, long T, long N, long E, int P, bool H, int I, string? M, string? Q, int By, long Due,
        bool Ft, string? Th, long Own, string? W, int Free, int Cap, long[] C);
}
