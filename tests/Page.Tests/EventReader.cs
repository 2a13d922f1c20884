using System.Text;
using System.Text.Json;

namespace Page.Tests;

/// <summary>A thing that was seen, as pages are told of it.</summary>
internal sealed record SeenEvent(string Kind, long Nanoseconds, long Edge, string Name, string Where, string Queue)
{
    internal long[] Counts { get; init; } = [];

    // The counts are the hardware's, compared by those who want them.
    public bool Equals(SeenEvent? other) => other is not null && ToString() == other.ToString();

    public override int GetHashCode() => HashCode.Combine(Kind, Nanoseconds);

    /// <summary>What a page unpacks, as far as tests look at it.</summary>
    internal static List<SeenEvent> Unpack(byte[] bytes)
    {
        List<SeenEvent> all = [];
        List<string> names = [""];
        long nanoseconds = 0;
        long[] counts = new long[9];
        int at = 0;
        while (at < bytes.Length)
        {
            for (long left = Number(); left > 0; left--)
            {
                int length = (int)Number();
                names.Add(Encoding.UTF8.GetString(bytes, at, length));
                at += length;
            }

            long present = Number();
            bool Has(int field) => (present >> field & 1) != 0;
            long Field(int field) => Has(field) ? Number() : 0;
            string kind = names[(int)Field(0)];
            nanoseconds += Signed(Field(1));
            _ = Field(2);
            long changed = Field(3);
            counts = [.. counts.Select((count, i) => count + ((changed >> (i + 1) & 1) != 0 ? Signed(Number()) : 0))];
            _ = Field(4);
            string name = names[(int)Field(5)];
            string queue = names[(int)Field(6)];
            long edge = Field(7);
            _ = (Field(8), Field(9), Field(10));
            string where = names[(int)Field(11)];
            _ = (Field(12), Field(13), Field(14), Field(15), Field(16));
            for (long left = Field(17); left > 0; left--) _ = Number();
            all.Add(new SeenEvent(kind, nanoseconds, edge, name, where, queue) { Counts = changed > 0 ? counts : [] });
        }

        return all;

        long Number()
        {
            long value = 0;
            for (int shift = 0; ; shift += 7)
            {
                value |= (long)(bytes[at] & 127) << shift;
                if (bytes[at++] < 128) return value;
            }
        }

        static long Signed(long value) => (value >> 1) ^ -(value & 1);
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
    internal async Task<JsonElement> Next(string name) => JsonDocument.Parse(await NextText(name)).RootElement;

    private async Task<string> NextText(string name)
    {
        string current = "";
        while (true)
        {
            string line = await _lines.ReadLineAsync(_limit.Token) ?? throw new EndOfStreamException("the stream has ended");
            if (line.StartsWith("id: ", StringComparison.Ordinal)) LastId = line[4..];
            else if (line.StartsWith("event: ", StringComparison.Ordinal)) current = line[7..];
            else if (line.StartsWith("data: ", StringComparison.Ordinal) && current == name)
                return line[6..];
        }
    }

    /// <summary>All that is seen, up to what a test waits for.</summary>
    internal async Task<List<SeenEvent>> Until(Func<SeenEvent, bool> isLast)
    {
        List<SeenEvent> all = [];
        while (true)
        {
            all.AddRange(SeenEvent.Unpack(Convert.FromBase64String(await NextText("seen"))));
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
