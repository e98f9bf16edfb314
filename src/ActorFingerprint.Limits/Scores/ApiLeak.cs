namespace ActorFingerprint.Limits.Scores;

/// <summary>
/// The continuous leak of API scores (AF-1 §6.5, R10): score − floor(elapsed · limit / 60), with the score lifetime of §9 and none of its
/// modifiers.
/// </summary>
public static class ApiLeak
{
    private const int VolatileSeconds = 900;

    /// <summary>The leaked score.</summary>
    public static long ScoreAt(KeySlot slot, int limit, long now) =>
        now >= slot.ScoredAt + Decay.LifetimeSeconds ? 0 : Math.Max(0, slot.Score - Math.Max(0, now - slot.ScoredAt) * limit / 60);

    /// <summary>
    /// Whether the score leaks away within 15 minutes of its last mutation: then it is volatile, never journaled. Below fifteen times the limit
    /// it always does.
    /// </summary>
    public static bool IsVolatile(long score, int limit) => (score * 60 + limit - 1) / limit <= VolatileSeconds;

    /// <summary>When the score has leaked away.</summary>
    public static long ZeroAt(KeySlot slot, int limit) =>
        slot.ScoredAt + Math.Min(Decay.LifetimeSeconds, (slot.Score * 60 + limit - 1) / limit);
}
