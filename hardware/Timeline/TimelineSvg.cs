using System.Globalization;
using System.Text;
using System.Xml;

namespace Hardware.Timeline;

/// <summary>A part of a picture in which time goes evenly from left to right.</summary>
/// <param name="X">Its left edge, in units of the picture, as all that follow.</param>
/// <param name="Y">Its upper edge.</param>
/// <param name="Width">Its width.</param>
/// <param name="Height">Its height.</param>
/// <param name="Start">Microseconds since the board started, at the left edge.</param>
/// <param name="End">At the right edge.</param>
public sealed record DrawnStretch(double X, double Y, double Width, double Height, long Start, long End)
{
    /// <summary>All of it, in this order.</summary>
    public double[] Numbers => [X, Y, Width, Height, Start, End];
}

/// <summary>A trace as a picture: one file, no script, nothing fetched; light or dark as the reader's page is.</summary>
/// <remarks>
/// <para>From top to bottom: what is shown, the legend, the whole trace in one strip (where the axis below has gaps), then rows
/// of tracks, then the numbers. A row's tracks: top halves with an arrow for each edge; a line for each delay; for each worker
/// the waiting items as dashed lines above the runs they end in. See <see cref="TimeAxis"/> for the time.</para>
/// <para>Colours are those of Okabe and Ito, which colour-blind readers tell apart. An item's goes by its name, so that it is the
/// same in all pictures; two may share one, so each item has a letter too, which stands on its runs where there is room. The
/// width of text is estimated: words that do not fit are left out rather than laid over others, and names that are too long are
/// cut.</para>
/// </remarks>
public static class TimelineSvg
{
    /// <summary>Draws a trace.</summary>
    /// <param name="timeline">What to draw.</param>
    /// <param name="title">What it is of, one line.</param>
    /// <param name="notes">What else there is to say, a line each.</param>
    /// <returns>The file's text.</returns>
    public static string Draw(TraceTimeline timeline, string title, params IReadOnlyList<string> notes)
    {
        ArgumentNullException.ThrowIfNull(timeline);
        ArgumentNullException.ThrowIfNull(title);
        return new Drawing(timeline).Draw(title, notes);
    }

    /// <summary>Draws a trace, and says where which time is in the picture.</summary>
    /// <inheritdoc cref="Draw(TraceTimeline, string, IReadOnlyList{string})"/>
    public static (string Svg, IReadOnlyList<DrawnStretch> Stretches) DrawWithTimes(
        TraceTimeline timeline, string title, params IReadOnlyList<string> notes)
    {
        ArgumentNullException.ThrowIfNull(timeline);
        ArgumentNullException.ThrowIfNull(title);
        var drawing = new Drawing(timeline);
        return (drawing.Draw(title, notes), drawing.Stretches);
    }

    private sealed class Drawing(TraceTimeline timeline)
    {
        private const double Width = 838; // what GitHub shows of a picture: larger ones are shrunk, with their text
        private const double Margin = 12;
        private const double Gutter = 120; // names of tracks
        private const double PlotX = Margin + Gutter + 10;
        private const double PlotPad = 8; // a mark at a row's end has room for half of it
        private const double PlotWidth = Width - PlotX - Margin;
        // Sizes of text; bold counts as a little larger.
        private const double TitleSize = 17.5;
        private const double TextSize = 11;
        private const double SmallSize = 10;
        private const double RunSize = 11;
        private const double IrqHeight = 24;
        private const double TimerHeight = 20;
        private const double RunHeight = 15;
        private const double LaneHeight = 4;
        private const int LanesMax = 6;
        private const double TrackPad = 5;
        private const double AxisHeight = 34;
        private const double BarWidthMin = 1.2;
        private const double GapEdge = 13; // of a gap, on each side: drawn as if time went on
        private const double TickSpacing = 75;
        private const double NameWidthMax = 200;
        private const int Colours = 7;
        private const uint ColourSeed = 139; // by which the items of the ButtonModule differ
        private const int TitlesMax = 3000; // texts that appear under the pointer; beyond, the file grows for little

        private readonly StringBuilder _text = new();
        private readonly Dictionary<WaitSpan, int> _lanes = new(ReferenceEqualityComparer.Instance);
        private readonly Dictionary<WorkerTrack, int> _laneCounts = new(ReferenceEqualityComparer.Instance);
        private readonly List<RunLabel> _labels = [];
        private XmlWriter _xml = null!;
        private double _y = Margin;
        private int _titles;

        internal List<DrawnStretch> Stretches { get; } = [];

        internal string Draw(string title, IReadOnlyList<string> notes)
        {
            foreach (WorkerTrack worker in timeline.Workers) AssignLanes(worker);
            using (_xml = XmlWriter.Create(_text, new XmlWriterSettings
            {
                Indent = true,
                IndentChars = " ",
                NewLineChars = "\n",
                OmitXmlDeclaration = true,
                ConformanceLevel = ConformanceLevel.Fragment,
            }))
            {
                WriteHead(title, notes);
                if (timeline.EventTimes.Count == 0)
                {
                    Text(Margin, _y + 20, "t", "The trace holds no event.");
                    _y += 40;
                }
                else
                {
                    WriteLegend();
                    WriteTracks();
                }

                WriteTables();
            }

            string height = Number(_y + Margin);
            string width = Number(Width);
            return $"""
                <svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}"
                 role="img">
                {Style}
                <rect class="page" width="{width}" height="{height}"/>
                {_text.ToString().Trim('\n')}
                </svg>

                """.ReplaceLineEndings("\n");
        }

        // Light is the default; the dark half only changes colours.
        private const string Style = """
            <style>
             svg { --page: #ffffff; --ink: #1b1f24; --dim: #59636e; --line: #d1d9e0; --band: #f6f8fa; --cut: #ffffff;
              --bad: #c0265a;
              --c0: #0072b2; --c1: #d55e00; --c2: #009e73; --c3: #b8709b; --c4: #e69f00; --c5: #56b4e9; --c6: #7a7a7a; }
             @media (prefers-color-scheme: dark) { svg { --page: #0d1117; --ink: #e6edf3; --dim: #9198a1; --line: #30363d;
              --band: #161b22; --cut: #0d1117; --bad: #ff7ba9;
              --c0: #4aa3df; --c1: #e8803a; --c2: #2fc29a; --c3: #d99bc1; --c4: #f0b43c; --c5: #9ad4f5; --c6: #a0a0a0; } }
             text { font: 11px system-ui, "Segoe UI", "DejaVu Sans", sans-serif; fill: var(--ink); }
             .h { font-size: 16px; font-weight: 600; } .b { font-weight: 600; }
             .dim { fill: var(--dim); } .s { font-size: 10px; fill: var(--dim); } .n { font-variant-numeric: tabular-nums; }
             .e { text-anchor: end; } .m { text-anchor: middle; } .bad { fill: var(--bad); }
             .page { fill: var(--page); } .band { fill: var(--band); } .cut { fill: var(--cut); fill-opacity: .72; }
             .line { stroke: var(--line); fill: none; } .axis { stroke: var(--dim); fill: none; }
             .zig { stroke: var(--dim); stroke-width: 1.3; fill: none; }
             .irq { fill: var(--ink); } .on { fill: var(--page); font-size: 10px; font-weight: 600; }
             .dark { fill: #1b1f24; }
             .wait { stroke-width: 2.4; stroke-dasharray: 2.4 1.6; } .gone { stroke-dasharray: 1 3; }
             .arm { stroke-width: 1.6; } .open { stroke-dasharray: 4 3; } .loss { stroke: var(--bad); stroke-width: 1.6; }
             .c0 { fill: var(--c0); } .c1 { fill: var(--c1); } .c2 { fill: var(--c2); } .c3 { fill: var(--c3); }
             .c4 { fill: var(--c4); } .c5 { fill: var(--c5); } .c6 { fill: var(--c6); }
             .k0 { stroke: var(--c0); } .k1 { stroke: var(--c1); } .k2 { stroke: var(--c2); } .k3 { stroke: var(--c3); }
             .k4 { stroke: var(--c4); } .k5 { stroke: var(--c5); } .k6 { stroke: var(--c6); }
            </style>
            """;

        private void WriteHead(string title, IReadOnlyList<string> notes)
        {
            _xml.WriteElementString("title", Clean(title));
            Text(Margin, _y + 14, "h", TextMeasure.Fit(title, TitleSize, Width - (2 * Margin)));
            _y += 24;
            var facts = new List<string>
            {
                $"{DurationSummary.Text(timeline.End - timeline.Start)}, from {Seconds(timeline.Start, 6)} s to "
                    + $"{Seconds(timeline.End, 6)} s after the start",
            };
            if (timeline.OtherEvents > 0) facts.Add($"events of other kinds, not drawn: {timeline.OtherEvents}");
            int harmless = facts.Count;
            if (timeline.LostRecords > 0)
            {
                facts.Add($"older records that were overwritten before the trace began: {timeline.LostRecords}");
            }

            if (timeline.DamagedLines > 0) facts.Add($"lines that came damaged and are missing here: {timeline.DamagedLines}");
            else if (timeline.MissesLines) facts.Add("some lines are missing");
            if (timeline.EndedEarlyAfter is { } records)
            {
                facts.Add($"the trace was stopped while it was written, and ends after {records} records");
            }

            if (timeline.HasCounterTimes) facts.Add("the trace's clock counts, and tells no time: a count is drawn as 1 µs");
            if (timeline.Losses.Count > 0) facts.Add($"× {timeline.Losses[0].Text} (in the log: {timeline.Losses.Count})");

            for (int i = 0; i < facts.Count + notes.Count; i++)
            {
                string line = i < facts.Count ? facts[i] : notes[i - facts.Count];
                bool isLoss = i >= harmless && i < facts.Count;
                Text(Margin, _y + 10, isLoss ? "bad" : "dim", TextMeasure.Fit(line, TextSize, Width - (2 * Margin)));
                _y += 16;
            }

            _y += 6;
        }

        private void WriteLegend()
        {
            double x = Margin;
            double y = _y + 10;
            void Place(string words, double markWidth, Action<double> mark)
            {
                double width = markWidth + 6 + TextMeasure.Width(words, TextSize) + 16;
                if (x + width > Width - Margin && x > Margin)
                {
                    x = Margin;
                    y += 18;
                }

                mark(x);
                Text(x + markWidth + 6, y, "t", words);
                x += width;
            }

            for (int i = 0; i < timeline.Items.Count; i++)
            {
                int item = i;
                Place(TextMeasure.Fit(timeline.Items[i].Name, TextSize, 400), 18, at =>
                {
                    Rect(at, y - 10, 18, 13, "c" + Colour(item), null);
                    Text(at + 9, y, OnColour(item), Letter(item));
                });
            }

            if (timeline.Items.Count > 0)
            {
                x = Margin;
                y += 19;
            }

            Place("edge, and its top half", 14, at =>
            {
                Arrow(at + 3, y - 9);
                Rect(at + 3, y - 4, 11, 6, "irq", null);
            });
            Place("item waits for its worker", 18, at => Line(at, y - 4, at + 18, y - 4, "wait k0", null));
            Place("handler runs", 18, at => Rect(at, y - 10, 18, 13, "c0", null));
            Place("timer armed, and its expiry", 24, at =>
            {
                Line(at, y - 4, at + 20, y - 4, "arm k0", null);
                Diamond(at + 20, y - 4, "c0", null);
            });
            Place("set anew", 12, at =>
            {
                Line(at, y - 4, at + 9, y - 4, "arm k0", null);
                Line(at + 9, y - 9, at + 9, y + 1, "arm k0", null);
            });
            if (timeline.Timers.Any(timer => timer.Spans.Any(span => span.Outcome == TimerOutcome.Canceled)))
            {
                Place("cancelled", 16, at =>
                {
                    Line(at, y - 4, at + 12, y - 4, "arm k0", null);
                    Cross(at + 12, y - 4, "arm k0");
                });
            }

            if (timeline.Workers.Any(worker => worker.Waits.Any(wait => wait.Outcome != WaitOutcome.Ran)))
            {
                Place("waits, does not run", 18, at => Line(at, y - 4, at + 18, y - 4, "wait gone k0", null));
            }

            if (timeline.Timers.Any(timer => timer.Spans.Any(span => span.Outcome == TimerOutcome.Open)))
            {
                Place("its end is not in the trace", 22, at => Line(at, y - 4, at + 22, y - 4, "arm open k0", null));
            }

            if (timeline.LostRecords > 0)
            {
                Place("what was before is lost", 4, at => Line(at + 2, y - 10, at + 2, y + 3, "loss", null));
            }

            Place("nothing happens: time is cut", 18, at => Zigzag(at + 9, y - 10, y + 3));
            _y = y + 16;
        }

        private void WriteTracks()
        {
            TimeAxis axis = TimeAxis.Of(timeline.EventTimes, PlotWidth - (2 * PlotPad), timeline.EventTimes.Count);
            bool isEven = axis.Rows.Count == 1 && !axis.Rows[0].Pieces.Any(piece => piece.IsGap);
            if (!isEven) WriteOverview(axis);
            for (int i = 0; i < axis.Rows.Count; i++) WriteRow(axis, i, isEven);
        }

        // Where the rows lie in the whole, on an even scale.
        private void WriteOverview(TimeAxis axis)
        {
            const double height = 26;
            double span = Math.Max(1, timeline.End - timeline.Start);
            double At(long time) => PlotX + PlotPad + ((time - timeline.Start) / span * (PlotWidth - (2 * PlotPad)));
            Text(PlotX - 10, _y + 16, "dim e", "the whole trace");
            Rect(PlotX, _y, PlotWidth, height, "band", null);
            foreach (IGrouping<int, double> column in timeline.EventTimes.GroupBy(time => (int)At(time), time => At(time)))
            {
                double part = Math.Min(1, 0.35 + (column.Count() / 12.0));
                Line(column.Key + 0.5, _y + height - 3 - (part * (height - 6)), column.Key + 0.5, _y + height - 3, "axis", null);
            }

            double labelEnd = 0;
            if (axis.Rows.Count > 1)
            {
                for (int i = 0; i < axis.Rows.Count; i++)
                {
                    double x = At(axis.Rows[i].Start);
                    Line(x - 1, _y, x - 1, _y + height + 4, "line", null);
                    string name = (i + 1).ToString(CultureInfo.InvariantCulture);
                    double right = i + 1 < axis.Rows.Count ? At(axis.Rows[i + 1].Start) : PlotX + PlotWidth;
                    double middle = (x + right) / 2;
                    if (middle - 6 < labelEnd) continue;
                    Text(middle, _y + height + 12, "s m", name);
                    labelEnd = middle + (TextMeasure.Width(name, SmallSize) / 2) + 6;
                }
            }

            _y += height + 26;
        }

        private void WriteRow(TimeAxis axis, int index, bool isEven)
        {
            AxisRow row = axis.Rows[index];
            if (!isEven)
            {
                string gap = DurationSummary.Text(row.GapBefore);
                string after = row.GapBefore == 0 ? "" : $", after {gap} in which nothing happened";
                string which = axis.Rows.Count > 1 ? $"row {index + 1}: " : "";
                Text(PlotX, _y + 9, "s", $"{which}{Seconds(row.Start, 4)} s to {Seconds(row.End, 4)} s{after}");
                _y += 14;
            }

            double top = _y;
            bool isBand = false;
            double Track(string name, double height, Action<double> draw)
            {
                if (isBand) Rect(PlotX, _y, PlotWidth, height, "band", null);
                isBand = !isBand;
                Text(PlotX - 10, _y + (height / 2) + 4, "e", TextMeasure.Fit(name, TextSize, Gutter));
                draw(_y);
                return _y += height;
            }

            foreach (IrqTrack line in timeline.Interrupts) Track(line.Name, IrqHeight, y => WriteIrqs(row, line, y));
            if (timeline.Interrupts.Count == 0 && timeline.Losses.Count > 0) Track("losses", IrqHeight, y => WriteLosses(row, y));
            foreach (TimerTrack timer in timeline.Timers)
            {
                Track(timeline.Items[timer.Item].Name + " timer", TimerHeight, y => WriteTimers(row, timer, y));
            }

            foreach (WorkerTrack worker in timeline.Workers)
            {
                double height = (2 * TrackPad) + (_laneCounts[worker] * LaneHeight) + RunHeight;
                Track(worker.Name, height, y => WriteWorker(row, worker, y));
            }

            Stretches.AddRange(row.Pieces.Select(piece =>
                new DrawnStretch(PlotX + PlotPad + piece.X, top, piece.Width, _y - top, piece.Start, piece.End)));
            WriteGaps(row, top, _y);
            WriteLabels();
            if (index == 0 && timeline.LostRecords > 0) Line(PlotX + 2, top, PlotX + 2, _y, "loss", "older records are lost");
            WriteAxis(axis, row);
        }

        private void WriteIrqs(AxisRow row, IrqTrack line, double y)
        {
            double lastArrow = double.MinValue;
            foreach (IrqSpan span in line.Spans)
            {
                if (!row.Shows(span.Start, span.End)) continue;
                (double x, double width) = Bar(row, span.Start, span.End);
                Rect(x, y + 11, width, IrqHeight - 15, "irq",
                    Hint(() => $"{line.Name} (irq {line.Irq}) at {Seconds(span.Start, 6)} s, "
                        + $"handler {DurationSummary.Text(span.End - span.Start)}{(span.IsCut ? " (cut)" : "")}"));
                // An arrow for each edge, as far as there is room for arrows; where they touch, more would not be seen.
                if (!row.Owns(span.Start) || x - lastArrow < 1) continue;
                Arrow(x, y + 3);
                lastArrow = x;
            }

            if (timeline.Interrupts[0] == line) WriteLosses(row, y);
        }

        private void WriteLosses(AxisRow row, double y)
        {
            foreach (LossMark loss in timeline.Losses)
            {
                if (!row.Owns(loss.Microseconds)) continue;
                double x = PlotX + PlotPad + row.At(loss.Microseconds);
                Line(x - 4, y + 12, x + 4, y + 20, "loss", Hint(() => $"{loss.Text} at {Seconds(loss.Microseconds, 6)} s"));
                Line(x - 4, y + 20, x + 4, y + 12, "loss", null);
            }
        }

        private void WriteTimers(AxisRow row, TimerTrack timer, double y)
        {
            string colour = Colour(timer.Item);
            double middle = y + (TimerHeight / 2);
            foreach (ArmedSpan span in timer.Spans)
            {
                if (!row.Shows(span.Start, span.End)) continue;
                (double x, double width) = Bar(row, span.Start, span.End);
                string style = span.Outcome == TimerOutcome.Open ? $"arm open k{colour}" : $"arm k{colour}";
                Line(x, middle, x + width, middle, style, Hint(() => Describe(timer, span)));
                if (row.Owns(span.Start) && !span.IsStartCut) Line(x, middle - 5, x, middle + 5, "arm k" + colour, null);
                if (!row.Owns(span.End)) continue;
                if (span.Outcome == TimerOutcome.Expired) Diamond(x + width, middle, "c" + colour, null);
                else if (span.Outcome == TimerOutcome.Canceled) Cross(x + width, middle, "arm k" + colour);
            }
        }

        private string Describe(TimerTrack timer, ArmedSpan span)
        {
            string end = span.Outcome switch
            {
                TimerOutcome.Expired => "expired",
                TimerOutcome.Moved => "set anew",
                TimerOutcome.Canceled => "cancelled",
                TimerOutcome.QueuedEarly => "queued at once",
                _ => "not seen to end",
            };
            string due = span.Due is { } time ? $"due {Seconds(time, 3)} s, " : "";
            return $"{timeline.Items[timer.Item].Name}: armed at {Seconds(span.Start, 6)} s, {due}{end}"
                + (span.Outcome == TimerOutcome.Open ? "" : $" after {DurationSummary.Text(span.End - span.Start)}");
        }

        private void WriteWorker(AxisRow row, WorkerTrack worker, double y)
        {
            y += TrackPad;
            foreach (WaitSpan span in worker.Waits)
            {
                if (!row.Shows(span.Start, span.End)) continue;
                (double x, double width) = Bar(row, span.Start, span.End);
                double lane = y + (_lanes[span] * LaneHeight) + (LaneHeight / 2);
                bool hasRun = span.Outcome == WaitOutcome.Ran;
                Line(x, lane, x + width, lane, (hasRun ? "wait k" : "wait gone k") + Colour(span.Item),
                    Hint(() => $"{timeline.Items[span.Item].Name} waits in {span.Queue} from {Seconds(span.Start, 6)} s for "
                        + $"{DurationSummary.Text(span.End - span.Start)}{(hasRun ? "" : ", does not run")}"));
            }

            y += _laneCounts[worker] * LaneHeight;
            foreach (RunSpan span in worker.Runs)
            {
                if (!row.Shows(span.Start, span.End)) continue;
                (double x, double width) = Bar(row, span.Start, span.End);
                Rect(x, y, width, RunHeight, "c" + Colour(span.Item),
                    Hint(() => $"{timeline.Items[span.Item].Name} on {worker.Name} from {Seconds(span.Start, 6)} s for "
                        + $"{DurationSummary.Text(span.End - span.Start)}{(span.IsCut ? " (cut)" : "")}"));
                LabelRun(row, x, x + width, y + RunHeight - 4, span.Item);
            }
        }

        // Beside the gaps, not in them, and drawn after them.
        private void LabelRun(AxisRow row, double left, double right, double y, int item)
        {
            double bestLeft = left;
            double bestWidth = 0;
            foreach (AxisPiece piece in row.Pieces.Append(new AxisPiece(0, 0, row.Width + GapEdge, 0, IsGap: true)))
            {
                if (!piece.IsGap) continue;
                double gap = PlotX + PlotPad + piece.X + GapEdge;
                double width = Math.Min(right, gap) - left;
                if (width > bestWidth) (bestLeft, bestWidth) = (left, width);
                left = Math.Max(left, gap + piece.Width - (2 * GapEdge));
            }

            string name = timeline.Items[item].Name;
            string label = TextMeasure.Width(name, RunSize) + 6 <= bestWidth ? name : Letter(item);
            if (TextMeasure.Width(label, RunSize) + 2 > bestWidth) return;
            // Runs of two threads of one name, or with a damaged time, may overlap; their words must not.
            if (_labels.Exists(other => other.Y == y && bestLeft < other.Right && bestLeft + bestWidth > other.Left)) return;
            _labels.Add(new RunLabel(bestLeft, bestLeft + bestWidth, y, item, label));
        }

        private void WriteLabels()
        {
            foreach (RunLabel label in _labels) Text((label.Left + label.Right) / 2, label.Y, OnColour(label.Item), label.Words);
            _labels.Clear();
        }

        private void WriteGaps(AxisRow row, double top, double bottom)
        {
            foreach (AxisPiece piece in row.Pieces)
            {
                if (!piece.IsGap) continue;
                double x = PlotX + PlotPad + piece.X;
                Rect(x + GapEdge, top, piece.Width - (2 * GapEdge), bottom - top, "cut", null);
                Zigzag(x + GapEdge, top, bottom);
                Zigzag(x + piece.Width - GapEdge, top, bottom);
            }
        }

        private void WriteAxis(TimeAxis axis, AxisRow row)
        {
            double step = NiceStep(TickSpacing / axis.Scale);
            // Enough digits for two neighbouring ticks to differ, and never fewer than milliseconds.
            int digits = Math.Clamp((int)Math.Ceiling(6 - Math.Log10(step)), 3, 6);
            double labelEnd = double.MinValue;
            double gapLabelEnd = double.MinValue;
            foreach (AxisPiece piece in row.Pieces)
            {
                double left = PlotX + PlotPad + piece.X;
                if (piece.IsGap)
                {
                    string words = DurationSummary.Text(piece.End - piece.Start);
                    double half = TextMeasure.Width(words, SmallSize) / 2;
                    double middle = left + (piece.Width / 2);
                    if (middle - half < gapLabelEnd) continue;
                    Text(middle, _y + 27, "s m", words);
                    gapLabelEnd = middle + half + 4;
                    continue;
                }

                Line(left, _y + 2.5, left + Math.Max(1, piece.Width), _y + 2.5, "axis", null);
                foreach (long time in Ticks(piece, step))
                {
                    double x = PlotX + PlotPad + piece.At(time);
                    Line(x, _y + 2.5, x, _y + 6, "axis", null);
                    string words = Seconds(time, digits);
                    double half = TextMeasure.Width(words, SmallSize) / 2;
                    double middle = Math.Clamp(x, PlotX + half, PlotX + PlotWidth - half);
                    if (middle - half < labelEnd) continue;
                    Text(middle, _y + 15.5, "s m n", words);
                    labelEnd = middle + half + 5;
                }
            }

            Text(PlotX - 10, _y + 15.5, "s e", "seconds");
            if (row.Pieces.Any(piece => piece.IsGap)) Text(PlotX - 10, _y + 27, "s e", "cut out");
            _y += AxisHeight;
        }

        // A piece too short for the even ticks gets one where it begins: each burst has a time of its own.
        private static IEnumerable<long> Ticks(AxisPiece piece, double step)
        {
            long first = (long)(Math.Ceiling(piece.Start / step) * step);
            if (piece.Width < TickSpacing || first > piece.End)
            {
                yield return piece.Start;
                yield break;
            }

            for (int i = 0; first + (long)(i * step) <= piece.End; i++) yield return first + (long)(i * step);
        }

        private void WriteTables()
        {
            double x = Margin;
            double lineBottom = _y;
            foreach (NumberTable table in NumberTable.Of(timeline))
            {
                double[] widths = [.. Enumerable.Range(0, table.Columns.Count).Select(column => 14 + Math.Min(NameWidthMax,
                    table.Rows.Append(table.Columns).Max(row => TextMeasure.Width(row[column], TextSize))))];
                double width = Math.Max(widths.Sum(), TextMeasure.Width(table.Note ?? "", SmallSize));
                if (x > Margin && x + width > Width - Margin)
                {
                    x = Margin;
                    _y = lineBottom;
                }

                double bottom = WriteTable(table, widths, x, _y);
                lineBottom = Math.Max(lineBottom, bottom);
                x += width + 36;
            }

            _y = lineBottom;
        }

        private double WriteTable(NumberTable table, double[] widths, double x, double y)
        {
            y += 22;
            Text(x, y, "b", table.Title);
            y += 17;
            WriteCells(table.Columns, widths, x, y, "dim");
            Line(x, y + 5, x + widths.Sum() - 8, y + 5, "line", null);
            foreach (IReadOnlyList<string> row in table.Rows)
            {
                y += 17;
                WriteCells(row, widths, x, y, "n");
            }

            if (table.Note is { } note) Text(x, y += 15, "s", note);
            return y + 4;
        }

        private void WriteCells(IReadOnlyList<string> cells, double[] widths, double x, double y, string style)
        {
            for (int i = 0; i < cells.Count; i++)
            {
                if (i == 0) Text(x, y, style, TextMeasure.Fit(cells[i], TextSize, NameWidthMax));
                else Text(x + widths[i] - 8, y, style + " e", cells[i]);
                x += widths[i];
            }
        }

        // Waiting items of a worker lie above each other; beyond the last lane they share it.
        private void AssignLanes(WorkerTrack worker)
        {
            var ends = new List<long>();
            foreach (WaitSpan span in worker.Waits.OrderBy(span => span.Start))
            {
                int lane = ends.FindIndex(end => end <= span.Start);
                if (lane < 0 && ends.Count < LanesMax)
                {
                    lane = ends.Count;
                    ends.Add(0);
                }

                if (lane < 0) lane = LanesMax - 1;
                ends[lane] = Math.Max(ends[lane], span.End);
                _lanes[span] = lane;
            }

            _laneCounts[worker] = ends.Count;
        }

        private static (double X, double Width) Bar(AxisRow row, long start, long end)
        {
            double x = row.At(Math.Max(start, row.Start));
            return (PlotX + PlotPad + x, Math.Max(BarWidthMin, row.At(Math.Min(end, row.End)) - x));
        }

        private static double NiceStep(double microseconds)
        {
            double power = Math.Pow(10, Math.Floor(Math.Log10(microseconds)));
            double step = (microseconds / power) switch { <= 1 => 1, <= 2 => 2, <= 5 => 5, _ => 10 } * power;
            return Math.Max(1, step);
        }

        private string Colour(int item) => ColourNumber(item).ToString(CultureInfo.InvariantCulture);

        // FNV-1a, the same on every computer.
        private uint ColourNumber(int item) => Encoding.UTF8.GetBytes(timeline.Items[item].Name)
            .Aggregate(ColourSeed, (hash, letter) => unchecked((hash ^ letter) * 16_777_619), hash => (hash >> 16) % Colours);

        // On the light colours of the palette, letters are dark in both halves.
        private string OnColour(int item) => ColourNumber(item) is 4 or 5 ? "on dark m" : "on m";

        private static string Letter(int item) =>
            item < 26 ? ((char)('A' + item)).ToString() : (item + 1).ToString(CultureInfo.InvariantCulture);

        private static string Seconds(long microseconds, int digits) =>
            (microseconds / 1e6).ToString("F" + digits.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

        private static string Number(double value) => Math.Round(value, 1).ToString("0.#", CultureInfo.InvariantCulture);

        private static string Clean(string words) =>
            string.Concat(words.Select(letter => XmlConvert.IsXmlChar(letter) ? letter : '\uFFFD'));

        private string? Hint(Func<string> words) => _titles++ < TitlesMax ? words() : null;

        private void Text(double x, double y, string style, string words)
        {
            _xml.WriteStartElement("text");
            Attribute("x", x);
            Attribute("y", y);
            if (style != "t") _xml.WriteAttributeString("class", style);
            _xml.WriteString(Clean(words));
            _xml.WriteEndElement();
        }

        private void Rect(double x, double y, double width, double height, string style, string? hint)
        {
            _xml.WriteStartElement("rect");
            Attribute("x", x);
            Attribute("y", y);
            Attribute("width", width);
            Attribute("height", height);
            EndShape(style, hint);
        }

        private void Line(double x1, double y1, double x2, double y2, string style, string? hint)
        {
            _xml.WriteStartElement("line");
            Attribute("x1", x1);
            Attribute("y1", y1);
            Attribute("x2", x2);
            Attribute("y2", y2);
            EndShape(style, hint);
        }

        private void Arrow(double x, double y) =>
            Path(FormattableString.Invariant($"M{x - 3.5:0.#} {y:0.#}h7l-3.5 6z"), "irq");

        private void Diamond(double x, double y, string style, string? hint) =>
            Path(FormattableString.Invariant($"M{x - 4.5:0.#} {y:0.#}l4.5 -4.5l4.5 4.5l-4.5 4.5z"), style, hint);

        private void Cross(double x, double y, string style)
        {
            Line(x - 3.5, y - 3.5, x + 3.5, y + 3.5, style, null);
            Line(x - 3.5, y + 3.5, x + 3.5, y - 3.5, style, null);
        }

        private void Zigzag(double x, double top, double bottom)
        {
            var path = new StringBuilder(FormattableString.Invariant($"M{x:0.#} {top:0.#}"));
            for (double y = top; y + 6 <= bottom; y += 6) path.Append("l2.5 3l-2.5 3");
            Path(path.ToString(), "zig");
        }

        private void Path(string path, string style, string? hint = null)
        {
            _xml.WriteStartElement("path");
            _xml.WriteAttributeString("d", path);
            EndShape(style, hint);
        }

        private void EndShape(string style, string? hint)
        {
            _xml.WriteAttributeString("class", style);
            if (hint is not null) _xml.WriteElementString("title", Clean(hint));
            _xml.WriteEndElement();
        }

        private void Attribute(string name, double value) => _xml.WriteAttributeString(name, Number(value));

        private sealed record RunLabel(double Left, double Right, double Y, int Item, string Words);
    }
}
