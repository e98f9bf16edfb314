using ActorFingerprint.Limits.Entities;
using ActorFingerprint.Limits.Policies;

namespace ActorFingerprint.Limits.Scores;

/// <summary>
/// One score mutation under an account policy (AF-1 §6, §8.2, §9): decay once, add once, then the level that the result reaches, by
/// threshold or by a near-threshold watch.
/// </summary>
internal static class ScoreRule
{
    /// <summary>Highest level of K4 ("L3+", R6).</summary>
    public const int AccountCap = 4;

    /// <summary>Highest level of any other key.</summary>
    public const int OtherCap = 6;

    /// <summary>Adds points to a key; the level reached, 0 for none.</summary>
    public static int Add(
        EntityState state, KeySlot slot, KeyRef key, int points, Thresholds thresholds, bool known, long now, EventLog log)
    {
        var before = Decay.ScoreAt(slot, key.Type, now);
        var score = before + points;
        var slow = before > 0 && slot.Slow;
        var knownContributed = known || (before > 0 && slot.KnownContributed);
        log.Raise(state, new LimiterEvent.Scored(Math.Max(now, slot.ScoredAt), key, score, slow, knownContributed));
        if (thresholds.AreNone) return 0;
        var level = LevelOf(state, slot, key, score, thresholds, now, log);
        if (level < 3) return level;
        var cycles = slot.History.CyclesAt(now);
        return Math.Min(key.Type == KeyType.K4 ? AccountCap : OtherCap, 3 + Math.Max(0, cycles - 1));
    }

    private static int LevelOf(
        EntityState state, KeySlot slot, KeyRef key, long score, Thresholds thresholds, long now, EventLog log)
    {
        var level = 0;
        for (var l = 3; l >= 1; l--)
        {
            if (score >= thresholds[l])
            {
                level = Math.Max(level, l);
                continue;
            }
            if (score != thresholds[l] - 1 || (l < 3 && thresholds[l + 1] == thresholds[l])) continue;
            var watch = new WatchRef(WatchedRule.ScoreL1 + l - 1, key);
            if (slot.Watch(l).Observe(state, watch, now, log)) level = Math.Max(level, l);
        }
        return level;
    }
}
