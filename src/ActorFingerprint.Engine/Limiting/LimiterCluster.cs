using ActorFingerprint.Engine.Sharding;

namespace ActorFingerprint.Engine.Limiting;

/// <summary>What a limiter region is told when it shares its shards with regions on other nodes.</summary>
/// <param name="Asks">The way to the owners of the other shards.</param>
/// <param name="Instance">Of this start of this node, and of no other: it tells the asks of this region from those of all others.</param>
public sealed record LimiterCluster(IShardAsks Asks, Guid Instance)
{
    /// <summary>How long after a look at the stored epochs a shard still answers from memory.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(3);
}
