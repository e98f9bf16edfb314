using ActorFingerprint.Limits.Keys;

namespace ActorFingerprint.Limits.Entities;

/// <summary>The five keys of AF-1 §3.</summary>
public enum KeyType : byte
{
    /// <summary>Address scope.</summary>
    K1 = 1,

    /// <summary>Address scope and User-Agent.</summary>
    K2,

    /// <summary>Address scope and device.</summary>
    K3,

    /// <summary>Account.</summary>
    K4,

    /// <summary>Account and device.</summary>
    K5,
}

/// <summary>
/// One of an entity's keys. <paramref name="Digest"/> is none for the key that is the entity itself: K4 of an account, K1 of an address
/// scope.
/// </summary>
public readonly record struct KeyRef(KeyType Type, KeyDigest Digest)
{
    /// <summary>An account entity's own key.</summary>
    public static KeyRef Account => new(KeyType.K4, default);

    /// <summary>An address-scope entity's own key.</summary>
    public static KeyRef Address => new(KeyType.K1, default);
}

/// <summary>What a near-threshold watch (AF-1 §9.3) looks at.</summary>
public enum WatchedRule
{
    /// <summary>A score's L1 threshold.</summary>
    ScoreL1 = 1,

    /// <summary>A score's L2 threshold.</summary>
    ScoreL2,

    /// <summary>A score's L3 threshold.</summary>
    ScoreL3,

    /// <summary>§12.1.</summary>
    Spray,

    /// <summary>§12.2.</summary>
    DistributedAccount,

    /// <summary>§12.3.</summary>
    Churn,

    /// <summary>§12.4.</summary>
    Dilution,
}

/// <summary>
/// Names one watch of an entity. <paramref name="Key"/> is the key it belongs to; in a macro scope its digest is the scope, and
/// <paramref name="Agent"/> the User-Agent.
/// </summary>
public readonly record struct WatchRef(WatchedRule Rule, KeyRef Key, KeyDigest Agent = default);
