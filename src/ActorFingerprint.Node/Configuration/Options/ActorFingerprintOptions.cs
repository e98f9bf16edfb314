using Microsoft.Extensions.Configuration;

namespace ActorFingerprint.Node.Configuration;

/// <summary>Every option of the node. Defaults equal hocon/reference.conf, which gives the reasons; a test compares them.</summary>
public sealed record ActorFingerprintOptions
{
    /// <summary>The node itself.</summary>
    [ConfigurationKeyName("node")] public NodeOptions Node { get; init; } = new();

    /// <summary>The HTTP interface.</summary>
    [ConfigurationKeyName("http")] public HttpOptions Http { get; init; } = new();

    /// <summary>What may be done with the cluster from outside.</summary>
    [ConfigurationKeyName("management")] public ManagementOptions Management { get; init; } = new();

    /// <summary>What is captured.</summary>
    [ConfigurationKeyName("capture")] public CaptureOptions Capture { get; init; } = new();

    /// <summary>Lanes and queues between source and shards.</summary>
    [ConfigurationKeyName("streams")] public StreamsOptions Streams { get; init; } = new();

    /// <summary>Bounds of the state that waits for more frames.</summary>
    [ConfigurationKeyName("reassembly")] public ReassemblyOptions Reassembly { get; init; } = new();

    /// <summary>Device actors and their shards.</summary>
    [ConfigurationKeyName("sharding")] public ShardingOptions Sharding { get; init; } = new();

    /// <summary>Commits and snapshots.</summary>
    [ConfigurationKeyName("journal")] public JournalOptions Journal { get; init; } = new();

    /// <summary>The database of <c>journal.plugin = postgresql</c>.</summary>
    [ConfigurationKeyName("postgresql")] public PostgresqlOptions Postgresql { get; init; } = new();

    /// <summary>Several nodes.</summary>
    [ConfigurationKeyName("cluster")] public ClusterOptions Cluster { get; init; } = new();

    /// <summary>What device actors decide by.</summary>
    [ConfigurationKeyName("devices")] public DeviceOptions Devices { get; init; } = new();

    /// <summary>Cap on new devices.</summary>
    [ConfigurationKeyName("flood-guard")] public FloodGuardOptions FloodGuard { get; init; } = new();

    /// <summary>What devices are.</summary>
    [ConfigurationKeyName("identification")] public IdentificationOptions Identification { get; init; } = new();

    /// <summary>How far the sources of evidence are trusted.</summary>
    [ConfigurationKeyName("evidence-weights")] public EvidenceWeightOptions EvidenceWeights { get; init; } = new();

    /// <summary>Values to look for.</summary>
    [ConfigurationKeyName("watchlists")] public WatchlistsOptions Watchlists { get; init; } = new();

    /// <summary>How long fingerprints are kept.</summary>
    [ConfigurationKeyName("retention")] public RetentionOptions Retention { get; init; } = new();

    /// <summary>Lease files of this machine.</summary>
    [ConfigurationKeyName("leases")] public LeasesOptions Leases { get; init; } = new();

    /// <summary>What devices are asked.</summary>
    [ConfigurationKeyName("probing")] public ProbingOptions Probing { get; init; } = new();

    /// <summary>The Fingerbank API.</summary>
    [ConfigurationKeyName("fingerbank")] public FingerbankOptions Fingerbank { get; init; } = new();

    /// <summary>The device-aware limiter.</summary>
    [ConfigurationKeyName("limiter")] public LimiterOptions Limiter { get; init; } = new();

    /// <summary>Orderly stop.</summary>
    [ConfigurationKeyName("coordinated-shutdown")] public ShutdownOptions CoordinatedShutdown { get; init; } = new();

    /// <summary>Logging.</summary>
    [ConfigurationKeyName("log")] public LogOptions Log { get; init; } = new();
}
