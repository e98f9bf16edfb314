namespace ActorFingerprint.Limits.Policies;

/// <summary>
/// What a failed attempt costs, and where scores reach a level: the rules of a policy that guards accounts (AF-1 §6.1, §6.2).
/// </summary>
public sealed record AuthRules
{
    /// <summary>A device known for the account failed.</summary>
    public required KeyPoints KnownDevice { get; init; }

    /// <summary>A new or unverified device failed, an ephemeral one included.</summary>
    public required KeyPoints NewDevice { get; init; }

    /// <summary>The fingerprint was missing.</summary>
    public required KeyPoints MissingFingerprint { get; init; }

    /// <summary>Further K4 points when the account's previous failure lacked its fingerprint too, at most 30 minutes ago.</summary>
    public required int RepeatedMissingK4 { get; init; }

    /// <summary>Thresholds of the account.</summary>
    public required Thresholds K4 { get; init; }

    /// <summary>Thresholds of a known device (R8: none in the presets).</summary>
    public Thresholds K5 { get; init; }

    /// <summary>Thresholds of the address scope.</summary>
    public Thresholds K1 { get; init; }

    /// <summary>Thresholds of the address scope with one User-Agent.</summary>
    public Thresholds K2 { get; init; }

    /// <summary>Thresholds of one device on the address scope.</summary>
    public Thresholds K3 { get; init; }

    /// <summary>The account's failure budget.</summary>
    public required BudgetRule Budget { get; init; }
}

/// <summary>The account's failure budget over a fixed 24 h epoch (AF-1 §10): may add friction, never hard-blocks.</summary>
public sealed record BudgetRule
{
    /// <summary>Counted failures from which the budget is used up.</summary>
    public required int Threshold { get; init; }

    /// <summary>Level of its soft block.</summary>
    public required int Level { get; init; }

    /// <summary>Lowest level for a trusted session, which otherwise gets one level less.</summary>
    public required int TrustedFloor { get; init; }

    /// <summary>Seconds between two of its soft blocks.</summary>
    public required int CooldownSeconds { get; init; }

    /// <summary>Whether a check that would be allowed may meet it too.</summary>
    public bool AppliesToChecks { get; init; }

    /// <summary>Failures a known device has per 24 h before they count; null: all count.</summary>
    public int? KnownDeviceAllowance { get; init; }

    /// <summary>Whether exactly the failure that uses it up is softened for a high-confidence or known device (§10.6).</summary>
    public bool RecoveryGuard { get; init; }
}
