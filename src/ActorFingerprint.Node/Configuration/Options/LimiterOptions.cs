using ActorFingerprint.Limits.Policies;
using Microsoft.Extensions.Configuration;

namespace ActorFingerprint.Node.Configuration;

/// <summary>The device-aware limiter (docs/limiter.md).</summary>
public sealed record LimiterOptions : ICrossChecked
{
    /// <summary>Whether the node decides requests. Off, it costs nothing.</summary>
    [ConfigurationKeyName("enabled")] public bool Enabled { get; init; }

    /// <summary>
    /// <c>reference</c>, <c>hardened</c>, or switches of the hardened profile on top of reference (docs/limiter-profiles.md).
    /// </summary>
    [ConfigurationKeyName("profile")] public IReadOnlyList<string> Profile { get; init; } = ["reference"];

    /// <summary>Part of every key: environments never share state.</summary>
    [ConfigurationKeyName("environment")] public string Environment { get; init; } = "default";

    /// <summary>The limiter's two secrets, when the node shall not keep them itself.</summary>
    [ConfigurationKeyName("secrets")] public LimiterSecretOptions Secrets { get; init; } = new();

    /// <summary>Policies of one's own, and changes to the presets, by name.</summary>
    [ConfigurationKeyName("policies")]
    public IReadOnlyDictionary<string, LimiterPolicyOptions> Policies { get; init; } = new Dictionary<string, LimiterPolicyOptions>();

    /// <summary>Shards of the limiter region. May change between two starts.</summary>
    [ConfigurationKeyName("shards")][CountRange(1, 1024)] public int Shards { get; init; } = 64;

    /// <summary>Requests waiting for one shard; more are answered by their policy at once.</summary>
    [ConfigurationKeyName("mailbox-capacity")][CountRange(1, 1_048_576)] public int MailboxCapacity { get; init; } = 4096;

    /// <summary>How long a decision may take before its policy answers for the store.</summary>
    [ConfigurationKeyName("deadline")][DurationRange("10ms", "30s")] public TimeSpan Deadline { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Entities (accounts, address scopes, devices) in memory, on the whole node.</summary>
    [ConfigurationKeyName("max-entities")][CountRange(1024, 100_000_000)] public int MaxEntities { get; init; } = 1_000_000;

    /// <summary>Events of one entity between two snapshots.</summary>
    [ConfigurationKeyName("snapshot-every")][CountRange(1, 100_000)] public int SnapshotEvery { get; init; } = 64;

    /// <summary>The presets and the configured policies, registered. Call it on options that were checked.</summary>
    public PolicyRegistry ToRegistry() => new(Policies.Select(p => p.Value.ToPolicy(p.Key)));

    /// <summary>The profile. Call it on options that were checked.</summary>
    public LimiterProfile ToProfile() => LimiterProfile.Parse(Profile);

    /// <inheritdoc />
    public IEnumerable<(string Key, string Message)> Problems()
    {
        if (string.IsNullOrWhiteSpace(Environment) || Environment.Length > 64)
            yield return ("environment", "must be 1 to 64 characters and not blank: it is part of every key");
        foreach (var name in Profile)
            if (name is not ("reference" or "hardened") && !LimiterProfile.SwitchNames.Contains(name))
                yield return ("profile",
                    $"'{name}' is no profile and no switch: write reference, hardened, or some of "
                    + string.Join(", ", LimiterProfile.SwitchNames));
        foreach (var (name, policy) in Policies)
            foreach (var fault in policy.Faults(name))
                yield return ($"policies.{name}", fault);
    }
}
