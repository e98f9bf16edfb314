using ActorFingerprint.Limits.Policies;
using Microsoft.Extensions.Configuration;

namespace ActorFingerprint.Node.Configuration;

/// <summary>What a failed attempt costs, and where scores reach a level. Thresholds are three numbers: L1, L2, L3.</summary>
public sealed record LimiterAuthOptions
{
    /// <summary>Points when a device known for the account failed.</summary>
    [ConfigurationKeyName("known-device")] public LimiterPointsOptions? KnownDevice { get; init; }

    /// <summary>Points when a new or unverified device failed.</summary>
    [ConfigurationKeyName("new-device")] public LimiterPointsOptions? NewDevice { get; init; }

    /// <summary>Points when the fingerprint was missing.</summary>
    [ConfigurationKeyName("missing-fingerprint")] public LimiterPointsOptions? MissingFingerprint { get; init; }

    /// <summary>Further K4 points when it was missing again within 30 minutes.</summary>
    [ConfigurationKeyName("repeated-missing-k4")] public int? RepeatedMissingK4 { get; init; }

    /// <summary>Thresholds of the account.</summary>
    [ConfigurationKeyName("k4")][ThreeLevels] public IReadOnlyList<int>? K4 { get; init; }

    /// <summary>Thresholds of a known device.</summary>
    [ConfigurationKeyName("k5")][ThreeLevels] public IReadOnlyList<int>? K5 { get; init; }

    /// <summary>Thresholds of the address scope.</summary>
    [ConfigurationKeyName("k1")][ThreeLevels] public IReadOnlyList<int>? K1 { get; init; }

    /// <summary>Thresholds of the address scope with one User-Agent.</summary>
    [ConfigurationKeyName("k2")][ThreeLevels] public IReadOnlyList<int>? K2 { get; init; }

    /// <summary>Thresholds of one device on the address scope.</summary>
    [ConfigurationKeyName("k3")][ThreeLevels] public IReadOnlyList<int>? K3 { get; init; }

    /// <summary>The account's failure budget.</summary>
    [ConfigurationKeyName("budget")] public LimiterBudgetOptions? Budget { get; init; }

    internal AuthRules Over(AuthRules? begin) => new()
    {
        KnownDevice = KnownDevice?.Over(begin?.KnownDevice ?? default) ?? begin?.KnownDevice ?? default,
        NewDevice = NewDevice?.Over(begin?.NewDevice ?? default) ?? begin?.NewDevice ?? default,
        MissingFingerprint = MissingFingerprint?.Over(begin?.MissingFingerprint ?? default) ?? begin?.MissingFingerprint ?? default,
        RepeatedMissingK4 = RepeatedMissingK4 ?? begin?.RepeatedMissingK4 ?? 0,
        K4 = Levels(K4, begin?.K4),
        K5 = Levels(K5, begin?.K5),
        K1 = Levels(K1, begin?.K1),
        K2 = Levels(K2, begin?.K2),
        K3 = Levels(K3, begin?.K3),
        Budget = Budget?.Over(begin?.Budget) ?? begin?.Budget!, // a policy without one is refused by the registry
    };

    private static Thresholds Levels(IReadOnlyList<int>? given, Thresholds? begin) =>
        given is null ? begin ?? default : new(given[0], given[1], given[2]);
}

/// <summary>Points that one failure adds to each key.</summary>
public sealed record LimiterPointsOptions
{
    /// <summary>Address scope.</summary>
    [ConfigurationKeyName("k1")] public int? K1 { get; init; }

    /// <summary>Address scope and User-Agent.</summary>
    [ConfigurationKeyName("k2")] public int? K2 { get; init; }

    /// <summary>Address scope and device.</summary>
    [ConfigurationKeyName("k3")] public int? K3 { get; init; }

    /// <summary>Account.</summary>
    [ConfigurationKeyName("k4")] public int? K4 { get; init; }

    /// <summary>Account and device.</summary>
    [ConfigurationKeyName("k5")] public int? K5 { get; init; }

    internal KeyPoints Over(KeyPoints begin) =>
        new(K1 ?? begin.K1, K2 ?? begin.K2, K3 ?? begin.K3, K4 ?? begin.K4, K5 ?? begin.K5);
}

/// <summary>The account's failure budget over 24 hours.</summary>
public sealed record LimiterBudgetOptions
{
    /// <summary>Counted failures from which it is used up.</summary>
    [ConfigurationKeyName("threshold")] public int? Threshold { get; init; }

    /// <summary>Level of its soft block.</summary>
    [ConfigurationKeyName("level")] public int? Level { get; init; }

    /// <summary>Lowest level for a trusted session.</summary>
    [ConfigurationKeyName("trusted-floor")] public int? TrustedFloor { get; init; }

    /// <summary>Time between two of its soft blocks.</summary>
    [ConfigurationKeyName("cooldown")][DurationRange("1s", "1d")] public TimeSpan? Cooldown { get; init; }

    /// <summary>Whether a check that would be allowed may meet it too.</summary>
    [ConfigurationKeyName("applies-to-checks")] public bool? AppliesToChecks { get; init; }

    /// <summary>Failures that a known device has before they count.</summary>
    [ConfigurationKeyName("known-device-allowance")] public int? KnownDeviceAllowance { get; init; }

    /// <summary>Whether the failure that uses it up is softened for a device worth sparing.</summary>
    [ConfigurationKeyName("recovery-guard")] public bool? RecoveryGuard { get; init; }

    internal BudgetRule Over(BudgetRule? begin) => new()
    {
        Threshold = Threshold ?? begin?.Threshold ?? 0,
        Level = Level ?? begin?.Level ?? 0,
        TrustedFloor = TrustedFloor ?? begin?.TrustedFloor ?? 0,
        CooldownSeconds = Cooldown is { } cooldown ? (int)cooldown.TotalSeconds : begin?.CooldownSeconds ?? 0,
        AppliesToChecks = AppliesToChecks ?? begin?.AppliesToChecks ?? false,
        KnownDeviceAllowance = KnownDeviceAllowance ?? begin?.KnownDeviceAllowance,
        RecoveryGuard = RecoveryGuard ?? begin?.RecoveryGuard ?? false,
    };
}
