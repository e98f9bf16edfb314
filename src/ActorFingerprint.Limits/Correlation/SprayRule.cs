using ActorFingerprint.Limits.Decisions;
using ActorFingerprint.Limits.Entities;
using ActorFingerprint.Limits.Policies;

namespace ActorFingerprint.Limits.Correlation;

/// <summary>
/// AF-1 §12.1, credential spray: five distinct subjects (correlation id, else account) from one address scope within 600 s, or the second
/// time at four, is HARD L2 on K1. A trusted session contributes and stores the block, but is not blocked by it. H5 observes failures
/// instead of checks, and only a set that grows publishes.
/// </summary>
public static class SprayRule
{
    /// <summary>Distinct subjects, and the cap of the set.</summary>
    public const int Threshold = 5;

    /// <summary>Whether a request is observed.</summary>
    public static bool Observes(in RequestFacts facts) =>
        facts.IsAuth && !facts.Keys.Subject.IsNone && facts.Command == ObservedCommand(facts.Profile);

    /// <summary>On which command the rule looks.</summary>
    public static LimitCommand ObservedCommand(LimiterProfile profile)
    {
        ArgumentNullException.ThrowIfNull(profile);
        return profile.Has(HardenedSwitches.SprayNeedsFailure) ? LimitCommand.Failure : LimitCommand.Check;
    }

    /// <summary>Observes the subject of a request; true when the rule is met.</summary>
    internal static bool Observe(EntityState state, WatchedWindow subjects, in WatchRef self, in RequestFacts facts, EventLog log) =>
        subjects.Reaches(
            state, self, facts.Keys.Subject, Threshold, facts.At, log, onlyGrowth: facts.Hardened(HardenedSwitches.SprayNeedsFailure));
}
