namespace ActorFingerprint.Engine.Sharding;

/// <summary>A shard of this node.</summary>
/// <param name="Shard">Its number in the region.</param>
/// <param name="Epoch">The epoch that it holds; 0 while it was not needed yet.</param>
/// <param name="Entities">Entities in memory.</param>
public readonly record struct ShardStatus(int Shard, long Epoch, int Entities);
