using ActorFingerprint.Limits.Policies;
using Microsoft.Extensions.Configuration;

namespace ActorFingerprint.Node.Configuration;

/// <summary>What a policy does while the limiter's state cannot be reached.</summary>
public enum StoreFailureOption
{
    /// <summary>Refuses.</summary>
    Closed,

    /// <summary>Goes on under its local caps. For APIs alone.</summary>
    Open,
}

/// <summary>
/// A policy in the configuration: what it says lies over the policy that it begins <see cref="From"/>, else over the preset of its own
/// name,
/// else over nothing. What is not written stays as it was there.
/// </summary>
public sealed record LimiterPolicyOptions
{
    /// <summary>The preset that it begins with.</summary>
    [ConfigurationKeyName("from")] public string? From { get; init; }

    /// <summary>Rules of a policy that guards accounts.</summary>
    [ConfigurationKeyName("auth")] public LimiterAuthOptions? Auth { get; init; }

    /// <summary>Rules of a policy that guards a costly API.</summary>
    [ConfigurationKeyName("api")] public LimiterApiOptions? Api { get; init; }

    /// <summary>Local caps once the breaker is open.</summary>
    [ConfigurationKeyName("degraded")] public LimiterDegradedOptions? Degraded { get; init; }

    /// <summary>The answer while the state cannot be reached.</summary>
    [ConfigurationKeyName("on-store-failure")] public StoreFailureOption? OnStoreFailure { get; init; }

    /// <summary>Distinct devices on one address and User-Agent within 10 minutes that are churn.</summary>
    [ConfigurationKeyName("churn-threshold")] public int? ChurnThreshold { get; init; }

    /// <summary>Without client hints and without a session id the fingerprint counts as missing.</summary>
    [ConfigurationKeyName("expect-client-hints")] public bool? ExpectClientHints { get; init; }

    /// <summary>Everything that is wrong with it; empty when it may be registered.</summary>
    public IReadOnlyList<string> Faults(string name) => From is not null && Preset(From) is null
        ? [$"from = '{From}' is no preset: write one of {string.Join(", ", PolicyPresets.All.Select(p => p.Name))}"]
        : PolicyRegistry.Check(ToPolicy(name));

    /// <summary>The policy.</summary>
    public LimiterPolicy ToPolicy(string name)
    {
        var begin = Preset(From ?? name) ?? new LimiterPolicy { Name = name };
        return begin with
        {
            Name = name,
            Auth = Auth?.Over(begin.Auth) ?? begin.Auth,
            Api = Api?.Over(begin.Api) ?? begin.Api,
            Degraded = Degraded?.Over(begin.Degraded) ?? begin.Degraded,
            OnStoreFailure = OnStoreFailure switch
            {
                StoreFailureOption.Open => StoreFailurePolicy.FailOpen,
                StoreFailureOption.Closed => StoreFailurePolicy.FailClosed,
                _ => begin.OnStoreFailure,
            },
            ChurnThreshold = ChurnThreshold ?? begin.ChurnThreshold,
            ExpectClientHints = ExpectClientHints ?? begin.ExpectClientHints,
        };
    }

    private static LimiterPolicy? Preset(string name) => PolicyPresets.All.FirstOrDefault(p => p.Name == name);
}

/// <summary>Tiers of a costly API, per minute.</summary>
public sealed record LimiterApiOptions
{
    /// <summary>Address scope and User-Agent: SOFT L1.</summary>
    [ConfigurationKeyName("k2-limit")] public int? K2Limit { get; init; }

    /// <summary>Device on the address scope: HARD L2.</summary>
    [ConfigurationKeyName("k3-limit")] public int? K3Limit { get; init; }

    /// <summary>Address scope: HARD L3.</summary>
    [ConfigurationKeyName("k1-limit")] public int? K1Limit { get; init; }

    /// <summary>Points per unit of cost.</summary>
    [ConfigurationKeyName("access-points")] public int? AccessPoints { get; init; }

    internal ApiRules Over(ApiRules? begin) => new()
    {
        K2Limit = K2Limit ?? begin?.K2Limit ?? 0,
        K3Limit = K3Limit ?? begin?.K3Limit ?? 0,
        K1Limit = K1Limit ?? begin?.K1Limit ?? 0,
        AccessPoints = AccessPoints ?? begin?.AccessPoints ?? 1,
    };
}

/// <summary>Local caps of a node whose breaker is open.</summary>
public sealed record LimiterDegradedOptions
{
    /// <summary>Length of the window, which starts with the first attempt.</summary>
    [ConfigurationKeyName("window")][DurationRange("1s", "1d")] public TimeSpan? Window { get; init; }

    /// <summary>Attempts per account.</summary>
    [ConfigurationKeyName("per-account")] public int? PerAccount { get; init; }

    /// <summary>Attempts per address scope.</summary>
    [ConfigurationKeyName("per-address")] public int? PerAddress { get; init; }

    /// <summary>Attempts per address scope and User-Agent.</summary>
    [ConfigurationKeyName("per-agent")] public int? PerAgent { get; init; }

    internal DegradedRules Over(DegradedRules? begin) => new()
    {
        WindowSeconds = Window is { } window ? (int)window.TotalSeconds : begin?.WindowSeconds ?? 0,
        PerAccount = PerAccount ?? begin?.PerAccount,
        PerAddress = PerAddress ?? begin?.PerAddress ?? 0,
        PerAgent = PerAgent ?? begin?.PerAgent,
    };
}
