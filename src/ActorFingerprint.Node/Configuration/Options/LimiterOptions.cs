using Microsoft.Extensions.Configuration;

namespace ActorFingerprint.Node.Configuration;

/// <summary>The device-aware limiter (docs/limiter.md).</summary>
public sealed record LimiterOptions
{
    /// <summary>Whether the node decides requests. Off, it costs nothing.</summary>
    [ConfigurationKeyName("enabled")] public bool Enabled { get; init; }

    /// <summary>Part of every key: environments never share state.</summary>
    [ConfigurationKeyName("environment")] public string Environment { get; init; } = "default";

    /// <summary>Shards of the limiter region. May change between two starts.</summary>
    [ConfigurationKeyName("shards")][CountRange(1, 1024)] public int Shards { get; init; } = 64;

    /// <summary>Requests waiting for one shard; more are answered by their policy at once.</summary>
    [ConfigurationKeyName("mailbox-capacity")][CountRange(1, 1_048_576)] public int MailboxCapacity { get; init; } = 4096;

    /// <summary>How long a decision may take before its policy answers for the store.</summary>
    [ConfigurationKeyName("deadline")][DurationRange("10ms", "30s")] public TimeSpan Deadline { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Entities (accounts, address scopes, devices) in memory, on the whole node.</summary>
    [ConfigurationKeyName("max-entities")][CountRange(1024, 100_000_000)] public int MaxEntities { get; init; } = 1_000_000;

    /// <summary>Events of one entity between two snapshots.</summary>
    [ConfigurationKeyName("snapshot-every")][CountRange(1, 100_000)] public int SnapshotEvery { get; init; } = 64;
}
