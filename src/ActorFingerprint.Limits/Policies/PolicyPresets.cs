namespace ActorFingerprint.Limits.Policies;

/// <summary>The three shipped policies: <c>login</c>, <c>otp</c>, <c>api_heavy</c> (AF-1 §6, §10, §14).</summary>
public static class PolicyPresets
{
    /// <summary>Password login (§6.1).</summary>
    public static LimiterPolicy Login { get; } = new()
    {
        Name = "login",
        Auth = new AuthRules
        {
            KnownDevice = new(K5: 2),
            NewDevice = new(K4: 3),
            MissingFingerprint = new(K2: 4, K4: 3),
            RepeatedMissingK4 = 6,
            K4 = new(5, 8, 12),
            Budget = new BudgetRule
            {
                Threshold = 20,
                Level = 3,
                TrustedFloor = 2,
                CooldownSeconds = 3_600,
                AppliesToChecks = true,
                KnownDeviceAllowance = 8,
            },
        },
        Degraded = new DegradedRules { WindowSeconds = 600, PerAccount = 3, PerAddress = 20 },
    };

    /// <summary>One-time codes (§6.2).</summary>
    public static LimiterPolicy Otp { get; } = new()
    {
        Name = "otp",
        Auth = new AuthRules
        {
            KnownDevice = new(K5: 4),
            NewDevice = new(K4: 5),
            MissingFingerprint = new(K2: 6, K4: 5),
            RepeatedMissingK4 = 8,
            K4 = new(4, 7, 10),
            Budget = new BudgetRule
            {
                Threshold = 10,
                Level = 4,
                TrustedFloor = 3,
                CooldownSeconds = 7_200,
                RecoveryGuard = true,
            },
        },
        Degraded = new DegradedRules { WindowSeconds = 900, PerAccount = 2, PerAddress = 10 },
    };

    /// <summary>Costly API calls (§6.5).</summary>
    public static LimiterPolicy ApiHeavy { get; } = new()
    {
        Name = "api_heavy",
        Api = new ApiRules { K2Limit = 120, K3Limit = 300, K1Limit = 600 },
        OnStoreFailure = StoreFailurePolicy.FailOpen,
        Degraded = new DegradedRules { WindowSeconds = 60, PerAddress = 120, PerAgent = 60 },
    };

    /// <summary>All three.</summary>
    public static IReadOnlyList<LimiterPolicy> All { get; } = [Login, Otp, ApiHeavy];
}
