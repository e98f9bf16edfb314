using ActorFingerprint.Limits.Entities;

namespace ActorFingerprint.Limits.Scores;

/// <summary>
/// Lazy linear decay (AF-1 §9): one point per interval of effective time since the last mutation, whole intervals only, gone 24 h after it.
/// A key that was hard-blocked decays at half speed until a mutation finds it at 0; paused time does not count (§9.2).
/// </summary>
public static class Decay
{
    /// <summary>Lifetime of a score from its last mutation, in seconds.</summary>
    public const int LifetimeSeconds = 86_400;

    /// <summary>Seconds per point: K4 600, K3 and K5 300, K1 and K2 180.</summary>
    public static int IntervalOf(KeyType key) => key switch
    {
        KeyType.K4 => 600,
        KeyType.K3 or KeyType.K5 => 300,
        _ => 180,
    };

    /// <summary>The decayed score.</summary>
    public static long ScoreAt(KeySlot slot, KeyType key, long now)
    {
        if (slot.Score == 0 || now >= slot.ScoredAt + LifetimeSeconds) return 0;
        var paused = slot.History.PausedSeconds(slot.ScoredAt, now);
        var elapsed = Math.Max(0, now - slot.ScoredAt - paused); // another node's clock may be behind
        return Math.Max(0, slot.Score - elapsed / Interval(slot, key));
    }

    /// <summary>When the score is 0, unless something happens before; a pause in progress is allowed for.</summary>
    public static long ZeroAt(KeySlot slot, KeyType key)
    {
        var paused = slot.History.PausedSeconds(slot.ScoredAt, long.MaxValue);
        return slot.ScoredAt + Math.Min(LifetimeSeconds, slot.Score * Interval(slot, key) + paused);
    }

    private static int Interval(KeySlot slot, KeyType key) => slot.Slow ? 2 * IntervalOf(key) : IntervalOf(key);
}
