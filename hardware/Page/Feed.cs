using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;

namespace Hardware.Page;

/// <summary>What happens on a board, for pages: kept, so that a page that comes later sees all of it. Members may be called from
/// any thread.</summary>
/// <param name="limit">So many events of a run are kept, the newest.</param>
public sealed class Feed(int limit = 100_000)
{
    private readonly Lock _gate = new(); // all fields below
    private readonly List<PageEvent> _events = [];
    private string _run = "{}";
    private string _clock = "{}";
    private int _runs;
    private long _dropped; // of this run, before the first that is kept
    private long _clocks;
    private TaskCompletionSource _changed = NewSource();

    /// <summary>Another run begins: what was before is forgotten.</summary>
    /// <param name="json">What pages have to know of it, an object.</param>
    public void Begin(string json) => Change(() =>
    {
        _runs++;
        _run = json;
        _dropped = 0;
        _events.Clear();
    });

    /// <summary>Something happened.</summary>
    public void Add(PageEvent happened) => Change(() =>
    {
        if (_events.Count >= limit + limit / 10)
        {
            _dropped += limit / 10;
            _events.RemoveRange(0, limit / 10);
        }

        _events.Add(happened);
    });

    /// <summary>How late it is, and how time runs. Only the newest one counts.</summary>
    /// <param name="json">An object.</param>
    public void SetClock(string json) => Change(() =>
    {
        if (json == _clock) return;
        _clock = json;
        _clocks++;
    });

    /// <summary>Writes all of the run until now, for a page that opens: a line, which is an object with the <c>run</c>, the
    /// <c>clock</c>, how many of the run's first events were <c>dropped</c>, and the <c>id</c> from which a reader goes on; then
    /// the events, packed.</summary>
    public void WriteHistory(IBufferWriter<byte> to)
    {
        PageEvent[] events;
        lock (_gate)
        {
            events = [.. _events];
            Write(to, $"{{\"id\":\"{Id}-{_runs}-{_dropped + events.Length}\",\"run\":{_run},\"clock\":{_clock},"
                + $"\"dropped\":{_dropped}}}\n");
        }

        PackedEvents.Write(to, events);
    }

    /// <summary>A reader that has seen nothing, or what a lost connection had seen.</summary>
    /// <param name="lastId">The last <c>id</c> that came; null or not one of this feed: from the beginning.</param>
    public FeedReader Read(string? lastId)
    {
        string[] parts = lastId?.Split('-') ?? [];
        return parts.Length == 3 && parts[0] == Id
            && int.TryParse(parts[1], out int run) && long.TryParse(parts[2], out long next)
            ? new FeedReader(this, run, next) : new FeedReader(this, -1, 0);
    }

    // Of one process: another one's numbers mean nothing here.
    private string Id { get; } = Guid.NewGuid().ToString("N")[..8];

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static void Write(IBufferWriter<byte> to, string text) => Encoding.UTF8.GetBytes(text, to);

    private void Change(Action change)
    {
        TaskCompletionSource changed;
        lock (_gate)
        {
            change();
            changed = _changed;
            _changed = NewSource();
        }

        changed.SetResult();
    }

    /// <summary>One page's place in a feed.</summary>
    public sealed class FeedReader
    {
        private const int Batch = 8000;
        private readonly Feed _feed;
        private int _run;
        private long _next;
        private long _clock = -1;

        internal FeedReader(Feed feed, int run, long next)
        {
            _feed = feed;
            _run = run;
            _next = next;
        }

        /// <summary>More than one batch was there: the rest need not wait.</summary>
        public bool IsBehind { get; private set; }

        /// <summary>Writes what is new since the last call, as server-sent events; waits until there is something.</summary>
        public async Task Next(IBufferWriter<byte> to, CancellationToken cancellation)
        {
            while (true)
            {
                Task changed;
                lock (_feed._gate)
                {
                    if (Take(to)) return;
                    changed = _feed._changed.Task;
                }

                await changed.WaitAsync(cancellation);
            }
        }

        private bool Take(IBufferWriter<byte> to)
        {
            bool isNew = _run != _feed._runs || _clock != _feed._clocks;
            if (_run != _feed._runs)
            {
                _run = _feed._runs;
                _next = 0;
                Write(to, $"event: run\ndata: {_feed._run}\n\n");
            }

            if (_next < _feed._dropped)
            {
                Write(to, $"event: dropped\ndata: {_feed._dropped}\n\n");
                _next = _feed._dropped;
            }

            int from = (int)(_next - _feed._dropped);
            int count = Math.Min(Batch, _feed._events.Count - from);
            IsBehind = count == Batch;
            if (count > 0)
            {
                _next += count;
                Write(to, $"id: {_feed.Id}-{_run}-{_next}\nevent: seen\ndata: ");
                var packed = new ArrayBufferWriter<byte>();
                PackedEvents.Write(packed, CollectionsMarshal.AsSpan(_feed._events).Slice(from, count));
                Write(to, Convert.ToBase64String(packed.WrittenSpan) + "\n\n");
            }

            if (_clock != _feed._clocks)
            {
                _clock = _feed._clocks;
                Write(to, $"event: clock\ndata: {_feed._clock}\n\n");
            }

            return isNew || count > 0;
        }
    }
}
