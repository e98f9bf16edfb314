namespace ActorFingerprint.Engine.Sharding;

/// <summary>What one run tells one shard at once.</summary>
/// <param name="Run">Id of the run.</param>
/// <param name="Number">Its number among the run's batches to this shard, from 1, without gaps: what makes its effect happen once.</param>
/// <param name="Shard">The shard.</param>
/// <param name="Envelopes">In the order of the capture. Empty when an erasure took them all away.</param>
public sealed record ShardBatch(string Run, long Number, int Shard, IReadOnlyList<ShardEnvelope> Envelopes);
