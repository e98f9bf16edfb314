namespace ActorFingerprint.Limits.Decisions;

/// <summary>How long a block of each level lasts (AF-1 §8). L1 is soft; from L2 on a block is hard.</summary>
public static class PenaltyLadder
{
    /// <summary>The highest level.</summary>
    public const int Highest = 6;

    /// <summary>The lowest level of a hard block.</summary>
    public const int Hard = 2;

    /// <summary>Seconds that a block of a level from 1 to 6 lasts; 0 for level 0.</summary>
    public static int Seconds(int level) => level switch
    {
        <= 0 => 0,
        1 => 15,
        2 => 60,
        3 => 300,
        4 => 1_800,
        5 => 21_600,
        _ => 86_400,
    };
}
