namespace ActorFingerprint.Engine.Limiting;

/// <summary>This node owns the shard now, under an epoch.</summary>
internal sealed class StartShard(int shard, long epoch, long leaseUntil, ShardWindows? windows) : LimiterMessage
{
    /// <summary>It takes messages.</summary>
    public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public override int DestinationOf(int shards) => shard;

    public override void Deliver(LimiterShard shard, ref Outbox outbox)
    {
        shard.Start(epoch, leaseUntil, windows, ref outbox);
        Done.TrySetResult();
    }

    public override void Drop(ref Outbox outbox) => Done.TrySetException(new InvalidOperationException("the limiter shard could not start"));
}

/// <summary>
/// The shard is to be given up in order: what it has taken is decided and committed, and its windows are left for the next owner.
/// </summary>
internal sealed class StopShard(int shard) : FinishShard(shard)
{
    public override void Deliver(LimiterShard shard, ref Outbox outbox) => shard.Stop(this);
}

/// <summary>The windows of a shard that stops are stored, or could not be.</summary>
internal sealed class ShardLeft(int shard, long epoch, StopShard stop) : LimiterMessage
{
    public override int DestinationOf(int shards) => shard;

    public override void Deliver(LimiterShard shard, ref Outbox outbox)
    {
        if (shard.Epoch == epoch) shard.LetGo(ref outbox);
        stop.Done.TrySetResult();
    }
}

/// <summary>Another node owns the shard, or may.</summary>
internal sealed class DropShard(int shard, long epoch, Exception? lost) : LimiterMessage
{
    public override int DestinationOf(int shards) => shard;

    public override void Deliver(LimiterShard shard, ref Outbox outbox)
    {
        if (shard.Epoch != epoch) return;
        if (lost is null) shard.LetGo(ref outbox);
        else shard.Lose(lost, ref outbox);
    }
}
