using ActorFingerprint.Limits.Decisions;
using ActorFingerprint.Limits.Entities;
using ActorFingerprint.Limits.Identity;

namespace ActorFingerprint.Limits.Correlation;

/// <summary>Where a met dilution rule puts its block.</summary>
public enum DilutionFinding : byte
{
    /// <summary>Not met, or met for the first aligned window only.</summary>
    None,

    /// <summary>HARD L2 on K2: a low-confidence fingerprint may never hard-block a device (§5 gate a).</summary>
    BlockAgent,

    /// <summary>HARD L2 on K3.</summary>
    BlockDevice,
}

/// <summary>
/// AF-1 §12.4, dilution: six distinct address scopes for one fingerprint within 600 s, or the second time at five. From MEDIUM confidence
/// on it marks the aligned 10-minute window and blocks only when the window before was marked too (§5 gate b). Ephemeral and known
/// devices do not contribute.
/// </summary>
public static class DilutionRule
{
    /// <summary>Distinct address scopes, and the cap of the set.</summary>
    public const int Threshold = 6;

    /// <summary>Length of the aligned windows, in seconds.</summary>
    public const int AlignedWindowSeconds = 600;

    /// <summary>Whether a request that is not ephemeral is observed.</summary>
    public static bool Observes(in RequestFacts facts) =>
        facts.HasFingerprint && !facts.Known && facts.Command != LimitCommand.Success;

    internal static DilutionFinding Observe(DilutionState state, in RequestFacts facts, EventLog log)
    {
        var self = new WatchRef(WatchedRule.Dilution, default);
        if (!state.Addresses.Reaches(state, self, facts.Keys.K1.Digests, Threshold, facts.At, log)) return DilutionFinding.None;
        if (facts.Confidence == DeviceConfidence.Low) return DilutionFinding.BlockAgent;
        var window = facts.At / AlignedWindowSeconds;
        if (!state.IsMarked(window)) log.Raise(state, new LimiterEvent.DilutionMarked(facts.At, window));
        return state.IsMarked(window - 1) ? DilutionFinding.BlockDevice : DilutionFinding.None;
    }
}
