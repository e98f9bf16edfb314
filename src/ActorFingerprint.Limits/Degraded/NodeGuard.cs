using ActorFingerprint.Limits.Decisions;
using ActorFingerprint.Limits.Entities;
using ActorFingerprint.Limits.Policies;

namespace ActorFingerprint.Limits.Degraded;

/// <summary>
/// Stands before the shared state of one policy on one node (AF-1 §14): breaker and local caps. No missing capability and no store fault
/// silently becomes "allow": a policy without declared local caps stays fail-closed.
/// </summary>
public sealed class NodeGuard(LimiterPolicy policy, LimiterProfile profile)
{
    /// <summary>Retry-after of a refusal before the breaker trips, in seconds (R14).</summary>
    public const int PreTripSeconds = 10;

    private readonly LocalCaps? _caps = policy.Degraded is { } rules ? new LocalCaps(rules, profile) : null;

    /// <summary>The breaker.</summary>
    public CircuitBreaker Breaker { get; } = new(profile.Has(HardenedSwitches.SlowBreaker));

    /// <summary>
    /// Whether the store may be asked for this request. If not, <paramref name="answer"/> is the answer; if so, only its signals count.
    /// <paramref name="healthy"/> says whether the store would answer: the outcome of a probe, or of running the request.
    /// </summary>
    public bool MayAsk(in RequestFacts facts, bool healthy, out LimitResult answer)
    {
        var now = facts.At;
        answer = default;
        switch (Breaker.Next(now))
        {
            case BreakerStep.Refuse:
                answer = Refuse(facts, LimitSignals.None);
                return false;
            case BreakerStep.Degrade:
                answer = Local(facts, LimitMode.Degraded, LimitSignals.None);
                return false;
            case BreakerStep.Probe:
                var outcome = Breaker.Probed(healthy, now);
                if (outcome == LimitSignals.BreakerRecovered)
                {
                    answer = answer with { Signals = outcome };
                    return true;
                }
                answer = outcome == LimitSignals.ReentryViolation ? Refuse(facts, outcome) : Local(facts, LimitMode.Degraded, outcome);
                return false;
            default:
                if (healthy) return true;
                answer = Failed(facts);
                return false;
        }
    }

    /// <summary>The answer to a request whose run failed: an owner out of reach, a deadline, a journal that could not write.</summary>
    public LimitResult Failed(in RequestFacts facts)
    {
        var tripped = Breaker.Failed(facts.At);
        if (tripped == LimitSignals.BreakerOpened) return Local(facts, LimitMode.Degraded, tripped);
        return policy.OnStoreFailure == StoreFailurePolicy.FailOpen
            ? Local(facts, LimitMode.FailOpen, LimitSignals.None)
            : Closed(facts, LimitSignals.None);
    }

    private LimitResult Local(in RequestFacts facts, LimitMode mode, LimitSignals signals)
    {
        if (_caps is null) return Closed(facts, signals);
        var retry = _caps.Observe(facts.Command, facts.Keys, facts.At);
        return retry == 0
            ? new(LimitDecision.Allow, 0, 0, mode, LimitReasons.None, false, facts.Confidence, signals)
            : new(LimitDecision.HardBlock, PenaltyLadder.Hard, retry, mode, LimitReasons.LocalCap, false, facts.Confidence, signals);
    }

    private static LimitResult Closed(in RequestFacts facts, LimitSignals signals) => new(
        LimitDecision.HardBlock, PenaltyLadder.Hard, PreTripSeconds, LimitMode.FailClosed, LimitReasons.StoreUnavailable, false,
        facts.Confidence, signals);

    private LimitResult Refuse(in RequestFacts facts, LimitSignals signals) => new(
        LimitDecision.HardBlock, PenaltyLadder.Hard, Breaker.RefusedUntil - facts.At, LimitMode.FailClosed, LimitReasons.ReentryGuard,
        false, facts.Confidence, signals);
}
