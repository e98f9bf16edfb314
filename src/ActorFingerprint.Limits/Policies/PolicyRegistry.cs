using System.Diagnostics.CodeAnalysis;

namespace ActorFingerprint.Limits.Policies;

/// <summary>The policies of a node, checked when they are registered (AF-1 §16).</summary>
public sealed class PolicyRegistry
{
    private const int MaxLevel = 6;

    private readonly Dictionary<string, LimiterPolicy> _policies = new(StringComparer.Ordinal);

    /// <summary>
    /// A registry of the presets and of <paramref name="custom"/> policies; a custom one may replace a preset of the same name.
    /// </summary>
    /// <exception cref="ArgumentException">A policy is refused; the message says which, why and what to write.</exception>
    public PolicyRegistry(params IEnumerable<LimiterPolicy> custom)
    {
        foreach (var preset in PolicyPresets.All) _policies[preset.Name] = preset;
        foreach (var policy in custom)
        {
            var faults = Check(policy);
            if (faults.Count > 0)
                throw new ArgumentException($"limiter policy '{policy.Name}' is refused: {string.Join("; ", faults)}", nameof(custom));
            _policies[policy.Name] = policy;
        }
    }

    /// <summary>All policies, by name.</summary>
    public IEnumerable<LimiterPolicy> All => _policies.Values.OrderBy(p => p.Name, StringComparer.Ordinal);

    /// <summary>Finds a policy.</summary>
    public bool TryGet(string name, [NotNullWhen(true)] out LimiterPolicy? policy) => _policies.TryGetValue(name, out policy);

    /// <summary>Everything that is wrong with a policy; empty when it may be registered.</summary>
    public static IReadOnlyList<string> Check(LimiterPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        var faults = new List<string>();
        if (policy.Name is not { Length: >= 1 and <= 64 } || policy.Name.AsSpan().ContainsAnyExcept(NameCharacters))
            faults.Add("its name must be 1 to 64 of a-z 0-9 _ - .");
        if (policy.ChurnThreshold is < 2 or > 32) faults.Add("its churn threshold must be 2 to 32");
        if (policy.Auth is null == policy.Api is null) faults.Add("it must guard either accounts or an API, not both and not neither");
        if (policy.Auth is { } auth) Check(policy, auth, faults);
        if (policy.Api is { } api && (api.K1Limit < 1 || api.K2Limit < 1 || api.K3Limit < 1 || api.AccessPoints < 1))
            faults.Add("K1, K2 and K3 limits and the points of an access must be positive");
        if (policy.Degraded is { } local)
        {
            if (local.WindowSeconds < 1 || local.PerAddress < 1 || local.PerAccount < 1 || local.PerAgent < 1)
                faults.Add("local caps and their window must be positive");
            if (local.PerAccount is not null && policy.Auth is null) faults.Add("an API policy has no local cap per account");
        }
        return faults;
    }

    private static readonly System.Buffers.SearchValues<char> NameCharacters =
        System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789_-.");

    private static void Check(LimiterPolicy policy, AuthRules auth, List<string> faults)
    {
        if (!auth.K4.AreValid) faults.Add("K4 thresholds must be positive and non-decreasing");
        foreach (var optional in (ReadOnlySpan<Thresholds>)[auth.K1, auth.K2, auth.K3, auth.K5])
            if (!optional.AreNone && !optional.AreValid)
                faults.Add("K1, K2, K3 and K5 thresholds must be positive and non-decreasing, or absent");
        if (auth.NewDevice.K4 < 1 || auth.MissingFingerprint.K4 < 1) faults.Add("a failure must add to K4");
        if (auth.KnownDevice.K5 < 1 && auth.NewDevice.K3 < 1)
            faults.Add("a failure must add to a device-aware key (K5 of known devices, or K3)");
        if (AnyNegative(auth.KnownDevice) || AnyNegative(auth.NewDevice) || AnyNegative(auth.MissingFingerprint)
            || auth.RepeatedMissingK4 < 0)
            faults.Add("points must not be negative");
        var budget = auth.Budget;
        if (budget is null || budget.Threshold < 1 || budget.CooldownSeconds is < 1 or > 86_400
            || budget.Level is < 1 or > MaxLevel || budget.TrustedFloor < 1 || budget.TrustedFloor > budget.Level
            || budget.KnownDeviceAllowance < 0)
            faults.Add("it needs a budget: threshold ≥ 1, level 1–6, trusted floor 1–level, cooldown 1–86400 s");
        if (policy.OnStoreFailure != StoreFailurePolicy.FailClosed) faults.Add("a policy that guards accounts must fail closed");
    }

    private static bool AnyNegative(KeyPoints points) => (points.K1 | points.K2 | points.K3 | points.K4 | points.K5) < 0;
}
