using ActorFingerprint.Limits.Entities;

namespace ActorFingerprint.Engine.Limiting;

/// <summary>Counts the keys of one shard, in that shard's turn.</summary>
internal sealed class LimiterCensus : LimiterVisit
{
    private readonly TaskCompletionSource<KeyCounts?> _counts = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What it counted; null when the shard did not take it.</summary>
    public Task<KeyCounts?> Counts => _counts.Task;

    public override long At => 0;

    public override bool IsAnswered => _counts.Task.IsCompleted;

    public override void Fail() => _counts.TrySetResult(null);

    public override VisitStep Serve(LimiterShard shard)
    {
        _counts.TrySetResult(shard.CountKeys());
        return VisitStep.Done;
    }

    protected override void Durable()
    {
    }
}
