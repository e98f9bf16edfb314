using ActorFingerprint.Limits.Decisions;
using ActorFingerprint.Limits.Degraded;
using ActorFingerprint.Limits.Entities;
using ActorFingerprint.Limits.Policies;

namespace ActorFingerprint.Engine.Limiting;

/// <summary>Breaker and local caps of one policy on this node (AF-1 §14), for any thread.</summary>
internal sealed class PolicyGuard(LimiterPolicy policy, LimiterProfile profile, LimiterMetrics metrics)
{
    private readonly Lock _gate = new();
    private readonly NodeGuard _guard = new(policy, profile);
    private readonly PolicyTally _tally = metrics.Of(policy.Name);
    private volatile bool _isClosed = true;

    /// <summary>State of the breaker.</summary>
    public BreakerState Breaker
    {
        get
        {
            lock (_gate) return _guard.Breaker.State;
        }
    }

    /// <summary>Counts an answer to a question that was asked at a timestamp of <see cref="LimiterMetrics.Asked"/>.</summary>
    public void Answered(in LimitResult result, long askedAt) => metrics.Answered(_tally, result, askedAt);

    /// <inheritdoc cref="NodeGuard.Before"/>
    public BreakerStep Before(in RequestFacts facts, out LimitResult answer)
    {
        answer = default;
        if (_isClosed) return BreakerStep.Run; // without the lock: the usual case
        lock (_gate) return _guard.Before(facts, out answer);
    }

    /// <inheritdoc cref="NodeGuard.Probed"/>
    public bool Probed(in RequestFacts facts, bool healthy, out LimitResult answer)
    {
        lock (_gate)
        {
            var goesOn = _guard.Probed(facts, healthy, out answer);
            _isClosed = _guard.Breaker.State == BreakerState.Closed;
            return goesOn;
        }
    }

    /// <inheritdoc cref="NodeGuard.Failed"/>
    public LimitResult Failed(in RequestFacts facts)
    {
        lock (_gate)
        {
            var answer = _guard.Failed(facts);
            _isClosed = _guard.Breaker.State == BreakerState.Closed;
            return answer;
        }
    }
}
