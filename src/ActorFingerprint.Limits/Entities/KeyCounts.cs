namespace ActorFingerprint.Limits.Entities;

/// <summary>How many keys of each type something holds.</summary>
public readonly record struct KeyCounts(long K1, long K2, long K3, long K4, long K5)
{
    /// <summary>All of them.</summary>
    public long Total => K1 + K2 + K3 + K4 + K5;

    /// <summary>Both together.</summary>
    public static KeyCounts operator +(KeyCounts a, KeyCounts b) =>
        new(a.K1 + b.K1, a.K2 + b.K2, a.K3 + b.K3, a.K4 + b.K4, a.K5 + b.K5);

    /// <summary>Both together.</summary>
    public static KeyCounts Add(KeyCounts left, KeyCounts right) => left + right;
}
