using ActorFingerprint.Limits.Entities;

namespace ActorFingerprint.Engine.Limiting;

/// <summary>Counts the keys of one shard, in that shard's turn.</summary>
internal sealed class LimiterCensus(int shard) : LimiterMessage
{
    private readonly TaskCompletionSource<KeyCounts> _counts = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What it counted; none when the shard has stopped.</summary>
    public Task<KeyCounts> Counts => _counts.Task;

    public override int DestinationOf(int shards) => shard;

    public override void Deliver(LimiterShard shard, ref Outbox outbox) => _counts.TrySetResult(shard.CountKeys());

    public override void Drop(ref Outbox outbox) => _counts.TrySetResult(default);
}
