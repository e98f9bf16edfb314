namespace ActorFingerprint.Engine;

/// <summary>Limits and intervals of shards and actors. Defaults are those of <c>hocon/reference.conf</c>.</summary>
public sealed record EngineOptions
{
    /// <summary>Shards of the device region, 1..1024; fixed for a store when it is created.</summary>
    public int Shards { get; init; } = 64;

    /// <summary>Messages that may wait in a shard's mailbox; a full mailbox stops the sender.</summary>
    public int MailboxCapacity { get; init; } = 64;

    /// <summary>Observations in one numbered batch to a shard.</summary>
    public int BatchSize { get; init; } = 256;

    /// <summary>Events after which a shard stops collecting and commits.</summary>
    public int MaxEventsPerCommit { get; init; } = 1000;

    /// <summary>Longest pause before a write that storage refused is tried again.</summary>
    public TimeSpan RetryInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Events of a device between two snapshots.</summary>
    public int SnapshotEvery { get; init; } = 100;

    /// <summary>Rows of a shard between two shard snapshots: bounds what a recovery folds.</summary>
    public int ShardSnapshotEvery { get; init; } = 500;

    /// <summary>Devices kept in memory on the whole node; the least recently used are passivated beyond it.</summary>
    public int MaxActiveDevices { get; init; } = 100_000;

    /// <summary>A device without a message for this long is passivated.</summary>
    public TimeSpan PassivateAfter { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Frames between two checkpoints of a file run: also where open batches are flushed, so rows do not depend on timing.</summary>
    public int CheckpointFrames { get; init; } = 1_048_576;

    /// <summary>New persistent devices per source in a window of frame time; spread over the shards.</summary>
    public int NewDevicesPerWindow { get; init; } = 4096;

    /// <summary>Length of that window.</summary>
    public TimeSpan FloodWindow { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>How long the ephemeral bucket remembers a device, frame time; at most 30 minutes.</summary>
    public TimeSpan EphemeralTtl { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>Devices in the ephemeral bucket of one shard; the oldest go first.</summary>
    public int EphemeralDevicesPerShard { get; init; } = 1024;

    /// <summary>How far in the future a capture time may lie before the observation is refused (INV-5).</summary>
    public TimeSpan MaxClockSkew { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Observations under which a device without an informative fingerprint is <c>insufficient</c>.</summary>
    public int MinPackets { get; init; } = 50;

    /// <summary>
    /// How long the owner of a shard that several nodes could own may answer for it after it last saw that it is the owner (monotonic time).
    /// </summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Name of the capture site, part of <c>ip:</c> keys.</summary>
    public string Site { get; init; } = "default";
}
