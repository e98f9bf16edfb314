using ActorFingerprint.Limits.Decisions;
using ActorFingerprint.Limits.Entities;

namespace ActorFingerprint.Limits.Correlation;

/// <summary>
/// AF-1 §4.2, macro scopes of IPv6: a /48 is active with 2 distinct /64, a /40 with 4 active /48, a /32 with 8 active /40, each within a
/// fixed 600 s. They only detect: while active, spray and churn are counted in them too, and the block lands on the request's own /64.
/// </summary>
public static class MacroScopeRule
{
    /// <summary>Distinct /64 of an active /48.</summary>
    public const int Slash48Threshold = 2;

    /// <summary>Distinct active /48 of an active /40.</summary>
    public const int Slash40Threshold = 4;

    /// <summary>Distinct active /40 of an active /32.</summary>
    public const int Slash32Threshold = 8;

    /// <summary>Whether a request participates: an account check with a spray subject, or any with a fingerprint.</summary>
    public static bool Observes(in RequestFacts facts) =>
        !facts.Keys.Slash32.IsNone && facts.Command != LimitCommand.Success
        && (facts.HasFingerprint || (facts.IsAuth && facts.Command == LimitCommand.Check && !facts.Keys.Subject.IsNone));
}
