using System.Globalization;

namespace Hardware.Timeline;

/// <summary>What a set of durations is like. Quantiles are the nearest rank: always a duration that was measured, and of fewer
/// than a hundred the 99th percentile is the longest.</summary>
/// <param name="Count">How many.</param>
/// <param name="MinMicroseconds">The shortest; 0 if there are none, as all that follow.</param>
/// <param name="MedianMicroseconds">The one that half of them do not exceed.</param>
/// <param name="P99Microseconds">The one that 99 of 100 do not exceed.</param>
/// <param name="MaxMicroseconds">The longest.</param>
public sealed record DurationSummary(
    int Count, long MinMicroseconds, long MedianMicroseconds, long P99Microseconds, long MaxMicroseconds)
{
    /// <summary>Sums durations up.</summary>
    public static DurationSummary Of(IEnumerable<long> microseconds)
    {
        long[] sorted = [.. microseconds.Order()];
        return sorted.Length == 0
            ? new DurationSummary(0, 0, 0, 0, 0)
            : new DurationSummary(sorted.Length, sorted[0], Rank(sorted, 50), Rank(sorted, 99), sorted[^1]);
    }

    /// <summary>A duration in the unit that suits it, with three digits: <c>870 µs</c>, <c>1.23 ms</c>, <c>2.00 s</c>.</summary>
    public static string Text(long microseconds) => microseconds switch
    {
        < 1000 => Number(microseconds, 0) + " µs",
        < 9_995 => Number(microseconds / 1e3, 2) + " ms",
        < 99_950 => Number(microseconds / 1e3, 1) + " ms",
        < 999_500 => Number(microseconds / 1e3, 0) + " ms",
        < 9_995_000 => Number(microseconds / 1e6, 2) + " s",
        < 99_950_000 => Number(microseconds / 1e6, 1) + " s",
        _ => Number(microseconds / 1e6, 0) + " s",
    };

    private static long Rank(long[] sorted, int percent) => sorted[((sorted.Length * percent) + 99) / 100 - 1];

    private static string Number(double value, int decimals) =>
        value.ToString("F" + decimals.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
}
