using ActorFingerprint.Limits.Decisions;
using ActorFingerprint.Limits.Entities;

namespace ActorFingerprint.Limits.Scores;

/// <summary>
/// All durable state of one key: score, blocks, hard cycles, decay pause, score watches. Rarely needed parts are separate objects, so that
/// the many keys that were only ever seen stay small. Changed by events alone.
/// </summary>
public class KeySlot
{
    private Rarely? _rarely;

    /// <summary>Score as of <see cref="ScoredAt"/>.</summary>
    public long Score { get; private set; }

    /// <summary>Unix second of the last mutation; 0 for none.</summary>
    public long ScoredAt { get; private set; }

    /// <summary>The decay interval is doubled (§9.2).</summary>
    public bool Slow { get; private set; }

    /// <summary>A device known for the account has added to the score (H1).</summary>
    public bool KnownContributed { get; private set; }

    /// <summary>The block that applies to everyone.</summary>
    public Block Block { get; private set; }

    /// <summary>The block that spares trusted sessions (H1, H2); never set by the reference profile.</summary>
    public Block SparingBlock => _rarely?.SparingBlock ?? default;

    /// <summary>Hard cycles and the decay pause; null while there was none.</summary>
    public HardHistory? History => _rarely?.History;

    /// <summary>The block in force for a request.</summary>
    public Block ActiveBlock(long now, bool trusted)
    {
        var block = Block.Until > now ? Block : default;
        return trusted || SparingBlock.Until <= now ? block : block.Merge(SparingBlock);
    }

    /// <summary>The watch of a score threshold from L1 to L3.</summary>
    public NearThresholdWatch Watch(int level) => _rarely?.Watches is { } watches ? watches[level - 1] : default;

    /// <summary>
    /// The Unix second from which the slot equals a new one. <paramref name="zeroAt"/> is when its score has decayed to 0.
    /// </summary>
    public virtual long ExpiresAt(long zeroAt)
    {
        var at = Math.Max(Math.Max(Block.Until, SparingBlock.Until), Score > 0 ? zeroAt : 0);
        if (History is { } history) at = Math.Max(at, history.ExpiresAt);
        foreach (var watch in _rarely?.Watches ?? []) at = Math.Max(at, watch.ExpiresAt);
        return at;
    }

    /// <summary>A leaking score that lives 15 minutes at most changes without an event.</summary>
    internal void Leak(long score, long at) => (Score, ScoredAt) = (score, at);

    internal virtual void Evolve(LimiterEvent @event)
    {
        switch (@event)
        {
            case LimiterEvent.Scored scored:
                (Score, ScoredAt, Slow, KnownContributed) = (scored.Score, scored.At, scored.Slow, scored.KnownContributed);
                History?.ForgetPausesBefore();
                break;
            case LimiterEvent.Blocked { SparesTrusted: true } blocked:
                Rare.SparingBlock = new(blocked.Level, blocked.Until);
                Slow |= blocked.Level >= PenaltyLadder.Hard;
                break;
            case LimiterEvent.Blocked blocked:
                Block = new(blocked.Level, blocked.Until);
                Slow |= blocked.Level >= PenaltyLadder.Hard;
                break;
            case LimiterEvent.HardCycled cycled:
                (Rare.History ??= new HardHistory()).AddCycle(cycled.At);
                break;
            case LimiterEvent.DecayPaused paused:
                (Rare.History ??= new HardHistory()).Pause(paused.At, paused.PausedBefore);
                break;
            case LimiterEvent.WatchCounted counted:
                (Rare.Watches ??= new NearThresholdWatch[3])[counted.Watch.Rule - WatchedRule.ScoreL1] = new(counted.Count, counted.FirstAt);
                break;
            case LimiterEvent.Unblocked:
                Block = default;
                if (_rarely is not null) _rarely.SparingBlock = default;
                break;
        }
    }

    private Rarely Rare => _rarely ??= new();

    internal virtual void AddFacts(KeyRef key, long zeroAt, long now, List<LimiterEvent> facts)
    {
        if (Block.Until > now) facts.Add(new LimiterEvent.Blocked(now, key, Block.Level, Block.Until, SparesTrusted: false));
        if (SparingBlock.Until > now)
            facts.Add(new LimiterEvent.Blocked(now, key, SparingBlock.Level, SparingBlock.Until, SparesTrusted: true));
        var scored = Score > 0 && zeroAt > now;
        if (scored) facts.Add(new LimiterEvent.Scored(ScoredAt, key, Score, Slow, KnownContributed));
        History?.AddFacts(key, scored ? ScoredAt : now, now, facts);
        for (var level = 1; level <= 3; level++)
        {
            var (watch, name) = (Watch(level), new WatchRef(WatchedRule.ScoreL1 + level - 1, key));
            if (watch.ExpiresAt > now) facts.Add(new LimiterEvent.WatchCounted(watch.FirstAt, name, watch.Count, watch.FirstAt));
        }
    }

    /// <summary>What few keys ever need.</summary>
    private sealed class Rarely
    {
        public NearThresholdWatch[]? Watches;
        public HardHistory? History;
        public Block SparingBlock;
    }
}

/// <summary>A block of a key: active while now &lt; <paramref name="Until"/> (Unix seconds).</summary>
public readonly record struct Block(int Level, long Until)
{
    /// <summary>Both at once: the higher level, the later end (§8).</summary>
    public Block Merge(Block other) => new(Math.Max(Level, other.Level), Math.Max(Until, other.Until));
}
