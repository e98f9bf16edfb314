using ActorFingerprint.Limits.Correlation;
using ActorFingerprint.Limits.Decisions;
using ActorFingerprint.Limits.Keys;
using ActorFingerprint.Limits.Policies;
using ActorFingerprint.Limits.Scores;

namespace ActorFingerprint.Limits.Entities;

/// <summary>What a /32 saw of a request in the first round.</summary>
/// <param name="Active">Which of the request's macro scopes are active, this request included.</param>
/// <param name="Churn">§12.3 is met in one of them.</param>
/// <param name="Spray">§12.1 is met in one of them.</param>
public readonly record struct MacroObservation(LimitSignals Active, bool Churn, bool Spray);

/// <summary>
/// The macro-scope entity's behaviour (AF-1 §4.2). Each scope is active by its own set, even when the smaller ones of the request are
/// not; an inactive child is merely not added. H6 keeps and reports the sets, and counts nothing through them.
/// </summary>
public static class MacroScopeDecider
{
    /// <summary>Observes a request that <see cref="MacroScopeRule.Observes"/>.</summary>
    public static MacroObservation Observe(MacroScopeState state, in RequestFacts facts, EventLog log)
    {
        Align(state, facts, log);
        var (keys, now) = (facts.Keys, facts.At);
        var slash32 = keys.Slash32.Digests;
        var on48 = Activates(state, keys.Slash48, keys.K1.Digests, child: true, MacroScopeRule.Slash48Threshold, now);
        var on40 = Activates(state, keys.Slash40, keys.Slash48, on48, MacroScopeRule.Slash40Threshold, now);
        var on32 = Activates(state, slash32, keys.Slash40, on40, MacroScopeRule.Slash32Threshold, now);
        var active = (on48 ? LimitSignals.MacroScope48 : 0)
            | (on40 ? LimitSignals.MacroScope40 : 0)
            | (on32 ? LimitSignals.MacroScope32 : 0);
        var seen = new MacroObservation(active, Churn: false, Spray: false);
        if (facts.Hardened(HardenedSwitches.MacroTelemetryOnly)) return seen;
        if (on48) seen = Count(state, keys.Slash48, seen, facts, log);
        if (on40) seen = Count(state, keys.Slash40, seen, facts, log);
        if (on32) seen = Count(state, slash32, seen, facts, log);
        return seen;
    }

    private static bool Activates(MacroScopeState state, in DigestPair scope, in DigestPair member, bool child, int threshold, long now)
    {
        if (!child)
            return state.Scopes.TryGet(scope.Current, out var known)
                && known.Children.CountAt(now, WatchedWindow.LifetimeSeconds) >= threshold;
        ref var children = ref state.Scope(scope.Current, now).Children;
        return children.Observe(member, now, WatchedWindow.LifetimeSeconds, threshold).Count >= threshold;
    }

    private static MacroObservation Count(
        MacroScopeState state, in DigestPair digest, in MacroObservation seen, in RequestFacts facts, EventLog log)
    {
        var scope = state.Scope(digest.Current, facts.At);
        var key = new KeyRef(KeyType.K1, digest.Current);
        var agent = facts.Keys.Agent.Current;
        var churn = ChurnRule.Observes(facts)
            && ChurnRule.Observe(
                state, scope.ChurnOf(agent, facts.At), new(WatchedRule.Churn, key, agent), facts.Keys.Device.Digests, facts, log);
        var spray = SprayRule.Observes(facts) && SprayRule.Observe(state, scope.Subjects, new(WatchedRule.Spray, key), facts, log);
        return seen with { Churn = seen.Churn | churn, Spray = seen.Spray | spray };
    }

    private static void Align(MacroScopeState state, in RequestFacts facts, EventLog log)
    {
        var keys = facts.Keys;
        foreach (var scope in (ReadOnlySpan<DigestPair>)[keys.Slash48, keys.Slash40, keys.Slash32.Digests])
            if (!scope.Previous.IsNone && state.Scopes.TryGet(scope.Previous, out _))
                log.Raise(state, new LimiterEvent.Rekeyed(facts.At, KeyType.K1, scope.Previous, scope.Current));
        if (keys.Agent.Previous.IsNone) return;
        foreach (var digest in (ReadOnlySpan<DigestPair>)[keys.Slash48, keys.Slash40, keys.Slash32.Digests])
            if (state.Scopes.TryGet(digest.Current, out var scope) && scope.Churn.TryGet(keys.Agent.Previous, out _))
                log.Raise(state, new LimiterEvent.Rekeyed(facts.At, KeyType.K2, keys.Agent.Previous, keys.Agent.Current));
    }
}
