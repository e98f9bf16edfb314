using ActorFingerprint.Limits.Keys;

namespace ActorFingerprint.Limits.Entities;

/// <summary>
/// What an entity journals: every change of state whose lifetime is over 15 minutes, and every block and stage flag. Correlation windows
/// and device caps live 15 minutes at most, change without an event and are gone after a crash. Values are results, not differences:
/// applying an event is assignment. <paramref name="At"/> is in Unix seconds; an event holds digests and numbers only (AF-1 §16).
/// </summary>
public abstract record LimiterEvent(long At)
{
    /// <summary>
    /// A key's score after a mutation (§9); <see cref="Slow"/> doubles its interval, <see cref="KnownContributed"/> serves H1.
    /// </summary>
    public sealed record Scored(long At, KeyRef Key, long Score, bool Slow, bool KnownContributed) : LimiterEvent(At);

    /// <summary>
    /// A block now stands at this level until then (§8), already merged with what was active. <see cref="SparesTrusted"/>: H1, H2.
    /// </summary>
    public sealed record Blocked(long At, KeyRef Key, int Level, long Until, bool SparesTrusted) : LimiterEvent(At);

    /// <summary>A key went from no active hard block to one (§9.2).</summary>
    public sealed record HardCycled(long At, KeyRef Key) : LimiterEvent(At);

    /// <summary>
    /// Decay pauses for 600 s from <see cref="LimiterEvent.At"/>; earlier pauses took <see cref="PausedBefore"/> s of the score's age
    /// (§9.2).
    /// </summary>
    public sealed record DecayPaused(long At, KeyRef Key, long PausedBefore) : LimiterEvent(At);

    /// <summary>A near-threshold watch counted (§9.3).</summary>
    public sealed record WatchCounted(long At, WatchRef Watch, int Count, long FirstAt) : LimiterEvent(At);

    /// <summary>A failure was counted against the account's budget (§10.1).</summary>
    public sealed record BudgetCounted(long At, int Count, long EpochStart) : LimiterEvent(At);

    /// <summary>The budget's soft block was given; the next may come at <see cref="Until"/> (§10.4).</summary>
    public sealed record CooldownStarted(long At, long Until) : LimiterEvent(At);

    /// <summary>A known device failed (§10.1).</summary>
    public sealed record AllowanceCounted(long At, KeyDigest Device, int Count, long EpochStart) : LimiterEvent(At);

    /// <summary>A failure of the account lacked its fingerprint (§6.1).</summary>
    public sealed record FingerprintMissed(long At) : LimiterEvent(At);

    /// <summary>A failure of the account had a fingerprint again (§6.1).</summary>
    public sealed record FingerprintReturned(long At) : LimiterEvent(At);

    /// <summary>A failure ended SOFT (§10.7).</summary>
    public sealed record SoftFailureEnded(long At) : LimiterEvent(At);

    /// <summary>A window of §12.2 qualified: its occurrence number within 24 h of <see cref="FirstAt"/>.</summary>
    public sealed record OccurrenceCounted(long At, int Count, long FirstAt) : LimiterEvent(At);

    /// <summary>New devices of the account from this address scope meet hard blocks until then (§12.5).</summary>
    public sealed record FloodStaged(long At, KeyDigest Address, long Until) : LimiterEvent(At);

    /// <summary>A device was diluted in this aligned 10-minute window (§12.4).</summary>
    public sealed record DilutionMarked(long At, long Window) : LimiterEvent(At);

    /// <summary>A window of more than 15 minutes of a simple throttle: what was spent of it so far, and its end (§15).</summary>
    public sealed record ThrottleCounted(long At, long StartedAt, long Count, long EndsAt) : LimiterEvent(At);

    /// <summary>A name inside the entity is now spelt with the current secrets (§5.2).</summary>
    public sealed record Rekeyed(long At, KeyType Type, KeyDigest Previous, KeyDigest Current) : LimiterEvent(At);

    /// <summary>
    /// The entity begins with the state of its previous-generation namesake: once, at its first use after a rotation, in one event (§5.2).
    /// </summary>
    public sealed record CarriedOver(long At, IReadOnlyList<LimiterEvent> Facts) : LimiterEvent(At);

    /// <summary>An operator lifted the blocks of one key; scores stay.</summary>
    public sealed record Unblocked(long At, KeyRef Key) : LimiterEvent(At);

    /// <summary>An operator erased the entity's whole state.</summary>
    public sealed record Reset(long At) : LimiterEvent(At);
}
