using ActorFingerprint.Limits.Decisions;
using ActorFingerprint.Limits.Entities;

namespace ActorFingerprint.Limits.Scores;

/// <summary>
/// Publishing a block (AF-1 §8): it lasts its ladder time; on an active block the higher level and the later end stay. A first hard block
/// after none is a cycle, and the second cycle within 6 h pauses decay for 600 s, not renewed while paused (§9.2).
/// </summary>
internal static class BlockRule
{
    /// <summary>Publishes a block of a level from 1 to 6.</summary>
    /// <param name="state">The key's entity.</param>
    /// <param name="slot">The key.</param>
    /// <param name="key">Its name.</param>
    /// <param name="level">Ladder level.</param>
    /// <param name="decays">False under API policies, which know no cycles (§9.2).</param>
    /// <param name="sparesTrusted">The block does not apply to trusted sessions (H1, H2).</param>
    /// <param name="now">Unix seconds.</param>
    /// <param name="log">Receives the events.</param>
    public static void Publish(
        EntityState state, KeySlot slot, KeyRef key, int level, bool decays, bool sparesTrusted, long now, EventLog log)
    {
        var wasHard = slot.ActiveBlock(now, trusted: false).Level >= PenaltyLadder.Hard;
        var standing = sparesTrusted ? slot.SparingBlock : slot.Block;
        var block = new Block(level, now + PenaltyLadder.Seconds(level));
        if (standing.Until > now) block = block.Merge(standing);
        if (block != standing) log.Raise(state, new LimiterEvent.Blocked(now, key, block.Level, block.Until, sparesTrusted));
        if (level < PenaltyLadder.Hard || !decays || wasHard) return;
        log.Raise(state, new LimiterEvent.HardCycled(now, key));
        if (slot.History.CyclesAt(now) < 2 || slot.History.IsPausedAt(now)) return;
        log.Raise(state, new LimiterEvent.DecayPaused(now, key, slot.History.PausedSeconds(slot.ScoredAt, now)));
    }

    /// <summary>Lifts a key's blocks on an operator's word; 1 when there were any.</summary>
    public static int Lift(EntityState state, KeySlot? slot, KeyRef key, long now, EventLog log)
    {
        if (slot is null || slot.ActiveBlock(now, trusted: false).Level == 0) return 0;
        log.Raise(state, new LimiterEvent.Unblocked(now, key));
        return 1;
    }
}
