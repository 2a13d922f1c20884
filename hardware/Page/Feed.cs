using System.Text;

namespace Hardware.Page;

/// <summary>What happens on a board, as messages for pages: kept, so that a page that comes later sees all of it. Members may be
/// called from any thread.</summary>
/// <param name="limit">So many messages of a run are kept, the newest.</param>
public sealed class Feed(int limit = 100_000)
{
    private readonly Lock _gate = new(); // all fields below
    private readonly List<string> _messages = [];
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
        _messages.Clear();
    });

    /// <summary>Something happened.</summary>
    /// <param name="json">An object.</param>
    public void Add(string json) => Change(() =>
    {
        if (_messages.Count >= limit + limit / 10)
        {
            _dropped += limit / 10;
            _messages.RemoveRange(0, limit / 10);
        }

        _messages.Add(json);
    });

    /// <summary>How late it is, and how time runs. Only the newest one counts.</summary>
    /// <param name="json">An object.</param>
    public void SetClock(string json) => Change(() =>
    {
        if (json == _clock) return;
        _clock = json;
        _clocks++;
    });

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

        /// <summary>What is new since the last call, as server-sent events; waits until there is something.</summary>
        public async Task<string> Next(CancellationToken cancellation)
        {
            while (true)
            {
                Task changed;
                lock (_feed._gate)
                {
                    if (Take() is { Length: > 0 } text) return text;
                    changed = _feed._changed.Task;
                }

                await changed.WaitAsync(cancellation);
            }
        }

        private string Take()
        {
            StringBuilder text = new();
            if (_run != _feed._runs)
            {
                _run = _feed._runs;
                _next = 0;
                text.Append($"event: run\ndata: {_feed._run}\n\n");
            }

            if (_next < _feed._dropped)
            {
                text.Append($"event: dropped\ndata: {_feed._dropped}\n\n");
                _next = _feed._dropped;
            }

            int from = (int)(_next - _feed._dropped);
            int count = Math.Min(Batch, _feed._messages.Count - from);
            IsBehind = count == Batch;
            if (count > 0)
            {
                _next += count;
                text.Append($"id: {_feed.Id}-{_run}-{_next}\nevent: seen\ndata: [")
                    .AppendJoin(',', _feed._messages.GetRange(from, count)).Append("]\n\n");
            }

            if (_clock != _feed._clocks)
            {
                _clock = _feed._clocks;
                text.Append($"event: clock\ndata: {_feed._clock}\n\n");
            }

            return text.ToString();
        }
    }
}
