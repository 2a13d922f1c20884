namespace Hardware.Timeline;

/// <summary>A stretch of time drawn at the axis' scale, or a gap in which nothing happened, drawn at a fixed width.</summary>
internal readonly record struct AxisPiece(long Start, long End, double X, double Width, bool IsGap)
{
    /// <summary>Where a time inside this piece is drawn.</summary>
    internal double At(long time) => End == Start ? X : X + (Width * Math.Clamp((double)(time - Start) / (End - Start), 0, 1));
}

/// <summary>A line of the picture: pieces from left to right.</summary>
/// <param name="Pieces">At least one.</param>
/// <param name="GapBefore">Microseconds without an event between the row before and this one; 0: it goes on at once.</param>
/// <param name="OwnsEnd">True: what happens at its end is shown here. False: at the start of the next row.</param>
internal sealed record AxisRow(IReadOnlyList<AxisPiece> Pieces, long GapBefore, bool OwnsEnd)
{
    internal long Start => Pieces[0].Start;

    internal long End => Pieces[^1].End;

    internal double Width => Pieces[^1].X + Pieces[^1].Width;

    /// <summary>True: what happens then is shown here.</summary>
    internal bool Owns(long time) => time >= Start && (time < End || (time == End && OwnsEnd));

    /// <summary>True: a part of the span is shown here.</summary>
    internal bool Shows(long start, long end) => end >= Start && (start < End || (start == End && OwnsEnd));

    internal double At(long time)
    {
        foreach (AxisPiece piece in Pieces)
        {
            if (time <= piece.End) return piece.At(Math.Max(time, piece.Start));
        }

        return Width;
    }
}

/// <summary>How times become places.</summary>
/// <remarks>A button's run is seconds of nothing around bursts of milliseconds, in which a run takes microseconds: on one even
/// axis every burst would be a stroke. So gaps without an event shrink to a marked width, all else has one scale, and what
/// does not fit beside each other goes on in the next row, as in a score. Events count, not spans: a run of five seconds in
/// which nothing else happens, and a timer that waits, shrink like silence and are drawn across the mark.</remarks>
internal sealed class TimeAxis
{
    /// <summary>Width of a gap.</summary>
    internal const double GapWidth = 46;

    // A gap is worth its mark when it saves more than it costs the eye.
    private const double GapWidthMin = 3 * GapWidth;

    // At a finer scale the gaps within a burst would be marked too, and nothing could be compared any more.
    private const double GapShareMax = 0.34;

    private const int EventsPerRow = 80;
    private const int RowsMax = 10;

    // Pixels per microsecond that are tried, finest first.
    private static readonly double[] s_scales =
        [.. Enumerable.Range(0, 30).Select(i => (i % 3) switch { 0 => 1, 1 => 0.5, _ => 0.2 } * Math.Pow(10, -(i / 3)))];

    private TimeAxis(double scale, IReadOnlyList<AxisRow> rows)
    {
        Scale = scale;
        Rows = rows;
    }

    /// <summary>Pixels per microsecond.</summary>
    internal double Scale { get; }

    internal IReadOnlyList<AxisRow> Rows { get; }

    /// <summary>Chooses the finest scale that needs neither too many rows nor too many gaps.</summary>
    /// <param name="times">Ascending, each once, at least one.</param>
    /// <param name="width">Of a row.</param>
    /// <param name="eventCount">How much there is to see.</param>
    internal static TimeAxis Of(IReadOnlyList<long> times, double width, int eventCount)
    {
        int rowsMax = Math.Clamp((eventCount + EventsPerRow - 1) / EventsPerRow, 1, RowsMax);
        TimeAxis? coarsest = null;
        foreach (double scale in s_scales)
        {
            List<AxisPiece> pieces = Cut(times, scale);
            int gaps = pieces.Count(piece => piece.IsGap);
            if (gaps > Math.Max(1, (times.Count - 1) * GapShareMax)) continue;
            coarsest = new TimeAxis(scale, Wrap(pieces, width));
            if (coarsest.Rows.Count <= rowsMax) return coarsest;
        }

        return coarsest!;
    }

    private static List<AxisPiece> Cut(IReadOnlyList<long> times, double scale)
    {
        var pieces = new List<AxisPiece>();
        long start = times[0];
        for (int i = 1; i < times.Count; i++)
        {
            if ((times[i] - times[i - 1]) * scale <= GapWidthMin) continue;
            pieces.Add(Stretch(start, times[i - 1], scale));
            pieces.Add(new AxisPiece(times[i - 1], times[i], 0, GapWidth, IsGap: true));
            start = times[i];
        }

        pieces.Add(Stretch(start, times[^1], scale));
        return pieces;
    }

    private static AxisPiece Stretch(long start, long end, double scale) =>
        new(start, end, 0, (end - start) * scale, IsGap: false);

    private static List<AxisRow> Wrap(List<AxisPiece> pieces, double width)
    {
        var rows = new List<AxisRow>();
        var row = new List<AxisPiece>();
        long gapBefore = 0;
        double x = 0;
        void EndRow(bool ownsEnd = false)
        {
            rows.Add(new AxisRow(row, gapBefore, ownsEnd));
            row = [];
            gapBefore = 0;
            x = 0;
        }

        foreach (AxisPiece whole in pieces)
        {
            AxisPiece piece = whole;
            if (piece.IsGap && x + piece.Width > width) EndRow(ownsEnd: true);
            if (piece.IsGap && row.Count == 0)
            {
                gapBefore = piece.End - piece.Start;
                continue;
            }

            while (x + piece.Width > width)
            {
                // Better a ragged end than a burst in two, unless most of a row would stay empty.
                if (x > width / 2 || (x > 0 && piece.Width <= width))
                {
                    EndRow();
                    continue;
                }

                long cut = piece.Start + (long)((piece.End - piece.Start) * ((width - x) / piece.Width));
                if (cut <= piece.Start || cut >= piece.End) break;
                row.Add(new AxisPiece(piece.Start, cut, x, width - x, IsGap: false));
                double rest = piece.Width - (width - x);
                EndRow();
                piece = new AxisPiece(cut, piece.End, 0, rest, IsGap: false);
            }

            row.Add(piece with { X = x });
            x += piece.Width;
        }

        EndRow(ownsEnd: true);
        return rows;
    }
}
