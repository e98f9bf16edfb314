namespace ActorFingerprint.Core.Devices;

/// <summary>How often a value of a fingerprint kind was seen in a batch, and when last (UTC ticks of frame time).</summary>
public readonly record struct FingerprintCount(FingerprintKind Kind, string Value, long Count, long LastTicks);

/// <summary>How often a text (JA3 hash, SNI) was seen in a batch.</summary>
public readonly record struct TextCount(string Text, long Count);

/// <summary>
/// What a shard batch adds to the counters of one device: counters are no events (design §4). Deltas only add, take minima and
/// maxima, so folding them in any grouping gives the same counters.
/// </summary>
public sealed record DeviceDelta
{
    /// <summary>The device's persistence id.</summary>
    public required string PersistenceId { get; init; }

    /// <summary>Observations.</summary>
    public long Packets { get; init; }

    /// <summary>Wire bytes of the frames behind them.</summary>
    public long Bytes { get; init; }

    /// <summary>Earliest frame time, UTC ticks.</summary>
    public long FirstTicks { get; init; }

    /// <summary>Latest frame time, UTC ticks.</summary>
    public long LastTicks { get; init; }

    /// <summary>Values that are in the fingerprint history.</summary>
    public IReadOnlyList<FingerprintCount> Fingerprints { get; init; } = [];

    /// <summary>JA3 hashes; every hello, bounded per batch, the rest counted in <see cref="OtherJa3"/>.</summary>
    public IReadOnlyList<TextCount> Ja3 { get; init; } = [];

    /// <summary>Hellos whose JA3 found no room in <see cref="Ja3"/>.</summary>
    public long OtherJa3 { get; init; }

    /// <summary>Server names; bounded like <see cref="Ja3"/>.</summary>
    public IReadOnlyList<TextCount> Sni { get; init; } = [];

    /// <summary>Hellos whose name found no room in <see cref="Sni"/>.</summary>
    public long OtherSni { get; init; }
}
