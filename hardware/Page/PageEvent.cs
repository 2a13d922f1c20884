using System.Text.Json;
using System.Text.Json.Serialization;

namespace Hardware.Page;

/// <summary>One thing that happened, as pages are told of it: short names, as there are many. What is 0 or empty is left
/// out.</summary>
/// <param name="Kind">What: <c>said</c> in <c>world.js</c> has the words for each.</param>
/// <param name="Nanoseconds">When; 0: at no time that is known.</param>
public sealed record PageEvent([property: JsonPropertyName("k")] string Kind, [property: JsonPropertyName("t")] long Nanoseconds)
{
    private static readonly JsonSerializerOptions s_json = new()
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
    };

    /// <summary>Instructions of all threads until then.</summary>
    [JsonPropertyName("n")]
    public long Instructions { get; init; }

    /// <summary>The edge that it is about or comes from, from 1.</summary>
    [JsonPropertyName("e")]
    public long Edge { get; init; }

    /// <summary>The pin, and 1 more.</summary>
    [JsonPropertyName("p")]
    public int PinAndOne { get; init; }

    /// <summary>The level that it went to.</summary>
    [JsonPropertyName("h")]
    public bool IsHigh { get; init; }

    /// <summary>The item, from 1.</summary>
    [JsonPropertyName("i")]
    public int Item { get; init; }

    /// <summary>Its name, or a line of the log.</summary>
    [JsonPropertyName("m")]
    public string? Name { get; init; }

    /// <summary>The queue.</summary>
    [JsonPropertyName("q")]
    public string? Queue { get; init; }

    /// <summary>The item whose handler did it.</summary>
    [JsonPropertyName("by")]
    public int By { get; init; }

    /// <summary>When an armed item is due.</summary>
    [JsonPropertyName("due")]
    public long Due { get; init; }

    /// <summary>True: an item comes from its timer.</summary>
    [JsonPropertyName("ft")]
    public bool IsFromTimer { get; init; }

    /// <summary>The thread.</summary>
    [JsonPropertyName("th")]
    public string? Thread { get; init; }

    /// <summary>Instructions that an ended handler or top half executed itself.</summary>
    [JsonPropertyName("own")]
    public long OwnInstructions { get; init; }

    /// <summary>True: the handler that ended has thrown.</summary>
    [JsonPropertyName("bad")]
    public bool HasThrown { get; init; }

    /// <summary>Where in the firmware's source.</summary>
    [JsonPropertyName("w")]
    public string? Where { get; init; }

    /// <summary>Items free in a pool.</summary>
    [JsonPropertyName("free")]
    public int Free { get; init; }

    /// <summary>Items of a pool.</summary>
    [JsonPropertyName("cap")]
    public int Capacity { get; init; }

    /// <summary>What the hardware counts; null: nobody knows.</summary>
    [JsonPropertyName("c")]
    public long[]? Counts { get; init; }

    /// <summary>What a queue counts, as its dump has it; null: it is about something else.</summary>
    [JsonPropertyName("s")]
    public long[]? Statistics { get; init; }

    /// <summary>For a <see cref="Feed"/>.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, s_json);
}
