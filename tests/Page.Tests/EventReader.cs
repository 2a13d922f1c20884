using System.Text.Json;

namespace Page.Tests;

/// <summary>A thing that was seen, as pages are told of it.</summary>
internal sealed record SeenEvent(string Kind, long Nanoseconds, long Edge, string Name, string Where, string Queue)
{
    internal long[] Counts { get; init; } = [];

    // The counts are the hardware's, compared by those who want them.
    public bool Equals(SeenEvent? other) => other is not null && ToString() == other.ToString();

    public override int GetHashCode() => HashCode.Combine(Kind, Nanoseconds);

    internal static SeenEvent Of(JsonElement json)
    {
        string Text(string name) => json.TryGetProperty(name, out JsonElement value) ? value.GetString()! : "";
        long Number(string name) => json.TryGetProperty(name, out JsonElement value) ? value.GetInt64() : 0;
        return new SeenEvent(Text("k"), Number("t"), Number("e"), Text("m"), Text("w"), Text("q"))
        {
            Counts = json.TryGetProperty("c", out JsonElement counts)
                ? [.. counts.EnumerateArray().Select(each => each.GetInt64())] : [],
        };
    }
}

/// <summary>Reads the stream of a page.</summary>
internal sealed class EventReader : IDisposable
{
    private static readonly HttpClient s_client = new() { Timeout = Timeout.InfiniteTimeSpan };

    private readonly StreamReader _lines;
    private readonly CancellationTokenSource _limit = new(TimeSpan.FromMinutes(2)); // it ends a test that would wait for ever

    private EventReader(StreamReader lines) => _lines = lines;

    internal string? LastId { get; private set; }

    internal static async Task<EventReader> Open(string address, string? lastId = null)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, address + "events");
        if (lastId is not null) request.Headers.Add("Last-Event-ID", lastId);
        HttpResponseMessage answer = await s_client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.AreEqual("text/event-stream", answer.Content.Headers.ContentType!.MediaType);
        return new EventReader(new StreamReader(await answer.Content.ReadAsStreamAsync()));
    }

    /// <summary>The data of the next message of that name.</summary>
    internal async Task<JsonElement> Next(string name)
    {
        string current = "";
        while (true)
        {
            string line = await _lines.ReadLineAsync(_limit.Token) ?? throw new EndOfStreamException("the stream has ended");
            if (line.StartsWith("id: ", StringComparison.Ordinal)) LastId = line[4..];
            else if (line.StartsWith("event: ", StringComparison.Ordinal)) current = line[7..];
            else if (line.StartsWith("data: ", StringComparison.Ordinal) && current == name)
                return JsonDocument.Parse(line[6..]).RootElement;
        }
    }

    /// <summary>All that is seen, up to what a test waits for.</summary>
    internal async Task<List<SeenEvent>> Until(Func<SeenEvent, bool> isLast)
    {
        List<SeenEvent> all = [];
        while (true)
        {
            all.AddRange((await Next("seen")).EnumerateArray().Select(SeenEvent.Of));
            int last = all.FindLastIndex(seen => isLast(seen));
            if (last >= 0) return all[..(last + 1)];
        }
    }

    public void Dispose()
    {
        _lines.Dispose();
        _limit.Dispose();
    }
}
