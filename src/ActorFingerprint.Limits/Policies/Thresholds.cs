namespace ActorFingerprint.Limits.Policies;

/// <summary>Scores at which a key reaches L1, L2 and L3 (AF-1 §6): positive and non-decreasing, or all zero for "none".</summary>
/// <param name="L1">Score from which a key is softly blocked.</param>
/// <param name="L2">Score from which it is hard-blocked for 60 s.</param>
/// <param name="L3">Score from which the ladder of §8.2 applies.</param>
public readonly record struct Thresholds(int L1, int L2, int L3)
{
    /// <summary>Whether no score of this key reaches anything.</summary>
    public bool AreNone => this == default;

    /// <summary>Whether the three are positive and non-decreasing.</summary>
    public bool AreValid => L1 > 0 && L2 >= L1 && L3 >= L2;

    /// <summary>The threshold of a level from 1 to 3.</summary>
    public int this[int level] => level switch { 1 => L1, 2 => L2, _ => L3 };
}

/// <summary>Points that one failure adds to each key (AF-1 §6.1).</summary>
/// <param name="K1">Address scope.</param>
/// <param name="K2">Address scope and User-Agent.</param>
/// <param name="K3">Address scope and device.</param>
/// <param name="K4">Account.</param>
/// <param name="K5">Account and device.</param>
public readonly record struct KeyPoints(int K1 = 0, int K2 = 0, int K3 = 0, int K4 = 0, int K5 = 0);
