namespace Monitor.Tests;

/// <summary>A clock that a test moves.</summary>
internal sealed class VirtualTime : TimeProvider
{
    private static readonly DateTimeOffset s_start = new(2026, 5, 4, 12, 34, 56, 789, TimeSpan.Zero);

    internal long Milliseconds { get; set; }

    public override long TimestampFrequency => 1000;

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override long GetTimestamp() => Milliseconds;

    public override DateTimeOffset GetUtcNow() => s_start.AddMilliseconds(Milliseconds);
}
