using ActorFingerprint.Limits.Decisions;
using ActorFingerprint.Limits.Entities;
using ActorFingerprint.Limits.Keys;
using ActorFingerprint.Limits.Policies;

namespace ActorFingerprint.Limits.Correlation;

/// <summary>
/// AF-1 §12.3, churn: the policy's threshold (3) of distinct fingerprints on one K2 within 600 s, or the second time at one less, is HARD
/// L2 on K2. Any command but <c>success</c> observes; known devices contribute under no policy. H3: threshold 8, failures only.
/// </summary>
public static class ChurnRule
{
    /// <summary>The threshold under H3.</summary>
    public const int HardenedThreshold = 8;

    /// <summary>Whether a request is observed.</summary>
    public static bool Observes(in RequestFacts facts) =>
        facts.HasFingerprint && !facts.Known && facts.Command != LimitCommand.Success
        && (facts.Command == LimitCommand.Failure || !facts.Hardened(HardenedSwitches.ChurnUnverifiedFailures));

    /// <summary>Observes the device of a request under <paramref name="device"/>; true when the rule is met.</summary>
    internal static bool Observe(
        EntityState state, WatchedWindow devices, in WatchRef self, in DigestPair device, in RequestFacts facts, EventLog log) =>
        devices.Reaches(state, self, device, ThresholdOf(facts), facts.At, log);

    private static int ThresholdOf(in RequestFacts facts) =>
        facts.Hardened(HardenedSwitches.ChurnUnverifiedFailures) ? HardenedThreshold : facts.Policy.ChurnThreshold;
}
