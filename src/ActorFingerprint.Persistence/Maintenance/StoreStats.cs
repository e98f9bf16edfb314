namespace ActorFingerprint.Persistence.Maintenance;

/// <summary>How many events and payload bytes a manifest has.</summary>
public readonly record struct ManifestStats(string Manifest, long Events, long Bytes);

/// <summary>What is in a store.</summary>
public sealed record StoreStats
{
    /// <summary>When the store was made, ISO 8601.</summary>
    public required string Created { get; init; }

    /// <summary>Schema of the journal.</summary>
    public required int SchemaVersion { get; init; }

    /// <summary>Shards, fixed when it was made.</summary>
    public required int Shards { get; init; }

    /// <summary>Events.</summary>
    public required long Events { get; init; }

    /// <summary>Highest ordering.</summary>
    public required long HighestOrdering { get; init; }

    /// <summary>Distinct persistence ids.</summary>
    public required long PersistenceIds { get; init; }

    /// <summary>Of these, devices.</summary>
    public required long Devices { get; init; }

    /// <summary>Of these, shards that wrote rows.</summary>
    public required long ShardsUsed { get; init; }

    /// <summary>Of these, runs.</summary>
    public required long Runs { get; init; }

    /// <summary>Snapshots.</summary>
    public required long Snapshots { get; init; }

    /// <summary>Ordering that the read side has reached; null when it was not built.</summary>
    public required long? ProjectionOffset { get; init; }

    /// <summary>By manifest, most events first.</summary>
    public required IReadOnlyList<ManifestStats> Manifests { get; init; }

    /// <summary>Bytes that the journal and its snapshots take.</summary>
    public required long JournalBytes { get; init; }

    /// <summary>Bytes that the read side takes.</summary>
    public required long ProjectionBytes { get; init; }

    /// <summary>Files of the folder, or tables with their indexes, and their sizes, bytes.</summary>
    public required IReadOnlyList<(string Name, long Bytes)> Files { get; init; }
}
