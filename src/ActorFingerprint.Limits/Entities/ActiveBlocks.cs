using ActorFingerprint.Limits.Decisions;
using ActorFingerprint.Limits.Scores;

namespace ActorFingerprint.Limits.Entities;

/// <summary>What an entity answers in the first round: the blocks that a request meets (AF-1 §7.1, §7.4).</summary>
/// <param name="HardLevel">Highest level among active hard blocks; 0 for none.</param>
/// <param name="HardSeconds">Longest remaining time among them (R12).</param>
/// <param name="SoftLevel">Level of the active soft block of step 4; 0 for none.</param>
/// <param name="SoftSeconds">Its remaining time.</param>
public readonly record struct ActiveBlocks(int HardLevel, long HardSeconds, int SoftLevel, long SoftSeconds)
{
    /// <summary>Two entities' answers together.</summary>
    public ActiveBlocks With(ActiveBlocks other) => new(
        Math.Max(HardLevel, other.HardLevel), Math.Max(HardSeconds, other.HardSeconds),
        Math.Max(SoftLevel, other.SoftLevel), Math.Max(SoftSeconds, other.SoftSeconds));

    internal ActiveBlocks WithHard(Block block, long now) => block.Level < PenaltyLadder.Hard
        ? this
        : this with { HardLevel = Math.Max(HardLevel, block.Level), HardSeconds = Math.Max(HardSeconds, block.Until - now) };

    internal ActiveBlocks WithSoft(Block block, long now) => block.Level is > 0 and < PenaltyLadder.Hard
        ? this with { SoftLevel = block.Level, SoftSeconds = block.Until - now }
        : this;
}
