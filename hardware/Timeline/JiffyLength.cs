namespace Hardware.Timeline;

/// <summary>How long a jiffy of a trace is. A kernel's lines give delays in jiffies and never say it; the times of the events
/// do.</summary>
internal static class JiffyLength
{
    // Of a board, by design.
    private const int BoardHertz = 1000;

    // Two readings can be anything; from so many on, a line through them tells.
    private const int ReadingsMin = 4;
    private const int SpanMin = 20;
    private const int OffMax = 3; // a processor that slept reads an old count
    private const double Close = 0.02;

    // Of a short delay, the jiffy that had begun when it was armed is too large a part.
    private const int TimeoutMin = 10;

    // What CONFIG_HZ can be, on all architectures.
    private static readonly int[] s_hertz = [24, 32, 48, 64, 100, 128, 200, 250, 256, 300, 500, 512, 1000, 1024, 1200];

    /// <summary>Microseconds of a jiffy; null: the events do not tell.</summary>
    internal static double? MicrosecondsOf(IReadOnlyList<FtraceEvent> events)
    {
        FtraceEvent[] timers = [.. events.Where(item => item.Jiffies is not null)];
        int? hertz = Array.Exists(timers, FtraceBlock.IsOfBoard) ? BoardHertz : OfReadings(timers) ?? OfExpiries(timers);
        return 1e6 / hertz;
    }

    // The count of jiffies over the time.
    private static int? OfReadings(FtraceEvent[] timers)
    {
        if (timers.Length < ReadingsMin) return null;
        (FtraceEvent first, FtraceEvent last) = (timers[0], timers[^1]);
        long jiffies = last.Jiffies!.Value - first.Jiffies!.Value;
        long microseconds = last.Microseconds - first.Microseconds;
        if (jiffies < SpanMin || microseconds <= 0) return null;
        double rate = jiffies * 1e6 / microseconds;
        int hertz = s_hertz.MinBy(known => Math.Abs(known - rate));
        bool isClose = Math.Abs(hertz - rate) <= hertz * Close;
        int onLine = timers.Count(item => Math.Abs(
            item.Jiffies!.Value - first.Jiffies.Value - ((item.Microseconds - first.Microseconds) * hertz / 1e6)) <= OffMax);
        return isClose && onLine * 10 >= timers.Length * 9 ? hertz : null;
    }

    // No timer expires early, so that the least late one says how long a jiffy can be at most. The longest that is known and no
    // longer than this is taken.
    private static int? OfExpiries(FtraceEvent[] timers)
    {
        var armed = new Dictionary<string, FtraceEvent>(StringComparer.Ordinal);
        double longest = double.MaxValue;
        foreach (FtraceEvent item in timers)
        {
            if (item.Kind == FtraceEventKind.TimerStart) armed[item.Subject] = item;
            else if (armed.Remove(item.Subject, out FtraceEvent? start) && start.TimeoutJiffies >= TimeoutMin)
            {
                longest = Math.Min(longest, (item.Microseconds - start.Microseconds) / (start.TimeoutJiffies - 1.0));
            }
        }

        int hertz = longest > 0 && longest < double.MaxValue ? Array.Find(s_hertz, known => 1e6 / known <= longest) : 0;
        return hertz == 0 ? null : hertz;
    }
}
