using ActorFingerprint.Limits.Entities;

namespace ActorFingerprint.Limits.Scores;

/// <summary>
/// AF-1 §6.1, missing fingerprint again: the account's previous failure lacked its fingerprint too, at most 30 minutes ago. A failure
/// with a fingerprint clears the marker, whatever device it came from.
/// </summary>
internal static class MissingFingerprintRule
{
    /// <summary>How long a missing fingerprint is remembered for a repetition, in seconds, inclusive.</summary>
    public const int RepeatSeconds = 1_800;

    /// <summary>Notes a failure without a fingerprint; true when it repeats.</summary>
    public static bool Repeats(AccountState state, long now, EventLog log)
    {
        var repeats = state.MissingAt > 0 && now - state.MissingAt <= RepeatSeconds;
        log.Raise(state, new LimiterEvent.FingerprintMissed(now));
        return repeats;
    }

    /// <summary>Notes a failure with a fingerprint.</summary>
    public static void Clear(AccountState state, long now, EventLog log)
    {
        if (state.MissingAt > 0) log.Raise(state, new LimiterEvent.FingerprintReturned(now));
    }
}

/// <summary>
/// AF-1 §10.7, anti-equilibrium: three failures that ended SOFT within the last 6 h make the next failure HARD L2 on K4; the third soft
/// one stays soft.
/// </summary>
internal static class AntiEquilibriumRule
{
    /// <summary>How far back soft failures count, in seconds, inclusive.</summary>
    public const int LookBackSeconds = 21_600;

    /// <summary>Whether three are there already.</summary>
    public static bool IsMet(AccountState state, long now) =>
        state.ThirdLatestSoftFailure > 0 && now - state.ThirdLatestSoftFailure <= LookBackSeconds;
}
