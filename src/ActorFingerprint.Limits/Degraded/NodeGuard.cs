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
    /// What a request has to do: run it and tell <see cref="Failed"/> if that was impossible; or probe the store and tell <see
    /// cref="Probed"/>; else
    /// <paramref name="answer"/> is its answer.
    /// </summary>
    public BreakerStep Before(in RequestFacts facts, out LimitResult answer)
    {
        var step = Breaker.Next(facts.At);
        answer = step switch
        {
            BreakerStep.Refuse => Refuse(facts, LimitSignals.None),
            BreakerStep.Degrade => Local(facts, LimitMode.Degraded, LimitSignals.None),
            _ => default,
        };
        return step;
    }

    /// <summary>
    /// The outcome of the probe that this request held the lease for. True: run the request normally, of <paramref name="answer"/> only
    /// the signals count. False: it is the answer.
    /// </summary>
    public bool Probed(in RequestFacts facts, bool healthy, out LimitResult answer)
    {
        var outcome = Breaker.Probed(healthy, facts.At);
        answer = outcome switch
        {
            LimitSignals.BreakerRecovered => default(LimitResult) with { Signals = outcome },
            LimitSignals.ReentryViolation => Refuse(facts, outcome),
            _ => Local(facts, LimitMode.Degraded, outcome),
        };
        return outcome == LimitSignals.BreakerRecovered;
    }

    /// <summary>The three steps in one, where the store's health is known at once: true to run the request.</summary>
    public bool MayAsk(in RequestFacts facts, bool healthy, out LimitResult answer)
    {
        switch (Before(facts, out answer))
        {
            case BreakerStep.Probe:
                return Probed(facts, healthy, out answer);
            case BreakerStep.Run when !healthy:
                answer = Failed(facts);
                return false;
            case BreakerStep.Run:
                return true;
            default:
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
