namespace ActorFingerprint.Engine.Sharding;

/// <summary>
/// State of a shard itself, without its devices. When one is written, every device that the rows so far touched has a snapshot of its
/// own with those rows folded in, so recovery folds only later rows.
/// </summary>
public sealed record ShardSnapshot
{
    /// <summary>The stored type tag.</summary>
    public const string Manifest = "shard.snapshot.v1";

    /// <summary>Watermarks, longest untouched first.</summary>
    public required IReadOnlyList<Watermark> Watermarks { get; init; }

    /// <summary>Flood quotas.</summary>
    public required IReadOnlyList<FloodQuota> Quotas { get; init; }
}
