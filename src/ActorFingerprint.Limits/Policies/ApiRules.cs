namespace ActorFingerprint.Limits.Policies;

/// <summary>
/// The three tiers of a policy that guards a costly API (AF-1 §6.5). Limits are per 60 s and leak continuously; only <c>access</c> adds.
/// </summary>
public sealed record ApiRules
{
    /// <summary>Address scope and User-Agent: SOFT L1.</summary>
    public required int K2Limit { get; init; }

    /// <summary>Device on the address scope: HARD L2, on K2 when its confidence is low.</summary>
    public required int K3Limit { get; init; }

    /// <summary>Address scope: HARD L3.</summary>
    public required int K1Limit { get; init; }

    /// <summary>Points per unit of cost.</summary>
    public int AccessPoints { get; init; } = 1;
}

/// <summary>
/// What a node allows from its own memory while the shared state is away (AF-1 §14). Windows are fixed and start with the first attempt.
/// </summary>
public sealed record DegradedRules
{
    /// <summary>Length of the window in seconds.</summary>
    public required int WindowSeconds { get; init; }

    /// <summary>Attempts per account; null: no such rule.</summary>
    public int? PerAccount { get; init; }

    /// <summary>Attempts per address scope.</summary>
    public required int PerAddress { get; init; }

    /// <summary>Attempts per address scope and User-Agent; null: no such rule.</summary>
    public int? PerAgent { get; init; }
}

/// <summary>What a failed store means before the breaker has tripped (AF-1 §14).</summary>
public enum StoreFailurePolicy : byte
{
    /// <summary>HARD L2 for 10 s. The only choice for account policies, and the default.</summary>
    FailClosed,

    /// <summary>Go on under the local caps. Illegal for account policies.</summary>
    FailOpen,
}
