using ActorFingerprint.Limits.Correlation;

namespace ActorFingerprint.Limits.Entities;

/// <summary>
/// The dilution entity's behaviour: one observation per request that is neither ephemeral nor of a known device (AF-1 §12.4).
/// </summary>
public static class DilutionDecider
{
    /// <summary>Observes the request's address scope.</summary>
    public static DilutionFinding Observe(DilutionState state, in RequestFacts facts, EventLog log) =>
        DilutionRule.Observe(state, facts, log);
}
