using ActorFingerprint.Cluster.RabbitMq;
using ActorFingerprint.Engine.Sharding;

namespace ActorFingerprint.Cluster.Membership;

/// <summary>A region of an engine node: what hosts its shards, what owns them, and the places in the lines of their queues.</summary>
/// <param name="Host">The region.</param>
/// <param name="Ownership">The shards owned.</param>
/// <param name="Consumers">The lines.</param>
public sealed record SharedRegion(IShardHost Host, ShardOwnership Ownership, ShardConsumers Consumers);
