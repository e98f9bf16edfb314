using ActorFingerprint.Limits.Entities;
using ActorFingerprint.Limits.Hosting;
using ActorFingerprint.Limits.Keys;
using ActorFingerprint.Limits.Throttle;

namespace ActorFingerprint.Engine.Limiting;

/// <summary>
/// One spending from a simple throttle (AF-1 §15). Answered at once: what a window of more than 15 minutes lost in a crash is what the
/// commit under way held.
/// </summary>
internal sealed class LimiterThrottling : LimiterVisit
{
    private readonly ThrottleRule _rule;
    private readonly long _cost;
    private readonly TaskCompletionSource<ThrottleResult> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public LimiterThrottling(ThrottleRule rule, in KeyPair key, long cost, long at, LimiterGeneration generation) : base(generation)
    {
        (_rule, _cost, At) = (rule, cost, at);
        Wanted = new(EntityKind.Throttle, key, null);
    }

    /// <summary>The answer.</summary>
    public Task<ThrottleResult> Answer => _answer.Task;

    public override bool IsAnswered => _answer.Task.IsCompleted;

    public override long At { get; }

    public override void Fail() => _answer.TrySetResult(ThrottleResult.Unavailable);

    public override VisitStep Serve(LimiterShard shard)
    {
        if (IsAnswered) return VisitStep.Done; // too late: what is not spent may be asked again
        if (LimiterRegion.ShardOf(Wanted.Key.Current, shard.Count) != shard.Number) return VisitStep.Travel;
        if (shard.Find(Wanted) is not { } entity) return VisitStep.Bring;
        if (shard.IsBehind)
        {
            Fail();
            return VisitStep.Done;
        }
        var result = ((ThrottleState)entity.State).Consume(_rule, _cost, At, shard.Log);
        shard.Keep(entity, this);
        _answer.TrySetResult(result);
        return VisitStep.Done;
    }

    protected override void Durable()
    {
    }
}
