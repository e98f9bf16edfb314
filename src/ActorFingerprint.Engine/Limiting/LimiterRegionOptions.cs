using ActorFingerprint.Limits.Policies;

namespace ActorFingerprint.Engine.Limiting;

/// <summary>What a limiter region is made of. Defaults are those of <c>hocon/reference.conf</c>.</summary>
public sealed record LimiterRegionOptions
{
    /// <summary>Shards, 1..1024. Entities are placed by their routing key, so the number may change between two starts.</summary>
    public int Shards { get; init; } = 64;

    /// <summary>Requests that may wait in one shard's mailbox; more are answered by their policy at once.</summary>
    public int MailboxCapacity { get; init; } = 4096;

    /// <summary>How long a decision may take, the commit included, before its policy answers for the store (AF-1 §14).</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Entities in memory on the whole node; over a shard's share, those that would expire first are passivated.</summary>
    public int MaxEntities { get; init; } = 1_000_000;

    /// <summary>Events of an entity between two snapshots: bounds what a recovery replays.</summary>
    public int SnapshotEvery { get; init; } = 64;

    /// <summary>Events that may wait for a commit in one shard; beyond them its requests are answered by their policy.</summary>
    public int MaxUncommittedEvents { get; init; } = 16_384;

    /// <summary>Part of every key, so that environments never share state; 1–64 characters.</summary>
    public string Environment { get; init; } = "default";

    /// <summary>The policies; the presets when not given.</summary>
    public PolicyRegistry Policies { get; init; } = new();

    /// <summary>AF-1 to the letter unless switched.</summary>
    public LimiterProfile Profile { get; init; } = LimiterProfile.Reference;

    /// <summary>Name of this node in the shard ownership table.</summary>
    public string Owner { get; init; } = "node";
}
