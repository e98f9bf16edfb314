using System.Numerics;
using Microsoft.Extensions.Configuration;

namespace ActorFingerprint.Node.Configuration;

/// <summary>Lanes and queues between source and shards. Results do not depend on any of them.</summary>
public sealed record StreamsOptions
{
    /// <summary>Parsing lanes; 0 takes one per processor, at most 8.</summary>
    [ConfigurationKeyName("lanes")][CountRange(0, 64)] public int Lanes { get; init; }

    /// <summary>Bytes that a file source reads at once.</summary>
    [ConfigurationKeyName("block-size")][SizeRange("64 KiB", "16 MiB")] public ByteSize BlockSize { get; init; } = ByteSize.MiB(1);

    /// <summary>Blocks waiting before each lane, and before the merge.</summary>
    [ConfigurationKeyName("blocks-in-flight")][CountRange(1, 256)] public int BlocksInFlight { get; init; } = 4;

    /// <summary>New messages a second above which a live interface is sampled; 0 never samples.</summary>
    [ConfigurationKeyName("max-hello-rate")][CountRange(0, 10_000_000)] public int MaxHelloRate { get; init; } = 1000;

    /// <summary>Lanes in use on this machine.</summary>
    public int EffectiveLanes => Lanes > 0 ? Lanes : Math.Clamp(Environment.ProcessorCount, 1, 8);
}

/// <summary>Bounds of the state that waits for more frames, for the whole node; each of the 64 partitions has its share.</summary>
public sealed record ReassemblyOptions
{
    /// <summary>TCP flows with an unfinished hello.</summary>
    [ConfigurationKeyName("flows")][CountRange(64, 16_777_216)] public int Flows { get; init; } = 65_536;

    /// <summary>Bytes buffered for them.</summary>
    [ConfigurationKeyName("bytes")][SizeRange("1 MiB", "16 GiB")] public ByteSize Bytes { get; init; } = ByteSize.MiB(64);

    /// <summary>Frame time after which an unfinished flow is dropped.</summary>
    [ConfigurationKeyName("timeout")][DurationRange("1s", "60s")] public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>QUIC flows whose keys and hellos are remembered, in each of two minutes.</summary>
    [ConfigurationKeyName("quic-flows")][CountRange(64, 16_777_216)] public int QuicFlows { get; init; } = 65_536;

    /// <summary>QUIC hellos that are not whole yet.</summary>
    [ConfigurationKeyName("quic-hellos")][CountRange(64, 1_048_576)] public int QuicHellos { get; init; } = 8192;

    /// <summary>Bytes buffered for them.</summary>
    [ConfigurationKeyName("quic-bytes")][SizeRange("1 MiB", "1 GiB")] public ByteSize QuicBytes { get; init; } = ByteSize.MiB(16);

    /// <summary>DTLS directions whose hellos are remembered, in each of two minutes.</summary>
    [ConfigurationKeyName("dtls-flows")][CountRange(64, 16_777_216)] public int DtlsFlows { get; init; } = 65_536;

    /// <summary>DTLS hellos in fragments.</summary>
    [ConfigurationKeyName("dtls-hellos")][CountRange(64, 1_048_576)] public int DtlsHellos { get; init; } = 4096;

    /// <summary>Bytes buffered for them.</summary>
    [ConfigurationKeyName("dtls-bytes")][SizeRange("1 MiB", "1 GiB")] public ByteSize DtlsBytes { get; init; } = ByteSize.MiB(8);

    /// <summary>IP datagrams with missing fragments.</summary>
    [ConfigurationKeyName("ip-datagrams")][CountRange(64, 1_048_576)] public int IpDatagrams { get; init; } = 1024;

    /// <summary>Bytes buffered for them.</summary>
    [ConfigurationKeyName("ip-bytes")][SizeRange("1 MiB", "1 GiB")] public ByteSize IpBytes { get; init; } = ByteSize.MiB(16);

    /// <summary>
    /// Frame time after which an incomplete datagram is dropped (RFC 1122 §3.3.2 allows 60..120 s; RFC 8200 §4.5 says 60 s).
    /// </summary>
    [ConfigurationKeyName("ip-timeout")][DurationRange("1s", "2m")] public TimeSpan IpTimeout { get; init; } = TimeSpan.FromSeconds(60);
}

/// <summary>Device actors and their shards.</summary>
public sealed record ShardingOptions : ICrossChecked
{
    /// <summary>Shards of the device region: a power of two, fixed when the store is made.</summary>
    [ConfigurationKeyName("shards")][CountRange(1, 4096)] public int Shards { get; init; } = 64;

    /// <summary>Batches waiting for one shard.</summary>
    [ConfigurationKeyName("mailbox-capacity")][CountRange(1, 65_536)] public int MailboxCapacity { get; init; } = 64;

    /// <summary>Time without a message after which an actor is passivated.</summary>
    [ConfigurationKeyName("passivate-idle")]
    [DurationRange("1s", "365d")]
    public TimeSpan PassivateIdle { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>Device actors in memory, on the whole node; the idlest are passivated first.</summary>
    [ConfigurationKeyName("max-active-devices")][CountRange(64, 16_777_216)] public int MaxActiveDevices { get; init; } = 100_000;

    /// <inheritdoc />
    public IEnumerable<(string Key, string Message)> Problems()
    {
        if (!BitOperations.IsPow2(Shards)) yield return ("shards", $"{Shards} is no power of two: write 64, or 1, 2, 4 … 4096");
        if (MaxActiveDevices < Shards) yield return ("max-active-devices", $"must be at least one per shard ({Shards})");
    }
}

/// <summary>What stores events, snapshots and read side.</summary>
public enum JournalPlugin
{
    /// <summary>Files in <c>node.folder</c>: one node.</summary>
    Sqlite,

    /// <summary>The database of <see cref="PostgresqlOptions"/>: several nodes.</summary>
    Postgresql,
}

/// <summary>Commits and snapshots (design §4, "Commit").</summary>
public sealed record JournalOptions
{
    /// <summary>What stores them.</summary>
    [ConfigurationKeyName("plugin")] public JournalPlugin Plugin { get; init; }

    /// <summary>Most events of one shard in a commit.</summary>
    [ConfigurationKeyName("commit-max-events")][CountRange(1, 100_000)] public int CommitMaxEvents { get; init; } = 1000;

    /// <summary>Events of one device between two snapshots.</summary>
    [ConfigurationKeyName("snapshot-every")][CountRange(1, 100_000)] public int SnapshotEvery { get; init; } = 100;

    /// <summary>Rows of one shard between two snapshots of it: what a recovery folds at most.</summary>
    [ConfigurationKeyName("shard-snapshot-every")][CountRange(1, 100_000)] public int ShardSnapshotEvery { get; init; } = 500;

    /// <summary>Frames of a file between two checkpoints of its run: what a restart reads again at most, besides a minute of frame time.</summary>
    [ConfigurationKeyName("checkpoint-frames")][CountRange(1, 16_777_216)] public int CheckpointFrames { get; init; } = 1_048_576;

    /// <summary>Longest pause before a refused write (disk full, locked, read-only) is tried again.</summary>
    [ConfigurationKeyName("retry-interval")]
    [DurationRange("10ms", "5m")]
    public TimeSpan RetryInterval { get; init; } = TimeSpan.FromSeconds(1);
}

/// <summary>What device actors decide by.</summary>
public sealed record DeviceOptions
{
    /// <summary>Observations below which a device without an informative fingerprint is <c>insufficient</c>.</summary>
    [ConfigurationKeyName("min-packets")][CountRange(1, 1_000_000)] public int MinPackets { get; init; } = 50;

    /// <summary>How far a capture time may lie ahead of the clock before it is refused and counted (INV-5).</summary>
    [ConfigurationKeyName("max-clock-skew")]
    [DurationRange("0s", "1d")]
    public TimeSpan MaxClockSkew { get; init; } = TimeSpan.FromMinutes(5);
}

/// <summary>Cap on new persistent devices; beyond it a device lives in memory only (design §4, "Flood guard").</summary>
public sealed record FloodGuardOptions
{
    /// <summary>New devices of one source in one window, divided by the shards.</summary>
    [ConfigurationKeyName("max-new-devices")][CountRange(1, 16_777_216)] public int MaxNewDevices { get; init; } = 4096;

    /// <summary>The window, frame time.</summary>
    [ConfigurationKeyName("window")][DurationRange("1s", "1d")] public TimeSpan Window { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>How long an ephemeral device stays in memory, frame time.</summary>
    [ConfigurationKeyName("ephemeral-ttl")]
    [DurationRange("1s", "30m")]
    public TimeSpan EphemeralTtl { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>Ephemeral devices in memory, on the whole node.</summary>
    [ConfigurationKeyName("max-ephemeral-devices")][CountRange(0, 16_777_216)] public int MaxEphemeralDevices { get; init; } = 65_536;
}

/// <summary>How long fingerprints are kept; older ones are overwritten in the journal and dropped from the read side.</summary>
public sealed record RetentionOptions
{
    /// <summary>DHCP and TLS fingerprints, after their last sight; 0s keeps them.</summary>
    [ConfigurationKeyName("fingerprints")][DurationRange("0s", "36500d")] public TimeSpan Fingerprints { get; init; } = TimeSpan.FromDays(90);

    /// <summary>Pause between two sweeps.</summary>
    [ConfigurationKeyName("sweep-interval")]
    [DurationRange("1m", "30d")]
    public TimeSpan SweepInterval { get; init; } = TimeSpan.FromHours(24);
}
