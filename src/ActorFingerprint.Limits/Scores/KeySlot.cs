using ActorFingerprint.Limits.Decisions;
using ActorFingerprint.Limits.Entities;

namespace ActorFingerprint.Limits.Scores;

/// <summary>
/// All durable state of one key: score, blocks, hard cycles, decay pause, score watches. Changed by events alone. One object of 80 bytes,
/// whatever happens to the key: parts of their own, made when they are needed, would be young objects in old ones, and each of those costs
/// every garbage collection a look.
/// </summary>
public class KeySlot
{
    private HardHistory _history;
    private UnixSecond _scoredAt, _blockedUntil, _sparedUntil, _watch1, _watch2, _watch3;
    private byte _blockLevel, _sparingLevel, _count1, _count2, _count3;

    /// <summary>Score as of <see cref="ScoredAt"/>.</summary>
    public long Score { get; private set; }

    /// <summary>Unix second of the last mutation; 0 for none.</summary>
    public long ScoredAt => _scoredAt;

    /// <summary>The decay interval is doubled (§9.2).</summary>
    public bool Slow { get; private set; }

    /// <summary>A device known for the account has added to the score (H1).</summary>
    public bool KnownContributed { get; private set; }

    /// <summary>The block that applies to everyone.</summary>
    public Block Block
    {
        get => new(_blockLevel, _blockedUntil);
        private set => (_blockLevel, _blockedUntil) = ((byte)value.Level, value.Until);
    }

    /// <summary>The block that spares trusted sessions (H1, H2); never set by the reference profile.</summary>
    public Block SparingBlock
    {
        get => new(_sparingLevel, _sparedUntil);
        private set => (_sparingLevel, _sparedUntil) = ((byte)value.Level, value.Until);
    }

    /// <summary>Hard cycles and the decay pause.</summary>
    public ref readonly HardHistory History => ref _history;

    /// <summary>The block in force for a request.</summary>
    public Block ActiveBlock(long now, bool trusted)
    {
        var block = Block.Until > now ? Block : default;
        return trusted || SparingBlock.Until <= now ? block : block.Merge(SparingBlock);
    }

    /// <summary>The watch of a score threshold from L1 to L3.</summary>
    public NearThresholdWatch Watch(int level) => level switch
    {
        1 => new(_count1, _watch1),
        2 => new(_count2, _watch2),
        _ => new(_count3, _watch3),
    };

    /// <summary>
    /// The Unix second from which the slot equals a new one. <paramref name="zeroAt"/> is when its score has decayed to 0.
    /// </summary>
    public virtual long ExpiresAt(long zeroAt)
    {
        var at = Math.Max(Math.Max(Block.Until, SparingBlock.Until), Score > 0 ? zeroAt : 0);
        at = Math.Max(at, _history.ExpiresAt);
        return Math.Max(at, Math.Max(Watch(1).ExpiresAt, Math.Max(Watch(2).ExpiresAt, Watch(3).ExpiresAt)));
    }

    /// <summary>A leaking score that lives 15 minutes at most changes without an event.</summary>
    internal void Leak(long score, long at) => (Score, _scoredAt) = (score, at);

    internal virtual void Evolve(LimiterEvent @event)
    {
        switch (@event)
        {
            case LimiterEvent.Scored scored:
                (Score, _scoredAt, Slow, KnownContributed) = (scored.Score, scored.At, scored.Slow, scored.KnownContributed);
                _history.ForgetPausesBefore();
                break;
            case LimiterEvent.Blocked { SparesTrusted: true } blocked:
                SparingBlock = new(blocked.Level, blocked.Until);
                Slow |= blocked.Level >= PenaltyLadder.Hard;
                break;
            case LimiterEvent.Blocked blocked:
                Block = new(blocked.Level, blocked.Until);
                Slow |= blocked.Level >= PenaltyLadder.Hard;
                break;
            case LimiterEvent.HardCycled cycled:
                _history.AddCycle(cycled.At);
                break;
            case LimiterEvent.DecayPaused paused:
                _history.Pause(paused.At, paused.PausedBefore);
                break;
            case LimiterEvent.WatchCounted counted:
                SetWatch(counted.Watch.Rule, (byte)Math.Min(counted.Count, byte.MaxValue), counted.FirstAt);
                break;
            case LimiterEvent.Unblocked:
                (Block, SparingBlock) = (default, default);
                break;
        }
    }

    internal virtual void AddFacts(KeyRef key, long zeroAt, long now, List<LimiterEvent> facts)
    {
        if (Block.Until > now) facts.Add(new LimiterEvent.Blocked(now, key, Block.Level, Block.Until, SparesTrusted: false));
        if (SparingBlock.Until > now)
            facts.Add(new LimiterEvent.Blocked(now, key, SparingBlock.Level, SparingBlock.Until, SparesTrusted: true));
        var scored = Score > 0 && zeroAt > now;
        if (scored) facts.Add(new LimiterEvent.Scored(ScoredAt, key, Score, Slow, KnownContributed));
        _history.AddFacts(key, scored ? ScoredAt : now, now, facts);
        for (var level = 1; level <= 3; level++)
        {
            var (watch, name) = (Watch(level), new WatchRef(WatchedRule.ScoreL1 + level - 1, key));
            if (watch.ExpiresAt > now) facts.Add(new LimiterEvent.WatchCounted(watch.FirstAt, name, watch.Count, watch.FirstAt));
        }
    }

    private void SetWatch(WatchedRule rule, byte count, long firstAt)
    {
        switch (rule)
        {
            case WatchedRule.ScoreL1: (_count1, _watch1) = (count, firstAt); break;
            case WatchedRule.ScoreL2: (_count2, _watch2) = (count, firstAt); break;
            case WatchedRule.ScoreL3: (_count3, _watch3) = (count, firstAt); break;
        }
    }
}

/// <summary>A block of a key: active while now &lt; <paramref name="Until"/> (Unix seconds).</summary>
public readonly record struct Block(int Level, long Until)
{
    /// <summary>Both at once: the higher level, the later end (§8).</summary>
    public Block Merge(Block other) => new(Math.Max(Level, other.Level), Math.Max(Until, other.Until));
}
