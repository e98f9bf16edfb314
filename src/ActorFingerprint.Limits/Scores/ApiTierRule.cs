using ActorFingerprint.Limits.Entities;
using ActorFingerprint.Limits.Policies;

namespace ActorFingerprint.Limits.Scores;

/// <summary>The level that each tier of an API policy gives (AF-1 §6.5); L3 is the highest.</summary>
internal enum ApiTier
{
    /// <summary>K2.</summary>
    Agent = 1,

    /// <summary>K3.</summary>
    Device = 2,

    /// <summary>K1.</summary>
    Address = 3,
}

/// <summary>
/// One access on one tier (AF-1 §6.5): leak, add the cost, and the tier's level at the limit, or at the second landing on limit − 1
/// (§9.3). H9 caps the stored score at twice the limit.
/// </summary>
internal static class ApiTierRule
{
    /// <summary>The tier's level, 0 while below the limit.</summary>
    public static int Add(EntityState state, KeySlot slot, KeyRef key, ApiTier tier, int limit, in RequestFacts facts, EventLog log)
    {
        var score = ApiLeak.ScoreAt(slot, limit, facts.At) + facts.Cost * facts.Policy.Api!.AccessPoints;
        if (facts.Hardened(HardenedSwitches.ApiScoreCap)) score = Math.Min(score, 2L * limit);
        var at = Math.Max(facts.At, slot.ScoredAt);
        if (ApiLeak.IsVolatile(score, limit)) slot.Leak(score, at);
        else log.Raise(state, new LimiterEvent.Scored(at, key, score, Slow: false, KnownContributed: false));
        if (score >= limit) return (int)tier;
        var watch = new WatchRef(WatchedRule.ScoreL1 + (int)tier - 1, key);
        return score == limit - 1 && slot.Watch((int)tier).Observe(state, watch, facts.At, log) ? (int)tier : 0;
    }
}
