using System.Text.Json.Serialization;

namespace ActorFingerprint.Core.Devices;

/// <summary>
/// How often a fingerprint value was seen, first and last (UTC ticks of frame time). <see cref="Number"/> is that of
/// <see cref="DeviceEvent.FingerprintObserved"/>; 0 stands for all values that are not in the history (suppressed or folded).
/// </summary>
public readonly record struct FingerprintCount(
    FingerprintKind Kind,
    int Number,
    long Count,
    [property: JsonPropertyName("first")] long FirstTicks,
    [property: JsonPropertyName("last")] long LastTicks)
{
    /// <summary>The sum of two counts of one value; an empty count adds nothing.</summary>
    public FingerprintCount Plus(FingerprintCount other) => (Count, other.Count) switch
    {
        (0, _) => other,
        (_, 0) => this,
        _ => this with
        {
            Count = Count + other.Count,
            FirstTicks = Math.Min(FirstTicks, other.FirstTicks),
            LastTicks = Math.Max(LastTicks, other.LastTicks),
        },
    };
}

/// <summary>How often a text (JA3 hash, SNI) was seen.</summary>
public readonly record struct TextCount(string Text, long Count);

/// <summary>
/// What a shard batch adds to the counters of one device: counters are no events (design §4). Deltas only add, take minima and
/// maxima, so folding them in any grouping gives the same counters. Bounded by the number of observations in the batch and by
/// <see cref="TextCounts.Capacity"/>.
/// </summary>
public sealed record DeviceDelta
{
    /// <summary>The device's persistence id.</summary>
    [JsonPropertyName("id")]
    public required string PersistenceId { get; init; }

    /// <summary>Observations.</summary>
    public long Packets { get; init; }

    /// <summary>Wire bytes of the frames behind them.</summary>
    public long Bytes { get; init; }

    /// <summary>Earliest frame time, UTC ticks.</summary>
    [JsonPropertyName("first")]
    public long FirstTicks { get; init; }

    /// <summary>Latest frame time, UTC ticks.</summary>
    [JsonPropertyName("last")]
    public long LastTicks { get; init; }

    /// <summary>Fingerprint values, by kind and number.</summary>
    [JsonRequired]
    public IReadOnlyList<FingerprintCount> Fingerprints { get; init; } = [];

    /// <summary>JA3 hashes in ordinal order; which ones are kept is the rule of <see cref="TextCounts"/>.</summary>
    [JsonRequired]
    public IReadOnlyList<TextCount> Ja3 { get; init; } = [];

    /// <summary>Hellos whose JA3 found no room in <see cref="Ja3"/>.</summary>
    public long OtherJa3 { get; init; }

    /// <summary>Server names, like <see cref="Ja3"/>; hellos without one are in no list.</summary>
    [JsonRequired]
    public IReadOnlyList<TextCount> Sni { get; init; } = [];

    /// <summary>Hellos whose name found no room in <see cref="Sni"/>.</summary>
    public long OtherSni { get; init; }

    /// <summary>Observations by UTC hour of day; null in deltas from before they were counted.</summary>
    public IReadOnlyList<HourCount>? Hours { get; init; }
}
