using ActorFingerprint.Limits.Decisions;
using ActorFingerprint.Limits.Entities;
using ActorFingerprint.Limits.Policies;

namespace ActorFingerprint.Limits.Correlation;

/// <summary>What the distributed-account rule found.</summary>
/// <param name="Met">HARD L2 on this request's K5.</param>
/// <param name="FirstOfWindow">Every device of the window gets the block.</param>
/// <param name="ThirdOccurrence">HARD L4 on K4 besides.</param>
public readonly record struct DistributedFinding(bool Met, bool FirstOfWindow, bool ThirdOccurrence);

/// <summary>
/// AF-1 §12.2, distributed account: four distinct fingerprints for one account within 600 s, or the second time at three. The first
/// qualification of a window blocks every device in it; later ones only the current device. Exactly the third such window within 24 h also
/// blocks the account (5.2.1); a fourth does not. H2 observes failures instead of checks, and the account's block spares trusted sessions.
/// </summary>
public static class DistributedAccountRule
{
    /// <summary>Distinct fingerprints, and the cap of the set.</summary>
    public const int Threshold = 4;

    /// <summary>The occurrence that blocks the account, and the cap of the count.</summary>
    public const int Occurrences = 3;

    /// <summary>Lifetime of the occurrence count from the first, in seconds.</summary>
    public const int OccurrenceSeconds = 86_400;

    /// <summary>Level of the account's block.</summary>
    public const int AccountLevel = 4;

    /// <summary>Whether a request is observed.</summary>
    public static bool Observes(in RequestFacts facts) =>
        facts.IsAuth && !facts.Keys.K5.IsNone
        && facts.Command == (facts.Hardened(HardenedSwitches.DistributedNeedsFailure) ? LimitCommand.Failure : LimitCommand.Check);

    internal static DistributedFinding Observe(AccountState state, in RequestFacts facts, EventLog log)
    {
        var self = new WatchRef(WatchedRule.DistributedAccount, KeyRef.Account);
        if (!state.DevicesSeen.Reaches(state, self, facts.Keys.K5, Threshold, facts.At, log)) return default;
        if (state.QualifiedWindow == state.DevicesSeen.Start) return new(true, false, false);
        state.QualifiedWindow = state.DevicesSeen.Start;
        var running = state.OccurrenceCount > 0 && facts.At < state.OccurrencesFrom + OccurrenceSeconds;
        var count = running ? state.OccurrenceCount + 1 : 1;
        if (count > Occurrences) return new(true, true, false);
        log.Raise(state, new LimiterEvent.OccurrenceCounted(facts.At, count, running ? state.OccurrencesFrom : facts.At));
        return new(true, true, count == Occurrences);
    }
}
